#!/usr/bin/env python3
"""A run is cancelled, renewed, asked about or taken over while its leader is in the middle of a
transaction: nobody waits for the leader, and what it had not committed is void. With a lock put
back, or the last look at the lease taken out, the same test has to fail."""
import os
import sys

import psycopg2

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
import races  # noqa: E402
from races import DATE, Session, ask, person  # noqa: E402

PEOPLE = 4
VIEWER, CANDIDATE = 1, 2
PUBLISH = "select offers from matching.publish_chunk(%s, %s, 0)"
COMMIT = "select matching.hold_run('{}', {}); commit"
CLAIM_ROWS = "select * from matching.claim_viewers(%s, %s, array[%s]::uuid[], '{daily_offers}')"
CLAIM_RUN = "select outcome from matching.claim_run(%s, 'UTC', 'race', '1 minute', true, %s, null)"
PROMPT = "set statement_timeout = '3s'"

FAULTS = {
    "a cancellation that waits for rows": (
        "private.settle_run(matching.runs)", "for update skip locked", "for update"),
    "a claim that holds the lease while it waits": (
        "matching.claim_viewers(uuid, bigint, uuid[], text[])", "private.led_run(of_run, of_fence)",
        "private.held_run(of_run, of_fence)"),
    "no last look at the lease": (
        "matching.hold_run(uuid, bigint)", "perform private.held_run(of_run, of_fence)", "null"),
}


def lead(session):
    (_, run, fence, *_), = session.run(
        "select * from matching.claim_run(%s, 'UTC', 'race', '1 minute', true, %s, null)",
        (DATE, races.T))
    return run, fence


def claim_rows(session, run, viewer=VIEWER):
    (job, user, kind, attempt), = session.run(CLAIM_ROWS, (*run, person(viewer)))
    return job, user, kind, attempt


def stage(session, run):
    """Begins to publish a viewer with an offer."""
    job, user, kind, attempt = claim_rows(session, run)
    session.run("begin")
    session.run("insert into matching.staged_jobs values (%s, 0, %s, %s, %s, %s)",
                (run[0], job, user, kind, attempt))
    session.run("insert into matching.staged_offers values (%s, 0, %s, %s, 1, %s, %s, 80, null, "
                "null, now() + interval '6 days', 0.8, 0.8, '{1}', '{2}')",
                (run[0], user, kind, races.offer_id(VIEWER, CANDIDATE), person(CANDIDATE)))


def jobs(admin):
    return ask(admin, "select status, error_summary from public.matchmaking_jobs order by user_id")


def refused(session, statement):
    try:
        session.run(statement)
    except psycopg2.Error as error:
        session.run("rollback")
        return error.pgcode
    return None


def settled(admin, other, written):
    """Every row that was open has ended, and no offer is there that nobody may see."""
    assert other.run("select matching.settle_runs()") == [(0,)], "unsettled"
    assert jobs(admin) == [("failed", "cancelled")] * written, jobs(admin)
    assert ask(admin, "select count(*) from public.match_offers") == [(0,)], "published"
    assert ask(admin, "select count(*) from matching.staged_jobs") == [(0,)], "left in staging"


def cancelled_while_publishing(admin, leader, other):
    """The chunk is written and not committed; another row of the batch is only claimed."""
    run = lead(leader)
    claim_rows(leader, run, CANDIDATE)
    stage(leader, run)
    assert leader.run(PUBLISH, run) == [(1,)]
    assert other.run("select matching.cancel_run(%s)", run[:1]) == [(True,)]
    assert other.run("select matching.settle_runs()") in ([(0,)], [(1,)])
    assert refused(leader, COMMIT.format(*run)) == "PT409", "a chunk of a cancelled run committed"
    settled(admin, other, 2)


