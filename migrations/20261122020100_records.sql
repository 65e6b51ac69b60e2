-- Why: the record of what happened to offers and matches without an action of a person, which
--   offers were shown, what is still to be announced, and the answers to requests with an
--   idempotency key.
-- Lock: none that anyone waits for, every object is new.
-- Time: well under a second.

create table matching.offer_events (
    id bigint generated always as identity primary key,
    offer_id uuid not null,
    previous_status text not null,
    new_status text not null,
    cause text not null
        check (cause in ('expiry', 'mutual', 'match', 'block', 'report', 'ban', 'deletion')),
    at timestamptz not null default now()
);
comment on table matching.offer_events is
    'Transitions of offers that the system made. Those of people are in match_offer_audits.';
create index idx_offer_events_offer on matching.offer_events (offer_id);

create table matching.match_events (
    id bigint generated always as identity primary key,
    match_id uuid not null,
    new_status text not null,
    cause text not null
        check (cause in ('mutual', 'unmatch', 'block', 'report', 'ban', 'deletion')),
    reason text check (reason in ('not_interested', 'inappropriate', 'other')),
    at timestamptz not null default now()
);
comment on table matching.match_events is
    'When and why a match began and ended; reason is what the person who ended it gave.';
create index idx_match_events_match on matching.match_events (match_id);

create table matching.presented_offers (
    offer_id uuid primary key,
    at timestamptz not null default now()
);
comment on table matching.presented_offers is 'Offers that were served to their viewer.';

create table matching.outbox (
    seq bigint generated always as identity primary key,
    event_id uuid not null default gen_random_uuid(),
    event_type text not null,
    user_id uuid not null,
    payload jsonb not null,
    at timestamptz not null default now()
);
comment on table matching.outbox is
    'What is to be announced. A row is written with its cause and deleted once it was sent: an '
    'event may come twice, with the same event_id.';

create table matching.idempotency_keys (
    user_id uuid not null,
    key text not null check (char_length(key) between 1 and 200),
    payload_hash bytea not null,
    answer jsonb,
    created_at timestamptz not null default now(),
    primary key (user_id, key)
);
comment on table matching.idempotency_keys is
    'Answers to requests that carried a key: replayed for 24 hours.';
create index idx_idempotency_keys_created on matching.idempotency_keys (created_at);

grant select, insert, delete on matching.offer_events, matching.match_events,
    matching.presented_offers, matching.outbox to matchd_definer;
grant select, insert, update, delete on matching.idempotency_keys to matchd_definer;
grant select on matching.offer_events, matching.match_events, matching.presented_offers,
    matching.outbox to matchd_read;
