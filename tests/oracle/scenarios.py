"""Settings under which a population is judged: what each is meant to catch.

A scenario is {"date", "now", "version", "system" (rows of system_config), and sizes}. Values that
the configuration contract refuses are written too: the next level must take over.
"""

DEFAULT = {"date": "2026-11-22", "now": "2026-11-22T09:00:00.000001Z", "version": "v1",
           "system": {}, "length": 8, "tie": False}

LOW_FLOORS = {"MATCH_MIN_QUALITY_THRESHOLD": "0.2", "COMPATIBILITY_MIN_SCORE": "10",
              "MATCH_MIN_RECIPROCITY": "0.2"}

SCENARIOS = {
    # as shipped
    "defaults": {},
    # every form of item; few floors, so that order and picks are seen
    "forms": {"version": "nasty", "system": {**LOW_FLOORS, "QUESTIONNAIRE_MIN_QUESTIONS": "6",
                                             "GEO_MAX_DISTANCE_KM": "400"}},
    # without visual signal, reciprocity and segments; the same gender never
    "plain": {"version": "nasty", "system": {
        **LOW_FLOORS, "MATCH_REQUIRE_VISUAL_SIGNAL": "false", "MATCH_RECIPROCATE_FIRST": "false",
        "MATCH_RERANK_POOL": "8", "SAME_SEX_MATCHING_ENABLED": "false",
        "MATCH_GENDER_RESPONSIVE_MODE": "off", "MATCHES_PER_DAY_DEFAULT": "6",
        "MATCH_INTENT_CONFLICTS": "unsure:unsure,casual:marriage"}},
    # what cannot be taken: broken groups, wrong types, out of bounds, next to good values
    "refused": {"version": "nasty", "system": {
        "MATCH_SCORE_COMPATIBILITY_WEIGHT": "0.5", "MATCH_SCORE_QUESTIONNAIRE_WEIGHT": "0.6",
        "MATCH_SCORE_AUTHENTICITY_WEIGHT": "0.4", "COMPATIBILITY_WEIGHT_VALUES": "0.9",
        "MATCH_EVIDENCE_WEIGHT_H": "0", "MATCH_EVIDENCE_WEIGHT_M": "0",
        "MATCH_EVIDENCE_WEIGHT_L": "0", "MATCH_RERANK_POOL": "5",
        "MATCH_MIN_QUALITY_THRESHOLD": "nan", "MATCH_MIN_RECIPROCITY": "0.2x",
        "GEO_MAX_DISTANCE_KM": "20038", "MATCH_REQUIRE_VISUAL_SIGNAL": "yes",
        "MATCHES_PER_DAY_DEFAULT": " 4",
        "MATCH_CHILD_GOAL_MISMATCH_PENALTY": None, "COMPATIBILITY_MIN_SCORE": "3e1",
        "QUESTIONNAIRE_MIN_QUESTIONS": "5", "MATCH_PROVISIONAL_VISUAL_PRIOR": "0.8",
        "MATCH_PROVISIONAL_SCORE_CAP": "0.55"}},
    # births on 29 February at the day before; a shorter year; other weights
    "leap": {"date": "2027-02-28", "now": "2027-02-28T09:00:00Z", "version": "nasty", "system": {
        **LOW_FLOORS, "MIN_AGE": "19", "MATCH_EVIDENCE_WEIGHT_L": "0",
        "MATCH_EVIDENCE_WEIGHT_H": "0.335", "MATCH_ANSWER_HALF_LIFE_DAYS": "3",
        "COMPATIBILITY_WEIGHT_COMMUNICATION": "0.42", "COMPATIBILITY_WEIGHT_ATTACHMENT": "0",
        "VISUAL_EMBEDDING_DIM": "8"}},
    # extremes: one construct alone, steep taste, no diversity, many passes allowed again
    "extreme": {"version": "nasty", "system": {
        **LOW_FLOORS, "COMPATIBILITY_WEIGHT_COMMUNICATION": "0", "VISUAL_AFFINITY_SCALE": "100",
        "COMPATIBILITY_WEIGHT_ATTACHMENT": "0", "COMPATIBILITY_WEIGHT_SEXUAL": "0",
        "COMPATIBILITY_WEIGHT_VALUES": "0", "COMPATIBILITY_WEIGHT_FAMILY": "1",
        "COMPATIBILITY_WEIGHT_STRUCTURE": "0", "COMPATIBILITY_WEIGHT_LIFESTYLE": "0",
        "COMPATIBILITY_WEIGHT_AVAILABILITY": "0", "MATCH_SCORE_DIVERSITY_LAMBDA": "0",
        "MATCHES_PER_DAY_DEFAULT": "10", "MATCH_PROVISIONAL_MAX_OFFERS": "10",
        "ALLOW_REMATCH_AFTER_PASS": "true", "REMATCH_COOLDOWN_DAYS": "30",
        "GEO_MAX_DISTANCE_KM": "20037", "MATCH_RISK_PENALTY_MAX": "1",
        "MATCH_CHILD_GOAL_MISMATCH_PENALTY": "1", "MATCH_SCORE_UNCERTAINTY_PENALTY_MAX": "1"}},
    # two lengths of feature vectors are equally frequent: the larger one counts
    "tied_lengths": {"version": "v1", "tie": True, "system": {
        **LOW_FLOORS, "QUESTIONNAIRE_MIN_QUESTIONS": "4"}},
    # the questionnaire that is asked for does not exist
    "no_questionnaire": {"version": "v1", "system": {"QUESTIONNAIRE_VERSION": "v9"}},
}


def scenario(name):
    chosen = {**DEFAULT, **SCENARIOS[name]}
    chosen["system"] = {"QUESTIONNAIRE_VERSION": chosen["version"], **chosen["system"]}
    return chosen
