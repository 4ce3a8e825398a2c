/*
 * Whatever a worker replies, prints and leaves in the shared memory, the call has an outcome in
 * words, outputs are judged, and the result can be written.
 *
 * An input is an operation and its sizes; how the process ends, what it replies and prints; then
 * what it writes into the memory while it is called, for which it first asks for a remote call.
 */
#include <stdio.h>

#include "attempt_state.h"
#include "evidence.h"
#include "fuzz/fuzz.h"
#include "fuzz/stand_in.h"
#include "fuzz/take.h"
#include "result.h"

enum { LARGEST_SIZE = 4, MOST_WRITES = 8, REACH = 1 << 13, MOST_PRINTED = 200 };

static declaration declarations[] = {
    DECLARE("layers", "affine_backward", "dout[N,M] x[N,*] w[D,M] -> dx=x dw[D,M] db[M]", 1e-9, 1),
    DECLARE("layers", "softmax_loss", "x[N,C] y{N} -> loss dx[N,C]", 1e-9, 1e-5),
    DECLARE("layers", "sample", "features[N,T] start -> words{N,T} best{N}", 0, 0),
    DECLARE("layers", "predict", "X[N,D] -> predicted{N}", 0, 0),
    DECLARE("layers", "norm", "x[N,C,H,W] mean[C] eps -> out=x normalized=x m=mean", 1e-9, 1e-4),
    {0},
};
static const composite served = {.module = "net", .parts = "layers"};
static unsigned char times_too_slow[sizeof declarations / sizeof *declarations];
static taking writes; /* what is left of the input, for scribble */

/* A worker_server: what a worker does to the memory while the grader serves it. */
static bool scribble(void *context, worker *w, const wire_request *asked)
{
    (void)context;
    (void)asked;
    for (int i = 0; i < MOST_WRITES && writes.left > 0; i++) {
        size_t place = (size_t)take_number(&writes) % REACH;
        uint8_t value[64];
        size_t size = take_bytes(&writes, value, take_below(&writes, sizeof value) + 1);
        memcpy(worker_memory(w) + place, value, size);
    }
    return true;
}

/* ---- the attempt ---- */

/* Evidence with room for calls that is not given back: to ask for it anew takes the most time. */
static evidence *evidence_to_fuzz(void)
{
    enum { ROOM = 4 };
    static recorded_call calls[ROOM];
    static evidence kept = {.keep_all = true, .room = ROOM, .calls = calls};
    for (size_t i = 0; i < kept.count; i++) {
        bindings_clear(&calls[i].state.inputs);
        bindings_clear(&calls[i].got);
        bindings_clear(&calls[i].expected);
    }
    kept.count = 0;
    return &kept;
}

static grading grading_to_fuzz(evidence *kept)
{
    grading g = {.declarations = declarations,
                 .serving = &served,
                 .server = scribble,
                 .symbols = path_of("/nowhere"),
                 .evidence = kept,
                 .times_too_slow = times_too_slow};
    for (size_t i = 0; i < 2; i++)
        g.reference_program[i].path = path_of("/nowhere/reference");
    memset(times_too_slow, 0, sizeof times_too_slow);
    return g;
}

static void give(attempt *a, const declared_argument *declared, const size_t *letters)
{
    size_t shape[WIRE_MAX_RANK] = {2};
    size_t rank = declared->rank > 0 ? declared->rank : 1;
    binding *bound = bindings_renew(&a->given.inputs, declared->name);
    for (size_t d = 0; d < declared->rank; d++)
        shape[d] = letters[(unsigned char)declared->sizes[d] % LARGEST_SIZE];
    if (declared->kind == WIRE_INPUT_TENSOR)
        bound->tensor = tensor_new(rank, shape);
    else if (declared->kind == WIRE_INPUT_LABELS)
        bound->labels = labels_new(shape[0]);
}

static void give_all(attempt *a, const declaration *d, taking *from)
{
    size_t letters[LARGEST_SIZE];
    for (size_t i = 0; i < LARGEST_SIZE; i++)
        letters[i] = take_below(from, LARGEST_SIZE) + 1;
    for (size_t i = 0; i < d->parsed->count; i++)
        if (d->parsed->arguments[i].kind % 2 == WIRE_INPUT_TENSOR)
            give(a, &d->parsed->arguments[i], letters);
}

