/* Hidden cases of attention. */
#include "attention_inputs.h"

/* N examples, H heads, S queries, T keys, D numbers each. */
typedef struct attention_sizes {
    size_t N, H, S, T, D;
} attention_sizes;

/* Sizes that all differ, with three heads or more, and more keys than queries or fewer. */
static attention_sizes draw_attention_sizes(attempt *a)
{
    attention_sizes s = {.N = 2};
    s.H = draw_size(a, 3, 4);
    bool longer = draw_size(a, 0, 1) == 1;
    size_t few = draw_size(a, 5, 6);
    size_t many = draw_size(a, 7, 9);
    s.S = longer ? many : few;
    s.T = longer ? few : many;
    s.D = draw_size(a, 10, 12);
    return s;
}

static void give_attention(attempt *a, attention_sizes s, double deviation, attention_use use)
{
    give_normal(a, "q", sizes4(s.N, s.H, s.S, s.D), 0, deviation);
    give_normal(a, "k", sizes4(s.N, s.H, s.T, s.D), 0, deviation);
    give_normal(a, "v", sizes4(s.N, s.H, s.T, s.D), 0, 1);
    give_mask(a, s.S, s.T, use.mask);
    give_drop(a, sizes4(s.N, s.H, s.S, s.T), use.drop);
}

static void expect_attention(attempt *a)
{
    call(a, "attention_forward");
    expect_close(a, "out");
    expect_close(a, "weights");
}

static const attention_use plain = {false, false};
static const attention_use both = {true, true};

CASE(attention_forward_any_shape, "attention, for any shape",
     .stays = "several heads see its mistakes too, but are another function")
{
    for (size_t round = 0; round < 3; round++) {
        give_attention(a, draw_attention_sizes(a), 1, plain);
        expect_attention(a);
    }
}

CASE(attention_forward_mask, "a mask that is not triangular, and one of ones",
     .needs = "attention_forward_any_shape")
{
    give_attention(a, draw_attention_sizes(a), 1, (attention_use){.mask = true});
    expect_attention(a);
    tensor_fill(given(a, "mask"), 1);
    expect_attention(a);
}

CASE(attention_forward_drop, "dropout of the weights, which are handed on without it",
     .needs = "attention_forward_any_shape")
{
    give_attention(a, draw_attention_sizes(a), 1, (attention_use){.drop = true});
    expect_attention(a);
}

/* Scores of some 1e4; the mask hides the largest of each row. */
CASE(attention_forward_large_scores, "scores of 1e4", .needs = "attention_forward_any_shape")
{
    attention_sizes s = draw_attention_sizes(a);
    give_attention(a, s, 100, plain);
    expect_attention(a);
    give_attention(a, s, 100, both);
    expect_attention(a);
}

/* The weights as the reference has them, and an upstream gradient. */
static void give_backward(attempt *a, attention_sizes s)
{
    call_reference(a, "attention_forward");
    if (!ended(a))
        give_copy(a, "weights", reference(a, "weights"));
    give_normal(a, "dout", sizes4(s.N, s.H, s.S, s.D), 0, 1);
}

static void expect_gradients(attempt *a)
{
    call(a, "attention_backward");
    expect_close(a, "dq");
    expect_close(a, "dk");
    expect_close(a, "dv");
}

CASE(attention_backward_any_shape, "the gradients of attention, for any shape",
     .stays = "several heads see its mistakes too, but are another function")
{
    for (size_t round = 0; round < 3; round++) {
        attention_sizes s = draw_attention_sizes(a);
        give_attention(a, s, 1, plain);
        give_backward(a, s);
        expect_gradients(a);
    }
}

CASE(attention_backward_mask_and_drop, "the gradients under a mask and dropout",
     .needs = "attention_backward_any_shape")
{
    for (size_t round = 0; round < 2; round++) {
        attention_sizes s = draw_attention_sizes(a);
        give_attention(a, s, 1, both);
        give_backward(a, s);
        expect_gradients(a);
    }
}

CASE(attention_backward_large_scores, "the gradients at scores of 1e4: no infinity, no NaN",
     .needs = "attention_backward_any_shape", .stays = "the edge of the softmax")
{
    attention_sizes s = draw_attention_sizes(a);
    give_attention(a, s, 100, plain);
    /* two keys that are equal share the weight of their row, so that a gradient is left */
    tensor *k = given(a, "k");
    for (size_t i = 0; i < k->size; i++)
        k->data[i] =
            k->data[i / (s.T * s.D) * (s.T * s.D) + i % s.D] + (i / s.D % s.T < 2 ? 0 : -9);
    give_backward(a, s);
    expect_gradients(a);
}

CASE(split_heads_any_shape, "the heads are neighbouring columns")
{
    for (size_t round = 0; round < 2; round++) {
        attention_sizes s = draw_attention_sizes(a);
        give_normal(a, "x", sizes3(s.N, s.S, s.H * s.D), 0, 1);
        give_size(a, 'H', s.H);
        give_size(a, 'D', s.D);
        call(a, "split_heads");
        expect_close(a, "out");
    }
}

