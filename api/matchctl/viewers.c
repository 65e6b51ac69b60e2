#include "api/matchctl/viewers.h"

#include "engine/base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts the line at a comment and at blanks on both ends. */
static char *trimmed(char *line) {
    line[strcspn(line, "#\r\n")] = '\0';
    line += strspn(line, " \t");
    size_t length = strlen(line);
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        line[--length] = '\0';
    return line;
}

static bool read_lines(struct viewer_list *list, FILE *file, const char *path, struct err *err) {
    char *line = NULL;
    size_t size = 0, capacity = 0, number = 0;
    bool ok = true;
    while (ok && getline(&line, &size, file) >= 0) {
        struct uuid id;
        char *text = trimmed(line);
        number++;
        if (text[0] == '\0')
            continue;
        if (!uuid_from_text(text, &id)) {
            ok = err_set(err, "%s, line %zu: expected a UUID, got \"%.40s\"", path, number, text);
            break;
        }
        list->texts = mem_grow(list->texts, &capacity, list->count + 1, sizeof *list->texts);
        uuid_to_text(&id, list->texts[list->count++]);
    }
    if (ok && ferror(file) != 0)
        ok = err_set(err, "cannot read %s: %s", path, strerror(errno));
    free(line);
    return ok;
}

bool viewers_read(struct viewer_list *list, const char *path, struct err *err) {
    *list = (struct viewer_list){0};
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return err_set(err, "cannot read %s: %s", path, strerror(errno));
    bool ok = read_lines(list, file, path, err);
    fclose(file);
    if (ok && list->count == 0)
        ok = err_set(err, "%s: expected UUIDs, one a line, got none", path);
    if (ok && list->count > VIEWERS_MAX)
        ok = err_set(err, "%s: %zu viewers, but a request has room for %d: split the file", path,
                     list->count, VIEWERS_MAX);
    list->pointers = mem_array(list->count, sizeof *list->pointers);
    for (size_t i = 0; i < list->count; i++)
        list->pointers[i] = list->texts[i];
    if (!ok)
        viewers_release(list);
    return ok;
}

void viewers_release(struct viewer_list *list) {
    free(list->texts);
    free(list->pointers);
    *list = (struct viewer_list){0};
}
