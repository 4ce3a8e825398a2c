/* What a student's tree does without: the page, whose place the terminal takes, and hashes. */
#include "course_hash.h"
#include "result.h"

bool course_hash(const course *c, const char *program, course_hashes *hashes, error *e)
{
    (void)c;
    (void)program;
    (void)e;
    *hashes = (course_hashes){"", ""};
    return true;
}

void question_hashes(const rubric *r, const judge_part *parts, question_hash *hashes)
{
    (void)parts;
    for (size_t q = 0; q < r->question_count; q++)
        hashes[q].text[0] = '\0';
}

bool report_draw(const json_t *result, const course *c, const char *out, path_text *opened,
                 error *e)
{
    (void)result;
    (void)c;
    (void)e;
    *opened = path_of("%s/result.json", out);
    return true;
}
