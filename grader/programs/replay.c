/*
 * replay: makes the call again that a case failed at, under a debugger, with the very tensors.
 *
 * Theory of operation. The case is tried against a debugging build of the submission, in the tool
 * box, until the first call that was wrong is known. Then a request for just that call is put into
 * a pipe, its tensors into shared memory, and this program becomes gdb (or valgrind, or the worker
 * itself when it was built with sanitizers), whose child finds both where a worker looks for them.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assignment.h"
#include "contract.h"
#include "course_options.h"
#include "evidence.h"
#include "npy.h"
#include "parallel.h"
#include "result.h"
#include "rubric.h"

enum { OTHER_SEEDS = 60, MAX_WORDS = 48 };

typedef struct options {
    course_options shared;
    const char *case_name, *worker, *tool, *save;
    bool smallest;
} options;

static const struct argp_option option_list[] = {
    {"case", 'c', "NAME", 0, "the case", 0},
    {"worker", 'w', "FILE", 0, "the submission, built for the debugger", 0},
    {"tool", 't', "NAME", 0, "gdb (default), valgrind, or none: run it as it is", 0},
    {"save", 's', "DIR", 0, "write inputs and both outputs there, as .npy, and end", 0},
    {"smallest", 'm', NULL, 0, "the smallest call of another seed that fails in the same way", 0},
    {0},
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->shared;
        return 0;
    case 'c':
        o->case_name = value;
        return 0;
    case 'w':
        o->worker = value;
        return 0;
    case 't':
        o->tool = value;
        return 0;
    case 's':
        o->save = value;
        return 0;
    case 'm':
        o->smallest = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected word: %s", value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- finding the call ---- */

