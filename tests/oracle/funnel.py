"""Section 6 of the contract: where a viewer's candidates went, and what relaxation adds most."""
import contextlib

import numpy as np

from gates import NAMES
from people import INTENTS


@contextlib.contextmanager
def changed(array, row, value):
    """array[row] is another value for a while."""
    before = array[row]
    array[row] = value
    try:
        yield
    finally:
        array[row] = before


class Funnel:
    """Everybody but the viewer, by the first rule or floor that removed them."""

    def __init__(self, oracle, row):
        self.oracle, self.people, self.row = oracle, oracle.people, row
        self.everybody = np.arange(self.people.count)
        scores, gate = oracle.block(np.array([row]), self.everybody)
        self.rankable = ~np.isnan(scores["questionnaire_fit"][0])
        others = self.everybody != row
        self.gates = {NAMES[code]: int(np.sum(gate[0, others] == code))
                      for code in np.unique(gate[0, others]) if code != 0}
        passes = (gate[0] == 0) & others
        self.unranked = int(np.sum(passes & ~self.rankable))
        self.eligible = int(np.sum(passes & self.rankable))

    def floors(self, viewer):
        left = viewer.eligible.copy()
        found = {}
        for name, holds in viewer.floors:
            fallen = int(np.sum(left & ~holds))
            if fallen:
                found[name] = fallen
            left &= holds
        return found

    def _eligible_now(self):
        gate = self.oracle.gates.matrix(np.array([self.row]), self.everybody)[0]
        return int(np.sum((gate == 0) & self.rankable))

    def relaxations(self):
        """{name: eligible candidates more}, for the viewer's own limits one at a time."""
        people, row = self.people, self.row
        profile = people.profiles[row]
        if profile is None or not people.member[row]:
            return {}
        cap = people.own[row]["GEO_MAX_DISTANCE_KM"]
        ways = {
            "distance": (people.limit, min(people.limit[row] + 25, cap)),
            "age_min": (people.age_low, people.age_low[row] - 2),
            "age_max": (people.age_high, people.age_high[row] + 2),
            "intent": (people.intent, INTENTS.index("unsure")),
        }
        added = {}
        for name, (array, value) in ways.items():
            with changed(array, row, value):
                added[name] = self._eligible_now() - self.eligible
        return added


def preview(oracle, person, k):
    """What `matchctl preview PERSON -k K --json` should say, without the offers' details."""
    row = oracle.people.row[person]
    funnel = Funnel(oracle, row)
    said = {"in_population": bool(oracle.people.member[row]), "eligible": funnel.eligible,
            "offerable": 0, "candidates": [],
            "funnel": {"gates": funnel.gates, "unranked": funnel.unranked, "floors": {}}}
    if said["in_population"]:
        viewer = oracle.viewer(row)
        said["offerable"] = len(viewer.offerable)
        said["candidates"] = [viewer.offer(j) for j in viewer.order[:k]]
        said["funnel"]["floors"] = funnel.floors(viewer)
    added = funnel.relaxations()
    most = max(added.values(), default=0)
    said["funnel"]["relaxation_adds"] = max(0, most)
    return said, {name for name, more in added.items() if more == most > 0}
