"""matchctl as people and programs use it: exact JSON shapes, tables with words where an answer is
short, and the exit codes of --help.
"""
import json
import os
import subprocess
import sys
import time

import devenv
import service

sys.path.insert(0, os.path.join(devenv.SOURCE, "api", "clients", "python"))
import matchd_client  # noqa: E402

NOBODY = "ffffffff-ffff-4fff-8fff-ffffffffffff"
CLOCK = ("--date", service.DATE, "--now", service.NOW)
SCORE_KEYS = ["a", "b", "gate", "deferred", "constructs", "questionnaire_fit", "missing",
              "affinity_ab", "affinity_ba", "affinity_mutual", "visual", "mode", "total",
              "authenticity", "base", "penalties", "side_ab", "side_ba", "mutuality", "raw",
              "final", "confidence"]
OFFER_KEYS = ["candidate", "raw", "final", "score", "physical", "mode", "themes"]
GATES = {None, "self", "population_a", "population_b", "gender", "age", "distance", "intent",
         "constraint", "block", "report", "match", "reoffer"}


def score(env, a, b):
    return json.loads(env.run("matchctl", "score", a, b, "--json", *CLOCK).stdout)


def check_score(env, ids):
    seen = set()
    for b in ids[1:60]:
        pair = score(env, ids[0], b)
        assert list(pair) == SCORE_KEYS, list(pair)
        assert pair["gate"] in GATES and pair["mode"] in ("full", "provisional"), pair
        assert isinstance(pair["visual"], bool) and isinstance(pair["deferred"], bool), pair
        if pair["raw"] is not None:
            assert pair["raw"] * 2 ** 32 == round(pair["raw"] * 2 ** 32), pair["raw"]
        seen.add(pair["gate"])
    assert len(seen) > 2, seen
    assert score(env, ids[3], ids[3])["gate"] == "self"
    words = env.run("matchctl", "score", ids[0], ids[1]).stdout
    assert f"{ids[1]} to {ids[0]}:" in words and f"{ids[0]} to {ids[1]}:" in words, words
    env.sql("delete from public.compatibility_responses where user_id = %s", (ids[1],))
    env.run("matchctl", "reload")
    bare = score(env, ids[0], ids[1])
    assert bare["constructs"] == {} and bare["missing"] == 1, bare
    for key in ("questionnaire_fit", "total", "base", "side_ab", "mutuality", "raw", "final"):
        assert bare[key] is None, (key, bare)
    assert bare["authenticity"] is not None and bare["affinity_ab"] is not None, bare
    assert "no answer in common" in env.run("matchctl", "score", ids[0], ids[1]).stdout \
        or bare["gate"]


def check_rematch(env):
    ran = env.run("matchctl", "rematch", "--dry-run", "--ndjson", *CLOCK)
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [row["viewer"] for row in rows] == sorted(row["viewer"] for row in rows)
    for row in rows:
        assert list(row) == ["viewer", "eligible", "offerable", "pool", "offers", "anchor"], row
        assert row["eligible"] >= row["offerable"] >= len(row["pool"]) >= 0, row
        assert len(row["pool"]) == min(10, row["offerable"]), row
        for offer in row["offers"] + ([row["anchor"]] if row["anchor"] else []):
            assert list(offer) == OFFER_KEYS, offer
            assert isinstance(offer["themes"], list) and 0 <= offer["score"] <= 100, offer
            assert offer["physical"] is None or 0 <= offer["physical"] <= 100, offer
    assert any(row["anchor"] for row in rows) and any(row["offers"] for row in rows)
    best = next(row for row in rows if row["pool"])
    pair = score(env, best["viewer"], best["pool"][0][0])
    assert pair["raw"] == best["pool"][0][1] and pair["gate"] is None, pair
    again = env.run("matchctl", "rematch", "--dry-run", "--ndjson", *CLOCK).stdout
    assert again == ran.stdout
    check_summary(env, rows)
    check_users(env, rows)


def check_summary(env, rows):
    summary = json.loads(env.run("matchctl", "rematch", "--dry-run", "--json", *CLOCK).stdout)
    assert summary["viewers"] == len(rows), summary
    assert summary["offers"] == sum(len(row["offers"]) for row in rows), summary
    assert summary["eligible"] == sum(row["eligible"] for row in rows), summary
    table = env.run("matchctl", "rematch", "--dry-run", *CLOCK).stdout
    assert "nothing was written" in table and summary["digest"] in table, table
    if any(not row["offers"] for row in rows):
        assert "gets no offer" in table and "can be offered" in table, table
    check_no_room(env, rows)


