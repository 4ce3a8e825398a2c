/*
 * draw RESULT.json DETAIL.json AUDIENCE OUT [STYLESHEET.xsl]: writes what the audience may see of a
 * result, as JSON, or drawn as a page or another document.
 */
#include <stdio.h>

#include "audience.h"
#include "result.h"

static json_t *load(const char *path, error *e)
{
    json_error_t why;
    json_t *loaded = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
    if (loaded == NULL)
        error_set(e, "%s:%d: %s", path, why.line, why.text);
    return loaded;
}

int main(int argc, char **argv)
{
    error e = {""};
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: draw RESULT.json DETAIL.json AUDIENCE OUT [STYLESHEET.xsl]\n");
        return 1;
    }
    json_t *result = load(argv[1], &e);
    json_t *detail = result != NULL ? load(argv[2], &e) : NULL;
    json_t *seen = detail != NULL ? audience_view(result, detail, argv[3], &e) : NULL;
    bool written = seen != NULL && (argc == 6 ? report_html(seen, argv[5], argv[4], &e)
                                              : result_write(seen, argv[4], &e));
    json_decref(seen);
    json_decref(detail);
    json_decref(result);
    if (!written)
        fprintf(stderr, "draw: %s\n", e.text);
    return written ? 0 : 1;
}
