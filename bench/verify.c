#include "bench/verify.h"

#include <stdio.h>
#include <string.h>

#include "bench/arguments.h"
#include "bench/sink_memory.h"
#include "engine/base/log.h"
#include "storage/loader.h"

enum { OPTION_DATABASE = 1, OPTION_HELP, SHOWN_MAX = 20, OFFERS_MAX = 16 };

static const char *const GROUPS[INPUT_GROUPS] = {"profile", "answers", "preference", "features",
                                                 "trust"};

/* Two populations of the same people; rows of each are numbered in their own order. */
struct twins {
    const struct population *made, *loaded;
    uint64_t differences;
};

static void differ(struct twins *twins, uint32_t row, const char *what) {
    char id[UUID_TEXT];
    uuid_to_text(population_id(twins->made, row), id);
    if (twins->differences++ < SHOWN_MAX)
        printf("%s: %s differ\n", id, what);
}

/* The partners of a person in both, by id: what lists of rows cannot be compared by. */
static bool same_pairs(const struct twins *twins, uint32_t row, uint32_t twin) {
    struct pair_list made = population_pairs(twins->made, row);
    struct pair_list loaded = population_pairs(twins->loaded, twin);
    if (made.count != loaded.count)
        return false;
    for (uint32_t i = 0; i < made.count; i++) {
        uint32_t other = population_find(twins->loaded, population_id(twins->made, made.rows[i]));
        bool found = false;
        for (uint32_t k = 0; k < loaded.count; k++)
            found |= loaded.rows[k] == other && loaded.kinds[k] == made.kinds[i];
        if (!found)
            return false;
    }
    return true;
}

static bool same_offer(const struct offer_fact *a, const struct offer_fact *b) {
    return uuid_same(&a->id, &b->id) && a->batch_date == b->batch_date &&
           a->offered_at == b->offered_at && a->expires_at == b->expires_at &&
           a->has_cooldown == b->has_cooldown &&
           (!a->has_cooldown || a->cooldown_until == b->cooldown_until) &&
           a->has_action_at == b->has_action_at &&
           (!a->has_action_at || a->action_at == b->action_at) && a->status == b->status &&
           a->compatibility_score == b->compatibility_score;
}

static bool same_offers(const struct twins *twins, uint32_t row, uint32_t twin) {
    struct partner_list made = population_partners(twins->made, row);
    struct partner_list loaded = population_partners(twins->loaded, twin);
    if (made.count != loaded.count)
        return false;
    for (uint32_t i = 0; i < made.count; i++) {
        struct offer_fact a[OFFERS_MAX], b[OFFERS_MAX];
        uint32_t other = population_find(twins->loaded, population_id(twins->made, made.rows[i]));
        if (other == ROW_NONE)
            return false;
        uint32_t count = population_offers(twins->made, row, made.rows[i], a, OFFERS_MAX);
        if (count != population_offers(twins->loaded, twin, other, b, OFFERS_MAX) ||
            count > OFFERS_MAX)
            return false;
        for (uint32_t k = 0; k < count; k++)
            if (!same_offer(&a[k], &b[k]))
                return false;
    }
    return true;
}

static bool same_item(const struct item *a, const struct item *b) {
    bool same = uuid_same(&a->id, &b->id) && a->position == b->position && a->kind == b->kind &&
                a->construct == b->construct && a->role == b->role && a->evidence == b->evidence &&
                a->direction == b->direction && a->is_facet == b->is_facet &&
                a->importance_of == b->importance_of && a->attribute == b->attribute &&
                a->attribute_item == b->attribute_item && a->is_children == b->is_children &&
                a->yes_code == b->yes_code && a->no_code == b->no_code &&
                a->option_count == b->option_count && a->unanswered == b->unanswered &&
                a->is_slider == b->is_slider && a->level_count == b->level_count &&
                a->wildcard == b->wildcard && a->conflict_count == b->conflict_count &&
                (!a->is_slider || (a->min == b->min && a->step == b->step));
    for (uint32_t i = 0; same && i < a->option_count; i++)
        same = strcmp(a->option_ids[i], b->option_ids[i]) == 0 && a->place[i] == b->place[i];
    for (uint32_t i = 0; same && i < a->level_count; i++)
        same = a->norm[i] == b->norm[i];
    return same &&
           memcmp(a->conflicts, b->conflicts, a->conflict_count * sizeof a->conflicts[0]) == 0;
}

