/* Threads that multiply matrices at the same time, each for itself. Debian's serial build of
 * OpenBLAS shares its buffers between callers without a lock: this fails with it within a few
 * hundred rounds. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "engine/kernel/blas.h"

enum { THREADS = 4, ROUNDS = 2000, ROWS = 64, WIDTH = 128 };

struct task {
    float x[ROWS * WIDTH], y[ROWS * WIDTH], expected[ROWS * ROWS], out[ROWS * ROWS];
    bool differs;
};

static void multiply(struct task *task, float *out) {
    blas_dots((struct blas_vectors){task->x, ROWS, WIDTH},
              (struct blas_vectors){task->y, ROWS, WIDTH}, out);
}

static void *multiply_often(void *argument) {
    struct task *task = argument;
    for (int i = 0; i < ROUNDS && !task->differs; i++) {
        multiply(task, task->out);
        task->differs = memcmp(task->out, task->expected, sizeof task->out) != 0;
    }
    return NULL;
}

int main(void) {
    static struct task tasks[THREADS];
    struct err err;
    if (!blas_start(&err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    for (unsigned t = 0; t < THREADS; t++) {
        for (unsigned i = 0; i < ROWS * WIDTH; i++) {
            tasks[t].x[i] = (float)((i * 7 + t) % 101) / 101.0f;
            tasks[t].y[i] = (float)((i * 5 + t * 13) % 89) / 89.0f;
        }
        multiply(&tasks[t], tasks[t].expected);
    }
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++)
        if (pthread_create(&threads[t], NULL, multiply_often, &tasks[t]) != 0)
            return 1;
    bool differs = false;
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
        differs = differs || tasks[t].differs;
    }
    if (differs)
        fprintf(stderr, "products of matrices differ when threads compute them side by side\n");
    return differs ? 1 : 0;
}
