# shellcheck shell=bash
# Messages of the scripts, and the two ways they end. Source this file first.

say() { printf '%s\n' "$*"; }

note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# An operating error: what was expected, what came, what to do.
die() {
    note "$*"
    exit 1
}

# need COMMAND PACKAGE: the command is there, or the message names the package it comes in.
need() {
    command -v "$1" >/dev/null 2>&1 && return 0
    die "$1 is missing: install the package $2 (scripts/install-deps lists them all)"
}
