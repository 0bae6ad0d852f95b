#!/bin/sh
# Every public header compiles alone, as C17 and as C++17, and every door as C17. GEN is a build
# folder's gen/ with tables.h; without one, doors that need it are left out.
set -u
# shellcheck source=tools/check/common.sh
. "$(dirname -- "$0")/common.sh"

unit=$(mktemp -d)
trap 'rm -rf "$found" "$unit"' EXIT INT TERM
gen=${GEN:-}
if [ -z "$gen" ]; then
    for preset in dev asan release; do
        [ ! -f "build/$preset/gen/tables.h" ] || gen=build/$preset/gen
    done
fi

# try FILE COMMAND...: compiles one file that includes nothing but the header, twice.
try() {
    header=$1
    shift
    printf '#include "%s"\n#include "%s"\nextern int nothing;\n' "$header" "$header" >"$unit/unit.c"
    cp "$unit/unit.c" "$unit/unit.cc"
    "$@" >"$unit/log" 2>&1 ||
        { echo "$header does not compile alone ($1)"; head -n 3 "$unit/log"; } >>"$found"
}

flags="-Wall -Wextra -Wpedantic -Werror -fsyntax-only -D_GNU_SOURCE -Iinclude -Isrc"
for file in $(c_files include); do
    header=${file#include/}
    # shellcheck disable=SC2086
    try "$header" cc -std=c17 $flags "$unit/unit.c"
    # shellcheck disable=SC2086
    try "$header" c++ -std=c++17 $flags -Wno-missing-field-initializers "$unit/unit.cc"
done
for file in src/*/*.h; do
    case $file in
    src/*/"$(basename "$(dirname "$file")").h") ;;
    *) continue ;;
    esac
    if [ -z "$gen" ] && grep -q 'tables\.h"\|store/store\.h"\|sync/sync\.h"' "$file"; then
        continue
    fi
    # shellcheck disable=SC2086
    try "${file#src/}" cc -std=c17 $flags ${gen:+-I"$gen"} "$unit/unit.c"
done
report headers
