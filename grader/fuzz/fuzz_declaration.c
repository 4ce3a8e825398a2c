/*
 * Whatever a signature says, it is refused in words, or a call of it can be laid out once its
 * inputs and all sizes are given.
 */
#include <setjmp.h>
#include <string.h>

#include "exchange.h"
#include "fuzz/fuzz.h"
#include "stop.h"

enum { LONGEST_TEXT = 4096, LARGEST = 3 };

static jmp_buf refused;
static parsed_signature parsed;
static call_inputs given;
static wire_request request;

static bool may_refuse;

static void refuse(contract_event event, const char *text)
{
    (void)event;
    if (!may_refuse || text[0] == '\0')
        abort();
    longjmp(refused, 1);
}

static void check_argument(const declared_argument *a)
{
    if (memchr(a->name, '\0', WIRE_NAME) == NULL || a->name[0] == '\0' ||
        memchr(a->same_as, '\0', WIRE_NAME) == NULL || a->rank > WIRE_MAX_RANK ||
        a->kind > WIRE_OUTPUT_NUMBER)
        abort();
}

/* The size that an input has where its signature has that letter. */
static size_t size_of(char letter)
{
    return ((size_t)letter & 127) % LARGEST + 1;
}

static void give(const declared_argument *a)
{
    size_t shape[WIRE_MAX_RANK] = {2};
    size_t rank = a->rank > 0 ? a->rank : 1;
    binding *bound = bindings_renew(&given.inputs, a->name);
    for (size_t d = 0; d < a->rank; d++)
        shape[d] = size_of(a->sizes[d]);
    if (a->kind == WIRE_INPUT_TENSOR)
        bound->tensor = tensor_new(rank, shape);
    else if (a->kind == WIRE_INPUT_LABELS)
        bound->labels = labels_new(shape[0] * (a->rank == 2 ? shape[1] : 1));
    bound->length = a->kind == WIRE_INPUT_LABELS && a->rank == 2 ? shape[1] : 0;
}

static void lay_out(worker *w)
{
    const declaration called = {.name = "fuzz", .parsed = &parsed};
    for (size_t c = 0; c < SIZE_LETTERS; c++)
        given.letters[c] = size_of((char)c);
    for (size_t i = 0; i < parsed.count; i++)
        if (parsed.arguments[i].kind % 2 == WIRE_INPUT_TENSOR)
            give(&parsed.arguments[i]);
    exchange_place(&given, w, &called, &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static worker *w;
    worker_handover handed;
    error e;
    char text[LONGEST_TEXT];
    if (w == NULL && (w = worker_open_detached(sizeof(double), &handed, &e)) == NULL)
        abort();
    if (length >= sizeof text)
        return 0;
    memcpy(text, bytes, length);
    text[length] = '\0';
    contract_set_handler(refuse);
    if (setjmp(refused) == 0) {
        may_refuse = true;
        declaration_parse(text, &parsed);
        may_refuse = false;
        for (size_t i = 0; i < parsed.count; i++)
            check_argument(&parsed.arguments[i]);
        lay_out(w);
    }
    bindings_clear(&given.inputs);
    given = (call_inputs){.fill_given = false};
    return 0;
}
