#include "bench/plot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 800, HEIGHT = 500, LEFT = 80, RIGHT = 30, TOP = 50, BOTTOM = 60, TICKS = 5 };
static const char *const COLOURS[PLOT_SERIES_MAX] = {"#1b6ca8", "#d1495b", "#2e8b57",
                                                     "#8d6cab", "#b8860b", "#555555"};

/* One axis: values from low to high (their logarithms, if log) onto pixels. */
struct axis {
    bool log;
    double low, high, from, to;
};

static double scaled(const struct axis *axis, double value) {
    return axis->log ? log10(value) : value;
}

static bool shown(const struct plot *plot, double x, double y) {
    return isfinite(x) && isfinite(y) && (!plot->log_x || x > 0) && (!plot->log_y || y > 0);
}

static double pixel(const struct axis *axis, double value) {
    double share = (scaled(axis, value) - axis->low) / (axis->high - axis->low);
    return axis->from + share * (axis->to - axis->from);
}

static void fit(const struct plot *plot, struct axis *x, struct axis *y) {
    bool any = false;
    for (size_t s = 0; s < plot->series_count; s++)
        for (size_t i = 0; i < plot->series[s].count; i++) {
            double px = plot->series[s].x[i], py = plot->series[s].y[i];
            if (!shown(plot, px, py))
                continue;
            double vx = scaled(x, px), vy = scaled(y, py);
            x->low = any ? fmin(x->low, vx) : vx;
            x->high = any ? fmax(x->high, vx) : vx;
            y->low = any ? fmin(y->low, vy) : vy;
            y->high = any ? fmax(y->high, vy) : vy;
            any = true;
        }
    struct axis *axes[] = {x, y};
    for (size_t i = 0; i < ARRAY_LEN(axes); i++) {
        if (!axes[i]->log)
            axes[i]->low = fmin(axes[i]->low, 0);
        if (axes[i]->high <= axes[i]->low)
            axes[i]->high = axes[i]->low + 1;
    }
}

static void write_text(FILE *file, const char *text) {
    for (const char *c = text; *c != '\0'; c++)
        if (*c == '<' || *c == '>' || *c == '&')
            fprintf(file, "&#%d;", *c);
        else
            fputc(*c, file);
}

static void write_label(FILE *file, double x, double y, const char *style, const char *text) {
    fprintf(file, "<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, style);
    write_text(file, text);
    fprintf(file, "</text>\n");
}

static void write_ticks(FILE *file, const struct axis *axis, bool horizontal) {
    for (int i = 0; i <= TICKS; i++) {
        double value = axis->low + (axis->high - axis->low) * i / TICKS;
        double at = axis->from + (axis->to - axis->from) * i / TICKS;
        char text[32];
        snprintf(text, sizeof text, "%.3g", axis->log ? pow(10, value) : value);
        if (horizontal) {
            fprintf(file, "<path d=\"M%.1f %d V%d\" stroke=\"#ddd\"/>\n", at, TOP, HEIGHT - BOTTOM);
            write_label(file, at, HEIGHT - BOTTOM + 18, "text-anchor=\"middle\"", text);
        } else {
            fprintf(file, "<path d=\"M%d %.1f H%d\" stroke=\"#ddd\"/>\n", LEFT, at, WIDTH - RIGHT);
            write_label(file, LEFT - 8, at + 4, "text-anchor=\"end\"", text);
        }
    }
}

static void write_series(FILE *file, const struct plot *plot, size_t at, const struct axis *x,
                         const struct axis *y) {
    const struct plot_series *series = &plot->series[at];
    bool first = true;
    fprintf(file, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" d=\"", COLOURS[at]);
    for (size_t i = 0; i < series->count; i++)
        if (shown(plot, series->x[i], series->y[i])) {
            fprintf(file, "%c%.1f %.1f ", first ? 'M' : 'L', pixel(x, series->x[i]),
                    pixel(y, series->y[i]));
            first = false;
        }
    fprintf(file, "\"/>\n");
    char style[64];
    snprintf(style, sizeof style, "fill=\"%s\"", COLOURS[at]);
    write_label(file, LEFT + 12, TOP + 20 + 18 * (double)at, style, series->name);
}

bool plot_write(const struct plot *plot, const char *path, struct err *err) {
    ASSERT(plot->series_count <= PLOT_SERIES_MAX);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return err_set(err, "cannot write %s: %s", path, strerror(errno));
    struct axis x = {.log = plot->log_x, .from = LEFT, .to = WIDTH - RIGHT};
    struct axis y = {.log = plot->log_y, .from = HEIGHT - BOTTOM, .to = TOP};
    fit(plot, &x, &y);
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            " font-family=\"sans-serif\" font-size=\"12\">\n"
            "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT);
    write_ticks(file, &x, true);
    write_ticks(file, &y, false);
    for (size_t s = 0; s < plot->series_count; s++)
        write_series(file, plot, s, &x, &y);
    write_label(file, WIDTH / 2, 28, "text-anchor=\"middle\" font-size=\"16\"", plot->title);
    write_label(file, WIDTH / 2, HEIGHT - 18, "text-anchor=\"middle\"", plot->x_label);
    write_label(file, 12, TOP - 14, "", plot->y_label);
    fprintf(file, "</svg>\n");
    bool ok = ferror(file) == 0;
    if (fclose(file) != 0 || !ok)
        return err_set(err, "cannot write %s: %s", path, strerror(errno));
    return true;
}
