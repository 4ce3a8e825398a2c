/* A submission, once it has been read. */
#include "submission.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

bool submission_write(const submission *s, const char *folder, error *e)
{
    if (s->handed_in == 0)
        return error_set(e, "none of the modules was handed in");
    for (size_t i = 0; i < s->count; i++) {
        const module_source *m = &s->modules[i];
        if (m->text == NULL)
            continue;
        path_text path = path_of("%s/%s.c", folder, m->name);
        FILE *file = fopen(path.text, "we");
        bool written = file != NULL && fwrite(m->text, 1, m->length, file) == m->length;
        if ((file != NULL && fclose(file) != 0) || !written)
            return error_set(e, "%s: %s", path.text, strerror(errno));
    }
    return true;
}

void submission_clear(submission *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->modules[i].text);
    *s = (submission){0};
}
