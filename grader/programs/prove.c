/*
 * prove: the author's gate. Whether the hidden cases of an assignment catch every known mistake and
 * every mutant of the reference, and whether the diagnosis tells them apart.
 *
 * The workers of mistakes and mutants are our own code, so that they are tried in double without a
 * box. Prints, for each mistake, the cases that catch it and the name that the report gives; then
 * what each case alone catches; then the sums. Ends with Check's closing line.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assignment.h"
#include "contract.h"
#include "course_options.h"
#include "diagnosis.h"
#include "evidence.h"
#include "parallel.h"
#include "progress.h"
#include "whole_file.h"

typedef struct options {
    course_options shared;
    const char *mutants, *module; /* of this module only; NULL: of all */
    size_t every;                 /* a sample: one pair in so many, more of the mistakes */
    bool matrix;
} options;

enum { SMALL_FILE = 1 << 20, MISTAKES_OFTENER = 20 };

static const struct argp_option option_list[] = {
    {"every", 'e', "N", 0, "a sample: one pair in N, one mistake in 1 + N / 20 (1: all)", 0},
    {"module", 'q', "NAME", 0, "only this module's mistakes and mutants", 0},
    {"mutants", 'm', "DIR", 0, "a folder of mutants' workers, DIR/MODULE/MUTANT/worker", 0},
    {"matrix", 'x', NULL, 0, "print which case catches which mistake", 0},
    {0},
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->shared;
        return 0;
    case 'e':
        o->every = course_options_number(state, "EVERY", value);
        if (o->every == 0)
            argp_error(state, "one in 0 is none");
        return 0;
    case 'q':
        o->module = value;
        return 0;
    case 'm':
        o->mutants = value;
        return 0;
    case 'x':
        o->matrix = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected word: %s", value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What is tried, and what came of it. */
typedef struct trial {
    grading grading;
    rubric rubric;
    case_result *cases;
    const declaration *called[MAX_CASES]; /* what each case calls last, of the reference */
    size_t caught[MAX_CASES];             /* how many wrong programs each case catches */
    size_t caught_alone[MAX_CASES];       /* and how many that no other catches */
    size_t checks, failures;
} trial;

static bool is_caught(const case_result *r)
{
    return r->state == CASE_FAILED || r->state == CASE_PARTIAL;
}

/* Whether case i may tell something about the module: it is of its question, or calls it. */
static bool concerns(const trial *t, size_t i, const char *module)
{
    return t->rubric.cases[i].question == rubric_question_of(&t->rubric, module) ||
           (t->called[i] != NULL && strcmp(t->called[i]->module, module) == 0);
}

/* Whether case i asks for a part of the module: what is right there tells whose a fault is. */
static bool concerns_parts(const trial *t, size_t i, const char *module)
{
    for (const composite *c = t->grading.composites; c != NULL && c->module != NULL; c++)
        if (strcmp(c->module, module) == 0 && t->called[i] != NULL &&
            strcmp(t->called[i]->module, c->parts) == 0)
            return true;
    return false;
}

/*
 * Tries all cases in double that concern the module, and its parts if parts is true; NULL: all.
 * Returns how many catch it.
 */
static size_t try_cases(trial *t, const worker_program *program, const char *module, bool parts)
{
    size_t count = 0;
    size_t last = 0;
    const rubric *r = &t->rubric;
    t->grading.subject.whole[CASE_DOUBLE] = *program;
    grading_forget_slowness(&t->grading);
    for (size_t i = 0; i < r->case_count; i++) {
        t->cases[i] = (case_result){.state = CASE_PASSED};
        if (r->cases[i].definition->variant != CASE_DOUBLE ||
            (module != NULL && !concerns(t, i, module) &&
             !(parts && concerns_parts(t, i, module))) ||
            !rubric_case_may_be_tried(r, i, t->cases))
            continue;
        attempt_case(&t->grading, r->cases[i].definition, &t->cases[i]);
        if (is_caught(&t->cases[i])) {
            last = i;
            t->caught[i]++;
            count++;
        }
    }
    if (count == 1)
        t->caught_alone[last]++;
    return count;
}

/*
 * Whether the cases name the mistake, of a pair A+B both, together or each for itself, and no
 * other.
 */
static bool is_named_right(const trial *t, const char *wanted)
{
    bool named[2] = {false, strchr(wanted, '+') == NULL};
    char first[MISTAKE_NAME];
    snprintf(first, sizeof first, "%.*s", (int)strcspn(wanted, "+"), wanted);
    const char *second = strchr(wanted, '+');
    for (size_t i = 0; i < t->rubric.case_count; i++) {
        const char *given = t->cases[i].mistake;
        if (given[0] == '\0')
            continue;
        bool both = strcmp(given, wanted) == 0;
        bool is_first = both || strcmp(given, first) == 0;
        bool is_second = both || (second != NULL && strcmp(given, second + 1) == 0);
        if (!is_first && !is_second)
            return false;
        named[0] |= is_first;
        named[1] |= is_second;
    }
    return named[0] && named[1];
}

static bool is_wanted(const options *o, const char *module)
{
    return o->module == NULL || strcmp(o->module, module) == 0;
}

/* Whether a question has a module that is wanted; whether all that it has are. */
static bool is_tried(const trial *t, const options *o, size_t question)
{
    for (size_t i = 0; i < t->rubric.module_count; i++)
        if (t->rubric.modules[i].question == question && is_wanted(o, t->rubric.modules[i].name))
            return true;
    return false;
}

static bool is_tried_whole(const trial *t, const options *o, size_t question)
{
    for (size_t i = 0; i < t->rubric.module_count; i++)
        if (t->rubric.modules[i].question == question && !is_wanted(o, t->rubric.modules[i].name))
            return false;
    return true;
}

static void check(trial *t, bool holds, const char *name, const char *promise)
{
    t->checks++;
    if (holds)
        return;
    t->failures++;
    printf("FAILED: %s %s\n", name, promise);
}

static void print_row(const trial *t, const char *name)
{
    printf("%-40s ", name);
    for (size_t i = 0; i < t->rubric.case_count; i++)
        if (is_caught(&t->cases[i]))
            printf(" %s", t->rubric.cases[i].definition->name);
    printf("\n");
}

/* The name that the report gives instead, or none. */
static const char *given_name(const trial *t)
{
    for (size_t i = 0; i < t->rubric.case_count; i++)
        if (t->cases[i].mistake[0] != '\0')
            return t->cases[i].mistake;
    return "nothing";
}

/*
 * Checks that the mistake costs no more than 40 of 100 points of its module's question, or that the
 * rubric says why it may: skipped cases count, those in float and for memory do not.
 */
static void check_cost(trial *t, const mistake *m)
{
    const rubric_question *q = &t->rubric.questions[rubric_question_of(&t->rubric, m->module)];
    double lost = 0;
    for (size_t i = 0; i < t->rubric.case_count; i++)
        if (&t->rubric.questions[t->rubric.cases[i].question] == q &&
            t->cases[i].state != CASE_PASSED)
            lost += t->rubric.cases[i].points * (1 - t->cases[i].fraction);
    if (lost > 0.4 * q->points)
        printf("%s: costs %.1f of %g points of %s\n", m->name, lost, q->points, q->name);
    check(t, lost <= 0.4 * q->points || q->costly, m->name,
          "costs 40 % of its question at most, or the rubric says why");
}

/* Tries the mistake m as a submission: whether it is caught, and named. */
static void try_mistake(trial *t, const mistake_list *all, const mistake *m, size_t *caught,
                        size_t *named)
{
    evidence kept = {0};
    t->grading.evidence = &kept;
    bool found = try_cases(t, &m->program, m->module, true) > 0;
    if (found)
        diagnose(&t->grading, &t->rubric, all, t->cases, t->rubric.case_count);
    bool right = found && is_named_right(t, m->name);
    evidence_clear(&kept);
    t->grading.evidence = NULL;
    *caught += found;
    *named += right;
    if (!found)
        printf("%s: no case catches it\n", m->name);
    else if (!right)
        printf("%s: is called %s\n", m->name, given_name(t));
}

static void prove_mistakes(trial *t, const options *o, mistake_list *all)
{
    size_t count[2] = {0};
    size_t caught[2] = {0};
    size_t named[2] = {0};
    progress bar = progress_start("mistakes", all->count);
    for (size_t i = 0; i < all->count; i++) {
        const mistake *m = &all->list[i];
        progress_update(&bar, i + 1);
        size_t every = m->pair ? o->every : 1 + o->every / MISTAKES_OFTENER;
        if (!is_wanted(o, m->module) || i % every != 0)
            continue;
        count[m->pair]++;
        size_t before[2] = {caught[m->pair], named[m->pair]};
        try_mistake(t, all, m, &caught[m->pair], &named[m->pair]);
        if (o->matrix && !m->pair)
            print_row(t, m->name);
        if (!m->pair) {
            check_cost(t, m);
            check(t, caught[0] > before[0], m->name, "is caught");
            check(t, named[0] > before[1], m->name, "is named");
        }
    }
    progress_finish(&bar);
    printf("mistakes: %zu, caught %zu, named %zu\n", count[0], caught[0], named[0]);
    printf("pairs of two at once: %zu, caught %zu, named %zu\n", count[1], caught[1], named[1]);
    /* Within one module a fault may hide another: linear_tune calls linear_train. */
    if (o->module == NULL)
        check(t, named[1] * 10 >= count[1] * 8, "8 in 10 pairs", "are named");
}

/* ---- mutants ---- */

/* What the mutant in folder is: its module, and the change in the first line of its source. */
static void describe_mutant(const char *folder, const char *module, char *text, size_t size)
{
    char line[512] = "";
    FILE *file = fopen(path_of("%s/%s.c", folder, module).text, "re");
    if (file != NULL && fgets(line, sizeof line, file) == NULL)
        line[0] = '\0';
    if (file != NULL)
        fclose(file);
    const char *change = strchr(line, '"');
    char *end = strstr(line, " */\n");
    if (end == NULL) /* a change of several lines */
        end = line + strcspn(line, "\n");
    *end = '\0';
    snprintf(text, size, "%s: %s", module, change != NULL ? change : "an unreadable change");
}

/* Whether it stands in the list of those that may survive: a line of its own, then the reason. */
static bool may_survive(const char *list, const char *what)
{
    char line[620];
    snprintf(line, sizeof line, "\n%s\n    ", what);
    return strstr(list, line) != NULL;
}

typedef struct mutant_sums {
    size_t tried, caught, argued;
} mutant_sums;

static void try_mutant(trial *t, const char *folder, const char *module, const char *list,
                       mutant_sums *sums)
{
    char what[600];
    worker_program program = {.path = path_of("%s/worker", folder), .real_size = sizeof(double)};
    if (access(program.path.text, X_OK) != 0)
        return; /* did not compile */
    sums->tried++;
    if (try_cases(t, &program, module, false) > 0) {
        sums->caught++;
        return;
    }
    describe_mutant(folder, module, what, sizeof what);
    sums->argued += may_survive(list, what);
    check(t, may_survive(list, what), what, "is caught, or has a reason for not being caught");
}

/* The folders of one module's mutants. */
static void try_mutants_of(trial *t, const options *o, const char *module, const char *list,
                           mutant_sums *sums)
{
    struct dirent **entries = NULL;
    path_text folder = path_of("%s/%s", o->mutants, module);
    int count = scandir(folder.text, &entries, NULL, alphasort);
    progress bar = progress_start(module, count > 0 ? (size_t)count : 1);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        progress_update(&bar, (size_t)i + 1);
        if (strncmp(name, module, strlen(module)) == 0)
            try_mutant(t, path_of("%s/%s", folder.text, name).text, module, list, sums);
        free(entries[i]);
    }
    free(entries);
    progress_finish(&bar);
}

