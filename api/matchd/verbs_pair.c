/* ScorePair and PreviewOffers: scores by the engine, told as they are. */
#include "api/matchd/timing.h"
#include "api/matchd/verbs.h"
#include "engine/base/mem.h"
#include "engine/match/reference.h"

#include <stdlib.h>

/* Enums of the protocol and of the engine are the same numbers. */
#define SAME(wire, engine) _Static_assert((int)(wire) == (int)(engine), #engine)
SAME(MATCHD__V1__GATE__GATE_NONE, GATE_NONE);
SAME(MATCHD__V1__GATE__GATE_SELF, GATE_SELF);
SAME(MATCHD__V1__GATE__GATE_POPULATION_A, GATE_POPULATION_A);
SAME(MATCHD__V1__GATE__GATE_POPULATION_B, GATE_POPULATION_B);
SAME(MATCHD__V1__GATE__GATE_GENDER, GATE_GENDER);
SAME(MATCHD__V1__GATE__GATE_AGE, GATE_AGE);
SAME(MATCHD__V1__GATE__GATE_DISTANCE, GATE_DISTANCE);
SAME(MATCHD__V1__GATE__GATE_INTENT, GATE_INTENT);
SAME(MATCHD__V1__GATE__GATE_CONSTRAINT, GATE_CONSTRAINT);
SAME(MATCHD__V1__GATE__GATE_BLOCK, GATE_BLOCK);
SAME(MATCHD__V1__GATE__GATE_REPORT, GATE_REPORT);
SAME(MATCHD__V1__GATE__GATE_MATCH, GATE_MATCH);
SAME(MATCHD__V1__GATE__GATE_REOFFER, GATE_REOFFER);
SAME(MATCHD__V1__GATE__GATE_REOFFER + 1, GATES);
SAME(MATCHD__V1__FLOOR__FLOOR_RECIPROCITY, FLOOR_RECIPROCITY);
SAME(MATCHD__V1__FLOOR__FLOOR_QUALITY, FLOOR_QUALITY);
SAME(MATCHD__V1__FLOOR__FLOOR_SCORE, FLOOR_SCORE);
SAME(MATCHD__V1__FLOOR__FLOOR_UPLIFT, FLOOR_UPLIFT);
SAME(MATCHD__V1__MODE__MODE_FULL, MODE_FULL);
SAME(MATCHD__V1__MODE__MODE_PROVISIONAL, MODE_PROVISIONAL);
SAME(MATCHD__V1__RELAXATION__RELAX_DISTANCE, RELAX_DISTANCE);
SAME(MATCHD__V1__RELAXATION__RELAX_AGE_MIN, RELAX_AGE_MIN);
SAME(MATCHD__V1__RELAXATION__RELAX_AGE_MAX, RELAX_AGE_MAX);
SAME(MATCHD__V1__RELAXATION__RELAX_INTENT, RELAX_INTENT);

/* ---- ScorePair ------------------------------------------------------------------------------- */

static void add_questionnaire(struct reply *reply, const struct view *view,
                              const struct questionnaire_score *score,
                              Matchd__V1__ScorePairResponse *out) {
    out->constructs = arena_array(&reply->arena, CONSTRUCTS, sizeof *out->constructs);
    for (int c = 0; c < CONSTRUCTS; c++) {
        if ((score->present >> c & 1) == 0)
            continue;
        Matchd__V1__ConstructScore *construct;
        MESSAGE_NEW(reply, construct, construct_score);
        construct->name = arena_text(&reply->arena, construct_name((enum construct)c));
        SET(construct, score, score->construct[c]);
        SET(construct, weight, view->weight[c]);
        out->constructs[out->n_constructs++] = construct;
    }
    SET_NUMBER(out, questionnaire_fit, score->fit);
    SET_NUMBER(out, missing, score->missing);
    SET_NUMBER(out, questionnaire_side_ab, score->side_ab);
    SET_NUMBER(out, questionnaire_side_ba, score->side_ba);
    SET(out, child_goal_mismatch, score->child_mismatch);
}

