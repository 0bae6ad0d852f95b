#!/bin/sh
# misspelt.sh CC INCLUDE GENERATED: misspelt.c compiles; with a mistake it does not, and the compiler
# names what was meant.
set -eu
cc=$1 include=$2 generated=$3
here=$(cd -- "$(dirname -- "$0")" && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT INT TERM

try() {
    # Warnings are not errors here but the one about undeclared functions, which C17 has as well.
    "$cc" -std=c17 -Werror=implicit-function-declaration -Werror=int-conversion -fsyntax-only \
        -I"$include" -I"$generated" "$@" "$here/misspelt.c" >"$log" 2>&1
}

try || { echo "misspelt.c does not compile without a mistake" >&2; cat "$log" >&2; exit 1; }
for mistake in PARAMETER:fields METHOD:fullinfo ANSWER:status TYPE:tid; do
    if try "-D${mistake%:*}"; then
        echo "compiles with a mistake: ${mistake%:*}" >&2
        exit 1
    fi
    grep -q "${mistake#*:}" "$log" || { echo "the error does not help:" >&2; cat "$log" >&2; exit 1; }
done
