/* The container: blocks on demand, and access by row. */
#include "engine/population/population.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/population/ids.h"
#include "engine/population/store.h"

/* Bytes that hold every code of the item and leave all ones for ANSWER_NONE. */
static uint8_t width_of(const struct item *item) {
    uint32_t bits = 6; /* 64 levels, 63 options */
    if (item->kind == ITEM_MULTIPLE)
        bits = item->option_count;
    else if (item->kind == ITEM_RANKING)
        bits = 4 * item->option_count;
    return bits < 8 ? 1 : bits < 16 ? 2 : bits < 32 ? 4 : 8;
}

static void lay_out_answers(struct population *p) {
    for (uint32_t i = 0; i < p->questionnaire->count; i++) {
        p->answer_width[i] = width_of(&p->questionnaire->items[i]);
        p->answer_start[i] = p->answer_bytes;
        p->answer_bytes += CHUNK_ROWS * p->answer_width[i];
    }
}

struct population *population_new(const struct population_options *options,
                                  struct questionnaire *q) {
    ASSERT(q != NULL && options->dim <= UINT16_MAX && options->capacity < ROW_NONE);
    struct population *p = mem_array(1, sizeof *p);
    p->refusals = options->refusals;
    p->visual_model = options->visual_model == NULL ? NULL : mem_text(options->visual_model);
    p->questionnaire = q;
    p->capacity = options->capacity;
    p->dim = options->dim;
    p->dim_padded = (options->dim + 15) / 16 * 16;
    p->blocks = mem_array(options->capacity / CHUNK_ROWS + 1, sizeof p->blocks[0]);
    lay_out_answers(p);
    ids_init(p);
    names_init(&p->places);
    names_init(&p->timezones);
    names_intern(&p->places, "", 0);
    names_intern(&p->timezones, "UTC", 3);
    pthread_mutex_init(&p->odd_lock, NULL);
    pairs_init(p);
    offers_init(p);
    return p;
}

static struct block *block_new(const struct population *p) {
    struct block *block = mem_array(1, sizeof *block);
    block->answers = mem_array(p->answer_bytes, 1);
    memset(block->answers, 0xff, p->answer_bytes);
    block->answered = mem_array((size_t)p->questionnaire->count * CHUNK_ROWS, sizeof(uint16_t));
    if (p->dim > 0) {
        /* Both written by the threads that read the vectors; a preference is read where its flag
         * is set, features are cleared where there are none. */
        block->preference = mem_space((size_t)p->dim_padded * CHUNK_ROWS, sizeof(float));
        block->features = mem_space((size_t)p->dim_padded * CHUNK_ROWS, sizeof(double));
    }
    block->draft = mem_array(1, sizeof *block->draft);
    offers_init_block(block);
    return block;
}

void draft_free(struct draft *draft) {
    for (uint32_t i = 0; draft != NULL && i < CHUNK_ROWS; i++) {
        for (struct late_photo *photo = draft->late[i]; photo != NULL;) {
            struct late_photo *next = photo->next;
            free(photo);
            photo = next;
        }
    }
    free(draft);
}

void population_free(struct population *p) {
    if (p == NULL)
        return;
    pairs_release(p);
    offers_release(p);
    for (uint32_t b = 0; b < block_count(p); b++) {
        struct block *block = p->blocks[b];
        draft_free(block->draft);
        free(block->answers);
        free(block->answered);
        free(block->preference);
        free(block->features);
        free(block);
    }
    questionnaire_release(p->questionnaire);
    free(p->questionnaire);
    names_release(&p->places);
    names_release(&p->timezones);
    pthread_mutex_destroy(&p->odd_lock);
    free(p->odd_days);
    free(p->blocks);
    free(p->slots);
    free(p->by_id);
    free(p->visual_model);
    free(p);
    malloc_trim(0);
}

uint32_t population_add_user(struct population *p, const struct user_fact *fact, struct err *err) {
    char text[UUID_TEXT];
    ASSERT(!p->finished);
    uuid_to_text(&fact->id, text);
    if (population_find(p, &fact->id) != ROW_NONE) {
        err_set(err, "two users with the id %s", text);
        return ROW_NONE;
    }
    if (p->count == p->capacity) {
        err_set(err, "no room for user %s: the population's capacity is %u people", text,
                p->capacity);
        return ROW_NONE;
    }
    uint32_t row = p->count, i = row % CHUNK_ROWS;
    if (i == 0)
        p->blocks[row / CHUNK_ROWS] = block_new(p);
    p->count++;
    struct block *block = block_of(p, row);
    struct chunk *columns = &block->columns;
    columns->id[i] = fact->id;
    columns->date_of_birth[i] = fact->date_of_birth;
    columns->last_active_at[i] = fact->last_active_at;
    columns->gender[i] = (uint8_t)fact->gender;
    columns->seeking[i] = fact->seeking;
    columns->excluded_until[i] = columns->warned_until[i] = INSTANT_MINUS_INFINITY;
    columns->latitude[i] = columns->longitude[i] = columns->liveness[i] = __builtin_nan("");
    columns->verified_on[i] = DATE_INFINITY;
    columns->min_age[i] = columns->max_age[i] = -1;
    columns->drinking[i] = columns->smoking[i] = columns->exercise[i] = HABIT_NULL;
    block->draft->user[i] =
        (uint16_t)((fact->active ? PERSON_ACTIVE : 0) | (fact->onboarded ? PERSON_ONBOARDED : 0) |
                   (fact->deleted ? PERSON_DELETED : 0));
    block->draft->user_tenths[i] = (uint8_t)(fact->has_name + fact->has_bio);
    ids_add(p, row);
    if (!date_is_finite(fact->date_of_birth))
        store_refuse(p, row, "users", "date_of_birth", "infinite");
    return row;
}

