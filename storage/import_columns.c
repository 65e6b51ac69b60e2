#include "storage/import_columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/civil.h"

#define REQUIRED true
#define OPTIONAL false

static const struct import_form FORMS[IMPORT_FILES] = {
    [IMPORT_QUESTIONNAIRE] =
        {"questionnaire.csv",
         "questions of new versions; QUESTIONNAIRE_VERSION in system_config says which one counts",
         {[Q_VERSION] = {"version", IMPORT_TEXT, REQUIRED, 1, 60, NULL, "version it belongs to"},
          [Q_NAME] = {"name", IMPORT_TEXT, REQUIRED, 1, 60, NULL, "by which answers refer to it"},
          [Q_POSITION] = {"position", IMPORT_INTEGER, REQUIRED, 1, 10000, NULL, "its place"},
          [Q_TYPE] = {"type", IMPORT_CHOICE, REQUIRED, 0, 0,
                      "slider|single_choice|multiple_choice|ranking|text", "form of the answer"},
          [Q_PROMPT] = {"prompt", IMPORT_TEXT, REQUIRED, 1, 1000, NULL, "as people read it"},
          [Q_CATEGORY] = {"category", IMPORT_CHOICE, OPTIONAL, 0, 0,
                          "values|lifestyle|communication|interests|background", "background"},
          [Q_OPTIONS] = {"options", IMPORT_LIST, OPTIONAL, 1, 63, NULL, "id or id:label, in order"},
          [Q_CONSTRUCT] = {"construct", IMPORT_CHOICE, OPTIONAL, 0, 0,
                           "communication|attachment|sexual|values|family|structure|lifestyle|"
                           "availability|intent",
                           "what it measures; without one it is not scored"},
          [Q_ROLE] = {"role", IMPORT_CHOICE, OPTIONAL, 0, 0,
                      "hard_constraint|core_score|exploratory", "exploratory"},
          [Q_EVIDENCE] = {"evidence", IMPORT_CHOICE, OPTIONAL, 0, 0, "H|M|L", "M"},
          [Q_DIRECTION] = {"direction", IMPORT_CHOICE, OPTIONAL, 0, 0,
                           "similarity|directional_fit|risk_boundary", "similarity"},
          [Q_KEY] = {"key", IMPORT_TEXT, OPTIONAL, 1, 60, NULL, "as rules refer to it: children"},
          [Q_FACET] = {"facet", IMPORT_CHOICE, OPTIONAL, 0, 0, "anxiety|avoidance", ""},
          [Q_IMPORTANCE_OF] = {"importance_of", IMPORT_TEXT, OPTIONAL, 1, 60, NULL, "a construct"},
          [Q_ATTRIBUTE] = {"attribute", IMPORT_TEXT, OPTIONAL, 1, 100, NULL,
                           "question:NAME, profile.drinking, profile.smoking, profile.exercise"},
          [Q_MIN] = {"min", IMPORT_NUMBER, OPTIONAL, -1e6, 1e6, NULL, "of a slider (1)"},
          [Q_MAX] = {"max", IMPORT_NUMBER, OPTIONAL, -1e6, 1e6, NULL, "of a slider (7)"},
          [Q_STEP] = {"step", IMPORT_NUMBER, OPTIONAL, 1e-6, 1e6, NULL, "of a slider (1)"},
          [Q_ORDINAL] = {"ordinal", IMPORT_CHOICE, OPTIONAL, 0, 0, "true|false",
                         "whether the options are a scale (false)"},
          [Q_WILDCARD] = {"wildcard", IMPORT_TEXT, OPTIONAL, 1, 60, NULL,
                          "the option that equals every option"},
          [Q_UNANSWERED] = {"unanswered", IMPORT_LIST, OPTIONAL, 1, 63, NULL,
                            "options that count as not answered"},
          [Q_CONFLICTS] = {"conflicts", IMPORT_LIST, OPTIONAL, 1, 64, NULL,
                           "pairs id:id that exclude each other"}},
         Q_CONFLICTS + 1},
    [IMPORT_PEOPLE] =
        {"people.csv",
         "active people with a complete onboarding",
         {[P_PERSON] = {"person", IMPORT_TEXT, REQUIRED, 1, 200, NULL, "key; a UUID stays the id"},
          [P_DISPLAY_NAME] = {"display_name", IMPORT_TEXT, OPTIONAL, 2, 50, NULL, ""},
          [P_BIO] = {"bio", IMPORT_TEXT, OPTIONAL, 0, 500, NULL, ""},
          [P_BORN] = {"date_of_birth", IMPORT_DATE, REQUIRED, 0, 0, NULL, "18 years ago or more"},
          [P_GENDER] = {"gender", IMPORT_CHOICE, REQUIRED, 0, 0,
                        "male|female|non_binary|prefer_not_to_say", ""},
          [P_SEEKING] = {"seeking_gender", IMPORT_CHOICES, REQUIRED, 0, 0,
                         "male|female|non_binary|prefer_not_to_say", ""},
          [P_CITY] = {"city", IMPORT_TEXT, REQUIRED, 1, 120, NULL, ""},
          [P_REGION] = {"region", IMPORT_TEXT, OPTIONAL, 0, 120, NULL, ""},
          [P_COUNTRY] = {"country", IMPORT_TEXT, OPTIONAL, 1, 60, NULL, "(US)"},
          [P_LATITUDE] = {"latitude", IMPORT_NUMBER, OPTIONAL, -90, 90, NULL, "degrees"},
          [P_LONGITUDE] = {"longitude", IMPORT_NUMBER, OPTIONAL, -180, 180, NULL, "degrees"},
          [P_DISTANCE] = {"max_distance_km", IMPORT_INTEGER, OPTIONAL, 1, 500, NULL,
                          "empty: no limit of their own"},
          [P_MIN_AGE] = {"min_age_preference", IMPORT_INTEGER, OPTIONAL, 18, 120, NULL, ""},
          [P_MAX_AGE] = {"max_age_preference", IMPORT_INTEGER, OPTIONAL, 18, 120, NULL, ""},
          [P_INTENT] = {"relationship_intent", IMPORT_CHOICE, OPTIONAL, 0, 0,
                        "casual|serious|marriage|unsure", ""},
          [P_EDUCATION] = {"education", IMPORT_TEXT, OPTIONAL, 0, 200, NULL, ""},
          [P_OCCUPATION] = {"occupation", IMPORT_TEXT, OPTIONAL, 0, 200, NULL, ""},
          [P_HEIGHT] = {"height_cm", IMPORT_INTEGER, OPTIONAL, 100, 250, NULL, ""},
          [P_DRINKING] = {"drinking", IMPORT_CHOICE, OPTIONAL, 0, 0, "never|rarely|socially|often",
                          ""},
          [P_SMOKING] = {"smoking", IMPORT_CHOICE, OPTIONAL, 0, 0,
                         "never|trying_to_quit|socially|regularly", ""},
          [P_EXERCISE] = {"exercise", IMPORT_CHOICE, OPTIONAL, 0, 0, "never|sometimes|often|daily",
                          ""},
          [P_TIMEZONE] = {"timezone", IMPORT_TEXT, OPTIONAL, 1, 60, NULL, "IANA name (UTC)"},
          [P_ACTIVE_AT] = {"last_active_at", IMPORT_INSTANT, OPTIONAL, 0, 0, NULL, "(now)"},
          [P_VERIFIED_AT] = {"verified_at", IMPORT_INSTANT, OPTIONAL, 0, 0, NULL,
                             "empty: not verified, and so not in the population"}},
         P_VERIFIED_AT + 1},
    [IMPORT_ANSWERS] =
        {"answers.csv",
         "one row per person and question",
         {[A_PERSON] = {"person", IMPORT_TEXT, REQUIRED, 1, 200, NULL, "a key of people.csv"},
          [A_VERSION] = {"version", IMPORT_TEXT, REQUIRED, 1, 60, NULL, "of the question"},
          [A_QUESTION] = {"question", IMPORT_TEXT, REQUIRED, 1, 60, NULL, "a name of that version"},
          [A_ANSWER] = {"answer", IMPORT_TEXT, REQUIRED, 1, 4000, NULL,
                        "slider: a number; single_choice: an option; multiple_choice, ranking: "
                        "options joined by |"},
          [A_ANSWERED_AT] = {"answered_at", IMPORT_INSTANT, OPTIONAL, 0, 0, NULL, "(now)"}},
         A_ANSWERED_AT + 1},
    [IMPORT_VECTORS] =
        {"vectors.csv",
         "feature vectors; rows of kind photo become photos, in order, the first the primary one",
         {[V_PERSON] = {"person", IMPORT_TEXT, REQUIRED, 1, 200, NULL, "a key of people.csv"},
          [V_KIND] = {"kind", IMPORT_CHOICE, REQUIRED, 0, 0, "photo|preference", ""},
          [V_MODEL] = {"model", IMPORT_TEXT, REQUIRED, 1, 60, NULL, "AI_VISUAL_MODEL_VERSION"},
          [V_CONFIDENCE] = {"confidence", IMPORT_NUMBER, OPTIONAL, 0, 1, NULL,
                            "of a preference (0)"},
          [V_VALUES] = {"values", IMPORT_VECTOR, REQUIRED, 1, 4096, NULL, "all of one length"}},
         V_VALUES + 1},
    [IMPORT_DECISIONS] =
        {"decisions.csv",
         "past offers; two people who accepted each other become a match",
         {[D_VIEWER] = {"viewer", IMPORT_TEXT, REQUIRED, 1, 200, NULL, "who decided"},
          [D_CANDIDATE] = {"candidate", IMPORT_TEXT, REQUIRED, 1, 200, NULL, "about whom"},
          [D_DECISION] = {"decision", IMPORT_CHOICE, REQUIRED, 0, 0, "accept|pass|not_now", ""},
          [D_DECIDED_AT] = {"decided_at", IMPORT_INSTANT, REQUIRED, 0, 0, NULL, ""},
          [D_SCORE] = {"score", IMPORT_INTEGER, OPTIONAL, 0, 100, NULL, "shown then (0)"}},
         D_SCORE + 1},
};

