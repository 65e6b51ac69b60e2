/* Protects: a request whose deadline passed is not executed; without data, and when stopping, verbs
 * say UNAVAILABLE; what was executed is counted; errors carry readable texts. */
#include "api/matchd/service.h"
#include "api/matchd/timing.h"
#include "api/matchd/workers.h"
#include "engine/base/log.h"
#include "tests/support/people.h"

#include <criterion/criterion.h>
#include <string.h>

static struct settings settings;
static struct service service;

static void begin(void) {
    log_setup(LOG_OFF, LOG_KV);
    settings = (struct settings){.database_url = "",
                                 .replication_url = "",
                                 .write_url = "",
                                 .queue = 8,
                                 .workers = 2,
                                 .threads = 1};
    service_init(&service, &settings);
}

static void finish(void) {
    service_release(&service);
}

static void load_people(void) {
    struct people *people = people_new(0);
    PERSON(people, .age = 30, .answers = "4:6 5:3");
    PERSON(people, .age = 31, .answers = "4:5 5:3");
    struct loaded loaded = {.population = people_finish(people), .config = config_new_default()};
    epoch_publish(&service.epoch, &loaded, PEOPLE_NOW);
}

static struct request pair_request(void) {
    struct request request = {.id = 9,
                              .verb = VERB_SCORE_PAIR,
                              .has_now = true,
                              .now = PEOPLE_NOW,
                              .user = people_id(0, 1),
                              .other = people_id(0, 2)};
    return request;
}

static Matchd__V1__Response *execute(const struct request *request, int64_t late_us) {
    struct peer peer = {.size = 0};
    struct err err;
    struct job *job = job_new(&peer, request);
    job->deadline_us -= late_us;
    workers_execute(&service, job);
    Matchd__V1__Response *response = message_read_response(job->reply, job->reply_size, &err);
    cr_assert_not_null(response, "%s", err.text);
    cr_assert_eq(response->request_id, request->id);
    job_free(job);
    return response;
}

static Matchd__V1__ErrorCode code_of(const struct request *request, int64_t late_us) {
    Matchd__V1__Response *response = execute(request, late_us);
    Matchd__V1__ErrorCode code = MATCHD__V1__ERROR_CODE__ERROR_UNSPECIFIED;
    if (response->answer_case == MATCHD__V1__RESPONSE__ANSWER_ERROR)
        code = response->error->code;
    matchd__v1__response__free_unpacked(response, NULL);
    return code;
}

Test(workers, no_data_yet, .init = begin, .fini = finish) {
    struct request request = pair_request();
    cr_assert_eq(code_of(&request, 0), MATCHD__V1__ERROR_CODE__UNAVAILABLE);
}

Test(workers, late_is_not_executed, .init = begin, .fini = finish) {
    struct request request = pair_request();
    load_people();
    cr_assert_eq(code_of(&request, 0), MATCHD__V1__ERROR_CODE__ERROR_UNSPECIFIED);
    request.deadline_ms = 5;
    cr_assert_eq(code_of(&request, 6000), MATCHD__V1__ERROR_CODE__DEADLINE_EXCEEDED);
    cr_assert_eq(counters_get(&service.counters, COUNT_DEADLINE_MISSED), 1);
    struct verb_counters *counted = &service.counters.verbs[VERB_SCORE_PAIR];
    cr_assert_eq(counted->requests, 2);
    cr_assert_eq(counted->errors, 1);
    cr_assert_eq(service.counters.errors[MATCHD__V1__ERROR_CODE__DEADLINE_EXCEEDED], 1);
}

Test(workers, stopping, .init = begin, .fini = finish) {
    struct request request = pair_request();
    load_people();
    service.discard = true;
    cr_assert_eq(code_of(&request, 0), MATCHD__V1__ERROR_CODE__UNAVAILABLE);
}

Test(workers, nobody, .init = begin, .fini = finish) {
    struct request request = pair_request();
    load_people();
    request.other = people_id(9, 77);
    Matchd__V1__Response *response = execute(&request, 0);
    cr_assert_eq(response->error->code, MATCHD__V1__ERROR_CODE__NOT_FOUND);
    char id[UUID_TEXT];
    uuid_to_text(&request.other, id);
    cr_assert_not_null(strstr(response->error->message, id));
    matchd__v1__response__free_unpacked(response, NULL);
}

Test(workers, undefined_numbers_are_left_out, .init = begin, .fini = finish) {
    struct people *people = people_new(0);
    PERSON(people, .age = 30);
    PERSON(people, .age = 31);
    struct loaded loaded = {.population = people_finish(people), .config = config_new_default()};
    epoch_publish(&service.epoch, &loaded, PEOPLE_NOW);
    struct request request = pair_request();
    Matchd__V1__Response *response = execute(&request, 0);
    const Matchd__V1__ScorePairResponse *pair = response->score_pair;
    cr_assert(!pair->has_raw && !pair->has_final && !pair->has_questionnaire_fit);
    cr_assert(!pair->has_floor && pair->n_constructs == 0);
    cr_assert(pair->has_missing && pair->missing == 1.0);
    cr_assert(pair->has_authenticity && pair->has_affinity_ab);
    cr_assert_str_eq(pair->clock->date, "2026-11-22");
    matchd__v1__response__free_unpacked(response, NULL);
}
