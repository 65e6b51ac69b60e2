#include "bench/machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench/restart.h"
#include "engine/base/version.h"
#include "engine/kernel/blas.h"

static void unbind(void) {
    if (getenv("OMP_PROC_BIND") == NULL)
        return;
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    if (sched_setaffinity(0, sizeof all, &all) != 0)
        perror("matchd-bench: threads stay on one processor");
}

bool machine_start(char **argv, struct err *err) {
    unbind();
    restart_with_blas_core(argv);
    return blas_start(err);
}

/* "AMD EPYC", as the kernel names it; "unknown" where it does not. */
static void machine_processor(char *text, size_t size) {
    static const char KEY[] = "model name";
    snprintf(text, size, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, KEY, strlen(KEY)) != 0 || colon == NULL || colon[1] == '\0')
            continue;
        snprintf(text, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    if (file != NULL)
        fclose(file);
}

uint32_t machine_processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (uint32_t)CPU_COUNT(&set);
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (uint32_t)count : 1;
}

static double clock_seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct spent spent_now(void) {
    return (struct spent){clock_seconds(CLOCK_MONOTONIC), clock_seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

struct spent spent_since(struct spent start) {
    struct spent now = spent_now();
    return (struct spent){now.wall - start.wall, now.cpu - start.cpu};
}

static int by_wall(const void *x, const void *y) {
    double a = ((const struct spent *)x)->wall, b = ((const struct spent *)y)->wall;
    return (a > b) - (a < b);
}

struct spent spent_median(struct spent *times, size_t count) {
    ASSERT(count > 0);
    qsort(times, count, sizeof *times, by_wall);
    return times[(count - 1) / 2];
}

size_t machine_resident_most(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024;
}

json_t *machine_json(void) {
    char processor[128];
    double load = 0;
    machine_processor(processor, sizeof processor);
    if (getloadavg(&load, 1) != 1)
        load = -1;
    return json_pack("{s:s, s:i, s:s, s:s, s:f}", "processor", processor, "processors",
                     (int)machine_processors(), "blas_core", blas_core(), "version",
                     MATCHD_VERSION " (" MATCHD_COMMIT ")", "load", load);
}

void machine_print(void) {
    char processor[128];
    double load[1];
    machine_processor(processor, sizeof processor);
    printf("machine   %s, %u processors", processor, machine_processors());
    if (getloadavg(load, 1) == 1)
        printf(", load %.1f", load[0]);
    printf("\nversion   %s (%s)\n", MATCHD_VERSION, MATCHD_COMMIT);
}
