# shellcheck shell=sh
# What the project needs, and how to see that it is there. Sourced by ./dev and install.sh.
#
# One line a package: set, Debian package, probe. Probes look for the thing and not for the package,
# so that a library of the user's own making counts too:
#   cmd:NAME     a program in PATH
#   pc:MODULE>=V a library that pkg-config knows
#   file:PATH    a file
setup_table() {
    cat <<'END'
build build-essential cmd:cc
build build-essential cmd:c++
build build-essential file:/usr/include/stdio.h
build cmake cmd:cmake
build ninja-build cmd:ninja
build pkg-config cmd:pkg-config
build libcurl4-openssl-dev pc:libcurl>=7.88
build libmicrohttpd-dev pc:libmicrohttpd>=0.9.75
build libssl-dev pc:libcrypto>=3.0
build libsqlite3-dev pc:sqlite3>=3.40
build libzstd-dev pc:libzstd>=1.4
build libyyjson-dev pc:yyjson>=0.10
build libxml2-dev pc:libxml-2.0>=2.9
build ca-certificates file:/etc/ssl/certs/ca-certificates.crt
test libcmocka-dev pc:cmocka>=1.1
test curl cmd:curl
test clang-format-14 cmd:clang-format-14
test clang-tidy-14 cmd:clang-tidy-14
fuzz clang cmd:clang
fuzz debootstrap file:/usr/sbin/debootstrap
END
}

# The version of clang-format decides about our format, so only version 14 is asked to compare. Where
# the system has none (Debian 13), format and clang-tidy are left out and the checks say so.
setup_optional() {
    case $1 in
    clang-format-14 | clang-tidy-14) [ "$(setup_system)" != debian-12 ] ;;
    *) return 1 ;;
    esac
}

# "debian-12", "debian-13", or whatever else /etc/os-release says.
setup_system() {
    # shellcheck disable=SC1091
    (. /etc/os-release 2>/dev/null && echo "${ID:-unknown}-${VERSION_ID:-}") || echo unknown
}

setup_probe() {
    case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
    file:*) [ -e "${1#file:}" ] ;;
    pc:*)
        command -v pkg-config >/dev/null 2>&1 || return 1
        wanted=${1#pc:}
        pkg-config --atleast-version="${wanted#*>=}" "${wanted%%>=*}" 2>/dev/null
        ;;
    esac
}

# setup_missing SET...: packages whose probe fails, on one line.
setup_missing() {
    setup_table | while read -r set package probe; do
        case " $* " in *" $set "*) ;; *) continue ;; esac
        if ! setup_probe "$probe" && ! setup_optional "$package"; then
            echo "$package"
        fi
    done | sort -u | tr '\n' ' ' | sed 's/ $//'
}