static void expect_all(attempt *a, const declaration *d)
{
    for (size_t i = 0; i < d->parsed->count; i++)
        if (d->parsed->arguments[i].kind % 2 == WIRE_OUTPUT_TENSOR)
            expect_close(a, d->parsed->arguments[i].name);
}

/* ---- the workers ---- */

/* A reference that returns what the outputs held. */
static worker *reference_to_fuzz(void)
{
    const wire_reply done = {
        .magic = WIRE_MAGIC, .call = 1, .status = WIRE_DONE, .real_size = sizeof(double)};
    worker *w = stand_in_new(sizeof(double));
    stand_in_replies(w, &done, sizeof done);
    return w;
}

/* A reply to the first call that is in order, or else in one field not. */
static wire_reply take_reply(taking *from, size_t real_size)
{
    wire_reply reply = {.magic = WIRE_MAGIC, .call = 1, .real_size = (uint32_t)real_size};
    reply.status = (uint32_t)take_below(from, WIRE_CALLS + 2);
    size_t field = take_below(from, 16);
    if (field == 0)
        reply.magic = (uint32_t)take_number(from);
    else if (field == 1)
        reply.call = (uint32_t)take_number(from);
    else if (field == 2)
        reply.status = (uint32_t)take_number(from);
    else if (field == 3)
        reply.real_size = (uint32_t)take_number(from);
    else if (field < 10)
        take_bytes(from, reply.text, take_below(from, WIRE_TEXT) + 1);
    return reply;
}

static worker *subject_to_fuzz(taking *from, case_variant variant)
{
    static struct {
        wire_reply calls;
        wire_request request;
        wire_reply reply;
    } said;
    uint8_t printed[MOST_PRINTED];
    size_t real_size = variant == CASE_FLOAT ? sizeof(float) : sizeof(double);
    worker *w = stand_in_new(real_size);
    if (variant == CASE_SANITIZED)
        stand_in_is_sanitized(w);
    size_t cut = take_below(from, 4) > 0 ? 0 : (size_t)take_number(from) % sizeof said;
    stand_in_ends(w, take_below(from, 2) == 0 ? 0 : (int)take_below(from, 256) << 8 | 9);
    said.calls = (wire_reply){.status = WIRE_CALLS};
    said.reply = take_reply(from, real_size);
    stand_in_replies(w, &said, sizeof said - cut);
    size_t count = take_bytes(from, printed, take_below(from, MOST_PRINTED));
    stand_in_prints(w, printed, count);
    return w;
}

/* ---- what has to hold ---- */

static void check_result(const attempt *a, const case_result *result)
{
    if (a->ended && result->message[0] == '\0')
        abort();
    if (!a->ended && result->output_name[0] != '\0' && result->judgement.wrong == 0)
        abort();
    json_t *json = case_result_json(a->definition, result);
    char *text = json != NULL ? json_dumps(json, 0) : NULL;
    if (text == NULL)
        abort();
    free(text);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static case_result result;
    taking from = {bytes, length};
    declarations_parse(declarations);
    grading g = grading_to_fuzz(evidence_to_fuzz());
    const declaration *d = &declarations[take_below(&from, declaration_count(declarations))];
    const case_definition definition = {
        .name = "fuzz", .title = "", .variant = (case_variant)take_below(&from, CASE_VARIANTS)};
    attempt a = {.grading = &g, .definition = &definition, .result = &result};
    result = (case_result){.state = CASE_NOT_GRADED};
    give_all(&a, d, &from);
    fill_outputs(&a, (double)take_below(&from, 3) - 1);
    g.reference_worker[0] = reference_to_fuzz();
    a.subject = subject_to_fuzz(&from, definition.variant);
    writes = from;
    call(&a, d->name);
    expect_all(&a, d);
    restart(&a);
    check_result(&a, &result);
    bindings_clear(&a.given.inputs);
    bindings_clear(&a.got);
    bindings_clear(&a.reference);
    worker_close(g.reference_worker[0]);
    return 0;
}
