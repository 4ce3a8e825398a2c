/*
 * Serving remote calls. The request comes from a worker that nobody trusts: what it says of shapes
 * and places is believed only after it was found to fit the declaration and the shared memory.
 */
#include "remote_server.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"

enum {
    LARGEST_TENSOR = 1 << 21,
    PER_ARGUMENT = 1024, /* bytes that exchange.c adds to each at most: a fence, and rounding up */
    SECONDS = 5          /* of the reference, for one call */
};

/* Where an argument lies and how long it is, once it was found to make sense. */
typedef struct located {
    const wire_argument *asked;
    const declared_argument *declared;
    size_t count; /* elements */
    size_t element_size;
} located;

static size_t element_size(wire_kind kind, size_t real_size)
{
    switch (kind) {
    case WIRE_INPUT_LABELS:
    case WIRE_OUTPUT_LABELS:
        return sizeof(uint32_t);
    case WIRE_INPUT_NUMBER:
    case WIRE_OUTPUT_NUMBER:
        return sizeof(double);
    default:
        return real_size;
    }
}

static bool locate(const wire_argument *asked, const declared_argument *declared, worker *w,
                   located *found)
{
    size_t memory = worker_memory_size(w);
    *found = (located){.asked = asked, .declared = declared, .count = 1};
    if (strncmp(asked->name, declared->name, WIRE_NAME) != 0 || asked->kind != declared->kind ||
        asked->rank < 1 || asked->rank > WIRE_MAX_RANK)
        return false;
    for (size_t d = 0; d < asked->rank; d++) {
        if (asked->shape[d] == 0 || asked->shape[d] > LARGEST_TENSOR)
            return false;
        found->count *= asked->shape[d];
        if (found->count > LARGEST_TENSOR)
            return false;
    }
    found->element_size = element_size(declared->kind, worker_real_size(w));
    return asked->offset % TENSOR_ALIGNMENT == 0 && asked->offset < memory &&
           found->count * found->element_size <= memory - asked->offset;
}

static tensor *read_tensor(const located *l, const unsigned char *place, size_t real_size)
{
    size_t shape[WIRE_MAX_RANK];
    for (size_t d = 0; d < l->asked->rank; d++)
        shape[d] = l->asked->shape[d];
    tensor *t = tensor_new(l->asked->rank, shape);
    for (size_t i = 0; i < t->size; i++) {
        float narrow;
        if (real_size == sizeof(double)) {
            memcpy(&t->data[i], place + i * real_size, real_size);
        } else {
            memcpy(&narrow, place + i * real_size, real_size);
            t->data[i] = (double)narrow;
        }
    }
    return t;
}

/* Gives an input to the call that the reference will get. */
static void take_input(const located *l, worker *w, call_inputs *call)
{
    const unsigned char *place = worker_memory(w) + l->asked->offset;
    binding *bound = bindings_renew(&call->inputs, l->declared->name);
    if (l->declared->kind == WIRE_INPUT_TENSOR) {
        bound->tensor = read_tensor(l, place, worker_real_size(w));
    } else if (l->declared->kind == WIRE_INPUT_LABELS) {
        bound->labels = labels_new(l->count);
        bound->length = l->asked->rank == 2 ? l->asked->shape[1] : 0;
        memcpy(bound->labels->data, place, l->count * sizeof(uint32_t));
    } else {
        memcpy(&bound->number, place, sizeof bound->number);
    }
}

/* Whether the argument has as many sizes as its signature, or more where that lets any follow. */
static bool rank_fits(const located *l)
{
    size_t rank = l->declared->rank;
    if (rank == 0) /* a number, or the shape of another */
        return true;
    return l->declared->sizes[rank - 1] == '*' ? l->asked->rank >= rank - 1
                                               : l->asked->rank == rank;
}

/* Whether sizes fit the signature: a letter is one size, an input like another has its shape. */
static bool sizes_fit(const located *all, size_t count)
{
    size_t letters[128] = {0};
    bool bound[128] = {false};
    for (size_t i = 0; i < count; i++) {
        const declared_argument *declared = all[i].declared;
        if (!rank_fits(&all[i]))
            return false;
        for (size_t d = 0; d < declared->rank && declared->sizes[d] != '*'; d++) {
            size_t letter = (unsigned char)declared->sizes[d] & 127;
            if (bound[letter] && letters[letter] != all[i].asked->shape[d])
                return false;
            letters[letter] = all[i].asked->shape[d];
            bound[letter] = true;
        }
        for (size_t k = 0; k < count && declared->same_as[0] != '\0'; k++)
            if (strcmp(all[k].declared->name, declared->same_as) == 0 &&
                all[k].count != all[i].count)
                return false;
    }
    return true;
}

