#!/usr/bin/env bash
# The access matrix, table x relation x verb: 1,920 cells from rls/matrix.csv.
set -euo pipefail
# shellcheck source=tests/sql/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$top"
sql_server_up
sql_database matchd_rls
cells=$(mktemp -d)
/usr/bin/python3 tests/sql/rls/generate.py "$cells"
status=0
pg_prove --failures -Q -j2 -d matchd_rls "$cells"/*.sql || status=$?
rm -r "$cells"
exit $status
