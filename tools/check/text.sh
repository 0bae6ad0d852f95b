#!/bin/sh
# Text: nothing left for later, no path outside the repository, no package mirror by name, no
# generated files, line ends and tabs as they should be. Vectors are bytes, not text.
set -u
# shellcheck source=tools/check/common.sh
. "$(dirname -- "$0")/common.sh"

# The words are put together here so that this file does not find itself.
later="TO""DO|FIX""ME|XX""X:"
outside="\.\./sha""red|/wo""rk/|/ro""ot/|/ho""me/[a-z]"
mirrors="deb\.deb""ian\.org|ftp\.[a-z.]*deb""ian\.org|snapshot\.deb""ian\.org|mirrors?\.[a-z0-9-]+\.(com|cn|edu|org|net)"

files=$(mktemp)
trap 'rm -f "$found" "$files"' EXIT INT TERM
text_files | grep -v -e '\.\(png\|jpg\|ico\|zst\|bin\)$' -e '^LICENSE$' -e '^fuzz/corpus/' \
    -e '^tests/vectors/' >"$files"

# find_lines WHAT PATTERN [FILES]: every line that has it, told as WHAT.
find_lines() {
    xargs grep -nHE -e "$2" <"${3:-$files}" | sed "s|^|$1: |" | cut -c 1-200
}

{
    find_lines "left for later" "\b($later)"
    find_lines "a path outside the repository" "$outside"
    find_lines "a package mirror" "$mirrors"
    grep -E '\.(c|h|sh|cmake|sql|txt)$|^dev$' "$files" >"$files.code"
    find_lines "blanks at the end" '[[:space:]]+$' "$files.code"
    while read -r file; do
        [ -z "$(tail -c 1 "$file")" ] || echo "$file: no line feed at the end"
    done <"$files.code"
    grep -E '\.(c|h)$' "$files" >"$files.code"
    find_lines "a tab" "$(printf '\t')" "$files.code"
    rm -f "$files.code"
} >"$found"
report text
