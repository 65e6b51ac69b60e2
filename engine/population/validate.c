/* population_validate: what every finished population keeps to. In tests after each step, in
 * fuzzers always. */
#include <math.h>

#include "engine/base/ascending.h"
#include "engine/base/err.h"
#include "engine/kernel/real.h"
#include "engine/population/store.h"

static bool check_ids(const struct population *p, struct err *err) {
    for (uint32_t i = 0; i < p->count; i++) {
        if (population_find(p, population_id(p, i)) != i)
            return err_set(err, "row %u: its id does not lead to it", i);
        if (p->by_id[i] >= p->count)
            return err_set(err, "order of ids: place %u names no row", i);
        if (i > 0 &&
            uuid_order(population_id(p, p->by_id[i - 1]), population_id(p, p->by_id[i])) >= 0)
            return err_set(err, "order of ids: place %u is not after the one before", i);
    }
    return true;
}

static bool code_fits(const struct item *item, uint64_t code) {
    switch (item->kind) {
    case ITEM_SCALE: return code < item->level_count;
    case ITEM_NOMINAL: return code < item->option_count && !(item->unanswered >> code & 1);
    case ITEM_MULTIPLE: return code != 0 && code >> item->option_count == 0;
    case ITEM_RANKING: break;
    case ITEM_TEXT: return code == 0;
    }
    uint32_t places = 0;
    for (uint32_t i = 0; i < item->option_count; i++)
        places |= 1u << (code >> (4 * i) & 15);
    return places == (1u << item->option_count) - 1;
}

static bool check_answers(const struct population *p, uint32_t row, struct err *err) {
    for (uint32_t item = 0; item < p->questionnaire->count; item++) {
        uint64_t code = population_answer(p, row, item);
        if (code != ANSWER_NONE && !code_fits(&p->questionnaire->items[item], code))
            return err_set(err, "row %u: the code of item %u is none of the item's", row, item);
    }
    return true;
}

static bool check_columns(const struct population *p, uint32_t row, struct err *err) {
    const struct chunk *c = population_chunk(p, row);
    uint32_t i = row % CHUNK_ROWS;
    if (isnan(c->latitude[i]) != isnan(c->longitude[i]))
        return err_set(err, "row %u: one coordinate without the other", row);
    if (fabs(c->latitude[i]) > 90 || fabs(c->longitude[i]) > 180)
        return err_set(err, "row %u: coordinates off the globe", row);
    if (!(c->confidence[i] >= 0 && c->confidence[i] <= 1) || c->liveness[i] < 0 ||
        c->liveness[i] > 1)
        return err_set(err, "row %u: confidence or liveness outside 0..1", row);
    if (c->place[i] >= p->places.count || c->timezone[i] >= p->timezones.count)
        return err_set(err, "row %u: no such place or timezone", row);
    if (c->consistency[i] > 10)
        return err_set(err, "row %u: %u tenths of consistency", row, c->consistency[i]);
    if (c->flags[i] & PERSON_PREFERENCE && !(c->flags[i] & PERSON_VISUAL_MODEL))
        return err_set(err, "row %u: a preference of another model", row);
    return true;
}

static bool check_vectors(const struct population *p, uint32_t row, struct err *err) {
    const double *features = population_features(p, row);
    const float *preference = population_preference(p, row);
    if (features != NULL && fabs(real_dot16(features, features, p->dim_padded) - 1) > 1e-12)
        return err_set(err, "row %u: the feature vector is not of unit length", row);
    for (uint32_t i = p->dim; i < p->dim_padded; i++)
        if ((features != NULL && features[i] != 0) || (preference != NULL && preference[i] != 0))
            return err_set(err, "row %u: padding %u is not 0", row, i);
    for (uint32_t i = 0; preference != NULL && i < p->dim; i++)
        if (!isfinite(preference[i]))
            return err_set(err, "row %u: preference %u is not finite", row, i);
    return true;
}

/* Ascending, distinct, other people. */
static bool is_set_of_others(const struct population *p, uint32_t row, const uint32_t *rows,
                             uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (rows[i] >= p->count || rows[i] == row || (i > 0 && rows[i - 1] >= rows[i]))
            return false;
    return true;
}

static bool check_pairs(const struct population *p, uint32_t row, struct err *err) {
    struct pair_list own = population_pairs(p, row);
    if (!is_set_of_others(p, row, own.rows, own.count))
        return err_set(err, "row %u: its pairs are no set of other people", row);
    for (uint32_t i = 0; i < own.count; i++) {
        struct pair_list theirs = population_pairs(p, own.rows[i]);
        uint32_t at = ascending_place(theirs.rows, theirs.count, row);
        if (at == theirs.count || theirs.kinds[at] != own.kinds[i] || own.kinds[i] == 0)
            return err_set(err, "rows %u and %u: the pair differs by side", row, own.rows[i]);
    }
    struct report_list reports = population_reports(p, row);
    for (uint32_t i = 1; i < reports.count; i++)
        if (reports.newest[i - 1] > reports.newest[i])
            return err_set(err, "row %u: reports out of order", row);
    return true;
}

static bool check_offers(const struct population *p, uint32_t row, struct err *err) {
    const struct offer_shelf *shelf = &block_of(p, row)->shelf;
    struct partner_list partners = population_partners(p, row);
    uint32_t i = row % CHUNK_ROWS;
    if (!is_set_of_others(p, row, partners.rows, partners.count))
        return err_set(err, "row %u: its partners are no set of other people", row);
    if (shelf->starts[i] > shelf->starts[i + 1])
        return err_set(err, "row %u: its offers end before they start", row);
    for (uint32_t k = 0; k < partners.count; k++)
        if (population_offers(p, row, partners.rows[k], NULL, 0) == 0 &&
            population_offers(p, partners.rows[k], row, NULL, 0) == 0)
            return err_set(err, "row %u: partner %u without an offer", row, partners.rows[k]);
    for (uint32_t k = shelf->starts[i]; k < shelf->starts[i + 1]; k++) {
        uint32_t candidate = shelf->candidates[k];
        bool again = k > shelf->starts[i] && shelf->candidates[k - 1] == candidate;
        if (k > shelf->starts[i] && shelf->candidates[k - 1] > candidate)
            return err_set(err, "row %u: offers out of order", row);
        if (shelf->terms[k] >= p->terms.count)
            return err_set(err, "row %u: an offer without dates", row);
        if (again && p->terms.list[shelf->terms[k - 1]].offered_at <
                         p->terms.list[shelf->terms[k]].offered_at)
            return err_set(err, "row %u: offers of a pair not newest first", row);
        if (candidate != row &&
            ascending_place(partners.rows, partners.count, candidate) == partners.count)
            return err_set(err, "row %u: candidate %u is no partner", row, candidate);
    }
    return true;
}

bool population_validate(const struct population *p, struct err *err) {
    ASSERT(p->finished);
    if (p->count > p->capacity)
        return err_set(err, "%u people with a capacity of %u", p->count, p->capacity);
    if (!check_ids(p, err))
        return false;
    for (uint32_t row = 0; row < p->count; row++)
        if (!check_columns(p, row, err) || !check_answers(p, row, err) ||
            !check_vectors(p, row, err) || !check_pairs(p, row, err) || !check_offers(p, row, err))
            return false;
    return true;
}
