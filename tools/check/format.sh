#!/bin/sh
# Format: clang-format 14 and .clang-format decide. Other versions format differently, so without
# version 14 nothing is compared, and that is said. --fix rewrites the files.
set -u
# shellcheck source=tools/check/common.sh
. "$(dirname -- "$0")/common.sh"

tool=
for name in clang-format-14 clang-format; do
    if command -v $name >/dev/null 2>&1 && $name --version | grep -q 'version 14\.'; then
        tool=$name
        break
    fi
done
if [ -z "$tool" ]; then
    echo "format: not compared: clang-format 14 is not installed, and other versions differ" >&2
    exit 0
fi
if [ "${1:-}" = --fix ]; then
    c_files src include tools tests bench fuzz examples | xargs -r $tool -i
    exit 0
fi
c_files src include tools tests bench fuzz examples |
    xargs -r $tool --dry-run 2>&1 | grep 'clang-format-violations' |
    sed 's/:[0-9]*:[0-9]*: error.*//; s/:[0-9]*:[0-9]*: warning.*//' | sort | uniq -c |
    awk '{ print $2 ": not as clang-format 14 writes it, " $1 " places (./dev fmt)" }' >"$found"
report format
