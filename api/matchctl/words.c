#include "api/matchctl/words.h"

#include <string.h>

struct word {
    const char *name, *words;
};

static const struct word gates[] = {
    [MATCHD__V1__GATE__GATE_NONE] = {NULL, "no rule stands between them"},
    [MATCHD__V1__GATE__GATE_SELF] = {"self", "both are the same person"},
    [MATCHD__V1__GATE__GATE_POPULATION_A] = {"population_a",
                                             "the viewer does not take part at this time"},
    [MATCHD__V1__GATE__GATE_POPULATION_B] = {"population_b",
                                             "the candidate does not take part at this time"},
    [MATCHD__V1__GATE__GATE_GENDER] = {"gender", "one does not seek the other's gender"},
    [MATCHD__V1__GATE__GATE_AGE] = {"age", "one is outside the other's age range"},
    [MATCHD__V1__GATE__GATE_DISTANCE] = {"distance",
                                         "they live farther apart than one of them allows"},
    [MATCHD__V1__GATE__GATE_INTENT] = {"intent", "what they look for excludes each other"},
    [MATCHD__V1__GATE__GATE_CONSTRAINT] = {"constraint",
                                           "their answers to a hard constraint exclude each other"},
    [MATCHD__V1__GATE__GATE_BLOCK] = {"block", "one has blocked the other"},
    [MATCHD__V1__GATE__GATE_REPORT] = {"report", "one has reported the other"},
    [MATCHD__V1__GATE__GATE_MATCH] = {"match", "they have, or had, a match"},
    [MATCHD__V1__GATE__GATE_REOFFER] = {"reoffer", "an earlier offer stands in the way"},
};

static const struct word floors[] = {
    [MATCHD__V1__FLOOR__FLOOR_NONE] = {NULL, "above every floor"},
    [MATCHD__V1__FLOOR__FLOOR_RECIPROCITY] = {"reciprocity",
                                              "too one-sided: mutuality is under its floor"},
    [MATCHD__V1__FLOOR__FLOOR_QUALITY] = {"quality", "the final score is under the threshold"},
    [MATCHD__V1__FLOOR__FLOOR_SCORE] = {"score", "the rounded score is under the least one"},
    [MATCHD__V1__FLOOR__FLOOR_UPLIFT] = {"uplift", "after a pass, the score has not risen enough"},
};

static const struct word relaxations[] = {
    [MATCHD__V1__RELAXATION__RELAX_NONE] = {NULL, "no single change would add anybody"},
    [MATCHD__V1__RELAXATION__RELAX_DISTANCE] = {"distance", "25 km more distance"},
    [MATCHD__V1__RELAXATION__RELAX_AGE_MIN] = {"age_min", "a lowest age two years lower"},
    [MATCHD__V1__RELAXATION__RELAX_AGE_MAX] = {"age_max", "a highest age two years higher"},
    [MATCHD__V1__RELAXATION__RELAX_INTENT] = {"intent", "the intent \"unsure\""},
};

static const struct word unknown = {"unknown", "a rule that this client does not know"};

#define LOOK_UP(table, value)                                                                      \
    ((size_t)(value) < ARRAY_LEN(table) ? &(table)[(size_t)(value)] : &unknown)

const char *words_gate_name(Matchd__V1__Gate gate) {
    return LOOK_UP(gates, gate)->name;
}

/* "they live farther apart than one of them allows" */
static const char *words_gate(Matchd__V1__Gate gate) {
    return LOOK_UP(gates, gate)->words;
}

const char *words_floor_name(Matchd__V1__Floor floor) {
    return LOOK_UP(floors, floor)->name;
}

static const char *words_floor(Matchd__V1__Floor floor) {
    return LOOK_UP(floors, floor)->words;
}

const char *words_mode_name(Matchd__V1__Mode mode) {
    return mode == MATCHD__V1__MODE__MODE_FULL          ? "full"
           : mode == MATCHD__V1__MODE__MODE_PROVISIONAL ? "provisional"
                                                        : "unknown";
}

const char *words_relaxation_name(Matchd__V1__Relaxation relaxation) {
    return LOOK_UP(relaxations, relaxation)->name;
}

const char *words_count(uint64_t n, char buffer[COUNT_TEXT]) {
    char digits[COUNT_TEXT];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *out = buffer;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return buffer;
}

void words_text(FILE *out, const char *text) {
    for (; text != NULL && *text != '\0'; text++)
        putc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, out);
}

/* ---- the funnel ------------------------------------------------------------------------------ */

