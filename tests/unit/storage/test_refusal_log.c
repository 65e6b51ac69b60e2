/* Refusals: every one counted under its kind, however many kinds and threads there are. */
#include "engine/base/log.h"
#include "storage/refusal_log.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct refusal_log *log_of_test;

static void setup(void) {
    log_setup(LOG_OFF, LOG_KV);
    log_of_test = refusal_log_new();
}
static void teardown(void) {
    refusal_log_free(log_of_test);
}
TestSuite(refusal_log, .init = setup, .fini = teardown);

Test(refusal_log, kinds_are_told_apart_by_table_column_and_reason) {
    refusal_log_add(log_of_test, "photos", "1", "visual_features", "not finite");
    refusal_log_add(log_of_test, "photos", "2", "visual_features", "wrong length");
    refusal_log_add(log_of_test, "photos", "3", "visual_features", "not finite");
    refusal_log_add(log_of_test, "profiles", "3", "visual_features", "not finite");
    cr_assert_eq(refusal_log_total(log_of_test), 4);
    cr_assert_eq(refusal_log_kinds(log_of_test), 3);
    struct refusal_kind kind = refusal_log_kind(log_of_test, 0);
    cr_assert_str_eq(kind.table, "photos");
    cr_assert_str_eq(kind.reason, "not finite");
    cr_assert_eq(kind.count, 2);
}

Test(refusal_log, long_reasons_stay_one_kind) {
    char reason[400];
    memset(reason, 'r', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    for (int i = 0; i < 3; i++)
        refusal_log_add(log_of_test, "t", "k", "c", reason);
    cr_assert_eq(refusal_log_kinds(log_of_test), 1);
    cr_assert_eq(refusal_log_kind(log_of_test, 0).count, 3);
}

Test(refusal_log, more_kinds_than_fit_lose_no_count) {
    for (int i = 0; i < REFUSAL_KINDS + 50; i++) {
        char reason[32];
        snprintf(reason, sizeof reason, "reason %d", i);
        refusal_log_add(log_of_test, "t", "k", "c", reason);
    }
    uint64_t sum = 0;
    cr_assert_eq(refusal_log_kinds(log_of_test), REFUSAL_KINDS);
    for (size_t i = 0; i < REFUSAL_KINDS; i++)
        sum += refusal_log_kind(log_of_test, i).count;
    cr_assert_eq(sum, REFUSAL_KINDS + 50);
    cr_assert_str_eq(refusal_log_kind(log_of_test, REFUSAL_KINDS - 1).table, "other");
}

static void *add_many(void *ctx) {
    for (int i = 0; i < 10000; i++)
        refusal_log_add(log_of_test, "t", "k", i % 2 == 0 ? "even" : "odd", ctx);
    return NULL;
}

Test(refusal_log, threads_lose_no_count) {
    static char reasons[4][8] = {"a", "b", "c", "d"};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, add_many, reasons[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(refusal_log_total(log_of_test), 40000);
    cr_assert_eq(refusal_log_kinds(log_of_test), 8);
}
