/*
 * Plots: the commands and data for gnuplot. plot_gnuplot.c explains the files.
 *
 * The commands consist of words from this file and of numbers. No text of a caller is ever among
 * them, so there is nothing to escape: gnuplot puts each text together from its bytes, which it
 * reads as numbers, and the commands know it as a variable, T[7].
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "colour_map.h"
#include "contract.h"
#include "plot_parts.h"

enum { COLOUR_COUNT = 7 };

/* Colours that colour-blind people tell apart. Source: Okabe and Ito, "Color universal design". */
static const char *const colours[COLOUR_COUNT] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                  "#E69F00", "#56B4E9", "#555555"};

/* What is being written. */
typedef struct drawing {
    FILE *data, *texts, *panels;
    size_t block_count, text_count, byte_count;
} drawing;

static void put_byte(drawing *d, unsigned char byte)
{
    fprintf(d->texts, "%zu %u\n", d->text_count, byte);
    d->byte_count++;
}

/* Writes text to the file of texts and returns its number: in commands it is T[number]. */
static size_t put_text(drawing *d, const char *text)
{
    json_t *utf8 = json_string(text); /* NULL where it is not */
    d->text_count++;
    for (const char *c = text; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < ' ' || byte == 127)
            byte = ' ';
        else if (byte > 127 && utf8 == NULL)
            byte = '?';
        if (byte == '>' && c - text >= 2 && c[-1] == ']' && c[-2] == ']')
            put_byte(d, ' '); /* gnuplot writes it as it is, and no SVG file may hold "]]>" */
        put_byte(d, byte);
    }
    json_decref(utf8);
    return d->text_count;
}

/* Whether point i of s can be drawn in the panel a. */
static bool can_draw(const panel *a, const series *s, size_t i)
{
    if (s->kind == SERIES_HORIZONTAL)
        return isfinite(s->y[i]) && !(a->logarithmic_y && s->y[i] <= 0);
    if (!isfinite(s->x[i]) || !isfinite(s->y[i]))
        return false;
    if (!isfinite(s->third[i]) && s->kind != SERIES_SURFACE) /* which shows a hole */
        return false;
    return !(a->logarithmic_x && s->x[i] <= 0) && !(a->logarithmic_y && s->y[i] <= 0);
}

/* How many points of s can be drawn; a hole in a surface is none. */
static size_t count_drawable(const panel *a, const series *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += can_draw(a, s, i) && isfinite(s->third[i]);
    return count;
}

/* Writes the points of s as the next block of the data. */
static void put_points(drawing *d, const panel *a, const series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!can_draw(a, s, i))
            continue;
        fprintf(d->data, "%.17g %.17g ", s->x[i], s->y[i]);
        if (isfinite(s->third[i]))
            fprintf(d->data, "%.17g\n", s->third[i]);
        else
            fputs("NaN\n", d->data);
    }
    fputs("\n\n", d->data);
    d->block_count++;
}

/* How a series of this kind is drawn, after "plot 'data' index N" and before its colour. */
static const char *const styles[] = {
    [SERIES_LINE] = "using 1:2 with lines linewidth 1.7",
    [SERIES_POINTS] = "using 1:2 with points pointtype 7 pointsize 0.6",
    [SERIES_COLOURED_POINTS] =
        "using 1:2:3 with points pointtype 7 pointsize 1.4 linecolor palette",
    [SERIES_ERROR_BARS] = "using 1:2:3 with yerrorlines pointtype 7 pointsize 0.6 linewidth 1.4",
    [SERIES_BARS] = "using 1:2:3 with boxes fillstyle solid 0.85 noborder",
    [SERIES_HISTOGRAM] = "using 1:2:3 with boxes fillstyle transparent solid 0.55 noborder",
    [SERIES_HORIZONTAL] = "with lines linewidth 1.4 dashtype 2",
    [SERIES_SURFACE] = "using 1:2:3 with image",
};