def check_no_room(env, rows):
    """Who could be offered people and gets none, because the queue is full, is told so."""
    viewer = next(row["viewer"] for row in rows if row["offers"])
    env.sql("update public.system_config set value = '1' where key = 'MATCH_ACTIVE_QUEUE_CAP'")
    env.sql("""insert into public.match_offers (user_id, offered_user_id, batch_date,
            compatibility_score, offered_at, expires_at)
        select %s, id, date '2026-11-20', 50, %s::timestamptz - interval '2 days',
            %s::timestamptz + interval '4 days' from public.users as u where id <> %s
            and not exists (select from public.match_offers as o where o.user_id = %s
                            and o.offered_user_id = u.id) limit 1""",
            (viewer, service.NOW, service.NOW, viewer, viewer))
    env.run("matchctl", "reload")
    path = os.path.join(env.directory, "one.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(viewer + "\n")
    arguments = ("rematch", "--dry-run", "--users", path, *CLOCK)
    assert json.loads(env.run("matchctl", *arguments, "--json").stdout)["no_room"] == 1
    table = env.run("matchctl", *arguments).stdout
    assert "no room" in table and "The queue of open offers is full" in table, table
    env.sql("update public.system_config set value = '12' where key = 'MATCH_ACTIVE_QUEUE_CAP'")
    env.sql("delete from public.match_offers where batch_date = '2026-11-20' and user_id = %s",
            (viewer,))
    env.run("matchctl", "reload")


def check_users(env, rows):
    path = os.path.join(env.directory, "users.txt")
    some = [rows[7]["viewer"], rows[2]["viewer"].upper()]
    with open(path, "w", encoding="utf-8") as file:
        file.write("# two\n" + "\n\n".join(some) + "\n")
    ran = env.run("matchctl", "rematch", "--dry-run", "--ndjson", "--users", path, *CLOCK)
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [rows[2], rows[7]]
    with open(path, "a", encoding="utf-8") as file:
        file.write("nonsense\n")
    bad = env.run("matchctl", "rematch", "--dry-run", "--users", path, check=False)
    assert bad.returncode == 2 and "line 5" in bad.stderr, bad
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([some[0]] * 1701))
    bad = env.run("matchctl", "rematch", "--dry-run", "--users", path, check=False)
    assert bad.returncode == 2 and "1701 viewers" in bad.stderr, bad
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([some[0]] * 1700))
    ran = env.run("matchctl", "rematch", "--dry-run", "--ndjson", "--users", path, *CLOCK)
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [rows[7]]


def check_preview(env, ids):
    preview = json.loads(env.run("matchctl", "preview", ids[0], "-k", "5", "--json",
                                 *CLOCK).stdout)
    assert preview["in_population"] and len(preview["candidates"]) <= 5, preview
    assert {"gates", "unranked", "floors", "relaxation", "relaxation_adds"} == set(
        preview["funnel"]), preview
    short = env.run("matchctl", "preview", ids[0], "-k", "500").stdout
    assert "of the 500 asked for" in short and "Where everybody went" in short, short
    env.sql("update public.users set status = 'suspended' where id = %s", (ids[0],))
    env.run("matchctl", "reload")
    assert "does not take part" in env.run("matchctl", "preview", ids[0]).stdout
    env.sql("update public.users set status = 'active' where id = %s", (ids[0],))
    env.run("matchctl", "reload")


def check_offers(env):
    without = env.sql("select id::text from public.users u where not exists"
                      " (select from public.match_offers o where o.user_id = u.id) limit 1")[0][0]
    assert "No live offers." in env.run("matchctl", "offers", without).stdout
    env.sql("update public.match_offers set expires_at = now() + interval '5 days',"
            " status = 'offered' where status = 'expired'")
    viewer = env.sql("select user_id::text from public.match_offers where status = 'offered'"
                     " group by 1 order by count(*) desc limit 1")[0][0]
    live = json.loads(env.run("matchctl", "offers", viewer, "--json").stdout)
    assert live["offers"] and live["offers"][0]["card"]["user"], live
    assert live["offers"][0]["card"]["display_name"] in env.run("matchctl", "offers",
                                                                viewer).stdout


