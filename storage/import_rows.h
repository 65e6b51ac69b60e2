/* Sheets without problems as rows of the schema, one function per table. */
#ifndef MATCHD_STORAGE_IMPORT_ROWS_H
#define MATCHD_STORAGE_IMPORT_ROWS_H

#include "storage/import_copy.h"
#include "storage/import_set.h"

/* Each makes *copy anew. */
void import_rows_questions(const struct import_sheet *sheet, struct import_copy *copy);
void import_rows_users(const struct import_sheet *sheet, struct import_copy *copy);
void import_rows_profiles(const struct import_sheet *sheet, struct import_copy *copy);
void import_rows_verifications(const struct import_sheet *sheet, struct import_copy *copy);
void import_rows_answers(const struct import_sheet *sheet, const struct import_sheet *questions,
                         struct import_copy *copy);
void import_rows_photos(const struct import_sheet *sheet, const struct import_sheet *people,
                        struct import_copy *copy);
void import_rows_preferences(const struct import_sheet *sheet, struct import_copy *copy);
/* Past offers: an accept that was answered by one is `matched` on both sides. */
void import_rows_offers(const struct import_sheet *sheet, struct import_copy *copy);
void import_rows_matches(const struct import_sheet *sheet, struct import_copy *copy);

#endif