const struct import_form *import_form_of(enum import_file file) {
    ASSERT(file < IMPORT_FILES);
    return &FORMS[file];
}

const char *import_column_expects(const struct import_column *column, char *buffer, size_t size) {
    switch (column->kind) {
    case IMPORT_TEXT:
        snprintf(buffer, size, "%.0f to %.0f characters", column->low, column->high);
        break;
    case IMPORT_INTEGER:
        snprintf(buffer, size, "a whole number from %.0f to %.0f", column->low, column->high);
        break;
    case IMPORT_NUMBER:
        snprintf(buffer, size, "a number from %.15g to %.15g", column->low, column->high);
        break;
    case IMPORT_DATE: snprintf(buffer, size, "a date such as 1990-02-28"); break;
    case IMPORT_INSTANT: snprintf(buffer, size, "an instant such as 2026-11-22T09:00:00Z"); break;
    case IMPORT_CHOICE: snprintf(buffer, size, "one of %s", column->choices); break;
    case IMPORT_CHOICES:
        snprintf(buffer, size, "one or more of %s, joined by |", column->choices);
        break;
    case IMPORT_LIST:
        snprintf(buffer, size, "at most %.0f different texts joined by |", column->high);
        break;
    case IMPORT_VECTOR:
        snprintf(buffer, size, "at most %.0f numbers separated by blanks", column->high);
        break;
    }
    return buffer;
}

