/* The 28 answers. Behind them stand eight traits per person; an answer is a mean, shares of one or
 * two traits and noise, so that answers within a construct, and some across, belong together. */
#include "bench/person.h"

#include <math.h>

enum trait { LIBERAL, RELIGIOUS, ANXIOUS, AVOIDANT, CONSIDERATE, OPEN, ORDERLY, DOMESTIC, TRAITS };

/* Sliders, on their scale from 1 to 7. */
static const struct slider_model {
    double mean;
    enum trait trait;
    double load;
    enum trait other;
    double other_load, noise;
} SLIDERS[QUESTIONS] = {
    [Q_IMPORTANCE_SHARED_POLITICS] = {3.6, LIBERAL, 0.5, ORDERLY, 0.2, 1.5},
    [Q_IMPORTANCE_SHARED_RELIGION] = {3.0, RELIGIOUS, 1.4, DOMESTIC, 0.2, 1.1},
    [Q_WORRY_PARTNER_LOSES_INTEREST] = {3.6, ANXIOUS, 1.4, AVOIDANT, 0.1, 0.9},
    [Q_NEED_REASSURANCE] = {4.1, ANXIOUS, 1.3, AVOIDANT, -0.3, 0.9},
    [Q_UNCOMFORTABLE_WITH_CLOSENESS] = {3.0, AVOIDANT, 1.4, CONSIDERATE, -0.2, 0.9},
    [Q_PREFER_NOT_TO_RELY] = {3.5, AVOIDANT, 1.2, ORDERLY, 0.2, 1.0},
    [Q_REPAIR_AFTER_CONFLICT] = {4.9, CONSIDERATE, 1.2, AVOIDANT, -0.4, 0.9},
    [Q_EMPATHY_OR_ADVICE_FIRST] = {3.7, CONSIDERATE, -0.8, ORDERLY, 0.4, 1.3},
    [Q_OPEN_ABOUT_SEXUAL_NEEDS] = {4.2, OPEN, 1.3, ANXIOUS, -0.3, 1.0},
    [Q_IMPORTANCE_OF_SEX] = {4.6, OPEN, 1.1, DOMESTIC, -0.2, 1.1},
    [Q_SEX_NEEDS_LOVE] = {4.4, RELIGIOUS, 0.8, OPEN, -0.8, 1.2},
    [Q_PARTNER_MAY_DRINK] = {4.9, RELIGIOUS, -0.6, OPEN, 0.4, 1.4},
    [Q_PARTNER_MAY_USE_CANNABIS] = {3.6, LIBERAL, 0.8, RELIGIOUS, -0.7, 1.5},
    [Q_PARTNER_MAY_USE_HARD_DRUGS] = {1.5, OPEN, 0.6, DOMESTIC, -0.4, 1.0},
    [Q_TAKES_PARTNERS_PERSPECTIVE] = {4.9, CONSIDERATE, 1.2, LIBERAL, 0.1, 0.9},
    [Q_RESPECTFUL_IN_CONFLICT] = {5.1, CONSIDERATE, 1.1, ANXIOUS, -0.3, 0.9},
    [Q_WITHDRAWS_FROM_CONFLICT] = {3.7, AVOIDANT, 0.9, CONSIDERATE, -0.5, 1.1},
    [Q_PLANS_OR_FLOW] = {4.0, ORDERLY, -1.4, OPEN, 0.3, 1.1},
    [Q_EXERCISE_MATTERS] = {4.3, ORDERLY, 0.5, OPEN, 0.3, 1.4},
    [Q_TRACKS_SPENDING] = {4.2, ORDERLY, 1.3, DOMESTIC, 0.2, 1.2},
    [Q_HIGHER_POWER] = {3.6, RELIGIOUS, 1.9, LIBERAL, -0.2, 0.8},
    [Q_WOULD_END_OVER_POLITICS] = {2.9, LIBERAL, 0.7, ORDERLY, 0.1, 1.4},
    [Q_HOW_SINGLE] = {2.1, AVOIDANT, 0.2, DOMESTIC, -0.3, 1.2},
};

static void draw_traits(const struct world *world, uint32_t number, double z[TRAITS]) {
    struct stream s = stream_of(world->options.seed, number, STREAM_TRAITS);
    for (int i = 0; i < TRAITS; i++)
        z[i] = stream_normal(&s);
    /* Each keeps a variance of about 1. */
    z[RELIGIOUS] = 0.92 * z[RELIGIOUS] - 0.40 * z[LIBERAL];
    z[AVOIDANT] = 0.97 * z[AVOIDANT] + 0.25 * z[ANXIOUS];
    z[CONSIDERATE] = 0.95 * z[CONSIDERATE] - 0.30 * z[AVOIDANT];
    z[OPEN] = 0.94 * z[OPEN] + 0.20 * z[LIBERAL] - 0.25 * z[RELIGIOUS];
    z[DOMESTIC] = 0.92 * z[DOMESTIC] + 0.40 * z[RELIGIOUS];
}

