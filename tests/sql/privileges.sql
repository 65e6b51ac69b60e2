-- Protects the rules that hold for every table, policy, grant and function: those that somebody
-- who adds the next one will not think of. rls/grants.csv and rls/policies.csv are the lists.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(34);

create temp table wanted_grants (role text, verb text, relation text, columns text);
\copy wanted_grants from 'tests/sql/rls/grants.csv' csv header
\ir rls/grants.sql
create temp table wanted_policies (
    tablename text, policyname text, cmd text, permissive text, roles text);
\copy wanted_policies from 'tests/sql/rls/policies.csv' csv header
create temp view api_tables as
select c.oid, c.relname, c.relnamespace from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p');
create temp view functions as
select p.oid, n.nspname as schema, p.proname, p.oid::regprocedure::text as signature, p.prosecdef,
       p.proconfig, p.prosrc, p.proacl, p.proowner::regrole::text as owner
from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
where n.nspname in ('public', 'private', 'matching');

-- G1
select is_empty(
    'select relname from pg_class join api_tables using (oid, relname)
     where not (relrowsecurity and relforcerowsecurity)',
    'G1: row level security is enabled and forced on every table');
select is_empty(
    $$select inhrelid::regclass from pg_inherits join pg_class on oid = inhrelid
      where inhparent = 'public.analytics_events'::regclass and not relrowsecurity$$,
    'G1: and enabled on every partition');
select is_empty(
    $$select relname from api_tables as t where not exists (
        select from pg_policies as p where p.schemaname = 'public' and p.tablename = t.relname
        and 'authenticated' = any (p.roles))$$,
    'G1: every table says in a policy what authenticated may do');
select set_eq(
    $$select tablename::text, policyname::text, cmd, permissive, array_to_string(roles, ' ')
      from pg_policies where schemaname in ('public', 'matching')
        and policyname not in ('definer', 'erasure')$$,
    'select * from wanted_policies', 'the policies are those of the list');
select set_eq(
    $$select tablename::text from pg_policies
      where policyname = 'definer' and roles = '{matchd_definer}' and cmd = 'ALL'
        and qual = 'true' and with_check = 'true'$$,
    'select relname::text from api_tables', 'the definer role is let through on every table');
select set_eq(
    $$select tablename::text from pg_policies
      where policyname = 'erasure' and roles = '{matchd_erasure}' and cmd = 'ALL'
        and qual = 'true' and with_check = 'true'$$,
    'select relname::text from api_tables', 'and the erasure role');

select set_eq(
    $$select distinct policyname::text, cmd, coalesce(qual, '-') as seen,
             coalesce(with_check, '-') as written
      from pg_policies where policyname ~ '^(nobody|not_anonymous|active_)'
        and schemaname = 'public' and tablename <> 'questionnaire_versions'$$,
    $$values
      ('nobody', 'ALL', 'false', 'false'),
      ('not_anonymous', 'ALL', '(NOT ( SELECT private.is_anonymous() AS is_anonymous))',
          '(NOT ( SELECT private.is_anonymous() AS is_anonymous))'),
      ('active_all', 'ALL', '( SELECT private.is_active() AS is_active)',
          '( SELECT private.is_active() AS is_active)'),
      ('active_select', 'SELECT', '( SELECT private.is_active() AS is_active)', '-'),
      ('active_insert', 'INSERT', '-', '( SELECT private.is_active() AS is_active)'),
      ('active_update', 'UPDATE', '( SELECT private.is_active() AS is_active)',
          '( SELECT private.is_active() AS is_active)'),
      ('active_delete', 'DELETE', '( SELECT private.is_active() AS is_active)', '-')$$,
    'policies of one name say the same on every table');

-- G2, G3, G4
select is_empty(
    $$select tablename, policyname from pg_policies
      where schemaname = 'public' and 'public' = any (roles)$$,
    'G2: no policy is for everybody');
select is_empty(
    $$select tablename, role, verb, count(*) from pg_policies, unnest(roles) as role,
             unnest(case cmd when 'ALL' then array['SELECT', 'INSERT', 'UPDATE', 'DELETE']
                    else array[cmd] end) as verb
      where schemaname = 'public' and permissive = 'PERMISSIVE'
      group by 1, 2, 3 having count(*) > 1$$,
    'G2: one permissive policy a role and verb');
