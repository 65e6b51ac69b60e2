/* Runs a fuzz harness over its corpus without libFuzzer: every file as it is, every prefix of
 * it, and every single byte changed to a few telling values. An empty corpus is a failure, or a
 * misspelt directory would pass.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    FILE_BYTES_MAX = 1 << 20,
    VARIED_BYTES_MAX = 2048, /* prefixes and changes of longer files would take minutes */
};

/* A copy of exactly `size` bytes, so that one byte read too far is seen. */
static void run_exact(const uint8_t *data, size_t size) {
    uint8_t *exact = malloc(size > 0 ? size : 1);

    if (exact == NULL) {
        fprintf(stderr, "replay: out of memory\n");
        exit(2);
    }
    if (size > 0) {
        memcpy(exact, data, size);
    }
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static size_t run_varied(uint8_t *data, size_t size) {
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    size_t runs = 0;

    run_exact(data, size);
    runs++;
    if (size > VARIED_BYTES_MAX) {
        return runs;
    }
    for (size_t length = 0; length < size; length++) {
        run_exact(data, length);
        runs++;
    }
    for (size_t at = 0; at < size; at++) {
        uint8_t kept = data[at];

        for (size_t v = 0; v < sizeof values; v++) {
            data[at] = values[v];
            run_exact(data, size);
            runs++;
        }
        data[at] = kept;
    }
    return runs;
}

static size_t run_file(const char *path) {
    static uint8_t data[FILE_BYTES_MAX];
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        exit(2);
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    return run_varied(data, size);
}

int main(int argc, char **argv) {
    size_t files = 0;
    size_t runs = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS_DIRECTORY\n", argv[0]);
        return 2;
    }
    DIR *directory = opendir(argv[1]);
    if (directory == NULL) {
        perror(argv[1]);
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[4096];

        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        runs += run_file(path);
        files++;
    }
    closedir(directory);
    printf("%zu files, %zu runs\n", files, runs);
    if (files == 0) {
        fprintf(stderr, "no corpus in %s\n", argv[1]);
        return 1;
    }
    return 0;
}
