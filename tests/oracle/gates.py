"""Section 2 of the contract: which rule, if any, keeps a pair apart; and offers.md section 4."""
import uuid

import numpy as np

from database import MICROS_PER_DAY
from people import INTENTS

NAMES = [None, "self", "population_a", "population_b", "gender", "age", "distance", "intent",
         "constraint", "block", "report", "match", "reoffer"]
EARTH_RADIUS_KM = 6371.0088


def haversine_km(a, b):
    """Great-circle distances of all places a to all places b, in degrees."""
    lat_a, lon_a = np.radians(a[:, 0])[:, None], np.radians(a[:, 1])[:, None]
    lat_b, lon_b = np.radians(b[:, 0])[None, :], np.radians(b[:, 1])[None, :]
    h = (np.sin((lat_b - lat_a) / 2) ** 2
         + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2)
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, h)))


def days_after(at, days):
    return at + days * MICROS_PER_DAY


class Gates:
    def __init__(self, people):
        self.people = people
        self.intent_conflicts = self._intent_conflicts()
        tables, row = people.tables, people.row
        self.apart = {"block": self._pairs(tables["blocks"], "blocker_id", "blocked_id"),
                      "match": self._pairs(tables["matches"], "user_id_1", "user_id_2"),
                      "report": self._pairs([r for r in tables["reports"]
                                             if r["status"] != "dismissed"],
                                            "reporter_id", "reported_user_id")}
        self.offers = {}
        for offer in tables["match_offers"]:
            key = row[offer["user_id"]], row[offer["offered_user_id"]]
            self.offers.setdefault(key, []).append(offer)
        for offers in self.offers.values():
            offers.sort(key=lambda o: (o["offered_at"], uuid.UUID(o["id"]).bytes))
        self.reoffer, self.uplift = set(), {}
        for a, b in {pair for key in self.offers for pair in (key, key[::-1])}:
            self._judge_reoffer(a, b)

    def _intent_conflicts(self):
        found = np.zeros((len(INTENTS), len(INTENTS)), bool)
        for pair in self.people.everyone["MATCH_INTENT_CONFLICTS"].split(","):
            left, _, right = pair.partition(":")
            if left in INTENTS and right in INTENTS:
                i, j = INTENTS.index(left), INTENTS.index(right)
                found[i, j] = found[j, i] = True
        return found

    def _pairs(self, rows, one, other):
        found = set()
        for row in rows:
            if row[one] is not None and row[other] is not None:
                i, j = self.people.row[row[one]], self.people.row[row[other]]
                found |= {(i, j), (j, i)}
        return found

    # ---- re-offers ----

    def _judge_reoffer(self, a, b):
        """Puts the pair among the refused, or notes the uplift that it needs."""
        own, now = self.people.own[a], self.people.now
        given = self.offers.get((a, b), [])
        if any(o["batch_date"] == self.people.date for o in given) or any(
                o["status"] in ("offered", "accepted") and o["expires_at"] > now for o in given):
            self.reoffer.add((a, b))
        elif given and self._newest_forbids(given[-1], own):
            self.reoffer.add((a, b))
        passes = [(i, j, offer) for i, j in ((a, b), (b, a))
                  for offer in self.offers.get((i, j), []) if offer["status"] == "passed"]
        if not passes:
            return
        times = [o["offered_at"] if o["action_at"] is None else o["action_at"]
                 for _, _, o in passes]
        if own["ALLOW_REMATCH_AFTER_PASS"] and now >= days_after(max(times),
                                                                 own["REMATCH_COOLDOWN_DAYS"]):
            return
        if own["PASS_RECONSIDERATION_ENABLED"] and len(passes) == 1 and now >= days_after(
                times[0], own["PASS_COOLDOWN_DAYS"]):
            passer, passed, offer = passes[0]
            least = offer["compatibility_score"] / 100 + own["PASS_REOFFER_UPLIFT_THRESHOLD"]
            self.uplift[a, b] = passer, passed, least
            return
        self.reoffer.add((a, b))

    def _newest_forbids(self, newest, own):
        now = self.people.now
        if newest["status"] == "not_now":
            return newest["cooldown_until"] is not None and newest["cooldown_until"] > now
        gone = newest["status"] == "expired" or (newest["status"] in ("offered", "accepted")
                                                 and newest["expires_at"] <= now)
        return gone and now < days_after(newest["expires_at"], own["MATCH_EXPIRED_COOLDOWN_DAYS"])

    # ---- all rules ----

    def matrix(self, a, b):
        """Indexes into NAMES for rows a against rows b."""
        people = self.people
        gate = np.zeros((len(a), len(b)), np.int8)

        def fail(name, mask):
            gate[(gate == 0) & mask] = NAMES.index(name)

        fail("self", a[:, None] == b[None, :])
        fail("population_a", ~people.member[a][:, None])
        fail("population_b", ~people.member[b][None, :])
        fail("gender", self._gender(a, b))
        fail("age", self._age(a, b) | self._age(b, a).T)
        fail("distance", self._distance(a, b))
        fail("intent", self._intent(a, b))
        for column in people.columns:
            if column.item.is_constraint:
                fail("constraint", self._constraint(column, a, b))
        for name in ("block", "report", "match"):
            fail(name, self._listed(self.apart[name], a, b))
        fail("reoffer", self._listed(self.reoffer, a, b))
        return gate

    def _gender(self, a, b):
        people = self.people
        ga, gb = people.gender[a], people.gender[b]
        a_wants = people.seeking[a][:, gb] & (gb >= 0)[None, :]
        b_wants = people.seeking[b][:, ga].T & (ga >= 0)[:, None]
        wrong = ~(a_wants & b_wants)
        if not people.everyone["SAME_SEX_MATCHING_ENABLED"]:
            wrong |= ga[:, None] == gb[None, :]
        return wrong

    def _age(self, a, b):
        people = self.people
        age = people.age[b][None, :]
        return (age < people.age_low[a][:, None]) | (age > people.age_high[a][:, None])

    def _distance(self, a, b):
        people = self.people
        with np.errstate(invalid="ignore"):
            far = haversine_km(people.coordinates[a], people.coordinates[b]) > np.minimum(
                people.limit[a][:, None], people.limit[b][None, :])
        both = people.located[a][:, None] & people.located[b][None, :]
        return np.where(both, far, people.place[a][:, None] != people.place[b][None, :])

    def _intent(self, a, b):
        ia, ib = self.people.intent[a], self.people.intent[b]
        known = (ia >= 0)[:, None] & (ib >= 0)[None, :]
        return known & self.intent_conflicts[ia[:, None], ib[None, :]]

    @staticmethod
    def _constraint(column, a, b):
        options = column.item.options
        clash = np.zeros((len(options) + 1, len(options) + 1), bool)
        for pair in column.item.conflicts:
            known = [options.index(option) for option in pair if option in options]
            if len(known) == len(pair):
                clash[known[0], known[-1]] = clash[known[-1], known[0]] = True
        return clash[column.option[a][:, None], column.option[b][None, :]]

    @staticmethod
    def _listed(pairs, a, b):
        found = np.zeros((len(a), len(b)), bool)
        at = {row: j for j, row in enumerate(b)}
        chosen = {row: i for i, row in enumerate(a)}
        for i, j in pairs:
            if i in chosen and j in at:
                found[chosen[i], at[j]] = True
        return found
