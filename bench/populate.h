/* matchd-bench populate: fills an empty database with made-up people. */
#ifndef MATCHD_BENCH_POPULATE_H
#define MATCHD_BENCH_POPULATE_H

/* The exit status: 0, 1 an error, 2 wrong usage. argv[0] is "populate". */
int populate_command(int argc, char **argv);

#endif
