/* What the scripts here ask of storage/, answered as one JSON object on standard output.
 *
 *   probe_store load [CONNECTIONS [CAPACITY [WAIT_SECONDS]]]   summary, refusals by kind
 *   probe_store person UUID                                    what was read of one person
 *   probe_store offers UUID [DATE]                             live offers with cards
 *
 * The addresses come from MATCHD_DATABASE_URL and MATCHD_REPLICATION_URL (empty or absent: no
 * slot). Exit status 0, or 1 with {"error": "..."}; the log goes to standard error. */
#include "storage/live_offers.h"
#include "storage/loader.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print(json_t *object) {
    bool error = json_object_get(object, "error") != NULL;
    json_dumpf(object, stdout, JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(object);
    return error ? 1 : 0;
}

static int fail(const struct err *err) {
    return print(json_pack("{s:s}", "error", err->text));
}

static void set(json_t *object, const char *name, json_t *value) {
    json_object_set_new(object, name, value);
}

/* JSON has no NaN. */
static json_t *number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text(const char *value) {
    return value == NULL ? json_null() : json_string(value);
}

static json_t *id_text(const struct uuid *id) {
    char buffer[UUID_TEXT];
    uuid_to_text(id, buffer);
    return json_string(buffer);
}

static json_t *instant_text_of(instant_t at) {
    char buffer[INSTANT_TEXT];
    instant_to_text(at, buffer);
    return json_string(buffer);
}

/* ---- load ------------------------------------------------------------------------------------ */

static uint32_t argument(int argc, char **argv, int index, uint32_t otherwise) {
    return argc > index ? (uint32_t)strtoul(argv[index], NULL, 10) : otherwise;
}

/* Counts its calls and checks that rows never go back. */
struct watch {
    uint32_t calls;
    uint64_t rows;
    bool backwards;
};

static void on_report(void *ctx, const struct load_progress *progress) {
    struct watch *watch = ctx;
    watch->calls++;
    watch->backwards = watch->backwards || progress->rows < watch->rows;
    watch->rows = progress->rows;
}

static bool load(int argc, char **argv, struct watch *watch, struct loaded *out, struct err *err) {
    const char *replication = getenv("MATCHD_REPLICATION_URL");
    bool slot = replication != NULL && replication[0] != '\0';
    struct load_options options = {
        .url = getenv("MATCHD_DATABASE_URL"),
        .replication_url = slot ? replication : NULL,
        .connections = argument(argc, argv, 2, 2),
        .capacity = argument(argc, argv, 3, 100000),
        .wait_seconds = argument(argc, argv, 4, 20),
        .keep_slot = slot,
        .report = on_report,
        .report_ctx = watch,
    };
    return load_population(&options, out, err);
}

static json_t *refusals_of(const struct refusal_log *log) {
    json_t *kinds = json_object();
    for (size_t i = 0; i < refusal_log_kinds(log); i++) {
        struct refusal_kind kind = refusal_log_kind(log, i);
        char name[300];
        snprintf(name, sizeof name, "%s.%s: %s", kind.table, kind.column, kind.reason);
        set(kinds, name, json_integer((json_int_t)kind.count));
    }
    return kinds;
}

/* Of everybody's inputs, in the order of ids: the same whatever the order of reading. */
static uint64_t inputs_of(const struct population *p) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < population_count(p); i++)
        for (uint32_t group = 0; group < INPUT_GROUPS; group++)
            sum = sum * UINT64_C(0x9e3779b97f4a7c15) +
                  population_input_hash(p, population_by_id(p)[i], (enum input_group)group);
    return sum;
}