def check_status(env):
    health = json.loads(env.run("matchctl", "health", "--json").stdout)
    assert health["readiness"] == "ready" and health["people"] == 300, health
    assert "is ready" in env.run("matchctl", "health").stdout
    stats = json.loads(env.run("matchctl", "stats", "--json").stdout)
    assert stats["verbs"]["health"]["requests"] >= 2 and stats["unparsable"] == 0, stats
    assert "resident_bytes" in env.run("matchctl", "stats").stdout
    reloaded = json.loads(env.run("matchctl", "reload", "--json").stdout)
    assert reloaded["people"] == 300 and reloaded["generation"] > 1, reloaded


def code(env, *arguments, **extra):
    return env.run("matchctl", *arguments, check=False, **extra).returncode


def check_exit_codes(env, ids):
    assert code(env, "score", ids[0], NOBODY) == 1
    assert code(env, "offers", NOBODY) == 1
    for usage in ((), ("dance",), ("score", ids[0]), ("health", "x"), ("--colour",),
                  ("preview", ids[0], "-k", "0"), ("health", "-k", "3"), ("rematch", "x"),
                  ("offers", ids[0], "--now", service.NOW)):
        assert code(env, *usage) == 2, usage
    assert code(env, "preview", ids[0], "-k", "501") == 1
    assert code(env, "--help") == code(env, "--version") == code(env, "health") == 0
    began = time.monotonic()
    assert code(env, "health", MATCHD_ENDPOINTS="ipc:///tmp/nobody/is/here") == 3
    assert time.monotonic() - began < 4 * devenv.PATIENCE
    full = subprocess.run(["/bin/sh", "-c", f"{devenv.program('matchctl')} stats > /dev/full"],
                          env=env.env, capture_output=True, text=True, check=False)
    assert full.returncode == 5 and "cannot write" in full.stderr, full
    help_text = env.run("matchctl", "--help").stdout
    for number in range(8):
        assert f"\n  {number}  " in help_text, number
    check_command_line(env, help_text)


def check_command_line(env, help_text):
    """What is wrong is named; help is where people look for it."""
    for words, said in ((("preview", "--bogus", "x"), "unknown option --bogus"),
                        (("preview", "-qk", "5", "x"), "unknown option -q"),
                        (("preview", "x", "-k"), "option -k needs a value"),
                        (("preview", "x", "--json=3"), "option --json takes no value"),
                        (("preview", "x", "--json", "--wait"), "does not take the option --wait"),
                        (("stats", "-k", "3"), "does not take the option -k"),
                        (("help", "dance"), "unknown command \"dance\"")):
        ran = env.run("matchctl", *words, check=False)
        assert ran.returncode == 2 and said in ran.stderr, ran
    assert env.run("matchctl", "help").stdout == help_text
    of_preview = env.run("matchctl", "preview", "--help").stdout
    assert of_preview == env.run("matchctl", "help", "preview").stdout
    assert "-k K" in of_preview and "--wait" not in of_preview, of_preview


def check_python_client(env, ids):
    """The client that comes with the house: several in flight, errors with their code."""
    with matchd_client.Client(env.env["MATCHD_ENDPOINTS"]) as client:
        assert client.call("health").people == 300
        sent = [client.send("preview_offers", user=user, k=2, clock=service.CLOCK)
                for user in ids[:10]]
        for user, request_id in reversed(list(zip(ids, sent))):
            assert client.receive(request_id).user == user
        run = client.call("start_rematch", dry_run=True, viewers=ids[:2])
        assert run.viewers == 2
        try:
            client.call("score_pair", a=ids[0], b=NOBODY)
            raise AssertionError("nobody has no score")
        except matchd_client.MatchdError as error:
            assert error.code == "NOT_FOUND" and NOBODY in error.message, error


def check_unknown_answer(env):
    """A daemon that stops while matchctl waits: an exit code, no hang."""
    with service.daemon(env) as process:
        process.signal(19)  # SIGSTOP: it reads nothing any more
        began = time.monotonic()
        assert code(env, "stats", "--timeout", "1") in (3, 4)
        assert time.monotonic() - began < 6 * devenv.PATIENCE
        process.signal(18)


def main():
    with service.populated(people=300) as env:
        ids = service.people(env)
        with service.daemon(env):
            check_status(env)
            check_exit_codes(env, ids)
            check_preview(env, ids)
            check_rematch(env)
            check_python_client(env, ids)
            check_offers(env)
            check_score(env, ids)
        check_unknown_answer(env)


main()
