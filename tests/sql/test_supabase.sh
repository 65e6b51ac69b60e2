#!/usr/bin/env bash
# The real Supabase CLI against a plain PostgreSQL: it sees every migration, pushes them, goes on
# where scripts/migrate stopped and the other way round, finds nothing to object to, and its types
# are those checked in.
set -euo pipefail
# shellcheck source=tests/sql/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/lib/supabase.sh
. "$top/scripts/lib/supabase.sh"

fail() {
    echo "FAILED: $*"
    exit 1
}
cd "$top"
supabase_install || skip "the Supabase CLI cannot be had from npm"
sql_server_up
count=$(find migrations -maxdepth 1 -name '[0-9]*.sql' | wc -l)
ask() { psql -X -At -d "$1" -c "$2"; }
quietly() { "$@" >"$sql_log" 2>&1 || { cat "$sql_log"; return 1; }; }
sql_log=$(mktemp)

# listed URL: how many versions the CLI shows as here and there
listed() {
    supabase migration list --remote="$1" 2>/dev/null |
        grep -cE '([0-9]{14}).*[^0-9]\1' || true
}

# 1. An empty database: the CLI pushes, scripts/migrate finds nothing left to do.
sql_empty matchd_cli
cli=$(owner_url matchd_cli)
quietly supabase db push --remote="$cli" --yes || fail "db push"
[ "$(listed "$cli")" = "$count" ] || fail "migration list shows $(listed "$cli") of $count versions"
[ "$(ask matchd_cli 'select count(*) from supabase_migrations.schema_migrations')" = "$count" ] ||
    fail "db push did not record every migration"
scripts/migrate "$cli" | grep -q "up to date: $count" || fail "scripts/migrate after db push"

# 2. The other way round.
sql_empty matchd_psql
plain=$(owner_url matchd_psql)
quietly scripts/migrate "$plain" || fail "scripts/migrate"
[ "$(listed "$plain")" = "$count" ] || fail "migration list after scripts/migrate"
supabase db push --remote="$plain" --yes 2>&1 | grep -qi 'up to date' ||
    fail "db push after scripts/migrate"

# 3. Both make the same database.
dump() { pg_dump -s -d "$1" -N supabase_migrations | grep -v '^\\\(un\)\{0,1\}restrict'; }
diff <(dump matchd_cli) <(dump matchd_psql) || fail "the two ways make different databases"

# 4. Nothing to object to. The extension that lint needs comes after the advisors have looked.
supabase db advisors --level warn --remote="$plain" >"$sql_log" 2>/dev/null || fail "db advisors"
if grep -q '"level"' "$sql_log"; then
    cat "$sql_log"
    fail "db advisors warns"
fi
ask matchd_psql 'create extension plpgsql_check' >/dev/null 2>&1 ||
    skip "plpgsql_check is missing (package postgresql-15-plpgsql-check)"
quietly supabase db lint --fail-on warning --remote="$plain" || fail "db lint"
# a function that is wrong is found, so silence means something
ask matchd_psql "create function public.wrong() returns int language plpgsql
    as 'begin return (select gone from public.users limit 1); end'" >/dev/null
if supabase db lint --fail-on error --remote="$plain" >/dev/null 2>&1; then
    fail "db lint does not see a wrong function"
fi

# 5. The types.
supabase_types "$cli" | diff -u api/clients/typescript/database.types.ts - ||
    fail "database.types.ts is stale: run scripts/gen-types"
rm -f "$sql_log"
echo "$count migrations, both ways; lint and advisors have no objection; types are fresh"
