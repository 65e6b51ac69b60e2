/* Is the database the one this program was built for, and may this role read it?
 *
 * Looked at before anything is loaded, and all that is wrong is said at once:
 *
 *   migrations  those recorded in supabase_migrations.schema_migrations against those this program
 *               was built with: a missing one means an older database (run scripts/migrate), an
 *               unknown one a newer (install the matching program)
 *   structure   every table and column of sources.h exists with its type
 *   privileges  SELECT on every such column, USAGE on the schemas
 *   rows        no row level security that would hide some from this role */
#ifndef MATCHD_STORAGE_PG_SCHEMA_CHECK_H
#define MATCHD_STORAGE_PG_SCHEMA_CHECK_H

#include "storage/pg_conn.h"

bool pg_schema_check(struct pg_conn *conn, struct err *err) MUST_CHECK;

#endif