static void compare_items(struct twins *twins) {
    const struct questionnaire *made = population_questionnaire(twins->made);
    const struct questionnaire *loaded = population_questionnaire(twins->loaded);
    bool same = made->count == loaded->count;
    for (uint32_t i = 0; same && i < made->count; i++)
        if (!same_item(&made->items[i], &loaded->items[i])) {
            printf("item %d differs\n", (int)made->items[i].position);
            twins->differences++;
        }
    if (!same) {
        printf("%u items, loaded %u\n", made->count, loaded->count);
        twins->differences++;
    }
}

static void compare_people(struct twins *twins) {
    if (population_count(twins->made) != population_count(twins->loaded)) {
        printf("%u people, loaded %u\n", population_count(twins->made),
               population_count(twins->loaded));
        twins->differences++;
    }
    for (uint32_t row = 0; row < population_count(twins->made); row++) {
        uint32_t twin = population_find(twins->loaded, population_id(twins->made, row));
        if (twin == ROW_NONE) {
            differ(twins, row, "presence");
            continue;
        }
        for (int group = 0; group < INPUT_GROUPS; group++)
            if (population_input_hash(twins->made, row, (enum input_group)group) !=
                population_input_hash(twins->loaded, twin, (enum input_group)group))
                differ(twins, row, GROUPS[group]);
        if (!same_pairs(twins, row, twin))
            differ(twins, row, "pairs");
        if (!same_offers(twins, row, twin))
            differ(twins, row, "offers");
    }
}

static bool verify(const struct world_options *options, const char *database, struct err *err) {
    struct world world;
    if (!world_init(&world, options, err))
        return false;
    struct load_options load = {.url = database, .capacity = WORLD_PEOPLE_MAX, .wait_seconds = 10};
    struct loaded loaded;
    bool ok = load_population(&load, &loaded, err);
    if (ok) {
        struct population *made = sink_memory(&world);
        struct twins twins = {.made = made, .loaded = loaded.population};
        compare_items(&twins);
        compare_people(&twins);
        if (twins.differences == 0)
            printf("the same: %u people, %u items\n", population_count(made),
                   population_questionnaire(made)->count);
        else
            ok = err_set(err, "%llu differences", (unsigned long long)twins.differences);
        population_free(made);
        loaded_release(&loaded);
    }
    world_release(&world);
    return ok;
}

int verify_command(int argc, char **argv) {
    static const struct option OPTIONS[] = {WORLD_ARGUMENTS,
                                            {"database", required_argument, NULL, OPTION_DATABASE},
                                            {"help", no_argument, NULL, OPTION_HELP},
                                            {0}};
    struct world_options options = world_options_default();
    const char *database = NULL;
    struct err err = {{0}};
    int option;
    bool ok = true;
    opterr = 0;
    while (ok && (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (option == OPTION_HELP) {
            printf("matchd-bench verify --people N --now T [options]\n\n"
                   "Compares a database with the people that the same arguments of populate make.\n"
                   "The connection is libpq's, of the role that reads (matchd_read).\n\n%s"
                   "  --database URL a connection string instead of PG*\n",
                   WORLD_ARGUMENTS_HELP);
            return 0;
        }
        if (option == OPTION_DATABASE)
            database = optarg;
        else
            ok = world_options_take(&options, option, optarg, &err);
    }
    if (!ok && err.text[0] == '\0')
        err_set(&err, "unknown or incomplete argument %s", argv[optind - 1]);
    if (!ok || !world_options_complete(&options, &err)) {
        fprintf(stderr, "verify: %s\n", err.text);
        return 2;
    }
    log_setup(LOG_ERROR, LOG_KV);
    if (!verify(&options, database, &err)) {
        fprintf(stderr, "verify: %s\n", err.text);
        return 1;
    }
    return 0;
}