static void add_score(const struct pair_score *score, Matchd__V1__ScorePairResponse *out) {
    SET(out, gate, (Matchd__V1__Gate)score->gate);
    SET(out, deferred, score->deferred);
    SET(out, visual, score->visual);
    SET(out, mode, (Matchd__V1__Mode)score->mode);
    SET_NUMBER(out, affinity_ab, score->affinity_ab);
    SET_NUMBER(out, affinity_ba, score->affinity_ba);
    SET_NUMBER(out, affinity_mutual, score->affinity_mutual);
    SET_NUMBER(out, total, score->total);
    SET_NUMBER(out, authenticity, score->authenticity);
    SET_NUMBER(out, base_score, score->base);
    SET_NUMBER(out, penalties, score->penalties);
    SET_NUMBER(out, side_ab, score->side_ab);
    SET_NUMBER(out, side_ba, score->side_ba);
    SET_NUMBER(out, mutuality, score->mutuality);
    SET_NUMBER(out, raw, score->raw);
    SET_NUMBER(out, final, score->final);
    SET_NUMBER(out, confidence, score->confidence);
    SET_NUMBER(out, distance_km, score->distance_km);
}

Matchd__V1__ScorePairResponse *verbs_score(const struct scene *scene, uint32_t a, uint32_t b,
                                           struct reply *reply) {
    const struct view *view = scene->view;
    struct pair_score score;
    pair_score(view, a, b, &score);
    Matchd__V1__ScorePairResponse *out;
    MESSAGE_NEW(reply, out, score_pair_response);
    out->a = reply_uuid(reply, population_id(scene->population, a));
    out->b = reply_uuid(reply, population_id(scene->population, b));
    add_score(&score, out);
    add_questionnaire(reply, view, &score.questionnaire, out);
    if (score.gate == GATE_NONE && score.questionnaire.ranked)
        SET(out, floor, (Matchd__V1__Floor)pair_floor(view, a, b, &score));
    if (score.questionnaire.ranked) {
        struct theme_list themes = pair_themes(view, &score);
        out->n_themes = themes.count;
        out->themes = verbs_themes(reply, &themes);
    }
    out->clock = verbs_clock(reply, view);
    SET(out, generation, scene->generation->number);
    return out;
}

void verbs_score_pair(struct service *service, const struct request *request, struct reply *reply) {
    struct scene scene;
    if (!scene_open(&scene, service, request, reply))
        return;
    uint32_t a = scene_person(&scene, "a", &request->user, reply);
    uint32_t b = a == ROW_NONE ? ROW_NONE : scene_person(&scene, "b", &request->other, reply);
    if (b != ROW_NONE) {
        reply->response.score_pair = verbs_score(&scene, a, b, reply);
        reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_SCORE_PAIR;
    }
    scene_close(&scene, service);
}

/* ---- PreviewOffers --------------------------------------------------------------------------- */

static Matchd__V1__Funnel *tell_funnel(struct reply *reply, const struct funnel *funnel,
                                       uint32_t eligible, uint32_t offerable) {
    Matchd__V1__Funnel *out;
    MESSAGE_NEW(reply, out, funnel);
    out->gates = arena_array(&reply->arena, GATES, sizeof *out->gates);
    for (int g = GATE_NONE + 1; g < GATES; g++) {
        if (funnel->gates[g] == 0)
            continue;
        Matchd__V1__Funnel__GateCount *gate;
        MESSAGE_NEW(reply, gate, funnel__gate_count);
        SET(gate, gate, (Matchd__V1__Gate)g);
        SET(gate, count, funnel->gates[g]);
        out->gates[out->n_gates++] = gate;
    }
    out->floors = arena_array(&reply->arena, FLOORS, sizeof *out->floors);
    for (int f = FLOOR_NONE + 1; f < FLOORS; f++) {
        if (funnel->floors[f] == 0)
            continue;
        Matchd__V1__Funnel__FloorCount *floor;
        MESSAGE_NEW(reply, floor, funnel__floor_count);
        SET(floor, floor, (Matchd__V1__Floor)f);
        SET(floor, count, funnel->floors[f]);
        out->floors[out->n_floors++] = floor;
    }
    SET(out, unranked, funnel->unranked);
    SET(out, eligible, eligible);
    SET(out, offerable, offerable);
    SET(out, relaxation, (Matchd__V1__Relaxation)funnel->relaxation);
    SET(out, relaxation_adds, funnel->relaxation_adds);
    return out;
}