static int run_load(int argc, char **argv) {
    struct loaded loaded;
    struct err err = {{0}};
    struct watch watch = {0};
    if (!load(argc, argv, &watch, &loaded, &err))
        return fail(&err);
    const struct load_summary *s = &loaded.summary;
    json_t *rows = json_object();
    for (uint32_t i = 0; i < s->table_count; i++)
        set(rows, s->tables[i].name, json_integer((json_int_t)s->tables[i].rows));
    char digest[CONFIG_DIGEST_TEXT];
    config_digest(loaded.config, digest);
    json_t *out = json_object();
    set(out, "people", json_integer(s->people));
    set(out, "dim", json_integer(s->dim));
    set(out, "items", json_integer(population_questionnaire(loaded.population)->count));
    set(out, "rows", rows);
    set(out, "refused", refusals_of(loaded.refusals));
    set(out, "refused_total", json_integer((json_int_t)s->refused));
    set(out, "answers_ignored", json_integer((json_int_t)s->answers_ignored));
    set(out, "inputs", json_sprintf("%016" PRIx64, inputs_of(loaded.population)));
    set(out, "variants", json_integer(config_variant_count(loaded.config)));
    set(out, "config_digest", json_string(digest));
    set(out, "snapshot", json_string(s->snapshot));
    set(out, "lsn", json_string(s->lsn));
    set(out, "slot", json_string(loaded.slot));
    set(out, "bytes_per_person", number(s->bytes_per_person));
    set(out, "reports", json_integer(watch.calls));
    set(out, "reports_backwards", json_boolean(watch.backwards));
    loaded_release(&loaded);
    return print(out);
}

/* ---- person ---------------------------------------------------------------------------------- */

static json_t *answers_of(const struct population *p, uint32_t row) {
    const struct questionnaire *q = population_questionnaire(p);
    json_t *answers = json_object();
    for (uint32_t i = 0; i < q->count; i++) {
        uint64_t code = population_answer(p, row, i);
        char id[UUID_TEXT];
        uuid_to_text(&q->items[i].id, id);
        if (code != ANSWER_NONE)
            set(answers, id, json_integer((json_int_t)code));
    }
    return answers;
}

static json_t *features_of(const struct population *p, uint32_t row) {
    const double *features = population_features(p, row);
    if (features == NULL)
        return json_null();
    json_t *list = json_array();
    for (uint32_t i = 0; i < population_dim(p); i++)
        json_array_append_new(list, json_real(features[i]));
    return list;
}

static json_t *describe(const struct loaded *loaded, uint32_t row) {
    const struct population *p = loaded->population;
    const struct params *params = config_params(loaded->config, COLUMN_OF(p, row, variant));
    json_t *out = json_object();
    set(out, "gender", json_integer(COLUMN_OF(p, row, gender)));
    set(out, "seeking", json_integer(COLUMN_OF(p, row, seeking)));
    set(out, "latitude", number(COLUMN_OF(p, row, latitude)));
    set(out, "longitude", number(COLUMN_OF(p, row, longitude)));
    set(out, "confidence", number(COLUMN_OF(p, row, confidence)));
    set(out, "liveness", number(COLUMN_OF(p, row, liveness)));
    set(out, "max_distance_km", json_integer(COLUMN_OF(p, row, max_distance_km)));
    set(out, "min_age", json_integer(COLUMN_OF(p, row, min_age)));
    set(out, "max_age", json_integer(COLUMN_OF(p, row, max_age)));
    set(out, "intent", json_integer(COLUMN_OF(p, row, intent)));
    set(out, "consistency", json_integer(COLUMN_OF(p, row, consistency)));
    set(out, "photo_count", json_integer(COLUMN_OF(p, row, photo_count)));
    set(out, "segment", json_integer(COLUMN_OF(p, row, segment)));
    set(out, "excluded_until", instant_text_of(COLUMN_OF(p, row, excluded_until)));
    set(out, "last_active_at", instant_text_of(COLUMN_OF(p, row, last_active_at)));
    set(out, "timezone", text(population_timezone(p, row)));
    set(out, "answers", answers_of(p, row));
    set(out, "features", features_of(p, row));
    set(out, "preference", json_boolean(population_preference(p, row) != NULL));
    set(out, "pairs", json_integer(population_pairs(p, row).count));
    set(out, "reports", json_integer(population_reports(p, row).count));
    set(out, "partners", json_integer(population_partners(p, row).count));
    set(out, "matches_per_day", json_integer(params->MATCHES_PER_DAY_DEFAULT));
    return out;
}

