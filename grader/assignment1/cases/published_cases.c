/*
 * Public cases: the course's published check cases, from the room's own file. They need no
 * reference's answer.
 *
 * The tolerance is the published one, on the scale of the largest expected value.
 */
#include "attempt.h"

static void check_published(attempt *a, const char *function, const char *operation,
                            const char *const *names, size_t count, const char *output)
{
    published_case *c = open_published(a, function, 0);
    if (c == NULL)
        return;
    give_published(a, c, names, count);
    if (call(a, operation)) {
        tensor *expected = published_expected(c, output);
        expect_tensor(a, output, expected, published_tolerance(c));
        tensor_free(expected);
    }
    published_case_close(c);
}

CASE(affine_forward_published, "the affine layer, forward: the course's published values",
     .published = true, .needs = "affine_forward_any_shape")
{
    check_published(a, "affine_forward", "affine_forward", (const char *const[]){"x", "w", "b"}, 3,
                    "out");
}

CASE(relu_forward_published, "the ReLU, forward: the course's published values", .published = true,
     .needs = "relu_forward_any_shape")
{
    check_published(a, "relu_forward", "relu_forward", (const char *const[]){"x"}, 1, "out");
}

static const char *const net_names[] = {"X", "W1", "b1", "W2", "b2"};

CASE(net_scores_published, "the net's scores: the course's published values", .published = true,
     .needs = "net_scores_any_shape")
{
    give_number(a, "reg", 0);
    check_published(a, "two_layer_net scores", "two_layer_net_scores", net_names, 5, "scores");
}

CASE(net_loss_published,
     "the net's loss with and without regularization: the course's published values",
     .published = true, .needs = "net_loss_any_shape")
{
    for (size_t i = 0; i < 2; i++) {
        published_case *c = open_published(a, "two_layer_net loss", i);
        if (c == NULL)
            return;
        give_published(a, c, net_names, 5);
        labels *y = published_input_labels(c, "y");
        labels *copy = give_labels(a, "y", y->count, 1);
        for (size_t n = 0; n < y->count; n++)
            copy->data[n] = y->data[n];
        give_number(a, "reg", published_input_number(c, "reg"));
        if (call(a, "two_layer_net_loss"))
            expect_number(a, "loss", published_expected_number(c, "loss"), published_tolerance(c));
        labels_free(y);
        published_case_close(c);
    }
}
