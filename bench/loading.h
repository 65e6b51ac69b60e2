/* matchd-bench loading: from the first COPY to a daemon that is ready, beside the bare COPY of the
 * same columns to nowhere. */
#ifndef MATCHD_BENCH_LOADING_H
#define MATCHD_BENCH_LOADING_H

int loading_command(int argc, char **argv);

#endif