static int run_person(char **argv) {
    struct loaded loaded;
    struct err err = {{0}};
    struct watch watch = {0};
    struct uuid id;
    if (!uuid_from_text(argv[2], &id)) {
        err_set(&err, "expected a UUID, got %s", argv[2]);
        return fail(&err);
    }
    if (!load(1, argv, &watch, &loaded, &err))
        return fail(&err);
    uint32_t row = population_find(loaded.population, &id);
    json_t *out =
        row == ROW_NONE ? json_pack("{s:s}", "error", "no such person") : describe(&loaded, row);
    loaded_release(&loaded);
    return print(out);
}

/* ---- offers ---------------------------------------------------------------------------------- */

static json_t *card_of(const struct card *card) {
    json_t *photos = json_array();
    for (size_t i = 0; i < card->photo_count; i++) {
        const struct card_photo *photo = &card->photos[i];
        json_t *one = json_object();
        set(one, "id", id_text(&photo->id));
        set(one, "url", text(photo->url));
        set(one, "thumbnail", text(photo->thumbnail_url));
        set(one, "primary", json_boolean(photo->is_primary));
        set(one, "verified", json_boolean(photo->is_verified));
        set(one, "position", json_integer(photo->position));
        json_array_append_new(photos, one);
    }
    json_t *out = json_object();
    set(out, "user", id_text(&card->user));
    set(out, "name", text(card->display_name));
    set(out, "bio", text(card->bio));
    set(out, "age", json_integer(card->age));
    set(out, "photos", photos);
    return out;
}

static json_t *offer_of(const struct live_offer *offer) {
    json_t *out = json_object(), *themes = json_array();
    char date[DATE_TEXT];
    date_to_text(offer->batch_date, date);
    for (size_t i = 0; i < offer->theme_count; i++)
        json_array_append_new(themes, json_string(offer->themes[i]));
    set(out, "id", id_text(&offer->id));
    set(out, "card", card_of(&offer->card));
    set(out, "batch_date", json_string(date));
    set(out, "generated_at", instant_text_of(offer->generated_at));
    set(out, "offered_at", instant_text_of(offer->offered_at));
    set(out, "expires_at", instant_text_of(offer->expires_at));
    set(out, "cooldown_until",
        offer->has_cooldown ? instant_text_of(offer->cooldown_until) : json_null());
    set(out, "status", json_integer(offer->status));
    set(out, "score", json_integer(offer->compatibility_score));
    set(out, "physical", json_integer(offer->physical_score));
    set(out, "themes", themes);
    return out;
}

static int run_offers(int argc, char **argv) {
    struct err err = {{0}};
    struct uuid viewer;
    date_t date = 0;
    if (!uuid_from_text(argv[2], &viewer) || (argc > 3 && !date_from_text(argv[3], &date))) {
        err_set(&err, "expected a UUID and a date");
        return fail(&err);
    }
    struct pg_settings settings = {.url = getenv("MATCHD_DATABASE_URL")};
    struct pg_conn *conn = pg_conn_open(&settings, NULL, &err);
    if (conn == NULL)
        return fail(&err);
    struct live_offers live;
    /* Twice: the second time the statement is prepared already. */
    bool good = true;
    for (int i = 0; good && i < 2; i++) {
        good = live_offers_read(conn, &viewer, argc > 3 ? &date : NULL, &live, &err);
        if (good && i == 0)
            live_offers_release(&live);
    }
    pg_conn_close(conn);
    if (!good)
        return fail(&err);
    json_t *out = json_object(), *offers = json_array();
    set(out, "timezone", text(live.timezone));
    for (size_t i = 0; i < live.count; i++)
        json_array_append_new(offers, offer_of(&live.offers[i]));
    set(out, "offers", offers);
    live_offers_release(&live);
    return print(out);
}

int main(int argc, char **argv) {
    if (argc >= 2 && strcmp(argv[1], "load") == 0)
        return run_load(argc, argv);
    if (argc == 3 && strcmp(argv[1], "person") == 0)
        return run_person(argv);
    if (argc >= 3 && strcmp(argv[1], "offers") == 0)
        return run_offers(argc, argv);
    fprintf(stderr, "usage: probe_store load [CONNECTIONS [CAPACITY [WAIT_SECONDS]]] | "
                    "person UUID | offers UUID [DATE]\n");
    return 2;
}