/* Is `text` of that length one of the texts joined by | in `list`, and how often? */
static size_t times_in(const char *list, const char *text, size_t length) {
    size_t times = 0;
    for (const char *at = list;; at++) {
        size_t part = strcspn(at, "|");
        times += part == length && memcmp(at, text, length) == 0;
        at += part;
        if (*at == '\0')
            return times;
    }
}

/* Every part of the cell comes once, and is one of `choices` unless that is NULL. */
static bool accepts_list(const char *cell, const char *choices, double most) {
    double count = 0;
    for (const char *at = cell;; at++) {
        size_t part = strcspn(at, "|");
        if (part == 0 || times_in(cell, at, part) != 1 || ++count > most)
            return false;
        if (choices != NULL && times_in(choices, at, part) != 1)
            return false;
        at += part;
        if (*at == '\0')
            return true;
    }
}

static bool accepts_number(const char *cell, double low, double high, bool whole) {
    char *end;
    if (strspn(cell, "+-.0123456789eE") != strlen(cell))
        return false;
    double x = strtod(cell, &end);
    return *end == '\0' && end != cell && x >= low && x <= high && (!whole || x == floor(x)) &&
           (!whole || strspn(cell, "-0123456789") == strlen(cell));
}

static bool accepts_vector(const char *cell, double most) {
    double count = 0;
    for (const char *at = cell + strspn(cell, " "); *at != '\0'; at += strspn(at, " ")) {
        char *end;
        float x = strtof(at, &end);
        if (end == at || (*end != ' ' && *end != '\0') || !isfinite(x) || ++count > most)
            return false;
        at = end;
    }
    return count > 0;
}

static size_t characters_of(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

bool import_column_accepts(const struct import_column *column, const char *cell) {
    date_t date;
    instant_t instant;
    switch (column->kind) {
    case IMPORT_TEXT:
        return (double)characters_of(cell) >= column->low &&
               (double)characters_of(cell) <= column->high;
    case IMPORT_INTEGER: return accepts_number(cell, column->low, column->high, true);
    case IMPORT_NUMBER: return accepts_number(cell, column->low, column->high, false);
    case IMPORT_DATE: return date_from_text(cell, &date) && date_is_finite(date);
    case IMPORT_INSTANT:
        return instant_from_text(cell, &instant) && instant != INSTANT_INFINITY &&
               instant != INSTANT_MINUS_INFINITY;
    case IMPORT_CHOICE:
        return strchr(cell, '|') == NULL && times_in(column->choices, cell, strlen(cell)) == 1;
    case IMPORT_CHOICES: return accepts_list(cell, column->choices, 64);
    case IMPORT_LIST: return accepts_list(cell, NULL, column->high);
    case IMPORT_VECTOR: return accepts_vector(cell, column->high);
    }
    return false;
}