/* Writes the part of the plot command that draws s, which is the k-th of its panel to be drawn. */
static void put_series(drawing *d, const panel *a, const series *s, size_t k)
{
    fputs(k == 0 ? "plot " : ", \\\n  ", d->panels);
    bool dot =
        s->kind == SERIES_LINE && count_drawable(a, s) == 1; /* a line of nothing is unseen */
    const char *style = styles[dot ? SERIES_POINTS : s->kind];
    if (s->kind == SERIES_HORIZONTAL) {
        fprintf(d->panels, "%.17g %s", s->y[0], style);
    } else {
        fprintf(d->panels, "'data' index %zu %s", d->block_count, style);
        put_points(d, a, s);
    }
    bool by_value = s->kind == SERIES_COLOURED_POINTS || s->kind == SERIES_SURFACE;
    if (!by_value)
        fprintf(d->panels, " linecolor rgb '%s'", colours[k % COLOUR_COUNT]);
    if (s->kind == SERIES_LINE) /* when the colours are used up, lines of dashes */
        fprintf(d->panels, " dashtype %zu", 1 + k / COLOUR_COUNT % 5);
    if (s->name != NULL)
        fprintf(d->panels, " title T[%zu]", put_text(d, s->name));
    else
        fputs(" notitle", d->panels);
}

/* Writes the text at a tick, which gnuplot takes for a format: there % is written twice. */
static size_t put_tick_text(drawing *d, const char *text)
{
    size_t length = 0;
    char *format = calloc(2 * strlen(text) + 1, 1);
    if (format == NULL)
        contract_failed("plot_save", "no memory for a text");
    for (const char *c = text; *c != '\0'; c++) {
        format[length++] = *c;
        if (*c == '%')
            format[length++] = '%';
    }
    size_t number = put_text(d, format);
    free(format);
    return number;
}

/* Writes the bars' texts and their positions. */
static void put_bar_texts(drawing *d, const panel *a)
{
    size_t length = 0;
    fputs("set xtics scale 0 (", d->panels);
    for (size_t i = 0; i < a->text_count; i++) {
        fprintf(d->panels, "%sT[%zu] %zu", i > 0 ? ", " : "", put_tick_text(d, a->texts[i]), i);
        length += strlen(a->texts[i]) + 2;
    }
    fputs(")\n", d->panels);
    fprintf(d->panels, "set xrange [-0.6:%zu - 0.4]\n", a->text_count);
    if (length > 60) /* more than there is room for side by side */
        fputs("set xtics rotate by -35\n", d->panels);
}

/* Writes the axes of the panel a. */
static void put_axes(drawing *d, const panel *a)
{
    bool from_zero = false, filled = false;
    for (size_t i = 0; i < a->series_count; i++) {
        series_kind kind = a->series[i].kind;
        from_zero |= kind == SERIES_BARS || kind == SERIES_HISTOGRAM;
        filled |= kind == SERIES_SURFACE;
    }
    if (a->logarithmic_x)
        fputs("set logscale x\nset format x '%g'\n", d->panels);
    if (a->logarithmic_y)
        fputs("set logscale y\nset format y '%g'\n", d->panels);
    if (filled)
        fputs("set autoscale fix\nunset grid\n", d->panels);
    if (a->text_count > 0)
        put_bar_texts(d, a);
    if (a->y_range_given)
        fprintf(d->panels, "set yrange [%.17g:%.17g]\n", a->y_low, a->y_high);
    else if (from_zero && !a->logarithmic_y)
        fputs("set yrange [*<0:0<*]\n", d->panels);
}

/* What every panel begins with: a quiet frame, a pale grid, the legend where it hides nothing. */
static void put_look(drawing *d)
{
    fputs("reset\n"
          "set border 3 linecolor rgb '#808080' linewidth 0.8\n"
          "set tics nomirror scale 0.6 textcolor rgb '#404040'\n"
          "set grid linecolor rgb '#e4e4e4' linetype 1 linewidth 0.8\n"
          "set key bmargin center horizontal samplen 2 height 0.7\n"
          "set palette defined (",
          d->panels);
    for (int i = 0; i < COLOUR_MAP_STOPS; i++)
        fprintf(d->panels, "%s%d '#%02x%02x%02x'", i > 0 ? ", " : "", i, colour_map[i].red,
                colour_map[i].green, colour_map[i].blue);
    fputs(")\n", d->panels);
}

