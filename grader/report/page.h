/*
 * Pages: JSON becomes XML (libxml2), a stylesheet makes HTML of it (libxslt). Both escape whatever
 * a submission put into a text.
 *
 *     page *p = page_new("report");
 *     page_add_json(p, "result", result);
 *     if (!page_save(p, "report.xsl", "report.html", e)) ...
 *     page_free(p);
 */
#ifndef GRADER_PAGE_H
#define GRADER_PAGE_H

#include <jansson.h>
#include <stdbool.h>

#include "error.h"

typedef struct page page;

/* A new page whose XML has a root element called root_name; freed by page_free. */
page *page_new(const char *root_name) __attribute__((warn_unused_result));
void page_free(page *p);

/*
 * Adds value below the root as an element called name; an array's entries are elements called item.
 */
void page_add_json(page *p, const char *name, const json_t *value);

/*
 * Adds the picture in the file path below the root as an element called plot: an SVG as its own
 * tree, a PNG as an element called png with the bytes in base64 in it. The element has the
 * attribute name. False and e when the file cannot be read.
 */
bool page_add_picture(page *p, const char *path, const char *name, error *e)
    __attribute__((warn_unused_result));

/* Applies the stylesheet file and writes the HTML to the file path, whole or not at all. */
bool page_save(const page *p, const char *stylesheet, const char *path, error *e)
    __attribute__((warn_unused_result));

#endif
