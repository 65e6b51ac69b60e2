"""SIGKILL at every named point of a batch, one after the other: whoever is started next takes the
batch over, and the tables end as if nothing had happened.
"""
import os
import re
import signal
import sys

import devenv
import rig

PEOPLE = 2600  # three chunks, two lanes


def points():
    """Every point in the source, so that none is forgotten."""
    found = set()
    for folder in ("api/matchd", "storage"):
        for name in os.listdir(os.path.join(devenv.SOURCE, folder)):
            if not name.endswith(".c"):
                continue
            with open(os.path.join(devenv.SOURCE, folder, name), encoding="utf-8") as file:
                found.update(re.findall(r'FAILPOINT\("([\w.]+)"\)', file.read()))
    return sorted(found)


def visits(point):
    """Chunks are visited several times: their first and their last."""
    return (1, 3) if point.startswith(("publish.", "claim.")) else (1,)


def one(r, point, visit, expected):
    r.fresh()
    with r.daemon(MATCHD_FAIL_KILL=f"{point}:{visit}") as process:
        answer = r.rematch(process)
        assert process.join(30) == -signal.SIGKILL, process.tail(10)
    claimed = bool(r.batch_states())
    with r.daemon() as process:
        if not claimed:
            assert answer is None
            r.rematch(process)
        states = r.wait_done()
    assert states == ["completed"], (point, visit, states)
    r.check_consistent()
    assert r.digest() == expected, f"{point}:{visit}\n{expected}\n{r.digest()}"
    print(f"{point}:{visit} killed; taken over, and equal", flush=True)


def main():
    names = points()
    assert len(names) >= 15, names
    with rig.Rig(PEOPLE) as r:
        expected = r.undisturbed()
        assert r.undisturbed() == expected, "two undisturbed runs differ"
        for point in names:
            for visit in visits(point):
                one(r, point, visit, expected)


if __name__ == "__main__":
    sys.exit(main())
