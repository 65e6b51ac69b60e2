# shellcheck shell=bash
# A private server with a migrated database and pgTAP, for the tests of this directory.
#
# sql_server_up starts one (or uses the one that MATCHD_TEST_SERVER=1 says is in the PG*
# variables), sql_database NAME makes a migrated database in it. Everything ends with the script.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# shellcheck source=scripts/lib/say.sh
. "$top/scripts/lib/say.sh"
# shellcheck source=scripts/lib/scratch.sh
. "$top/scripts/lib/scratch.sh"

skip() {
    echo "skipped: $*"
    exit 77
}

sql_server_up() {
    command -v pg_prove >/dev/null 2>&1 ||
        skip "pg_prove is missing (package libtap-parser-sourcehandler-pgtap-perl)"
    [ -x /usr/lib/postgresql/15/bin/initdb ] || skip "PostgreSQL 15 is missing"
    if [ -z "${MATCHD_TEST_SERVER:-}" ]; then
        scratch_up
    fi
    # The tests look at everything as the superuser and act as the roles they name.
    export PGUSER=postgres PGOPTIONS=--client-min-messages=warning
}

owner_url() { echo "postgresql://matchd_owner:$PGPASSWORD@$PGHOST:$PGPORT/$1"; }

# sql_empty NAME: an empty database of the owner, in place of one of that name.
sql_empty() {
    psql -X -q -d postgres -c "drop database if exists $1" \
        -c "create database $1 owner matchd_owner"
}

# sql_database NAME: a migrated one with pgTAP in schema tap.
sql_database() {
    sql_empty "$1"
    local said
    said=$(PGUSER=matchd_owner "$top/scripts/migrate" "$(owner_url "$1")" 2>&1) ||
        { echo "$said"; exit 1; }
    psql -X -q -d "$1" -c 'create schema tap' -c 'create extension pgtap schema tap' \
        -c 'grant usage on schema tap to public'
    export PGDATABASE=$1
}