static bool reply_late(void *ctx) {
    const struct reply *reply = ctx;
    return reply->deadline_us != 0 && timing_us() >= reply->deadline_us;
}

/* By the fast search, or by the reference where there is no such form. False: the deadline passed.
 */
static bool find(const struct scene *scene, struct reply *reply, uint32_t viewer, uint32_t k,
                 struct finder_answer *answer) {
    if (scene->frame->finder == NULL) {
        answer->count = reference_preview(scene->view, viewer, k, answer->ranked, &answer->eligible,
                                          &answer->offerable);
        reference_funnel(scene->view, viewer, &answer->funnel);
        return true;
    }
    const struct finder_request request = {
        .viewer = viewer, .k = k, .funnel = true, .expired = reply_late, .ctx = reply};
    return finder_preview(scene->frame->finder, &request, answer);
}

static void add_candidates(struct reply *reply, const struct view *view, uint32_t viewer,
                           const struct finder_answer *answer,
                           Matchd__V1__PreviewOffersResponse *out) {
    out->candidates = arena_array(&reply->arena, answer->count, sizeof *out->candidates);
    for (uint32_t i = 0; i < answer->count; i++) {
        struct offer offer;
        offer_compose(view, viewer, answer->ranked[i].row, &offer);
        out->candidates[i] = verbs_candidate(reply, view, &offer);
        SET(out->candidates[i], accepted, answer->ranked[i].accepted != 0);
    }
    out->n_candidates = answer->count;
    SET(out, eligible, answer->eligible);
    SET(out, offerable, answer->offerable);
}

void verbs_preview_offers(struct service *service, const struct request *request,
                          struct reply *reply) {
    struct scene scene;
    if (!scene_open(&scene, service, request, reply))
        return;
    uint32_t viewer = scene_person(&scene, "user", &request->user, reply);
    if (viewer == ROW_NONE) {
        scene_close(&scene, service);
        return;
    }
    Matchd__V1__PreviewOffersResponse *out;
    MESSAGE_NEW(reply, out, preview_offers_response);
    out->user = reply_uuid(reply, &request->user);
    struct finder_answer answer = {.ranked = mem_array(request->k, sizeof *answer.ranked)};
    if (!find(&scene, reply, viewer, request->k, &answer)) {
        free(answer.ranked);
        scene_close(&scene, service);
        counters_add(&service->counters, COUNT_DEADLINE_MISSED);
        reply_error(reply, MATCHD__V1__ERROR_CODE__DEADLINE_EXCEEDED,
                    "the deadline passed while candidates were looked for");
        return;
    }
    add_candidates(reply, scene.view, viewer, &answer, out);
    free(answer.ranked);
    out->funnel = tell_funnel(reply, &answer.funnel, out->eligible, out->offerable);
    SET(out, in_population, scene.view->member[viewer] != 0);
    out->clock = verbs_clock(reply, scene.view);
    SET(out, generation, scene.generation->number);
    int64_t age_us = timing_now() - scene.generation->as_of;
    SET(out, data_age_ms, age_us > 0 ? (uint64_t)age_us / 1000 : 0);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_PREVIEW_OFFERS;
    reply->response.preview_offers = out;
    scene_close(&scene, service);
}
