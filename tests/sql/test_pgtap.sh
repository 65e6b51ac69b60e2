#!/usr/bin/env bash
# Every pgTAP file of this directory (or those named), in a database of its own server.
set -euo pipefail
# shellcheck source=tests/sql/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$top"
sql_server_up
sql_database matchd_pgtap
if [ $# -eq 0 ]; then
    set -- tests/sql/*.sql
fi
pg_prove --failures --quiet -d matchd_pgtap "$@"
