# shellcheck shell=sh
# Sourced by every check: where the tree is, which files count, how a finding is told.
#
# CHECK_ROOT is another tree: the checks' own test breaks one on purpose.
root=${CHECK_ROOT:-$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)}
cd "$root" || exit 1
found=$(mktemp)
trap 'rm -f "$found"' EXIT INT TERM

# c_files DIR...: our C sources and headers below those of the folders that exist.
c_files() {
    for dir in "$@"; do
        [ ! -d "$dir" ] || find "$dir" -type f \( -name '*.c' -o -name '*.h' \)
    done | LC_ALL=C sort
}

# text_files: everything that people wrote and that is committed (or about to be).
text_files() {
    {
        for dir in include src tests tools bench fuzz examples docs catalog cmake .ci web packaging; do
            [ ! -d "$dir" ] || find "$dir" -type f
        done
        find . -maxdepth 1 -type f ! -name '.*' | sed 's,^\./,,'
    } | LC_ALL=C sort
}

# Ends the check: prints what was written to $found and fails if that is anything.
report() {
    if [ -s "$found" ]; then
        sed "s/^/$1: /" "$found"
        exit 1
    fi
}
