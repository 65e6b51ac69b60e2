"""Several daemons on one database: a batch has one leader, a frozen leader's batch is taken over
and the frozen one writes nothing more, and PostgreSQL may be restarted in the middle.
"""
import signal
import sys

import rig


def check_race(r, expected):
    """Both are asked for the same batch at once: one run, and nothing twice."""
    r.fresh()
    with r.daemon("a") as a, r.daemon("b") as b:
        first, second = r.rematch(a), r.rematch(b)
        runs = [first.start_rematch.runs[0], second.start_rematch.runs[0]]
        assert runs[0].run == runs[1].run, runs
        assert [run.already_running for run in runs] == [False, True], runs
        assert r.wait_done() == ["completed"]
        again = r.rematch(b).start_rematch.runs[0]
        assert not again.already_running and again.run != runs[0].run, again
        r.wait_done()
    assert r.digest() == expected, "two daemons racing"
    print("two daemons, one run, and equal", flush=True)


# One connection that publishes: where it stands when the daemon is stopped is where all of it does.
ALONE = {"MATCHD_PUBLISH_CONNECTIONS": "1"}


def check_frozen_leader(r, expected, point):
    """SIGSTOP before publishing or within the transaction, longer than the lease; then it wakes."""
    r.fresh()
    gate = rig.Gate(r, point)
    with r.daemon("a", **gate.rule, **ALONE) as a:
        r.rematch(a)
        gate.wait()
        with a.held(), r.daemon("b"):
            assert r.wait_done() == ["completed"]
        gate.open()
        a.wait_for("event=batch.lost")
    r.check_consistent()
    assert r.digest() == expected, f"a leader frozen at {point}"
    print(f"a leader frozen at {point} was replaced, wrote nothing more, and equal", flush=True)


def zombie_offers(r):
    """How many offers a leader writes whose batch another has claimed since."""
    r.fresh()
    gate_a, gate_b = rig.Gate(r, "publish.begin", name="a"), rig.Gate(r, "publish.begin", name="b")
    with r.daemon("a", **gate_a.rule, **ALONE) as a:
        r.rematch(a)
        gate_a.wait()
        a.signal(signal.SIGSTOP)
        try:
            with r.daemon("b", **gate_b.rule, **ALONE) as b:
                gate_b.wait()
                a.signal(signal.SIGCONT)
                gate_a.open()
                a.wait_for("event=batch.(lost|done|failed)")
                written = r.offers()
                gate_b.open()
                b.wait_for("event=batch.(lost|done|failed)")
        finally:
            a.signal(signal.SIGCONT)
    return written


def check_zombie(r, expected):
    """The old leader wakes up when the new one has claimed its rows and written nothing yet."""
    assert zombie_offers(r) == 0
    assert r.wait_done() == ["completed"]
    r.check_consistent()
    assert r.digest() == expected, "a zombie"
    print("a zombie published nothing, and equal", flush=True)


def check_restarted_postgres(r, expected):
    """PostgreSQL crashes while chunks are claimed and published."""
    for point in ("claim.committed", "publish.staged", "publish.committed"):
        r.fresh()
        gate = rig.Gate(r, point)
        with r.daemon("a", **gate.rule) as a:
            r.rematch(a)
            gate.wait()
            r.restart_postgres()
            gate.open()
            assert r.wait_done(90) == ["completed"], point
            assert a.alive()
        r.check_consistent()
        assert r.digest() == expected, f"PostgreSQL restarted at {point}"
        print(f"PostgreSQL restarted at {point}, and equal", flush=True)


def main():
    with rig.Rig(2200) as r:
        expected = r.undisturbed()
        check_race(r, expected)
        for point in ("publish.begin", "publish.staged"):
            check_frozen_leader(r, expected, point)
        check_zombie(r, expected)
        check_restarted_postgres(r, expected)


if __name__ == "__main__":
    sys.exit(main())
