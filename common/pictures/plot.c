/* Plots: the data and settings of a plot, before it is drawn. */
#include "plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "plot_parts.h"

/* Grows memory to count things of size bytes each; stops the program if there is none. */
static void *enlarged(void *memory, size_t count, size_t size)
{
    size_t bytes;
    void *larger = NULL;
    if (!__builtin_mul_overflow(count, size, &bytes))
        larger = realloc(memory, bytes + 1);
    if (larger == NULL)
        contract_failed("plot", "no memory for %zu entries", count);
    return larger;
}

static char *copy_of(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(enlarged(NULL, size, 1), text, size);
}

plot *plot_new(const char *title, const char *x_name, const char *y_name)
{
    plot *p = enlarged(NULL, 1, sizeof *p);
    *p = (plot){0};
    plot_next_panel(p, title, x_name, y_name);
    return p;
}

static void clear_panel(panel *a)
{
    for (size_t i = 0; i < a->series_count; i++) {
        free(a->series[i].name);
        free(a->series[i].x);
        free(a->series[i].y);
        free(a->series[i].third);
    }
    for (size_t i = 0; i < a->text_count; i++)
        free(a->texts[i]);
    free(a->series);
    free(a->texts);
    free(a->title);
    free(a->x_name);
    free(a->y_name);
}

void plot_free(plot *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->panel_count; i++)
        clear_panel(&p->panels[i]);
    free(p->panels);
    free(p);
}

void plot_next_panel(plot *p, const char *title, const char *x_name, const char *y_name)
{
    p->panels = enlarged(p->panels, p->panel_count + 1, sizeof *p->panels);
    p->panels[p->panel_count++] =
        (panel){.title = copy_of(title), .x_name = copy_of(x_name), .y_name = copy_of(y_name)};
}

static panel *current_panel(plot *p)
{
    return &p->panels[p->panel_count - 1];
}

/* A new series in p's panel with room for count points, which are still to be filled in. */
static series *add_series(plot *p, series_kind kind, const char *name, size_t count)
{
    panel *a = current_panel(p);
    a->series = enlarged(a->series, a->series_count + 1, sizeof *a->series);
    series *s = &a->series[a->series_count++];
    *s = (series){.kind = kind,
                  .name = name != NULL ? copy_of(name) : NULL,
                  .count = count,
                  .x = enlarged(NULL, count, sizeof(double)),
                  .y = enlarged(NULL, count, sizeof(double)),
                  .third = enlarged(NULL, count, sizeof(double))};
    return s;
}

/* The same with the points given; x and third may be NULL. */
static void add_points(plot *p, series_kind kind, const char *name, const double *x,
                       const double *y, const double *third, size_t count)
{
    series *s = add_series(p, kind, name, count);
    for (size_t i = 0; i < count; i++) {
        s->x[i] = x != NULL ? x[i] : (double)i;
        s->y[i] = y[i];
        s->third[i] = third != NULL ? third[i] : 0;
    }
}

void plot_line(plot *p, const char *name, const double *x, const double *y, size_t count)
{
    add_points(p, SERIES_LINE, name, x, y, NULL, count);
}

void plot_points(plot *p, const char *name, const double *x, const double *y, size_t count)
{
    add_points(p, SERIES_POINTS, name, x, y, NULL, count);
}

void plot_coloured_points(plot *p, const char *name, const double *x, const double *y,
                          const double *value, size_t count)
{
    add_points(p, SERIES_COLOURED_POINTS, name, x, y, value, count);
}

void plot_error_bars(plot *p, const char *name, const double *x, const double *y,
                     const double *deviation, size_t count)
{
    add_points(p, SERIES_ERROR_BARS, name, x, y, deviation, count);
}

/* Lets the bars of a panel share a width of 0.8 around 0, 1, 2 ...: a call's beside the last's. */
static void arrange_bars(panel *a)
{
    size_t calls = 0, call = 0;
    for (size_t k = 0; k < a->series_count; k++)
        calls += a->series[k].kind == SERIES_BARS;
    for (size_t k = 0; k < a->series_count; k++) {
        series *s = &a->series[k];
        if (s->kind != SERIES_BARS)
            continue;
        double width = 0.8 / (double)calls;
        for (size_t i = 0; i < s->count; i++) {
            s->x[i] = (double)i - 0.4 + width * ((double)call + 0.5);
            s->third[i] = width;
        }
        call++;
    }
}

void plot_bars(plot *p, const char *name, const char *const *texts, const double *y, size_t count)
{
    add_points(p, SERIES_BARS, name, NULL, y, NULL, count);
    panel *a = current_panel(p);
    arrange_bars(a);
    if (a->texts != NULL)
        return;
    a->texts = enlarged(NULL, count, sizeof *a->texts);
    for (size_t i = 0; i < count; i++)
        a->texts[i] = copy_of(texts[i]);
    a->text_count = count;
}

/* The smallest and the largest finite one of count values; false when there is none. */
static bool finite_range(const double *values, size_t count, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        *low = isfinite(values[i]) ? fmin(*low, values[i]) : *low;
        *high = isfinite(values[i]) ? fmax(*high, values[i]) : *high;
    }
    return *low <= *high;
}

void plot_histogram(plot *p, const char *name, const double *values, size_t count, size_t bin_count)
{
    double low, high;
    if (bin_count < 1)
        contract_failed(__func__, "bin_count is 0, should be 1 or more");
    bool any = finite_range(values, count, &low, &high);
    if (low == high) { /* one value alone lies in the middle of a range of 1 */
        low -= 0.5;
        high += 0.5;
    }
    double width = (high - low) / (double)bin_count;
    series *s = add_series(p, SERIES_HISTOGRAM, name, any ? bin_count : 0);
    for (size_t b = 0; b < s->count; b++) {
        s->x[b] = low + ((double)b + 0.5) * width;
        s->y[b] = 0;
        s->third[b] = width;
    }
    for (size_t i = 0; i < count; i++) {
        double place = (values[i] - low) / width;
        if (isfinite(values[i])) /* the largest value belongs to the last bin */
            s->y[place < (double)bin_count ? (size_t)place : bin_count - 1]++;
    }
}

void plot_horizontal(plot *p, const char *name, double y)
{
    add_points(p, SERIES_HORIZONTAL, name, NULL, &y, NULL, 1);
}

void plot_surface(plot *p, const double *values, size_t rows, size_t columns, double x_first,
                  double x_last, double y_first, double y_last)
{
    if (rows < 2 || columns < 2)
        contract_failed(__func__, "%zu x %zu values make no surface, 2 x 2 is the least", rows,
                        columns);
    series *s = add_series(p, SERIES_SURFACE, NULL, rows * columns);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            size_t k = i * columns + j;
            s->x[k] = x_first + (x_last - x_first) * (double)j / (double)(columns - 1);
            s->y[k] = y_first + (y_last - y_first) * (double)i / (double)(rows - 1);
            s->third[k] = values[k];
        }
}

void plot_logarithmic(plot *p, bool x, bool y)
{
    current_panel(p)->logarithmic_x = x;
    current_panel(p)->logarithmic_y = y;
}

void plot_y_range(plot *p, double low, double high)
{
    panel *a = current_panel(p);
    a->y_range_given = true;
    a->y_low = low;
    a->y_high = high;
}
