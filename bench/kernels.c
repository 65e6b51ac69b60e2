#include "bench/kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/peak.h"
#include "bench/scene.h"
#include "engine/base/mem.h"
#include "engine/kernel/blas.h"
#include "engine/kernel/cpu.h"
#include "engine/match/tile_sift.h"

enum { TILES_USED = 8, PASSES_MAX = 1 << 20, FEW = 8 };
static const double BUDGET = 0.05; /* seconds of one timing */
static const char *const ISA_NAMES[ISAS] = {"ref", "avx2", "avx512"};

/* What a kernel works on: a few tiles of a population. */
struct bed {
    const struct tiles *tiles;
    const struct kernels *kernels;
    uint32_t used;   /* tiles */
    uint32_t one_of; /* one pair in so many is still there */
    struct survivors *survivors, *sifted;
    float low[TILE_LANES], zero[TILE_LANES];
    struct answer_row row;
    struct answer_sums sums;
    struct sift_row rough[TILE_LANES]; /* rows of the first tile */
    uint64_t passed;
    bool sieve;         /* refine as runs without exact counts have it */
    uint8_t *biased[2]; /* its rows: the first tile's vectors, + 128 */
};

typedef void pass_function(struct bed *bed, uint32_t a, uint32_t b);

static void pass_mask(struct bed *bed, uint32_t a, uint32_t b) {
    uint64_t unsure;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        struct mask_row row = tiles_mask_row(bed->tiles, a * TILE_LANES + lane);
        bed->passed += bed->kernels->mask(&bed->tiles->mask[b], &row, &unsure);
    }
}

static void pass_answers(struct bed *bed, uint32_t a, uint32_t b) {
    (void)a;
    struct answer_tile tile = tiles_answers(bed->tiles, b);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        bed->kernels->answers(&bed->tiles->slots.layout, &bed->row, &tile, &bed->sums);
}

/* Limits so low that all pairs stay. */
static struct duel easy_duel(const struct bed *bed) {
    return (struct duel){.row_reach = bed->zero,
                         .lane_reach = bed->zero,
                         .row_bonus = bed->zero,
                         .lane_bonus = bed->zero,
                         .row_limit = bed->low,
                         .lane_limit = bed->low,
                         .row_slack = bed->zero};
}

static void pass_sift(struct bed *bed, uint32_t a, uint32_t b) {
    (void)a;
    uint64_t ways[TILE_LANES][2];
    memset(ways, 0xff, sizeof ways);
    struct duel duel = easy_duel(bed);
    struct sifting in = {.layout = &bed->tiles->sift_layout,
                         .rows = bed->rough,
                         .tile = bed->tiles->sift + b * tiles_sift_bytes(bed->tiles),
                         .duel = &duel};
    bed->sifted->count = 0;
    bed->kernels->sift(&in, UINT64_MAX, ways, bed->sifted);
}

static void refine(struct bed *bed, uint32_t a, uint32_t b, const struct vector_store *store) {
    struct vector_tile rows = tiles_vectors(bed->tiles, store, a);
    struct vector_tile lanes = tiles_vectors(bed->tiles, store, b);
    struct duel duel = easy_duel(bed);
    struct refine_input in = {.terms = &bed->tiles->terms,
                              .rows = &rows,
                              .lanes = &lanes,
                              .duel = &duel,
                              .affinity_scale = bed->tiles->affinity_scale,
                              .sieve = bed->sieve ? &bed->tiles->sift_layout : NULL,
                              .biased_preference = bed->biased[0],
                              .biased_features = bed->biased[1]};
    if (store == &bed->tiles->words)
        bed->kernels->refine16(&in, bed->survivors);
    else
        bed->kernels->refine8(&in, bed->survivors);
}

static void pass_bytes(struct bed *bed, uint32_t a, uint32_t b) {
    refine(bed, a, b, &bed->tiles->bytes);
}

static void pass_sieve(struct bed *bed, uint32_t a, uint32_t b) {
    (void)a;
    bed->sieve = true;
    refine(bed, 0, b, &bed->tiles->bytes);
    bed->sieve = false;
}

static void pass_words(struct bed *bed, uint32_t a, uint32_t b) {
    refine(bed, a, b, &bed->tiles->words);
}

static void pass_floats(struct bed *bed, uint32_t a, uint32_t b) {
    refine(bed, a, b, &bed->tiles->floats);
}

static const struct kernel {
    const char *name;
    pass_function *pass;
    bool visual; /* two dot products a pair */
    enum kernel_visual backend;
} KERNELS[] = {{"mask", pass_mask, false, VISUAL_INT8},
               {"answers", pass_answers, false, VISUAL_INT8},
               {"sift", pass_sift, false, VISUAL_INT8},
               {"visual int8", pass_bytes, true, VISUAL_INT8},
               {"visual sieve", pass_sieve, true, VISUAL_INT8},
               {"visual int16", pass_words, true, VISUAL_INT8},
               {"visual blas", pass_floats, true, VISUAL_BLAS}};
