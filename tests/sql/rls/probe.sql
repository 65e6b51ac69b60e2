-- tap.probe(role, sub, claims, prepare, statement): what comes of the statement when that caller
-- runs it, undone afterwards:
--   P  no privilege        R  a policy refused the new row       0  no row seen or changed
--   +  it worked (a foreign key that keeps a row from being deleted says the right was there)
--   anything else is the SQLSTATE and the message of an unexpected error
create or replace function tap.probe(
    as_role text, sub text, claims jsonb, prepare text, statement text
) returns text
language plpgsql
as $$
declare
    n bigint;
    outcome text;
begin
    begin
        if prepare <> '' then
            perform set_config('session_replication_role', 'replica', true);
            execute prepare;
            perform set_config('session_replication_role', 'origin', true);
        end if;
        perform set_config('request.jwt.claims',
            case when sub is null then '' else
                (jsonb_build_object('sub', sub, 'role', as_role) || claims)::text end, true);
        execute format('set local role %I', as_role);
        execute statement;
        get diagnostics n = row_count;
        raise exception using errcode = 'UNDO0', message = case when n = 0 then '0' else '+' end;
    exception
        when sqlstate 'UNDO0' then
            outcome := sqlerrm;
        when insufficient_privilege then
            outcome := case when sqlerrm like '%row-level security policy%' then 'R' else 'P' end;
        when foreign_key_violation then
            outcome := case when statement ilike 'delete%' then '+' else sqlstate || ' ' || sqlerrm end;
        when others then
            outcome := sqlstate || ' ' || sqlerrm;
    end;
    return outcome;
end
$$;
