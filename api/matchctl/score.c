/* score A B: for machines one direction, for people both. */
#include "api/matchctl/commands.h"
#include "api/matchctl/json.h"
#include "api/matchctl/words.h"

#include <stdio.h>

static void number(struct json *json, const char *key, protobuf_c_boolean defined, double x) {
    json_key(json, key);
    json_number(json, defined != 0, x);
}

static bool score_json(const Matchd__V1__ScorePairResponse *pair) {
    struct json json;
    json_init(&json);
    json_open(&json, '{');
    json_key(&json, "a");
    json_text(&json, pair->a);
    json_key(&json, "b");
    json_text(&json, pair->b);
    json_key(&json, "gate");
    json_text(&json, words_gate_name(pair->gate));
    json_key(&json, "deferred");
    json_bool(&json, pair->deferred);
    json_key(&json, "constructs");
    json_open(&json, '{');
    for (size_t i = 0; i < pair->n_constructs; i++)
        number(&json, pair->constructs[i]->name, true, pair->constructs[i]->score);
    json_close(&json, '}');
    number(&json, "questionnaire_fit", pair->has_questionnaire_fit, pair->questionnaire_fit);
    number(&json, "missing", pair->has_missing, pair->missing);
    number(&json, "affinity_ab", pair->has_affinity_ab, pair->affinity_ab);
    number(&json, "affinity_ba", pair->has_affinity_ba, pair->affinity_ba);
    number(&json, "affinity_mutual", pair->has_affinity_mutual, pair->affinity_mutual);
    json_key(&json, "visual");
    json_bool(&json, pair->visual);
    json_key(&json, "mode");
    json_text(&json, words_mode_name(pair->mode));
    number(&json, "total", pair->has_total, pair->total);
    number(&json, "authenticity", pair->has_authenticity, pair->authenticity);
    number(&json, "base", pair->has_base_score, pair->base_score);
    number(&json, "penalties", pair->has_penalties, pair->penalties);
    number(&json, "side_ab", pair->has_side_ab, pair->side_ab);
    number(&json, "side_ba", pair->has_side_ba, pair->side_ba);
    number(&json, "mutuality", pair->has_mutuality, pair->mutuality);
    number(&json, "raw", pair->has_raw, pair->raw);
    number(&json, "final", pair->has_final, pair->final);
    number(&json, "confidence", pair->has_confidence, pair->confidence);
    json_close(&json, '}');
    bool ok = json_line(&json);
    json_release(&json);
    return ok;
}

static Matchd__V1__Response *ask(struct session *session, const char *a, const char *b) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ScorePairRequest score = MATCHD__V1__SCORE_PAIR_REQUEST__INIT;
    Matchd__V1__Clock clock;
    score.a = (char *)a;
    score.b = (char *)b;
    score.clock = session_clock(session, &clock);
    request.verb_case = MATCHD__V1__REQUEST__VERB_SCORE_PAIR;
    request.score_pair = &score;
    return session_call(session, &request, TIMEOUT_S);
}

/* The way back at the same clock, so that both directions describe one instant. */
static enum exit_code print_words(struct session *session,
                                  const Matchd__V1__ScorePairResponse *ab) {
    struct arguments arguments = *session->arguments;
    arguments.date = ab->clock->date;
    arguments.now = ab->clock->now;
    struct session same_clock = {.arguments = &arguments, .client = session->client};
    Matchd__V1__Response *back = ask(&same_clock, ab->b, ab->a);
    if (back == NULL)
        return same_clock.exit_code;
    printf("On %s, as of %s:\n\n", ab->clock->date, ab->clock->now);
    words_both(stdout, ab);
    putchar('\n');
    words_direction(stdout, ab);
    putchar('\n');
    words_direction(stdout, back->score_pair);
    session_free(back);
    return CTL_OK;
}

enum exit_code command_score(struct session *session) {
    const char *const *operands = session->arguments->operands;
    Matchd__V1__Response *response = ask(session, operands[0], operands[1]);
    if (response == NULL)
        return session->exit_code;
    enum exit_code code = CTL_OK;
    if (!session->arguments->json)
        code = print_words(session, response->score_pair);
    else if (!score_json(response->score_pair))
        code = CTL_OUTPUT;
    session_free(response);
    return code;
}
