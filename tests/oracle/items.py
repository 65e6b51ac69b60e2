"""Sections 0 and 3 of the contract, one item at a time: its form, its answers, its pair value.

All quantities are integers: a normalised answer is N = round(30000 n), half up; -1 is none.
"""
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np

from settings import CONSTRUCTS

UNIT = 30000
ATTRIBUTES = {
    "profile.drinking": ["never", "rarely", "socially", "often"],
    "profile.smoking": ["never", "trying_to_quit", "socially", "regularly"],
    "profile.exercise": ["never", "sometimes", "often", "daily"],
}


def half_up(fraction):
    return math.floor(Fraction(fraction) + Fraction(1, 2))


def number(value, default):
    return Fraction(value if isinstance(value, Decimal) else Decimal(default))


class Item:
    """One row of questions."""

    def __init__(self, row):
        config = row["config"] or {}
        self.id, self.type, self.position = row["id"], row["type"], row["position"]
        self.construct, self.role = config.get("construct"), config.get("role")
        self.evidence = config.get("evidence")
        self.direction = config.get("direction", "similarity")
        self.key, self.facet = config.get("key"), config.get("facet")
        self.importance_of = config.get("importance_of")
        self.attribute = config.get("attribute")
        self.options = [option["id"] for option in row["options"] or []]
        self.unanswered = set(config.get("unanswered", []))
        self.wildcard = config.get("wildcard")
        self.conflicts = {frozenset(pair) for pair in config.get("conflicts", [])}
        self.low = number(config.get("min"), 1)
        self.high = number(config.get("max"), 7)
        self.step = number(config.get("step"), 1)
        ordinal = self.type == "single_choice" and config.get("ordinal") is True
        self.scale = [o for o in self.options if o not in self.unanswered] if ordinal else None

    @property
    def is_scale(self):
        return self.type == "slider" or self.scale is not None

    @property
    def is_constraint(self):
        return self.role == "hard_constraint"

    def refused(self):
        if self.type == "slider":
            return self.high <= self.low or self.step <= 0
        if self.type == "ranking":
            return len(self.options) < 2
        return self.scale is not None and len(self.scale) < 2

    def weight(self, everyone):
        """E_i, 0 if the item does not score."""
        scored = (self.role in ("core_score", "hard_constraint") and self.construct in CONSTRUCTS
                  and self.evidence in ("H", "M", "L") and self.type != "text"
                  and not self.refused())
        if not scored:
            return 0
        return half_up(100 * Fraction(everyone[f"MATCH_EVIDENCE_WEIGHT_{self.evidence}"]))

    def read(self, answer):
        """The answer in its item's form, or None: N, an option, a set of options, or places."""
        if self.refused():
            return None
        return getattr(self, f"_read_{self.type}")(answer)

    def _read_text(self, answer):
        return answer if isinstance(answer, str) else None

    def _read_slider(self, answer):
        if not isinstance(answer, Decimal) or not answer.is_finite():
            return None
        x = Fraction(answer)
        if not self.low <= x <= self.high or ((x - self.low) / self.step).denominator != 1:
            return None
        return half_up(UNIT * (x - self.low) / (self.high - self.low))

    def _is_option(self, answer):
        return isinstance(answer, str) and answer in self.options and answer not in self.unanswered

    def _read_single_choice(self, answer):
        return answer if self._is_option(answer) else None

    def _read_multiple_choice(self, answer):
        if not isinstance(answer, list) or not answer or not all(map(self._is_option, answer)):
            return None
        return set(answer) if len(set(answer)) == len(answer) else None

    def _read_ranking(self, answer):
        if not isinstance(answer, list) or not all(map(self._is_option, answer)):
            return None
        return answer if sorted(answer) == sorted(self.options) else None

    def place(self, option):
        return half_up(Fraction(UNIT * self.scale.index(option), len(self.scale) - 1))


class Column:
    """Everybody's answers to one item, by row."""

    def __init__(self, item, answers, count):
        self.item = item
        self.known = np.zeros(count, bool)
        self.n = np.full(count, -1, np.int64)
        self.option = np.full(count, -1, np.int64)
        self.freshness = np.zeros(count, np.int64)
        self.table = np.zeros((count, len(item.options)), np.int64)
        self.attribute = None  # of the other person, where the item is held against one
        for row, (answer, freshness) in answers.items():
            self._put(row, item.read(answer), freshness)

    def _put(self, row, value, freshness):
        if value is None:
            return
        item = self.item
        self.known[row] = True
        self.freshness[row] = freshness
        if item.type == "slider":
            self.n[row] = value
        elif item.type == "single_choice":
            self.option[row] = item.options.index(value)
            if item.scale is not None:
                self.n[row] = item.place(value)
        elif item.type == "multiple_choice":
            self.table[row] = [option in value for option in item.options]
        elif item.type == "ranking":
            self.table[row] = [value.index(option) for option in item.options]

    def pair(self, a, b):
        """(S, both) for rows a against rows b: the pair value times 30000, and where it stands."""
        both = self.known[a][:, None] & self.known[b][None, :]
        item = self.item
        if item.direction != "similarity":
            return self._against_attribute(a, b, both)
        if item.is_scale:
            value = UNIT - abs(self.n[a][:, None] - self.n[b][None, :])
        elif item.type == "single_choice":
            value = UNIT * self._same(a, b)
        elif item.type == "multiple_choice":
            value = self._jaccard(a, b)
        else:
            value = self._footrule(a, b)
        return np.where(both, value, 0), both

    def _same(self, a, b):
        left, right = self.option[a][:, None], self.option[b][None, :]
        same = left == right
        if self.item.wildcard in self.item.options:
            wild = self.item.options.index(self.item.wildcard)
            same = same | (left == wild) | (right == wild)
        return same.astype(np.int64)

    def _jaccard(self, a, b):
        common = self.table[a] @ self.table[b].T
        sizes = self.table.sum(axis=1)
        union = np.maximum(sizes[a][:, None] + sizes[b][None, :] - common, 1)
        return (2 * UNIT * common + union) // (2 * union)

    def _footrule(self, a, b):
        options = len(self.item.options)
        distance = np.zeros((len(a), len(b)), np.int64)
        for option in range(options):
            distance += abs(self.table[a, option][:, None] - self.table[b, option][None, :])
        whole = options * (options - 1)
        return (2 * UNIT * (whole - distance) + whole) // (2 * whole)

    def _against_attribute(self, a, b, both):
        def one_way(n, attribute):
            gap = attribute - n
            loss = abs(gap) if self.item.direction == "directional_fit" else np.maximum(0, gap)
            return np.where(attribute >= 0, UNIT - loss, 0), attribute >= 0

        forth, forth_known = one_way(self.n[a][:, None], self.attribute[b][None, :])
        back, back_known = one_way(self.n[b][None, :], self.attribute[a][:, None])
        total = forth + back
        value = np.where(forth_known & back_known, (total + 1) // 2, total)
        both = both & (forth_known | back_known)
        return np.where(both, value, 0), both
