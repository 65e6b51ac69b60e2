/* Protects: what matchctl writes: doubles that read back as the same bits, the funnel and the
 * verdict in words, the progress line, and which command lines are refused. */
#include "api/matchctl/arguments.h"
#include "api/matchctl/progress.h"
#include "api/matchctl/tally.h"
#include "api/matchctl/viewers.h"
#include "api/matchctl/words.h"
#include "api/matchctl/writer.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- writer -------------------------------------------------------------------------------- */

Test(writer, doubles_keep_their_bits, .init = cr_redirect_stdout) {
    static const double values[] = {0.1, 1.0 / 3, 1e-300, 5e-324, 0.75138315919786692,
                                    1.0, -0.0,    1e22,   0x1p-32};
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '[');
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        writer_number(&writer, true, values[i]);
    writer_close(&writer, ']');
    cr_assert(writer_line(&writer));
    writer_release(&writer);
    fflush(stdout);
    char line[512];
    FILE *out = cr_get_redirected_stdout();
    cr_assert_not_null(fgets(line, sizeof line, out));
    char *at = line + 1;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        double x = strtod(at, &at);
        cr_assert_eq(memcmp(&x, &values[i], sizeof x), 0, "value %zu in %s", i, line);
        at++;
    }
}

Test(writer, undefined_is_null, .init = cr_redirect_stdout) {
    struct writer writer;
    writer_init(&writer);
    for (int line = 0; line < 2; line++) {
        writer_open(&writer, '{');
        writer_key(&writer, "a");
        writer_number(&writer, false, 1.0);
        writer_key(&writer, "b");
        writer_number(&writer, true, NAN);
        writer_key(&writer, "c");
        writer_text(&writer, NULL);
        writer_key(&writer, "d");
        writer_text(&writer, "quo\"te\n");
        writer_key(&writer, "e");
        writer_integer(&writer, true, INT64_MIN);
        writer_key(&writer, "f");
        writer_bool(&writer, true);
        writer_close(&writer, '}');
        cr_assert(writer_line(&writer));
    }
    writer_release(&writer);
    fflush(stdout);
    cr_assert_stdout_eq_str(
        "{\"a\":null,\"b\":null,\"c\":null,\"d\":\"quo\\\"te\\n\",\"e\":-9223372036854775808,\"f\":"
        "true}\n{\"a\":null,\"b\":null,\"c\":null,\"d\":\"quo\\\"te\\n\",\"e\":"
        "-9223372036854775808,\"f\":true}\n");
}

/* ---- words --------------------------------------------------------------------------------- */

static char *written(void (*write)(FILE *out, const void *of), const void *of) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    write(out, of);
    fclose(out);
    return text;
}

static void write_funnel(FILE *out, const void *of) {
    words_funnel(out, of);
}

static void write_direction(FILE *out, const void *of) {
    words_direction(out, of);
}

static void write_text(FILE *out, const void *of) {
    words_text(out, of);
}

Test(words, funnel) {
    Matchd__V1__Funnel funnel = MATCHD__V1__FUNNEL__INIT;
    Matchd__V1__Funnel__GateCount age = MATCHD__V1__FUNNEL__GATE_COUNT__INIT;
    Matchd__V1__Funnel__GateCount *gates[] = {&age};
    age.gate = MATCHD__V1__GATE__GATE_AGE;
    age.count = 1234567;
    funnel.gates = gates;
    funnel.n_gates = 1;
    funnel.eligible = 3;
    char *text = written(write_funnel, &funnel);
    cr_assert_not_null(strstr(text, "1,234,567  one is outside the other's age range"));
    cr_assert_not_null(strstr(text, "No single change"));
    free(text);
    funnel.relaxation = MATCHD__V1__RELAXATION__RELAX_DISTANCE;
    funnel.relaxation_adds = 1;
    text = written(write_funnel, &funnel);
    cr_assert_not_null(strstr(text, "25 km more distance would add 1 eligible person."));
    free(text);
}

Test(words, verdict) {
    Matchd__V1__ScorePairResponse pair = MATCHD__V1__SCORE_PAIR_RESPONSE__INIT;
    pair.a = "A";
    pair.b = "B";
    char *text = written(write_direction, &pair);
    cr_assert_not_null(strstr(text, "B to A: not offered: no answer in common"), "%s", text);
    free(text);
    pair.has_raw = pair.has_final = 1;
    pair.final = 0.5;
    text = written(write_direction, &pair);
    cr_assert_not_null(strstr(text, "B to A: may be offered; score 0.5000, full mode."));
    free(text);
    pair.has_floor = 1;
    pair.floor = MATCHD__V1__FLOOR__FLOOR_RECIPROCITY;
    text = written(write_direction, &pair);
    cr_assert_not_null(strstr(text, "too one-sided"));
    free(text);
    pair.gate = MATCHD__V1__GATE__GATE_BLOCK;
    text = written(write_direction, &pair);
    cr_assert_not_null(strstr(text, "one has blocked the other (rule \"block\")"));
    free(text);
    pair.gate = (Matchd__V1__Gate)99;
    text = written(write_direction, &pair);
    cr_assert_not_null(strstr(text, "a rule that this client does not know"));
    free(text);
}

Test(words, names_are_harmless_on_a_terminal) {
    char *text = written(write_text, "A\033[31mB\n\xc3\xa9");
    cr_assert_str_eq(text, "A?[31mB?\xc3\xa9");
    free(text);
}

