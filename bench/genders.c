#include "bench/genders.h"

#include <stdlib.h>

#include "engine/base/mem.h"

bool genders_meet(const struct gender_group *a, const struct gender_group *b) {
    return (a->seeking & b->gender) != 0 && (b->seeking & a->gender) != 0;
}

static uint64_t pairs_between(const struct gender_group *a, const struct gender_group *b) {
    if (!genders_meet(a, b))
        return 0;
    return a == b ? (uint64_t)a->count * (a->count - 1) / 2 : (uint64_t)a->count * b->count;
}

static struct gender_group *group_of(struct genders *genders, uint8_t gender, uint8_t seeking) {
    for (uint32_t g = 0; g < genders->count; g++)
        if (genders->groups[g].gender == gender && genders->groups[g].seeking == seeking)
            return &genders->groups[g];
    ASSERT(genders->count < GENDER_GROUPS_MAX);
    struct gender_group *group = &genders->groups[genders->count++];
    *group = (struct gender_group){.gender = gender, .seeking = seeking};
    return group;
}

void genders_init(struct genders *genders, const struct view *view) {
    *genders = (struct genders){0};
    for (uint32_t row = 0; row < view->count; row++)
        if (view->member[row])
            group_of(genders, view->gender[row], view->seeking[row])->count++;
    for (uint32_t g = 0; g < genders->count; g++) {
        genders->groups[g].first = genders->people;
        genders->people += genders->groups[g].count;
        genders->groups[g].count = 0;
    }
    genders->rows = mem_array(genders->people, sizeof *genders->rows);
    for (uint32_t row = 0; row < view->count; row++) {
        if (!view->member[row])
            continue;
        struct gender_group *group = group_of(genders, view->gender[row], view->seeking[row]);
        genders->rows[group->first + group->count++] = row;
    }
    for (uint32_t a = 0; a < genders->count; a++)
        for (uint32_t b = a; b < genders->count; b++)
            genders->pairs += pairs_between(&genders->groups[a], &genders->groups[b]);
}

void genders_release(struct genders *genders) {
    free(genders->rows);
}

void looks_init(struct looks *looks, const struct genders *genders, const struct view *view) {
    const struct population *p = view->population;
    *looks = (struct looks){.width = population_dim(p)};
    size_t size = (size_t)genders->people * looks->width;
    looks->preference = mem_array(size, sizeof *looks->preference);
    looks->features = mem_array(size, sizeof *looks->features);
    for (uint32_t i = 0; i < genders->people; i++) {
        const float *preference = population_preference(p, genders->rows[i]);
        const double *features = population_features(p, genders->rows[i]);
        for (uint32_t d = 0; d < looks->width; d++) {
            size_t at = (size_t)i * looks->width + d;
            looks->preference[at] = preference != NULL ? preference[d] : 0;
            looks->features[at] = features != NULL ? (float)features[d] : 0;
        }
        looks->complete += preference != NULL && features != NULL;
    }
}

void looks_release(struct looks *looks) {
    free(looks->preference);
    free(looks->features);
}
