/*
 * One call: its arguments go to a worker, and what the worker made of them comes back.
 *
 * Theory of operation. The arguments of a call are laid out in the worker's shared memory, one
 * after the other, each at a multiple of 64 bytes and followed by a fence of 512 bytes of a known
 * pattern. Outputs are filled with a NaN that arithmetic does not make. After the call everything
 * is read back once, into the grader's own memory, and judged there: inputs must hold what they
 * held, fences must stand, and outputs become tensors of double. The worker decides on no shape,
 * offset or name.
 */
#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "judge.h"

enum { FENCE_BYTES = 512, FENCE = 0xa5 };

/* Where argument i of a request lies and how many bytes its elements take. */
typedef struct layout {
    const parsed_signature *signature;
    wire_request request;
    size_t bytes[WIRE_MAX_ARGUMENTS];
    size_t element_size[WIRE_MAX_ARGUMENTS];
} layout;

/* ---- shapes ---- */

static void bind_letters(size_t *letters, const declared_argument *declared,
                         const wire_argument *placed)
{
    for (size_t d = 0; d < declared->rank && declared->sizes[d] != '*'; d++)
        letters[(unsigned char)declared->sizes[d] & 127] = placed->shape[d];
}

static void shape_from_input(const binding *input, wire_argument *placed)
{
    placed->rank = 1;
    if (input->tensor != NULL) {
        placed->rank = (uint32_t)input->tensor->rank;
        for (size_t d = 0; d < input->tensor->rank; d++)
            placed->shape[d] = input->tensor->shape[d];
    } else if (input->length > 0) {
        placed->rank = 2;
        placed->shape[0] = input->labels->count / input->length;
        placed->shape[1] = input->length;
    } else {
        placed->shape[0] = input->labels != NULL ? input->labels->count : 1;
    }
}

static void shape_from_letters(const char *operation, const size_t *letters,
                               const declared_argument *declared, wire_argument *placed)
{
    placed->rank = declared->rank > 0 ? (uint32_t)declared->rank : 1;
    placed->shape[0] = 1;
    for (size_t d = 0; d < declared->rank; d++) {
        placed->shape[d] = letters[(unsigned char)declared->sizes[d] & 127];
        if (placed->shape[d] == 0)
            contract_failed("case", "%s: size %c of %s is not given", operation, declared->sizes[d],
                            declared->name);
    }
}

static void set_argument_shape(call_inputs *in, layout *l, size_t i)
{
    const declared_argument *declared = &l->signature->arguments[i];
    wire_argument *placed = &l->request.arguments[i];
    bool input = declared->kind == WIRE_INPUT_TENSOR || declared->kind == WIRE_INPUT_LABELS ||
                 declared->kind == WIRE_INPUT_NUMBER;
    if (input) {
        const binding *bound = bindings_find(&in->inputs, declared->name);
        if (bound == NULL)
            contract_failed("case", "%s: %s is not given", l->request.operation, declared->name);
        shape_from_input(bound, placed);
        bind_letters(in->letters, declared, placed);
    } else if (declared->same_as[0] != '\0') {
        shape_from_input(bindings_find(&in->inputs, declared->same_as), placed);
    } else {
        shape_from_letters(l->request.operation, in->letters, declared, placed);
    }
}

static size_t round_up(size_t bytes)
{
    return (bytes + TENSOR_ALIGNMENT - 1) / TENSOR_ALIGNMENT * TENSOR_ALIGNMENT;
}