static uint8_t slide(const struct slider_model *model, const double z[TRAITS], struct stream *s) {
    double x = model->mean + model->load * z[model->trait] + model->other_load * z[model->other] +
               model->noise * stream_normal(s);
    double level = floor(x + 0.5) - QUESTION_SLIDER_MIN;
    double top = QUESTION_SLIDER_MAX - QUESTION_SLIDER_MIN;
    return (uint8_t)(level < 0 ? 0 : level > top ? top : level);
}

/* Which of `count` bins a value falls into; bounds ascend. */
static uint8_t bin(double x, const double *bounds, size_t count) {
    uint8_t i = 0;
    while (i < count && x > bounds[i])
        i++;
    return i;
}

static uint8_t choose_faith(double religious, struct stream *s) {
    enum { NONE, AGNOSTIC, SPIRITUAL, CHRISTIAN, JEWISH, MUSLIM, HINDU, BUDDHIST, OTHER, UNSAID };
    if (stream_chance(s, 0.04))
        return UNSAID;
    if (religious < 0.1) {
        static const uint32_t WEIGHTS[] = {50, 28, 16, 4, 2};
        return (uint8_t)(NONE + stream_choose(s, WEIGHTS, ARRAY_LEN(WEIGHTS)));
    }
    static const uint32_t WEIGHTS[] = {14, 52, 5, 12, 8, 4, 5};
    return (uint8_t)(SPIRITUAL + stream_choose(s, WEIGHTS, ARRAY_LEN(WEIGHTS)));
}

static uint8_t choose(uint32_t question, const struct person *p, const double z[TRAITS],
                      struct stream *s) {
    static const double CHILDREN[] = {-0.7, 0.1}, POLITICS[] = {-1.5, -0.6, 0.3, 1.2};
    switch (question) {
    case Q_RELATIONSHIP_SOUGHT: /* as the profile says */
        return (uint8_t)(p->intent == INTENT_CASUAL     ? 0
                         : p->intent == INTENT_SERIOUS  ? 1
                         : p->intent == INTENT_MARRIAGE ? 2
                                                        : 3);
    case Q_RELATIONSHIP_STRUCTURE: { /* exclusive, cnm, either */
        double x = 0.8 * z[OPEN] - 0.4 * z[DOMESTIC] + 0.6 * stream_normal(s);
        return (uint8_t)(x > 1.6 ? 1 : x > 0.9 ? 2 : 0);
    }
    case Q_CHILDREN: /* no, unsure, yes */
        return bin(z[DOMESTIC] + 0.5 * stream_normal(s), CHILDREN, ARRAY_LEN(CHILDREN));
    case Q_POLITICAL_IDENTITY:
        if (stream_chance(s, 0.09))
            return (uint8_t)(stream_chance(s, 0.5) ? 5 : 6);
        return bin(-z[LIBERAL] + 0.4 * stream_normal(s), POLITICS, ARRAY_LEN(POLITICS));
    case Q_RELIGIOUS_IDENTITY: return choose_faith(z[RELIGIOUS], s);
    default: ASSERT(!"a question with options");
    }
    return 0;
}

/* At most 4 of 28, which is under 15 %. */
static void drop_some(const struct world *world, struct stream *s, struct person *p) {
    static const uint32_t MISSING[] = {20, 20, 20, 20, 20};
    size_t left = stream_choose(s, MISSING, ARRAY_LEN(MISSING));
    while (left > 0) {
        uint32_t question = stream_below(s, QUESTIONS);
        if (p->answers[question].choice == ANSWER_MISSING)
            continue;
        left--;
        /* Without the hard constraint every pair of the person would be deferred. */
        if (!world->options.dense || question != Q_RELATIONSHIP_STRUCTURE)
            p->answers[question].choice = ANSWER_MISSING;
    }
}

/* Days between the first answers and now; some were given again later. */
static void date_answers(const struct world *world, struct stream *s, struct person *p) {
    double far = stream_unit(s), near = stream_unit(s);
    int32_t first = (int32_t)(far * near * 700);
    for (int i = 0; i < QUESTIONS; i++) {
        int32_t days = stream_chance(s, 0.25) ? stream_between(s, 0, first) : first;
        p->answers[i].answered_at = world_past(world, s, days);
    }
}

void person_make_answers(const struct world *world, uint32_t number, struct person *p) {
    double z[TRAITS];
    draw_traits(world, number, z);
    struct stream s = stream_of(world->options.seed, number, STREAM_ANSWERS);
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        stream_uuid(&s, &p->answers[i].id);
        p->answers[i].choice =
            QUESTIONS_TABLE[i].options[0] == NULL ? slide(&SLIDERS[i], z, &s) : choose(i, p, z, &s);
    }
    if (world->options.dense) /* exclusive or either: no conflict */
        p->answers[Q_RELATIONSHIP_STRUCTURE].choice = stream_chance(&s, 0.8) ? 0 : 2;
    drop_some(world, &s, p);
    date_answers(world, &s, p);
}
