/*
 * Plots, drawn by gnuplot: lines, points with colour, error bars, bars, histograms, surfaces,
 * several panels.
 *
 * A plot is built with plain calls and written once, as PNG or SVG by the ending of its path.
 * Numbers and texts reach gnuplot in data files, never in commands: a title may hold anything.
 * Control characters become blanks, and in a text that is not UTF-8 what is not ASCII becomes '?'.
 *
 *     plot *p = plot_new("Loss", "iteration", "loss");
 *     plot_line(p, "training", NULL, history, count);
 *     if (!plot_save(p, "loss.svg", &e)) ...
 *     plot_free(p);
 *
 * Everything that is handed over is copied. A point with a coordinate that is infinite or NaN is
 * left out, and so is one that is not positive on a logarithmic axis; a panel without any point
 * says so. A name is what the legend shows; with NULL a series is not in the legend.
 */
#ifndef COMMON_PLOT_H
#define COMMON_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* The size of a panel in pixels. */
enum { PLOT_PANEL_WIDTH = 480, PLOT_PANEL_HEIGHT = 360 };

typedef struct plot plot;

/*
 * A new plot with one panel, its title and the names of its axes, x_name and y_name ("" for none);
 * freed by plot_free.
 */
plot *plot_new(const char *title, const char *x_name, const char *y_name)
    __attribute__((warn_unused_result));

/* Frees p; NULL is fine. */
void plot_free(plot *p);

/*
 * Begins a further panel of p, with its title, x_name and y_name, to the right of the last one;
 * what follows is drawn there.
 */
void plot_next_panel(plot *p, const char *title, const char *x_name, const char *y_name);

/*
 * Adds to p's panel a line through count points (x, y), or the points without a line. x may be NULL
 * for 0, 1, 2 ...
 */
void plot_line(plot *p, const char *name, const double *x, const double *y, size_t count);
void plot_points(plot *p, const char *name, const double *x, const double *y, size_t count);

/* Adds count points (x, y) whose colour shows value, with a scale beside p's panel. */
void plot_coloured_points(plot *p, const char *name, const double *x, const double *y,
                          const double *value, size_t count);

/*
 * Adds a line through count points (x, y) to p's panel, with a bar from y - deviation to
 * y + deviation at each point.
 */
void plot_error_bars(plot *p, const char *name, const double *x, const double *y,
                     const double *deviation, size_t count);

/*
 * Adds count bars of height y to p's panel, each with its text below. A second call sets its bars
 * beside the first one's, whose texts stay.
 */
void plot_bars(plot *p, const char *name, const char *const *texts, const double *y, size_t count);

/*
 * Adds to p's panel a histogram of the finite ones of count values, in bin_count (1 or more) equal
 * bins between the smallest and the largest.
 */
void plot_histogram(plot *p, const char *name, const double *values, size_t count,
                    size_t bin_count);

/* Adds a dashed horizontal line at y across p's panel. */
void plot_horizontal(plot *p, const char *name, double y);

/*
 * Draws the matrix of rows x columns (2 or more) at values as coloured cells with a scale, into p's
 * panel: x runs from x_first to x_last over the columns, y from y_first to y_last over the rows.
 */
void plot_surface(plot *p, const double *values, size_t rows, size_t columns, double x_first,
                  double x_last, double y_first, double y_last);

/* Makes the axes of p's panel logarithmic, or not: x, y. */
void plot_logarithmic(plot *p, bool x, bool y);

/* Gives the y axis of p's panel the range low to high. */
void plot_y_range(plot *p, double low, double high);

/*
 * Draws p into the file path, which ends in ".png" or ".svg", by way of a temporary name. False and
 * e when the ending is another, when gnuplot is not installed (it says how to get it) or fails (its
 * own words), and when the file cannot be written.
 */
bool plot_save(const plot *p, const char *path, error *e) __attribute__((warn_unused_result));

/* Whether gnuplot, which draws plots, is installed: a program of that name on the PATH. */
bool plot_available(void);

/*
 * Writes p's numbers into the file path, which needs no gnuplot: one line per point, with tabs
 * between panel, series, x, y and the third number (value, deviation or width), after a line of
 * these names. False and e when the file cannot be written.
 */
bool plot_save_table(const plot *p, const char *path, error *e) __attribute__((warn_unused_result));

#endif
