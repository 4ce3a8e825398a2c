/*
 * Plots: how gnuplot draws them.
 *
 * Theory of operation. plot_save makes a private folder with
 *
 *   data     the points of each series, a block each, two blank lines after it
 *   texts    the texts, as lines "number of the text, number of the byte"
 *   panels   the commands that draw, in which a text is only a variable T[7]
 *   start    the first commands: they read texts into T, and then the panels
 *
 * and runs `gnuplot -d -c start FOLDER`, which writes FOLDER/picture; what it says goes to
 * FOLDER/messages. The picture is then put in its place and the folder removed. The commands consist
 * of words from this file and of numbers. No text of a caller is ever among them, so there is
 * nothing to escape: gnuplot puts each text together from its bytes, which it reads as numbers.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "atomic_file.h"
#include "colour_map.h"
#include "contract.h"
#include "plot_parts.h"

extern char **environ; /* NOLINT: which macOS does not declare */

enum { PATH_SIZE = 4096, COLOUR_COUNT = 7 };

/* Colours that colour-blind people tell apart. Source: Okabe and Ito, "Color universal design". */
static const char *const colours[COLOUR_COUNT] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                  "#E69F00", "#56B4E9", "#555555"};

/* What is being written. */
typedef struct drawing {
    char folder[PATH_SIZE / 2];
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

/* Writes what the bars' texts are, and where. */
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

/* What every panel begins with: a quiet frame, a pale grid, the legend below it all, where it hides nothing. */
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
                put_text(d, "no finite values"));
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

/* The path of a file in the private folder. */
static const char *path_in(const drawing *d, const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", d->folder, name);
    return path;
}

/* Opens a new file in the private folder for writing; NULL and e when that fails. */
static FILE *create(const drawing *d, const char *name, error *e)
{
    char path[PATH_SIZE];
    FILE *file = fopen(path_in(d, name, path), "wx");
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

/* Writes everything that gnuplot is to read. */
static bool write_inputs(drawing *d, const plot *p, const char *terminal, error *e)
{
    FILE *start = create(d, "start", e);
    d->data = create(d, "data", e);
    d->texts = create(d, "texts", e);
    d->panels = create(d, "panels", e);
    bool created = start != NULL && d->data != NULL && d->texts != NULL && d->panels != NULL;
    if (created) {
        for (size_t i = 0; i < p->panel_count; i++)
            put_panel(d, &p->panels[i]);
        put_start(d, start, p, terminal);
    }
    bool good = finish(start);
    good = finish(d->data) && good;
    good = finish(d->texts) && good;
    good = finish(d->panels) && good;
    if (created && !good)
        return error_set(e, "%s: cannot write what is to be plotted: is the disk full?", d->folder);
    return good;
}

/* Puts gnuplot's last words into words: the last line of its messages that is not empty. */
static void read_last_words(const drawing *d, char *words, size_t size)
{
    char path[PATH_SIZE], line[256];
    snprintf(words, size, "it said nothing");
    FILE *file = fopen(path_in(d, "messages", path), "r");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[strspn(line, " \t")] != '\0')
            snprintf(words, size, "%s", line);
    }
    fclose(file);
}

/* Starts gnuplot; returns what posix_spawnp does. */
static int start_gnuplot(const drawing *d, pid_t *process)
{
    char start[PATH_SIZE], messages[PATH_SIZE], folder[sizeof d->folder];
    char program[] = "gnuplot", no_own_settings[] = "-d", call[] = "-c";
    snprintf(folder, sizeof folder, "%s", d->folder);
    path_in(d, "start", start);
    path_in(d, "messages", messages);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messages, O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    char *arguments[] = {program, no_own_settings, call, start, folder, NULL};
    int failure = posix_spawnp(process, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static bool run_gnuplot(const drawing *d, error *e)
{
    pid_t process;
    int status;
    int failure = start_gnuplot(d, &process);
    if (failure == ENOENT)
        return error_set(e,
                         "gnuplot, which draws the plots, is not installed; on Debian and Ubuntu "
                         "'apt-get install gnuplot-nox' does it, on macOS 'brew install gnuplot'");
    if (failure != 0)
        return error_set(e, "gnuplot cannot be started: %s", strerror(failure));
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return error_set(e, "gnuplot got lost: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    char words[256];
    read_last_words(d, words, sizeof words);
    return error_set(e, "gnuplot could not draw the plot: %s", words);
}

/* Puts the picture in its place. */
static bool deliver(const drawing *d, const char *path, error *e)
{
    char picture[PATH_SIZE], block[1 << 14];
    atomic_file out;
    FILE *in = fopen(path_in(d, "picture", picture), "rb");
    if (in == NULL)
        return error_set(e, "gnuplot drew nothing: %s: %s", picture, strerror(errno));
    if (!atomic_file_open(&out, path, e)) {
        fclose(in);
        return false;
    }
    size_t count;
    while ((count = fread(block, 1, sizeof block, in)) > 0)
        fwrite(block, 1, count, out.stream);
    bool whole = ferror(in) == 0;
    fclose(in);
    if (whole)
        return atomic_file_commit(&out, e);
    atomic_file_abandon(&out);
    return error_set(e, "%s: cannot be read", picture);
}

static bool make_folder(drawing *d, error *e)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    int length = snprintf(d->folder, sizeof d->folder, "%s/plot-XXXXXX", parent);
    if (length < 0 || (size_t)length >= sizeof d->folder)
        return error_set(e, "the name of the folder in TMPDIR is too long");
    if (mkdtemp(d->folder) == NULL)
        return error_set(e, "%s: cannot make a folder for a plot: %s; set TMPDIR to another place",
                         parent, strerror(errno));
    return true;
}

static void remove_folder(const drawing *d)
{
    static const char *const names[] = {"start", "data", "texts", "panels", "messages", "picture"};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_in(d, names[i], path));
    rmdir(d->folder);
}

/* gnuplot's name for what draws a file with path's ending; NULL for an unknown one. */
static const char *terminal_for(const char *path)
{
    const char *ending = strrchr(path, '.');
    if (ending != NULL && strcmp(ending, ".png") == 0)
        return "pngcairo";
    return ending != NULL && strcmp(ending, ".svg") == 0 ? "svg" : NULL;
}

bool plot_save(const plot *p, const char *path, error *e)
{
    drawing d = {0};
    const char *terminal = terminal_for(path);
    if (terminal == NULL)
        return error_set(e, "%s: a plot's name ends in .png or .svg", path);
    if (!make_folder(&d, e))
        return false;
    bool done = write_inputs(&d, p, terminal, e) && run_gnuplot(&d, e) && deliver(&d, path, e);
    remove_folder(&d);
    return done;
}
