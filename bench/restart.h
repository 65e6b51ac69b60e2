/* Measurements against OpenBLAS are against its best kernels for this processor, whatever the
 * environment says: OPENBLAS_CORETYPE is read before main, so a program with other kernels sets it
 * and starts itself again. */
#ifndef MATCHD_BENCH_RESTART_H
#define MATCHD_BENCH_RESTART_H

/* To be called before threads. Does not return if it starts anew; returns if the core is as good as
 * any, if starting anew with it has not helped, or /proc is not there. */
void restart_with_blas_core(char **arguments);

#endif
