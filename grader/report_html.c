/*
 * The report as a page: the result becomes XML (libxml2), report.xsl makes HTML of it (libxslt).
 * Both escape whatever a submission put into a text. Plots are drawn by gnuplot as SVG and put into
 * the page.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atomic_file.h"
#include "path.h"
#include "plot.h"
#include "result.h"

static const xmlChar *xml(const char *text)
{
    return (const xmlChar *)text;
}

/* Adds value below parent as an element called name; an array's entries are called item. */
static void add_value(xmlNodePtr parent, const char *name, const json_t *value)
{
    const char *key;
    size_t i;
    json_t *child;
    char number[40];
    if (json_is_string(value) || json_is_boolean(value)) {
        const char *text = json_is_string(value) ? json_string_value(value)
                           : json_is_true(value) ? "true"
                                                 : "false";
        xmlNewTextChild(parent, NULL, xml(name), xml(text));
    } else if (json_is_number(value)) {
        snprintf(number, sizeof number, "%.10g", json_number_value(value));
        xmlNewTextChild(parent, NULL, xml(name), xml(number));
    } else {
        xmlNodePtr node = xmlNewChild(parent, NULL, xml(name), NULL);
        json_array_foreach(value, i, child)
            add_value(node, "item", child);
        json_object_foreach((json_t *)(uintptr_t)value, key, child)
            add_value(node, key, child);
    }
}

/* Reads the SVG file path and puts its tree below parent. */
static void add_svg(xmlNodePtr parent, const char *path)
{
    xmlDocPtr svg =
        xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (svg == NULL)
        return;
    xmlNodePtr root = xmlDocCopyNode(xmlDocGetRootElement(svg), parent->doc, 1);
    if (root != NULL)
        xmlAddChild(parent, root);
    xmlFreeDoc(svg);
}

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
    json_t *q;
    plot *p = plot_new("Part of the points reached", "", "%");
    json_array_foreach(json_object_get(result, "questions"), i, q) {
        names[i] = string_of(q, "name");
        share[i] = 100 * json_number_value(json_object_get(q, "score")) /
                   json_number_value(json_object_get(q, "max_score"));
    }
    plot_bars(p, NULL, names, share, i);
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

/*
 * Draws p beside the report, puts it into the tree, and removes the file. False and e when gnuplot
 * fails.
 */
static bool add_plot(xmlNodePtr plots, plot *p, const char *report_path, error *e)
{
    if (p == NULL)
        return true;
    path_text svg = path_of("%s.plot.svg", report_path);
    bool drawn = plot_save(p, svg.text, e);
    if (drawn)
        add_svg(plots, svg.text);
    unlink(svg.text);
    plot_free(p);
    return drawn;
}

static bool save_page(xsltStylesheetPtr style, xmlDocPtr page, const char *path, error *e)
{
    atomic_file out;
    if (!atomic_file_open(&out, path, e))
        return false;
    if (xsltSaveResultToFile(out.stream, page, style) >= 0)
        return atomic_file_commit(&out, e);
    atomic_file_abandon(&out);
    return error_set(e, "%s: the page could not be written", path);
}

bool report_html(const json_t *result, const char *stylesheet, const char *path, error *e)
{
    bool written = false;
    xmlDocPtr page = NULL;
    xmlDocPtr document = xmlNewDoc(xml("1.0"));
    xmlNodePtr root = xmlNewNode(NULL, xml("report"));
    xmlDocSetRootElement(document, root);
    add_value(root, "result", result);
    xmlNodePtr plots = xmlNewChild(root, NULL, xml("plots"), NULL);
    xsltStylesheetPtr style = xsltParseStylesheetFile(xml(stylesheet));
    if (style == NULL) {
        error_set(e, "%s is missing or no stylesheet", stylesheet);
        goto done;
    }
    if (!add_plot(plots, points_plot(result), path, e) ||
        !add_plot(plots, speed_plot(result), path, e))
        goto done;
    page = xsltApplyStylesheet(style, document, NULL);
    if (page == NULL) {
        error_set(e, "%s: the stylesheet could not be applied", stylesheet);
        goto done;
    }
    written = save_page(style, page, path, e);
done:
    xmlFreeDoc(page);
    xsltFreeStylesheet(style);
    xmlFreeDoc(document);
    xsltCleanupGlobals();
    xmlCleanupParser();
    return written;
}
