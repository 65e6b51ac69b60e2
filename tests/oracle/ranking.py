"""Section 6 of the contract: floors, order, daily picks, the anchor, and what an offer stores."""
import numpy as np

from scores import to_step
from settings import CONSTRUCTS

NEAR = 2e-6  # two implementations may differ by less than this

CODES = {
    "communication": "compatible_conflict_style",
    "attachment": "secure_attachment_fit",
    "sexual": "open_intimacy_communication",
    "values": "strong_value_alignment",
    "family": "shared_family_goals",
    "structure": "aligned_relationship_structure",
    "lifestyle": "similar_lifestyle",
    "availability": "ready_to_date",
}


class Viewer:
    """One row of a block of scores, ranked for its viewer."""

    def __init__(self, oracle, row, scores, gate):
        self.oracle, self.people, self.row = oracle, oracle.people, row
        self.own = oracle.people.own[row]
        self.scores, self.columns = scores, oracle.members
        self.near = False  # a floor, an order or a pick hung on less than NEAR
        self.eligible = (gate == 0) & ~np.isnan(scores["questionnaire_fit"])
        self.floors = self._floors()
        above = [holds for _, holds in self.floors]
        self.offerable = np.flatnonzero(self.eligible & np.all(above, axis=0))
        self.order = self._order()

    def _above(self, values, floors):
        gap = np.abs(values - floors)
        self.near |= bool(np.any(self.eligible & (gap < NEAR) & (gap > 0)))
        return values >= floors

    def _floors(self):
        """[(name, who is above it)]"""
        own, people = self.own, self.people
        policy = np.array([people.policy[i] == "low_inbound_low_response" for i in self.columns])
        low = policy | (people.policy[self.row] == "low_inbound_low_response")
        mutual = np.where(low, own["MATCH_LOW_INBOUND_MIN_RECIPROCITY"],
                          own["MATCH_MIN_RECIPROCITY"])
        quality = own["MATCH_MIN_QUALITY_THRESHOLD"]
        if people.policy[self.row] == "high_inbound_pressure":
            quality += own["MATCH_HIGH_INBOUND_QUALITY_UPLIFT"]
        final = self.scores["final"]
        halfway = np.floor(100 * final) + 0.5
        self.near |= bool(np.any(self.eligible & (np.abs(100 * final - halfway) < 100 * NEAR)
                                 & (np.abs(final - own["COMPATIBILITY_MIN_SCORE"] / 100) < 0.01)))
        return [("reciprocity", self._above(self.scores["mutuality"], mutual)),
                ("quality", self._above(final, quality)),
                ("score", np.rint(100 * final) >= own["COMPATIBILITY_MIN_SCORE"]),
                ("uplift", self._uplifted())]

    def _uplifted(self):
        holds = np.ones(len(self.columns), bool)
        for j in np.flatnonzero(self.eligible):
            rule = self.oracle.gates.uplift.get((self.row, self.columns[j]))
            if rule is not None:
                passer, passed, least = rule
                final = self.oracle.final_of(passer, passed)
                self.near |= 0 < abs(final - least) < NEAR
                holds[j] = final >= least
        return holds

    def _order(self):
        rows = self.offerable
        people = self.people
        self.accepted = np.zeros(len(self.columns), bool)
        if self.own["MATCH_RECIPROCATE_FIRST"]:
            for j in rows:
                offers = self.oracle.gates.offers.get((self.columns[j], self.row), [])
                self.accepted[j] = any(o["status"] == "accepted" and o["expires_at"] > people.now
                                       for o in offers)
        raw, full = self.scores["raw"][rows], self.scores["full"][rows]
        order = rows[np.lexsort((rows, -raw, ~self.accepted[rows], ~full))]
        steps = np.abs(np.diff(self.scores["raw"][order]))
        self.near |= bool(np.any((steps < NEAR) & (steps > 0)))
        return order

    # ---- picks ----

    def room(self):
        cap = self.own["MATCH_ACTIVE_QUEUE_CAP"]
        if self.people.policy[self.row] == "high_inbound_pressure":
            cap = self.own["MATCH_HIGH_INBOUND_QUEUE_CAP"]
        return max(0, cap - self.oracle.queued.get(self.row, 0))

    def pick(self):
        """Candidates of the daily offers, in the order picked; the anchor or None."""
        self.pool = self.order[:self.own["MATCH_RERANK_POOL"]]
        self.likeness = self.oracle.scores.likeness(
            np.array([self.columns[j] for j in self.pool], int))
        room, picked = self.room(), []
        full, accepted = self.scores["full"][self.pool], self.accepted[self.pool]
        wanted = min(self.own["MATCHES_PER_DAY_DEFAULT"], room)
        few = self.own["MATCH_PROVISIONAL_MAX_OFFERS"]
        for group, limit in ((full & accepted, wanted), (full & ~accepted, wanted),
                             (~full, few)):
            self._pick_group(list(np.flatnonzero(group)), limit, wanted, picked)
        anchor = None
        if self.own["ANCHOR_MATCHES_PER_WEEK"] > 0 and room > len(picked):
            anchor = self._anchor([i for i in np.flatnonzero(full) if i not in picked])
        return [self.pool[i] for i in picked], anchor

    def _pick_group(self, group, limit, wanted, picked):
        share = self.own["MATCH_SCORE_DIVERSITY_LAMBDA"]
        while group and limit > 0 and len(picked) < wanted:
            raw = self.scores["raw"][self.pool[group]]
            alike = self.likeness[np.ix_(group, picked)].max(axis=1) if picked else 0.0
            values = to_step(share * raw - (1 - share) * alike)
            best = int(np.argmax(values))  # the first of equals: the order of the pool
            gaps = values[best] - values
            self.near |= bool(np.any((gaps > 0) & (gaps < NEAR)))
            picked.append(group.pop(best))
            limit -= 1

    def _anchor(self, places):
        if not places:
            return None
        values = self.scores["confidence"][self.pool[places]]
        best = int(np.argmax(values))
        gaps = values[best] - values
        self.near |= bool(np.any((gaps > 0) & (gaps < NEAR)))
        least = self.own["MATCH_ANCHOR_MIN_CONFIDENCE"]
        self.near |= 0 < abs(values[best] - least) < NEAR
        return self.pool[places[best if values[best] >= least else 0]]

    # ---- what is shown ----

    def offer(self, j):
        scores = self.scores
        visual = bool(scores["visual"][j])
        return {
            "candidate": self.people.ids[self.columns[j]],
            "raw": float(scores["raw"][j]),
            "final": float(scores["final"][j]),
            "score": int(np.rint(100 * scores["final"][j])),
            "physical": int(np.rint(100 * scores["affinity_ab"][j])) if visual else None,
            "mode": "full" if scores["full"][j] else "provisional",
            "themes": self._themes(j, visual),
        }

    def _themes(self, j, visual):
        found = []
        for c, construct in enumerate(CONSTRUCTS):
            value = self.scores["constructs"][c, j]
            if value >= 0.70:
                found.append((-self.oracle.scores.weights[c] * value, CODES[construct]))
        mutual = self.scores["affinity_mutual"][j]
        if visual and mutual >= 0.70:
            found.append((-0.20 * mutual, "mutual_visual_preference"))
        return [code for _, code in sorted(found)[:3]]

    def line(self):
        picks, anchor = self.pick()
        first = [[self.people.ids[self.columns[j]], float(self.scores["raw"][j])]
                 for j in self.pool[:10]]
        return {
            "viewer": self.people.ids[self.row],
            "eligible": int(self.eligible.sum()),
            "offerable": len(self.offerable),
            "pool": first,
            "offers": [self.offer(j) for j in picks],
            "anchor": None if anchor is None else self.offer(anchor),
        }
