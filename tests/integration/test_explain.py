"""Explain: every offer of a batch is reproduced bit for bit; after a change it is said whose inputs
of which group changed, or that the configuration did; what cannot be said is not made up.
"""
import json
import sys

import service

CLOCK = ("--date", service.DATE, "--now", service.NOW)
NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff"

# A change of one person, the group that it belongs to, and whether this person's offers change.
CHANGES = [
    ("answers", """update public.compatibility_responses
        set answered_at = answered_at - interval '300 days' where user_id = %s"""),
    ("profile", "update public.users set date_of_birth = date_of_birth + 400 where id = %s"),
    ("trust", """insert into public.reports (reporter_id, reported_user_id, type, category, status)
        select id, %s, 'user', 'harassment', 'resolved' from public.users
        where id not in (select reporter_id from public.reports) limit 3"""),
    ("preference", """update public.visual_preference_profiles set confidence = 0.123
        where user_id = %s"""),
    ("features", "update public.photos set visual_features = null where user_id = %s"),
]


def explain(env, offer, code):
    ran = env.run("matchctl", "explain", offer, "--json", check=False)
    assert ran.returncode == code, (ran.returncode, ran.stdout, ran.stderr)
    return json.loads(ran.stdout)


def published(env):
    return env.sql("""select o.id::text, o.user_id::text, o.offered_user_id::text, d.raw
        from public.match_offers as o join matching.offer_details as d on d.offer_id = o.id
        order by o.id""")


def check_all(env, peer, offers):
    for offer, viewer, candidate, raw in offers:
        answer = peer.ask(explain={"offer": offer}).explain
        assert answer.reproduced and not answer.changes, answer
        assert (answer.viewer, answer.candidate) == (viewer, candidate)
        assert answer.stored.raw == raw == answer.now.raw == answer.viewer_side.raw, answer
        assert answer.viewer_side.a == viewer and answer.candidate_side.a == candidate
        assert not answer.config_changed and not answer.engine_changed
    words = env.run("matchctl", "explain", offers[0][0]).stdout
    assert "reproduced bit for bit" in words and "as published" in words, words


def check_changes(env, offers):
    """One person after the other, each with a change of another group."""
    complete = {row[0] for row in env.sql("""
        select v.user_id::text from public.visual_preference_profiles as v
        join public.photos as p on p.user_id = v.user_id
        where v.confidence is not null and p.visual_features is not null""")}
    used, some = set(), []
    for offer in offers:
        if complete.issuperset(offer[1:3]) and used.isdisjoint(offer[1:3]):
            used.update(offer[1:3])
            some.append(offer)
    for change in CHANGES:
        for role in ("candidate", "viewer"):
            check_change(env, some.pop(), role, change)


def check_change(env, offer, role, change):
    """Its effect is seen under the name of the person and the group that it is of, no other."""
    group, statement = change
    offer, viewer, candidate, _ = offer
    person, other = (viewer, candidate) if role == "viewer" else (candidate, viewer)
    env.sql(statement, (person,))
    env.run("matchctl", "reload")
    ran = env.run("matchctl", "explain", offer, "--json", check=False)
    answer = json.loads(ran.stdout)
    assert ran.returncode == (0 if answer["reproduced"] else 7), ran
    changed = {(one["person"], one["role"], one["group"]) for one in answer["changes"]}
    assert (person, role, group) in changed, (group, changed)
    assert not any(one == other and kind == group for one, _, kind in changed), changed
    if group == "answers" or (group, role) == ("trust", "candidate"):
        assert not answer["reproduced"], group
        words = env.run("matchctl", "explain", offer, check=False).stdout
        assert f"The {role}'s {group} changed since ({person})." in words, words


def check_config(env, offers):
    env.sql("update public.system_config set value = '0.05' "
            "where key = 'MATCH_SCORE_UNCERTAINTY_PENALTY_MAX'")
    env.run("matchctl", "reload")
    answer = explain(env, offers[-1][0], 7)
    assert answer["config_changed"] and not answer["reproduced"], answer


def check_unknown(env, peer):
    assert service.code(peer.ask(explain={"offer": NOBODY})) == "NOT_FOUND"
    old, = env.sql("""select id::text from public.match_offers
        where id not in (select offer_id from matching.offer_details) limit 1""")
    answer = explain(env, old[0], 7)
    assert answer["run"] is None and answer["stored"]["raw"] is None, answer
    assert "no run" in env.run("matchctl", "explain", old[0], check=False).stdout


def main():
    with service.populated(people=300) as env, service.daemon(env), service.Peer(env) as peer:
        env.run("matchctl", "rematch", "--wait", *CLOCK)
        offers = published(env)
        assert len(offers) > 60
        check_all(env, peer, offers[:60])
        check_changes(env, offers)
        check_config(env, offers)
        check_unknown(env, peer)


if __name__ == "__main__":
    sys.exit(main())