/*
 * Those that no case catches have to stand in the assignment's mutants.txt, with the reason.
 */
static void prove_mutants(trial *t, const options *o, const char *list)
{
    struct dirent **modules = NULL;
    mutant_sums sums = {0};
    int count = scandir(o->mutants, &modules, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (modules[i]->d_name[0] != '.' && is_wanted(o, modules[i]->d_name))
            try_mutants_of(t, o, modules[i]->d_name, list, &sums);
        free(modules[i]);
    }
    free(modules);
    printf("mutants: %zu, caught %zu, survive for a reason %zu\n", sums.tried, sums.caught,
           sums.argued);
    check(t, sums.tried > 0, o->mutants, "holds mutants");
    check(t, 100 * sums.caught >= 95 * (sums.tried - sums.argued), "95 of 100 mutants",
          "that change a result are caught");
}

/* Each hidden case catches something that no other does, or says why it stays. */
static void prove_cases(trial *t, const options *o)
{
    for (size_t i = 0; i < t->rubric.case_count; i++) {
        const case_definition *d = t->rubric.cases[i].definition;
        if (d->variant == CASE_DOUBLE && !d->published &&
            is_tried_whole(t, o, t->rubric.cases[i].question))
            check(t, t->caught_alone[i] > 0 || d->stays != NULL, d->name,
                  "catches something that no other case does, or says why it stays");
    }
}

