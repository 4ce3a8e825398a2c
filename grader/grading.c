/* What a grading needs before the first case, and which cases may be tried. */
#include "grading.h"

#include <unistd.h>

void grading_open(const course *c, const declaration *declarations, uint32_t seed, grading *g)
{
    static const char *const precisions[2] = {"double", "float"};
    *g = (grading){.seed = seed, .declarations = declarations};
    for (size_t i = 0; i < 2; i++) {
        worker_program *program = &g->reference_program[i];
        program->real_size = i == 0 ? sizeof(double) : sizeof(float);
        if (access(path_of("%s/grader/reference", c->root.text).text, F_OK) == 0)
            program->path =
                path_of("%s/%s/reference-worker-%u", c->build.text, precisions[i], c->assignment);
    }
    g->probe_program = (worker_program){
        .path = path_of("%s/grader-base/assignment%u/probe-worker", c->build.text, c->assignment),
        .real_size = sizeof(double)};
    g->published = path_of("%s/assignment%u/tests/published.json", c->root.text, c->assignment);
}
