#!/bin/sh
# Installs the Erlang that an experiment is put beside, where there is none and this user may; otherwise says so in a sentence.
set -u
command -v erl >/dev/null && command -v erlc >/dev/null && exit 0

say() {
    echo "neurath bench: $1, so Erlang is not beside; on Debian: apt-get install erlang-base" >&2
    exit 0
}

command -v apt-get >/dev/null || say 'erl is not installed, and there is no apt-get'
[ "$(id -u)" -eq 0 ] || say 'erl is not installed, and only root may install it'
echo 'neurath bench: installing erlang-base …' >&2
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends erlang-base >/dev/null 2>&1 ||
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends erlang-base; } >/dev/null 2>&1 ||
    say 'erlang-base could not be installed'
