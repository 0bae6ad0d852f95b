#!/bin/sh
# The checks' own test: in a small tree of its own each check is green, and each rule broken on
# purpose turns the right one red.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT INT TERM
export CHECK_ROOT="$tree"
status=0

fresh() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/src/base" "$tree/src/net" "$tree/src/sandbox" "$tree/include/qiandian"
    printf '#ifndef B_H\n#define B_H\nint base_one(void);\n#endif\n' >"$tree/src/base/base.h"
    printf '#include "base/base.h"\n\nint base_one(void) {\n    return 1;\n}\n' >"$tree/src/base/one.c"
    printf '#ifndef N_H\n#define N_H\n#include "base/base.h"\n#endif\n' >"$tree/src/net/net.h"
    printf '#ifndef Q_H\n#define Q_H\nint qd_one(void);\n#endif\n' >"$tree/include/qiandian/one.h"
    echo '# base' >"$tree/src/base/README.md"
    cp "$here/../../.clang-format" "$tree/"
}

green() {
    fresh
    "$here/$1.sh" >/dev/null || {
        echo "selftest: $1 is red on a good tree"
        status=1
    }
}

# red CHECK FILE LINE WHY: LINE at the end of FILE must be found.
red() {
    fresh
    printf '%b\n' "$3" >>"$tree/$2"
    if "$here/$1.sh" >"$tree/.out"; then
        echo "selftest: $1 does not see $4"
        status=1
    fi
}

for check in floors sizes calls text headers format; do
    green $check
done
red floors src/base/one.c '#include "net/net.h"' "a higher floor"
red floors src/net/two.c '#include "base/base_private.h"' "what is not a door"
red floors src/sandbox/two.c '#include "sign/sign.h"' "a judge that knows the accused"
red floors src/base/one.c '#include "../net/net.h"' "a climbing include"
red sizes src/base/one.c "$(awk 'BEGIN { for (i = 0; i < 600; i++) printf "\\n" }')x" "a long file"
red sizes src/base/one.c "int f(void) {$(awk 'BEGIN { for (i = 0; i < 80; i++) printf "\\n" }')\n}" \
    "a long function"
red sizes src/base/README.md "$(awk 'BEGIN { for (i = 0; i < 30; i++) printf "\\n" }')x" "a long README"
red calls src/base/one.c 'void f(char *a) { strcpy(a, "b"); }' "strcpy"
red calls src/net/two.c 'long f(void) { return time (0); }' "time() above base"
red calls src/net/two.c 'void f(void) { /* no */ exit(1); }' "exit in a library"
red text src/base/one.c '/* TO''DO later */' "work left for later"
red text src/base/one.c 'int a; ' "blanks at the end"
red text src/base/one.c '/* see ../sha''red/x */' "a path outside"
red text src/base/README.md 'from http://deb.deb''ian.org/x' "a mirror"
red headers include/qiandian/one.h 'size_t qd_two(void);' "a header that needs another"
red headers include/qiandian/one.h 'int qd_two(int class);' "a header that is no C++"
if ! "$here/format.sh" 2>&1 | grep -q 'not compared'; then
    red format src/base/one.c 'int  a;' "bad format"
fi

# What looks like a finding and is none.
fresh
printf '%s\n' '/* exit(1) and strcpy(a, b) */' 'static const char *t = "time(NULL) printf(x)";' \
    >>"$tree/src/net/two.c"
"$here/calls.sh" || status=1
[ $status -ne 0 ] || echo "selftest: every check is green and red where it should be"
exit $status
