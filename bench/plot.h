/* A line chart as an SVG file: a few series over one pair of axes, each linear or logarithmic. */
#ifndef MATCHD_BENCH_PLOT_H
#define MATCHD_BENCH_PLOT_H

#include "engine/base/base.h"
#include "engine/base/err.h"

enum { PLOT_SERIES_MAX = 6 };

struct plot_series {
    const char *name;
    const double *x, *y;
    size_t count;
};

struct plot {
    const char *title, *x_label, *y_label;
    bool log_x, log_y; /* values must be over 0 then; others are left out */
    struct plot_series series[PLOT_SERIES_MAX];
    size_t series_count;
};

bool plot_write(const struct plot *plot, const char *path, struct err *err) MUST_CHECK;

#endif
