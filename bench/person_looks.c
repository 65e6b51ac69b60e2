/* Photos and visual taste. A photo's vector is the face, plus what differs from photo to photo;
 * faces differ every way alike, and more along the taste that is shared. A preference vector is the
 * shared taste and a taste of one's own; its length is how strong the taste is. */
#include "bench/person.h"

#include <math.h>
#include <string.h>

/* Insertion sort of a handful. */
static void sort_photo_ids(struct person *p) {
    for (uint32_t i = 1; i < p->photo_count; i++)
        for (uint32_t j = i; j > 0 && uuid_order(&p->photos[j].id, &p->photos[j - 1].id) < 0; j--) {
            struct uuid id = p->photos[j].id;
            p->photos[j].id = p->photos[j - 1].id;
            p->photos[j - 1].id = id;
        }
}

static void make_photos(const struct world *world, uint32_t number, struct person *p) {
    struct stream s = stream_of(world->options.seed, number, STREAM_PHOTOS);
    uint32_t dim = world->options.dim;
    bool dense = world->options.dense;
    static const uint32_t COUNTS[] = {1, 27, 40, 22, 10};
    p->photo_count = dense ? 2 : (uint32_t)stream_choose(&s, COUNTS, ARRAY_LEN(COUNTS));
    for (uint32_t i = 0; i < p->photo_count; i++)
        stream_uuid(&s, &p->photos[i].id);
    sort_photo_ids(p);
    for (uint32_t i = 0; i < p->photo_count; i++) {
        struct person_photo *photo = &p->photos[i];
        photo->is_verified = i == 0 && stream_chance(&s, 0.85);
        photo->created_at = world_past(world, &s, stream_between(&s, 0, 300));
        photo->has_features = dense || stream_chance(&s, 0.97);
        photo->model = dense || stream_chance(&s, 0.99) ? WORLD_MODEL : "v0";
        photo->features = p->features_memory + (size_t)i * dim;
    }
    double faces[WORLD_DIM_MAX];
    double scale = 1 / sqrt((double)(dim > 0 ? dim : 1)), appeal = 0.27 * stream_normal(&s);
    for (uint32_t d = 0; d < dim; d++)
        faces[d] = scale * stream_normal(&s) + appeal * world->taste[d];
    for (uint32_t i = 0; i < p->photo_count; i++)
        for (uint32_t d = 0; d < dim; d++)
            p->photos[i].features[d] = (float)(faces[d] + 0.35 * scale * stream_normal(&s));
}

static void make_preference(const struct world *world, uint32_t number, struct person *p) {
    struct stream s = stream_of(world->options.seed, number, STREAM_PREFERENCE);
    static const uint32_t STATES[] = {2, 93, 3, 2};
    p->visual = (enum person_visual)stream_choose(&s, STATES, ARRAY_LEN(STATES));
    p->visual_model = stream_chance(&s, 0.99) ? WORLD_MODEL : "v0";
    if (world->options.dense) {
        p->visual = VISUAL_READY;
        p->visual_model = WORLD_MODEL;
    }
    stream_uuid(&s, &p->visual_id);
    p->visual_pairs =
        p->visual == VISUAL_IN_PROGRESS ? stream_between(&s, 0, 19) : stream_between(&s, 20, 60);
    p->confidence =
        p->visual == VISUAL_IN_PROGRESS ? stream_between(&s, 0, 450) : stream_between(&s, 500, 950);
    p->visual_at = world_past(world, &s, stream_between(&s, 0, 200));

    uint32_t dim = world->options.dim;
    double strength = 0.6 + 1.8 * stream_unit(&s), own[WORLD_DIM_MAX], square = 0;
    for (uint32_t d = 0; d < dim; d++) {
        own[d] = stream_normal(&s);
        square += own[d] * own[d];
    }
    double scale = square > 0 ? 1 / sqrt(square) : 0;
    for (uint32_t d = 0; d < dim; d++) {
        double weight = strength * (0.6 * world->taste[d] + 0.8 * scale * own[d]);
        p->weights[d] = (int16_t)floor(weight * PREFERENCE_UNIT + 0.5);
    }
}

void person_make_looks(const struct world *world, uint32_t number, struct person *p) {
    make_photos(world, number, p);
    make_preference(world, number, p);
}
