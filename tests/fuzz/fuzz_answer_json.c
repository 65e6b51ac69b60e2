/* An answer's text to its value, and the value to a code of every kind of item. */
#include "storage/json_answer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct json_answer *reader;
static struct questionnaire questionnaire;

static void set_up(void) {
    static const char *const types[] = {"slider", "single_choice", "multiple_choice", "ranking",
                                        "text"};
    static const char *const options[] = {"a", "b", "\xc3\xa9", "other"};
    static const char *const unanswered[] = {"other"};
    reader = json_answer_new();
    for (uint8_t i = 0; i < ARRAY_LEN(types); i++) {
        struct item_source source = {.position = i,
                                     .type = types[i],
                                     .construct = "values",
                                     .role = "core_score",
                                     .evidence = "H",
                                     .direction = "similarity",
                                     .min = 0,
                                     .max = 1,
                                     .step = 0.1,
                                     .options = options,
                                     .option_count = ARRAY_LEN(options),
                                     .unanswered = unanswered,
                                     .unanswered_count = 1};
        const char *reason;
        source.id.bytes[0] = i;
        ASSERT(questionnaire_add(&questionnaire, &source, &reason));
    }
    questionnaire_finish(&questionnaire, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct answer_value value;
    if (reader == NULL)
        set_up();
    const char *wrong = json_answer_read(reader, (const char *)data, size, &value);
    ASSERT(wrong == NULL || value.form == ANSWER_OTHER);
    for (uint32_t i = 0; i < questionnaire.count; i++) {
        const char *reason = NULL;
        uint64_t code = item_code(&questionnaire.items[i], &value, &reason);
        ASSERT(code != ANSWER_NONE || reason != NULL);
    }
    return 0;
}
