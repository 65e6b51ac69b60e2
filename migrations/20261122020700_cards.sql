-- Why: what a viewer sees of others: the card of a live offer or an active match, and of nobody
--   else, their live offers, their matches. An offer counts as presented when it is first served.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- Coordinates on a grid of 0.1 degrees of latitude (11 km) and as much of longitude. Distances
-- between cells tell nothing finer, however often somebody moves and asks again.
create function private.grid_point(latitude numeric, longitude numeric, out lat float8,
    out lon float8)
language plpgsql immutable set search_path = ''
as $$
declare
    step float8;
begin
    lat := least(greatest((floor(latitude * 10) + 0.5) / 10, -89.95), 89.95);
    step := 0.1 / cosd(lat);
    lon := (floor(longitude::float8 / step) + 0.5) * step;
end
$$;

-- Kilometres between two people, rounded up to a multiple of 5. Null: not known, or not shown.
create function private.distance_bucket(viewer uuid, candidate uuid) returns integer
language sql stable set search_path = ''
as $$
    select greatest(5, 5 * ceil(2 * 6371.0088 * asin(least(1, sqrt(
        sind((b.lat - a.lat) / 2) ^ 2
        + cosd(a.lat) * cosd(b.lat) * sind((b.lon - a.lon) / 2) ^ 2))) / 5)::integer)
    from public.profiles as v
    join public.profiles as c on c.user_id = candidate,
    private.grid_point(v.latitude, v.longitude) as a,
    private.grid_point(c.latitude, c.longitude) as b
    where v.user_id = viewer
      and v.latitude between -90 and 90 and v.longitude between -180 and 180
      and c.latitude between -90 and 90 and c.longitude between -180 and 180
      and not exists (
        select from public.user_preferences
        where user_id = candidate and not privacy_show_distance)
$$;

create function private.card(viewer uuid, candidate uuid) returns jsonb
language sql stable set search_path = ''
as $$
    select jsonb_build_object('id', u.id, 'display_name', u.display_name,
        'age', case when isfinite(u.date_of_birth) then extract(year from
            age((now() at time zone 'UTC')::date, u.date_of_birth))::integer end,
        'bio', u.bio, 'city', p.city, 'distance_km', private.distance_bucket(viewer, candidate),
        'photos', (
            select coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'url', f.url,
                'thumbnail_url', f.thumbnail_url, 'is_primary', f.is_primary,
                'is_verified', f.is_verified, 'position', f.position)
                order by f.position, f.id), '[]')
            from public.photos as f where f.user_id = candidate))
    from public.users as u left join public.profiles as p on p.user_id = u.id
    where u.id = candidate
$$;

-- Live: undecided or accepted, unexpired, and the candidate may be shown to this viewer.
create function private.live_offers(viewer uuid) returns setof public.match_offers
language sql stable set search_path = ''
as $$
    select o.* from public.match_offers as o
    where o.user_id = viewer and o.status in ('offered', 'accepted', 'not_now')
      and o.expires_at > clock_timestamp() and private.is_shown(viewer)
      and private.is_shown(o.offered_user_id)
      and not exists (
        select from private.blocked_pairs as b
        where b.one = viewer and b.other = o.offered_user_id)
$$;

create function private.open_matches(viewer uuid)
returns table (match_id uuid, other uuid)
language sql stable set search_path = ''
as $$
    select m.id, m.other
    from (
        select id, user_id_2 as other from public.matches
        where user_id_1 = viewer and status = 'active'
        union all
        select id, user_id_1 from public.matches
        where user_id_2 = viewer and status = 'active'
    ) as m
    where private.is_in_good_standing(viewer) and private.is_in_good_standing(m.other)
      and not exists (
        select from private.blocked_pairs as b where b.one = viewer and b.other = m.other)
$$;

