#!/bin/sh
# install.sh "PACKAGE ...": installs Debian packages as root or with sudo and says what it does.
# On other systems it prints the list and fails.
#
# yyjson came with Debian 13. On Debian 12 its two packages are fetched from the machine's own mirror
# (the address is read from apt), suite trixie, through a private apt configuration: the system's
# sources stay as they are and nothing else can come from there. See docs/decisions/0002-yyjson.md.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source=tools/setup/packages.sh
. "$here/packages.sh"

say() {
    printf '%s\n' "setup: $*" >&2
}

packages=$1
system=$(setup_system)
case $system in
debian-12 | debian-13) ;;
*)
    say "these are missing (names as in Debian): $packages"
    say "installing is automatic on Debian 12 and 13 only; this is $system"
    exit 1
    ;;
esac

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        say "these packages are missing, and this is neither root nor is there sudo: $packages"
        exit 1
    fi
    as_root=sudo
fi

log=$(mktemp)
work=$(mktemp -d)
trap 'rm -rf "$log" "$work"' EXIT INT TERM

# run COMMAND...: quiet unless it fails.
run() {
    if ! $as_root env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        say "failed: $*"
        return 1
    fi
}

install_yyjson() {
    # REPO_URI is the mirror as this machine knows it, whatever its form.
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets \
        --format '$(REPO_URI) $(RELEASE) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
        awk '$2 == "bookworm" && $3 == "Debian" && $4 == "main" { print $1; exit }')
    if [ -z "$mirror" ]; then
        say "apt knows no Debian bookworm source here, so yyjson cannot be fetched from its mirror"
        return 1
    fi
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    signed=
    [ ! -f "$keyring" ] || signed="[signed-by=$keyring] "
    mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/debs"
    echo "deb ${signed}$mirror trixie main" >"$work/sources.list"
    chmod -R a+rX "$work"
    say "fetching libyyjson0 and libyyjson-dev of Debian 13 from this machine's Debian mirror"
    set -- -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$work/lists" -o Dir::Cache::archives="$work/archives" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root \
        -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    run apt-get "$@" update || return 1
    run sh -c 'cd "$1" && shift && exec apt-get "$@" download libyyjson0 libyyjson-dev' sh \
        "$work/debs" "$@" || return 1
    # With the system's own configuration: what these two would pull in can only be Debian 12's.
    run apt-get install -y --no-install-recommends --no-remove "$work"/debs/*.deb
}

ordinary=
yyjson=no
for package in $packages; do
    if [ "$package" = libyyjson-dev ] && [ "$system" = debian-12 ]; then
        yyjson=yes
    else
        ordinary="$ordinary $package"
    fi
done

say "installing${ordinary}$([ $yyjson = no ] || echo ' libyyjson-dev') ($system${as_root:+, with sudo})"
# A source of the user's own that does not answer must not stop us: the installation itself decides.
run apt-get update || say "going on with the package lists that are here"
# shellcheck disable=SC2086
[ -z "$ordinary" ] || run apt-get install -y --no-install-recommends $ordinary
[ $yyjson = no ] || install_yyjson
