/* matchd-bench verify: does a database hold the people that these arguments make, and does loading
 * it give the same population as making them up in memory? Compared person by person: the hash of
 * every group of inputs, the pairs and the offers; and the questionnaire, item by item. */
#ifndef MATCHD_BENCH_VERIFY_H
#define MATCHD_BENCH_VERIFY_H

/* The exit status: 0 the same, 1 a difference or an error, 2 wrong usage. argv[0] is "verify". */
int verify_command(int argc, char **argv);

#endif
