"""config.md: four levels, resolved for every person."""
import csv
import math
import os
import re

KEYS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "contract",
                    "config_keys.csv")

CONSTRUCTS = ["communication", "attachment", "sexual", "values", "family", "structure",
              "lifestyle", "availability"]

SUMS_TO_ONE = [
    ["MATCH_SCORE_COMPATIBILITY_WEIGHT", "MATCH_SCORE_PHYSICAL_WEIGHT"],
    ["MATCH_SCORE_QUESTIONNAIRE_WEIGHT", "MATCH_SCORE_AUTHENTICITY_WEIGHT"],
    [f"COMPATIBILITY_WEIGHT_{construct.upper()}" for construct in CONSTRUCTS],
]
EVIDENCE = [f"MATCH_EVIDENCE_WEIGHT_{level}" for level in "HML"]


def read_keys():
    with open(KEYS, newline="", encoding="utf-8") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def parse(spec, text):
    """The value, or None where the text is not one."""
    kind = spec["type"]
    if kind == "string":
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    form = r"[+-]?\d+" if kind == "integer" else r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
    if not re.fullmatch(form, text, re.ASCII):
        return None
    value = int(text) if kind == "integer" else float(text)
    inside = float(spec["min"]) <= value <= float(spec["max"])
    return value if inside and math.isfinite(value) else None


class Settings:
    """settings.everyone is the global set; settings.of(person) the person's own."""

    def __init__(self, tables):
        self.keys = read_keys()
        self.defaults = {key: parse(spec, spec["default"]) for key, spec in self.keys.items()}
        self.everyone = dict(self.defaults)
        for row in tables["system_config"]:
            self._take(self.everyone, row["key"], row["value"])
        self._judge_groups()
        self._segments = self._segment_overrides(tables)
        self._own = {}
        for row in tables["matching.user_config_overrides"]:
            self._own.setdefault(row["user_id"], []).append(
                (row["config_key"], row["override_value"]))
        names = {row["id"]: row["key"] for row in tables["user_segments"]}
        self._member_of = {}
        for row in tables["user_segment_members"]:
            self._member_of.setdefault(row["user_id"], set()).add(names[row["segment_id"]])

    def _take(self, values, key, text, user_only=False):
        spec = self.keys.get(key)
        if spec is None or (user_only and spec["resolved per"] != "user"):
            return
        value = parse(spec, text)
        if value is not None:
            values[key] = value

    def _judge_groups(self):
        for group in SUMS_TO_ONE:
            if abs(sum(self.everyone[key] for key in group) - 1) > 1e-6 + 1e-12:
                self.everyone.update((key, self.defaults[key]) for key in group)
        if not any(self.everyone[key] > 0 for key in EVIDENCE):
            self.everyone.update((key, self.defaults[key]) for key in EVIDENCE)

    def _segment_overrides(self, tables):
        """Strongest last: by priority, and of equals the one whose key comes first."""
        names = {row["id"]: row["key"] for row in tables["user_segments"]}
        rows = [(row["priority"], names[row["segment_id"]], row["config_key"],
                 row["override_value"]) for row in tables["segment_config_overrides"]]
        rows.sort(key=lambda row: row[1].encode(), reverse=True)
        rows.sort(key=lambda row: row[0])
        return rows

    def of(self, person):
        values = dict(self.everyone)
        segments = self._member_of.get(person, ())
        for _, segment, key, text in self._segments:
            if segment in segments:
                self._take(values, key, text, user_only=True)
        for key, text in self._own.get(person, ()):
            self._take(values, key, text, user_only=True)
        return values