/* Fills the request and the places of all arguments. */
static void lay_out(call_inputs *in, const declaration *d, worker *w, layout *l)
{
    size_t offset = FENCE_BYTES;
    l->signature = d->parsed;
    l->request = (wire_request){.argument_count = (uint32_t)l->signature->count};
    snprintf(l->request.operation, sizeof l->request.operation, "%s", d->name);
    for (size_t i = 0; i < l->signature->count; i++) {
        wire_argument *placed = &l->request.arguments[i];
        wire_kind kind = l->signature->arguments[i].kind;
        snprintf(placed->name, sizeof placed->name, "%s", l->signature->arguments[i].name);
        placed->kind = kind;
        set_argument_shape(in, l, i);
        l->element_size[i] = kind == WIRE_INPUT_NUMBER || kind == WIRE_OUTPUT_NUMBER ? 8
                             : kind == WIRE_INPUT_LABELS || kind == WIRE_OUTPUT_LABELS
                                 ? sizeof(uint32_t)
                                 : worker_real_size(w);
        l->bytes[i] = l->element_size[i];
        for (size_t s = 0; s < placed->rank; s++)
            l->bytes[i] *= placed->shape[s];
        placed->offset = offset;
        offset = round_up(offset + l->bytes[i]) + FENCE_BYTES;
        if (offset > worker_memory_size(w) / 2) /* the rest is for remote calls (remote.c) */
            contract_failed("case", "%s: the arguments take more than half the shared memory",
                            d->name);
    }
}

/* ---- writing and reading the shared memory ---- */

static void write_reals(unsigned char *place, size_t real_size, const tensor *t)
{
    if (real_size == sizeof(double)) {
        memcpy(place, t->data, t->size * sizeof(double));
        return;
    }
    float *values = (float *)(void *)place;
    for (size_t i = 0; i < t->size; i++)
        values[i] = (float)t->data[i];
}

static void read_reals(const unsigned char *place, size_t real_size, tensor *t)
{
    if (real_size == sizeof(double)) {
        memcpy(t->data, place, t->size * sizeof(double));
        return;
    }
    const float *values = (const float *)(const void *)place;
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (double)values[i];
}

static void fill_reals(unsigned char *place, size_t bytes, size_t real_size, double value,
                       bool given)
{
    double wide = given ? value : judge_poison();
    float narrow = given ? (float)value : judge_poison_float();
    for (size_t at = 0; at < bytes; at += real_size)
        memcpy(place + at, real_size == sizeof wide ? (void *)&wide : (void *)&narrow, real_size);
}

static void write_input(const binding *input, unsigned char *place, size_t real_size)
{
    if (input->tensor != NULL)
        write_reals(place, real_size, input->tensor);
    else if (input->labels != NULL)
        memcpy(place, input->labels->data, input->labels->count * sizeof(uint32_t));
    else
        memcpy(place, &input->number, sizeof input->number);
}

static void write_arguments(const call_inputs *in, const layout *l, worker *w)
{
    unsigned char *memory = worker_memory(w);
    memset(memory, FENCE, FENCE_BYTES);
    for (size_t i = 0; i < l->signature->count; i++) {
        const wire_argument *placed = &l->request.arguments[i];
        unsigned char *place = memory + placed->offset;
        memset(place + l->bytes[i], FENCE, round_up(l->bytes[i]) - l->bytes[i] + FENCE_BYTES);
        switch (l->signature->arguments[i].kind) {
        case WIRE_OUTPUT_TENSOR:
            fill_reals(place, l->bytes[i], worker_real_size(w), in->fill, in->fill_given);
            break;
        case WIRE_OUTPUT_LABELS:
            memset(place, 0xff, l->bytes[i]);
            break;
        case WIRE_OUTPUT_NUMBER:
            fill_reals(place, sizeof(double), sizeof(double), 0, false);
            break;
        default:
            write_input(bindings_find(&in->inputs, placed->name), place, worker_real_size(w));
        }
    }
}

static void read_output(const layout *l, size_t i, const unsigned char *place, size_t real_size,
                        bindings *out)
{
    const wire_argument *placed = &l->request.arguments[i];
    binding *bound = bindings_renew(out, placed->name);
    if (placed->kind == WIRE_OUTPUT_TENSOR) {
        size_t shape[TENSOR_MAX_RANK];
        for (size_t d = 0; d < placed->rank; d++)
            shape[d] = placed->shape[d];
        bound->tensor = tensor_new(placed->rank, shape);
        read_reals(place, real_size, bound->tensor);
    } else if (placed->kind == WIRE_OUTPUT_LABELS) {
        bound->labels = labels_new(l->bytes[i] / sizeof(uint32_t));
        bound->length = placed->rank == 2 ? placed->shape[1] : 0;
        memcpy(bound->labels->data, place, l->bytes[i]);
    } else {
        memcpy(&bound->number, place, sizeof bound->number);
    }
}

