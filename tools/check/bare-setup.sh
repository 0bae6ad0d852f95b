#!/bin/sh
# bare-setup.sh [SUITE...] [-- COMMAND...]: the proof that ./dev needs nothing but a Debian with apt.
#
# For each suite (bookworm, trixie) debootstrap makes a minimal system in a temporary folder from this
# machine's own Debian mirror; a clean clone goes in, and ./dev demo --orders 2000 (or COMMAND) runs
# there twice: the first run installs and builds, the second has to start at once. Needs root.
# The last line of each suite is what docs/quality.md records.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)

suites=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    suites="$suites $1"
    shift
done
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- ./dev demo --orders 2000

if [ "$(id -u)" -ne 0 ] || [ ! -x /usr/sbin/debootstrap ]; then
    echo "bare-setup: needs root and debootstrap" >&2
    exit 1
fi
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' 'Created-By: Packages' |
    awk '$2 == "Debian" && $3 == "main" { print $1; exit }')
if [ -z "$mirror" ]; then
    echo "bare-setup: apt knows no Debian mirror here" >&2
    exit 1
fi

work=$(mktemp -d /var/tmp/bare-setup.XXXXXX)
clean() {
    umount -R "$work"/*/proc "$work"/*/dev 2>/dev/null
    # Never through a mount that could not be taken away.
    mount | grep -q " $work/" || rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM

# prove SUITE COMMAND...
prove() {
    suite=$1
    shift
    tree=$work/$suite
    echo "bare-setup: $suite: debootstrap" >&2
    if ! debootstrap --variant=minbase "$suite" "$tree" "$mirror" >"$work/$suite.log" 2>&1; then
        tail -n 20 "$work/$suite.log" >&2
        return 1
    fi
    # How this machine reaches the network is its own business: names and apt's proxy settings.
    cp -L /etc/resolv.conf "$tree/etc/resolv.conf" 2>/dev/null
    apt-config dump | grep -iE '^acquire::(http|https)::' >"$tree/etc/apt/apt.conf.d/00network"
    mount -t proc proc "$tree/proc" && mount --rbind /dev "$tree/dev" &&
        mount --make-rslave "$tree/dev" || return 1
    git clone --quiet --no-hardlinks "$root" "$tree/srv/qiandian" || return 1
    packages=$(chroot "$tree" dpkg-query -W -f '.\n' | wc -l)

    for run in first second; do
        echo "bare-setup: $suite: $run run of $*" >&2
        began=$(date +%s)
        chroot "$tree" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
            sh -c 'cd /srv/qiandian && exec "$@"' sh "$@" >&2 || return 1
        eval "${run}_s=$(($(date +%s) - began))"
    done
    yyjson=$(chroot "$tree" dpkg-query -W -f '${Version}' libyyjson-dev 2>/dev/null)
    # shellcheck disable=SC2154
    echo "| $(date +%F) | $suite | $packages packages before | yyjson $yyjson |" \
        "first run ${first_s} s | second run ${second_s} s | $* |"
    umount -R "$tree/proc" "$tree/dev"
    rm -rf "$tree"
}

status=0
for suite in ${suites:-bookworm trixie}; do
    prove "$suite" "$@" || {
        echo "bare-setup: $suite failed" >&2
        status=1
    }
done
exit $status