static const case_definition *find_case(const char *name)
{
    for (const case_definition *c = case_first(); c != NULL; c = c->next)
        if (name != NULL && strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

/* A try of the case with one seed: its result, and its calls up to the one that failed. */
typedef struct tried {
    case_result result;
    evidence calls;
    recorded_call *wrong; /* among calls; NULL when the case passed */
} tried;

static void try_case(grading *g, const case_definition *definition, uint32_t seed, tried *t)
{
    g->seed = seed;
    g->evidence = &t->calls;
    grading_forget_slowness(g); /* each try may run out of time anew */
    *t = (tried){.calls = {.keep_all = true}};
    attempt_case(g, definition, &t->result);
    bool failed = t->result.state != CASE_PASSED && t->result.state != CASE_NOT_GRADED;
    for (size_t i = 0; i < t->calls.count && failed && t->wrong == NULL; i++)
        if (!t->calls.calls[i].right)
            t->wrong = &t->calls.calls[i];
    if (failed && t->wrong == NULL && t->calls.count > 0) /* a property, not a number */
        t->wrong = &t->calls.calls[t->calls.count - 1];
}

static size_t input_size(const recorded_call *c)
{
    size_t size = 0;
    for (size_t i = 0; i < c->state.inputs.count; i++)
        if (c->state.inputs.list[i].tensor != NULL)
            size += c->state.inputs.list[i].tensor->size;
    return size;
}

/* Whether b fails as a does: the same operation, in the same state. */
static bool fails_alike(const tried *a, const tried *b)
{
    return b->wrong != NULL && a->wrong->called == b->wrong->called &&
           a->result.state == b->result.state;
}

/* The seed whose first wrong call is the smallest of those that fail as with the seed of t. */
static uint32_t smallest_seed(grading *g, const case_definition *definition, const tried *t,
                              uint32_t seed)
{
    uint32_t best = seed;
    size_t best_size = input_size(t->wrong);
    tried *other = calloc(1, sizeof *other);
    if (other == NULL)
        contract_failed("replay", "no memory");
    for (uint32_t i = 1; i <= OTHER_SEEDS; i++) {
        uint32_t candidate = seed + i;
        try_case(g, definition, candidate, other);
        if (fails_alike(t, other) && input_size(other->wrong) < best_size) {
            best = candidate;
            best_size = input_size(other->wrong);
        }
        evidence_clear(&other->calls);
    }
    free(other);
    return best;
}

/* ---- writing it down ---- */

static bool save_bindings(const char *folder, const char *ending, const bindings *b, error *e)
{
    bool saved = true;
    for (size_t i = 0; i < b->count && saved; i++) {
        const binding *each = &b->list[i];
        path_text path = path_of("%s/%s%s.npy", folder, each->name, ending);
        tensor *number = tensor_new_1d(1);
        number->data[0] = each->number;
        if (each->labels != NULL)
            saved = npy_save_labels(path.text, each->labels, e);
        else
            saved = npy_save(path.text, each->tensor != NULL ? each->tensor : number, e);
        tensor_free(number);
    }
    return saved;
}

static bool save(const char *folder, const recorded_call *c, error *e)
{
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        return error_set(e, "%s: %s", folder, strerror(errno));
    if (!save_bindings(folder, "", &c->state.inputs, e) ||
        !save_bindings(folder, ".got", &c->got, e) ||
        !save_bindings(folder, ".expected", &c->expected, e))
        return false;
    printf("in %s: the inputs of %s, NAME.npy; its results, NAME.got.npy; the expected "
           "given, NAME.expected.npy\n",
           folder, c->called->name);
    return true;
}

/* ---- becoming the tool ---- */

/* Puts the three descriptors where a worker looks for them, whatever numbers they have now. */
static void put_descriptors(const worker_handover *handed)
{
    const int from[3] = {handed->request, handed->reply, handed->memory};
    const int to[3] = {WIRE_REQUEST_FD, WIRE_REPLY_FD, WIRE_MEMORY_FD};
    int aside[3];
    for (size_t i = 0; i < 3; i++)
        aside[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 2 * MAX_WORDS);
    for (size_t i = 0; i < 3; i++)
        if (aside[i] < 0 || dup2(aside[i], to[i]) < 0)
            contract_failed("replay", "descriptor %d: %s", to[i], strerror(errno));
}

/* The words of the tool's command, ended by NULL. */
static void tool_words(const options *o, const char *operation, const char **words)
{
    static path_text stop;
    size_t n = 0;
    stop = path_of("break %s", operation);
    if (strcmp(o->tool, "gdb") == 0) {
        const char *gdb = getenv("GDB");
        words[n++] = gdb != NULL ? gdb : "gdb";
        words[n++] = "-q";
        words[n++] = "-ex";
        words[n++] = stop.text;
        words[n++] = "-ex";
        words[n++] = "break contract_failed";
        words[n++] = "-ex";
        words[n++] = "run";
        words[n++] = "--args";
    } else if (strcmp(o->tool, "valgrind") == 0) {
        words[n++] = "valgrind";
        words[n++] = "-q";
        words[n++] = "--track-origins=yes";
    }
    words[n++] = o->worker;
    words[n] = NULL;
}

static bool become_tool(const options *o, recorded_call *c, error *e)
{
    worker_handover handed;
    wire_request request;
    const char *words[MAX_WORDS];
    worker *w = worker_open_detached(sizeof(double), &handed, e);
    if (w == NULL)
        return false;
    exchange_place(&c->state, w, c->called, &request);
    worker_post(w, &request);
    put_descriptors(&handed);
    tool_words(o, c->called->name, words);
    signal(SIGPIPE, SIG_DFL);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    fflush(NULL);
    execvp(words[0], (char *const *)(const void *)words);
    return error_set(e, "%s: %s", words[0], strerror(errno));
}

static bool replay(const options *o, grading *g, error *e)
{
    static tried t;
    const case_definition *definition = find_case(o->case_name);
    if (definition == NULL)
        return o->case_name == NULL || o->case_name[0] == '\0'
                   ? error_set(e, "which case? CASE=NAME; the report has the names")
                   : error_set(e, "there is no case called %s; the report has the names",
                               o->case_name);
    uint32_t seed = o->shared.seed;
    try_case(g, definition, seed, &t);
    if (t.wrong != NULL && o->smallest) {
        seed = smallest_seed(g, definition, &t, seed);
        evidence_clear(&t.calls);
        try_case(g, definition, seed, &t);
    }
    if (t.wrong == NULL && definition->variant == CASE_FLOAT && t.result.state == CASE_PASSED)
        return error_set(e,
                         "%s is right in double, which is what replay builds; it fails in float "
                         "only, where numbers have seven digits",
                         definition->name);
    if (t.wrong == NULL)
        return error_set(e,
                         "%s passes with seed %u, or nothing was called: there is no call to "
                         "look at%s%s",
                         definition->name, seed, t.result.message[0] != '\0' ? ": " : "",
                         t.result.message);
    json_t *c = case_result_json(definition, &t.result);
    printf("%s, seed %u: %s\n%s\n%s(%s)\n", definition->name, seed, case_state_name(t.result.state),
           json_string_value(json_object_get(c, "message")), t.result.operation,
           t.result.call_text);
    json_decref(c);
    return o->save != NULL ? save(o->save, t.wrong, e) : become_tool(o, t.wrong, e);
}

int main(int argc, char **argv)
{
    static const struct argp parser = {
        option_list,          parse_option, NULL, "Repeats the call at which a case failed.",
        course_options_child, NULL,         NULL};
    static options o = {.tool = "gdb"};
    static grading g;
    error e = {""};
    o.shared = course_options_default(assignment_number);
    argp_parse(&parser, argc, argv, 0, NULL, &o);
    if (o.worker == NULL) {
        fprintf(stderr, "replay: --worker is missing; make replay builds one\n");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    parallel_set_threads(1);
    grading_open(&o.shared.course, assignment_declarations, o.shared.seed, &g);
    g.layers = worker_probe(&g.probe_program[0]);
    for (size_t i = 0; i < CASE_VARIANTS; i++)
        g.subject.whole[i] = (worker_program){
            .path = path_of("%s", o.worker), .real_size = sizeof(double), .sanitized = true};
    if (replay(&o, &g, &e))
        return 0;
    fprintf(stderr, "replay: %s\n", e.text);
    return 1;
}
