/* A worker that asks for calls of others is served only what fits the declaration. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "remote_server.h"
#include "tests/suite.h"

enum { N = 3, D = 4, M = 2, ARGUMENTS = 4 };

static declaration declarations[] = {
    DECLARE("layers", "affine_forward", "x[N,*] w[D,M] b[M] -> out[N,M]", 1e-9, 1e-4),
    DECLARE("activations", "relu_forward", "x[N,*] -> out=x", 1e-9, 1e-4),
    DECLARE("layers", "embedding_forward", "words{N,T} W[V,D] -> out[N,T,D]", 1e-9, 1e-4),
    DECLARE("layers", "many",
            "a[N] b=a c=a d=a e=a f=a g=a h=a i=a j=a k=a l=a m=a n=a o=a p=a q=a -> out=a", 1e-9,
            1e-4),
    {0},
};
static const composite served = {.module = "net", .parts = "layers"};

static grading g;
static attempt a;
static worker *asking;
static wire_request request;

static void set_argument(size_t i, const char *name, wire_kind kind, uint64_t rows,
                         uint64_t columns, uint64_t offset)
{
    wire_argument *argument = &request.arguments[i];
    *argument = (wire_argument){
        .kind = kind, .rank = columns > 0 ? 2 : 1, .shape = {rows, columns}, .offset = offset};
    snprintf(argument->name, sizeof argument->name, "%s", name);
}

/* A request that is in order. */
static void begin(void)
{
    error e;
    worker_handover handed;
    declarations_parse(declarations);
    g = (grading){.declarations = declarations,
                  .serving = &served,
                  .reference_program = {{.path = path_of("build/workers/double/reference-worker-1"),
                                         .real_size = sizeof(double)}}};
    a = (attempt){.grading = &g};
    static case_result result;
    a.result = &result;
    asking = worker_open_detached(sizeof(double), &handed, &e);
    ck_assert_msg(asking != NULL, "%s", e.text);
    request = (wire_request){.operation = "affine_forward", .argument_count = ARGUMENTS};
    set_argument(0, "x", WIRE_INPUT_TENSOR, N, D, 0);
    set_argument(1, "w", WIRE_INPUT_TENSOR, D, M, 1024);
    set_argument(2, "b", WIRE_INPUT_TENSOR, M, 0, 2048);
    set_argument(3, "out", WIRE_OUTPUT_TENSOR, N, M, 3072);
    double *memory = (double *)(void *)worker_memory(asking);
    for (size_t i = 0; i < 512; i++)
        memory[i] = 1;
}

static void end(void)
{
    worker_close(asking);
    grading_close(&g);
}

static bool is_served(void)
{
    return remote_serve(&a, asking, &request);
}

START_TEST(test_a_call_that_fits_the_declaration_is_answered_by_the_reference)
{
    ck_assert(is_served());
    const double *out = (const double *)(const void *)(worker_memory(asking) + 3072);
    for (size_t i = 0; i < (size_t)N * M; i++)
        ck_assert_double_eq(out[i], D + 1);
    ck_assert_double_eq(out[(size_t)N * M], 1);
}
END_TEST

START_TEST(test_only_the_operations_of_the_parts_are_served)
{
    snprintf(request.operation, sizeof request.operation, "relu_forward");
    request.argument_count = 2;
    set_argument(1, "out", WIRE_OUTPUT_TENSOR, N, D, 1024);
    ck_assert(!is_served());
    snprintf(request.operation, sizeof request.operation, "no_such_operation");
    ck_assert(!is_served());
    memset(request.operation, 'x', sizeof request.operation);
    ck_assert(!is_served());
}
END_TEST

START_TEST(test_arguments_that_are_not_the_declared_ones_are_refused)
{
    request.argument_count = ARGUMENTS - 1;
    ck_assert(!is_served());
    request.argument_count = 1U << 31;
    ck_assert(!is_served());
    request.argument_count = ARGUMENTS;
    request.arguments[1].name[0] = 'W';
    ck_assert(!is_served());
    request.arguments[1].name[0] = 'w';
    request.arguments[1].kind = WIRE_OUTPUT_TENSOR;
    ck_assert(!is_served());
    request.arguments[1].kind = WIRE_INPUT_TENSOR;
    ck_assert(is_served());
}
END_TEST

