#!/bin/sh
# Floors: a room includes the doors of lower floors only, and of another room nothing but its door.
set -u
# shellcheck source=tools/check/common.sh
. "$(dirname -- "$0")/common.sh"

c_files src | while read -r file; do
    awk -v file="$file" '
    BEGIN {
        split("base 0 codec 1 net 1 httpd 1 sign 2 catalog 2 store 2 core 3 platforms 4 " \
              "sync 5 push 5 warehouse 5 jobs 6 sandbox 6 gateway 7 cli 8", words, " ")
        for (i = 1; i in words; i += 2) {
            floor[words[i]] = words[i + 1]
        }
        # The judge shares nothing with the accused; what embedders link brings no SQLite, no server.
        split("sandbox/net sandbox/sign sandbox/store sandbox/core sandbox/platforms sandbox/sync " \
              "sandbox/push sandbox/warehouse core/store core/httpd platforms/store platforms/httpd " \
              "sync/httpd sync/net", never, " ")
        for (i in never) {
            forbidden[never[i]] = 1
        }
        split(file, path, "/")
        room = path[2]
        if (!(room in floor)) {
            print file ": room " room " has no floor; add it to tools/check/floors.sh"
            exit
        }
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, quoted, "\"")
        name = quoted[2]
        split(name, part, "/")
        other = part[1]
        if (name ~ /\.\./) {
            print file ":" FNR ": include \"" name "\" climbs out of its folder"
        }
        if (name == "tables.h" || !index(name, "/")) {
            if (name != "tables.h" && name !~ /_private\.h$/ && name !~ /\.inc$/) {
                print file ":" FNR ": include \"" name "\": say the room (\"" room "/" name "\")"
            }
            next
        }
        if (other == "qiandian" || other == room || !(other in floor)) {
            next
        }
        if (floor[other] >= floor[room]) {
            print file ":" FNR ": " room " (floor " floor[room] ") includes " name " (floor " \
                floor[other] ")"
        }
        if ((room "/" other) in forbidden) {
            print file ":" FNR ": " room " must not know " other
        }
        if (name != other "/" other ".h" && name != "base/limits.h") {
            print file ":" FNR ": " name " is not the door of " other
        }
    }' "$file"
done >"$found"
report floors
