/* matchd-bench preview: how long a single request takes, with its funnel, alone and while a rematch
 * runs. */
#ifndef MATCHD_BENCH_PREVIEW_H
#define MATCHD_BENCH_PREVIEW_H

int preview_command(int argc, char **argv);

#endif