static void print_cases(const trial *t, const options *o)
{
    printf("%-44s %8s %8s\n", "case (in double)", "catches", "alone");
    for (size_t i = 0; i < t->rubric.case_count; i++)
        if (t->rubric.cases[i].definition->variant == CASE_DOUBLE &&
            is_tried(t, o, t->rubric.cases[i].question))
            printf("%-44s %8zu %8zu\n", t->rubric.cases[i].definition->name, t->caught[i],
                   t->caught_alone[i]);
}

/* The reference itself is caught by nothing. Notes what each case calls. */
static void prove_reference(trial *t)
{
    try_cases(t, &t->grading.reference_program[0], NULL, false);
    for (size_t i = 0; i < t->rubric.case_count; i++) {
        check(t, !is_caught(&t->cases[i]), t->rubric.cases[i].definition->name,
              "is passed by the reference");
        t->called[i] = declaration_find(t->grading.declarations, t->cases[i].operation);
    }
}

/* Reads the file path as text, into new memory. */
static bool text_load(const char *path, char **text, error *e)
{
    uint8_t *bytes;
    size_t length;
    if (!whole_file_read(path, SMALL_FILE, &bytes, &length, e))
        return false;
    *text = calloc(length + 1, 1);
    if (*text == NULL)
        contract_failed("prove", "no memory");
    memcpy(*text, bytes, length);
    free(bytes);
    return true;
}

