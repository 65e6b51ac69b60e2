/* questions.options and config, divided by a NUL byte, to an item. */
#include "storage/json_question.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *ctx, const struct uuid *id, const char *reason) {
    (void)ctx;
    (void)id;
    ASSERT(reason != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const types[] = {"slider",  "single_choice", "multiple_choice",
                                        "ranking", "text",          "essay"};
    static struct questionnaire questionnaire;
    const char *text = (const char *)data;
    const char *divider = size == 0 ? NULL : memchr(text, '\0', size);
    size_t first = divider == NULL ? size : (size_t)(divider - text);
    struct json_text options = {.text = size == 0 ? NULL : text, .length = first};
    struct json_text config = {0};
    if (divider != NULL)
        config = (struct json_text){.text = divider + 1, .length = size - first - 1};
    struct json_question question;
    const char *wrong = json_question_read(options, config, &question);
    for (uint8_t i = 0; wrong == NULL && i < ARRAY_LEN(types); i++) {
        const char *reason = NULL;
        question.source.type = types[i];
        question.source.id.bytes[0] = i;
        ASSERT(questionnaire_add(&questionnaire, &question.source, &reason) || reason != NULL);
    }
    questionnaire_finish(&questionnaire, ignore, NULL);
    questionnaire_release(&questionnaire);
    json_question_release(&question);
    return 0;
}
