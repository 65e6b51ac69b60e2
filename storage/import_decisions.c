/* decisions.csv as past offers and matches. */
#include <stdio.h>
#include <string.h>

#include "engine/base/civil.h"
#include "storage/import_rows.h"

enum { NOT_NOW_DAYS = 30, OFFER_DAYS = 6 }; /* the defaults of the parameters of these names */

/* The row in which the candidate accepted the viewer, if the viewer accepts too; else ROW_NONE. */
static uint32_t answered_by(const struct import_sheet *sheet, size_t row) {
    const char *const reversed[IMPORT_KEYS] = {import_sheet_cell(sheet, row, D_CANDIDATE),
                                               import_sheet_cell(sheet, row, D_VIEWER)};
    uint32_t back = import_sheet_find(sheet, reversed);
    bool both = back != ROW_NONE &&
                strcmp(import_sheet_cell(sheet, row, D_DECISION), "accept") == 0 &&
                strcmp(import_sheet_cell(sheet, back, D_DECISION), "accept") == 0;
    return both ? back : ROW_NONE;
}

static instant_t decided_at(const struct import_sheet *sheet, size_t row) {
    instant_t at;
    ASSERT(instant_from_text(import_sheet_cell(sheet, row, D_DECIDED_AT), &at));
    return at;
}

static void put_instant(struct import_copy *copy, instant_t at) {
    char text[INSTANT_TEXT];
    instant_to_text(at, text);
    import_copy_text(copy, text);
}

void import_rows_offers(const struct import_sheet *sheet, struct import_copy *copy) {
    *copy = import_copy_of("public.match_offers (user_id, offered_user_id, batch_date,"
                           " batch_generated_at, offered_at, expires_at, action_at,"
                           " cooldown_until, compatibility_score, status, action_type)",
                           sheet->form->name);
    for (size_t row = 0; row < sheet->count; row++) {
        const char *decision = import_sheet_cell(sheet, row, D_DECISION);
        const char *score = import_sheet_cell(sheet, row, D_SCORE);
        instant_t at = decided_at(sheet, row);
        bool matched = answered_by(sheet, row) != ROW_NONE;
        bool accepts = strcmp(decision, "accept") == 0, passes = strcmp(decision, "pass") == 0;
        struct uuid viewer, candidate;
        char date[DATE_TEXT];
        import_person_id(import_sheet_cell(sheet, row, D_VIEWER), &viewer);
        import_person_id(import_sheet_cell(sheet, row, D_CANDIDATE), &candidate);
        date_to_text(date_of_instant(at), date);
        import_copy_uuid(copy, &viewer);
        import_copy_uuid(copy, &candidate);
        import_copy_text(copy, date);
        put_instant(copy, at);
        put_instant(copy, at);
        put_instant(copy, instant_plus_days(at, OFFER_DAYS));
        put_instant(copy, at);
        if (!accepts && !passes)
            put_instant(copy, instant_plus_days(at, NOT_NOW_DAYS));
        else
            import_copy_text(copy, NULL);
        import_copy_text(copy, score != NULL ? score : "0");
        import_copy_text(copy, matched   ? "matched"
                               : accepts ? "accepted"
                               : passes  ? "passed"
                                         : "not_now");
        import_copy_text(copy, decision);
        import_copy_end_row(copy, sheet->lines[row]);
    }
}

void import_rows_matches(const struct import_sheet *sheet, struct import_copy *copy) {
    *copy = import_copy_of("public.matches (user_id_1, user_id_2, status, created_at)",
                           sheet->form->name);
    for (size_t row = 0; row < sheet->count; row++) {
        uint32_t back = answered_by(sheet, row);
        if (back == ROW_NONE || back < row)
            continue; /* the pair is written at its first row */
        struct uuid one, two;
        import_person_id(import_sheet_cell(sheet, row, D_VIEWER), &one);
        import_person_id(import_sheet_cell(sheet, row, D_CANDIDATE), &two);
        bool in_order = uuid_order(&one, &two) < 0;
        instant_t first = decided_at(sheet, row), second = decided_at(sheet, back);
        import_copy_uuid(copy, in_order ? &one : &two);
        import_copy_uuid(copy, in_order ? &two : &one);
        import_copy_text(copy, "active");
        put_instant(copy, first > second ? first : second);
        import_copy_end_row(copy, sheet->lines[row]);
    }
}
