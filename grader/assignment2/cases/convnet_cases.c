/* Hidden cases of the three-layer convolutional net. */
#include <string.h>

#include "attempt.h"

/* A net and N images of height x width, with filters of f x f. */
static void give_convnet(attempt *a, size_t N, size_t height, size_t width, size_t f, double reg)
{
    size_t C = draw_size(a, 1, 3);
    size_t F = draw_size(a, 1, 4);
    size_t hidden = draw_size(a, 2, 6);
    size_t classes = draw_size(a, 2, 6);
    give_normal(a, "W1", sizes4(F, C, f, f), 0, 0.6);
    give_normal(a, "b1", sizes1(F), 0, 0.5);
    give_normal(a, "W2", sizes2(F * (height / 2) * (width / 2), hidden), 0, 0.4);
    give_normal(a, "b2", sizes1(hidden), 0, 0.5);
    give_normal(a, "W3", sizes2(hidden, classes), 0, 0.6);
    give_normal(a, "b3", sizes1(classes), 0, 0.5);
    give_number(a, "reg", reg);
    give_normal(a, "X", sizes4(N, C, height, width), 0, 1);
    give_labels(a, "y", N, classes);
}

static void draw_convnet(attempt *a, double reg)
{
    size_t height = 2 * draw_size(a, 1, 4);
    size_t width = 2 * draw_size(a, 1, 4);
    size_t N = draw_size(a, 1, 5);
    size_t side = 2 * draw_size(a, 0, 2) + 1;
    give_convnet(a, N, height, width, side, reg);
}

static void expect_gradients(attempt *a)
{
    expect_close(a, "loss");
    expect_close(a, "dW1");
    expect_close(a, "db1");
    expect_close(a, "dW2");
    expect_close(a, "db2");
    expect_close(a, "dW3");
    expect_close(a, "db3");
}

CASE(convnet_init, "the parameters are drawn in the header's order")
{
    give_size(a, 'F', draw_size(a, 2, 5));
    give_size(a, 'C', draw_size(a, 1, 3));
    give_size(a, 'P', 2 * draw_size(a, 0, 2) + 1);
    give_size(a, 'D', draw_size(a, 2, 9));
    give_size(a, 'A', draw_size(a, 2, 9));
    give_size(a, 'K', draw_size(a, 2, 9));
    give_number(a, "weight_scale", draw_number(a, 0.001, 1));
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    call(a, "three_layer_convnet_init");
    expect_close(a, "W1");
    expect_close(a, "W2");
    expect_close(a, "W3");
    require(a,
            ended(a) || (tensor_sum_of_squares(got(a, "b1")) == 0 &&
                         tensor_sum_of_squares(got(a, "b2")) == 0 &&
                         tensor_sum_of_squares(got(a, "b3")) == 0),
            "the biases are not 0");
}

CASE(convnet_scores_any_shape, "the scores, for images that are not square",
     .stays = "the loss sees its mistakes too, but cannot say which half it is")
{
    for (size_t round = 0; round < 3; round++) {
        draw_convnet(a, 0);
        call(a, "three_layer_convnet_scores");
        expect_close(a, "scores");
    }
}

CASE(convnet_loss_any_shape, "the loss and the gradients of all parameters")
{
    for (size_t round = 0; round < 3; round++) {
        draw_convnet(a, draw_number(a, 0.05, 1));
        call(a, "three_layer_convnet_loss");
        expect_gradients(a);
    }
}

CASE(convnet_loss_large_regularization, "with strong regularization: the weights, not the biases",
     .needs = "convnet_loss_any_shape",
     .stays = "weak regularization shows the same mistakes, but hides small ones in float")
{
    draw_convnet(a, draw_number(a, 50, 500));
    call(a, "three_layer_convnet_loss");
    expect_gradients(a);
}

CASE(convnet_predict_any_shape, "the class of the largest score")
{
    for (size_t round = 0; round < 3; round++) {
        draw_convnet(a, 0);
        if (round == 2) { /* all classes have the same score */
            tensor_fill(given(a, "W3"), 0);
            tensor_fill(given(a, "b3"), 1);
        }
        call(a, "three_layer_convnet_predict");
        expect_close(a, "predicted");
    }
}

CASE(convnet_called_twice, "a second call gives the same, whatever the outputs' contents",
     .needs = "convnet_loss_any_shape",
     .stays = "a program that keeps something between calls; no mutant does")
{
    draw_convnet(a, 0.3);
    if (!call(a, "three_layer_convnet_loss"))
        return;
    tensor *first = tensor_new_copy(got(a, "dW1"));
    expect_close(a, "dW1");
    fill_outputs(a, 1e3);
    if (call(a, "three_layer_convnet_loss"))
        require(
            a, memcmp(first->data, got(a, "dW1")->data, first->size * sizeof(real)) == 0,
            "dW1 differs from that of the first call if it holds other numbers before the call");
    tensor_free(first);
}

CASE(convnet_float, "the net in float", .variant = CASE_FLOAT, .needs = "convnet_loss_any_shape")
{
    give_convnet(a, 4, 12, 10, 5, 0.1);
    call(a, "three_layer_convnet_loss");
    expect_close(a, "loss");
    expect_close(a, "dW3");
}

CASE(convnet_memory, "no memory error in the net", .variant = CASE_SANITIZED)
{
    draw_convnet(a, 0.1);
    call(a, "three_layer_convnet_loss");
    expect_close(a, "dW1");
    call(a, "three_layer_convnet_predict");
    expect_close(a, "predicted");
}
