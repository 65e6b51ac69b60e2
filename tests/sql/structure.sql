-- Protects the schema contract: names, types, nullability, defaults, constraints and indexes of
-- the 48 tables are those of tests/contract, and what is added to them is listed here.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(14);

create temp table contract_columns (
    ord serial, table_name text, column_name text, type text, nullable text, fallback text);
\copy contract_columns (table_name, column_name, type, nullable, fallback) from 'tests/contract/columns.csv' csv header
create temp table contract_constraints (table_name text, kind text, definition text);
\copy contract_constraints from 'tests/contract/constraints.csv' csv header
create temp table contract_indexes (
    table_name text, index_name text, definition text, uniqueness text);
\copy contract_indexes from 'tests/contract/indexes.csv' csv header

select is((select count(*)::int from contract_columns), 490, 'the contract has 490 columns');
select is((select count(*)::int from contract_constraints), 253, 'and 253 constraints');
select is((select count(*)::int from contract_indexes), 94, 'and 94 indexes');

create temp view catalogue_columns as
select c.relname::text as table_name, a.attname::text as column_name, a.attnum as ord,
       format_type(a.atttypid, a.atttypmod) as type,
       case when a.attnotnull then 'no' else 'yes' end as nullable,
       coalesce(pg_get_expr(d.adbin, d.adrelid), '') as fallback
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p');

create temp view catalogue_constraints as
select k.conrelid::regclass::text as table_name, k.conname, k.convalidated,
       case k.contype when 'c' then 'check' when 'f' then 'foreign key' when 'p' then 'primary key'
            when 'u' then 'unique' when 'x' then 'exclude' end as kind,
       pg_get_constraintdef(k.oid) as definition
from pg_constraint k
where k.connamespace = 'public'::regnamespace and k.contype <> 't' and k.conrelid <> 0;

create temp view catalogue_indexes as
select t.relname::text as table_name, i.relname::text as index_name, x.indrelid, x.indexrelid,
       substring(pg_get_indexdef(x.indexrelid) from 'USING .*') as definition,
       case when x.indisunique then 'unique' else '' end as uniqueness,
       x.indkey::int2[] as keys, x.indpred is not null as is_partial
from pg_index x
join pg_class i on i.oid = x.indexrelid
join pg_class t on t.oid = x.indrelid
where t.relnamespace = 'public'::regnamespace and x.indisvalid;

select set_eq(
    $$select relname::text from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')$$,
    'select distinct table_name from contract_columns',
    'schema public holds the 48 tables and no other relation');

select is_empty(
    $$select table_name, column_name, type, nullable, fallback from contract_columns
      except select table_name, column_name, type, nullable, fallback from catalogue_columns$$,
    'every column of the contract is there, as printed');

select set_eq(
    $$select table_name, column_name, type, nullable, fallback from catalogue_columns
      except select table_name, column_name, type, nullable, fallback from contract_columns$$,
    $$values ('profiles', 'timezone', 'text', 'no', '''UTC''::text'),
             ('photos', 'visual_features', 'real[]', 'yes', ''),
             ('photos', 'visual_model_version', 'text', 'yes', ''),
             ('visual_reference_images', 'visual_features', 'real[]', 'yes', ''),
             ('visual_reference_images', 'visual_model_version', 'text', 'yes', ''),
             ('visual_preference_profiles', 'preference_embedding', 'real[]', 'yes', '')$$,
    'the added columns are these six');

select is_empty(
    $$select table_name, column_name,
             row_number() over (partition by table_name order by k.ord) as wanted,
             row_number() over (partition by table_name order by c.ord) as found
      from contract_columns k join catalogue_columns c using (table_name, column_name)
      group by table_name, column_name, k.ord, c.ord
      except select table_name, column_name, n, n from (
          select table_name, column_name,
                 row_number() over (partition by table_name order by ord) as n
          from contract_columns) as o$$,
    'the columns stand in the order of the contract');

select is_empty(
    $$select table_name, kind, definition from contract_constraints
      except all select table_name, kind, definition from catalogue_constraints$$,
    'every constraint of the contract is there, as printed');

select set_eq(
    $$select * from (
          select table_name, kind, definition from catalogue_constraints
          where conname not like 'content_%'
          except all select table_name, kind, definition from contract_constraints) as added$$,
    $$values ('photos', 'unique', 'UNIQUE (user_id, id)'),
             ('verification_sessions', 'unique', 'UNIQUE (user_id, id)'),
             ('enforcement_actions', 'unique', 'UNIQUE (user_id, id)'),
             ('data_deletion_requests', 'unique', 'UNIQUE (user_id, id)'),
             ('reports', 'unique', 'UNIQUE (reporter_id, id)')$$,
    'the added constraints are these, and checks of content, named content_*');

select is_empty(
    $$select table_name, conname from catalogue_constraints where not convalidated$$,
    'every constraint is validated');

select is_empty(
    $$select k.* from contract_indexes k join catalogue_indexes c using (index_name)
      where (k.table_name, k.definition, k.uniqueness)
         is distinct from (c.table_name, c.definition, c.uniqueness)$$,
    'the indexes of the contract are as printed');

-- left out are those that another index covers as a left prefix: looked up in the catalogue
create temp view absent_indexes as
select k.* from contract_indexes k
where not exists (select from catalogue_indexes c where c.index_name = k.index_name);

select is_empty(
    $$select a.* from absent_indexes a
      where a.definition like '%WHERE%' or a.definition not like 'USING btree (%'
         or not exists (
            select from catalogue_indexes c
            where c.table_name = a.table_name and not c.is_partial
              and c.definition like 'USING btree (%'
              and (c.definition = a.definition
                   or c.definition like rtrim(a.definition, ')') || ', %'))$$,
    'an index that is left out is the left prefix of another');

select is((select count(*)::int from absent_indexes), 19, 'nineteen are left out');

select is_empty(
    $$select c.relname from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and obj_description(c.oid) is null$$,
    'every table says what it is');

select * from finish();
rollback;