enum { KERNEL_SIFT = 2, KERNEL_SIEVE = 4, KERNEL_BLAS = 6 };

static bool is_there(const struct bed *bed, size_t kernel) {
    return kernel != KERNEL_SIFT || bed->kernels->sift != NULL;
}

static void fill_survivors(struct bed *bed, uint32_t one_of) {
    struct survivors *s = bed->survivors;
    bed->one_of = one_of;
    s->count = 0;
    for (uint32_t pair = 0; pair < SURVIVORS_MAX; pair += one_of) {
        s->pair[s->count] = (uint16_t)pair;
        s->ways[s->count] = 3;
        s->loss[s->count] = 0;
        s->part[s->count] = 0.25f;
        s->side_ab[s->count] = s->side_ba[s->count] = 0.5f;
        s->count++;
    }
}

static void fill_row(struct bed *bed, const struct view *view) {
    const struct slots *slots = &bed->tiles->slots;
    uint8_t codes[SLOTS_MAX], fresh;
    for (uint32_t slot = 0; slot < SLOTS_MAX; slot++)
        codes[slot] = slot_code(slots, view, slot, bed->tiles->row_of[0], &fresh);
    slots_tables(slots, view, bed->tiles->row_of[0], codes, &bed->row);
    slots_row_answered(slots, view, bed->tiles->row_of[0], bed->row.answered);
}

/* The first tile's people as rows of sift and of the sieve; its first person again for padding. */
static void fill_rough(struct bed *bed) {
    const struct tiles *tiles = bed->tiles;
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        struct answer_row row;
        uint32_t position = tiles->row_of[i] == ROW_NONE ? 0 : i;
        (void)tiles_answer_row(tiles, position, &row);
        tiles_sift_row(tiles, kernels_of(ISA_REF), position, &row, &bed->rough[i]);
    }
    const int8_t *vectors[2] = {tiles->bytes.preference, tiles->bytes.features};
    for (int k = 0; k < 2; k++) {
        size_t size = (size_t)TILE_LANES * tiles->bytes.width;
        bed->biased[k] = mem_space(size, 1);
        for (size_t i = 0; i < size; i++)
            bed->biased[k][i] = (uint8_t)(vectors[k][i] + 128);
    }
}

/* Pairs a second; the middle one of the repeats. */
static double rate(struct bed *bed, const struct kernel *kernel, uint64_t repeat) {
    struct spent *times = mem_array(repeat, sizeof *times);
    for (uint64_t r = 0; r < repeat; r++) {
        uint64_t passes = 0;
        struct spent start = spent_now(), spent;
        do {
            uint32_t a = (uint32_t)passes % bed->used;
            kernel->pass(bed, a, (a + 1) % bed->used);
            passes++;
            spent = spent_since(start);
        } while (spent.cpu < BUDGET && passes < PASSES_MAX);
        times[r].wall = spent.cpu / (double)passes;
    }
    double seconds = spent_median(times, repeat).wall;
    free(times);
    double pairs = kernel->visual ? bed->survivors->count : TILE_LANES * TILE_LANES;
    return pairs / seconds;
}

/* --- answers before times: all hold the same truth, so their intervals have a point in common - */

struct truth {
    float low, high;
};

static bool narrow(struct bed *bed, struct truth *truth, const char *isa, const char *kernel,
                   struct err *err) {
    const struct survivors *s = bed->survivors;
    for (uint32_t i = 0; i < s->count; i++) {
        truth[i].low = fmaxf(truth[i].low, s->lower[i]);
        truth[i].high = fminf(truth[i].high, s->upper[i]);
        if (!(truth[i].low <= truth[i].high))
            return err_set(err, "WRONG ANSWER: %s on %s has %.9g to %.9g for pair %u", kernel, isa,
                           (double)s->lower[i], (double)s->upper[i], s->pair[i]);
    }
    return true;
}

static bool select_kernels(enum kernel_isa isa, enum kernel_visual visual, struct bed *bed,
                           struct err *err) {
    return kernels_select(ISA_NAMES[isa], cpu_features(), &bed->kernels, err) &&
           kernels_select_visual(visual == VISUAL_BLAS ? "blas" : "int8", cpu_features(),
                                 &bed->kernels, err);
}

