/*
 * draw RESULT.json STYLESHEET.xsl OUT: draws a page, or another document, from a result.
 */
#include <stdio.h>

#include "result.h"

int main(int argc, char **argv)
{
    error e = {""};
    json_error_t why;
    if (argc != 4) {
        fprintf(stderr, "usage: draw RESULT.json STYLESHEET.xsl OUT\n");
        return 1;
    }
    json_t *result = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &why);
    if (result == NULL)
        error_set(&e, "%s:%d: %s", argv[1], why.line, why.text);
    else if (report_html(result, argv[2], argv[3], &e)) {
        json_decref(result);
        return 0;
    }
    json_decref(result);
    fprintf(stderr, "draw: %s\n", e.text);
    return 1;
}
