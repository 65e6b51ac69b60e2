#!/usr/bin/env python3
"""Two people act at the same instant, or one acts twice: one match, one audit row an action, never
more active matches than the limit, and nothing between people who part."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import races  # noqa: E402
from races import Session, ask, person, together  # noqa: E402

ROUNDS = 40
ACT = "select matching.act_on_offer(%s, %s, %s, %s)"


def act(session, viewer, offer, action="accept", key=None):
    return lambda: session.run(ACT, (person(viewer), offer, action, key))[0][0]


def only(admin, statement, arguments=None):
    return ask(admin, statement, arguments)[0][0]


def both_accept(admin, one, other):
    for _ in range(ROUNDS):
        races.empty(admin)
        mine, theirs = races.introduce(admin, 1, 2)
        answers = together(act(one, 1, mine), act(other, 2, theirs))
        assert sorted(a["is_mutual"] for a in answers) == [False, True], answers
        assert only(admin, "select count(*) from public.matches") == 1
        assert only(admin, "select array_agg(status) from public.match_offers") == ["matched"] * 2
        assert only(admin, "select count(*) from public.match_offer_audits") == 2
        assert only(admin, "select count(*) from public.analytics_events "
                           "where event_type = 'match_mutual_created'") == 1


def accept_and_pass(admin, one, other):
    seen = set()
    for _ in range(ROUNDS):
        races.empty(admin)
        mine, _theirs = races.introduce(admin, 1, 2)
        outcomes = together(act(one, 1, mine), act(other, 1, mine, "pass"))
        assert races.reasons(outcomes) == ["PT409"], outcomes
        assert only(admin, "select count(*) from public.match_offer_audits") == 1
        seen.add(only(admin, "select status from public.match_offers where id = %s", (mine,)))
    assert seen <= {"accepted", "passed"}, seen


def one_key_twice(admin, one, other):
    for turn in range(ROUNDS):
        races.empty(admin)
        mine, _theirs = races.introduce(admin, 1, 2)
        key = f"key-{turn}"
        first, second = together(act(one, 1, mine, key=key), act(other, 1, mine, key=key))
        assert first == second and first["offer"]["status"] == "accepted", (first, second)
        assert only(admin, "select count(*) from public.match_offer_audits") == 1
        assert only(admin, "select count(*) from public.analytics_events") == 1


def accept_and_part(admin, one, other):
    """A block or report at the same instant as the accept that would make a match."""
    partings = {
        "block": "insert into public.blocks (blocker_id, blocked_id) values (%s, %s)",
        "report": "insert into public.reports (reporter_id, reported_user_id, type, category) "
                  "values (%s, %s, 'user', 'scam')",
        "ban": "insert into public.enforcement_actions (user_id, action_type, reason, enacted_by) "
               "values (%s, 'permanent_ban', 'x', %s)",
    }
    for statement in partings.values():
        for _ in range(ROUNDS // 2):
            races.empty(admin)
            mine, theirs = races.introduce(admin, 1, 2)
            act(one, 2, theirs)()
            outcomes = together(act(one, 1, mine),
                                lambda: other.run(statement, (person(1), person(2))))  # noqa: B023
            assert set(races.reasons(outcomes)) <= {"PT409", "PT403", "PT404"}, outcomes
            assert only(admin, "select count(*) from public.match_offers "
                               "where status in ('offered', 'accepted', 'not_now')") == 0
            assert only(admin, "select count(*) from public.matches where status = 'active'") == 0


def the_last_place(admin, one, other):
    """1 has a place; 2 and 3, whom 1 accepted, accept at the same instant."""
    for _ in range(ROUNDS):
        races.empty(admin)
        ask(admin, "insert into public.matches (user_id_1, user_id_2) values (%s, %s)",
            (person(1), person(9)))
        mine = [races.introduce(admin, 1, n) for n in (2, 3)]
        for offer, _ in mine:
            act(one, 1, offer)()
        answers = together(act(one, 2, mine[0][1]), act(other, 3, mine[1][1]))
        assert sorted(a["is_mutual"] for a in answers) == [False, True], answers
        assert only(admin, "select count(*) from public.matches where status = 'active'") == 2
        assert only(admin, "select array_agg(status order by status) from public.match_offers") \
            == ["accepted", "accepted", "matched", "matched"]
        # the place that an unmatch frees goes to who waited
        freed = only(admin, "select id from public.matches where user_id_2 = %s", (person(9),))
        one.run("select matching.unmatch(%s, %s)", (person(9), freed))
        assert only(admin, "select count(*) from public.matches where status = 'active'") == 2
        assert only(admin, "select array_agg(distinct status) from public.match_offers") \
            == ["matched"]


def act_and_sweep(admin, one, other):
    """The sweep comes while people act on offers that are about to end."""
    for _ in range(ROUNDS):
        races.empty(admin)
        mine, theirs = races.introduce(admin, 1, 2, "clock_timestamp() + interval '3 ms'")
        outcomes = together(act(one, 1, mine),
                            lambda: other.run("select * from matching.expire_offers(10)"))
        assert set(races.reasons(outcomes)) <= {"PT409"}, outcomes
        other.run("select pg_sleep(0.004)")
        other.run("select * from matching.expire_offers(10)")
        assert only(admin, "select array_agg(distinct status) from public.match_offers") \
            == ["expired"], theirs
        audits = only(admin, "select count(*) from public.match_offer_audits")
        assert audits == (0 if races.reasons(outcomes) else 1), outcomes


def only_read_committed(admin, one):
    races.empty(admin)
    mine, _theirs = races.introduce(admin, 1, 2)
    for statement, arguments in (
            (ACT, (person(1), mine, "accept", None)),
            ("select matching.block_user(%s, %s)", (person(1), person(2)))):
        one.run("begin isolation level repeatable read")
        outcome = together(lambda: one.run(statement, arguments))  # noqa: B023
        assert races.reasons(outcome) == ["0A000"], outcome
        one.run("rollback")


def main():
    with races.arena(people=10) as (env, admin):
        # the second is the owner of the database: blocks and bans come from elsewhere
        one, other = Session(env), Session(env, user="postgres")
        both_accept(admin, one, other)
        accept_and_pass(admin, one, other)
        one_key_twice(admin, one, other)
        accept_and_part(admin, one, other)
        the_last_place(admin, one, other)
        act_and_sweep(admin, one, other)
        only_read_committed(admin, one)
        one.close()
        other.close()
    print("all well")


main()
