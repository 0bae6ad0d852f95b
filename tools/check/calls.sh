#!/bin/sh
# Banned calls: see CONTRIBUTING.md. Comments and strings are taken out before the search.
set -u
# shellcheck source=tools/check/common.sh
. "$(dirname -- "$0")/common.sh"

everywhere='sprintf vsprintf strcpy strcat strtok atoi atol atof system rand srand random alloca gets'
clocks='time localtime gmtime mktime gettimeofday clock_gettime localtime_r gmtime_r'
library='exit _exit abort printf puts putchar perror'

# banned FILE NAME...: a call of one of these names.
banned() {
    file=$1
    shift
    awk -v names="$*" '
    BEGIN {
        count = split(names, name, " ")
    }
    {
        line = $0
        gsub(/\\./, "", line)           # escaped characters
        gsub(/"[^"]*"/, "\"\"", line)   # strings
        if (inside) {
            if (!match(line, /\*\//)) {
                next
            }
            line = substr(line, RSTART + 2)
            inside = 0
        }
        while (match(line, /\/\*/)) {
            head = substr(line, 1, RSTART - 1)
            rest = substr(line, RSTART + 2)
            if (match(rest, /\*\//)) {
                line = head " " substr(rest, RSTART + 2)
            } else {
                line = head
                inside = 1
                break
            }
        }
        sub(/\/\/.*/, "", line)
        for (i = 1; i <= count; i++) {
            if (match(" " line, "[^A-Za-z0-9_.>]" name[i] "[ ]*\\(")) {
                print FILENAME ":" FNR ": " name[i] "() is not used here"
            }
        }
    }' "$file"
}

{
    for file in $(c_files src include tools tests bench fuzz examples); do
        # shellcheck disable=SC2086
        banned "$file" $everywhere
    done
    for file in $(c_files src include); do
        case $file in
        src/base/*) ;;
        *)
            # shellcheck disable=SC2086
            banned "$file" $clocks
            ;;
        esac
        case $file in
        src/cli/*) ;;
        *)
            # shellcheck disable=SC2086
            banned "$file" $library
            ;;
        esac
    done
} >"$found"
report calls
