#!/bin/sh
# names.sh CC CXX INCLUDE CATALOGC: headers from a small catalogue of odd names, which names.c expects;
# two methods of one C name are a mistake; headers of groups that are gone are removed.
set -eu
cc=$1 cxx=$2 include=$3 catalogc=$4
here=$(cd -- "$(dirname -- "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT INT TERM
cp -R "$here/catalog" "$out/catalog"
api=$out/gen/qiandian/api
mkdir -p "$api/p"
echo old >"$api/p/gone.h"

fail() {
    echo "$1" >&2
    exit 1
}

flags="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only"
"$catalogc" api "$out/catalog" "$api"
[ ! -e "$api/p/gone.h" ] || fail "the header of a group that is gone is still there"
# shellcheck disable=SC2086
"$cc" -std=c17 $flags -I"$include" -I"$out/gen" "$here/names.c"
# shellcheck disable=SC2086
if "$cc" -std=c17 $flags -DPLAIN -I"$include" -I"$out/gen" "$here/names.c" 2>/dev/null; then
    fail "an accessor that two fields want is there"
fi
echo '#include "qiandian/api/p.h"' >"$out/unit.cc"
# shellcheck disable=SC2086
"$cxx" -std=c++17 $flags -I"$include" -I"$out/gen" "$out/unit.cc"
grep -q '"Tag.1.key"' "$api/p/odd-names.h" || fail "the wire name is not exact"
grep -q '"\\345\\272\\227"' "$api/p/odd-names.h" || fail "the wire name is not exact"

sed -i 's/"name": "rows.get"/"name": "other-get"/' "$out/catalog/p/order.json"
if "$catalogc" api "$out/catalog" "$api" 2>"$out/log"; then
    fail "two methods of one name in C were taken"
fi
grep -q 'would both be qd_p_other_get()' "$out/log" || { cat "$out/log" >&2; fail "the mistake is not told"; }
