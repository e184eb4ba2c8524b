#!/bin/sh
# Installs a program that an experiment is put beside, where there is none and this user may; otherwise says so in a sentence.
# $1 the program, $2 Debian's package with it
set -u
PATH=$PATH:/usr/sbin:/usr/local/sbin
package=$2
command -v "$1" >/dev/null && exit 0

say() {
    echo "neurath bench: $1, so the experiment goes without; on Debian: apt-get install $package" >&2
    exit 0
}

command -v apt-get >/dev/null || say "$1 is not installed, and there is no apt-get"
[ "$(id -u)" -eq 0 ] || say "$1 is not installed, and only root may install it"
echo "neurath bench: installing $package …" >&2
# In runlevel 1 an installed service is not started.
RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
export RUNLEVEL DEBIAN_FRONTEND
apt-get install -y --no-install-recommends "$package" >/dev/null 2>&1 ||
    { apt-get update && apt-get install -y --no-install-recommends "$package"; } >/dev/null 2>&1 ||
    say "$package could not be installed"
