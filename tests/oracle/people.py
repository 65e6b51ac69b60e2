"""What depends on one person alone: sections 1, 4 and 5 of the contract."""
import math
import uuid

import numpy as np

import items
from database import MICROS_PER_DAY, by
from settings import CONSTRUCTS, Settings

GENDERS = ["male", "female", "non_binary", "prefer_not_to_say"]
INTENTS = ["casual", "serious", "marriage", "unsure"]
BANS = {"temporary_suspension", "permanent_ban", "device_ban"}
LEAVING = {"in_grace_period", "processing", "completed"}


def date_parts(days):
    date = np.datetime64(int(days), "D")
    month = date.astype("datetime64[M]")
    year = int(month.astype("datetime64[Y]").astype(int)) + 1970
    return year, int(month.astype(int)) % 12 + 1, int((date - month).astype(int)) + 1


def years_between(born, on):
    """Whole years completed; who was born on 29 February completes one on 1 March."""
    y, m, d = date_parts(on)
    by_, bm, bd = date_parts(born)
    return y - by_ - ((m, d) < (bm, bd))


def utc_day(at):
    return at if math.isinf(at) else at // MICROS_PER_DAY


def is_blank(text):
    return text is None or text.strip() == ""


def vector(values, length):
    """A feature vector as float64 of its float32 values, or None where it is refused."""
    if values is None or len(values) != length or any(not isinstance(x, float) for x in values):
        return None
    array = np.array(values, np.float32).astype(np.float64)
    if not np.all(np.isfinite(array)) or math.sqrt(float(array @ array)) < 1e-6:
        return None
    return array


