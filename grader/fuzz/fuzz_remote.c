/*
 * Whatever a worker asks for in the middle of a call, remote_serve answers or refuses; it never
 * stops the grader and leaves the reference and the attempt in order.
 *
 * An input is an operation, the sizes of a request that is in order, and changes of it: which field
 * of which argument becomes what. One that begins with 255 is a request as it stands.
 */
#include <stdio.h>

#include "fuzz/fuzz.h"
#include "fuzz/stand_in.h"
#include "fuzz/take.h"
#include "remote_server.h"

enum { AS_IT_STANDS = 255, LARGEST_SIZE = 5, MOST_CHANGES = 4 };

static declaration declarations[] = {
    DECLARE("layers", "affine_forward", "x[N,*] w[D,M] b[M] -> out[N,M]", 1e-9, 1e-4),
    DECLARE("layers", "affine_backward", "dout[N,M] x[N,*] w[D,M] -> dx=x dw[D,M] db[M]", 1e-9, 1),
    DECLARE("layers", "softmax_loss", "x[N,C] y{N} -> loss dx[N,C]", 1e-9, 1e-5),
    DECLARE("layers", "embedding_forward", "words{N,T} W[V,D] -> out[N,T,D]", 1e-9, 1e-4),
    DECLARE("layers", "sample", "features[N,D] mask=features start -> words{N,T} best{N}", 0, 0),
    DECLARE("layers", "conv_forward", "x[N,C,H,W] w[F,C,P,Q] stride pad -> out[N,F,I,J]", 1e-9, 1),
    DECLARE("layers", "normalize", "x[N,D] mean[D] v[D] eps -> out[N,D] y=x m=mean n[D]", 1e-9, 1),
    DECLARE("layers", "nothing", "", 0, 0),
    DECLARE("others", "relu_forward", "x[N,*] -> out=x", 1e-9, 1e-4),
    {0},
};
static const composite served = {.module = "net", .parts = "layers"};

static grading g = {.declarations = declarations, .serving = &served};
static case_result result;
static attempt made = {.grading = &g, .result = &result};

/* The shape of a size of the signature, as an argument of a request in order has it. */
static void set_shape(const parsed_signature *signature, const size_t *letters, size_t i,
                      wire_argument *argument)
{
    const declared_argument *declared = &signature->arguments[i];
    for (size_t k = 0; k < i && declared->same_as[0] != '\0'; k++)
        if (strcmp(signature->arguments[k].name, declared->same_as) == 0)
            declared = &signature->arguments[k];
    argument->rank = declared->rank > 0 ? (uint32_t)declared->rank : 1;
    argument->shape[0] = 1;
    for (size_t d = 0; d < declared->rank; d++)
        argument->shape[d] = letters[(unsigned char)declared->sizes[d] % LARGEST_SIZE];
}

static void fill_in_order(taking *from, wire_request *request)
{
    const declaration *d = &declarations[take_below(from, declaration_count(declarations))];
    size_t letters[LARGEST_SIZE];
    uint64_t offset = 0;
    for (size_t i = 0; i < LARGEST_SIZE; i++)
        letters[i] = take_below(from, LARGEST_SIZE) + 1;
    snprintf(request->operation, sizeof request->operation, "%s", d->name);
    request->argument_count = (uint32_t)d->parsed->count;
    for (size_t i = 0; i < d->parsed->count; i++) {
        wire_argument *argument = &request->arguments[i];
        snprintf(argument->name, sizeof argument->name, "%s", d->parsed->arguments[i].name);
        argument->kind = d->parsed->arguments[i].kind;
        set_shape(d->parsed, letters, i, argument);
        argument->offset = offset;
        offset += (uint64_t)1 << 14;
    }
}

static void change(taking *from, wire_request *request)
{
    wire_argument *argument = &request->arguments[take_below(from, 12)];
    size_t field = take_below(from, 12);
    if (field == 0)
        argument->kind = (uint32_t)take_number(from);
    else if (field == 1)
        argument->rank = (uint32_t)take_number(from);
    else if (field == 2)
        argument->offset = take_number(from);
    else if (field == 3)
        request->argument_count = (uint32_t)take_number(from);
    else if (field == 4)
        argument->name[take_below(from, WIRE_NAME)] = (char)take_number(from);
    else if (field == 5)
        request->operation[take_below(from, WIRE_NAME)] = (char)take_number(from);
    else
        argument->shape[field - 6] = take_number(from);
}

/* The reference answers once, as it does, or else as the number says. */
static void prepare_reference(size_t precision, size_t number)
{
    wire_reply reply = {.magic = WIRE_MAGIC, .call = 1, .real_size = precision == 0 ? 8 : 4};
    reply.status = number < WIRE_CALLS ? (uint32_t)number : WIRE_DONE;
    if (g.reference_worker[precision] == NULL)
        g.reference_worker[precision] = stand_in_new(reply.real_size);
    stand_in_replies(g.reference_worker[precision], &reply, sizeof reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static worker *asking[2];
    taking from = {bytes, length};
    wire_request request = {.argument_count = 0};
    size_t precision = take_below(&from, 2);
    if (asking[precision] == NULL)
        asking[precision] = stand_in_new(precision == 0 ? sizeof(double) : sizeof(float));
    declarations_parse(declarations);
    prepare_reference(precision, take_below(&from, 64));
    if (from.left > 0 && *from.next == AS_IT_STANDS) {
        take_below(&from, 1);
        take_bytes(&from, &request, sizeof request);
    } else {
        fill_in_order(&from, &request);
        for (int i = 0; i < MOST_CHANGES && from.left > 0; i++)
            change(&from, &request);
    }
    (void)remote_serve(&made, asking[precision], &request);
    if (made.ended)
        abort();
    return 0;
}
