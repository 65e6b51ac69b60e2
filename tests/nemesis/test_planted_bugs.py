"""Four bugs planted in what publishes, each of which the checks of this folder must see: without
that they would protect nothing.
"""
import signal
import sys

import rig
import test_publish
import test_takeover

PEOPLE = 2200


def replace_function(r, name, old, new):
    """Puts a bug into an SQL function of the template, so that every copy has it."""
    connection = r.env.connect(user="postgres", dbname=r.template)
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_functiondef(oid) from pg_proc where proname = %s", (name,))
        (text,), = cursor.fetchall()
        assert old in text, (name, old)
        cursor.execute(text.replace(old, new))
    connection.close()
    return text


def restore_function(r, text):
    connection = r.env.connect(user="postgres", dbname=r.template)
    with connection.cursor() as cursor:
        cursor.execute(text)
    connection.close()


def check_no_transaction(r, expected):
    """Staged rows outlive their writer: the one who takes over finds them."""
    r.fresh()
    with r.daemon(program="tests/matchd_planted_begin",
                  MATCHD_FAIL_KILL="publish.staged:1") as process:
        r.rematch(process)
        assert process.join(30) == -signal.SIGKILL
    with r.daemon(program="tests/matchd_planted_begin"):
        r.wait_done()
    staged = r.sql("select count(*) from matching.staged_jobs")[0][0]
    assert r.digest() != expected or staged > 0, "publishing without a transaction went unseen"
    print("publishing without a transaction: seen", flush=True)


def check_no_fence(r, _expected):
    """The final update looks at neither the fence of the row nor that of the lease. The heartbeat
    does not either: it would end the work before that matters."""
    whole = [replace_function(r, name, fence, "") for name, fence in (
        ("complete_fenced", "and j.attempt_count = v.attempt"),
        ("led_run", "and l.fence = of_fence"), ("renew_lease", "and fence = of_fence"))]
    try:
        assert test_takeover.zombie_offers(r) > 0, "a missing fence went unseen"
    finally:
        for text in whole:
            restore_function(r, text)
    print("no fence in the final update: seen", flush=True)


def check_no_recheck(r, _expected):
    """Who may be offered to whom is looked at only while scoring."""
    text = replace_function(r, "drop_barred", "if barred || parted_ones <> '{}' then",
                            "if false then")
    try:
        pairs = test_publish.future_pairs(r)[:test_publish.PAIRS]
        for kind in test_publish.COMMITS:
            left = test_publish.disturbed(r, "publish.begin", kind, pairs)
            assert left != [], f"no check before publishing went unseen ({kind})"
    finally:
        restore_function(r, text)
    print("no check before publishing: seen", flush=True)


def make_ties(r):
    """Everybody answers alike and has no pictures: nothing but the UUID tells candidates apart."""
    r.fresh()
    r.sql("""
        create temp table of_one as
        select * from public.compatibility_responses
        where user_id = (select user_id from public.compatibility_responses
                         group by user_id order by count(*) desc, user_id limit 1);
        delete from public.compatibility_responses;
        insert into public.compatibility_responses
            (user_id, question_id, version_id, answer, answered_at)
        select u.id, o.question_id, o.version_id, o.answer, o.answered_at
        from public.users as u, of_one as o;
        update public.visual_preference_profiles set status = 'not_started';
        delete from public.reports;
        delete from public.match_offers;
        update public.profiles set relationship_intent = 'unsure'""")


def tie_faults(r, program):
    """Viewers whose candidates of equal raw value are not in the order of their UUIDs."""
    faults = 0
    with r.daemon(program=program, MATCHD_THREADS="3") as process, r.peer(process) as peer:
        people = [row[0] for row in r.sql("select id::text from public.users order by id limit 40")]
        for user in people:
            clock = {"date": rig.DATE, "now": rig.NOW}
            shown = peer.ask(preview_offers={"user": user, "k": 50, "clock": clock})
            order = [(c.mode, -c.raw, c.candidate) for c in shown.preview_offers.candidates]
            faults += order != sorted(order)
    return faults


def check_ties(r, _expected):
    make_ties(r)
    assert tie_faults(r, "tests/matchd_failing") == 0
    assert tie_faults(r, "tests/matchd_planted_ties") > 0, "ties by another order went unseen"
    print("ties by the order in which candidates were found: seen", flush=True)


def main():
    with rig.Rig(PEOPLE) as r:
        expected = r.undisturbed()
        for check in (check_no_transaction, check_no_fence, check_no_recheck, check_ties):
            check(r, expected)


if __name__ == "__main__":
    sys.exit(main())
