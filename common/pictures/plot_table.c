/* A plot's numbers as a table, and whether there is a program that draws them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atomic_file.h"
#include "plot_parts.h"

bool plot_available(void)
{
    const char *place = getenv("PATH");
    char path[PLOT_PATH_SIZE];
    while (place != NULL && *place != '\0') {
        size_t length = strcspn(place, ":");
        int needed = snprintf(path, sizeof path, "%.*s%sgnuplot", (int)length, place,
                              length > 0 ? "/" : "./");
        if (needed > 0 && needed < (int)sizeof path && access(path, X_OK) == 0)
            return true;
        place += length + (place[length] == ':');
    }
    return false;
}

/* A field of the table: tabs and ends of lines become blanks. */
static void write_text(FILE *file, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        fputc(*text == '\t' || *text == '\n' || *text == '\r' ? ' ' : *text, file);
    fputc('\t', file);
}

static bool has_third(series_kind kind)
{
    return kind != SERIES_LINE && kind != SERIES_POINTS && kind != SERIES_HORIZONTAL;
}

static void write_series(FILE *file, const panel *p, const series *s)
{
    for (size_t i = 0; i < s->count; i++) {
        write_text(file, p->title);
        write_text(file, s->name);
        fprintf(file, "%.9g\t%.9g\t", s->x[i], s->y[i]);
        if (has_third(s->kind))
            fprintf(file, "%.9g", s->third[i]);
        fputc('\n', file);
    }
}

bool plot_save_table(const plot *p, const char *path, error *e)
{
    atomic_file out;
    if (!atomic_file_open(&out, path, e))
        return false;
    fputs("panel\tseries\tx\ty\tthird\n", out.stream);
    for (size_t i = 0; i < p->panel_count; i++)
        for (size_t s = 0; s < p->panels[i].series_count; s++)
            write_series(out.stream, &p->panels[i], &p->panels[i].series[s]);
    return atomic_file_commit(&out, e);
}
