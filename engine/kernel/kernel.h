/* The kernels of the fast search: what is done to a row (one viewer) and a tile (64 candidates) at
 * a time.
 *
 * They decide nothing by themselves. `mask` is exact up to an `unsure` band that the caller settles
 * in binary64; `screen`, `sift` and `refine` give bounds: a pair that they drop provably cannot
 * beat the thresholds it was held against, a pair that they keep is scored canonically later
 * (match/pair.h). Integer results are the same on every instruction set; float results
 * differ only inside the margin that every bound adds (KERNEL_MARGIN).
 *
 * One table of functions per instruction set, chosen once at start (kernels_select), never changed
 * afterwards. */
#ifndef MATCHD_ENGINE_KERNEL_KERNEL_H
#define MATCHD_ENGINE_KERNEL_KERNEL_H

#include "engine/base/err.h"
#include "engine/kernel/answers.h"
#include "engine/kernel/bounds.h"
#include "engine/kernel/mask.h"

enum kernel_isa { ISA_REF, ISA_AVX2, ISA_AVX512, ISAS };
/* Whose dot products bound the visual part: integers of 8 and 16 bits, or CBLAS's floats (blas.h).
 */
enum kernel_visual { VISUAL_INT8, VISUAL_BLAS, VISUALS };

/* What `push` may write past its end. */
enum { PUSH_EXTRA = 16 };

struct kernels {
    enum kernel_isa isa;
    enum kernel_visual visual;
    const char *name;
    /* Lanes that may pass the hard constraints against the row; *unsure: those within the chord's
     * band. */
    uint64_t (*mask)(const struct mask_tile *tile, const struct mask_row *row, uint64_t *unsure);
    /* The same for `which` rows of another tile (bits). */
    void (*mask_rows)(const struct mask_tile *tile, const struct mask_tile *rows, uint64_t which,
                      bool by_place, struct mask_ways *out);
    /* Lanes of a tile that may have anybody at all within a hull. */
    uint64_t (*mask_hull)(const struct mask_tile *tile, const struct mask_hull *hull);
    void (*answers)(const struct answer_layout *layout, const struct answer_row *row,
                    const struct answer_tile *tile, struct answer_sums *out);
    /* Appends the pairs of `rows` (bits) that can still reach a limit, by row and lane: the lanes
     * of ways[row][0] may be offered to the row's viewer, to those of ways[row][1] the row may be
     * offered. Lanes without a construct to rank by are taken out of the ways. */
    void (*screen)(const struct screening *in, uint64_t rows, uint64_t ways[][2],
                   struct survivors *out);
    /* The parts that `screen` gives survivors; of a pair without a construct to rank by, a `part`
     * that is no number, so that it reaches no limit. */
    void (*weigh)(const struct weighing *in, const struct weighed *out);
    /* As screen, roughly and much faster: sets pair, ways and loss alone, in any order. NULL, and
     * so is sift_row: there is none. */
    void (*sift)(const struct sifting *in, uint64_t rows, uint64_t ways[][2],
                 struct survivors *out);
    /* Losses and weights of a row from its tables; nothing else of it. */
    void (*sift_row)(const struct sift_layout *layout, const struct answer_row *tables,
                     struct sift_row *out);
    /* Adds to of_row how many lanes each of `rows` has the one way, and to of_lane how many of them
     * each lane has the other way. Returns the pairs that have either. */
    uint32_t (*tally)(uint64_t rows, const uint64_t ways[][2], uint32_t of_row[TILE_LANES],
                      uint32_t of_lane[TILE_LANES]);
    /* The rank-th greatest of the finite values, or less by SELECT_RESOLUTION at most; -inf if they
     * are fewer. */
    float (*select)(const float *values, uint32_t count, uint32_t rank);
    /* Writes the survivors that have the way and may clear the viewer's floors, as keys: an
     * interval that does not clear every floor for certain has no lower end. Returns how many;
     * `out` has room for PUSH_EXTRA more than there are survivors. */
    uint32_t (*push)(const struct pushing *in, const struct survivors *survivors,
                     struct candidate *out);
    /* Copies the lower ends; returns how many are `from` or more. */
    uint32_t (*lower_ends)(const struct candidate *list, uint32_t count, float from, float *values);
    /* Drops, in place, those whose upper ends are below the limit; returns how many are left. */
    uint32_t (*drop_below)(struct candidate *list, uint32_t count, float limit);
    /* The dot products of x with each of `count` others; width a multiple of 64. */
    void (*dots_bytes)(const int8_t *x, const int8_t *const *y, uint32_t count, uint32_t width,
                       int32_t *out);
    /* Bounds each survivor with int8 or int16 dot products, sets lower..mutual_upper, drops who
     * cannot reach. VISUAL_BLAS: refine8 takes vectors of floats, refine16 does nothing. */
    void (*refine8)(const struct refine_input *in, struct survivors *survivors);
    void (*refine16)(const struct refine_input *in, struct survivors *survivors);
    /* The dot products of int16 by survivor, scaled: the row's preference with the lane's features,
     * and the reverse. Both arrays have room for 64 more. NULL but on AVX-512. */
    void (*dots)(const struct refine_input *in, const struct survivors *survivors, float *ab,
                 float *ba);
    /* The same as refine16 for who has the dot products. */
    void (*refine_dots)(const struct refine_input *in, const float *ab, const float *ba,
                        struct survivors *survivors);
};

/* The table of an instruction set; without functions if this machine lacks it. */
const struct kernels *kernels_of(enum kernel_isa isa);
/* Can a machine with these cpu_features run it? */
bool kernels_available(enum kernel_isa isa, uint32_t features);
/* `wanted`: "ref", "avx2", "avx512", or "" / "auto" for the best that `features` allow. */
bool kernels_select(const char *wanted, uint32_t features, const struct kernels **out,
                    struct err *err) MUST_CHECK;
/* Exchanges *kernels for the same instruction set with `wanted`: "int8", "blas", or "" / "auto" for
 * blas where the machine lacks VNNI. */
bool kernels_select_visual(const char *wanted, uint32_t features, const struct kernels **kernels,
                           struct err *err) MUST_CHECK;
/* "int8", "blas" */
const char *kernels_visual_name(const struct kernels *kernels);

#endif
