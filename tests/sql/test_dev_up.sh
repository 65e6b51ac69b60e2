#!/usr/bin/env bash
# Protects scripts/dev-up and dev-down: every URL of the env file works, a second run keeps what
# runs and starts what died, and dev-down removes what bears the mark and nothing else.
set -euo pipefail
# shellcheck source=tests/sql/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset MATCHD_TEST_SERVER

fail() {
    echo "FAILED: $*"
    exit 1
}

sql_server_up
unset PGUSER PGOPTIONS
# shellcheck source=/dev/null
. "$MATCHD_RUN_DIR/env"
[ "$(stat -c %a "$MATCHD_RUN_DIR/env")" = 600 ] || fail "env holds passwords: expected mode 600"
[ "$(ls -A "$MATCHD_RUN_DIR")" = env ] || fail "the run directory holds more than env"

me() { psql -X -At "$@" -c 'select current_user'; }
[ "$(me)" = matchd_owner ] || fail "PG* is not the owner"
[ "$(me "$MATCHD_DATABASE_URL")" = matchd_read ] || fail "MATCHD_DATABASE_URL"
[ "$(me "$MATCHD_WRITE_URL")" = matchd_write ] || fail "MATCHD_WRITE_URL"
psql -X -At "$MATCHD_REPLICATION_URL?replication=database" \
    -c "CREATE_REPLICATION_SLOT t TEMPORARY LOGICAL pgoutput (SNAPSHOT 'export')" |
    grep -q '^t|' || fail "matchd_repl cannot make a logical slot"
redis() { redis-cli --no-auth-warning -u "$MATCHD_REDIS_URL" "$@"; }
[ "$(redis ping)" = PONG ] || fail "MATCHD_REDIS_URL"
[ "$(psql -X -At -c 'select rolsuper from pg_roles where rolname = current_user')" = f ] ||
    fail "the owner is a superuser"
if PGPASSWORD=wrong psql -X -c 'select 1' >/dev/null 2>&1; then fail "any password is good"; fi

postmaster=$(head -n 1 "$MATCHD_DEV_DIR/pg/data/postmaster.pid")
"$top/scripts/dev-up" >/dev/null
[ "$(head -n 1 "$MATCHD_DEV_DIR/pg/data/postmaster.pid")" = "$postmaster" ] ||
    fail "a second run restarted PostgreSQL"

psql -X -q -c "insert into public.user_segments (key, name, type) values ('kept', 'x', 'manual')"
redis_pid=$(cat "$MATCHD_DEV_DIR/redis/redis.pid")
kill -9 "$postmaster" "$redis_pid"
while grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$postmaster/status" "/proc/$redis_pid/status"; do
    sleep 0.02
done
"$top/scripts/dev-up" >/dev/null || fail "dev-up does not start killed servers"
# shellcheck source=/dev/null
. "$MATCHD_RUN_DIR/env"
[ "$(psql -X -At -c "select count(*) from public.user_segments where key = 'kept'")" = 1 ] ||
    fail "data was lost"
[ "$(redis ping)" = PONG ] || fail "Redis was not started again"

alien=$(mktemp -d /tmp/matchd-alien.XXXXXX)
echo precious >"$alien/file"
if MATCHD_DEV_DIR=$alien "$top/scripts/dev-down" >/dev/null 2>&1; then
    fail "dev-down took a directory without the mark"
fi
if MATCHD_DEV_DIR=$alien "$top/scripts/dev-up" >/dev/null 2>&1; then
    fail "dev-up took a directory with files of others"
fi
[ "$(cat "$alien/file")" = precious ] || fail "a file of others is gone"
rm -r "$alien"

echo precious >"$MATCHD_DEV_DIR/mine"
"$top/scripts/dev-down" >/dev/null 2>&1
[ "$(ls -A "$MATCHD_DEV_DIR")" = mine ] || fail "dev-down left: $(ls -A "$MATCHD_DEV_DIR")"
[ ! -e "$MATCHD_RUN_DIR/env" ] || fail "dev-down left the env file"
echo "all well"
