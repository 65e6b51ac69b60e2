"""A rematch that publishes, over the wire and by matchctl: what the tables say afterwards, whom it
is for, what a second one does, how one is cancelled, and that offers are those of the dry run.
"""
import json
import os
import sys
import time

import devenv
import matchd_pb2
import service

CLOCK = ("--date", service.DATE, "--now", service.NOW)
NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff"
RUN_KEYS = ["run", "state", "stage", "date", "as_of", "timezone", "started_at", "config_digest",
            "engine", "error", "people", "viewers", "viewers_done", "served_before", "offers",
            "dropped", "gender_pairs", "eligible", "bounded", "canonical", "failures", "takeovers",
            "share", "seconds", "timings", "certificate"]


def ctl(env, *arguments, code=0, **extra):
    ran = env.run("matchctl", *arguments, check=False, **extra)
    assert ran.returncode == code, (arguments, ran.returncode, ran.stdout, ran.stderr)
    return ran.stdout


def dry_offers(env):
    """What a dry run would offer: (viewer, candidate, score)."""
    lines = ctl(env, "rematch", "--dry-run", "--ndjson", *CLOCK).splitlines()
    return sorted((one["viewer"], offer["candidate"], offer["score"])
                  for one in map(json.loads, lines) for offer in one["offers"])


def published(env):
    return sorted(env.sql("""select o.user_id::text, o.offered_user_id::text,
        o.compatibility_score from public.match_offers as o
        join matching.offer_details as d on d.offer_id = o.id"""))


def check_list(env, ids):
    """Only the viewers of a file, in their own time zone; the rest of the batch is still to do."""
    path = os.path.join(env.directory, "viewers")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(ids[:20]) + "\n" + ids[0] + "\n")
    run, = json.loads(ctl(env, "rematch", "--users", path, "--wait", "--json", *CLOCK))
    assert run["state"] == "done" and 0 < run["viewers"] <= 20, run
    assert {row[0] for row in env.sql("select user_id::text from public.matchmaking_jobs")} \
        <= set(ids[:20])
    with open(path, "a", encoding="utf-8") as file:
        file.write(NOBODY + "\n")
    ran = env.run("matchctl", "rematch", "--users", path, check=False)
    assert ran.returncode == 1 and "21 people" in ran.stderr and "20 exist" in ran.stderr, ran
    return run["viewers"]


def check_certificate(env, run):
    """Where pairs went; bounds that were discarded lie below the K-th best value. Stats has it."""
    proof = run["certificate"]
    for key in ("bounded_answers", "bounded_bytes", "bounded_words", "canonical", "witnesses"):
        assert proof[key] >= 0, proof
    assert 0 < proof["witnesses"] <= run["viewers"] and run["canonical"] == proof["canonical"]
    margin = proof["least_margin"]
    assert margin is None or margin["discarded"] is None or \
        margin["discarded"] <= margin["kth"] + 1e-6, margin
    row, = env.sql("select certificate from matching.runs where id = %s", (run["run"],))
    assert row[0] == proof, row
    stats = json.loads(ctl(env, "stats", "--json"))
    assert stats["last_run"] == run["run"] and stats["certificate"] == proof, stats


def check_everybody(env, expected, before):
    run, = json.loads(ctl(env, "rematch", "--wait", "--json", *CLOCK))
    assert list(run) == RUN_KEYS, list(run)
    assert run["state"] == "done" and run["served_before"] == before, run
    assert run["as_of"] == service.NOW and run["timezone"] == "Europe/London", run
    assert len(run["config_digest"]) == 32 and run["certificate"]["eligible"] > 0, run
    check_certificate(env, run)
    assert published(env) == expected, "published offers differ from the dry run's"
    assert run["offers"] + offers_of_list(env, run["run"]) == len(expected), run
    rows = env.sql("""select status, offered_at, batch_generated_at,
        expires_at - offered_at = interval '144 hours' from public.match_offers as o
        join matching.offer_details as d on d.offer_id = o.id group by 1, 2, 3, 4""")
    assert len(rows) == 1 and rows[0][0] == "offered" and rows[0][1] == rows[0][2] and rows[0][3]
    open_rows = env.sql("select status, count(*) from public.matchmaking_jobs group by 1")
    assert [row[0] for row in open_rows] == ["completed"], open_rows
    empty = env.sql("select count(*) from public.matchmaking_jobs where offers = '[]'")
    assert empty[0][0] > 0, "nobody without candidates: the test population is too easy"


def offers_of_list(env, run):
    return env.sql("select count(*) from matching.offer_details where run_id <> %s", (run,))[0][0]


