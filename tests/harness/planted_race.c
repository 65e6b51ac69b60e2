/* A data race that the ThreadSanitizer build must report. */
#include <pthread.h>
#include <stdio.h>

static int shared;

static void *count(void *unused) {
    (void)unused;
    for (int i = 0; i < 100000; i++) {
        shared++;
    }
    return NULL;
}

int main(void) {
    pthread_t threads[2];

    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], NULL, count, NULL) != 0) {
            return 2;
        }
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%d\n", shared);
    return 0;
}
