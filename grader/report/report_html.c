/* The report as a page (page.h): report.xsl says how it looks, and draws its bars. */
#include "page.h"
#include "result.h"

bool report_html(const json_t *result, const char *stylesheet, const char *path, error *e)
{
    page *p = page_new("report");
    page_add_json(p, "result", result);
    bool written = page_save(p, stylesheet, path, e);
    page_free(p);
    return written;
}
