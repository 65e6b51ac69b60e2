#include "bench/scale.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/plot.h"
#include "bench/rematch.h"
#include "bench/scene.h"
#include "engine/base/mem.h"

enum { OPTION_MAX = 1, STEPS_MAX = 8 };

struct step {
    uint32_t people, members, checked;
    struct spent source, prepared, run;
    size_t population_bytes, tiles_bytes, resident;
};

struct scale {
    struct scene_options options;
    uint64_t most;
    struct step steps[STEPS_MAX];
    size_t count;
    json_t *rows;
};

static bool time_runs(const struct scene *scene, struct step *step, struct err *err) {
    uint64_t repeat = scene->options->repeat;
    struct spent *times = mem_array(repeat, sizeof *times);
    char digest[RUN_DIGEST_TEXT] = "";
    struct rematch_mode mode = {.threads = (uint32_t)scene->options->threads,
                                .sample = (uint32_t)scene->options->sample,
                                .digest_out = digest};
    bool ok = true;
    for (uint64_t i = 0; ok && i < repeat; i++) {
        ok = rematch_time(scene, &mode, &times[i], err);
        mode = (struct rematch_mode){.threads = mode.threads, .digest = digest};
    }
    if (ok)
        step->run = spent_median(times, repeat);
    free(times);
    return ok;
}

static void print_step(const struct scale *scale, const struct step *s) {
    if (scale->options.json)
        return;
    printf("%9u %9u %9.2f %9.2f %9.3f %9.3f %9.2f %9.0f %9.0f %9.1f\n", s->people, s->members,
           s->source.wall, s->prepared.wall, s->run.wall, s->run.cpu,
           s->run.wall / s->members * 1e6, (double)s->population_bytes / s->people,
           (double)s->tiles_bytes / s->people, (double)s->resident / (1 << 20));
    fflush(stdout);
}

static bool measure_step(struct scale *scale, uint32_t people, struct err *err) {
    struct scene scene;
    struct scene_options options = scale->options;
    options.world.people = people;
    if (!scene_make(&scene, &options, err))
        return false;
    if (scale->count == 0 && !options.json) {
        scene_print(&scene);
        printf("checked   %llu viewers of each against the reference, every digest\n\n"
               "   people   members  generate   prepare       run   run CPU  us/member  bytes per"
               " person  resident\n"
               "                            s         s         s         s           people    "
               " tiles       MiB\n",
               (unsigned long long)options.sample);
    }
    struct step *step = &scale->steps[scale->count++];
    *step = (struct step){
        .people = people,
        .members = scene.members,
        .checked = options.sample < scene.members ? (uint32_t)options.sample : scene.members,
        .source = scene.source_spent,
        .prepared = {scene.view_spent.wall + scene.tiles_spent.wall,
                     scene.view_spent.cpu + scene.tiles_spent.cpu},
        .population_bytes = population_bytes(scene.population),
        .tiles_bytes = scene.tiles != NULL ? tiles_bytes(scene.tiles) : 0,
    };
    bool ok = time_runs(&scene, step, err);
    step->resident = machine_resident_most();
    if (ok)
        print_step(scale, step);
    if (ok && scale->rows == NULL) {
        scale->rows = json_object();
        scene_report(&scene, scale->rows);
        json_object_set_new(scale->rows, "bench", json_string("scale"));
        json_object_set_new(scale->rows, "steps", json_array());
    }
    if (ok)
        json_array_append_new(
            json_object_get(scale->rows, "steps"),
            json_pack("{s:i, s:i, s:i, s:f, s:f, s:f, s:f, s:I, s:I, s:I}", "people", (int)people,
                      "members", (int)step->members, "checked_viewers", (int)step->checked,
                      "source_s", step->source.wall, "prepare_s", step->prepared.wall, "rematch_s",
                      step->run.wall, "rematch_cpu_s", step->run.cpu, "population_bytes",
                      (json_int_t)step->population_bytes, "tiles_bytes",
                      (json_int_t)step->tiles_bytes, "resident_bytes", (json_int_t)step->resident));
    scene_release(&scene);
    return ok;
}

static bool draw(const struct scale *scale, struct err *err) {
    double people[STEPS_MAX], run[STEPS_MAX], cpu[STEPS_MAX];
    for (size_t i = 0; i < scale->count; i++) {
        people[i] = scale->steps[i].people;
        run[i] = scale->steps[i].run.wall;
        cpu[i] = scale->steps[i].run.cpu;
    }
    struct plot plot = {.title = "A rematch of everybody",
                        .x_label = "people",
                        .y_label = "seconds",
                        .log_x = true,
                        .log_y = true,
                        .series = {{"wall time", people, run, scale->count},
                                   {"processor time", people, cpu, scale->count}},
                        .series_count = 2};
    return plot_write(&plot, scale->options.svg, err);
}

static bool measure(struct scale *scale, struct err *err) {
    static const uint32_t PEOPLE[STEPS_MAX] = {1000,   3000,   10000,   30000,
                                               100000, 300000, 1000000, 3000000};
    bool ok = true;
    for (size_t i = 0; ok && i < STEPS_MAX && PEOPLE[i] <= scale->most; i++)
        ok = measure_step(scale, PEOPLE[i], err);
    if (ok && scale->options.json) {
        json_dumpf(scale->rows, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
        printf("\n");
    }
    json_decref(scale->rows);
    return ok && (scale->options.svg == NULL || draw(scale, err));
}

static bool take(void *ctx, int option, const char *value, struct err *err) {
    (void)option;
    struct scale *scale = ctx;
    return argument_number("max", value, 1000, WORLD_PEOPLE_MAX, &scale->most, err);
}

int scale_command(int argc, char **argv) {
    static const struct option OPTIONS[] = {{"max", required_argument, NULL, OPTION_MAX}, {0}};
    struct scale scale = {.options = scene_options_default(), .most = 100000};
    scale.options.world.people = 1000;
    scale.options.sample = 10;
    struct scene_extra extra = {
        OPTIONS, take, &scale,
        "  --max N        the most people; --people does not count (100000)\n"
        "  --svg FILE     a chart of time over people\n"};
    struct err err;
    if (!scene_parse(&scale.options, argc, argv, &extra, &err)) {
        fprintf(stderr, "scale: %s\n", err.text);
        return 2;
    }
    if (scale.options.help) {
        scene_usage("scale", "A rematch of 1,000, 3,000, 10,000, ... people.", &extra);
        return 0;
    }
    if (scale.options.from_database) {
        fprintf(stderr, "scale: the people are made up: --from-database does not apply\n");
        return 2;
    }
    if (!measure(&scale, &err)) {
        fprintf(stderr, "scale: %s\n", err.text);
        return 1;
    }
    return 0;
}
