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

bool report_draw(const json_t *result, const course *c, const char *out, path_text *opened,
                 error *e)
{
    path_text stylesheet = path_of("%s/grader/report/report.xsl", c->root.text);
    *opened = path_of("%s/report.html", out);
    return report_html(result, stylesheet.text, opened->text, e);
}