/* ---- looking for harm ---- */

static bool fence_stands(const unsigned char *fence, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (fence[i] != FENCE)
            return false;
    return true;
}

/* Whether the numbers at place are, bit by bit, those that write_reals wrote there. */
static bool reals_unchanged(const unsigned char *place, size_t real_size, const tensor *t)
{
    if (real_size == sizeof(double))
        return memcmp(place, t->data, t->size * sizeof(double)) == 0;
    for (size_t i = 0; i < t->size; i++) {
        float value = (float)t->data[i];
        unsigned char bytes[sizeof value];
        memcpy(bytes, &value, sizeof bytes);
        if (memcmp(place + i * sizeof bytes, bytes, sizeof bytes) != 0)
            return false;
    }
    return true;
}

static bool input_unchanged(const binding *input, const unsigned char *place, size_t real_size)
{
    if (input->tensor != NULL)
        return reals_unchanged(place, real_size, input->tensor);
    if (input->labels != NULL)
        return memcmp(place, input->labels->data, input->labels->count * sizeof(uint32_t)) == 0;
    unsigned char bytes[sizeof input->number];
    memcpy(bytes, &input->number, sizeof bytes);
    return memcmp(place, bytes, sizeof bytes) == 0;
}

static void look_for_harm(const call_inputs *in, const layout *l, worker *w, char *harm,
                          size_t size)
{
    const unsigned char *memory = worker_memory(w);
    if (!fence_stands(memory, FENCE_BYTES))
        snprintf(harm, size, "%s wrote before the beginning of %s", l->request.operation,
                 l->request.arguments[0].name);
    for (size_t i = 0; i < l->signature->count; i++) {
        const wire_argument *placed = &l->request.arguments[i];
        const unsigned char *place = memory + placed->offset;
        bool input = placed->kind == WIRE_INPUT_TENSOR || placed->kind == WIRE_INPUT_LABELS ||
                     placed->kind == WIRE_INPUT_NUMBER;
        if (!fence_stands(place + l->bytes[i], round_up(l->bytes[i]) - l->bytes[i] + FENCE_BYTES))
            snprintf(harm, size, "%s wrote past the end of %s", l->request.operation, placed->name);
        else if (input && !input_unchanged(bindings_find(&in->inputs, placed->name), place,
                                           worker_real_size(w)))
            snprintf(harm, size, "%s changed its input %s, which belongs to the caller",
                     l->request.operation, placed->name);
    }
}

bool exchange(call_inputs *in, worker *w, const declaration *d, double limit_seconds, bindings *out,
              call_outcome *outcome, char *harm, size_t harm_size)
{
    layout *l = malloc(sizeof *l);
    if (l == NULL)
        contract_failed(__func__, "no memory");
    harm[0] = '\0';
    lay_out(in, d, w, l);
    write_arguments(in, l, w);
    worker_call(w, &l->request, limit_seconds, outcome);
    bindings_clear(out);
    bool done = outcome->end == CALL_DONE;
    if (done) {
        look_for_harm(in, l, w, harm, harm_size);
        for (size_t i = 0; i < l->signature->count; i++) {
            uint32_t kind = l->request.arguments[i].kind;
            if (kind == WIRE_OUTPUT_TENSOR || kind == WIRE_OUTPUT_LABELS ||
                kind == WIRE_OUTPUT_NUMBER)
                read_output(l, i, worker_memory(w) + l->request.arguments[i].offset,
                            worker_real_size(w), out);
        }
    }
    free(l);
    return done && harm[0] == '\0';
}

void exchange_place(call_inputs *in, worker *w, const declaration *d, wire_request *request)
{
    layout *l = malloc(sizeof *l);
    if (l == NULL)
        contract_failed(__func__, "no memory");
    lay_out(in, d, w, l);
    write_arguments(in, l, w);
    *request = l->request;
    free(l);
}
