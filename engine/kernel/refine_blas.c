/* The visual bounds by BLAS, for machines without VNNI: dot products of float vectors in place of
 * int8 and int16.
 *
 *   many survivors    two products of matrices, 64 x 64 x D: everybody of both tiles with everybody
 *   few               pair by pair
 *
 * The dots are off by a few units in the seventh digit (blas.h), which the vectors carry as their
 * rest. That is sharper than int16, so no second pass follows. */
#include "engine/kernel/blas.h"
#include "engine/kernel/isa.h"

/* From here on two whole products are cheaper than pair by pair. Measured at D = 128: a product of
 * 64 x 64 takes 6.6 microseconds (155 GFLOP/s), a dot product alone 6.3 ns. */
enum { WHOLE_FROM = 1024 };

struct dots {
    float ab[SURVIVORS_MAX + 64], ba[SURVIVORS_MAX + 64]; /* by survivor */
};

static struct blas_vectors all_of(const struct vector_tile *tile, const void *vectors) {
    return (struct blas_vectors){.data = vectors, .count = TILE_LANES, .width = tile->width};
}

static void dots_of_all(const struct refine_input *in, const struct survivors *s,
                        struct dots *dots) {
    float out[TILE_LANES * TILE_LANES];
    blas_dots(all_of(in->rows, in->rows->preference), all_of(in->lanes, in->lanes->features), out);
    for (uint32_t i = 0; i < s->count; i++)
        dots->ab[i] = out[s->pair[i]];
    blas_dots(all_of(in->rows, in->rows->features), all_of(in->lanes, in->lanes->preference), out);
    for (uint32_t i = 0; i < s->count; i++)
        dots->ba[i] = out[s->pair[i]];
}

static const float *vector_of(const struct vector_tile *tile, const void *vectors, uint32_t who) {
    return (const float *)vectors + (size_t)who * tile->width;
}

static void dots_of_pairs(const struct refine_input *in, const struct survivors *s,
                          struct dots *dots) {
    const struct vector_tile *rows = in->rows, *lanes = in->lanes;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t r = s->pair[i] >> 6, l = s->pair[i] & 63;
        dots->ab[i] = blas_dot(vector_of(rows, rows->preference, r),
                               vector_of(lanes, lanes->features, l), rows->width);
        dots->ba[i] = blas_dot(vector_of(lanes, lanes->preference, l),
                               vector_of(rows, rows->features, r), rows->width);
    }
}

static void refine(const struct refine_input *in, enum kernel_isa isa, struct survivors *s) {
    struct dots dots;
    if (s->count >= WHOLE_FROM)
        dots_of_all(in, s, &dots);
    else
        dots_of_pairs(in, s, &dots);
    kernels_of(isa)->refine_dots(in, dots.ab, dots.ba, s);
}

static void refine_on_ref(const struct refine_input *in, struct survivors *survivors) {
    refine(in, ISA_REF, survivors);
}

static void refine_on_avx2(const struct refine_input *in, struct survivors *survivors) {
    refine(in, ISA_AVX2, survivors);
}

static void refine_on_avx512(const struct refine_input *in, struct survivors *survivors) {
    refine(in, ISA_AVX512, survivors);
}

static void refine_nothing(const struct refine_input *in, struct survivors *survivors) {
    (void)in;
    (void)survivors;
}

void kernels_affinity_blas(struct kernels *table) {
    static void (*const on[ISAS])(const struct refine_input *, struct survivors *) = {
        refine_on_ref, refine_on_avx2, refine_on_avx512};
    table->visual = VISUAL_BLAS;
    table->refine8 = on[table->isa];
    table->refine16 = refine_nothing;
}
