"""A questionnaire with every form of item, and answers to it: good, bad and strange."""
import json
import uuid

SPACE = uuid.UUID("0b0e4b1c-2f6f-5a44-9a63-0d3f6c1c7a10")


def question_id(name):
    return str(uuid.uuid5(SPACE, name))


def options(*names):
    return [{"id": name, "label": name.capitalize()} for name in names]


def item(name, kind, construct, choices=(), **config):
    config = {"construct": construct, "role": "core_score", "evidence": "H",
              "direction": "similarity", **config}
    return {"id": question_id(name), "name": name, "type": kind, "options": options(*choices),
            "config": config}


def nasty_items():
    asked = "question:" + question_id("how_tidy")
    ordered = "question:" + question_id("how_often")
    return [
        item("talks", "slider", "communication"),
        item("fine_grid", "slider", "communication", min=0, max=1, step=0.05, evidence="L"),
        item("below_zero", "slider", "attachment", min=-3, max=3, step=1.5, facet="anxiety"),
        item("alone", "slider", "attachment", facet="avoidance", evidence="L"),
        item("unfaceted", "slider", "attachment", evidence="M"),
        item("how_often", "single_choice", "sexual", ("rarely", "other", "weekly", "daily"),
             ordinal=True, unanswered=["other"], importance_of="availability"),
        item("structure", "single_choice", "structure", ("exclusive", "cnm", "either", "solo"),
             role="hard_constraint", wildcard="either",
             conflicts=[["exclusive", "cnm"], ["either", "solo"]]),
        item("gate_only", "single_choice", "intent", ("cat", "dog", "none", "rather_not"),
             role="hard_constraint", unanswered=["rather_not"], conflicts=[["cat", "dog"]]),
        item("causes", "multiple_choice", "values", ("a", "b", "c", "d", "e", "f", "g")),
        item("likes", "multiple_choice", "sexual", ("p", "q", "r", "no_answer"), evidence="L",
             unanswered=["no_answer"]),
        item("family_order", "ranking", "family", ("w", "x", "y", "z")),
        item("weekend", "ranking", "lifestyle", ("k", "l", "m", "n", "o", "p", "q"), evidence="M"),
        item("sporty", "slider", "lifestyle", direction="directional_fit",
             attribute="profile.exercise"),
        item("wants_tidy", "slider", "lifestyle", direction="directional_fit", attribute=asked,
             evidence="M"),
        item("may_drink", "slider", "lifestyle", direction="risk_boundary",
             attribute="profile.drinking"),
        item("may_smoke", "slider", "values", direction="risk_boundary", evidence="L",
             attribute="profile.smoking", min=0, max=10, step=2),
        item("may_often", "slider", "availability", direction="risk_boundary", attribute=ordered),
        item("how_tidy", "slider", "lifestyle", role="exploratory", importance_of="values", max=8),
        item("sex_matters", "slider", "sexual", importance_of="sexual"),
        item("essay", "text", "values"),
        item("no_range", "slider", "values", min=4, max=4),
        item("one_place", "single_choice", "values", ("only", "other"), ordinal=True,
             unanswered=["other"]),
        item("one_rank", "ranking", "values", ("single",)),
        item("children", "single_choice", "family", ("no", "unsure", "yes"), key="children",
             ordinal=True, evidence="M"),
        item("astrology", "slider", "stars"),
        item("aside", "slider", "values", role="exploratory"),
        {**item("bare", "slider", "values"), "config": None},
        item("season", "single_choice", "availability", ("spring", "summer", "autumn", "winter")),
        item("faith", "single_choice", "values", ("none", "some", "much", "other"), evidence="M",
             unanswered=["other"], wildcard="some"),
    ]


def levels(config):
    config = config or {}
    low, high = config.get("min", 1), config.get("max", 7)
    step = config.get("step", 1)
    return [round(low + k * step, 6) for k in range(int(round((high - low) / step)) + 1)]


class Answerer:
    """Draws answers of a person who leans to one of a few characters."""

    def __init__(self, rng, questions):
        self.rng, self.questions = rng, questions

    def good(self, question, leaning):
        """An answer in form; people of one leaning answer alike."""
        rng = self.rng
        names = [option["id"] for option in question["options"] or []]
        alike = (leaning * 7 + hash_of(question["id"])) % 1000
        if rng.random() < 0.3:
            alike = rng.randrange(1000)
        if question["type"] == "slider":
            grid = levels(question["config"])
            return grid[min(len(grid) - 1, max(0, alike % len(grid) + rng.choice([-1, 0, 0, 1])))]
        if question["type"] == "single_choice":
            return names[alike % len(names)]
        if question["type"] == "multiple_choice":
            chosen = [name for i, name in enumerate(names) if (alike >> i) & 1]
            return chosen or [names[0]]
        if question["type"] == "ranking":
            turn = alike % len(names)
            return names[turn:] + names[:turn]
        return "some text"

    def bad(self, question):
        """An answer that counts as none: of the wrong type, off the grid, unknown, repeated."""
        names = [option["id"] for option in question["options"] or []]
        always = [None, {}, {"value": 4}, True, "\u0001\n\"", [[[[[[4]]]]]], -0.5]
        kinds = {
            "slider": [4.5, 0.333, 99, -99, "4", "NaN", [4], 1e300, 3.0000001],
            "single_choice": ["nobody", "", 0, names[:1], names[:1] * 2, "EXCLUSIVE"],
            "multiple_choice": [[], names[:1] * 2, ["nobody"], names[:1] + ["nobody"], "a", [1],
                                names[:1] + [None]],
            "ranking": [[], names[:-1], names[:-1] + names[:1], names + ["nobody"], "w", [1, 2],
                        names + names[:1]],
            "text": [4, ["text"], None],
        }
        return self.rng.choice(always + kinds[question["type"]])

    def strange(self, question):
        """In form after all: 4.0 is 4; or an option that counts as unanswered."""
        unanswered = (question["config"] or {}).get("unanswered")
        if question["type"] == "slider":
            return float(self.rng.choice(levels(question["config"])))
        return unanswered[0] if unanswered else self.good(question, 0)

    def answer(self, question, leaning):
        luck = self.rng.random()
        if luck < 0.05:
            return self.bad(question)
        return self.strange(question) if luck < 0.08 else self.good(question, leaning)


def hash_of(text):
    return int(uuid.uuid5(SPACE, text).hex[:6], 16)


def version_rows(version):
    rows = []
    for position, question in enumerate(nasty_items(), 1):
        rows.append({"id": question["id"], "version_id": version, "category": "values",
                     "type": question["type"], "prompt": question["name"],
                     "options": json.dumps(question["options"]) if question["options"] else None,
                     "config": question["config"] and json.dumps(question["config"]),
                     "position": position})
    return rows
