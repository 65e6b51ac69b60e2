"""random_kills.py [--people N] [--kills K] [--seed S]: a rematch of a metro, its daemon killed with
SIGKILL at random instants and started again each time, ends with the rows of an undisturbed run;
the same with two daemons at work, and with PostgreSQL crashing in between.

Takes minutes with many people, so it is not part of the suite:

    PYTHONPATH=tests/support:build/python python3 tests/nemesis/random_kills.py --people 100000
"""
import argparse
import random
import sys
import time

import rig


def undisturbed(r):
    r.fresh()
    with r.daemon() as process:
        began = time.monotonic()
        r.rematch(process)
        assert r.wait_done(3600) == ["completed"]
        took = time.monotonic() - began
    r.check_consistent()
    return r.digest(), took


def is_done(r):
    states = r.batch_states()
    return states != [] and "running" not in states


def check(r, words, expected):
    r.check_consistent()
    assert r.digest() == expected, f"{words}:\n{r.digest()}"


def killed(r, rng, kills, took, names):
    """Daemons that die at random instants of a batch, whatever they are at; whoever is up takes
    over. A batch that is done before its kill has to be right, and is begun anew: it only tells how
    long one takes now."""
    died = 0
    r.fresh()
    while died < kills:
        process = r.env.start(r.program, **settings(r, names[died % len(names)]))
        try:
            process.wait_for("event=matchd.ready", seconds=600)
            process.endpoint = r.endpoint(names[died % len(names)])
            if not r.batch_states():
                r.rematch(process)
            time.sleep(rng.random() * took)
        finally:
            process.kill()
        if is_done(r):
            took = r.sql("select (timings ->> 'total_s')::float8 from matching.runs")[0][0]
            yield
            r.fresh()
            continue
        died += 1
        print(f"  kill {died} of {kills}: {r.offers()} offers there", flush=True)
    with r.daemon() as process:
        if not r.batch_states():
            r.rematch(process)
        r.wait_done(3600)
    yield


def settings(r, name):
    return {"MATCHD_LEASE_SECONDS": str(rig.LEASE_S), "MATCHD_ENDPOINTS": r.endpoint(name)}


def crashed(r, rng, took):
    """PostgreSQL crashes while two daemons are there."""
    r.fresh()
    with r.daemon("a") as a, r.daemon("b"):
        r.rematch(a)
        time.sleep(rng.random() * took)
        r.restart_postgres()
        r.wait_done(3600)
    yield


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--people", type=int, default=100000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with rig.Rig(options.people, program="matchd") as r:
        expected, took = undisturbed(r)
        print(f"undisturbed: {took:.1f} s\n{expected}", flush=True)
        for words, act in (
                ("one daemon", lambda: killed(r, rng, options.kills, took, ["a"])),
                ("two daemons in turn", lambda: killed(r, rng, options.kills, took, ["a", "b"])),
                ("PostgreSQL crashed", lambda: crashed(r, rng, took))):
            batches = 0
            for _ in act():
                check(r, words, expected)
                batches += 1
            print(f"{words}: {batches} batches, each equal", flush=True)


if __name__ == "__main__":
    sys.exit(main())
