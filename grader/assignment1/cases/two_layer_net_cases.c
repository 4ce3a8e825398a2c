/* Hidden cases of the two-layer net. */
#include <string.h>

#include "linear_inputs.h"

/* Parameters of D x H x C, with biases that are not 0: a penalty on them shows. */
static void give_net(attempt *a, size_t D, size_t H, size_t C, double reg)
{
    give_normal(a, "W1", sizes2(D, H), 0, 0.6);
    give_normal(a, "b1", sizes1(H), 0, 1);
    give_normal(a, "W2", sizes2(H, C), 0, 0.6);
    give_normal(a, "b2", sizes1(C), 0, 1);
    give_number(a, "reg", reg);
}

/* A net and N examples of images or of rows. */
static void give_net_and_examples(attempt *a, double reg)
{
    size_t N = draw_size(a, 1, 15);
    size_t D = draw_size(a, 2, 9);
    size_t C = draw_size(a, 2, 7);
    bool images = draw_size(a, 0, 1) == 1;
    give_net(a, images ? 3 * D * 2 : D, draw_size(a, 2, 12), C, reg);
    give_normal(a, "X", images ? sizes4(N, 3, D, 2) : sizes2(N, D), 0, 1);
    give_labels(a, "y", N, C);
}

static void expect_gradients(attempt *a)
{
    expect_close(a, "loss");
    expect_close(a, "dW1");
    expect_close(a, "db1");
    expect_close(a, "dW2");
    expect_close(a, "db2");
}

CASE(net_init, "the parameters are drawn in the header's order")
{
    for (size_t round = 0; round < 2; round++) {
        give_size(a, 'D', draw_size(a, 2, 12));
        give_size(a, 'H', draw_size(a, 2, 12));
        give_size(a, 'C', draw_size(a, 2, 7));
        give_number(a, "weight_scale", draw_number(a, 0.001, 1));
        give_number(a, "seed", (double)draw_size(a, 0, 1000000));
        call(a, "two_layer_net_init");
        expect_close(a, "W1");
        expect_close(a, "W2");
        require(a,
                ended(a) || (tensor_sum_of_squares(got(a, "b1")) == 0 &&
                             tensor_sum_of_squares(got(a, "b2")) == 0),
                "the biases are not 0");
    }
}

CASE(net_scores_any_shape, "the scores, for inputs of any rank",
     .stays = "the loss sees its mistakes too, but cannot say which half it is")
{
    for (size_t round = 0; round < 4; round++) {
        give_net_and_examples(a, 0);
        call(a, "two_layer_net_scores");
        expect_close(a, "scores");
    }
}

CASE(net_loss_any_shape, "the loss and the gradients of all parameters, for inputs of any rank",
     .stays = "strong regularization shows the same mistakes, but drowns small ones in float")
{
    for (size_t round = 0; round < 4; round++) {
        give_net_and_examples(a, draw_number(a, 0.05, 1));
        call(a, "two_layer_net_loss");
        expect_gradients(a);
    }
}

CASE(net_loss_large_regularization, "with strong regularization: factor 0.5, without the biases",
     .needs = "net_loss_any_shape",
     .stays = "the published values see its mistakes too, in one shape and two strengths")
{
    give_net_and_examples(a, draw_number(a, 50, 500));
    call(a, "two_layer_net_loss");
    expect_gradients(a);
}

CASE(net_predict_any_shape, "the class of the largest score")
{
    for (size_t round = 0; round < 3; round++) {
        give_net_and_examples(a, 0);
        if (round == 2) { /* all classes have the same score */
            tensor_fill(given(a, "W2"), 0);
            tensor_fill(given(a, "b2"), 1);
        }
        call(a, "two_layer_net_predict");
        expect_close(a, "predicted");
    }
}

/*
 * A ring around a disc: no line separates them, hidden units do. The weights are judged on fresh
 * points.
 */
static void give_rings(attempt *a, const char *X_name, const char *y_name, size_t count)
{
    labels *y = give_labels(a, y_name, count, 2);
    tensor *X = give_normal(a, X_name, sizes2(count, 2), 0, 1);
    for (size_t i = 0; i < count; i++) {
        real *point = X->data + 2 * i;
        double radius = sqrt(point[0] * point[0] + point[1] * point[1]) + 1e-9;
        bool inside = y->data[i] == 0;
        double wanted = draw_number(a, inside ? 0 : 1.6, inside ? 1 : 2.4);
        point[0] *= wanted / radius;
        point[1] *= wanted / radius;
    }
}

CASE(net_learns, "training separates a disc from the ring around it", .needs = "net_loss_any_shape",
     .stays = "that the loss falls, whatever the order of drawing")
{
    give_rings(a, "X", "y", 200);
    give_number(a, "weight_scale", 0.5);
    give_number(a, "reg", 0.0001);
    give_number(a, "learning_rate", 0.5);
    give_number(a, "steps", 400);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    give_size(a, 'H', 20);
    give_size(a, 'C', 2);
    if (!call(a, "two_layer_net_train"))
        return;
    static const char *const parameters[] = {"W1", "b1", "W2", "b2"};
    bool finite = true;
    for (size_t i = 0; i < 4; i++)
        finite &= tensor_all_finite(give_copy(a, parameters[i], got(a, parameters[i])));
    expect(a, "finite", finite, "the trained parameters hold NaN or infinite numbers");
    give_rings(a, "X", "y_fresh", 200);
    if (finite && call_reference(a, "two_layer_net_predict")) {
        double accuracy =
            labels_accuracy(reference_labels(a, "predicted"), given_labels(a, "y_fresh"));
        require(a, accuracy >= 0.9,
                "the trained net classifies %.0f %% of fresh points" EXPECTED ", 90 %% are easy",
                100 * accuracy);
    }
}

CASE(net_called_twice, "a second call gives the same, whatever the outputs' contents",
     .needs = "net_loss_any_shape",
     .stays = "a program that keeps something between calls; no mutant does")
{
    give_net_and_examples(a, 0.3);
    if (!call(a, "two_layer_net_loss"))
        return;
    tensor *first = tensor_new_copy(got(a, "dW1"));
    expect_close(a, "dW1");
    fill_outputs(a, 1e3);
    if (call(a, "two_layer_net_loss"))
        require(
            a, memcmp(first->data, got(a, "dW1")->data, first->size * sizeof(real)) == 0,
            "dW1 differs from that of the first call if it holds other numbers before the call");
    tensor_free(first);
}

CASE(net_float, "the net in float", .variant = CASE_FLOAT, .needs = "net_loss_any_shape")
{
    give_net(a, 300, 20, 10, 0.1);
    give_normal(a, "X", sizes2(30, 300), 0, 1);
    give_labels(a, "y", 30, 10);
    call(a, "two_layer_net_loss");
    expect_close(a, "loss");
    expect_close_within(a, "dW2", 1e-3);
}

CASE(net_memory, "no memory error in the net", .variant = CASE_SANITIZED)
{
    give_net_and_examples(a, 0.1);
    call(a, "two_layer_net_loss");
    expect_close(a, "dW1");
    call(a, "two_layer_net_predict");
    expect_close(a, "predicted");
}
