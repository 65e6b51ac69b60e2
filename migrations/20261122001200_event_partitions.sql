-- Why: monthly partitions of analytics_events in schema matching, made ahead, and a default one
--   that catches what has no partition yet.
-- Lock: ACCESS EXCLUSIVE on analytics_events, which is empty here.
-- Time: 0.2 s.

create table matching.analytics_events_default
    partition of public.analytics_events default;
-- policies of the parent do not apply to a query of a partition
alter table matching.analytics_events_default enable row level security;

-- Makes the partitions of this month and the given number of months after it, moves rows that
-- had gone to the default partition, and returns how many were made. Runs as the tables' owner.
create function private.make_event_partitions(months_ahead integer) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
    this_month timestamp := pg_catalog.date_trunc('month', now() at time zone 'UTC');
    first_day timestamp;
    part text;
    made integer := 0;
begin
    for i in 0 .. months_ahead loop
        first_day := this_month + i * interval '1 month';
        part := 'analytics_events_' || to_char(first_day, 'YYYYMM');
        continue when to_regclass('matching.' || part) is not null;
        lock table matching.analytics_events_default in share row exclusive mode;
        execute format(
            'create table matching.%I (like public.analytics_events including all)', part);
        execute format(
            'with moved as (
                delete from matching.analytics_events_default
                where created_at >= %L and created_at < %L returning *)
            insert into matching.%I select * from moved',
            first_day || '+00', first_day + interval '1 month' || '+00', part);
        execute format(
            'alter table public.analytics_events attach partition matching.%I
                for values from (%L) to (%L)',
            part, first_day || '+00', first_day + interval '1 month' || '+00');
        execute format('alter table matching.%I enable row level security', part);
        made := made + 1;
    end loop;
    return made;
end
$$;
revoke execute on function private.make_event_partitions(integer) from public;
comment on function private.make_event_partitions(integer) is
    'Makes the monthly partitions of analytics_events up to the given number of months ahead.';

select private.make_event_partitions(12);