void words_funnel(FILE *out, const Matchd__V1__Funnel *funnel) {
    char count[COUNT_TEXT];
    fputs("Where everybody went:\n", out);
    for (size_t i = 0; i < funnel->n_gates; i++)
        fprintf(out, "  %12s  %s\n", words_count(funnel->gates[i]->count, count),
                words_gate(funnel->gates[i]->gate));
    if (funnel->unranked > 0)
        fprintf(out, "  %12s  no answer in common to rank by\n",
                words_count(funnel->unranked, count));
    fprintf(out, "  %12s  eligible; of them:\n", words_count(funnel->eligible, count));
    for (size_t i = 0; i < funnel->n_floors; i++)
        fprintf(out, "  %12s  %s\n", words_count(funnel->floors[i]->count, count),
                words_floor(funnel->floors[i]->floor));
    fprintf(out, "  %12s  can be offered\n", words_count(funnel->offerable, count));
    if (funnel->relaxation == MATCHD__V1__RELAXATION__RELAX_NONE)
        fputs("No single change of the viewer's own limits would add an eligible person.\n", out);
    else
        fprintf(out, "What would help most: %s would add %s eligible %s.\n",
                LOOK_UP(relaxations, funnel->relaxation)->words,
                words_count(funnel->relaxation_adds, count),
                funnel->relaxation_adds == 1 ? "person" : "people");
}

/* ---- a pair ---------------------------------------------------------------------------------- */

static void verdict(FILE *out, const Matchd__V1__ScorePairResponse *pair) {
    if (pair->gate != MATCHD__V1__GATE__GATE_NONE)
        fprintf(out, "not offered: %s (rule \"%s\")", words_gate(pair->gate),
                words_gate_name(pair->gate));
    else if (!pair->has_raw)
        fputs("not offered: no answer in common to rank by", out);
    else if (pair->has_floor && pair->floor != MATCHD__V1__FLOOR__FLOOR_NONE)
        fprintf(out, "not offered: %s (floor \"%s\")", words_floor(pair->floor),
                words_floor_name(pair->floor));
    else
        fputs("may be offered", out);
    if (pair->has_final)
        fprintf(out, "; score %.4f, %s mode", pair->final, words_mode_name(pair->mode));
    fputs(".\n", out);
}

/* The index of the best (sign 1) or worst (sign -1) construct. */
static size_t extreme(const Matchd__V1__ScorePairResponse *pair, double sign) {
    size_t at = 0;
    for (size_t i = 1; i < pair->n_constructs; i++)
        if (sign * pair->constructs[i]->score > sign * pair->constructs[at]->score)
            at = i;
    return at;
}

static void answers(FILE *out, const Matchd__V1__ScorePairResponse *pair) {
    if (!pair->has_questionnaire_fit)
        return;
    const Matchd__V1__ConstructScore *best = pair->constructs[extreme(pair, 1)];
    const Matchd__V1__ConstructScore *worst = pair->constructs[extreme(pair, -1)];
    fprintf(out, "  answers       %.3f  agree most on %s (%.2f)", pair->questionnaire_fit,
            best->name, best->score);
    if (worst != best)
        fprintf(out, ", least on %s (%.2f)", worst->name, worst->score);
    fprintf(out, "; %.0f %% of the questions' weight is not answered by both\n",
            100 * pair->missing);
    for (size_t i = 0; i < pair->n_constructs; i++)
        fprintf(out, "    %-13s %.3f  weight %.2f\n", pair->constructs[i]->name,
                pair->constructs[i]->score, pair->constructs[i]->weight);
}

static void looks(FILE *out, const Matchd__V1__ScorePairResponse *pair) {
    if (pair->visual)
        fprintf(out, "  looks         %.3f  how much each likes what the other looks like\n",
                pair->affinity_mutual);
    else
        fprintf(out, "  looks         %.3f  assumed: one of them has no usable visual profile\n",
                pair->affinity_mutual);
}

static void sums(FILE *out, const Matchd__V1__ScorePairResponse *pair) {
    if (pair->visual)
        fprintf(out, "  looks         %.3f  the viewer's taste for the candidate\n",
                pair->affinity_ab);
    fprintf(out, "  authenticity  %.3f  of the candidate\n", pair->authenticity);
    if (!pair->has_raw)
        return;
    fprintf(out, "  together      %.3f  answers and looks %.3f, with authenticity\n",
            pair->base_score, pair->total);
    fprintf(out, "  penalties     %.3f  for what is not answered, for risk%s\n", pair->penalties,
            pair->child_goal_mismatch ? ", and for different wishes about children" : "");
    fprintf(out, "  both sides    %.3f  worth %.3f to the viewer, %.3f to the candidate\n",
            pair->mutuality, pair->side_ab, pair->side_ba);
    fprintf(out, "  rank value    %.9f\n", pair->raw);
}

void words_both(FILE *out, const Matchd__V1__ScorePairResponse *pair) {
    fprintf(out, "Between them:\n");
    if (pair->has_distance_km)
        fprintf(out, "  distance      %.1f km\n", pair->distance_km);
    answers(out, pair);
    looks(out, pair);
    if (pair->has_confidence)
        fprintf(out, "  confidence    %.3f\n", pair->confidence);
    if (pair->deferred)
        fputs("  An intent or a hard constraint is not answered: provisional mode only.\n", out);
    if (pair->n_themes == 0)
        return;
    fputs("  themes        ", out);
    for (size_t i = 0; i < pair->n_themes; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "", pair->themes[i]);
    putc('\n', out);
}

void words_direction(FILE *out, const Matchd__V1__ScorePairResponse *pair) {
    fprintf(out, "%s to %s: ", pair->b, pair->a);
    verdict(out, pair);
    sums(out, pair);
}
