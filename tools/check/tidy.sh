#!/bin/sh
# tidy.sh BUILD-FOLDER: clang-tidy 14 with .clang-tidy over our sources, by compile_commands.json.
set -u
build=$(CDPATH='' cd -- "$1" && pwd -P)
# shellcheck source=tools/check/common.sh
. "$(dirname -- "$0")/common.sh"

if ! command -v clang-tidy-14 >/dev/null 2>&1; then
    echo "tidy: left out: clang-tidy 14 is not installed, and other versions differ" >&2
    exit 0
fi
# gcc's own warning options mean nothing to clang.
find src tools -name '*.c' | LC_ALL=C sort |
    xargs -P "$(nproc)" -n 4 clang-tidy-14 -p "$build" --quiet --warnings-as-errors='*' \
        --extra-arg=-Wno-unknown-warning-option 2>/dev/null |
    grep -E '(warning|error):' | sed "s|$root/||" | LC_ALL=C sort -u >"$found"
report tidy