def cancelled_while_a_chunk_waits(admin, leader, other):
    """The chunk has completed its rows, and waits for a lock that somebody else holds."""
    run = lead(leader)
    blocker = Session(other.env, user="postgres")
    blocker.run("begin; lock table matching.offer_details in share mode")
    try:
        stage(leader, run)
        leader.start(PUBLISH, run)
        leader.wait_until_blocked(admin)
        assert other.run("select matching.renew_run(%s, %s, '1 minute', 5)", run) == [(True,)]
        assert other.run("select matching.cancel_run(%s)", run[:1]) == [(True,)]
        assert other.run("select matching.settle_runs()") == [(1,)], "nothing was being written"
        assert other.run(CLAIM_RUN, (DATE, races.T)) == [("leading",)], "asked for anew"
        assert other.run("select matching.settle_runs()") == [(1,)], "rows of a run that goes on"
        again, = ask(admin, "select id from matching.runs where status = 'running'")
        assert other.run("select matching.cancel_run(%s)", again) == [(True,)]
    finally:
        leader.connection.cancel()
        leader.result()
        leader.run("rollback")
        blocker.run("rollback")
        blocker.close()
    settled(admin, other, 1)


def cancelled_while_rows_are_claimed(admin, leader, other):
    """The claim waits for rows that a leader before it left locked."""
    run = lead(leader)
    claim_rows(leader, run)
    zombie = Session(other.env, user="postgres")
    zombie.run("begin; select from public.matchmaking_jobs for update")
    try:
        leader.start(CLAIM_ROWS, (*run, person(VIEWER)))
        leader.wait_until_blocked(admin)
        assert other.run("select matching.cancel_run(%s)", run[:1]) == [(True,)]
    finally:
        zombie.run("rollback")
        zombie.close()
    outcome = leader.result()
    assert getattr(outcome, "pgcode", None) == "PT409", f"claimed for a cancelled run: {outcome}"
    settled(admin, other, 1)


def cancelled_while_a_chunk_commits(admin, leader, other):
    """The one wait there is: what was committing is committed, and stays."""
    run = lead(leader)
    stage(leader, run)
    assert leader.run(PUBLISH, run) == [(1,)]
    leader.run("select matching.hold_run(%s, %s)", run)
    other.start("select matching.cancel_run(%s)", run[:1])
    other.wait_until_blocked(admin)
    leader.run("commit")
    assert other.result() == [(True,)]
    assert jobs(admin) == [("completed", None)], jobs(admin)
    assert other.run("select matching.settle_runs()") == [(0,)]
    assert ask(admin, "select count(*) from public.match_offers") == [(1,)]


RACES = (cancelled_while_publishing, cancelled_while_a_chunk_waits,
         cancelled_while_rows_are_claimed, cancelled_while_a_chunk_commits)


def race(env, admin):
    """What went another way than it should."""
    wrong = []
    for one in RACES:
        races.empty(admin)
        leader, other = Session(env), Session(env)
        other.run(PROMPT)
        try:
            one(admin, leader, other)
        except (AssertionError, psycopg2.Error) as error:
            wrong.append((one.__name__, str(error)))
        finally:
            for session in (leader, other):
                session.connection.cancel()
                session.close()
    return wrong


def with_fault(env, admin, fault):
    signature, words, others = FAULTS[fault]
    whole = ask(admin, "select pg_get_functiondef(%s::regprocedure)", (signature,))[0][0]
    assert words in whole, f"{signature} does not say '{words}'"
    ask(admin, whole.replace(words, others, 1))
    try:
        return race(env, admin)
    finally:
        ask(admin, whole)


def main():
    with races.arena(PEOPLE) as (env, admin):
        wrong = race(env, admin)
        assert not wrong, wrong
        for fault in FAULTS:
            assert with_fault(env, admin, fault), f"not noticed: {fault}"
        wrong = race(env, admin)
        assert not wrong, wrong
    print(f"all well: {len(RACES)} races, {len(FAULTS)} faults noticed")


main()
