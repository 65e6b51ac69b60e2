#!/usr/bin/env bash
# Protects scripts/migrate: from empty to head in under 10 s, twice does nothing, a bad file leaves
# nothing behind, and each refusal says what is wrong.
set -euo pipefail
# shellcheck source=tests/sql/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

fail() {
    echo "FAILED: $*"
    exit 1
}
expect() { grep -qF -- "$1" <<<"$2" || fail "expected '$1' in: $2"; }

# its own server: the last part drops roles
unset MATCHD_TEST_SERVER
cd "$top"
sql_server_up
sql_empty matchd_mig
url=$(owner_url matchd_mig)
ask() { psql -X -At -d matchd_mig -c "$1"; }
digest() {
    pg_dump -s -d matchd_mig | grep -v '^\\\(un\)\{0,1\}restrict' | md5sum
}

count=$(find migrations -maxdepth 1 -name '[0-9]*.sql' | wc -l)
began=$(date +%s%N)
scripts/migrate "$url" >/dev/null
took=$((($(date +%s%N) - began) / 1000000))
[ $took -lt 10000 ] || fail "empty to head took $took ms"
echo "empty to head: $count migrations in $took ms"

[ "$(ask 'select count(*) from supabase_migrations.schema_migrations')" = "$count" ] ||
    fail "not every migration is recorded"
before=$(digest)
# many times: a pipe into grep -q once made one in twenty runs say that a migration was lacking
for _ in {1..20}; do
    expect "up to date: $count migrations" "$(scripts/migrate "$url")"
done
[ "$(digest)" = "$before" ] || fail "a second run changed the schema"

# The text is recorded, with the name and without the last semicolon, as the Supabase CLI keeps it.
ask "select statements[1] from supabase_migrations.schema_migrations
     where version = '20261122000200' and name = 'core'" |
    diff -q - <(sed '$ s/;$//' migrations/20261122000200_core.sql) >/dev/null ||
    fail "the recorded text is not the file's"

# Migrations of our own beside the real ones.
work=$(mktemp -d)
cp migrations/*.sql "$work"
run() { scripts/migrate --dir "$work" "$@" "$url" 2>&1; }

echo 'create table public.half (a int); select 1 / 0;' >"$work/20990101000000_bad.sql"
if out=$(run); then fail "a failing migration passed"; fi
expect 'division by zero' "$out"
expect 'rolled back whole' "$out"
[ "$(ask "select to_regclass('public.half') is null")" = t ] || fail "half a migration stayed"
expect 'pending  20990101000000_bad.sql' "$(run --status)"
expect 'would apply 20990101000000_bad.sql' "$(run --dry-run)"

# Two runs at the same time: one applies, both succeed.
echo 'select pg_sleep(0.5); create table public.once (a int);' >"$work/20990101000000_bad.sql"
run >/dev/null &
first=$!
run >/dev/null || fail "the second of two runs failed"
wait $first || fail "the first of two runs failed"

echo 'select 1;' >"$work/20200101000000_old.sql"
if out=$(run); then fail "an old migration was applied unasked"; fi
expect '--include-all' "$out"
run --include-all >/dev/null || fail "--include-all did not apply it"

rm "$work/20990101000000_bad.sql"
if out=$(run); then fail "a database newer than the files was accepted"; fi
expect 'newer than this checkout' "$out"

echo 'select 1;' >"$work/2026_short.sql"
if out=$(run); then fail "a short version was accepted"; fi
expect '2026_short.sql: expected <14 digits>' "$out"
none=postgresql://nobody@127.0.0.1:1/none
if out=$(scripts/migrate "$none" 2>&1); then fail "no server, no error"; fi
expect 'cannot reach the database' "$out"
rm -r "$work"

# Without a superuser's help the roles are made without their attributes, and the warning says so.
sql_empty matchd_mig
psql -X -q -d postgres -c 'drop database if exists matchd'
for role in matchd_read matchd_repl service_role; do
    psql -X -q -d postgres -c "drop role $role"
done
out=$(scripts/migrate "$url" 2>&1) || fail "a database owner with CREATEROLE cannot migrate: $out"
expect 'a superuser has to run "alter role matchd_read bypassrls" once' "$out"
expect 'a superuser has to run "alter role matchd_repl replication" once' "$out"
echo "all well"