uint32_t population_count(const struct population *p) {
    return p->count;
}

uint32_t population_dim(const struct population *p) {
    return p->dim;
}

uint32_t population_dim_padded(const struct population *p) {
    return p->dim_padded;
}

const struct questionnaire *population_questionnaire(const struct population *p) {
    return p->questionnaire;
}

const struct uuid *population_id(const struct population *p, uint32_t row) {
    return &COLUMN_OF(p, row, id);
}

const struct chunk *population_chunk(const struct population *p, uint32_t row) {
    return &block_of(p, row)->columns;
}

uint64_t population_answer(const struct population *p, uint32_t row, uint32_t item) {
    const struct block *block = block_of(p, row);
    ASSERT(item < p->questionnaire->count);
    const uint8_t *codes = block->answers + p->answer_start[item];
    uint32_t i = row % CHUNK_ROWS;
    switch (p->answer_width[item]) {
    case 1: return codes[i] == UINT8_MAX ? ANSWER_NONE : codes[i];
    case 2: {
        uint16_t code = ((const uint16_t *)(const void *)codes)[i];
        return code == UINT16_MAX ? ANSWER_NONE : code;
    }
    case 4: {
        uint32_t code = ((const uint32_t *)(const void *)codes)[i];
        return code == UINT32_MAX ? ANSWER_NONE : code;
    }
    default: return ((const uint64_t *)(const void *)codes)[i];
    }
}

int odd_day_order(const void *a, const void *b) {
    const struct odd_day *x = a;
    const struct odd_day *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

date_t store_answered_on(const struct population *p, uint32_t row, uint32_t item) {
    ASSERT(item < p->questionnaire->count);
    uint16_t day = block_of(p, row)->answered[(size_t)item * CHUNK_ROWS + row % CHUNK_ROWS];
    if (day != DAY_ELSEWHERE)
        return day;
    struct odd_day key = {.row = row, .item = item};
    const struct odd_day *odd = bsearch(&key, p->odd_days, p->odd_count, sizeof key, odd_day_order);
    ASSERT(odd != NULL);
    return odd->date;
}

date_t population_answered_on(const struct population *p, uint32_t row, uint32_t item) {
    ASSERT(p->finished);
    return store_answered_on(p, row, item);
}

const float *population_preference(const struct population *p, uint32_t row) {
    const struct block *block = block_of(p, row);
    uint32_t i = row % CHUNK_ROWS;
    if (!(block->columns.flags[i] & PERSON_PREFERENCE))
        return NULL;
    return block->preference + (size_t)i * p->dim_padded;
}

const double *population_features(const struct population *p, uint32_t row) {
    const struct block *block = block_of(p, row);
    uint32_t i = row % CHUNK_ROWS;
    if (!(block->columns.flags[i] & PERSON_FEATURES))
        return NULL;
    return block->features + (size_t)i * p->dim_padded;
}

uint64_t population_input_hash(const struct population *p, uint32_t row, enum input_group group) {
    ASSERT(p->finished && group < INPUT_GROUPS);
    return block_of(p, row)->hashes[group][row % CHUNK_ROWS];
}

const char *population_timezone(const struct population *p, uint32_t row) {
    return names_text(&p->timezones, COLUMN_OF(p, row, timezone));
}

static size_t draft_bytes(const struct population *p, const struct draft *draft) {
    size_t bytes = sizeof *draft;
    for (uint32_t i = 0; i < CHUNK_ROWS; i++)
        for (const struct late_photo *late = draft->late[i]; late != NULL; late = late->next)
            bytes += sizeof *late + p->dim_padded * sizeof(float);
    return bytes;
}

size_t population_bytes(const struct population *p) {
    size_t width = (size_t)p->dim_padded * (sizeof(float) + sizeof(double));
    size_t block = sizeof(struct block) + p->answer_bytes +
                   CHUNK_ROWS * (p->questionnaire->count * sizeof(uint16_t) + width);
    size_t bytes = sizeof *p + sizeof *p->questionnaire + block * block_count(p);
    bytes += (p->capacity / CHUNK_ROWS + 1) * sizeof p->blocks[0];
    for (uint32_t b = 0; b < block_count(p); b++)
        if (p->blocks[b]->draft != NULL)
            bytes += draft_bytes(p, p->blocks[b]->draft);
    bytes += p->slot_count * sizeof p->slots[0];
    bytes += p->by_id == NULL ? 0 : p->count * sizeof p->by_id[0];
    bytes += p->odd_room * sizeof p->odd_days[0];
    return bytes + names_bytes(&p->places) + names_bytes(&p->timezones) + pairs_bytes(p) +
           offers_bytes(p);
}
