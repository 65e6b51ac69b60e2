/* matchd-bench: populations to run on, and measurements that check their answers first. */
#include <stdio.h>
#include <string.h>

#include "bench/compare.h"
#include "bench/kernels.h"
#include "bench/loading.h"
#include "bench/machine.h"
#include "bench/populate.h"
#include "bench/preview.h"
#include "bench/rematch.h"
#include "bench/scale.h"
#include "bench/verify.h"
#include "engine/base/base.h"
#include "engine/base/version.h"

static const struct command {
    const char *name, *help;
    int (*run)(int argc, char **argv);
    bool measures;
} COMMANDS[] = {
    {"populate", "fill an empty database with made-up people", populate_command, false},
    {"verify", "compare a database with the people that populate makes", verify_command, false},
    {"rematch", "time a whole rematch, by stage", rematch_command, true},
    {"kernels", "each kernel by instruction set, against the machine's peak", kernels_command,
     true},
    {"preview", "latency of single requests, alone and beside a rematch", preview_command, true},
    {"scale", "a rematch of more and more people", scale_command, true},
    {"loading", "a load from a database, beside a bare COPY", loading_command, true},
    {"compare", "a rematch beside BLAS, FAISS, SQL and the reference", compare_command, true},
};

static void print_usage(FILE *to) {
    fprintf(to, "matchd-bench COMMAND [arguments]   (COMMAND --help says more)\n\n");
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++)
        fprintf(to, "  %-12s %s\n", COMMANDS[i].name, COMMANDS[i].help);
}

static int run_command(const struct command *command, int argc, char **argv) {
    struct err err;
    if (command->measures && !machine_start(argv, &err)) {
        fprintf(stderr, "matchd-bench: %s\n", err.text);
        return 1;
    }
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv) {
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        printf("matchd-bench %s (%s)\n", MATCHD_VERSION, MATCHD_COMMIT);
        return 0;
    }
    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        print_usage(stdout);
        return 0;
    }
    for (size_t i = 0; argc >= 2 && i < ARRAY_LEN(COMMANDS); i++)
        if (strcmp(argv[1], COMMANDS[i].name) == 0)
            return run_command(&COMMANDS[i], argc, argv);
    if (argc >= 2)
        fprintf(stderr, "matchd-bench: no command %s\n\n", argv[1]);
    print_usage(stderr);
    return 2;
}
