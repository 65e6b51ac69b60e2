#!/usr/bin/env bash
# Mutation test of policies and grants: a seeded sample, or every one with --all.
#   tests/sql/test_mutants.sh [--all | --sample N] [--seed S] [--kind KIND] [--table NAME]
set -euo pipefail
# shellcheck source=tests/sql/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$top"
sql_server_up
/usr/bin/python3 -c 'import psycopg2' 2>/dev/null || skip "python3-psycopg2 is missing"
sql_database matchd_mutants
PYTHONPATH=$top/tests/sql/rls PYTHONDONTWRITEBYTECODE=1 \
    /usr/bin/python3 tests/sql/rls/mutate.py "$@"
