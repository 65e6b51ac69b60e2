"""Sections 3 to 5 of the contract: every value of a pair, for a block of pairs at once."""
import numpy as np

import items
from settings import CONSTRUCTS

STEP = 2.0 ** -32


def to_step(values):
    """Rounded to the nearest multiple of 2^-32, ties to even."""
    return np.rint(np.asarray(values) / STEP) * STEP


class Scores:
    """scores.block(a, b, deferred) -> {name: array of shape (len(a), len(b))}."""

    def __init__(self, people):
        self.people, self.everyone = people, people.everyone
        self.weights = np.array([self.everyone[f"COMPATIBILITY_WEIGHT_{c.upper()}"]
                                 for c in CONSTRUCTS])
        self.scored = [(column, weight) for column, weight in zip(people.columns, people.weights)
                       if weight]
        self.evidence = sum(weight for _, weight in self.scored)

    def block(self, a, b, deferred):
        out = self._questionnaire(a, b)
        self._visual(out, a, b)
        self._mode(out, a, b, deferred)
        self._final(out, a, b)
        return out

    # ---- questionnaire ----

    def _sums(self, a, b):
        shape = len(a), len(b)
        sums = {name: np.zeros((len(CONSTRUCTS), *shape), np.int64) for name in ("ws", "w")}
        sums |= {name: np.zeros(shape, np.int64) for name in ("e", "strain", "risky")}
        for column, weight in self.scored:
            item = column.item
            value, both = column.pair(a, b)
            fresh = column.freshness[a][:, None] * column.freshness[b][None, :]
            w = np.where(both, weight * fresh, 0)
            c = CONSTRUCTS.index(item.construct)
            sums["w"][c] += w
            sums["ws"][c] += w * value
            sums["e"] += np.where(both, weight, 0)
            if item.construct == "attachment" and item.facet in ("anxiety", "avoidance"):
                added = column.n[a][:, None] + column.n[b][None, :]
                sums["strain"] += np.where(both, added, 0)
                sums["risky"] += both
        return sums

    def _constructs(self, sums):
        """Scores by construct, NaN where absent."""
        w = sums["w"]
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(w > 0, sums["ws"] / (items.UNIT * w), np.nan)
            strain = sums["strain"] / (2 * items.UNIT * sums["risky"])
        attachment = CONSTRUCTS.index("attachment")
        mixed = 0.6 * values[attachment] + 0.4 * (1.0 - strain)
        values[attachment] = np.where(sums["risky"] > 0, mixed, values[attachment])
        return values

    def _weighted(self, constructs, importance):
        """sum(W imp score) / sum(W imp) over what is present; NaN if nothing is."""
        above, below = 0.0, 0.0
        for c, weight in enumerate(self.weights):
            present = ~np.isnan(constructs[c])
            factor = weight * importance[c]
            above = above + np.where(present, factor * constructs[c], 0.0)
            below = below + np.where(present, factor, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(below > 0, above / below, np.nan)

    def _questionnaire(self, a, b):
        sums = self._sums(a, b)
        constructs = self._constructs(sums)
        importance = self.people.importance
        share = sums["e"] / self.evidence if self.evidence else np.zeros((len(a), len(b)))
        return {
            "constructs": constructs,
            "questionnaire_fit": self._weighted(constructs, np.ones(len(CONSTRUCTS))),
            "missing": 1.0 - share,
            "side_q_ab": self._weighted(constructs, importance[:, a][:, :, None]),
            "side_q_ba": self._weighted(constructs, importance[:, b][:, None, :]),
            "child": self._child_penalty(a, b),
        }

    def _child_penalty(self, a, b):
        for column in self.people.columns:
            item = column.item
            if item.key != "children" or item.is_constraint:
                continue
            if not {"yes", "no"} <= set(item.options):
                continue
            yes = column.option == item.options.index("yes")
            no = column.option == item.options.index("no")
            differ = ((yes[a][:, None] & no[b][None, :]) | (no[a][:, None] & yes[b][None, :]))
            return self.everyone["MATCH_CHILD_GOAL_MISMATCH_PENALTY"] * differ
        return np.zeros((len(a), len(b)))

    # ---- looks ----

    def _affinity(self, a, b):
        people = self.people
        dots = people.taste[a] @ people.looks[b].T
        with np.errstate(over="ignore"):
            sigmoid = 1.0 / (1.0 + np.exp(-self.everyone["VISUAL_AFFINITY_SCALE"] * dots))
        return 0.5 + people.confidence[a][:, None] * (sigmoid - 0.5)

    def _visual(self, out, a, b):
        signal = self.people.signal
        out["visual"] = signal[a][:, None] & signal[b][None, :]
        prior = self.everyone["MATCH_PROVISIONAL_VISUAL_PRIOR"]
        forth, back = self._affinity(a, b), self._affinity(b, a).T
        for name, value in (("affinity_ab", forth), ("affinity_ba", back),
                            ("affinity_mutual", np.sqrt(forth * back))):
            out[name] = np.where(out["visual"], value, prior)

    def _mode(self, out, a, b, deferred):
        enough = self.people.answered >= self.everyone["QUESTIONNAIRE_MIN_QUESTIONS"]
        full = ~deferred & enough[a][:, None] & enough[b][None, :]
        if self.everyone["MATCH_REQUIRE_VISUAL_SIGNAL"]:
            full &= out["visual"]
        out["deferred"], out["full"] = deferred, full

    # ---- the sum of it ----

    def _final(self, out, a, b):
        key = self.everyone
        people = self.people
        compatibility = key["MATCH_SCORE_COMPATIBILITY_WEIGHT"]
        physical = key["MATCH_SCORE_PHYSICAL_WEIGHT"]
        out["authenticity"] = np.broadcast_to(people.authenticity[b][None, :], (len(a), len(b)))
        out["total"] = (compatibility * out["questionnaire_fit"]
                        + physical * out["affinity_mutual"])
        out["base"] = (key["MATCH_SCORE_QUESTIONNAIRE_WEIGHT"] * out["total"]
                       + key["MATCH_SCORE_AUTHENTICITY_WEIGHT"] * out["authenticity"])
        out["penalties"] = (key["MATCH_SCORE_UNCERTAINTY_PENALTY_MAX"] * out["missing"]
                            + people.risk[b][None, :] + out["child"])
        for way in ("ab", "ba"):
            out[f"side_{way}"] = (compatibility * out[f"side_q_{way}"]
                                  + physical * out[f"affinity_{way}"])
        ab, ba = out["side_ab"], out["side_ba"]
        out["mutuality"] = 2.0 * ab * ba / (ab + ba + 1e-9)
        out["raw"] = to_step(0.7 * (out["base"] - out["penalties"]) + 0.3 * out["mutuality"])
        clamped = np.clip(out["raw"], 0.0, 1.0)
        cap = np.minimum(clamped, key["MATCH_PROVISIONAL_SCORE_CAP"])
        out["final"] = np.where(out["full"], clamped, cap)
        conf = people.confidence
        out["confidence"] = (0.6 * (1.0 - out["missing"])
                             + 0.4 * np.sqrt(conf[a][:, None] * conf[b][None, :]))

    # ---- likeness of candidates ----

    def likeness(self, rows):
        """sim(c, s) of section 6 for all of `rows` against each other."""
        shared = np.zeros((len(rows), len(rows)), np.int64)
        total = np.zeros_like(shared)
        for column, weight in self.scored:
            value, both = column.pair(rows, rows)
            shared += np.where(both, weight * value, 0)
            total += np.where(both, weight, 0)
        q = np.where(total > 0, shared / (items.UNIT * np.maximum(total, 1)), 0.0)
        seen = self.people.seen[rows]
        dots = self.people.looks[rows] @ self.people.looks[rows].T
        both_seen = seen[:, None] & seen[None, :]
        return np.where(both_seen, 0.5 * q + 0.5 * (1.0 + dots) / 2.0, q)
