/*
 * Plots, drawn by gnuplot: lines, points with colour, error bars, bars, histograms, several panels.
 *
 * A plot is built with plain calls and written once, as PNG or SVG by the ending of its path. Numbers and texts reach gnuplot as
 * data files, never as commands: a title may hold anything.
 *
 *     plot *p = plot_new("Loss", "iteration", "loss");
 *     plot_line(p, "training", NULL, history, count);
 *     if (!plot_save(p, "loss.svg", &e)) ...
 *     plot_free(p);
 */
#ifndef COMMON_PLOT_H
#define COMMON_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

typedef struct plot plot;

/* A new plot with one panel, its title and the names of its axes ("" for none); freed by plot_free. */
plot *plot_new(const char *title, const char *x_name, const char *y_name)
    __attribute__((warn_unused_result));
void plot_free(plot *p);

/* Begins a further panel to the right of the last one; what follows is drawn there. */
void plot_next_panel(plot *p, const char *title, const char *x_name, const char *y_name);

/*
 * Each adds a series of count points to the panel, its name in the legend (NULL: not there). x may be NULL in plot_line, for 0, 1, 2 ...
 * The numbers are copied. Points with NaN are left out.
 */
void plot_line(plot *p, const char *name, const double *x, const double *y, size_t count);
void plot_points(plot *p, const char *name, const double *x, const double *y, size_t count);

/* Points whose colour shows value, with a scale beside the panel. */
void plot_coloured_points(plot *p, const char *name, const double *x, const double *y,
                          const double *value, size_t count);

/* A line through (x, y) with a bar of y - deviation to y + deviation at each point. */
void plot_error_bars(plot *p, const char *name, const double *x, const double *y,
                     const double *deviation, size_t count);

/* Bars of height y, each with its text below. */
void plot_bars(plot *p, const char *name, const char *const *texts, const double *y, size_t count);

/* A histogram of the count values in bin_count equal bins between the smallest and the largest. */
void plot_histogram(plot *p, const char *name, const double *values, size_t count,
                    size_t bin_count);

/* A dashed horizontal line at y across the panel. */
void plot_horizontal(plot *p, const char *name, double y);

/* The matrix of rows x columns at values as coloured cells with a scale: x runs from x_first to x_last over the columns, y likewise over the rows. */
void plot_surface(plot *p, const double *values, size_t rows, size_t columns, double x_first,
                  double x_last, double y_first, double y_last);

/* Logarithmic axes for the panel. */
void plot_logarithmic(plot *p, bool x, bool y);

/* Fixed range of the panel's y axis. */
void plot_y_range(plot *p, double low, double high);

/*
 * Draws p into the file path, ".png" or ".svg", by way of a temporary name; width and height of a panel are 480 x 360 pixels. False and e when the
 * ending is another, gnuplot is not installed (it says how to get it) or gnuplot fails (its own words).
 */
bool plot_save(const plot *p, const char *path, error *e) __attribute__((warn_unused_result));

#endif
