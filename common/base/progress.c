/*
 * Progress bars.
 *
 * A bar is redrawn by going back to the line's beginning and writing it again, and cleared by
 * writing blanks over it: that works on every terminal, without asking what it is.
 */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { BAR_CELLS = 30, LINE_SIZE = 160, USUAL_COLUMNS = 80 };
static const double SECONDS_BETWEEN_DRAWINGS = 0.1;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return USUAL_COLUMNS;
    return size.ws_col;
}

progress progress_start(const char *text, size_t total)
{
    double start = now();
    return (progress){.text = text,
                      .total = total > 0 ? total : 1,
                      .shown = isatty(STDERR_FILENO) == 1,
                      .started = start,
                      .drawn = start};
}

/*
 * "text [#####.....]  50%  120/240  0:07 left", cut to the terminal: a wrapped line cannot be
 * undone.
 */
static void draw(progress *bar)
{
    double fraction = (double)bar->done / (double)bar->total;
    char cells[BAR_CELLS + 1];
    memset(cells, '.', BAR_CELLS);
    memset(cells, '#', (size_t)(fraction * BAR_CELLS));
    cells[BAR_CELLS] = '\0';
    long left = fraction > 0 ? (long)((bar->drawn - bar->started) * (1 / fraction - 1)) : 0;
    char line[LINE_SIZE];
    int length =
        snprintf(line, sizeof line, "%.40s [%s] %3.0f%%  %zu/%zu  %ld:%02ld left", bar->text, cells,
                 100 * fraction, bar->done, bar->total, left / 60, left % 60);
    int room = terminal_columns() - 1;
    length = length > room ? room : length;
    int rest = bar->width > length ? bar->width - length : 0; /* of a longer line before */
    fprintf(stderr, "\r%.*s%*s", length, line, rest, "");
    fflush(stderr);
    bar->width = length;
}

void progress_update(progress *bar, size_t done)
{
    bar->done = done < bar->total ? done : bar->total;
    if (!bar->shown)
        return;
    double time = now();
    if (time - bar->drawn < SECONDS_BETWEEN_DRAWINGS)
        return;
    bar->drawn = time;
    draw(bar);
}

void progress_finish(progress *bar)
{
    if (bar->width > 0)
        fprintf(stderr, "\r%*s\r", bar->width, "");
    fflush(stderr);
    bar->width = 0;
    bar->shown = false;
}