select is_empty(
    $$select tablename, policyname from pg_policies
      where schemaname = 'public'
        and ((cmd in ('UPDATE', 'ALL') and (qual is null or with_check is null))
          or (cmd = 'INSERT' and with_check is null)
          or (cmd in ('SELECT', 'DELETE') and qual is null))$$,
    'G3: every policy says what may be seen and what may be written');
select is_empty(
    $$select tablename, policyname from pg_policies
      where schemaname = 'public' and cmd in ('UPDATE', 'ALL')
        and qual is distinct from with_check$$,
    'G3: and those two are the same: no row is changed into one that could not be');
select is_empty(
    $$select tablename, policyname from pg_policies
      where schemaname = 'public'
        and regexp_replace(coalesce(qual, '') || coalesce(with_check, ''),
            'SELECT (auth\.uid\(\)|auth\.jwt\(\)|private\.[a-z_]+\(\)) AS [a-z_]+'
            '|SELECT private\.[a-z_]+\(\) AS [a-z_]+', '', 'g')
            ~ '(auth\.(uid|jwt)\(\)|private\.(is_active|is_admin|is_anonymous|my_[a-z_]+|cohort_floor)\(\))'$$,
    'G4: what does not depend on the row is asked once a statement');
select is_empty(
    $$select distinct p.tablename, f[1]
      from pg_policies as p,
           regexp_matches(coalesce(p.qual, ''), '(?:^|[^.a-z_0-9])([a-z_0-9]+) (?:=|IN) \( ?SELECT', 'g') as f
      where p.schemaname = 'public' and p.permissive = 'PERMISSIVE'
        and not exists (
            select from pg_index as x join pg_attribute as a
              on a.attrelid = x.indrelid and a.attnum = x.indkey[0]
            where x.indrelid = format('public.%I', p.tablename)::regclass
              and a.attname = f[1] and x.indpred is null)$$,
    'G4: every column that a policy looks up is the first of an index');

-- G5
select set_eq('select * from granted', 'select * from wanted_grants',
    'G5: the grants are those of the list, column by column');
select is_empty(
    $$select * from granted where verb = 'update' and columns = '*' and role = 'authenticated'$$,
    'G5: no person updates whole rows');
select is_empty(
    $$select * from granted where verb not in ('select', 'insert', 'update', 'delete')$$,
    'no TRUNCATE, REFERENCES or TRIGGER for anybody');
select is_empty($$select * from granted where role in ('anon', 'public')$$,
    'nothing for who is not logged in');

-- G6
select is_empty(
    $$select tablename, policyname from pg_policies
      where coalesce(qual, '') || coalesce(with_check, '') ~ 'metadata|current_setting'
      union select schema, signature from functions where prosrc ~ 'user_metadata'$$,
    'G6: nothing trusts what a person can write into the token');

-- G7
select is_empty($$select signature from functions where prosecdef and schema = 'public'$$,
    'G7: definer rights stay out of the exposed schema');
select is_empty(
    $$select signature from functions
      where prosecdef and not coalesce(proconfig @> '{"search_path=\"\""}', false)$$,
    'G7: every definer function has an empty search_path');
select is_empty(
    $$select signature, owner from functions
      where prosecdef and owner not in ('matchd_definer', 'matchd_erasure')
        and signature not in ('private.make_event_partitions(integer)')$$,
    'G7: definer functions run as a role with little more than they need');
select is_empty(
    $$select signature from functions
      where proacl is null or exists (select from aclexplode(proacl) where grantee = 0)$$,
    'G7: no function is open to everybody');
select is_empty(
    $$select signature from functions where has_function_privilege('anon', oid, 'execute')$$,
    'G7: none is open to who is not logged in');
select is_empty(
    $$select rolname from pg_roles
      where rolname in ('matchd_definer', 'matchd_erasure')
        and (rolcanlogin or rolsuper or rolbypassrls or rolcreaterole)$$,
    'G7: nobody logs in as the definer or the erasure role, and neither is above the rules');

