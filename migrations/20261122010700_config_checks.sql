-- Why: a parameter value that does not parse, lies outside its bounds, or overrides a key that is
--   global, is refused when it is written. Weights that belong together are checked at commit, so
--   that they may be changed one after the other.
-- Lock: SHARE ROW EXCLUSIVE on the configuration tables while the triggers are made.
-- Time: well under a second.

-- Why a value is no good, or null. Keys of products beside the engine are checked by type alone.
create function private.config_fault(config_key text, config_value text, declared text)
returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
    known matching.config_keys%rowtype;
    kind text;
    number numeric;
begin
    select * into known from matching.config_keys as k where k.key = config_key;
    kind := coalesce(known.value_type, declared);
    if known.key is not null and declared is not null and declared <> kind then
        return format('is of type %s, not %s', kind, declared);
    end if;
    if kind = 'boolean' and config_value not in ('true', 'false') then
        return format('expected true or false, got "%s"', config_value);
    elsif kind = 'integer' and config_value !~ '^-?\d{1,18}$' then
        return format('expected an integer, got "%s"', config_value);
    elsif kind = 'float'
        and config_value !~ '^-?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})([eE][+-]?\d{1,2})?$' then
        return format('expected a number, got "%s"', config_value);
    elsif kind = 'json' then
        begin
            perform config_value::jsonb;
        exception when others then
            return format('expected json: %s', sqlerrm);
        end;
    end if;
    if kind in ('integer', 'float') then
        number := config_value::numeric;
        if number < known.low or number > known.high then
            return format('expected %s to %s, got %s', known.low, known.high, config_value);
        end if;
    end if;
    if known.pattern is not null and config_value !~ known.pattern then
        return format('"%s" is not of the form %s', config_value, known.pattern);
    end if;
    return null;
end
$$;
alter function private.config_fault(text, text, text) owner to matchd_definer;
revoke execute on function private.config_fault(text, text, text) from public;
comment on function private.config_fault(text, text, text) is
    'What is wrong with the value of a parameter, null if nothing is.';

create function private.check_system_config() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    fault text := private.config_fault(new.key, new.value, new.value_type);
begin
    if fault is not null then
        raise exception 'system_config %: %', new.key, fault using errcode = 'check_violation';
    end if;
    return new;
end
$$;
alter function private.check_system_config() owner to matchd_definer;
create trigger check_value before insert or update on public.system_config
    for each row execute function private.check_system_config();

create function private.check_config_override() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    -- a segment's override says its type, a person's does not
    declared text := pg_catalog.to_jsonb(new) ->> 'override_type';
    fault text;
begin
    if exists (select from matching.config_keys
               where key = new.config_key and resolved_per = 'global') then
        raise exception 'parameter % is global: it has no overrides', new.config_key
            using errcode = 'check_violation';
    end if;
    if tg_table_name = 'segment_config_overrides' and declared = 'string' then
        -- the column's default: the key's own type counts
        declared := null;
    end if;
    fault := private.config_fault(new.config_key, new.override_value, declared);
    if fault is not null then
        raise exception 'override of %: %', new.config_key, fault
            using errcode = 'check_violation';
    end if;
    return new;
end
$$;
alter function private.check_config_override() owner to matchd_definer;
create trigger check_value before insert or update on public.segment_config_overrides
    for each row execute function private.check_config_override();
create trigger check_value before insert or update on matching.user_config_overrides
    for each row execute function private.check_config_override();

-- Sums of weights, with the defaults for rows that are missing. The evidence weights need not add
-- up to one, but cannot all be zero.
create function private.check_weight_groups() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    off record;
begin
    select k.weight_group, sum(coalesce(c.value, k.fallback)::numeric) as total
    into off
    from matching.config_keys as k
    left join public.system_config as c on c.key = k.key
    where k.weight_group is not null
    group by k.weight_group
    having case when k.weight_group = 'evidence' then sum(coalesce(c.value, k.fallback)::numeric) = 0
                else abs(sum(coalesce(c.value, k.fallback)::numeric) - 1) > 1e-6 end
    order by k.weight_group
    limit 1;
    if off.weight_group = 'evidence' then
        raise exception 'the evidence weights are all 0' using errcode = 'check_violation';
    elsif off.weight_group is not null then
        raise exception 'the weights of group "%" sum to %, expected 1', off.weight_group, off.total
            using errcode = 'check_violation';
    end if;
    return null;
end
$$;
alter function private.check_weight_groups() owner to matchd_definer;
create constraint trigger check_weights after insert or update or delete on public.system_config
    deferrable initially deferred
    for each row execute function private.check_weight_groups();
