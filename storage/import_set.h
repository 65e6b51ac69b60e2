/* All files of one import, read and judged together; and how their keys become ids. */
#ifndef MATCHD_STORAGE_IMPORT_SET_H
#define MATCHD_STORAGE_IMPORT_SET_H

#include "engine/base/uuid.h"
#include "engine/population/item.h"
#include "storage/import_sheet.h"

enum { IMPORT_VERSIONS_MAX = 16 };

struct import_set {
    struct import_sheet sheets[IMPORT_FILES];
    /* The questionnaires as the engine takes them, by version. */
    const char *versions[IMPORT_VERSIONS_MAX];
    struct questionnaire *questionnaires[IMPORT_VERSIONS_MAX];
    size_t version_count;
};

/* Reads every file. False with *err when one cannot be read. */
bool import_set_read(struct import_set *set, const struct import_options *options,
                     struct err *err) MUST_CHECK;
/* What a row says of other rows: keys known, answers in the form of their questions, vectors of one
 * length. Each fault is a problem of its sheet. */
void import_set_check(struct import_set *set);
uint64_t import_set_problems(const struct import_set *set);
void import_set_release(struct import_set *set);

/* UUIDv5 of "KIND:KEY"; a person's key that is a UUID stays itself. */
void import_person_id(const char *key, struct uuid *out);
void import_question_id(const char *version, const char *name, struct uuid *out);
void import_photo_id(const char *person, uint32_t number, struct uuid *out);

/* questions.options and questions.config of a row, as JSON text (free both); options may be NULL.
 */
void import_question_json(const struct import_sheet *questions, size_t row, char **options,
                          char **config);

#endif
