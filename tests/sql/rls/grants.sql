-- What the API roles and the daemon's roles may do with relations: a row a role, verb and table,
-- the columns in order, or * for the whole table.
create temp view granted as
with acl as (
    select c.oid, c.relnamespace, c.relname, a.grantee, a.privilege_type, null::name as attname,
           0 as attnum
    from pg_class as c, aclexplode(c.relacl) as a
    where c.relkind in ('r', 'p', 'v', 'm', 'S')
    union all
    select c.oid, c.relnamespace, c.relname, a.grantee, a.privilege_type, t.attname, t.attnum
    from pg_class as c join pg_attribute as t on t.attrelid = c.oid, aclexplode(t.attacl) as a
)
select coalesce(r.rolname, 'public') as role, lower(privilege_type) as verb,
       case n.nspname when 'public' then '' else n.nspname || '.' end || relname as relation,
       case when bool_or(attnum = 0) then '*'
            else string_agg(attname, ' ' order by attnum) end as columns
from acl
join pg_namespace as n on n.oid = acl.relnamespace
left join pg_roles as r on r.oid = acl.grantee
where n.nspname in ('public', 'private', 'matching')
  and coalesce(r.rolname, 'public') in ('public', 'anon', 'authenticated', 'service_role',
      'matchd_read', 'matchd_write', 'matchd_repl', 'matchd_erasure')
group by 1, 2, 3;
