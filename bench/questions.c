#include "bench/questions.h"

#include <math.h>

/* In the order of the members: id, type, construct, evidence; the rest by name. */
const struct question QUESTIONS_TABLE[QUESTIONS] = {
    [Q_RELATIONSHIP_SOUGHT] = {"4e47f3bb-1a45-5531-9f5a-bae1f5c5940d", "single_choice", "intent",
                               "M", .options = {"casual", "long_term", "marriage", "unsure"},
                               .role = "exploratory"},
    [Q_RELATIONSHIP_STRUCTURE] = {"bf48ac30-2028-50b7-a264-89852211961f", "single_choice",
                                  "structure", "H", .options = {"exclusive", "cnm", "either"},
                                  .role = "hard_constraint", .wildcard = "either",
                                  .conflict = {"exclusive", "cnm"}},
    [Q_CHILDREN] = {"16a2862e-6186-538f-84c8-b2ed6f7d46bd", "single_choice", "family", "M",
                    .options = {"no", "unsure", "yes"}, .key = "children", .ordinal = true},
    [Q_IMPORTANCE_SHARED_POLITICS] = {"99720cb2-4cd3-5c89-8e35-3a199e573c08", "slider", "values",
                                      "H", .importance_of = "values"},
    [Q_IMPORTANCE_SHARED_RELIGION] = {"59ae86fe-35a5-50f8-9962-a850ee3e3484", "slider", "values",
                                      "M", .importance_of = "values"},
    [Q_WORRY_PARTNER_LOSES_INTEREST] = {"1ee0c4f6-2b1a-5dd8-ae00-2aa74903a8ff", "slider",
                                        "attachment", "H", .facet = "anxiety"},
    [Q_NEED_REASSURANCE] = {"a569f2dc-43b3-5345-96fe-75c52b14f18b", "slider", "attachment", "H",
                            .facet = "anxiety"},
    [Q_UNCOMFORTABLE_WITH_CLOSENESS] = {"be6427f0-c127-53f6-bfd3-2d7f5220f00a", "slider",
                                        "attachment", "H", .facet = "avoidance"},
    [Q_PREFER_NOT_TO_RELY] = {"43df87f4-57e5-53f5-b0d8-aebf915f5640", "slider", "attachment", "H",
                              .facet = "avoidance"},
    [Q_REPAIR_AFTER_CONFLICT] = {"0d4ae150-20cc-5b50-9e1d-cb0ce093caf9", "slider", "communication",
                                 "H"},
    [Q_EMPATHY_OR_ADVICE_FIRST] = {"64bf36db-01d4-5e60-901e-a7ca4c04017b", "slider",
                                   "communication", "H"},
    [Q_OPEN_ABOUT_SEXUAL_NEEDS] = {"22eab5b7-d7c8-542b-ac67-207034e4c168", "slider", "sexual", "H"},
    [Q_POLITICAL_IDENTITY] = {"8185ff0f-30ff-5e52-8cbe-313976102a95", "single_choice", "values",
                              "H",
                              .options = {"very_liberal", "liberal", "moderate", "conservative",
                                          "very_conservative", "other", "prefer_not_to_say"},
                              .ordinal = true, .unanswered = {"other", "prefer_not_to_say"}},
    [Q_RELIGIOUS_IDENTITY] = {"fbd2e7b1-1e79-5ce8-a87d-e98baf0caf38", "single_choice", "values",
                              "M",
                              .options = {"none", "agnostic", "spiritual", "christian", "jewish",
                                          "muslim", "hindu", "buddhist", "other",
                                          "prefer_not_to_say"},
                              .unanswered = {"prefer_not_to_say"}},
    [Q_IMPORTANCE_OF_SEX] = {"0ee0cf44-fcbe-53e6-b123-38d324892c9a", "slider", "sexual", "M",
                             .importance_of = "sexual"},
    [Q_SEX_NEEDS_LOVE] = {"d48622d3-49d2-5e56-8944-f70380f16847", "slider", "sexual", "L"},
    [Q_PARTNER_MAY_DRINK] = {"4ae99ee3-cb19-5993-82f0-223042cab4e4", "slider", "lifestyle", "M",
                             .direction = "risk_boundary", .attribute = "profile.drinking"},
    [Q_PARTNER_MAY_USE_CANNABIS] = {"374a9d29-bae2-5246-a989-70d81919f142", "slider", "lifestyle",
                                    "L"},
    [Q_PARTNER_MAY_USE_HARD_DRUGS] = {"937740e8-6cf0-52fc-9d73-2d4d64413787", "slider", "lifestyle",
                                      "L"},
    [Q_TAKES_PARTNERS_PERSPECTIVE] = {"edf2a526-3a8a-5dd1-8ba0-f91a1d5e49db", "slider",
                                      "communication", "H"},
    [Q_RESPECTFUL_IN_CONFLICT] = {"c14a5dd3-bdb9-5122-9252-ad3e14575f93", "slider", "communication",
                                  "H"},
    [Q_WITHDRAWS_FROM_CONFLICT] = {"ac3a9a3a-e1ac-5f9e-bf60-93292f98b3a0", "slider",
                                   "communication", "H"},
    [Q_PLANS_OR_FLOW] = {"c47f41ec-7918-5bd1-b5ba-6c57d4a30dbf", "slider", "lifestyle", "M"},
    [Q_EXERCISE_MATTERS] = {"d2e1bd09-916d-5ba0-9199-eb7d57bbd966", "slider", "lifestyle", "L",
                            .direction = "directional_fit", .attribute = "profile.exercise"},
    [Q_TRACKS_SPENDING] = {"31b49f7d-f65a-5d91-96c3-a8f40756b0f2", "slider", "lifestyle", "L"},
    [Q_HIGHER_POWER] = {"bb853de5-2842-59cb-ade8-15e767a53a1f", "slider", "values", "M"},
    [Q_WOULD_END_OVER_POLITICS] = {"b382bba0-7cca-51a2-bbe1-ad78707b7df8", "slider", "values", "H"},
    [Q_HOW_SINGLE] = {"c2798e5e-546d-57d6-9c37-1439ebed43ca", "slider", "availability", "M"},
};

