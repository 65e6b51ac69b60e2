#!/usr/bin/env bash
# emulated.sh CPU WANTED PROGRAM: runs PROGRAM WANTED on an emulated CPU. Exit status 77 (skipped)
# only where there is no emulator.
set -euo pipefail

cpu=$1 wanted=$2 program=$3
if ! command -v qemu-x86_64 >/dev/null; then
    echo "qemu-x86_64 is not installed (scripts/install-deps installs qemu-user)"
    exit 77
fi
# A core of OpenBLAS that is asked for by the environment may be one that this CPU lacks.
env -u OPENBLAS_CORETYPE qemu-x86_64 -cpu "$cpu" "$program" "$wanted"
