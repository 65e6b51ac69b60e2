-- Why: the roles and schemas that everything after this relies on. On Supabase the API roles and
--   schema auth exist already and are left as they are. On a plain PostgreSQL they are made here.
-- Who may run it: the owner of the database with CREATEROLE. Two attributes are a superuser's to
--   give in PostgreSQL 15 (BYPASSRLS, REPLICATION). Where they cannot be given the role is made
--   without, and a warning names the statement that a superuser has to run once.
-- Lock: none that anyone waits for.
-- Time: well under a second.

do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('anon', 'nologin noinherit', ''),
            ('authenticated', 'nologin noinherit', ''),
            ('service_role', 'nologin noinherit', 'bypassrls'),
            -- owns the functions of schema private that run with definer rights
            ('matchd_definer', 'nologin', ''),
            -- the daemon: reads, follows the replication slot, writes through functions
            ('matchd_read', 'login', 'bypassrls'),
            ('matchd_repl', 'login connection limit 16', 'replication'),
            ('matchd_write', 'login', '')
        ) as roles (name, attributes, superuser_attribute)
    loop
        continue when exists (select from pg_roles where rolname = wanted.name);
        begin
            execute format('create role %I %s %s',
                wanted.name, wanted.attributes, wanted.superuser_attribute);
        exception when insufficient_privilege then
            if not (select rolcreaterole from pg_roles where rolname = current_user) then
                raise exception 'role "%" is missing and role "%" may not create roles',
                    wanted.name, current_user
                    using hint = 'Give the migrating role CREATEROLE, or create the role first.';
            end if;
            execute format('create role %I %s', wanted.name, wanted.attributes);
        end;
    end loop;
end
$$;

do $$
declare
    lacking record;
begin
    for lacking in
        select rolname,
               case rolname when 'matchd_repl' then 'replication' else 'bypassrls' end as attr
        from pg_roles
        where not rolsuper
          and ((rolname in ('service_role', 'matchd_read') and not rolbypassrls)
            or (rolname = 'matchd_repl' and not rolreplication))
    loop
        raise warning 'role "%" lacks %: a superuser has to run "alter role % %" once',
            lacking.rolname, upper(lacking.attr), lacking.rolname, lacking.attr;
    end loop;
end
$$;

-- The migrating role acts for the roles it made: it hands functions over to matchd_definer, and
-- tests switch to the API roles.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['anon', 'authenticated', 'service_role', 'matchd_definer']
    loop
        if not pg_has_role(current_user, role_name, 'member') then
            execute format('grant %I to %I', role_name, current_user);
        end if;
    end loop;
end
$$;

-- A reader that meets row level security without BYPASSRLS gets an error, never an empty answer.
alter role matchd_read set row_security = off;
alter role matchd_read set default_transaction_read_only = on;
alter role matchd_read set search_path = '';
alter role matchd_write set search_path = '';
alter role matchd_write set statement_timeout = '60s';
alter role matchd_write set lock_timeout = '5s';
alter role matchd_write set idle_in_transaction_session_timeout = '60s';

-- Who the request is from. Supabase brings these three functions along.
do $$
begin
    if to_regnamespace('auth') is null then
        create schema auth;
        grant usage on schema auth to anon, authenticated, service_role, matchd_definer;
    end if;
    if to_regprocedure('auth.jwt()') is null then
        create function auth.jwt() returns jsonb
        language sql stable set search_path = ''
        as 'select nullif(current_setting(''request.jwt.claims'', true), '''')::jsonb';
    end if;
    if to_regprocedure('auth.uid()') is null then
        create function auth.uid() returns uuid
        language sql stable set search_path = ''
        as 'select nullif(auth.jwt() ->> ''sub'', '''')::uuid';
    end if;
    if to_regprocedure('auth.role()') is null then
        create function auth.role() returns text
        language sql stable set search_path = ''
        as 'select auth.jwt() ->> ''role''';
    end if;
end
$$;

-- private: functions that policies and the API functions call; matching: the daemon's own tables.
create schema private;
comment on schema private is 'Functions behind policies and the API functions. Not exposed.';
grant usage, create on schema private to matchd_definer;
create schema matching;
comment on schema matching is 'What only the daemon uses, and the partitions of analytics_events.';
grant usage on schema matching to matchd_definer, matchd_read, matchd_write;

-- Nothing is open by default: each grant is written down where it is meant.
revoke create on schema public from public;
grant usage on schema public
    to anon, authenticated, service_role, matchd_definer, matchd_read, matchd_write;
alter default privileges in schema public
    revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public
    revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public
    revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;
