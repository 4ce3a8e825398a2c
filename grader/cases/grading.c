/* What a grading needs before the first case, and which cases may be tried. */
#include "grading.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "contract.h"

/* Whether a line of the file at path is name. */
static bool has_line(const char *path, const char *name)
{
    char line[256];
    bool found = false;
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        found = strcmp(line, name) == 0;
    }
    if (file != NULL)
        fclose(file);
    return found;
}

/*
 * Notes which operations are functions of modules that may not use what is provided for comparison:
 * those with a list of it, KEEP/MODULE.without, that is not empty.
 */
static void note_apart(grading *g)
{
    glob_t lists;
    struct stat status;
    if (glob(path_of("%s/*.without", g->symbols.text).text, 0, NULL, &lists) != 0)
        return;
    for (size_t i = 0; i < lists.gl_pathc; i++) {
        const char *list = lists.gl_pathv[i];
        int length = (int)(strlen(list) - strlen(".without"));
        path_text symbols = path_of("%.*s.symbols", length, list);
        if (stat(list, &status) != 0 || status.st_size == 0)
            continue;
        for (size_t d = 0; g->declarations[d].name != NULL; d++)
            g->is_apart[d] |= has_line(symbols.text, g->declarations[d].name);
    }
    globfree(&lists);
}

void grading_open(const course *c, declaration *declarations, uint32_t seed, grading *g)
{
    static const char *const precisions[2] = {"double", "float"};
    declarations_parse(declarations);
    *g = (grading){.seed = seed, .declarations = declarations};
    g->times_too_slow = calloc(declaration_count(declarations), 1);
    g->is_apart = calloc(declaration_count(declarations), sizeof *g->is_apart);
    if (g->times_too_slow == NULL || g->is_apart == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < 2; i++) {
        worker_program *program = &g->reference_program[i];
        program->real_size = i == 0 ? sizeof(double) : sizeof(float);
        if (access(path_of("%s/grader/reference", c->root.text).text, F_OK) == 0)
            program->path =
                path_of("%s/%s/reference-worker-%u", c->build.text, precisions[i], c->assignment);
    }
    for (size_t i = 0; i < 2; i++)
        g->probe_program[i] = (worker_program){
            .path = path_of("%s/grader-base/assignment%u/probe-worker%s", c->build.text,
                            c->assignment, i == 1 ? "-sanitized" : ""),
            .real_size = sizeof(double),
            .sanitized = i == 1};
    g->symbols = path_of("%s/grader-base/assignment%u/keep", c->build.text, c->assignment);
    g->published = path_of("%s/assignment%u/tests/published.json", c->root.text, c->assignment);
    note_apart(g);
}

bool grading_knows_function(const grading *g, const char *name)
{
    glob_t lists;
    if (declaration_find(g->declarations, name) != NULL)
        return true;
    if (glob(path_of("%s/*.symbols", g->symbols.text).text, 0, NULL, &lists) != 0)
        return false;
    bool known = false;
    for (size_t i = 0; i < lists.gl_pathc && !known; i++)
        known = has_line(lists.gl_pathv[i], name);
    globfree(&lists);
    return known;
}

void grading_forget_slowness(grading *g)
{
    memset(g->times_too_slow, 0, declaration_count(g->declarations));
    g->failed_starts = 0;
    g->used_seconds = 0;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void grading_start_explaining(grading *g)
{
    g->explain_until = seconds_now() + EXPLAIN_SECONDS;
}

bool grading_explained_enough(grading *g)
{
    bool over = g->explain_until > 0 && seconds_now() > g->explain_until;
    g->explanations_cut |= over;
    return over;
}

void grading_close(grading *g)
{
    for (size_t i = 0; i < 2; i++) {
        worker_close(g->reference_worker[i]);
        g->reference_worker[i] = NULL;
    }
    free(g->times_too_slow);
    free(g->is_apart);
    g->times_too_slow = NULL;
    g->is_apart = NULL;
}
