/* Protects: the way of a request from the front to workers and back has no race: jobs are handed
 * over by queues, counters and status are read while they are written, generations are published
 * while they are pinned, dry runs start, end and are dropped. For ThreadSanitizer: a plain main,
 * with a thread in the front's place and no sockets. */
#include "api/matchd/reload.h"
#include "api/matchd/service.h"
#include "api/matchd/thread.h"
#include "api/matchd/timing.h"
#include "api/matchd/verbs.h"
#include "api/matchd/workers.h"
#include "engine/base/log.h"
#include "tests/support/people.h"

#include <stdio.h>
#include <stdlib.h>

enum { REQUESTS = 3000, PEOPLE = 12, PUBLISHED = 30, SECONDS = 60 };

static struct settings settings = {.database_url = "",
                                   .replication_url = "",
                                   .write_url = "",
                                   .queue = 32,
                                   .workers = 3,
                                   .threads = 2};
static struct service service;

static void publish(void) {
    struct people *people = people_new(0);
    for (int i = 0; i < PEOPLE; i++)
        PERSON(people, .age = 25 + i % 5, .answers = "4:6 5:3 13:moderate");
    struct loaded loaded = {.population = people_finish(people), .config = config_new_default()};
    struct data_facts facts = {.people = PEOPLE, .as_of = PEOPLE_NOW};
    facts.generation = epoch_publish(&service.epoch, &loaded, PEOPLE_NOW);
    status_load_done(&service.status, &facts);
}

static void *publish_often(void *unused) {
    (void)unused;
    for (int i = 0; i < PUBLISHED; i++) {
        status_load_begins(&service.status);
        publish();
        dryruns_sweep(service.dryruns, timing_us() + INT64_C(3600000000));
    }
    return NULL;
}

static struct request request_of(uint64_t number) {
    static const enum verb verbs[] = {VERB_SCORE_PAIR, VERB_PREVIEW_OFFERS, VERB_START_REMATCH,
                                      VERB_SCORE_PAIR, VERB_REMATCH_STATUS};
    struct request request = {.id = number + 1,
                              .verb = verbs[number % ARRAY_LEN(verbs)],
                              .has_now = true,
                              .now = PEOPLE_NOW + (int64_t)(number % 5) * 60000000,
                              .k = 3,
                              .user = people_id(0, 1 + number % PEOPLE),
                              .other = people_id(0, 1 + number % 7)};
    return request;
}

/* What the front does between its sends. */
static void answer_inline(enum verb verb) {
    struct request request = {.id = 1, .verb = verb};
    struct reply reply;
    size_t size;
    reply_init(&reply, request.id);
    verb_info(verb)->run(&service, &request, &reply);
    free(reply_pack(&reply, &size));
    reply_release(&reply);
}

static uint32_t take_replies(void) {
    uint32_t count = 0;
    struct job *job;
    queue_clear_fd(service.replies);
    while ((job = queue_try_pop(service.replies)) != NULL) {
        if (job->reply == NULL || job->reply_size == 0)
            abort();
        job_free(job);
        count++;
    }
    return count;
}

/* Queues every request, as often as it takes, and takes replies like the front at least once in
 * FRONT_BURST; the number of times that the queue was full. */
static uint32_t ask(uint32_t *answered) {
    struct peer peer = {.size = 1};
    uint32_t full = 0;
    for (uint64_t number = 0; number < REQUESTS; number++) {
        struct request request = request_of(number);
        struct job *job = job_new(&peer, &request);
        if (number % FRONT_BURST == 0)
            *answered += take_replies();
        while (queue_push(service.work, job) == QUEUE_FULL) {
            full++;
            answer_inline(number % 2 == 0 ? VERB_HEALTH : VERB_STATS);
            *answered += take_replies();
        }
    }
    return full;
}

int main(void) {
    pthread_t publisher;
    uint32_t answered = 0;
    log_setup(LOG_ERROR, LOG_KV);
    service_init(&service, &settings);
    publish();
    struct workers *workers = workers_start(&service, settings.workers);
    thread_start(&publisher, "publisher", publish_often, NULL);
    uint32_t full = ask(&answered);
    pthread_join(publisher, NULL);
    queue_close(service.work);
    while (answered < REQUESTS)
        answered += take_replies();
    bool joined = workers_join(workers, timing_us() + (int64_t)SECONDS * 1000000);
    workers_free(workers);
    service_release(&service);
    printf("%u requests answered, the queue was full %u times\n", answered, full);
    return joined && answered == REQUESTS && full > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
