#include "api/matchctl/import.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "storage/import.h"
#include "storage/import_columns.h"

enum { PROBLEMS_SHOWN = 100 };

static void print_usage(FILE *to) {
    fprintf(to, "matchctl import [--check] DIR\n"
                "matchctl import --columns\n"
                "matchctl import --help\n\n"
                "Brings the CSV files of a directory into the database, all of them or nothing.\n\n"
                "  --check    read and judge them only\n"
                "  --columns  print the files and their columns\n\n"
                "MATCHD_IMPORT_URL, or PGHOST and so on, name the database; the role is the owner "
                "of the schema.\n"
                "A running matchd sees the new people after `matchctl reload`.\n\n"
                "Exit status: 0 done, 1 nothing was imported (each line says why), 2 the command "
                "line is\nwrong.\n");
}

static void print_columns(void) {
    for (int file = 0; file < IMPORT_FILES; file++) {
        const struct import_form *form = import_form_of((enum import_file)file);
        printf("%s%s: %s\n", file > 0 ? "\n" : "", form->name, form->doc);
        for (size_t i = 0; i < form->count; i++) {
            const struct import_column *column = &form->columns[i];
            char expects[256];
            printf("  %-20s %s %s%s%s\n", column->name, column->required ? "*" : " ",
                   import_column_expects(column, expects, sizeof expects),
                   column->doc[0] != '\0' ? "; " : "", column->doc);
        }
    }
    printf(
        "\n* must be there, and no cell empty. Any other column may be left out; an empty cell is "
        "null.\nIn parentheses: what a missing value becomes.\n");
}

static void print_problem(void *ctx, const struct import_problem *problem) {
    unsigned *shown = ctx;
    if ((*shown)++ >= PROBLEMS_SHOWN)
        return;
    fprintf(stderr, "%s", problem->file);
    if (problem->line > 0)
        fprintf(stderr, ":%llu", (unsigned long long)problem->line);
    if (problem->column != NULL)
        fprintf(stderr, ": %s", problem->column);
    fprintf(stderr, ": %s\n", problem->reason);
}

static int run(struct import_options *options) {
    struct import_summary summary;
    struct err err;
    unsigned shown = 0;
    options->problem = print_problem;
    options->ctx = &shown;
    bool ok = import_directory(options, &summary, &err);
    if (shown > PROBLEMS_SHOWN)
        fprintf(stderr, "... and %u more\n", shown - PROBLEMS_SHOWN);
    if (!ok) {
        fprintf(stderr, "import: %s\n", err.text);
        return 1;
    }
    printf("%s: %llu questions, %llu people, %llu answers, %llu vectors, %llu decisions"
           " (%llu matches)\n",
           options->check_only ? "nothing wrong" : "imported",
           (unsigned long long)summary.questions, (unsigned long long)summary.people,
           (unsigned long long)summary.answers, (unsigned long long)summary.vectors,
           (unsigned long long)summary.decisions, (unsigned long long)summary.matches);
    return 0;
}

int import_command(int argc, char **argv) {
    static const struct option OPTIONS[] = {{"check", no_argument, NULL, 'c'},
                                            {"columns", no_argument, NULL, 'l'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    struct import_options options = {.url = getenv("MATCHD_IMPORT_URL")};
    int option;
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
        switch (option) {
        case 'c': options.check_only = true; break;
        case 'l': print_columns(); return 0;
        case 'h': print_usage(stdout); return 0;
        default: print_usage(stderr); return 2;
        }
    if (optind != argc - 1) {
        fprintf(stderr, "import: expected one directory, got %d\n\n", argc - optind);
        print_usage(stderr);
        return 2;
    }
    options.directory = argv[optind];
    return run(&options);
}
