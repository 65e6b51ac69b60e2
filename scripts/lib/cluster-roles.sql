-- Run once per cluster by a superuser, before or after the migrations: the attributes that only a
-- superuser gives in PostgreSQL 15. Expects the psql variables owner and password (of the roles
-- that log in). Used by scripts/dev-up; an administrator may use it as it is.
select format('create role %I', name) from unnest(array[
    :'owner', 'anon', 'authenticated', 'service_role', 'matchd_read', 'matchd_repl',
    'matchd_write']) as wanted (name)
where not exists (select from pg_roles where rolname = name) \gexec
alter role :"owner" login createrole bypassrls password :'password';
alter role anon nologin noinherit;
alter role authenticated nologin noinherit;
alter role service_role nologin noinherit bypassrls;
alter role matchd_read login bypassrls password :'password';
alter role matchd_repl login replication connection limit 16 password :'password';
alter role matchd_write login password :'password';
