/* v_u: the person's valid photo vectors, each of unit length, summed in photo-id order, and of unit
 * length again (section 4), in binary64. Norms are square roots of real_dot16 of the padded vector
 * with itself, so the bits do not depend on the order in which photos arrived. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/kernel/real.h"
#include "engine/population/store.h"

struct vector_ref {
    struct uuid id;
    const void *floats; /* dim of them; in the store's bytes, so read by memcpy */
};

struct scratch {
    struct vector_ref *refs;
    size_t room;
    float *raw;
    double *unit, *sum; /* dim_padded, padding 0 */
};

static int by_photo_id(const void *a, const void *b) {
    return uuid_order(&((const struct vector_ref *)a)->id, &((const struct vector_ref *)b)->id);
}

static uint32_t gather(const struct population *p, uint32_t row, struct scratch *s) {
    const struct block *block = block_of(p, row);
    const struct draft *draft = block->draft;
    uint32_t i = row % CHUNK_ROWS, n = draft->vectors[i];
    const char *slot = (const char *)(block->features + (size_t)i * p->dim_padded);
    s->refs = mem_grow(s->refs, &s->room, n, sizeof s->refs[0]);
    for (uint32_t k = 0; k < n && k < PHOTOS_IN_PLACE; k++)
        s->refs[k] =
            (struct vector_ref){draft->photo_id[k][i], slot + k * p->dim_padded * sizeof(float)};
    uint32_t k = PHOTOS_IN_PLACE;
    for (const struct late_photo *late = draft->late[i]; late != NULL; late = late->next)
        s->refs[k++] = (struct vector_ref){late->id, late->vector};
    qsort(s->refs, n, sizeof s->refs[0], by_photo_id);
    return n;
}

/* Divides x by its length; false, with x as it was, if that is under 1e-6. */
static bool make_unit(double *x, uint32_t n) {
    double norm = sqrt(real_dot16(x, x, n));
    if (norm < 1e-6)
        return false;
    for (uint32_t i = 0; i < n; i++)
        x[i] /= norm;
    return true;
}

static void add_unit(const struct population *p, const void *floats, struct scratch *s) {
    memcpy(s->raw, floats, p->dim * sizeof(float));
    for (uint32_t i = 0; i < p->dim; i++)
        s->unit[i] = (double)s->raw[i];
    bool usable = make_unit(s->unit, p->dim_padded); /* else the setter had refused it */
    ASSERT(usable);
    for (uint32_t i = 0; i < p->dim; i++)
        s->sum[i] += s->unit[i];
}

static void finish_person(struct population *p, uint32_t row, struct scratch *s) {
    struct block *block = block_of(p, row);
    uint32_t i = row % CHUNK_ROWS;
    uint32_t n = gather(p, row, s);
    memset(s->sum, 0, p->dim_padded * sizeof(double));
    for (uint32_t k = 0; k < n; k++)
        add_unit(p, s->refs[k].floats, s);
    double *out = block->features + (size_t)i * p->dim_padded;
    if (make_unit(s->sum, p->dim_padded)) {
        memcpy(out, s->sum, p->dim_padded * sizeof(double));
        block->columns.flags[i] |= PERSON_FEATURES;
        return;
    }
    memset(out, 0, p->dim_padded * sizeof(double));
    store_refuse(p, row, "photos", "visual_features",
                 "the sum of the photos' unit vectors vanishes");
}

void features_finish_rows(struct population *p, uint32_t first, uint32_t count) {
    if (p->dim == 0)
        return;
    struct scratch s = {.raw = mem_array(p->dim, sizeof(float)),
                        .unit = mem_array(p->dim_padded, sizeof(double)),
                        .sum = mem_array(p->dim_padded, sizeof(double))};
    struct block *block = block_of(p, first);
    for (uint32_t row = first; row < first + count; row++) {
        size_t at = (size_t)(row % CHUNK_ROWS) * p->dim_padded;
        if (block->draft->vectors[row % CHUNK_ROWS] > 0)
            finish_person(p, row, &s);
        else
            memset(block->features + at, 0, p->dim_padded * sizeof(double));
    }
    free(s.refs);
    free(s.raw);
    free(s.unit);
    free(s.sum);
}
