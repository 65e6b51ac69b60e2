# shellcheck shell=bash disable=SC2154
# A migrated server for the length of a script. Needs say.sh and top.

# scratch_up: starts it and sets PG* to the owner of its database. It ends with the script.
scratch_up() {
    scratch=$(mktemp -d /tmp/matchd-scratch.XXXXXX)
    chmod 0711 "$scratch"
    export MATCHD_DEV_DIR=$scratch/dev MATCHD_RUN_DIR=$scratch/run MATCHD_DEV_FSYNC=off
    trap scratch_down EXIT
    "$top/scripts/dev-up" >"$scratch/log" 2>&1 || die "no server: $(tail -n 5 "$scratch/log")"
    # shellcheck source=/dev/null
    . "$MATCHD_RUN_DIR/env"
}

scratch_down() {
    "$top/scripts/dev-down" >/dev/null 2>&1 || true
    rm -rf -- "$scratch"
}
