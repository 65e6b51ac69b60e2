/* Settings that a view reads as text. */
#include <criterion/criterion.h>

#include "tests/support/fixture.h"

static uint8_t conflicts_of(const char *setting, enum intent intent) {
    struct fixture *f = fixture_new();
    fixture_set(f, "MATCH_INTENT_CONFLICTS", setting);
    uint8_t conflicts = fixture_view(f)->intent_conflicts[intent];
    fixture_free(f);
    return conflicts;
}

Test(view, intent_conflicts_work_both_ways) {
    const char *setting = "casual:serious,unsure:marriage";
    cr_assert_eq(conflicts_of(setting, INTENT_CASUAL), 1u << INTENT_SERIOUS);
    cr_assert_eq(conflicts_of(setting, INTENT_SERIOUS), 1u << INTENT_CASUAL);
    cr_assert_eq(conflicts_of(setting, INTENT_MARRIAGE), 1u << INTENT_UNSURE);
    cr_assert_eq(conflicts_of(setting, INTENT_NULL), 0);
}

Test(view, unknown_intents_are_ignored_and_the_rest_stands) {
    cr_assert_eq(conflicts_of("casual:long_term,casual:marriage", INTENT_CASUAL),
                 1u << INTENT_MARRIAGE);
    cr_assert_eq(conflicts_of("", INTENT_CASUAL), 0);
    cr_assert_eq(conflicts_of("serious:serious", INTENT_SERIOUS), 1u << INTENT_SERIOUS);
}

Test(view, namespace_of_offer_ids) {
    struct fixture *f = fixture_new();
    fixture_set(f, "MATCHMAKING_NAMESPACE", "6BA7B810-9dad-11d1-80b4-00c04fd430c8");
    char text[UUID_TEXT];
    uuid_to_text(&fixture_view(f)->name_space, text);
    cr_assert_str_eq(text, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    fixture_free(f);
}

Test(view, of_nobody) {
    struct fixture *f = fixture_new();
    cr_assert_eq(fixture_view(f)->count, 0);
    cr_assert_eq(fixture_view(f)->evidence_sum, 0);
    fixture_free(f);
}