create function matching.candidate_card(viewer uuid, candidate uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set row_security = on
as $$
begin
    if not exists (select from private.live_offers(viewer) where offered_user_id = candidate)
        and not exists (select from private.open_matches(viewer) where other = candidate) then
        raise exception 'person not found' using errcode = 'PT404', detail = 'not_found';
    end if;
    return private.card(viewer, candidate);
end
$$;

create function matching.live_offers(viewer uuid, of_date date default null)
returns table (id uuid, candidate jsonb, batch_date date, batch_generated_at timestamptz,
    compatibility_score integer, physical_preference_score integer, compatibility_themes text[],
    status text, offered_at timestamptz, expires_at timestamptz, cooldown_until timestamptz)
language sql stable security definer set search_path = '' set row_security = on
as $$
    select o.id, private.card(viewer, o.offered_user_id), o.batch_date, o.batch_generated_at,
        o.compatibility_score, o.physical_preference_score, o.compatibility_themes, o.status,
        o.offered_at, o.expires_at, o.cooldown_until
    from private.live_offers(viewer) as o
    where of_date is null or o.batch_date = of_date
    order by o.batch_date desc, o.compatibility_score desc, o.offered_user_id
$$;

-- The event of being shown, once an offer: for those of the offers that are live and the viewer's.
create function matching.mark_presented(viewer uuid, offers uuid[]) returns integer
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    segment text := private.segment_of(viewer);
    marked integer;
begin
    with shown as (
        insert into matching.presented_offers (offer_id)
        select o.id from private.live_offers(viewer) as o where o.id = any (offers)
        order by o.id
        on conflict (offer_id) do nothing
        returning offer_id
    ), properties as (
        select jsonb_build_object('offer_id', o.id, 'candidate_user_id', o.offered_user_id,
            'policy_segment', segment) as told
        from shown join public.match_offers as o on o.id = shown.offer_id
    ), noted as (
        insert into public.analytics_events (user_id, event_type, event_properties)
        select viewer, 'match_offer_presented', told from properties
    )
    insert into matching.outbox (event_type, user_id, payload)
    select 'match_offer_presented', viewer, told from properties;
    get diagnostics marked = row_count;
    return marked;
end
$$;

-- A closed match shows nothing of the other person, and of its end only what the viewer did.
create function matching.list_matches(viewer uuid, of_status text default 'active')
returns table (id uuid, other jsonb, status text, closed_reason text, created_at timestamptz,
    closed_at timestamptz, last_message_at timestamptz, unread_count integer)
language plpgsql stable security definer set search_path = '' set row_security = on
as $$
begin
    if of_status is null or of_status not in ('active', 'closed', 'all') then
        raise exception 'expected the status active, closed or all, got "%"', of_status
            using errcode = 'PT400', detail = 'status';
    end if;
    return query
    select m.id, private.card(viewer, o.other), m.status, null, m.created_at, m.closed_at,
        m.last_message_at, (
            select count(*)::integer from public.messages as s
            where s.match_id = m.id and s.sender_id <> viewer and s.read_at is null
              and s.deleted_at is null)
    from private.open_matches(viewer) as o join public.matches as m on m.id = o.match_id
    where of_status in ('active', 'all')
    union all
    select m.id, null, m.status,
        case when m.closed_reason <> 'blocked' or m.closed_by = viewer then m.closed_reason
             else 'unmatched' end,
        m.created_at, m.closed_at, m.last_message_at, 0
    from public.matches as m
    where of_status in ('closed', 'all') and m.status = 'closed'
      and viewer in (m.user_id_1, m.user_id_2)
    order by 5 desc, 1;
end
$$;

-- The oldest announcements, taken out. A transaction that takes them sends them before it commits,
-- so that none is lost. Several may take at once, each others.
create function matching.take_announcements(at_most integer) returns setof matching.outbox
language sql volatile security definer set search_path = '' set row_security = on
as $$
    with taken as (
        delete from matching.outbox
        where seq in (
            select seq from matching.outbox order by seq limit at_most for update skip locked)
        returning *
    )
    select * from taken order by seq
$$;

grant select (latitude, longitude) on public.profiles to matchd_definer;
grant select (id, user_id, url, thumbnail_url, is_primary, is_verified, position)
    on public.photos to matchd_definer;
grant select (user_id, privacy_show_distance) on public.user_preferences to matchd_definer;
grant select (date_of_birth) on public.users to matchd_definer;
grant update on matching.outbox to matchd_definer;

grant create on schema matching to matchd_definer;
do $$
declare
    signature text;
begin
    foreach signature in array array['private.grid_point(numeric, numeric)',
        'private.distance_bucket(uuid, uuid)', 'private.card(uuid, uuid)',
        'private.live_offers(uuid)', 'private.open_matches(uuid)',
        'matching.candidate_card(uuid, uuid)', 'matching.live_offers(uuid, date)',
        'matching.mark_presented(uuid, uuid[])', 'matching.list_matches(uuid, text)',
        'matching.take_announcements(integer)']
    loop
        execute format('alter function %s owner to matchd_definer', signature);
        execute format('revoke execute on function %s from public', signature);
    end loop;
end
$$;
revoke create on schema matching from matchd_definer;
grant execute on function matching.candidate_card(uuid, uuid), matching.live_offers(uuid, date),
    matching.mark_presented(uuid, uuid[]), matching.list_matches(uuid, text),
    matching.take_announcements(integer) to matchd_write;