class People:
    """Arrays by row; rows are all users in UUID order."""

    def __init__(self, tables, date, now):
        self.date, self.now, self.tables = date, now, tables
        self.users = sorted(tables["users"], key=lambda row: uuid.UUID(row["id"]).bytes)
        self.ids = [row["id"] for row in self.users]
        self.row = {person: i for i, person in enumerate(self.ids)}
        self.count = len(self.ids)
        self.settings = Settings(tables)
        self.everyone = self.settings.everyone
        self.own = [self.settings.of(person) for person in self.ids]
        profiles = {row["user_id"]: row for row in tables["profiles"]}
        self.profiles = [profiles.get(person) for person in self.ids]
        self.policy = self._policy()
        self._read_basics()
        self._read_places()
        self._read_questionnaire()
        self._read_visual()
        self._read_trust()
        self.member = np.array([self._is_member(i) for i in range(self.count)], bool)

    def grouped(self, table, column="user_id"):
        rows = by(self.tables[table], column)
        return [rows.get(person, []) for person in self.ids]

    def from_profile(self, name):
        return [profile and profile[name] for profile in self.profiles]

    def _policy(self):
        if self.everyone["MATCH_GENDER_RESPONSIVE_MODE"] == "off":
            return ["balanced"] * self.count
        named = {r["user_id"]: r["segment"] for r in self.tables["matching.policy_segments"]}
        return [named.get(person, "balanced") for person in self.ids]

    def _read_basics(self):
        born = [row["date_of_birth"] for row in self.users]
        self.age = np.array([-1 if math.isinf(b) else years_between(b, self.date) for b in born])
        self.gender = np.array([GENDERS.index(r["gender"]) if r["gender"] in GENDERS else -1
                                for r in self.users])
        self.seeking = np.array([[gender in (row["seeking_gender"] or []) for gender in GENDERS]
                                 for row in self.users], bool).reshape(self.count, len(GENDERS))
        low, high = self.from_profile("min_age_preference"), self.from_profile("max_age_preference")
        self.age_low = np.array([self.everyone["MIN_AGE"] if x is None else x for x in low])
        self.age_high = np.array([120 if x is None else x for x in high])
        self.intent = np.array([INTENTS.index(x) if x in INTENTS else -1
                                for x in self.from_profile("relationship_intent")])

    def _read_places(self):
        pairs = zip(self.from_profile("latitude"), self.from_profile("longitude"))
        self.coordinates = np.array([self._coordinates(x, y) for x, y in pairs]).reshape(-1, 2)
        self.located = ~np.isnan(self.coordinates[:, 0])
        self.limit = np.array([
            min(math.inf if limit is None else limit, own["GEO_MAX_DISTANCE_KM"])
            for limit, own in zip(self.from_profile("max_distance_km"), self.own)], float)
        names, self.place = {}, np.zeros(self.count, int)
        for i, profile in enumerate(self.profiles):
            key = profile and tuple(self._folded(profile[c]) for c in ("city", "region", "country"))
            self.place[i] = names.setdefault(key, len(names))

    @staticmethod
    def _folded(text):
        """ASCII case only."""
        return text and "".join(c.lower() if c.isascii() else c for c in text)

    @staticmethod
    def _coordinates(latitude, longitude):
        if latitude is None or longitude is None or latitude.is_nan() or longitude.is_nan():
            return math.nan, math.nan
        if abs(latitude) > 90 or abs(longitude) > 180:
            return math.nan, math.nan
        return float(latitude), float(longitude)

    # ---- the questionnaire ----

    def _read_questionnaire(self):
        rows = [row for row in self.tables["questions"]
                if row["version_id"] == self.everyone["QUESTIONNAIRE_VERSION"]]
        self.items = [items.Item(row) for row in sorted(rows, key=lambda row: row["position"])]
        given = by(self.tables["compatibility_responses"], "question_id")
        self.columns = [self._column(item, given.get(item.id, [])) for item in self.items]
        self.weights = [item.weight(self.everyone) for item in self.items]
        by_id = {column.item.id: column for column in self.columns}
        for column in self.columns:
            if column.item.direction != "similarity":
                column.attribute = self._attribute(column.item.attribute, by_id)
        self.answered = sum((column.known.astype(int) for column, weight
                             in zip(self.columns, self.weights) if weight),
                            np.zeros(self.count, int))
        self.unknown = self.intent < 0
        for column in self.columns:
            if column.item.is_constraint:
                self.unknown = self.unknown | ~column.known
        self.importance = np.stack([self._importance(c) for c in CONSTRUCTS])

    def _column(self, item, responses):
        answers = {self.row[r["user_id"]]: (r["answer"], self._freshness(r["answered_at"]))
                   for r in responses if not math.isinf(r["answered_at"])}
        return items.Column(item, answers, self.count)

    def _freshness(self, at):
        days = max(0, self.date - utc_day(at))
        decay = math.exp(-days / self.everyone["MATCH_ANSWER_HALF_LIFE_DAYS"])
        return max(1, math.floor(63 * decay + 0.5))

    def _attribute(self, name, by_id):
        if name.startswith("question:"):
            return by_id[name.removeprefix("question:")].n
        values = items.ATTRIBUTES[name]
        return np.array([items.UNIT * values.index(x) // 3 if x in values else -1
                         for x in self.from_profile(name.removeprefix("profile."))], np.int64)

    def _importance(self, construct):
        total, count = np.zeros(self.count, np.int64), np.zeros(self.count, np.int64)
        for column in self.columns:
            if column.item.is_scale and column.item.importance_of == construct:
                total += np.where(column.known, column.n, 0)
                count += column.known
        return np.where(count > 0, 0.5 + total / (items.UNIT * np.maximum(count, 1)), 1.0)

    # ---- images ----

    def _read_visual(self):
        model = self.everyone["AI_VISUAL_MODEL_VERSION"]
        photos = [[photo for photo in sorted(rows, key=lambda r: uuid.UUID(r["id"]).bytes)
                   if photo["visual_model_version"] == model]
                  for rows in self.grouped("photos")]
        self.length = self.everyone["VISUAL_EMBEDDING_DIM"] or self._usual_length(photos)
        self.looks = np.zeros((self.count, self.length))
        self.taste = np.zeros((self.count, self.length))
        self.seen, self.signal = np.zeros(self.count, bool), np.zeros(self.count, bool)
        self.confidence = np.zeros(self.count)
        preferences = {r["user_id"]: r for r in self.tables["visual_preference_profiles"]}
        for i, person in enumerate(self.ids):
            self._read_looks(i, photos[i])
            self._read_taste(i, preferences.get(person), model)

    @staticmethod
    def _usual_length(photos):
        lengths = {}
        for photo in (photo for rows in photos for photo in rows):
            if photo["visual_features"]:
                length = len(photo["visual_features"])
                lengths[length] = lengths.get(length, 0) + 1
        return max(lengths, key=lambda length: (lengths[length], length), default=0)

    def _read_looks(self, i, photos):
        total = np.zeros(self.length)
        for photo in photos:
            one = vector(photo["visual_features"], self.length)
            if one is not None:
                total += one / math.sqrt(float(one @ one))
        norm = math.sqrt(float(total @ total))
        if norm >= 1e-6:
            self.looks[i], self.seen[i] = total / norm, True

    def _read_taste(self, i, row, model):
        if row is None:
            return
        self.confidence[i] = float(row["confidence"])
        taste = vector(row["preference_embedding"], self.length)
        if taste is not None and row["status"] == "ready" and row["model_version"] == model:
            self.taste[i], self.signal[i] = taste, self.seen[i]

    # ---- trust ----

    def _read_trust(self):
        photos = self.grouped("photos")
        self.sessions = [[s for s in sorted(rows, key=lambda s: (s["created_at"],
                                                                 uuid.UUID(s["id"]).bytes))
                          if s["status"] in ("verified", "failed")]
                         for rows in self.grouped("verification_sessions")]
        self.enforced = [[row["action_type"] for row in rows if self._is_in_force(row)]
                         for rows in self.grouped("enforcement_actions")]
        since = self.now - 90 * MICROS_PER_DAY
        reporters = [{r["reporter_id"] for r in rows if r["created_at"] >= since
                      and r["status"] in ("in_review", "resolved")}
                     for rows in self.grouped("reports", "reported_user_id")]
        abuse = np.array([min(1.0, len(found) / 5) for found in reporters])
        warned = np.array([bool({"warning", "content_removed"} & set(found))
                           for found in self.enforced], float)
        self.risk = self.everyone["MATCH_RISK_PENALTY_MAX"] * np.maximum(abuse, warned)
        verification = np.array([self._verification(rows) for rows in self.sessions])
        consistency = np.array([self._tenths(i, photos[i]) / 10 for i in range(self.count)])
        self.authenticity = 0.5 * verification + 0.3 * consistency + 0.2 * (1.0 - abuse)

    def _is_in_force(self, row):
        return row["is_active"] and (row["expires_at"] is None or row["expires_at"] > self.now)

    def _verification(self, sessions):
        verified = [s for s in sessions if s["status"] == "verified"]
        if not verified:
            return 0.0
        score, done = verified[-1]["liveness_score"], verified[-1]["completed_at"]
        liveness = 0.5 if score is None or score.is_nan() else min(1.0, max(0.0, float(score)))
        days = 0 if done is None else max(0, self.date - utc_day(done))
        return liveness * math.exp(-days / 365)

    def _tenths(self, i, photos):
        user, profile = self.users[i], self.profiles[i] or {}
        texts = [user["display_name"], user["bio"], profile.get("city"),
                 profile.get("relationship_intent"), profile.get("education"),
                 profile.get("occupation")]
        return (sum(not is_blank(text) for text in texts) + bool(self.located[i])
                + (profile.get("height_cm") is not None) + (len(photos) >= 3)
                + any(photo["is_primary"] and photo["is_verified"] for photo in photos))

    # ---- the population ----

    def _is_member(self, i):
        user, person = self.users[i], self.ids[i]
        if not hasattr(self, "_active_matches"):
            self._active_matches = self._count_active_matches()
            self._leaving = {row["user_id"] for row in self.tables["data_deletion_requests"]
                             if row["status"] in LEAVING}
        oldest = self.now - self.everyone["MATCH_INACTIVE_DAYS"] * MICROS_PER_DAY
        return (user["status"] == "active" and user["onboarding_step"] == "complete"
                and user["deleted_at"] is None and not math.isinf(user["date_of_birth"])
                and self.age[i] >= self.everyone["MIN_AGE"] and self.gender[i] >= 0
                and self.seeking[i].any() and self.profiles[i] is not None
                and bool(self.sessions[i]) and self.sessions[i][-1]["status"] == "verified"
                and not BANS & set(self.enforced[i]) and person not in self._leaving
                and user["last_active_at"] is not None and user["last_active_at"] >= oldest
                and self._active_matches.get(person, 0) < self.own[i]["MAX_ACTIVE_MATCHES_BETA"])

    def _count_active_matches(self):
        found = {}
        for row in self.tables["matches"]:
            if row["status"] == "active":
                for person in (row["user_id_1"], row["user_id_2"]):
                    found[person] = found.get(person, 0) + 1
        return found