/* A program that answers with zeros, or with random numbers, earns nothing. */
static void prove_nothing(trial *t, const options *o)
{
    static const char *const names[] = {"zeros", "random"};
    for (size_t i = 0; i < 2; i++) {
        worker_program program = {
            .path = path_of("%s/double/%s-worker", o->shared.course.build.text, names[i]),
            .real_size = sizeof(double)};
        try_cases(t, &program, NULL, false);
        for (size_t k = 0; k < t->rubric.case_count; k++)
            if (t->cases[k].operation[0] != '\0')
                check(t, !(t->cases[k].fraction > 0), t->rubric.cases[k].definition->name,
                      i == 0 ? "gives nothing for zeros" : "gives nothing for random numbers");
    }
    memset(t->caught, 0, sizeof t->caught);
    memset(t->caught_alone, 0, sizeof t->caught_alone);
}

int main(int argc, char **argv)
{
    static const struct argp parser = {
        option_list,          parse_option, NULL, "Proves the hidden cases of an assignment.",
        course_options_child, NULL,         NULL};
    static options o = {.every = 1};
    static trial t;
    error e = {""};
    mistake_list all;
    o.shared = course_options_default(assignment_number);
    argp_parse(&parser, argc, argv, 0, NULL, &o);
    signal(SIGPIPE, SIG_IGN);
    parallel_set_threads(1);
    path_text rubric_path = path_of("%s/grader/assignment%u/rubric.json", o.shared.course.root.text,
                                    o.shared.course.assignment);
    path_text survivors_path = path_of("%s/grader/assignment%u/mutants.txt",
                                       o.shared.course.root.text, o.shared.course.assignment);
    char *survivors;
    grading_open(&o.shared.course, assignment_declarations, o.shared.seed, &t.grading);
    t.grading.composites = assignment_composites;
    t.grading.layers = SANDBOX_LIMITS; /* a mutant may ask for all memory */
    if (!rubric_load(rubric_path.text, &t.rubric, &e) ||
        !mistakes_load(&o.shared.course, &all, &e) ||
        !text_load(survivors_path.text, &survivors, &e)) {
        fprintf(stderr, "prove: %s\n", e.text);
        return 1;
    }
    judge_join_questions(&t.rubric, assignment_composites, assignment_judge_parts);
    t.cases = calloc(t.rubric.case_count, sizeof *t.cases);
    if (t.cases == NULL)
        contract_failed("prove", "no memory");
    prove_reference(&t);
    prove_nothing(&t, &o);
    prove_mistakes(&t, &o, &all);
    if (o.mutants != NULL)
        prove_mutants(&t, &o, survivors);
    if (o.mutants != NULL && o.every == 1)
        prove_cases(&t, &o);
    print_cases(&t, &o);
    free(survivors);
    mistakes_clear(&all);
    grading_close(&t.grading);
    free(t.cases);
    printf("%zu%%: Checks: %zu, Failures: %zu, Errors: 0\n",
           100 * (t.checks - t.failures) / t.checks, t.checks, t.failures);
    return t.failures == 0 ? 0 : 1;
}
