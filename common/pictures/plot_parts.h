/*
 * What a plot is made of. For plot.c, which builds it, plot_commands.c, which puts it in gnuplot's
 * words, and plot_gnuplot.c, which has it drawn.
 */
#ifndef COMMON_PLOT_PARTS_H
#define COMMON_PLOT_PARTS_H

#include "plot.h"

typedef enum series_kind {
    SERIES_LINE,
    SERIES_POINTS,
    SERIES_COLOURED_POINTS, /* third: the value */
    SERIES_ERROR_BARS,      /* third: the deviation */
    SERIES_BARS,            /* third: the width */
    SERIES_HISTOGRAM,       /* third: the width */
    SERIES_HORIZONTAL,      /* y[0] alone counts */
    SERIES_SURFACE          /* third: the value */
} series_kind;

typedef struct series {
    series_kind kind;
    char *name; /* NULL: not in the legend */
    size_t count;
    double *x, *y, *third; /* count each */
} series;

typedef struct panel {
    char *title, *x_name, *y_name;
    bool logarithmic_x, logarithmic_y;
    bool y_range_given;
    double y_low, y_high;
    size_t series_count;
    series *series;
    size_t text_count;
    char **texts; /* below the bars; NULL where there are none */
} panel;

struct plot {
    size_t panel_count;
    panel *panels;
};

/* Room for the path of the folder that plot_save makes for gnuplot, and of a file in it. */
enum { PLOT_FOLDER_SIZE = 1000, PLOT_PATH_SIZE = 1024 };

/*
 * Writes p into folder as the files start, data, texts and panels, for gnuplot's terminal of that
 * name. False and e when a file cannot be written.
 */
bool plot_write_inputs(const plot *p, const char *terminal, const char *folder, error *e)
    __attribute__((warn_unused_result));

#endif
