/* Trying composites without the student's parts. */
#include "blame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "remote_server.h"

static bool handed_in(const submission *s, const module_build *builds, const char *module)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->modules[i].name, module) == 0)
            return builds[i].handed_in && builds[i].builds;
    return false;
}

static bool is_of(const composite *c, const char *operation)
{
    return strncmp(operation, c->prefix, strlen(c->prefix)) == 0;
}

/* Whether the case may fail by the parts: it called the composite, or a part stopped it. */
static bool is_wanted(const rubric *r, size_t i, const case_result *result, size_t question)
{
    bool decided = result->state == CASE_PASSED || result->state == CASE_NOT_GRADED;
    return r->cases[i].question == question && !decided;
}

static void take_over(const composite *c, const case_result *better, case_result *result)
{
    double seconds = result->seconds + better->seconds;
    *result = *better;
    result->seconds = seconds;
    if (better->state != CASE_PASSED) /* there is another fault, and it may be anywhere */
        return;
    snprintf(result->blame, sizeof result->blame, "%s", c->parts);
    snprintf(result->message, sizeof result->message,
             "passes with the reference's %s in place of yours: the fault is in your %s.c, and the "
             "points are lost there",
             c->parts, c->parts);
}

/* Tries the cases of the composite's question that call it. */
static void try_without_parts(const composite *c, const rubric *r, grading *g, case_result *cases,
                              size_t graded)
{
    size_t question = rubric_question_of(r, c->module);
    evidence *kept = g->evidence;
    g->evidence = NULL; /* a diagnosis is of the student's own program */
    g->serving = c;
    g->server = remote_serve;
    for (size_t i = 0; i < graded; i++) {
        case_result *again;
        if (!is_wanted(r, i, &cases[i], question) || grading_explained_enough(g) ||
            !rubric_case_may_be_tried(r, i, cases)) /* may have become possible by now */
            continue;
        again = calloc(1, sizeof *again);
        if (again == NULL)
            contract_failed(__func__, "no memory");
        attempt_case(g, r->cases[i].definition, again);
        if (is_of(c, again->operation) && again->fraction > cases[i].fraction)
            take_over(c, again, &cases[i]);
        free(again);
    }
    g->serving = NULL;
    g->evidence = kept;
}

static bool any_part_failed(const composite *c, const case_result *cases, size_t graded)
{
    for (size_t i = 0; i < graded; i++)
        for (size_t k = 0; c->part_operations[k] != NULL; k++)
            if (cases[i].state != CASE_PASSED &&
                (strcmp(cases[i].failed_operation, c->part_operations[k]) == 0 ||
                 strcmp(cases[i].missing, c->part_operations[k]) == 0))
                return true;
    return false;
}

void blame_parts(const course *c, const composite *composites, const rubric *r, const submission *s,
                 const module_build *builds, const char *workspace, grading *g, case_result *cases,
                 size_t graded)
{
    for (const composite *each = composites; each->module != NULL; each++) {
        error e;
        submission_programs own = g->subject;
        submission_programs without;
        if (!handed_in(s, builds, each->module) || !any_part_failed(each, cases, graded) ||
            !build_without(c, each->parts, workspace, g->layers, &without, &e))
            continue;
        g->subject = without;
        grading_forget_slowness(g);
        try_without_parts(each, r, g, cases, graded);
        g->subject = own;
        grading_forget_slowness(g);
    }
}