static bool check_sums(struct bed *bed, enum kernel_isa isa, struct err *err) {
    struct answer_sums expected;
    struct answer_tile tile = tiles_answers(bed->tiles, 0);
    memset(&expected, 0, sizeof expected);
    memset(&bed->sums, 0, sizeof bed->sums);
    kernels_of(ISA_REF)->answers(&bed->tiles->slots.layout, &bed->row, &tile, &expected);
    kernels_of(isa)->answers(&bed->tiles->slots.layout, &bed->row, &tile, &bed->sums);
    return memcmp(&expected, &bed->sums, sizeof expected) == 0 ||
           err_set(err, "WRONG ANSWER: answers on %s have other sums than on ref", ISA_NAMES[isa]);
}

/* Every pair's loss is the reference's: so is their sum, each times its number. */
static bool check_sift(struct bed *bed, enum kernel_isa isa, struct err *err) {
    int64_t sums[2] = {0, 0};
    const struct kernels *kernels[2] = {kernels_of(ISA_REF), bed->kernels};
    for (int i = 0; i < 2; i++) {
        bed->kernels = kernels[i];
        pass_sift(bed, 0, 1);
        for (uint32_t at = 0; at < bed->sifted->count; at++)
            sums[i] += (int64_t)bed->sifted->loss[at] * (bed->sifted->pair[at] + 1);
    }
    return sums[0] == sums[1] ||
           err_set(err, "WRONG ANSWER: sift on %s has other losses than on ref", ISA_NAMES[isa]);
}

static bool check(struct bed *bed, struct err *err) {
    struct truth *truth = mem_array(SURVIVORS_MAX, sizeof *truth);
    for (uint32_t i = 0; i < SURVIVORS_MAX; i++)
        truth[i] = (struct truth){-INFINITY, INFINITY};
    bool ok = true;
    for (enum kernel_isa isa = 0; ok && isa < ISAS; isa++)
        for (size_t k = 0; ok && k < ARRAY_LEN(KERNELS); k++) {
            if (!kernels_available(isa, cpu_features()))
                continue;
            ok = select_kernels(isa, KERNELS[k].backend, bed, err);
            if (ok && k == KERNEL_SIFT && is_there(bed, k))
                ok = check_sift(bed, isa, err);
            if (ok && KERNELS[k].visual) {
                KERNELS[k].pass(bed, 0, 1);
                if (bed->survivors->count != SURVIVORS_MAX)
                    ok = err_set(err, "WRONG ANSWER: %s on %s drops pairs that reach their limits",
                                 KERNELS[k].name, ISA_NAMES[isa]);
                else if (KERNELS[k].pass != pass_sieve) /* it leaves no intervals */
                    ok = narrow(bed, truth, ISA_NAMES[isa], KERNELS[k].name, err);
            }
            ok = ok && check_sums(bed, isa, err);
        }
    free(truth);
    return ok;
}

/* --- report --- */

struct report {
    json_t *rows;
    struct peak peak;
    bool json;
    uint64_t repeat;
};

/* Byte products of 256 bits have no peak of their own here; BLAS takes the widest registers. */
static double peak_of(const struct peak *peak, enum kernel_isa isa, const struct kernel *kernel) {
    if (kernel->backend == VISUAL_BLAS)
        return peak->fma_avx512 > 0 ? peak->fma_avx512 : peak->fma_avx2;
    return isa == ISA_AVX512 ? peak->vnni_avx512 : 0;
}

static double add_row(struct report *report, struct bed *bed, enum kernel_isa isa,
                      const struct kernel *kernel) {
    uint32_t dim = population_dim(bed->tiles->view->population);
    double pairs = rate(bed, kernel, report->repeat);
    double ops = kernel->visual ? 4.0 * dim * pairs * 1e-9 : 0;
    double peak = kernel->visual ? peak_of(&report->peak, isa, kernel) : 0;
    json_array_append_new(report->rows,
                          json_pack("{s:i, s:s, s:s, s:i, s:f, s:f, s:f}", "dim", (int)dim, "isa",
                                    ISA_NAMES[isa], "kernel", kernel->name, "one_of",
                                    kernel->visual ? (int)bed->one_of : 1, "pairs_per_s", pairs,
                                    "gops", ops, "of_peak", peak > 0 ? ops / peak : 0));
    if (report->json)
        return pairs;
    printf("%5u  %-7s %-13s", dim, ISA_NAMES[isa], kernel->name);
    printf(kernel->visual ? " 1/%-2u" : "     ", bed->one_of);
    printf(" %10.1f", pairs * 1e-6);
    if (kernel->visual)
        printf(" %9.1f", ops);
    if (peak > 0)
        printf(" %8.1f %%", 100 * ops / peak);
    printf("\n");
    return pairs;
}

