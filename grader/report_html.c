/*
 * The report as a page (page.h): report.xsl says how it looks. Plots are drawn by gnuplot as SVG
 * and put into the page.
 */
#include <unistd.h>

#include "page.h"
#include "path.h"
#include "plot.h"
#include "result.h"

static const char *string_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* Points reached and possible, a pair of bars a question. */
static plot *points_plot(const json_t *result)
{
    const char *names[MAX_QUESTIONS];
    double share[MAX_QUESTIONS];
    size_t i;
    size_t count = 0;
    json_t *q;
    plot *p = plot_new("Part of the points reached", "", "%");
    json_array_foreach(json_object_get(result, "questions"), i, q) {
        double possible = json_number_value(json_object_get(q, "max_score"));
        if (possible <= 0) /* all of it waits for hidden cases */
            continue;
        names[count] = string_of(q, "name");
        share[count++] = 100 * json_number_value(json_object_get(q, "score")) / possible;
    }
    plot_bars(p, NULL, names, share, count);
    plot_y_range(p, 0, 100);
    return p;
}

/* How many times the reference's processor time each timed case took; NULL when none was timed. */
static plot *speed_plot(const json_t *result)
{
    const char *names[MAX_CASES];
    double times[MAX_CASES];
    size_t count = 0;
    const char *name;
    json_t *timing;
    json_object_foreach(json_object_get(json_object_get(result, "timings"), "cases"), name,
                        timing) {
        double ratio = json_number_value(json_object_get(timing, "times_reference"));
        if (ratio > 0 && count < MAX_CASES) {
            names[count] = name;
            times[count++] = ratio;
        }
    }
    if (count == 0)
        return NULL;
    plot *p = plot_new("Processor time, in times of the reference's", "", "times");
    plot_bars(p, NULL, names, times, count);
    plot_horizontal(p, "the reference", 1);
    return p;
}

/* Draws drawing beside the report, puts it into the page, and removes the file. */
static bool add_plot(page *p, plot *drawing, const char *report_path, error *e)
{
    if (drawing == NULL)
        return true;
    path_text svg = path_of("%s.plot.svg", report_path);
    bool drawn = plot_save(drawing, svg.text, e) && page_add_picture(p, svg.text, "score", e);
    unlink(svg.text);
    plot_free(drawing);
    return drawn;
}

bool report_html(const json_t *result, const char *stylesheet, const char *path, error *e)
{
    page *p = page_new("report");
    page_add_json(p, "result", result);
    bool written = add_plot(p, points_plot(result), path, e) &&
                   add_plot(p, speed_plot(result), path, e) && page_save(p, stylesheet, path, e);
    page_free(p);
    return written;
}
