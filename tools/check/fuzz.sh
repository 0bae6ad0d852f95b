#!/bin/sh
# fuzz.sh BUILD-FOLDER SECONDS: every fuzzer for so long, from its committed corpus.
set -u
build=$1
seconds=$2
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
status=0
for program in "$build"/bin/fuzz_* "$build"/fuzz/fuzz_*; do
    if [ ! -f "$program" ] || [ ! -x "$program" ]; then
        continue
    fi
    name=$(basename "$program")
    scratch="$build/corpus-$name"
    mkdir -p "$scratch"
    seeds="$root/fuzz/corpus/${name#fuzz_}"
    echo "fuzz: $name, $seconds s"
    [ -d "$seeds" ] || seeds=
    # Findings are written beside the scratch corpus; the committed one is only read.
    if ! "$program" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$scratch-" "$scratch" ${seeds:+"$seeds"} >"$scratch.log" 2>&1; then
        tail -n 30 "$scratch.log"
        echo "fuzz: $name failed"
        status=1
    fi
done
exit $status
