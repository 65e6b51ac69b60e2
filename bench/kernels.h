/* matchd-bench kernels: what each kernel does in a second, on every instruction set, and with which
 * backend the visual part is faster, at D = 24, 64, 128 and 512; against what the machine can do at
 * most, measured in the same run. One thread, tiles that stay in the cache, people made up; rates
 * by processor time. */
#ifndef MATCHD_BENCH_KERNELS_H
#define MATCHD_BENCH_KERNELS_H

int kernels_command(int argc, char **argv);

#endif
