"""People, one at a time: most of them sound, each with a chance of everything that can be wrong."""
import datetime
import json
import uuid

GENDERS = ["male", "female", "non_binary", "prefer_not_to_say"]
CENTRE = (52.5, 13.4)


class Person:
    def __init__(self, rows, identity):
        self.id = identity
        self.rows = rows  # {table: [row]} of this person

    def add(self, table, **row):
        self.rows.setdefault(table, []).append(row)


class Maker:
    def __init__(self, rng, chosen, answerer):
        self.rng, self.answerer = rng, answerer
        self.date = datetime.date.fromisoformat(chosen["date"])
        self.now = datetime.datetime.fromisoformat(chosen["now"].replace("Z", "+00:00"))
        self.length = chosen["length"]
        self.tastes = [self.direction() for _ in range(4)]

    # ---- small things ----

    def uuid(self):
        return str(uuid.UUID(int=self.rng.getrandbits(128)))

    def chance(self, share):
        return self.rng.random() < share

    def maybe(self, share, *strange, otherwise):
        """One of the strange values with a chance of `share`."""
        return self.rng.choice(strange) if self.chance(share) else otherwise

    def ago(self, days):
        return (self.now - datetime.timedelta(days=days)).isoformat()

    def some_time_ago(self, days):
        return self.ago(self.rng.uniform(0, days))

    def direction(self):
        return [self.rng.gauss(0, 1) for _ in range(self.length)]

    # ---- a person ----

    def make(self):
        person = Person({}, self.uuid())
        self.leaning = self.rng.randrange(4)
        self.user(person)
        if not self.chance(0.01):
            self.profile(person)
        self.answers(person)
        self.photos(person)
        self.preference(person)
        self.verification(person)
        self.standing(person)
        return person

    def born(self):
        rng = self.rng
        if self.chance(0.12):
            return f"{rng.choice([1992, 1996, 2000, 2004, 2008])}-02-29"
        if self.chance(0.05):  # around birthdays of the batch date
            age = rng.randrange(19, 50)
            day = self.date + datetime.timedelta(days=rng.choice([-1, 0, 1]))
            return day.replace(year=day.year - age).isoformat()
        day = datetime.date(1966, 1, 1) + datetime.timedelta(days=rng.randrange(15200))
        return self.maybe(0.04, "-infinity", "0001-01-01", "1890-05-05", "1912-05-05", "1925-05-05",
                          "4713-01-01 BC", "0099-12-31 BC",
                          otherwise=day.isoformat())

    def seeking(self):
        rng = self.rng
        wanted = rng.sample(GENDERS, rng.choice([2, 3, 4, 4, 4]))
        return self.maybe(0.08, None, [], ["martian"], wanted + wanted[:1], wanted + ["martian"],
                          [None], wanted + [None], ["Female", "female"], otherwise=wanted)

    def user(self, person):
        rng = self.rng
        person.add(
            "users", id=person.id, phone_hash=person.id, phone_last_four="0000",
            display_name=self.maybe(0.1, None, "   ", "\t\"\\'{},", otherwise="Name"),
            bio=self.maybe(0.2, None, "", " \t\n", otherwise="About me"),
            date_of_birth=self.born(),
            gender=self.maybe(0.02, None, otherwise=rng.choice(GENDERS)),
            seeking_gender=self.seeking(),
            status=self.maybe(0.02, "suspended", "deleted", "non_matching", otherwise="active"),
            onboarding_step=self.maybe(0.01, "profile", "verification", otherwise="complete"),
            last_active_at=self.maybe(0.05, None, "infinity", "-infinity", self.ago(30),
                                      self.ago(30.00001), self.ago(-2), self.ago(45),
                                      "4713-01-01 BC", "294276-12-31T23:59:59.999999Z",
                                      otherwise=self.some_time_ago(20)),
            deleted_at=self.maybe(0.02, self.ago(1), "infinity", otherwise=None))

    def place(self):
        rng = self.rng
        luck = rng.random()
        near = CENTRE[0] + rng.uniform(-.15, .15), CENTRE[1] + rng.uniform(-.2, .2)
        if luck < 0.80:
            return near
        if luck < 0.84:
            return rng.choice([89.99, 90, -90, -89.95]), rng.choice([0, 180, -180, 77.7])
        if luck < 0.88:
            return 12 + rng.uniform(-.1, .1), rng.choice([180, -180, 179.95, -179.9])
        if luck < 0.90:
            return -CENTRE[0], CENTRE[1] - 180
        return rng.choice([(None, None), (None, near[1]), (near[0], None), ("NaN", near[1]),
                           (near[0], "NaN"), (90.5, near[1]), (near[0], 180.5), (-91, -181),
                           (None, None), (None, None)])

    def profile(self, person):
        rng = self.rng
        latitude, longitude = self.place()
        low = rng.choice([18, 18, 18, 20, 25, 30])
        person.add(
            "profiles", user_id=person.id,
            city=rng.choice(["Berlin", "berlin", "BERLIN", "Bonn", "", "Köln", "KÖLN", " ", "a\nb",
                             "\u00a0"]),
            region=rng.choice([None, None, "BE", "be"]), country=rng.choice(["DE", "DE", "de"]),
            latitude=latitude, longitude=longitude,
            max_distance_km=rng.choice([None, 500, 500, 500, 100, 40, 40, 10, 1]),
            min_age_preference=self.maybe(0.05, None, 60, 130, otherwise=low),
            max_age_preference=self.maybe(0.15, None, None, None, 20, -5,
                                          otherwise=rng.randrange(50, 120)),
            relationship_intent=self.maybe(0.06, None, otherwise=rng.choice(
                ["casual", "serious", "serious", "marriage", "unsure"])),
            education=self.maybe(0.4, None, "", "\u3000 ", otherwise="School"),
            occupation=self.maybe(0.4, None, " ", otherwise="Work"),
            height_cm=self.maybe(0.4, None, otherwise=rng.randrange(150, 200)),
            drinking=rng.choice([None, "never", "rarely", "socially", "often"]),
            smoking=rng.choice([None, "never", "trying_to_quit", "socially", "regularly"]),
            exercise=rng.choice([None, "never", "sometimes", "often", "daily"]),
            timezone=self.maybe(0.1, "Mars/Phobos", "", "Asia/Kolkata", otherwise="UTC"))

    def answers(self, person):
        rng = self.rng
        diligence = self.maybe(0.15, 0, 0.1, 0.4, otherwise=0.97)
        for question in self.answerer.questions:
            if not self.chance(diligence):
                continue
            at = self.maybe(0.05, "infinity", "-infinity", self.ago(-3), self.ago(4000),
                            "4713-01-01 BC", "294276-12-31T23:59:59.999999Z",
                            "2026-11-21T23:59:59.999999Z", "2026-11-22T00:00:00Z",
                            otherwise=self.some_time_ago(rng.choice([5, 60, 700])))
            person.add("compatibility_responses", user_id=person.id, question_id=question["id"],
                       version_id=question["version_id"], answered_at=at,
                       answer=json.dumps(self.answerer.answer(question, self.leaning)))

    # ---- looks ----

    def features(self):
        taste, rng = self.tastes[self.leaning], self.rng
        good = [x + rng.gauss(0, 0.6) for x in taste]
        bad = [None, [], good[:-1], good + [0.5], [0.0] * self.length, [1e-8] * self.length,
               ["NaN"] + good[1:], good[:-1] + ["Infinity"], good[:-1] + ["-Infinity"],
               good[:-1] + [None], [1e-40] * self.length, [3e38] * self.length]
        return rng.choice(bad) if self.chance(0.08) else good

    def photos(self, person):
        rng = self.rng
        vectors = [self.features() for _ in range(self.maybe(0.1, 0, 1, otherwise=3))]
        if self.chance(0.04):  # nearly or wholly cancelling
            one = [1.0] + [0.0] * (self.length - 1)
            vectors = [one, [-1.0, rng.choice([0.0, 1e-7, 1e-5, 1e-3])] + one[2:]]
        primary = rng.randrange(6)
        for i, vector in enumerate(vectors):
            person.add("photos", id=self.uuid(), user_id=person.id, url=f"p/{i}",
                       position=i % 6, is_primary=i == primary, is_verified=self.chance(0.7),
                       visual_features=vector,
                       visual_model_version=self.maybe(0.05, "v0", None, otherwise="v1"))

    def preference(self, person):
        rng = self.rng
        if self.chance(0.04):
            return
        length = rng.uniform(0.1, 2.0)
        taste = self.tastes[rng.randrange(4) if self.chance(0.3) else self.leaning]
        good = [length * (x + rng.gauss(0, 0.3)) for x in taste]
        vector = self.maybe(0.06, None, [], good[:-1], [0.0] * self.length, ["NaN"] + good[1:],
                            good[:-1] + ["Infinity"], [None] + good[1:], [-3e38] * self.length,
                            [1e-7] * self.length, otherwise=good)
        person.add("visual_preference_profiles", id=self.uuid(), user_id=person.id,
                   status=self.maybe(0.06, "stale", "in_progress", "not_started",
                                     otherwise="ready"),
                   confidence=self.maybe(0.1, 0, 1, otherwise=round(rng.uniform(0.3, 1), 3)),
                   preference_embedding=vector,
                   model_version=self.maybe(0.04, "v0", otherwise="v1"))

    # ---- trust ----

    def session(self, person, status, created):
        rng = self.rng
        done = self.maybe(0.15, None, "infinity", "-infinity", self.ago(-5), "4713-01-01 BC",
                          otherwise=self.some_time_ago(500))
        person.add("verification_sessions", id=self.uuid(), user_id=person.id, status=status,
                   consent_version="1", created_at=created, completed_at=done,
                   liveness_score=self.maybe(0.12, None, "NaN", "1.5", "-0.5", "0", "9.99",
                                             otherwise=round(rng.uniform(0.5, 1), 2)))

    def verification(self, person):
        rng = self.rng
        if self.chance(0.02):
            return
        created = self.some_time_ago(300)
        self.session(person, self.maybe(0.03, "failed", "pending", otherwise="verified"), created)
        for _ in range(self.maybe(0.25, 1, 2, 3, otherwise=0)):
            status = rng.choice(["verified", "verified", "failed", "pending", "processing",
                                 "manual_review"])
            when = rng.choice([created, self.some_time_ago(300), self.ago(700), "-infinity"])
            self.session(person, status, self.maybe(0.05, "infinity", otherwise=when))

    def standing(self, person):
        rng = self.rng
        kinds = ["warning", "content_removed", "warning", "temporary_suspension",
                 "permanent_ban", "device_ban"]
        for _ in range(self.maybe(0.12, 1, 2, otherwise=0)):
            person.add("enforcement_actions", id=self.uuid(), user_id=person.id,
                       action_type=rng.choice(kinds), reason="reason",
                       enacted_by="00000000-0000-0000-0000-000000000001",
                       is_active=self.chance(0.7),
                       expires_at=rng.choice([None, self.ago(1), self.ago(0), self.ago(-1),
                                              "infinity", "-infinity"]))
        if self.chance(0.04):
            person.add("data_deletion_requests", id=self.uuid(), user_id=person.id,
                       request_type="full_deletion",
                       status=rng.choice(["pending", "in_grace_period", "processing", "completed",
                                          "cancelled"]))

    # ---- the same person again ----

    def clone(self, person):
        """Equal in everything but ids: their scores tie."""
        other = Person({}, self.uuid())
        for table, rows in person.rows.items():
            for row in rows:
                copy = dict(row)
                if "id" in copy:
                    copy["id"] = self.uuid()
                if "user_id" in copy:
                    copy["user_id"] = other.id
                if table == "users":
                    copy.update(id=other.id, phone_hash=other.id)
                other.add(table, **copy)
        return other
