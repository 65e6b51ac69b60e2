"""What lies between people: blocks, reports, matches, offers of every kind; segments, overrides."""
import datetime


class Relations:
    def __init__(self, maker, people):
        self.maker, self.rng = maker, maker.rng
        self.people = people
        self.ids = [person.id for person in people]
        self.rows = {}

    def add(self, table, **row):
        self.rows.setdefault(table, []).append(row)

    def pairs(self, share):
        """Distinct ordered pairs, `share` a person."""
        people = len(self.ids)
        wanted = min(int(share * people), people * (people - 1) // 2)
        found = set()
        while len(found) < wanted:
            found.add(tuple(self.rng.sample(self.ids, 2)))
        alone = self.rng.choice(self.ids) if self.ids else None
        return sorted(found) + [(alone, alone)] * (alone is not None)

    def make(self):
        self.blocks()
        self.reports()
        self.matches()
        self.offers()
        self.policy()
        self.overrides()
        return self.rows

    def blocks(self):
        for blocker, blocked in self.pairs(0.5):
            self.add("blocks", id=self.maker.uuid(), blocker_id=blocker, blocked_id=blocked)

    def reports(self):
        maker, rng = self.maker, self.rng
        for reporter, reported in self.pairs(0.8):
            for _ in range(rng.choice([1, 1, 2])):
                self.add("reports", id=maker.uuid(), reporter_id=reporter, type="user",
                         reported_user_id=maker.maybe(0.05, None, otherwise=reported),
                         category=rng.choice(["harassment", "other", "scam"]),
                         status=rng.choice(["pending", "in_review", "resolved", "dismissed"]),
                         created_at=rng.choice([maker.some_time_ago(80), maker.ago(89.9),
                                                maker.ago(90), maker.ago(90.1), maker.ago(-1),
                                                "infinity", "-infinity", maker.ago(400)]))

    def matches(self):
        rng = self.rng
        for one, other in sorted({tuple(sorted(pair)) for pair in self.pairs(0.5)}):
            if one == other:
                continue
            closed = rng.random() < 0.6
            self.add("matches", id=self.maker.uuid(), user_id_1=one, user_id_2=other,
                     status="closed" if closed else "active",
                     closed_reason=rng.choice(["unmatched", "expired"]) if closed else None)

    # ---- offers ----

    def offers(self):
        for viewer, candidate in self.pairs(8):
            self.history(viewer, candidate)
            if self.rng.random() < 0.2:
                self.history(candidate, viewer)

    def history(self, viewer, candidate):
        maker, rng = self.maker, self.rng
        day = maker.date - datetime.timedelta(days=rng.randrange(1, 300))
        same_moment = maker.some_time_ago(200)
        for i in range(rng.choice([1, 1, 1, 1, 2, 3])):
            status = rng.choice(["offered", "accepted", "accepted", "passed", "passed", "passed",
                                 "not_now", "expired", "matched"])
            offered = rng.choice([same_moment, maker.some_time_ago(250)])
            batch = day - datetime.timedelta(days=i)
            if rng.random() < 0.03 and i == 0:
                batch = maker.date
            batch = maker.maybe(0.01, "infinity", "-infinity", otherwise=batch.isoformat())
            self.add("match_offers", id=maker.uuid(), user_id=viewer, offered_user_id=candidate,
                     batch_date=batch, batch_generated_at=offered,
                     compatibility_score=rng.choice([0, 20, 30, 40, 45, 50, 55, 60, 70, 100]),
                     status=status, offered_at=maker.maybe(0.03, "-infinity", "infinity",
                                                           otherwise=offered),
                     expires_at=self.expiry(status), cooldown_until=self.cooldown(status),
                     action_at=self.action(status))

    def expiry(self, status):
        maker, rng = self.maker, self.rng
        if status in ("offered", "accepted") and rng.random() < 0.4:
            return rng.choice([maker.ago(-1), maker.ago(-5), "infinity", maker.ago(-0.00001)])
        return rng.choice([maker.some_time_ago(200), maker.ago(7), maker.ago(6.9999),
                           maker.ago(7.0001), maker.ago(1), maker.ago(0), "-infinity"])

    def cooldown(self, status):
        maker = self.maker
        if status != "not_now":
            return None
        return self.rng.choice([None, maker.ago(1), maker.ago(0), maker.ago(-1), "infinity",
                                maker.ago(40)])

    def action(self, status):
        maker = self.maker
        if status != "passed":
            return None
        return self.rng.choice([None, maker.ago(91), maker.ago(90), maker.ago(89.999),
                                maker.ago(200), maker.ago(120), "-infinity", "infinity",
                                maker.ago(30), maker.ago(29)])

    # ---- segments and overrides ----

    def policy(self):
        for person in self.ids:
            if self.rng.random() < 0.12:
                self.add("matching.policy_segments", user_id=person, segment=self.rng.choice(
                    ["high_inbound_pressure", "low_inbound_low_response", "balanced", "unheard"]))

    OVERRIDES = [
        ("MATCHES_PER_DAY_DEFAULT", ["1", "2", "10", "0", "11", "x", "3.0"]),
        ("MATCH_ACTIVE_QUEUE_CAP", ["1", "2", "3", "101", ""]),
        ("MATCH_HIGH_INBOUND_QUEUE_CAP", ["1", "20"]),
        ("GEO_MAX_DISTANCE_KM", ["1", "5", "15", "20037", "-1"]),
        ("MATCH_SCORE_DIVERSITY_LAMBDA", ["0", "1", "0.5", "1.01", "nan", "1e-1"]),
        ("MATCH_MIN_QUALITY_THRESHOLD", ["0", ".45", "0.6", "inf"]),
        ("MATCH_MIN_RECIPROCITY", ["0", "0.5", "0.55", "two"]),
        ("COMPATIBILITY_MIN_SCORE", ["0", "55", "62", "101", "50.5"]),
        ("MATCH_ANCHOR_MIN_CONFIDENCE", ["0", "0.85", "1"]),
        ("ANCHOR_MATCHES_PER_WEEK", ["0", "1", "2"]),
        ("MATCH_PROVISIONAL_MAX_OFFERS", ["0", "2", "10"]),
        ("PASS_RECONSIDERATION_ENABLED", ["false", "true", "no"]),
        ("ALLOW_REMATCH_AFTER_PASS", ["true", "false", "TRUE"]),
        ("PASS_COOLDOWN_DAYS", ["1", "30", "365", "0"]),
        ("PASS_REOFFER_UPLIFT_THRESHOLD", ["0", "0.02", "0.3"]),
        ("MATCH_EXPIRED_COOLDOWN_DAYS", ["0", "365", "1"]),
        ("MAX_ACTIVE_MATCHES_BETA", ["1", "10", "0"]),
        ("MATCH_LOW_INBOUND_MIN_RECIPROCITY", ["0.1", "0.7"]),
        ("MATCH_HIGH_INBOUND_QUALITY_UPLIFT", ["0", "0.2"]),
        ("MIN_AGE", ["30"]),              # global: nobody's own
        ("MATCH_RERANK_POOL", ["8"]),     # global
        ("SAME_SEX_MATCHING_ENABLED", ["false"]),
        ("NO_SUCH_KEY", ["1"]),
    ]

    def overrides(self):
        rng, maker = self.rng, self.maker
        for person in self.ids:
            if rng.random() < 0.15:
                for key, values in rng.sample(self.OVERRIDES, rng.choice([1, 2, 4])):
                    self.add("matching.user_config_overrides", user_id=person, config_key=key,
                             override_value=rng.choice(values))
        names = ["zebra", "aardvark", "Ähre", "Zoo", "beta"]
        segments = [(name, maker.uuid()) for name in names]
        known = [row for row in self.OVERRIDES if row[0] != "NO_SUCH_KEY"]
        for name, segment in segments:
            self.add("user_segments", id=segment, key=name, name=name, type="manual")
            for key, values in rng.sample(known, 12):
                self.add("segment_config_overrides", id=maker.uuid(), segment_id=segment,
                         config_key=key, override_value=rng.choice(values), updated_by="test",
                         priority=rng.choice([-1, 0, 0, 0, 0, 5]))
            for person in self.ids:
                if rng.random() < 0.15:
                    self.add("user_segment_members", segment_id=segment, user_id=person)