size_t question_option_count(const struct question *question) {
    size_t count = 0;
    while (question->options[count] != NULL)
        count++;
    return count;
}

static void never_refused(void *ctx, const struct uuid *id, const char *reason) {
    (void)ctx, (void)id, (void)reason;
    ASSERT(!"an item of the built-in questionnaire is usable");
}

void questions_fill(struct questionnaire *q) {
    for (int32_t i = 0; i < QUESTIONS; i++) {
        const struct question *question = &QUESTIONS_TABLE[i];
        const char *const conflicts[1][2] = {{question->conflict[0], question->conflict[1]}};
        struct item_source source = {
            .position = i + 1,
            .type = question->type,
            .construct = question->construct,
            .role = question->role != NULL ? question->role : "core_score",
            .evidence = question->evidence,
            .direction = question->direction != NULL ? question->direction : "similarity",
            .facet = question->facet,
            .importance_of = question->importance_of,
            .key = question->key,
            .attribute = question->attribute,
            .wildcard = question->wildcard,
            .min = NAN,
            .max = NAN,
            .step = NAN,
            .ordinal = question->ordinal,
            .options = question->options,
            .option_count = question_option_count(question),
            .unanswered = question->unanswered,
            .conflicts = conflicts,
            .conflict_count = question->conflict[0] != NULL,
        };
        while (question->unanswered[source.unanswered_count] != NULL)
            source.unanswered_count++;
        const char *reason;
        ASSERT(uuid_from_text(question->id, &source.id));
        ASSERT(questionnaire_add(q, &source, &reason));
    }
    questionnaire_finish(q, never_refused, NULL);
}