/*
 * Whether all arguments together fit into the reference's memory, where they do not overlap as the
 * worker's may: exchange.c takes half of it.
 */
static bool fit_together(const located *all, size_t count, const worker *w)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += all[i].count * sizeof(double) + PER_ARGUMENT;
    return bytes <= worker_memory_size(w) / 2 - PER_ARGUMENT;
}

/* An output's sizes that no input determines are those that the worker asks for. */
static void take_letters(const located *all, size_t count, call_inputs *call)
{
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; d < all[i].declared->rank && all[i].declared->sizes[d] != '*'; d++)
            call->letters[(unsigned char)all[i].declared->sizes[d] & 127] = all[i].asked->shape[d];
}

/* Writes what the reference returned to where the worker wants it, if it is as long as that. */
static bool give_output(const located *l, worker *w, bindings *out)
{
    unsigned char *place = worker_memory(w) + l->asked->offset;
    const binding *result = bindings_find(out, l->declared->name);
    if (result == NULL)
        return false;
    if (result->tensor == NULL) {
        memcpy(place, &result->number, sizeof result->number);
        return true;
    }
    if (result->tensor->size != l->count)
        return false;
    for (size_t i = 0; i < l->count; i++) {
        float narrow = (float)result->tensor->data[i];
        if (worker_real_size(w) == sizeof(double))
            memcpy(place + i * sizeof(double), &result->tensor->data[i], sizeof(double));
        else
            memcpy(place + i * sizeof narrow, &narrow, sizeof narrow);
    }
    return true;
}

static bool is_input(wire_kind kind)
{
    return kind == WIRE_INPUT_TENSOR || kind == WIRE_INPUT_LABELS || kind == WIRE_INPUT_NUMBER;
}

static bool ask_reference(attempt *made, call_inputs *call, worker *w, const declaration *d,
                          const located *all, size_t count)
{
    call_outcome outcome;
    char harm[256];
    bindings out = {0};
    size_t precision = worker_real_size(w) == sizeof(double) ? 0 : 1;
    worker *reference = attempt_reference_worker(made, precision);
    bool answered = reference != NULL &&
                    exchange(call, reference, d, SECONDS, &out, &outcome, harm, sizeof harm);
    if (reference != NULL && !answered) { /* a contract: it has ended, and a fresh one is needed */
        worker_close(reference);
        made->grading->reference_worker[precision] = NULL;
    }
    for (size_t i = 0; i < count && answered; i++)
        if (!is_input(all[i].declared->kind))
            answered = give_output(&all[i], w, &out);
    bindings_clear(&out);
    return answered;
}

bool remote_serve(void *context, worker *w, const wire_request *asked)
{
    attempt *made = context;
    located all[WIRE_MAX_ARGUMENTS];
    if (memchr(asked->operation, '\0', WIRE_NAME) == NULL)
        return false;
    const declaration *d = declaration_find(made->grading->declarations, asked->operation);
    const composite *serving = made->grading->serving;
    if (d == NULL || serving == NULL || strcmp(d->module, serving->parts) != 0)
        return false;
    const parsed_signature *signature = d->parsed;
    if (asked->argument_count != signature->count)
        return false;
    for (size_t i = 0; i < signature->count; i++)
        if (!locate(&asked->arguments[i], &signature->arguments[i], w, &all[i]))
            return false;
    if (!sizes_fit(all, signature->count) || !fit_together(all, signature->count, w))
        return false;
    call_inputs *call = calloc(1, sizeof *call);
    if (call == NULL)
        contract_failed(__func__, "no memory");
    for (size_t i = 0; i < signature->count; i++)
        if (is_input(all[i].declared->kind))
            take_input(&all[i], w, call);
    take_letters(all, signature->count, call);
    bool answered = ask_reference(made, call, w, d, all, signature->count);
    bindings_clear(&call->inputs);
    free(call);
    return answered;
}
