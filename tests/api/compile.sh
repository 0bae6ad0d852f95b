#!/bin/sh
# compile.sh CC CXX INCLUDE GENERATED: every typed header compiles, all of a platform in one
# file, with the warnings of a careful program: as C17, and as C++17. Every header
# begins with the same two includes, so none leans on another of its platform.
set -eu
cc=$1 cxx=$2
include=$(cd -- "$3" && pwd) generated=$(cd -- "$4" && pwd)
here=$(cd -- "$(dirname -- "$0")" && pwd)
unit=$(mktemp -d)
trap 'rm -rf "$unit"' EXIT INT TERM
flags="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only"

# one NAME HEADER...: a file that includes these.
one() {
    name=$1
    shift
    for header in "$@"; do
        echo "#include \"qiandian/api/$header\""
    done >"$unit/$name.c"
    cp "$unit/$name.c" "$unit/$name.cc"
    # shellcheck disable=SC2086
    "$cc" -std=c17 $flags -I"$include" -I"$generated" "$unit/$name.c"
    # shellcheck disable=SC2086
    "$cxx" -std=c++17 $flags -I"$include" -I"$generated" "$unit/$name.cc"
}

cd "$generated/qiandian/api"
count=0
for platform in *.h; do
    groups=$(find "${platform%.h}" -name '*.h' | wc -l)
    if [ "$groups" -eq 0 ] || [ "$groups" -ne "$(grep -c '^#include' "$platform")" ]; then
        echo "$platform does not include its $groups groups" >&2
        exit 1
    fi
    one "${platform%.h}" "$platform"
    count=$((count + groups))
done
# shellcheck disable=SC2086
"$cxx" -std=c++17 $flags -I"$include" -I"$generated" "$here/assign.cc"
[ "$count" -gt 0 ]
echo "$count headers compile as C17 and C++17"