START_TEST(test_places_outside_of_the_shared_memory_are_refused)
{
    static const uint64_t places[] = {1, UINT64_MAX, UINT64_MAX - 63, (uint64_t)1 << 40};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        request.arguments[0].offset = places[i];
        ck_assert_msg(!is_served(), "offset %zu", (size_t)places[i]);
    }
    request.arguments[0].offset = worker_memory_size(asking) - 64; /* 96 bytes are wanted */
    ck_assert(!is_served());
    request.arguments[0].offset = worker_memory_size(asking);
    ck_assert(!is_served());
}
END_TEST

START_TEST(test_absurd_shapes_are_refused)
{
    static const uint64_t absurd[] = {0, UINT64_MAX, (uint64_t)1 << 32, (uint64_t)1 << 63};
    for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
        request.arguments[0].shape[1] = absurd[i];
        ck_assert_msg(!is_served(), "size %zu", (size_t)absurd[i]);
    }
    request.arguments[0].shape[1] = D;
    request.arguments[0].rank = 0;
    ck_assert(!is_served());
    request.arguments[0].rank = WIRE_MAX_RANK + 1;
    ck_assert(!is_served());
}
END_TEST

START_TEST(test_sizes_that_contradict_each_other_are_refused)
{
    request.arguments[1].shape[1] = M + 1; /* w is D x M, b has M */
    ck_assert(!is_served());
    request.arguments[1].shape[1] = M;
    request.arguments[3].shape[0] = N + 1; /* out has one row per example */
    ck_assert(!is_served());
    request.arguments[3].shape[0] = N;
    request.arguments[0].shape[1] = D + 1; /* x flattened is not D: the reference's own contract */
    ck_assert(!is_served());
    request.arguments[0].shape[1] = D;
    ck_assert(is_served());
}
END_TEST

/* What has no T leaves the size of out open, at which the grader would stop. */
START_TEST(test_arguments_of_another_rank_than_declared_are_refused)
{
    snprintf(request.operation, sizeof request.operation, "embedding_forward");
    request.argument_count = 3;
    set_argument(0, "words", WIRE_INPUT_LABELS, N, 2, 0);
    set_argument(1, "W", WIRE_INPUT_TENSOR, D, M, 1024);
    set_argument(2, "out", WIRE_OUTPUT_TENSOR, N, 2, 2048);
    request.arguments[2].rank = 3;
    request.arguments[2].shape[2] = M;
    request.arguments[0].rank = 3;
    request.arguments[0].shape[2] = 1;
    ck_assert(!is_served());
    request.arguments[0].rank = 1;
    ck_assert(!is_served());
    request.arguments[0].rank = 2;
    request.arguments[1].rank = 3;
    request.arguments[1].shape[2] = 1;
    ck_assert(!is_served());
}
END_TEST

/* Each fits into the shared memory, where they may overlap; the reference has to place all. */
START_TEST(test_arguments_too_large_together_are_refused)
{
    snprintf(request.operation, sizeof request.operation, "many");
    request.argument_count = 18;
    for (size_t i = 0; i < 17; i++)
        set_argument(i, (char[]){(char)('a' + i), '\0'}, WIRE_INPUT_TENSOR, 1 << 21, 0, 0);
    set_argument(17, "out", WIRE_OUTPUT_TENSOR, 1 << 21, 0, 0);
    ck_assert(!is_served());
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("remote_server");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, test_a_call_that_fits_the_declaration_is_answered_by_the_reference);
    tcase_add_test(tests, test_only_the_operations_of_the_parts_are_served);
    tcase_add_test(tests, test_arguments_that_are_not_the_declared_ones_are_refused);
    tcase_add_test(tests, test_places_outside_of_the_shared_memory_are_refused);
    tcase_add_test(tests, test_absurd_shapes_are_refused);
    tcase_add_test(tests, test_sizes_that_contradict_each_other_are_refused);
    tcase_add_test(tests, test_arguments_of_another_rank_than_declared_are_refused);
    tcase_add_test(tests, test_arguments_too_large_together_are_refused);
    return run_suite("remote_server", tests);
}