/* Gives the panel a range that its series do not: there is none, or only horizontal lines. */
static void put_missing_ranges(drawing *d, size_t drawable, size_t with_points)
{
    if (with_points == 0) /* which a logarithmic axis takes, too */
        fputs("set xrange [1:10]\n", d->panels);
    if (drawable == 0)
        fprintf(d->panels,
                "set yrange [1:10]\n"
                "set label T[%zu] at graph 0.5, 0.5 center textcolor rgb '#808080'\n"
                "plot NaN notitle\n",
                put_text(d, "nothing to show"));
}

static void put_panel(drawing *d, const panel *a)
{
    put_look(d);
    fprintf(d->panels, "set title T[%zu]\n", put_text(d, a->title));
    fprintf(d->panels, "set xlabel T[%zu]\n", put_text(d, a->x_name));
    fprintf(d->panels, "set ylabel T[%zu]\n", put_text(d, a->y_name));
    put_axes(d, a);
    size_t drawable = 0, with_points = 0, k = 0;
    for (size_t i = 0; i < a->series_count; i++) {
        bool drawn = count_drawable(a, &a->series[i]) > 0;
        drawable += drawn;
        with_points += drawn && a->series[i].kind != SERIES_HORIZONTAL;
    }
    put_missing_ranges(d, drawable, with_points);
    for (size_t i = 0; i < a->series_count; i++)
        if (count_drawable(a, &a->series[i]) > 0)
            put_series(d, a, &a->series[i], k++);
    fputs("\n", d->panels);
}

/* Writes the first commands, when everything else is written and the texts are counted. */
static void put_start(const drawing *d, FILE *start, const plot *p, const char *terminal)
{
    fprintf(start,
            "cd ARG1\n"
            "set terminal %s size %zu,%d noenhanced font 'sans,10' background '#ffffff'\n"
            "set output 'picture'\n"
            "array T[%zu]\n"
            "do for [i=1:%zu] { T[i] = '' }\n",
            terminal, p->panel_count * PLOT_PANEL_WIDTH, PLOT_PANEL_HEIGHT, d->text_count,
            d->text_count);
    if (d->byte_count > 0)
        fputs("stats 'texts' using (T[$1] = T[$1] . sprintf('%c', $2), 0) nooutput\n", start);
    fprintf(start,
            "set multiplot layout 1,%zu\n"
            "load 'panels'\n"
            "unset multiplot\n"
            "set output\n",
            p->panel_count);
}

/* Opens a new file in the private folder for writing; NULL and e when that fails. */
static FILE *create(const char *folder, const char *name, error *e)
{
    char path[PLOT_PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wx");
    if (file == NULL)
        error_set(e, "%s: cannot write: %s", path, strerror(errno));
    return file;
}

/* Closes a file that was written; false when that, or an earlier writing to it, failed. */
static bool finish(FILE *file)
{
    if (file == NULL)
        return false;
    bool good = ferror(file) == 0;
    return fclose(file) == 0 && good;
}

bool plot_write_inputs(const plot *p, const char *terminal, const char *folder, error *e)
{
    FILE *start = create(folder, "start", e);
    drawing d = {.data = create(folder, "data", e),
                 .texts = create(folder, "texts", e),
                 .panels = create(folder, "panels", e)};
    bool created = start != NULL && d.data != NULL && d.texts != NULL && d.panels != NULL;
    if (created) {
        for (size_t i = 0; i < p->panel_count; i++)
            put_panel(&d, &p->panels[i]);
        put_start(&d, start, p, terminal);
    }
    bool good = finish(start);
    good = finish(d.data) && good;
    good = finish(d.texts) && good;
    good = finish(d.panels) && good;
    if (created && !good)
        return error_set(e, "%s: the plot's data cannot be written: is the disk full?", folder);
    return good;
}
