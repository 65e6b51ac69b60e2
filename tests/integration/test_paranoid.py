"""Paranoid runs: everybody is scored by the plain reference as well. Where both agree nothing else
happens; a daemon with a bound that is none is found out, says who, and publishes nothing.
"""
import contextlib
import json
import re

import service

CLOCK = ("--date", service.DATE, "--now", service.NOW)
PLANTED = "tests/matchd_planted_bound"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SAID = re.compile("[1-9][0-9]* of [0-9]+ viewers have other counts or offers than the plain "
                  f"reference, one of them {UUID}")


def rematch(env, *arguments, code=0):
    ran = env.run("matchctl", "rematch", *arguments, *CLOCK, check=False)
    assert ran.returncode == code, (arguments, ran.returncode, ran.stdout, ran.stderr)
    return ran


def offers(env):
    return env.sql("select count(*) from matching.offer_details")[0][0]


@contextlib.contextmanager
def daemon(env, program):
    with env.start(program, "--paranoid", "on") as process:
        process.wait_for("event=matchd.ready", seconds=60)
        yield process


def check_found_out(env):
    """Dry runs that are asked to, and runs that publish where the daemon is told to."""
    with daemon(env, PLANTED):
        ran = rematch(env, "--dry-run", "--paranoid", code=6)
        assert SAID.search(ran.stderr), ran.stderr
        ran = rematch(env, "--wait", "--json", code=6)
        run, = json.loads(ran.stdout)
        assert run["state"] == "failed" and SAID.search(run["error"]), run
        assert "nothing was published" in run["error"], run
        assert offers(env) == 0
        rematch(env, "--dry-run")


def check_agreement(env):
    with daemon(env, "matchd"):
        plain = rematch(env, "--dry-run", "--ndjson").stdout
        assert rematch(env, "--dry-run", "--paranoid", "--ndjson").stdout == plain
        refused = rematch(env, "--paranoid", code=2).stderr
        assert "--dry-run" in refused, refused
        run, = json.loads(rematch(env, "--wait", "--json").stdout)
        assert run["state"] == "done" and offers(env) == run["offers"] > 0, run


def main():
    with service.populated() as env:
        check_found_out(env)
        check_agreement(env)


main()
