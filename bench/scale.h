/* matchd-bench scale: a rematch of 1,000 to --max people over the generator's cities: time, bytes.
 */
#ifndef MATCHD_BENCH_SCALE_H
#define MATCHD_BENCH_SCALE_H

int scale_command(int argc, char **argv);

#endif
