#!/bin/sh
# Every source check, one after the other; fails when one of them does. See the scripts beside it.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
status=0
for check in floors sizes calls text headers format; do
    "$here/$check.sh" || status=1
done
exit $status
