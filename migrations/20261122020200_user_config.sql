-- Why: the value of every parameter for a person, as the daemon resolves it: the person's own
--   override, their segments' by priority, system_config, the default in code. Keys that are
--   global have no overrides, and weights that do not belong together count as their defaults.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- A number as the daemon reads it, or null. The caller knows that the text has a number's form.
create function private.number_of(value text) returns float8
language plpgsql immutable set search_path = ''
as $$
begin
    return value::float8;
exception when numeric_value_out_of_range then
    -- too big for every bound, or too small to tell from 0
    return case when value::numeric between -1 and 1 then 0 end;
end
$$;

-- Whether a stored value counts at all. Bounds are inclusive, and there are no blanks.
create function private.config_value_holds(value text, of_key matching.config_keys)
returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
    case of_key.value_type
    when 'boolean' then
        return value in ('true', 'false');
    when 'integer' then
        return value ~ '^[+-]?[0-9]+$' and octet_length(value) < 256
            and value::numeric between of_key.low and of_key.high;
    when 'float' then
        return value ~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$'
            and octet_length(value) < 256
            and coalesce(private.number_of(value) between of_key.low::float8
                         and of_key.high::float8, false);
    else
        return octet_length(value) < 256 and case of_key.key
            when 'MATCH_INTENT_CONFLICTS' then
                value ~ '^([a-z0-9_]+:[a-z0-9_]+(,[a-z0-9_]+:[a-z0-9_]+)*)?$'
            when 'QUESTIONNAIRE_VERSION' then true
            when 'AI_VISUAL_MODEL_VERSION' then true
            when 'AI_PSYCH_MODEL_VERSION' then true
            else value ~ of_key.pattern end;
    end case;
end
$$;

-- What holds for everybody. A group whose weights do not sum to 1 (evidence: are all 0) falls back
-- as a whole. Sums of binary fractions may miss the tolerance itself by a rounding.
create function private.system_values()
returns table (key text, value text, level text)
language sql stable set search_path = ''
as $$
    with stored as (
        select k.key, k.weight_group, k.fallback,
               case when private.config_value_holds(c.value, k) then c.value end as value
        from matching.config_keys as k left join public.system_config as c on c.key = k.key
    ), refused as (
        select weight_group from stored where weight_group is not null
        group by weight_group
        having case when weight_group = 'evidence'
                    then sum(coalesce(value, fallback)::float8) = 0
                    else abs(sum(coalesce(value, fallback)::float8) - 1) > 1e-6 + 1e-12 end
    )
    select s.key,
           case when r.weight_group is null then coalesce(s.value, s.fallback) else s.fallback end,
           case when r.weight_group is null and s.value is not null then 'system'
                else 'default' end
    from stored as s left join refused as r on r.weight_group = s.weight_group
$$;

create function private.resolved_config(person uuid)
returns table (key text, value text, level text)
language sql stable security definer set search_path = '' set row_security = on
as $$
    with own as (
        select k.key, o.override_value as value
        from matching.user_config_overrides as o
        join matching.config_keys as k on k.key = o.config_key and k.resolved_per = 'user'
        where o.user_id = person and private.config_value_holds(o.override_value, k)
    ), of_segments as (
        select distinct on (k.key) k.key, c.override_value as value
        from public.user_segment_members as m
        join public.user_segments as s on s.id = m.segment_id
        join public.segment_config_overrides as c on c.segment_id = s.id
        join matching.config_keys as k on k.key = c.config_key and k.resolved_per = 'user'
        where m.user_id = person and private.config_value_holds(c.override_value, k)
        order by k.key, c.priority desc, s.key collate "C"
    )
    select s.key, coalesce(o.value, g.value, s.value),
           case when o.value is not null then 'user'
                when g.value is not null then 'segment' else s.level end
    from private.system_values() as s
    left join own as o on o.key = s.key
    left join of_segments as g on g.key = s.key
    order by s.key collate "C"
$$;

-- One whole number of a person: every function below that needs a parameter asks here.
create function private.config_integer(person uuid, of_key text) returns integer
language plpgsql stable security definer set search_path = '' set row_security = on
as $$
declare
    known matching.config_keys%rowtype;
    found_value text;
begin
    select * into strict known from matching.config_keys where key = of_key;
    if known.resolved_per = 'user' then
        select override_value into found_value from matching.user_config_overrides
        where user_id = person and config_key = of_key
          and private.config_value_holds(override_value, known);
        if found_value is null then
            select c.override_value into found_value
            from public.user_segment_members as m
            join public.user_segments as s on s.id = m.segment_id
            join public.segment_config_overrides as c on c.segment_id = s.id
            where m.user_id = person and c.config_key = of_key
              and private.config_value_holds(c.override_value, known)
            order by c.priority desc, s.key collate "C" limit 1;
        end if;
    end if;
    if found_value is null then
        select value into found_value from public.system_config
        where key = of_key and private.config_value_holds(value, known);
    end if;
    return coalesce(found_value, known.fallback)::integer;
end
$$;

-- The segment whose policy applies to a person now.
create function private.segment_of(person uuid) returns text
language sql stable security definer set search_path = '' set row_security = on
as $$
    select coalesce((
        select segment from matching.policy_segments
        where user_id = person
          and segment in ('high_inbound_pressure', 'low_inbound_low_response')
          and not exists (select from public.system_config
                          where key = 'MATCH_GENDER_RESPONSIVE_MODE' and value = 'off')
    ), 'balanced')
$$;

grant select on matching.user_config_overrides, matching.policy_segments to matchd_definer;
grant select (id, key) on public.user_segments to matchd_definer;
grant select (segment_id, user_id) on public.user_segment_members to matchd_definer;
grant select (segment_id, config_key, override_value, priority)
    on public.segment_config_overrides to matchd_definer;

do $$
declare
    signature text;
begin
    foreach signature in array array['number_of(text)',
        'config_value_holds(text, matching.config_keys)', 'system_values()',
        'resolved_config(uuid)', 'config_integer(uuid, text)', 'segment_of(uuid)']
    loop
        execute format('alter function private.%s owner to matchd_definer', signature);
        execute format('revoke execute on function private.%s from public', signature);
    end loop;
end
$$;

create function public.get_user_config("user" uuid)
returns table (key text, value text, level text)
language sql stable set search_path = ''
begin atomic
    select c.key, c.value, c.level from private.resolved_config("user") as c;
end;
comment on function public.get_user_config(uuid) is
    'Every parameter for a person: its value, and the level it comes from (user, segment, system, '
    'default).';
revoke execute on function public.get_user_config(uuid) from public;
grant execute on function private.resolved_config(uuid), public.get_user_config(uuid)
    to service_role, matchd_read, matchd_write;
