/* explain OFFER: what the offer said, what the engine says today, and what has changed. */
#include "api/matchctl/commands.h"
#include "api/matchctl/score.h"
#include "api/matchctl/words.h"

#include <stdio.h>

/* ---- for machines ---------------------------------------------------------------------------- */

static void values_json(struct writer *writer, const char *key,
                        const Matchd__V1__ExplainResponse__Values *values) {
    writer_key(writer, key);
    if (values == NULL) {
        writer_text(writer, NULL);
        return;
    }
    writer_open(writer, '{');
    writer_key(writer, "raw");
    writer_number(writer, values->has_raw != 0, values->raw);
    writer_key(writer, "score");
    writer_integer(writer, values->has_score != 0, values->score);
    writer_key(writer, "physical");
    writer_integer(writer, values->has_physical != 0, values->physical);
    writer_key(writer, "themes");
    writer_open(writer, '[');
    for (size_t i = 0; i < values->n_themes; i++)
        writer_text(writer, values->themes[i]);
    writer_close(writer, ']');
    writer_close(writer, '}');
}

static void side_json(struct writer *writer, const char *key,
                      const Matchd__V1__ScorePairResponse *side) {
    writer_key(writer, key);
    if (side == NULL)
        writer_text(writer, NULL);
    else
        score_write(writer, side);
}

static void changes_json(struct writer *writer, const Matchd__V1__ExplainResponse *answer) {
    writer_key(writer, "changes");
    writer_open(writer, '[');
    for (size_t i = 0; i < answer->n_changes; i++) {
        writer_open(writer, '{');
        writer_key(writer, "person");
        writer_text(writer, answer->changes[i]->person);
        writer_key(writer, "role");
        writer_text(writer, answer->changes[i]->role);
        writer_key(writer, "group");
        writer_text(writer, answer->changes[i]->group);
        writer_close(writer, '}');
    }
    writer_close(writer, ']');
}

static bool explain_json(const Matchd__V1__ExplainResponse *answer) {
    const struct {
        const char *key, *value;
    } texts[] = {
        {"offer", answer->offer},      {"viewer", answer->viewer}, {"candidate", answer->candidate},
        {"status", answer->status},    {"run", answer->run},       {"date", answer->clock->date},
        {"as_of", answer->clock->now}, {"engine", answer->engine}};
    const struct {
        const char *key;
        bool value;
    } flags[] = {{"reproduced", answer->reproduced != 0},
                 {"config_changed", answer->config_changed != 0},
                 {"engine_changed", answer->engine_changed != 0},
                 {"viewer_gone", answer->viewer_gone != 0},
                 {"candidate_gone", answer->candidate_gone != 0}};
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        writer_key(&writer, texts[i].key);
        writer_text(&writer, texts[i].value);
    }
    for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
        writer_key(&writer, flags[i].key);
        writer_bool(&writer, flags[i].value);
    }
    changes_json(&writer, answer);
    values_json(&writer, "stored", answer->stored);
    values_json(&writer, "now", answer->now);
    side_json(&writer, "viewer_side", answer->viewer_side);
    side_json(&writer, "candidate_side", answer->candidate_side);
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
    return ok;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void print_values(const char *name, const Matchd__V1__ExplainResponse__Values *values) {
    printf("%-12s", name);
    if (values == NULL || !values->has_raw)
        printf("  raw unknown");
    else
        printf("  raw %.17g", values->raw);
    if (values == NULL) {
        putchar('\n');
        return;
    }
    printf("  score %d", values->has_score ? (int)values->score : 0);
    if (values->has_physical)
        printf("  physical %d", (int)values->physical);
    for (size_t i = 0; i < values->n_themes; i++)
        printf("%s %s", i == 0 ? " " : ",", values->themes[i]);
    putchar('\n');
}

/* Why it is not what it was, as far as that is known. */
static void print_changes(const Matchd__V1__ExplainResponse *answer) {
    if (answer->viewer_gone || answer->candidate_gone)
        printf("The %s is no longer there.\n", answer->viewer_gone ? "viewer" : "candidate");
    for (size_t i = 0; i < answer->n_changes; i++)
        printf("The %s's %s changed since (%s).\n", answer->changes[i]->role,
               answer->changes[i]->group, answer->changes[i]->person);
    if (answer->config_changed)
        puts("The configuration changed since.");
    if (answer->engine_changed)
        printf("The engine is another one: it was published by %s.\n", answer->engine);
    bool known = answer->viewer_gone || answer->candidate_gone || answer->n_changes > 0 ||
                 answer->config_changed || answer->engine_changed;
    if (!answer->reproduced && answer->run == NULL)
        puts("The offer comes from no run that kept its inputs: nothing to compare with.");
    else if (!answer->reproduced && !known)
        puts("Neither person's inputs nor the configuration changed: the questionnaire did.");
}

static void print_words(const Matchd__V1__ExplainResponse *answer) {
    printf("Offer %s of %s to %s (%s), on %s, as of %s: %s.\n\n", answer->offer, answer->candidate,
           answer->viewer, answer->status, answer->clock->date, answer->clock->now,
           answer->reproduced ? "reproduced bit for bit" : "not reproduced");
    print_values("as published", answer->stored);
    print_values("now", answer->now);
    print_changes(answer);
    if (answer->viewer_side == NULL)
        return;
    putchar('\n');
    words_both(stdout, answer->viewer_side);
    putchar('\n');
    words_direction(stdout, answer->viewer_side);
    putchar('\n');
    words_direction(stdout, answer->candidate_side);
}

enum exit_code command_explain(struct session *session) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ExplainRequest explain = MATCHD__V1__EXPLAIN_REQUEST__INIT;
    explain.offer = (char *)session->arguments->operands[0];
    request.verb_case = MATCHD__V1__REQUEST__VERB_EXPLAIN;
    request.explain = &explain;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_RELOAD_S);
    if (response == NULL)
        return session->exit_code;
    enum exit_code code = response->explain->reproduced ? CTL_OK : CTL_CHANGED;
    if (!session->arguments->json)
        print_words(response->explain);
    else if (!explain_json(response->explain))
        code = CTL_OUTPUT;
    session_free(response);
    return code;
}