Test(words, counts) {
    char buffer[COUNT_TEXT];
    cr_assert_str_eq(words_count(0, buffer), "0");
    cr_assert_str_eq(words_count(999, buffer), "999");
    cr_assert_str_eq(words_count(1000, buffer), "1,000");
    cr_assert_str_eq(words_count(UINT64_MAX, buffer), "18,446,744,073,709,551,615");
}

/* ---- progress, tally, viewers ---------------------------------------------------------------- */

Test(progress, text) {
    Matchd__V1__RematchStatusResponse status = MATCHD__V1__REMATCH_STATUS_RESPONSE__INIT;
    char text[PROGRESS_TEXT];
    status.viewers = 20000;
    progress_text(&status, text);
    cr_assert_str_eq(text, "0 of 20,000 viewers, 0.0 %, 0 offers");
    status.viewers_done = 5000;
    status.pairs = 30000000;
    status.seconds = 10;
    progress_text(&status, text);
    cr_assert_str_eq(text, "5,000 of 20,000 viewers, 25.0 %, 3.00 M pairs/s, 0 offers, 30 s left");
    /* The share of the work counts, not that of the viewers: the search comes before the first. */
    status.has_share = 1;
    status.share = 0.5;
    status.offers = 1234;
    status.stage = (char *)"scoring";
    progress_text(&status, text);
    cr_assert_str_eq(text, "scoring: 5,000 of 20,000 viewers, 50.0 %, 3.00 M pairs/s, "
                           "1,234 offers, 10 s left");
    status.has_share = 0;
    status.viewers = status.viewers_done = 0;
    progress_text(&status, text);
    cr_assert_not_null(strstr(text, "100.0 %"));
}

Test(tally, counts) {
    Matchd__V1__DryRunPageResponse__Viewer viewer = MATCHD__V1__DRY_RUN_PAGE_RESPONSE__VIEWER__INIT;
    Matchd__V1__Candidate candidate = MATCHD__V1__CANDIDATE__INIT;
    Matchd__V1__Candidate *offers[] = {&candidate, &candidate};
    struct tally tally = {0};
    viewer.viewer = "11111111-1111-4111-8111-111111111111";
    for (int i = 0; i < 5; i++)
        tally_add(&tally, &viewer);
    candidate.mode = MATCHD__V1__MODE__MODE_PROVISIONAL;
    viewer.offers = offers;
    viewer.n_offers = 2;
    viewer.anchor = &candidate;
    tally_add(&tally, &viewer);
    cr_assert(tally.viewers == 6 && tally.with_offers == 1 && tally.offers == 2);
    cr_assert(tally.provisional == 2 && tally.anchors == 1 && tally.shown == TALLY_SHOWN);
}

Test(viewers, from_a_file) {
    struct viewer_list list;
    struct err err;
    char path[] = "/tmp/matchd-viewers.XXXXXX";
    static const char text[] = "# two\n\n 11111111-1111-4111-8111-11111111111A  # one\n"
                               "\t22222222-2222-4222-8222-222222222222\r\nnobody\n";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    cr_assert_not(viewers_read(&list, path, &err));
    cr_assert_not_null(strstr(err.text, "line 5"), "%s", err.text);
    cr_assert_eq(ftruncate(fd, (off_t)strlen(text) - 7), 0);
    cr_assert(viewers_read(&list, path, &err), "%s", err.text);
    cr_assert_eq(list.count, 2);
    cr_assert_str_eq(list.pointers[0], "11111111-1111-4111-8111-11111111111a");
    viewers_release(&list);
    cr_assert_eq(ftruncate(fd, 3), 0);
    cr_assert_not(viewers_read(&list, path, &err));
    close(fd);
    unlink(path);
    cr_assert_not(viewers_read(&list, path, &err));
}

/* ---- arguments ------------------------------------------------------------------------------- */

#define READ(arguments, err, ...)                                                                  \
    arguments_read((arguments),                                                                    \
                   (int)(sizeof((char *[]){"matchctl", __VA_ARGS__}) / sizeof(char *)),            \
                   (char *[]){"matchctl", __VA_ARGS__, NULL}, (err))

Test(arguments, options_anywhere) {
    struct arguments arguments;
    struct err err;
    cr_assert(READ(&arguments, &err, "score", "--json", "A", "--date=2026-11-22", "B"));
    cr_assert_str_eq(arguments.command, "score");
    cr_assert(arguments.operand_count == 2 && arguments.json);
    cr_assert_str_eq(arguments.operands[1], "B");
    cr_assert_eq(arguments.given, TAKES_JSON | TAKES_CLOCK);
    cr_assert(READ(&arguments, &err, "preview", "-k5", "U"));
    cr_assert_eq(arguments.k, 5);
}

Test(arguments, refused) {
    struct arguments arguments;
    struct err err;
    cr_assert_not(READ(&arguments, &err, "--colour"));
    cr_assert_not(READ(&arguments, &err, "preview", "-k"));
    cr_assert_not(READ(&arguments, &err, "preview", "-k", "0"));
    cr_assert_not(READ(&arguments, &err, "preview", "-k", "ten"));
    cr_assert_not(READ(&arguments, &err, "x", "1", "2", "3", "4", "5"));
    cr_assert_not_null(strstr(err.text, "\"5\""));
}
