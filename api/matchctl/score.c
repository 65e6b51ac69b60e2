/* score A B: for machines one direction, for people both. */
#include "api/matchctl/score.h"

#include "api/matchctl/commands.h"
#include "api/matchctl/words.h"

#include <stdio.h>

static void number(struct writer *writer, const char *key, protobuf_c_boolean defined, double x) {
    writer_key(writer, key);
    writer_number(writer, defined != 0, x);
}

void score_write(struct writer *out, const Matchd__V1__ScorePairResponse *pair) {
    writer_open(out, '{');
    writer_key(out, "a");
    writer_text(out, pair->a);
    writer_key(out, "b");
    writer_text(out, pair->b);
    writer_key(out, "gate");
    writer_text(out, words_gate_name(pair->gate));
    writer_key(out, "deferred");
    writer_bool(out, pair->deferred);
    writer_key(out, "constructs");
    writer_open(out, '{');
    for (size_t i = 0; i < pair->n_constructs; i++)
        number(out, pair->constructs[i]->name, true, pair->constructs[i]->score);
    writer_close(out, '}');
    number(out, "questionnaire_fit", pair->has_questionnaire_fit, pair->questionnaire_fit);
    number(out, "missing", pair->has_missing, pair->missing);
    number(out, "affinity_ab", pair->has_affinity_ab, pair->affinity_ab);
    number(out, "affinity_ba", pair->has_affinity_ba, pair->affinity_ba);
    number(out, "affinity_mutual", pair->has_affinity_mutual, pair->affinity_mutual);
    writer_key(out, "visual");
    writer_bool(out, pair->visual);
    writer_key(out, "mode");
    writer_text(out, words_mode_name(pair->mode));
    number(out, "total", pair->has_total, pair->total);
    number(out, "authenticity", pair->has_authenticity, pair->authenticity);
    number(out, "base", pair->has_base_score, pair->base_score);
    number(out, "penalties", pair->has_penalties, pair->penalties);
    number(out, "side_ab", pair->has_side_ab, pair->side_ab);
    number(out, "side_ba", pair->has_side_ba, pair->side_ba);
    number(out, "mutuality", pair->has_mutuality, pair->mutuality);
    number(out, "raw", pair->has_raw, pair->raw);
    number(out, "final", pair->has_final, pair->final);
    number(out, "confidence", pair->has_confidence, pair->confidence);
    writer_close(out, '}');
}

static bool score_json(const Matchd__V1__ScorePairResponse *pair) {
    struct writer writer;
    writer_init(&writer);
    score_write(&writer, pair);
    bool ok = writer_line(&writer);
    writer_release(&writer);
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
