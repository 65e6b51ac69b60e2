#!/usr/bin/env python3
"""A block, report, match, ban or deletion commits at every stage of a publishing: no offer of such
a pair stays open. The same test with a lock or the last check taken out has to fail."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import races  # noqa: E402
from races import DATE, Session, ask, person  # noqa: E402

VIEWER, CANDIDATE = 1, 2

EVENTS = {
    "block": "insert into public.blocks (blocker_id, blocked_id) values ({v}, {c})",
    "block by the candidate": "insert into public.blocks (blocker_id, blocked_id) "
                              "values ({c}, {v})",
    "report": "insert into public.reports (reporter_id, reported_user_id, type, category) "
              "values ({v}, {c}, 'user', 'scam')",
    "report taken up again": "update public.reports set status = 'pending'",
    "match": "insert into public.matches (user_id_1, user_id_2) values ({v}, {c})",
    "ban": "insert into public.enforcement_actions (user_id, action_type, reason, enacted_by) "
           "values ({c}, 'permanent_ban', 'x', {v})",
    "ban of the viewer": "insert into public.enforcement_actions (user_id, action_type, reason, "
                         "enacted_by) values ({v}, 'device_ban', 'x', {v})",
    "deletion": "insert into public.data_deletion_requests (user_id, request_type, status) "
                "values ({c}, 'full_deletion', 'in_grace_period')",
    "deletion that goes on": "update public.data_deletion_requests set status = 'processing'",
    "status": "update public.users set status = 'deleted' where id = {c}",
}
BEFORE = {
    "report taken up again": "insert into public.reports (reporter_id, reported_user_id, type, "
                             "category, status) values ({v}, {c}, 'user', 'scam', 'dismissed')",
    "deletion that goes on": "insert into public.data_deletion_requests (user_id, request_type, "
                             "status) values ({c}, 'full_deletion', 'cancelled')",
}
# What would be missed if it were not there, each told by how the functions are changed.
FAULTS = {
    "no lock of people in publishing": (
        "private.drop_barred(uuid, integer, uuid[], uuid[])", " for share", ""),
    "the last check left out": (
        "private.drop_barred(uuid, integer, uuid[], uuid[])", "barred || parted_ones <> '{}'",
        "false"),
    "no lock of people by what parts them": (
        "private.lock_people(uuid[])", "for no key update", ""),
    "blocks that end nothing": (
        "private.after_block()", "exists (select from added)", "false"),
}


def sql(statement):
    return statement.format(v=f"'{person(VIEWER)}'", c=f"'{person(CANDIDATE)}'")


def reset(admin, event):
    races.empty(admin)
    ask(admin, "update public.users set status = 'active', deleted_at = null")
    if event in BEFORE:
        ask(admin, sql(BEFORE[event]))


def lead(publisher):
    """Leads the batch, claims and stages the viewer with the offer; the arguments to publish."""
    (_, run, fence, *_), = publisher.run(
        "select * from matching.claim_batch(%s, 'UTC', 'race', '1 minute', true, %s)",
        (DATE, races.T))
    (job, user, kind, attempt), = publisher.run(
        "select * from matching.claim_viewers(%s, %s, array[%s]::uuid[], '{daily_offers}')",
        (run, fence, person(VIEWER)))
    publisher.run("insert into matching.staged_jobs values (%s, 0, %s, %s, %s, %s)",
                  (run, job, user, kind, attempt))
    publisher.run("insert into matching.staged_offers values (%s, 0, %s, %s, 1, %s, %s, 80, null, "
                  "null, now() + interval '6 days', 0.8, 0.8, '{1}', '{2}')",
                  (run, user, kind, races.offer_id(VIEWER, CANDIDATE), person(CANDIDATE)))
    return run, fence


PUBLISH = "select offers from matching.publish_chunk(%s, %s, 0)"


def before(admin, publisher, other, statement):
    """Committed before the publishing begins."""
    run = lead(publisher)
    other.run(statement)
    assert publisher.run(PUBLISH, run)[0][0] == 0, "published all the same"


def under_way(admin, publisher, other, statement):
    """Written and not committed when the publishing comes, which has to wait for it."""
    run = lead(publisher)
    other.run("begin")
    other.run(statement)
    publisher.start(PUBLISH, run)
    publisher.wait_until_blocked(admin)
    other.run("commit")
    assert publisher.result()[0][0] == 0, "published all the same"


def meanwhile(admin, publisher, other, statement):
    """Comes when the offer is written and not committed, and has to wait for that."""
    run = lead(publisher)
    publisher.run("begin")
    assert publisher.run(PUBLISH, run)[0][0] == 1
    other.start(statement)
    other.wait_until_blocked(admin)
    publisher.run("commit")
    assert other.result() == [], other.result()


def after(admin, publisher, other, statement):
    run = lead(publisher)
    assert publisher.run(PUBLISH, run)[0][0] == 1
    other.run(statement)


def taken_back(admin, publisher, other, statement):
    """Rolled back: the offer is as if nothing had been."""
    run = lead(publisher)
    other.run("begin")
    other.run(statement)
    publisher.start(PUBLISH, run)
    publisher.wait_until_blocked(admin)
    other.run("rollback")
    assert publisher.result()[0][0] == 1, "nothing published"


def open_offers(admin):
    return ask(admin, "select count(*) from public.match_offers "
                      "where status in ('offered', 'accepted', 'not_now')")[0][0]


def race(env, admin, events, stages):
    """The stages that let an offer through, or went another way than they should."""
    wrong = []
    for event in events:
        for stage in stages:
            publisher, other = Session(env), Session(env, user="postgres")
            reset(admin, event)
            try:
                stage(admin, publisher, other, sql(EVENTS[event]))
                if open_offers(admin) != (1 if stage is taken_back else 0):
                    wrong.append((event, stage.__name__, "an open offer too many or too few"))
                jobs = ask(admin, "select status from public.matchmaking_jobs")
                if jobs != [("completed",)]:
                    wrong.append((event, stage.__name__, jobs))
            except AssertionError as error:
                wrong.append((event, stage.__name__, str(error)))
            finally:
                publisher.connection.cancel()
                other.connection.cancel()
                publisher.close()
                other.close()
    return wrong


def with_fault(env, admin, fault):
    """What goes wrong in the race with the blocks if a function is changed so."""
    signature, words, others = FAULTS[fault]
    whole = ask(admin, "select pg_get_functiondef(%s::regprocedure)", (signature,))[0][0]
    assert words in whole, f"{signature} does not say '{words}'"
    ask(admin, whole.replace(words, others))
    try:
        return race(env, admin, ["block"], [before, under_way, meanwhile, after])
    finally:
        ask(admin, whole)


def main():
    with races.arena(people=2) as (env, admin):
        wrong = race(env, admin, EVENTS, [before, under_way, meanwhile, after, taken_back])
        assert not wrong, wrong
        for fault in FAULTS:
            assert with_fault(env, admin, fault), f"not noticed: {fault}"
        wrong = race(env, admin, ["block"], [under_way, meanwhile])
        assert not wrong, wrong
    print(f"all well: {len(EVENTS)} events, 5 stages, {len(FAULTS)} faults noticed")


main()
