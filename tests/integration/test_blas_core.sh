#!/usr/bin/env bash
# Protects: matchd runs the BLAS kernels of the processor it is on, without being asked to. The
# emulated processor has AVX2 and a model number that OpenBLAS 0.3.21 does not know, so it takes
# Prescott's kernels (SSE3); matchd must start itself again with better ones. What the environment
# asks for stays.
set -euo pipefail

if [[ -n ${MATCHD_SANITIZE:-} ]]; then
    echo "a sanitizer's memory has no room in the emulator"
    exit 77
fi
if ! command -v qemu-x86_64 >/dev/null; then
    echo "qemu-x86_64 is not installed (scripts/install-deps installs qemu-user)"
    exit 77
fi

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

# core_of OPENBLAS_CORETYPE...: the kernels that matchd says it runs; nothing else of it is needed.
core_of() {
    env -u OPENBLAS_CORETYPE "$@" MATCHD_VISUAL=blas \
        MATCHD_DATABASE_URL=postgres://127.0.0.1:1/none \
        MATCHD_ENDPOINTS="ipc://$directory/matchd.sock" \
        timeout 5 qemu-x86_64 -cpu Haswell,model=207 "$MATCHD_BUILD/matchd" 2>&1 |
        sed -n 's/.*event=matchd.starting .*blas=//p'
}

expect() {
    if [[ $1 != "$2" ]]; then
        echo "expected the kernels of $2, got \"$1\""
        exit 1
    fi
}

expect "$(core_of || true)" Haswell
expect "$(core_of OPENBLAS_CORETYPE=Nehalem || true)" Nehalem
