/* OpenBLAS chooses its kernels before main, from OPENBLAS_CORETYPE or from a list of processors
 * that ends years ago. A program that finds itself with the kernels of an older processor sets that
 * variable and starts itself again: same process id, same arguments. */
#ifndef MATCHD_API_MATCHD_RESTART_H
#define MATCHD_API_MATCHD_RESTART_H

/* To be called before threads and sockets. Does not return if it starts anew; returns if the core
 * is as good as any, was asked for by the environment, or /proc is not there. */
void restart_with_blas_core(char **arguments);

#endif