static bool measure_isa(struct report *report, struct bed *bed, enum kernel_isa isa,
                        struct err *err) {
    double rates[ARRAY_LEN(KERNELS)];
    for (uint32_t one_of = 1; one_of <= FEW; one_of *= FEW) {
        fill_survivors(bed, one_of);
        for (size_t k = 0; k < ARRAY_LEN(KERNELS); k++) {
            if (!KERNELS[k].visual && one_of > 1)
                continue;
            if (!select_kernels(isa, KERNELS[k].backend, bed, err))
                return false;
            if (is_there(bed, k))
                rates[k] = add_row(report, bed, isa, &KERNELS[k]);
        }
        double ratio = rates[KERNEL_SIEVE] / rates[KERNEL_BLAS];
        if (!report->json)
            printf("       %s is %.2f times as fast\n", ratio >= 1 ? "int8" : "blas",
                   ratio >= 1 ? ratio : 1 / ratio);
    }
    return true;
}

static bool measure_dim(struct report *report, const struct scene_options *options,
                        struct err *err) {
    struct scene scene;
    if (!scene_make(&scene, options, err))
        return false;
    ASSERT(scene.tiles != NULL);
    tiles_add_floats(scene.tiles, 1);
    struct bed bed = {.tiles = scene.tiles};
    bed.used = scene.tiles->count < TILES_USED ? scene.tiles->count : TILES_USED;
    bed.survivors = mem_array(1, sizeof *bed.survivors);
    for (uint32_t i = 0; i < TILE_LANES; i++)
        bed.low[i] = -10;
    bed.sifted = mem_array(1, sizeof *bed.sifted);
    fill_row(&bed, scene.view);
    fill_rough(&bed);
    fill_survivors(&bed, 1);
    bool ok = check(&bed, err);
    for (enum kernel_isa isa = 0; ok && isa < ISAS; isa++)
        if (kernels_available(isa, cpu_features()))
            ok = measure_isa(report, &bed, isa, err);
        else if (!report->json)
            printf("       %s: skipped, this machine lacks it\n", ISA_NAMES[isa]);
    free(bed.survivors);
    free(bed.sifted);
    for (int k = 0; k < 2; k++)
        free(bed.biased[k]);
    scene_release(&scene);
    return ok;
}

static bool measure(struct scene_options *options, struct err *err) {
    static const uint32_t DIMS[] = {24, 64, 128, 512};
    struct report report = {.rows = json_array(),
                            .peak = peak_measure(cpu_features()),
                            .json = options->json,
                            .repeat = options->repeat};
    if (!options->json) {
        machine_print();
        printf(
            "people    %u, seed %llu; BLAS core %s; one thread, by processor time\n"
            "peak      %.0f GFLOP/s avx2, %.0f GFLOP/s avx512, %.0f Gop/s VNNI, %.1f GB/s read\n\n"
            "    D  ISA     kernel        of    M pairs/s     Gop/s   of peak\n",
            options->world.people, (unsigned long long)options->world.seed, blas_core(),
            report.peak.fma_avx2, report.peak.fma_avx512, report.peak.vnni_avx512,
            report.peak.read);
    }
    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(DIMS); i++) {
        options->world.dim = DIMS[i];
        ok = measure_dim(&report, options, err);
    }
    if (ok && options->json) {
        json_t *out = json_pack(
            "{s:s, s:o, s:s, s:i, s:I, s:{s:f, s:f, s:f, s:f}, s:O}", "bench", "kernels", "machine",
            machine_json(), "blas_core", blas_core(), "people", (int)options->world.people, "seed",
            (json_int_t)options->world.seed, "peak", "fma_avx2_gflops", report.peak.fma_avx2,
            "fma_avx512_gflops", report.peak.fma_avx512, "vnni_avx512_gops",
            report.peak.vnni_avx512, "read_gb_per_s", report.peak.read, "rows", report.rows);
        json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
        printf("\n");
        json_decref(out);
    }
    json_decref(report.rows);
    return ok;
}

int kernels_command(int argc, char **argv) {
    struct scene_options options = scene_options_default();
    options.world.people = 2000;
    options.world.metro = "London";
    struct err err;
    bool ok = instant_from_text("2026-11-22T09:00:00Z", &options.world.now);
    ASSERT(ok);
    if (!scene_parse(&options, argc, argv, NULL, &err)) {
        fprintf(stderr, "kernels: %s\n", err.text);
        return 2;
    }
    if (options.help) {
        scene_usage("kernels", "Every kernel by instruction set, at D = 24, 64, 128 and 512.",
                    NULL);
        return 0;
    }
    if (options.from_database) {
        fprintf(stderr, "kernels: the people are made up: --from-database does not apply\n");
        return 2;
    }
    if (!measure(&options, &err)) {
        fprintf(stderr, "kernels: %s\n", err.text);
        return 1;
    }
    return 0;
}
