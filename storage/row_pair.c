/* Rows about two people: blocks, reports, matches, offers. */
#include "storage/row_reader.h"

/* Both people's rows; false when one is unknown, which is then refused. */
static bool find_both(struct row_reader *reader, const struct row *row, const struct uuid *one,
                      const struct uuid *two, uint32_t rows[2]) {
    rows[0] = reader_find(reader, row, one);
    if (rows[0] == ROW_NONE)
        return false;
    rows[1] = reader_find_other(reader, row, two);
    return rows[1] != ROW_NONE;
}

bool row_block(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_BLOCKS, fields);
    struct uuid blocker = row_uuid(&row, BLOCKS_BLOCKER);
    struct uuid blocked = row_uuid(&row, BLOCKS_BLOCKED);
    uint32_t rows[2];
    if (!row_end(&row, err))
        return false;
    if (find_both(reader, &row, &blocker, &blocked, rows))
        population_add_block(reader->context.population, rows[0], rows[1]);
    return true;
}

bool row_report(void *ctx, const struct pg_field *fields, struct err *err) {
    static const char *const counting[] = {"in_review", "resolved"};
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_REPORTS, fields);
    if (row_is_null(&row, REPORTS_REPORTED))
        return true; /* nobody's */
    struct uuid reporter = row_uuid(&row, REPORTS_REPORTER);
    struct uuid reported = row_uuid(&row, REPORTS_REPORTED);
    instant_t created_at = row_instant(&row, REPORTS_CREATED, INSTANT_MINUS_INFINITY);
    uint32_t rows[2];
    if (!row_end(&row, err))
        return false;
    bool excludes = !row_text_is(&row, REPORTS_STATUS, "dismissed");
    bool counts = row_word(&row, REPORTS_STATUS, counting, ARRAY_LEN(counting)) >= 0;
    if (find_both(reader, &row, &reporter, &reported, rows))
        population_add_report(reader->context.population, rows[0], rows[1], excludes, counts,
                              created_at);
    return true;
}

bool row_match(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_MATCHES, fields);
    struct uuid one = row_uuid(&row, MATCHES_ONE);
    struct uuid two = row_uuid(&row, MATCHES_TWO);
    uint32_t rows[2];
    if (!row_end(&row, err))
        return false;
    if (find_both(reader, &row, &one, &two, rows))
        population_add_match(reader->context.population, rows[0], rows[1],
                             row_text_is(&row, MATCHES_STATUS, "active"));
    return true;
}

bool row_offer(void *ctx, const struct pg_field *fields, struct err *err) {
    static const char *const statuses[] = {"offered", "accepted", "passed",
                                           "not_now", "expired",  "matched"};
    _Static_assert(OFFER_MATCHED + 1 == ARRAY_LEN(statuses), "statuses in enum order");
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_OFFERS, fields);
    struct uuid viewer = row_uuid(&row, OFFERS_VIEWER);
    struct uuid candidate = row_uuid(&row, OFFERS_CANDIDATE);
    population_expect(reader->context.population, &viewer);
    population_expect(reader->context.population, &candidate);
    struct offer_fact fact = {
        .id = row_uuid(&row, OFFERS_ID),
        .batch_date = row_date(&row, OFFERS_BATCH),
        .offered_at = row_instant(&row, OFFERS_OFFERED, INSTANT_MINUS_INFINITY),
        .expires_at = row_instant(&row, OFFERS_EXPIRES, INSTANT_INFINITY),
        .cooldown_until = row_instant(&row, OFFERS_COOLDOWN, 0),
        .action_at = row_instant(&row, OFFERS_ACTION_AT, 0),
        .has_cooldown = !row_is_null(&row, OFFERS_COOLDOWN),
        .has_action_at = !row_is_null(&row, OFFERS_ACTION_AT),
    };
    int32_t score = row_int(&row, OFFERS_SCORE, 0);
    fact.compatibility_score = (uint8_t)(score < 0 ? 0 : score > 100 ? 100 : score);
    int status = row_word(&row, OFFERS_STATUS, statuses, ARRAY_LEN(statuses));
    if (!row_end(&row, err))
        return false;
    if (status < 0) {
        reader_refuse(reader, &row, &fact.id, OFFERS_STATUS, "unknown status");
        return true;
    }
    fact.status = (enum offer_status)status;
    uint32_t rows[2];
    if (!find_both(reader, &row, &viewer, &candidate, rows))
        return true;
    fact.viewer = rows[0];
    fact.candidate = rows[1];
    population_add_offer(reader->context.population, &fact);
    return true;
}
