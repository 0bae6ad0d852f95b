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

text_files | grep -v -e '\.\(png\|jpg\|ico\|zst\|bin\)$' -e '^LICENSE$' -e '^fuzz/corpus/' \
    -e '^tests/vectors/' |
    while read -r file; do
        grep -nE "\b($later)" "$file" | sed "s|^|$file: left for later: |"
        grep -nE "$outside" "$file" | sed "s|^|$file: a path outside the repository: |"
        grep -nE "$mirrors" "$file" | sed "s|^|$file: a package mirror: |"
        case $file in
        *.c | *.h | *.sh | *.cmake | *.sql | *.txt | dev)
            grep -nE '[[:space:]]+$' "$file" | sed "s|^|$file: blanks at the end: |"
            [ -z "$(tail -c 1 "$file")" ] || echo "$file: no line feed at the end"
            ;;
        esac
        case $file in
        *.c | *.h)
            grep -n "$(printf '\t')" "$file" | sed "s|^|$file: a tab: |"
            ;;
        esac
    done | cut -c 1-200 >"$found"
report text
