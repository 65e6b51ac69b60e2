/* Rows of the tables of sources.h, decoded straight into a population: one function per table, all
 * of the shape that COPY's decoder calls. Nothing is allocated per row.
 *
 * A reader belongs to one thread; several fill one population side by side, as facts.h allows.
 * Refused values go to the log with the person's id; a row about a user that the snapshot does not
 * have is refused as a whole. */
#ifndef MATCHD_STORAGE_ROW_READER_H
#define MATCHD_STORAGE_ROW_READER_H

#include "engine/population/facts.h"
#include "storage/json_answer.h"
#include "storage/refusal_log.h"
#include "storage/row_fields.h"

enum { READER_FLOATS = 4096 }; /* the longest feature vector that is looked at */

/* The names of time zones that the database knows, sorted. */
struct timezones {
    char **names;
    size_t count;
};

/* What is the same for all readers of a load. */
struct row_context {
    struct population *population;
    struct refusal_log *refusals;
    const struct timezones *timezones;
    const char *visual_model; /* the pinned one */
};

struct row_reader {
    struct row_context context;
    struct json_answer *json;
    float *floats;
    char *texts; /* of one row, with their NULs */
    size_t texts_room, texts_used;
    struct uuid last_user; /* rows of one person come together more often than not */
    uint32_t last_row;
    size_t last_zone;
    uint32_t next_item;
    uint64_t answers_ignored;
};

void row_reader_init(struct row_reader *reader, const struct row_context *context);
void row_reader_release(struct row_reader *reader);

/* ctx is a struct row_reader; see copy_row in pg_copy.h. */
typedef bool row_function(void *ctx, const struct pg_field *fields, struct err *err);
row_function row_user, row_profile, row_photo, row_visual, row_verification;
row_function row_enforcement, row_deletion, row_answer, row_policy;
row_function row_block, row_report, row_match, row_offer;

/* --- for the files row_*.c ------------------------------------------------------------------- */

/* The person's row, or ROW_NONE after having refused the table's row. */
uint32_t reader_find(struct row_reader *reader, const struct row *row, const struct uuid *user);
/* Likewise, of a person whom the table is not in the order of: the next row's may be the same as
 * the one that reader_find found last. */
uint32_t reader_find_other(struct row_reader *reader, const struct row *row,
                           const struct uuid *user);
/* Room for the texts of a row; then copies, NULL for null. */
void reader_texts(struct row_reader *reader, const struct row *row);
const char *reader_text(struct row_reader *reader, const struct row *row, size_t column);
void reader_refuse(struct row_reader *reader, const struct row *row, const struct uuid *key,
                   size_t column, const char *reason);

#endif
