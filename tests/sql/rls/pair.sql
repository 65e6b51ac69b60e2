-- What {p} has with {q}: an offer, a match ({match_status}), a message, a report.
insert into public.match_offers
    (id, user_id, offered_user_id, batch_date, compatibility_score, status)
values ({pair:match_offers}, {p}, {q}, '2026-01-01', 80, 'matched');
insert into public.matches (id, user_id_1, user_id_2, status, closed_reason)
values ({pair:matches}, least({p}, {q})::uuid, greatest({p}, {q})::uuid, '{match_status}',
    case '{match_status}' when 'closed' then 'unmatched' end);
insert into public.match_offer_audits (id, offer_id, user_id, action, previous_status, new_status)
values ({pair:match_offer_audits}, {pair:match_offers}, {p}, 'accept', 'offered', 'accepted');
insert into public.messages (id, match_id, sender_id, content, client_message_id)
values ({pair:messages}, {pair:matches}, {p}, 'hello', 'c1');
insert into public.typing_indicators (match_id, user_id) values ({pair:matches}, {p});
insert into public.reports (id, reporter_id, reported_user_id, type, category)
values ({pair:reports}, {p}, {q}, 'user', 'other');
insert into public.moderation_queue (id, report_id, severity, sla_deadline)
values ({pair:moderation_queue}, {pair:reports}, 'standard', now() + interval '1 day');
