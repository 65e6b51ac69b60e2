-- Why: the segments and the event schemas that every installation starts with.
-- Lock: none that anyone waits for.
-- Time: well under a second.

insert into public.user_segments (id, key, name, description, type, criteria, is_system) values
    ('6dc3cf5c-b319-51df-a45d-7d357ea25abd', 'all_users', 'All users',
        'Everybody', 'custom', null, true),
    ('dcda2165-717a-5aed-819d-d3941cbfe8fc', 'country_us', 'United States',
        'People whose profile says US', 'auto_country', '{"country": "US"}', true),
    ('ed7f6e3c-bc6f-5b5f-8a18-0c4405f34dd4', 'country_gb', 'United Kingdom',
        'People whose profile says GB', 'auto_country', '{"country": "GB"}', true),
    ('72ad015c-1d7e-57f4-9fbd-321edb6857e0', 'country_ca', 'Canada',
        'People whose profile says CA', 'auto_country', '{"country": "CA"}', true),
    ('8880f671-e626-58bb-a80a-2b7dd25796f1', 'country_au', 'Australia',
        'People whose profile says AU', 'auto_country', '{"country": "AU"}', true),
    ('36ef7e12-56bb-5318-aafe-6a4b7d43ae9e', 'beta_testers', 'Beta testers',
        'People who try new features first', 'manual', null, false)
on conflict (key) do nothing;

insert into public.analytics_event_schemas
    (event_type, required_properties, enum_constraints, updated_by) values
    ('match_offer_presented', array['offer_id', 'candidate_user_id', 'policy_segment'],
        '{"policy_segment": ["high_inbound_pressure", "low_inbound_low_response", "balanced"]}',
        'migration'),
    ('match_offer_action', array['offer_id', 'action', 'policy_segment'],
        '{"action": ["accept", "pass", "not_now"],
          "policy_segment": ["high_inbound_pressure", "low_inbound_low_response", "balanced"]}',
        'migration'),
    ('match_mutual_created', array['match_id', 'offer_id', 'policy_segment'],
        '{"policy_segment": ["high_inbound_pressure", "low_inbound_low_response", "balanced"]}',
        'migration'),
    ('message_sent', array['match_id', 'message_id', 'sender_role'],
        null,
        'migration'),
    ('message_replied', array['match_id', 'message_id', 'reply_latency_seconds'],
        null,
        'migration'),
    ('message_flagged_unwanted_content', array['match_id', 'report_id', 'content_category'],
        null,
        'migration'),
    ('user_queue_fatigue_signal', array['signal_type', 'policy_segment'],
        '{"policy_segment": ["high_inbound_pressure", "low_inbound_low_response", "balanced"]}',
        'migration'),
    ('policy_segment_assigned', array['policy_segment', 'assignment_reason'],
        '{"policy_segment": ["high_inbound_pressure", "low_inbound_low_response", "balanced"]}',
        'migration')
on conflict (event_type) do nothing;
