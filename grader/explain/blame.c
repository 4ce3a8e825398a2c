/* Trying composites without the student's parts. */
#include "blame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "remote_server.h"
#include "resources.h"

static bool handed_in(const submission *s, const module_build *builds, const char *module)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->modules[i].name, module) == 0)
            return builds[i].handed_in && builds[i].builds;
    return false;
}

/*
 * Whether the case may fail by the parts. One of the parts' own does, and is not meant; one that
 * met another unwritten function does not.
 */
static bool is_wanted(const grading *g, const composite *c, const rubric *r, size_t i,
                      const case_result *result)
{
    bool decided = result->state == CASE_PASSED || result->state == CASE_NOT_GRADED;
    bool calls_it = r->cases[i].question == rubric_question_of(r, c->module) ||
                    declaration_is_of(g->declarations, result->operation, c->module);
    bool is_theirs = declaration_is_of(g->declarations, result->operation, c->parts);
    return calls_it && !is_theirs && !decided &&
           (result->missing[0] == '\0' ||
            declaration_is_of(g->declarations, result->missing, c->parts));
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
    evidence *kept = g->evidence;
    g->evidence = NULL; /* a diagnosis is of the student's own program */
    g->serving = c;
    g->server = remote_serve;
    for (size_t i = 0; i < graded; i++) {
        case_result *again;
        if (!is_wanted(g, c, r, i, &cases[i]) || grading_explained_enough(g) ||
            !rubric_case_may_be_tried(r, i, cases)) /* may have become possible by now */
            continue;
        again = calloc(1, sizeof *again);
        if (again == NULL)
            contract_failed(__func__, "no memory");
        attempt_case(g, r->cases[i].definition, again);
        if (declaration_is_of(g->declarations, again->operation, c->module) &&
            again->fraction > cases[i].fraction)
            take_over(c, again, &cases[i]);
        free(again);
    }
    g->serving = NULL;
    g->evidence = kept;
}

/* Whether one of the parts is wrong, and a case of the composite may be so by that. */
static bool may_be_the_parts(const grading *g, const composite *c, const rubric *r,
                             const case_result *cases, size_t graded)
{
    bool part_failed = false;
    bool any_wanted = false;
    for (size_t i = 0; i < graded; i++) {
        part_failed |= cases[i].state != CASE_PASSED &&
                       (declaration_is_of(g->declarations, cases[i].failed_operation, c->parts) ||
                        declaration_is_of(g->declarations, cases[i].missing, c->parts));
        any_wanted |= is_wanted(g, c, r, i, &cases[i]) && cases[i].operation[0] != '\0'; /* tried */
    }
    return part_failed && any_wanted;
}

/* In which builds the wanted cases run. */
static void find_variants(const grading *g, const composite *c, const rubric *r,
                          const case_result *cases, size_t graded, bool *variants)
{
    for (size_t i = 0; i < graded; i++)
        if (is_wanted(g, c, r, i, &cases[i]))
            variants[r->cases[i].definition->variant] = true;
}

/* What might be right with the reference's parts and cannot be tried is not called wrong. */
static void give_up(const composite *c, const rubric *r, grading *g, const error *why,
                    case_result *cases, size_t graded)
{
    for (size_t i = 0; i < graded; i++) {
        if (!is_wanted(g, c, r, i, &cases[i]))
            continue;
        cases[i].state = CASE_NOT_GRADED;
        cases[i].fraction = 0;
        cases[i].output_name[0] = cases[i].expectation[0] = cases[i].program_said[0] = '\0';
        snprintf(cases[i].message, sizeof cases[i].message,
                 "our fault: not tried with the reference's %s: %s", c->parts, why->text);
    }
}

void blame_parts(const course *c, const composite *composites, const rubric *r, const submission *s,
                 const module_build *builds, const char *workspace, grading *g, case_result *cases,
                 size_t graded)
{
    for (const composite *each = composites; each->module != NULL; each++) {
        error e;
        submission_programs own = g->subject;
        submission_programs without;
        bool variants[CASE_VARIANTS] = {false};
        if (!handed_in(s, builds, each->module) || !may_be_the_parts(g, each, r, cases, graded))
            continue;
        find_variants(g, each, r, cases, graded, variants);
        if (!build_without(c, each->parts, variants, workspace, g->layers, &without, &e)) {
            if (!resources_room(workspace, &e))
                give_up(each, r, g, &e, cases, graded);
            continue;
        }
        g->subject = without;
        grading_forget_slowness(g);
        try_without_parts(each, r, g, cases, graded);
        g->subject = own;
        grading_forget_slowness(g);
    }
}
