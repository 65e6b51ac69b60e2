#!/usr/bin/python3
"""A second implementation of the scoring contract, for comparison only.

Written from the contract's text with numpy, sharing nothing with the engine: not its code, not its
order of evaluation. Reads a database with plain SQL and says what matchctl should say:

    oracle.py DSN --date 2026-11-22 --now 2026-11-22T09:00:00Z             # one JSON line a viewer
    oracle.py DSN --date 2026-11-22 --now 2026-11-22T09:00:00Z --score A B # one pair
"""
import argparse
import datetime
import json
import math
import sys

import numpy as np

import database
from gates import NAMES, Gates
from people import People
from ranking import Viewer
from scores import Scores
from settings import CONSTRUCTS

BLOCK = 64  # viewers at a time

PAIR_VALUES = ["questionnaire_fit", "missing", "affinity_ab", "affinity_ba", "affinity_mutual",
               "total", "authenticity", "base", "penalties", "side_ab", "side_ba", "mutuality",
               "raw", "final", "confidence"]


class Oracle:
    def __init__(self, tables, date, now):
        """date in days, now in microseconds, both since 1970."""
        self.people = People(tables, date, now)
        self.gates = Gates(self.people)
        self.scores = Scores(self.people)
        self.members = np.flatnonzero(self.people.member)
        self.queued = {}
        for (viewer, _), offers in self.gates.offers.items():
            open_ones = sum(o["status"] == "offered" and o["expires_at"] > now for o in offers)
            self.queued[viewer] = self.queued.get(viewer, 0) + open_ones
        self._finals = {}

    def block(self, a, b):
        """(scores, gates) of rows a against rows b."""
        gate = self.gates.matrix(a, b)
        unknown = self.people.unknown
        deferred = (gate == 0) & (unknown[a][:, None] | unknown[b][None, :])
        return self.scores.block(a, b, deferred), gate

    def final_of(self, a, b):
        """final(a->b) for the uplift rule. Whether b may be offered to a again is not asked: it
        would be strange if a gate that fails turned a deferred pair into a full one."""
        if (a, b) not in self._finals:
            unknown = self.people.unknown[[a]] | self.people.unknown[[b]]
            scores = self.scores.block(np.array([a]), np.array([b]), unknown[:, None])
            self._finals[a, b] = float(scores["final"][0, 0])
        return self._finals[a, b]

    def viewers(self):
        """A ranked Viewer for everybody in the population, in UUID order."""
        for start in range(0, len(self.members), BLOCK):
            rows = self.members[start:start + BLOCK]
            scores, gate = self.block(rows, self.members)
            for i, row in enumerate(rows):
                one = {name: value[..., i, :] for name, value in scores.items()}
                yield Viewer(self, int(row), one, gate[i])

    def viewer(self, row):
        """One of them."""
        scores, gate = self.block(np.array([row]), self.members)
        one = {name: value[..., 0, :] for name, value in scores.items()}
        return Viewer(self, row, one, gate[0])

    def score(self, a, b):
        """The object of `matchctl score A B --json`."""
        i, j = self.people.row[a], self.people.row[b]
        scores, gate = self.block(np.array([i]), np.array([j]))
        one = {name: value[..., 0, 0] for name, value in scores.items()}
        said = {"a": a, "b": b, "gate": NAMES[gate[0, 0]], "deferred": bool(one["deferred"]),
                "visual": bool(one["visual"]), "mode": "full" if one["full"] else "provisional",
                "constructs": {name: float(value) for name, value
                               in zip(CONSTRUCTS, one["constructs"]) if not math.isnan(value)}}
        for name in PAIR_VALUES:
            value = float(one[name])
            said[name] = None if math.isnan(value) else value
        return said


def load(dsn, date, now):
    """date "2026-11-22", now an ISO instant with its offset."""
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    at = datetime.datetime.fromisoformat(now.replace("Z", "+00:00")) - epoch
    micros = (at.days * 86400 + at.seconds) * 1000000 + at.microseconds
    days = (datetime.date.fromisoformat(date) - epoch.date()).days
    return Oracle(database.read(dsn), days, micros)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("dsn")
    parser.add_argument("--date", required=True)
    parser.add_argument("--now", required=True)
    parser.add_argument("--score", nargs=2, metavar=("A", "B"))
    chosen = parser.parse_args()
    oracle = load(chosen.dsn, chosen.date, chosen.now)
    if chosen.score:
        print(json.dumps(oracle.score(*chosen.score)))
        return 0
    for viewer in oracle.viewers():
        print(json.dumps(viewer.line()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