CASE(merge_heads_any_shape, "the heads side by side again")
{
    for (size_t round = 0; round < 2; round++) {
        attention_sizes s = draw_attention_sizes(a);
        give_normal(a, "x", sizes4(s.N, s.H, s.S, s.D), 0, 1);
        give_size(a, 'E', s.H * s.D);
        call(a, "merge_heads");
        expect_close(a, "out");
    }
}

CASE(causal_mask_any_size, "ones on and below the diagonal")
{
    size_t largest = draw_size(a, 4, 9);
    for (size_t T = 1; T <= largest; T += largest - 1) {
        give_number(a, "T", (double)T);
        give_size(a, 'T', T);
        call(a, "causal_mask");
        expect_close(a, "mask");
    }
}

static void give_multi_head(attempt *a, attention_sizes s, attention_use use)
{
    size_t E = s.H * 2;
    give_normal(a, "query", sizes3(s.N, s.S, E), 0, 1);
    give_normal(a, "key", sizes3(s.N, s.T, E), 0, 1);
    give_normal(a, "value", sizes3(s.N, s.T, E), 0, 1);
    give_head_weights(a, "", E, 0);
    give_number(a, "heads", (double)s.H);
    give_mask(a, s.S, s.T, use.mask);
    give_drop(a, sizes4(s.N, s.H, s.S, s.T), use.drop);
    give_size(a, 'D', 2);
}

static void expect_multi_head(attempt *a, const char *operation)
{
    static const char *const outputs[] = {"out", "q", "k", "v", "weights", "joined"};
    call(a, operation);
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        expect_close(a, outputs[i]);
}

/* At first as many keys as queries: keys made of the wrong input then give numbers, and no stop. */
CASE(multi_head_forward_any_shape, "several heads, on three different inputs")
{
    for (size_t round = 0; round < 3; round++) {
        attention_sizes s = draw_attention_sizes(a);
        s.T = round == 0 ? s.S : s.T;
        give_multi_head(a, s, plain);
        expect_multi_head(a, "multi_head_forward");
    }
}

CASE(multi_head_forward_mask_and_drop, "several heads under a mask and dropout",
     .needs = "multi_head_forward_any_shape")
{
    give_multi_head(a, draw_attention_sizes(a), both);
    expect_multi_head(a, "multi_head_forward");
}

CASE(multi_head_self, "one tensor as query, key and value", .needs = "multi_head_forward_any_shape",
     .stays = "three inputs that are one")
{
    attention_sizes s = draw_attention_sizes(a);
    s.T = s.S;
    give_multi_head(a, s, (attention_use){.mask = true});
    give_copy(a, "x", given(a, "query"));
    expect_multi_head(a, "multi_head_self");
}

static void expect_multi_head_gradients(attempt *a, attention_sizes s)
{
    static const char *const kept[] = {"q", "k", "v", "weights", "joined"};
    call_reference(a, "multi_head_forward");
    for (size_t i = 0; !ended(a) && i < sizeof kept / sizeof *kept; i++)
        give_copy(a, kept[i], reference(a, kept[i]));
    give_normal(a, "dout", sizes3(s.N, s.S, s.H * 2), 0, 1);
    call(a, "multi_head_backward");
    expect_close(a, "dquery");
    expect_close(a, "dkey");
    expect_close(a, "dvalue");
    expect_head_gradients(a, "", DOUBLE_DIGITS);
}

CASE(multi_head_backward_any_shape, "the gradients of several heads")
{
    for (size_t round = 0; round < 2; round++) {
        attention_sizes s = draw_attention_sizes(a);
        give_multi_head(a, s, plain);
        expect_multi_head_gradients(a, s);
    }
}

CASE(multi_head_backward_drop, "the gradients of several heads under a mask and dropout",
     .needs = "multi_head_backward_any_shape",
     .stays = "dropout that is handed on to attention's own gradients")
{
    attention_sizes s = draw_attention_sizes(a);
    give_multi_head(a, s, both);
    expect_multi_head_gradients(a, s);
}

CASE(attention_called_twice, "nothing is left from the call before",
     .needs = "multi_head_backward_any_shape", .stays = "outputs that hold numbers already")
{
    for (size_t round = 0; round < 2; round++) {
        attention_sizes s = draw_attention_sizes(a);
        give_multi_head(a, s, both);
        fill_outputs(a, 3);
        expect_multi_head(a, "multi_head_forward");
        fill_outputs(a, -2);
        expect_multi_head_gradients(a, s);
    }
}

CASE(attention_float, "attention in float", .variant = CASE_FLOAT,
     .needs = "attention_backward_any_shape", .stays = "that float is enough")
{
    attention_sizes s = {.N = 3, .H = 4, .S = 17, .T = 24, .D = 16};
    give_attention(a, s, 1, both);
    expect_attention(a);
    give_backward(a, s);
    expect_gradients(a);
}

CASE(attention_memory, "no memory error in attention", .variant = CASE_SANITIZED)
{
    attention_sizes s = draw_attention_sizes(a);
    give_attention(a, s, 1, both);
    expect_attention(a);
    give_backward(a, s);
    expect_gradients(a);
    give_multi_head(a, s, both);
    expect_multi_head(a, "multi_head_forward");
    expect_multi_head_gradients(a, s);
}
