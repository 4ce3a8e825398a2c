/*
 * Public cases: the course's published check cases, from the room's own file. They need no
 * reference's answer.
 *
 * The tolerance is the published one, on the scale of the largest expected value.
 */
#include "attempt.h"
#include "update_rule.h"

static void expect_published(attempt *a, const published_case *c, const char *output,
                             const char *name)
{
    tensor *expected = published_expected(c, name);
    expect_tensor(a, output, expected, published_tolerance(c));
    tensor_free(expected);
}

static void check_layer(attempt *a, const char *function, const char *const *names, size_t count)
{
    published_case *c = open_published(a, function, 0);
    if (c == NULL)
        return;
    give_published(a, c, names, count);
    if (call(a, function))
        expect_published(a, c, "out", "out");
    published_case_close(c);
}

CASE(affine_forward_published, "the affine layer, forward: the course's published values",
     .published = true, .needs = "affine_forward_any_shape")
{
    check_layer(a, "affine_forward", (const char *const[]){"x", "w", "b"}, 3);
}

CASE(relu_forward_published, "the ReLU, forward: the course's published values", .published = true,
     .needs = "relu_forward_any_shape")
{
    check_layer(a, "relu_forward", (const char *const[]){"x"}, 1);
}

/* What a rule remembers stands in the published case under names of its own. */
static void give_remembered(attempt *a, const published_case *c, const char *name,
                            const char *published_name)
{
    tensor *t = published_name != NULL ? published_input(c, published_name)
                                       : tensor_new_like(given(a, "w"));
    give_copy(a, name, t);
    tensor_free(t);
}

static void check_rule(attempt *a, const char *function, const char *operation, const char *first,
                       const char *second)
{
    static const char *const names[] = {"w", "dw"};
    published_case *c = open_published(a, function, 0);
    if (c == NULL)
        return;
    give_published(a, c, names, 2);
    give_remembered(a, c, "first", first);
    give_remembered(a, c, "second", second);
    give_number(a, "learning_rate", published_input_number(c, "learning_rate"));
    give_number(a, "step", second != NULL ? published_input_number(c, "t") : 0);
    update_settings others = update_settings_default();
    give_number(a, "momentum", others.momentum);
    give_number(a, "decay_rate", others.decay_rate);
    give_number(a, "beta1", others.beta1);
    give_number(a, "beta2", others.beta2);
    give_number(a, "epsilon", others.epsilon);
    if (call(a, operation)) {
        expect_published(a, c, "next_w", "next_w");
        expect_published(a, c, "next_first", first);
        if (second != NULL)
            expect_published(a, c, "next_second", second);
    }
    published_case_close(c);
}

CASE(optim_momentum_published, "a step of momentum: the course's published values",
     .published = true, .needs = "optim_momentum_any_shape")
{
    check_rule(a, "sgd_momentum", "sgd_momentum_step", "velocity", NULL);
}

CASE(optim_rmsprop_published, "a step of RMSProp: the course's published values", .published = true,
     .needs = "optim_rmsprop_any_shape")
{
    check_rule(a, "rmsprop", "rmsprop_step", "cache", NULL);
}

CASE(optim_adam_published, "a step of Adam: the course's published values", .published = true,
     .needs = "optim_adam_any_step")
{
    check_rule(a, "adam", "adam_step", "m", "v");
}

static void check_conv(attempt *a, const char *operation)
{
    static const char *const names[] = {"x", "w", "b"};
    published_case *c = open_published(a, "conv_forward", 0);
    if (c == NULL)
        return;
    give_published(a, c, names, 3);
    give_number(a, "stride", published_input_number(c, "stride"));
    give_number(a, "pad", published_input_number(c, "pad"));
    give_size(a, 'I', 2);
    give_size(a, 'J', 2);
    if (call(a, operation))
        expect_published(a, c, "out", "out");
    published_case_close(c);
}

CASE(conv_forward_published, "the naive convolution: the course's published values",
     .published = true, .needs = "conv_forward_any_shape")
{
    check_conv(a, "conv_forward_naive");
}

CASE(conv_im2col_forward_published, "the convolution by im2col: the course's published values",
     .published = true, .needs = "conv_im2col_forward_any_shape")
{
    check_conv(a, "conv_forward_im2col");
}

CASE(pool_forward_published, "max pooling: the course's published values", .published = true,
     .needs = "pool_forward_any_shape")
{
    static const char *const names[] = {"x"};
    published_case *c = open_published(a, "max_pool_forward", 0);
    if (c == NULL)
        return;
    give_published(a, c, names, 1);
    give_number(a, "height", published_input_number(c, "pool_height"));
    give_number(a, "width", published_input_number(c, "pool_width"));
    give_number(a, "stride", published_input_number(c, "stride"));
    give_size(a, 'I', 2);
    give_size(a, 'J', 2);
    if (call(a, "max_pool_forward_naive"))
        expect_published(a, c, "out", "out");
    published_case_close(c);
}
