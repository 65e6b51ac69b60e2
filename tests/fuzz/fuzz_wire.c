/* Protects: any bytes read as a request or as an answer end in a fault or in what message.h
 * promises; packing what was read gives a message that is read again. */
#include "api/wire/message.h"
#include "api/wire/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_request(const struct request *request) {
    ASSERT(request->verb > VERB_NONE && request->verb < VERBS);
    ASSERT(request->verb != VERB_PREVIEW_OFFERS ||
           (request->k >= 1 && request->k <= MESSAGE_K_MAX));
    ASSERT(!request->has_date || date_is_finite(request->date));
    ASSERT(strlen(request->trace) < MESSAGE_TRACE_TEXT);
    ASSERT((request->viewers == NULL) == (request->viewer_count == 0));
}

static void read_as_answer(const uint8_t *data, size_t size) {
    struct err err;
    Matchd__V1__Response *response = message_read_response(data, size, &err);
    if (response == NULL)
        return;
    size_t again_size;
    void *again = message_pack(&response->base, &again_size);
    matchd__v1__response__free_unpacked(response, NULL);
    response = message_read_response(again, again_size, &err);
    free(again);
    ASSERT(response != NULL);
    matchd__v1__response__free_unpacked(response, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct request request;
    struct err err = {0};
    enum message_fault fault = message_read_request(data, size, &request, &err);
    if (fault == MESSAGE_OK) {
        check_request(&request);
        request_release(&request);
    } else {
        ASSERT(err.text[0] != '\0' && request.viewers == NULL);
        text_clean(err.text);
    }
    read_as_answer(data, size);
    return 0;
}