def check_again(env):
    """Completed viewers: nothing is written, and it is said."""
    before = env.sql("select count(*), max(completed_at) from public.matchmaking_jobs")
    words = ctl(env, "rematch", "--wait", *CLOCK)
    assert "nothing was written" in words and "served before" in words, words
    assert env.sql("select count(*), max(completed_at) from public.matchmaking_jobs") == before
    listed = json.loads(ctl(env, "jobs", "--json"))
    assert [job["state"] for job in listed] == ["done"] * 3, listed
    assert len(json.loads(ctl(env, "jobs", "--json", "-k", "1"))) == 1
    assert "Europe/London" in ctl(env, "jobs")


def check_refusals(env, peer):
    ran = env.run("matchctl", "rematch", "--timezone", "Asia/Tokyo", check=False)
    assert ran.returncode == 1 and "Asia/Tokyo" in ran.stderr, ran
    assert service.code(peer.ask(cancel_rematch={"run": NOBODY})) == "NOT_FOUND"
    assert service.code(peer.ask(rematch_status={"run": NOBODY})) == "NOT_FOUND"
    assert service.code(peer.ask(list_jobs={"limit": 201})) == "INVALID_ARGUMENT"
    last = json.loads(ctl(env, "jobs", "--json", "-k", "1"))[0]["run"]
    ctl(env, "cancel", last, code=6)
    assert service.code(peer.ask(start_rematch={"dry_run": True, "timezone": "UTC"})) \
        == "INVALID_ARGUMENT"


def check_cancel(env, peer):
    """Of another date, while a chunk holds its rows and waits for somebody's lock: the cancellation
    does not wait with it, the chunk is given up, and its rows failed with `cancelled`."""
    clock = {"date": "2026-11-24", "now": "2026-11-24T09:00:00Z"}
    blocker = env.connect()
    blocker.autocommit = False
    with blocker.cursor() as cursor:
        cursor.execute("lock table matching.offer_details in share mode")
    run = peer.ask(start_rematch={"clock": clock}).start_rematch.runs[0].run
    again = peer.ask(start_rematch={"clock": clock}).start_rematch.runs[0]
    assert again.run == run and again.already_running, again
    wait_until(env, """select count(*) > 0 from pg_locks
        where relation = 'matching.offer_details'::regclass and not granted""")
    # Whatever else is asked of the daemon goes on as well.
    assert peer.ask(list_jobs={"limit": 1}).list_jobs.jobs[0].stage == "publishing"
    ctl(env, "cancel", run)
    status = service.finished(peer, run)
    assert status.state == matchd_pb2.RUN_CANCELLED, status
    wait_until(env, """select array_agg(distinct (status, error_summary)::text)
        = '{"(failed,cancelled)"}' from public.matchmaking_jobs where batch_date = '2026-11-24'""")
    blocker.rollback()
    blocker.close()
    assert env.sql("select count(*) from public.match_offers "
                   "where batch_date = '2026-11-24'")[0][0] == 0
    # Asked for again, it is done, at the instant that the batch had.
    done = json.loads(ctl(env, "rematch", "--wait", "--json", "--date", "2026-11-24"))
    assert done[0]["state"] == "done" and done[0]["as_of"] == "2026-11-24T09:00:00Z", done


def wait_until(env, condition):
    deadline = time.monotonic() + 20 * devenv.PATIENCE
    while not env.sql(condition)[0][0]:
        assert time.monotonic() < deadline, condition
        time.sleep(0.02)


def check_failure(env, peer):
    """A failure that does not pass: tried three times, then failed, with the reason."""
    env.sql("alter table public.match_offers add constraint never check "
            "(batch_date <> '2026-11-25')")
    clock = {"date": "2026-11-25", "now": "2026-11-25T09:00:00Z"}
    run = peer.ask(start_rematch={"clock": clock}).start_rematch.runs[0].run
    status = service.finished(peer, run, seconds=90)
    assert status.state == matchd_pb2.RUN_FAILED and status.failures == 3, status
    assert "never" in status.error, status.error
    rows = env.sql("""select status, error_summary like '%never%' from public.matchmaking_jobs
        where batch_date = '2026-11-25' group by 1, 2""")
    assert rows == [("failed", True)], rows
    env.sql("alter table public.match_offers drop constraint never")
    ctl(env, "rematch", "--wait", "--date", "2026-11-25")


def check_read_only(env):
    """Without a writing role it serves, and says what it cannot do."""
    with service.daemon(env, MATCHD_WRITE_URL="") as process, service.Peer(env) as peer:
        process.wait_for("event=matchd.read_only")
        answer = peer.ask(start_rematch={"clock": service.CLOCK})
        assert service.code(answer) == "UNAVAILABLE" and "write-url" in answer.error.message


def main():
    with service.populated(people=300) as env:
        ids = service.people(env)
        with service.daemon(env) as _, service.Peer(env) as peer:
            expected = dry_offers(env)
            before = check_list(env, ids)
            check_everybody(env, expected, before)
            check_again(env)
            check_refusals(env, peer)
            check_cancel(env, peer)
            check_failure(env, peer)
        check_read_only(env)


if __name__ == "__main__":
    sys.exit(main())
