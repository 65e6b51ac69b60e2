-- Why: the daemon compares the migrations of the database with those it was built with before it
--   loads anything, and says which are missing; for that it has to see which are recorded.
-- Lock: none that anyone waits for.
-- Time: well under a second.

do $$
begin
    -- Both scripts/migrate and the Supabase CLI record in this table before they run a migration.
    if to_regclass('supabase_migrations.schema_migrations') is not null then
        grant usage on schema supabase_migrations to matchd_read;
        grant select on supabase_migrations.schema_migrations to matchd_read;
    end if;
end
$$;
