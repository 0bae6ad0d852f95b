#!/bin/sh
# Sizes: .c files up to 600 lines, headers up to 300, functions up to 80 lines, READMEs of rooms up to
# 25. Three headers are wide contracts that would read worse in two halves; their bounds stand below.
# --list prints the longest instead.
set -u
# shellcheck source=tools/check/common.sh
. "$(dirname -- "$0")/common.sh"

# functions FILE: "lines file:line name" of each function: from its first line to the brace in column 0.
functions() {
    awk '
    /^[A-Za-z_].*\(/ { start = FNR; name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
    /^}/ {
        if (start) {
            print FNR - start + 1, FILENAME ":" start, name
        }
        start = 0
    }' "$1"
}

if [ "${1:-}" = --list ]; then
    c_files src tools include tests bench fuzz examples | while read -r file; do
        functions "$file"
    done | sort -rn | head -n 20
    c_files src tools include tests bench fuzz examples | xargs wc -l | sort -rn | head -n 20
    exit 0
fi

c_files src tools include tests bench fuzz examples | while read -r file; do
    lines=$(wc -l <"$file")
    case $file in
    src/base/base.h) most=330 ;;
    src/catalog/catalog.h) most=340 ;;
    src/sandbox/world/world.h) most=420 ;;
    *.h) most=300 ;;
    *) most=600 ;;
    esac
    [ "$lines" -le $most ] || echo "$file: $lines lines, at most $most"
    functions "$file" | awk '$1 > 80 { print $2 ": " $3 "() has " $1 " lines, at most 80" }'
done >"$found"
for file in src/*/README.md; do
    [ -f "$file" ] || continue
    lines=$(wc -l <"$file")
    [ "$lines" -le 25 ] || echo "$file: $lines lines, at most 25"
done >>"$found"
for room in src/*/; do
    ls "$room"*.c >/dev/null 2>&1 || continue
    [ -f "${room}README.md" ] || echo "${room}README.md is missing"
done >>"$found"
report sizes