-- G8, G12
select is_empty(
    $$select c.oid::regclass from pg_class as c
      where c.relnamespace = 'public'::regnamespace
        and (c.relkind = 'm' or (c.relkind = 'v'
             and not coalesce(c.reloptions @> '{security_invoker=on}', false)))$$,
    'G8: views run with the rights of who asks');
select is_empty(
    $$select d.defaclrole::regrole, a.grantee::regrole, a.privilege_type
      from pg_default_acl as d, aclexplode(d.defaclacl) as a
      where a.grantee in (0, 'anon'::regrole, 'authenticated'::regrole)
        and d.defaclnamespace in (0, 'public'::regnamespace)$$,
    'G12: nothing new is open by default');
select ok(
    exists (select from pg_default_acl as d
            where d.defaclobjtype = 'f' and d.defaclnamespace = 0
              and not exists (select from aclexplode(d.defaclacl) where grantee = 0)),
    'G12: nor are functions');

-- schemas, roles
select is_empty(
    $$select r, s from unnest(array['anon', 'authenticated', 'service_role', 'matchd_repl']) as r,
             unnest(array['private', 'matching']) as s where has_schema_privilege(r, s, 'usage')$$,
    'the private schemas are closed to the API roles');
select is_empty(
    $$select rolname, nspname from pg_roles, pg_namespace
      where rolname in ('anon', 'authenticated', 'service_role', 'matchd_read', 'matchd_write',
                        'matchd_repl', 'matchd_erasure')
        and nspname in ('public', 'private', 'matching', 'supabase_migrations')
        and has_schema_privilege(rolname, nspname, 'create')$$,
    'A56: none of them makes objects');
select is_empty(
    $$select relname, r from api_tables, unnest(array['anon', 'authenticated', 'service_role',
             'matchd_read', 'matchd_write', 'matchd_repl']) as r
      where has_table_privilege(r, oid, 'references') or has_table_privilege(r, oid, 'trigger')
         or has_table_privilege(r, oid, 'truncate')
         or has_any_column_privilege(r, oid, 'references')$$,
    'A56: nor refers to a table, nor truncates it');
select set_eq(
    $$select rolname::text, rolcanlogin, rolsuper, rolbypassrls, rolreplication, rolcreaterole
      from pg_roles where rolname in ('matchd_read', 'matchd_repl', 'matchd_write') order by 1$$,
    $$values ('matchd_read', true, false, true, false, false),
             ('matchd_repl', true, false, false, true, false),
             ('matchd_write', true, false, false, false, false)$$,
    'the daemon''s roles have one attribute each');
select is_empty(
    $$select c.oid::regclass from pg_class as c
      where c.relowner in (select oid from pg_roles where rolname like 'matchd\_%'
                           and rolname not in ('matchd_owner'))$$,
    'and own no table');

-- A68
select set_eq(
    $$select case schemaname when 'public' then '' else schemaname || '.' end || tablename,
             array_to_string(attnames, ' ')
      from pg_publication_tables where pubname = 'matchd'$$,
    $$select relation, case columns when '*' then (
          select string_agg(attname, ' ' order by attnum) from pg_attribute
          where attrelid = case when relation ~ '\.' then relation else 'public.' || relation end
              ::regclass and attnum > 0 and not attisdropped)
          else columns end
      from granted
      where role = 'matchd_read' and relation not in ('matchmaking_jobs', 'matching.config_keys',
          'matching.input_warnings', 'matching.timezone_names')
        and relation not like 'matching.%' or role = 'matchd_read'
        and relation in ('matching.user_config_overrides', 'matching.policy_segments')$$,
    'A68: the stream carries the columns that the reading role may read, and no other');
select is_empty(
    $$select tablename, attname
      from pg_publication_tables, unnest(attnames) as attname
      where pubname = 'matchd'
        and attname ~ 'phone|email|token|ip_address|device|description$|evidence|raw_photo|face_'
        and tablename not in ('questions', 'questionnaire_versions', 'system_config',
                              'feature_flags', 'user_segments')$$,
    'A68: no phone number, address, device or free text about others is streamed');

select * from finish();
rollback;
