/* What is known of a person's honesty: verification, enforcement, a wish to be deleted, the policy
 * segment. */
#include "bench/person.h"

static void verify(const struct world *world, struct stream *s, struct person *p, bool passes) {
    struct person_verification *v = &p->verifications[p->verification_count++];
    stream_uuid(s, &v->id);
    v->verified = passes;
    double liveness = 0.9 + 0.06 * stream_normal(s) - (passes ? 0 : 0.4);
    v->liveness = (uint8_t)(100 * (liveness < 0 ? 0 : liveness > 1 ? 1 : liveness));
    /* A failed first attempt is older than the one that passed. */
    v->created_at = world_past(world, s, stream_between(s, 0, 400) + (passes ? 0 : 401));
    v->completed_at = v->created_at + INSTANT_PER_DAY / 24 / 12;
}

static void make_verifications(const struct world *world, struct stream *s, struct person *p) {
    bool dense = world->options.dense;
    static const uint32_t COURSES[] = {935, 40, 13, 12};
    switch (dense ? 0 : stream_choose(s, COURSES, ARRAY_LEN(COURSES))) {
    case 0: verify(world, s, p, true); break;
    case 1:
        verify(world, s, p, false);
        verify(world, s, p, true);
        break;
    case 2: verify(world, s, p, false); break;
    default: break; /* never tried */
    }
}

static void make_enforcement(const struct world *world, struct stream *s, struct person *p) {
    static const uint32_t KINDS[] = {985, 6, 9};
    p->enforcement = (enum enforcement)stream_choose(s, KINDS, ARRAY_LEN(KINDS));
    stream_uuid(s, &p->enforcement_id);
    int32_t ago = stream_between(s, 1, 60);
    p->enforced_at = world_past(world, s, ago);
    p->enforcement_is_active = stream_chance(s, 0.7);
    /* For ever, or for some weeks, which may be over although the row is still active. */
    p->enforced_until = stream_chance(s, 0.4)
                            ? INSTANT_INFINITY
                            : p->enforced_at + stream_between(s, 7, 90) * INSTANT_PER_DAY;
}

void person_make_trust(const struct world *world, uint32_t number, struct person *p) {
    struct stream s = stream_of(world->options.seed, number, STREAM_TRUST);
    p->verification_count = 0;
    make_verifications(world, &s, p);
    if (world->options.dense)
        return;
    make_enforcement(world, &s, p);
    p->has_deletion = stream_chance(&s, 0.003);
    stream_uuid(&s, &p->deletion_id);
    static const uint32_t SEGMENTS[] = {94, 3, 3};
    p->segment = (enum policy_segment)stream_choose(&s, SEGMENTS, ARRAY_LEN(SEGMENTS));
}
