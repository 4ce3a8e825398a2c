/* Hidden cases of the computational graph. */
#include "attempt.h"
#include "conv_shape.h"

/* Two inputs of one shape, an upstream gradient, and what the inputs' gradients hold already. */
static void give_pair(attempt *a)
{
    size_t N = draw_size(a, 2, 7);
    size_t M = draw_size(a, 2, 7);
    sizes shape = sizes2(N, M);
    give_normal(a, "a", shape, 0, 1);
    give_normal(a, "b", shape, 0, 1);
    give_normal(a, "dout", shape, 0, 1);
    give_number(a, "before", draw_number(a, 1, 3));
}

static void check_pair(attempt *a, const char *operation)
{
    for (size_t round = 0; round < 2; round++) {
        give_pair(a);
        call(a, operation);
        expect_close(a, "out");
        expect_close(a, "da");
        expect_close(a, "db");
    }
}

static void check_single(attempt *a, const char *operation)
{
    for (size_t round = 0; round < 2; round++) {
        give_pair(a);
        call(a, operation);
        expect_close(a, "out");
        expect_close(a, "da");
    }
}

CASE(graph_add_any_shape, "the sum; its gradients are added to the inputs' gradients",
     .stays = "the expression sees its mistakes too, but cannot say which operation it is")
{
    check_pair(a, "graph_add");
}

CASE(graph_multiply_any_shape, "the product; its gradients are added to the inputs' gradients",
     .stays = "the expression sees its mistakes too, but cannot say which operation it is")
{
    check_pair(a, "graph_multiply");
}

CASE(graph_maximum_any_shape, "the maximum, and its gradient for the larger input",
     .stays = "the expression sees its mistakes too, but cannot say which operation it is")
{
    check_pair(a, "graph_maximum");
}

CASE(graph_maximum_ties, "if inputs are equal, the first gets the gradient",
     .needs = "graph_maximum_any_shape")
{
    give_pair(a);
    tensor *left = given(a, "a");
    tensor *right = given(a, "b");
    for (size_t i = 0; i < left->size; i += 2)
        right->data[i] = left->data[i];
    call(a, "graph_maximum");
    expect_close(a, "da");
    expect_close(a, "db");
}

CASE(graph_same_input_twice,
     "a + a, a * a and the maximum of a and a: the gradients of both inputs count",
     .needs = "graph_add_any_shape",
     .stays = "one node as both inputs, which no other case of a single operation has")
{
    static const char *const operations[] = {"graph_add_same", "graph_multiply_same",
                                             "graph_maximum_same"};
    for (size_t i = 0; i < 3; i++) {
        give_pair(a);
        call(a, operations[i]);
        expect_close(a, "out");
        expect_close(a, "da");
    }
}

CASE(graph_sigmoid_any_shape, "the sigmoid and its gradient",
     .stays = "the expression sees its mistakes too, but cannot say which operation it is")
{
    check_single(a, "graph_sigmoid");
}

CASE(graph_sigmoid_large, "the sigmoid of 1e4 and of -1e4", .needs = "graph_sigmoid_any_shape",
     .stays = "a formula that overflows to NaN")
{
    give_pair(a);
    tensor *x = given(a, "a");
    for (size_t i = 0; i < x->size; i++)
        x->data[i] = i % 2 == 0 ? 1e4 : -1e4;
    call(a, "graph_sigmoid");
    expect_close(a, "out");
    expect_close(a, "da");
}

CASE(graph_relu_any_shape, "the ReLU and its gradient",
     .stays = "the sequence sees its mistakes too, but cannot say which operation it is")
{
    check_single(a, "graph_relu");
    tensor_fill(given(a, "a"), 0);
    call(a, "graph_relu");
    expect_close(a, "da");
}

CASE(graph_matmul_any_shape, "the matrix product and its gradients",
     .stays = "the expression sees its mistakes too, but cannot say which operation it is")
{
    for (size_t round = 0; round < 3; round++) {
        size_t N = draw_size(a, 1, 7);
        size_t D = draw_size(a, 1, 7);
        size_t M = draw_size(a, 1, 7);
        give_normal(a, "a", sizes2(N, D), 0, 1);
        give_normal(a, "b", sizes2(D, M), 0, 1);
        give_normal(a, "dout", sizes2(N, M), 0, 1);
        give_number(a, "before", draw_number(a, 1, 3));
        call(a, "graph_matmul");
        expect_close(a, "out");
        expect_close(a, "da");
        expect_close(a, "db");
    }
}

CASE(graph_affine_any_shape, "the affine layer and its gradients",
     .stays = "the sequence sees its mistakes too, but cannot say which operation it is")
{
    for (size_t round = 0; round < 2; round++) {
        size_t N = draw_size(a, 1, 7);
        size_t M = draw_size(a, 1, 7);
        give_normal(a, "x", sizes4(N, 2, 3, 1), 0, 1);
        give_normal(a, "W", sizes2(6, M), 0, 1);
        give_normal(a, "b", sizes1(M), 0, 1);
        give_normal(a, "dout", sizes2(N, M), 0, 1);
        give_number(a, "before", draw_number(a, 1, 3));
        call(a, "graph_affine");
        expect_close(a, "out");
        expect_close(a, "dx");
        expect_close(a, "dW");
        expect_close(a, "db");
    }
}

CASE(graph_conv_any_shape, "the convolution and its gradients")
{
    size_t stride = draw_size(a, 1, 2);
    const conv_shape shape = {stride, draw_size(a, 0, 1)};
    size_t N = draw_size(a, 1, 3);
    size_t C = draw_size(a, 1, 3);
    size_t F = draw_size(a, 1, 3);
    give_normal(a, "x", sizes4(N, C, 5, 6), 0, 1);
    give_normal(a, "w", sizes4(F, C, 3, 2), 0, 1);
    give_normal(a, "b", sizes1(F), 0, 1);
    give_number(a, "stride", (double)shape.stride);
    give_number(a, "pad", (double)shape.pad);
    give_number(a, "before", draw_number(a, 1, 3));
    give_normal(a, "dout",
                sizes4(N, F, conv_output_size(5, 3, shape), conv_output_size(6, 2, shape)), 0, 1);
    call(a, "graph_conv");
    expect_close(a, "out");
    expect_close(a, "dx");
    expect_close(a, "dw");
    expect_close(a, "db");
}

CASE(graph_max_pool_any_shape, "max pooling and its gradient",
     .stays = "the sequence sees its mistakes too, but cannot say which operation it is")
{
    static const pool_shape shapes[] = {{2, 2, 2}, {2, 3, 1}, {3, 1, 2}, {1, 2, 3}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const pool_shape *shape = &shapes[i];
        size_t N = draw_size(a, 1, 3);
        size_t rows = draw_size(a, 2, 3);
        size_t columns = draw_size(a, 2, 3);
        size_t H = shape->height + shape->stride * (rows - 1) + draw_size(a, 0, shape->stride - 1);
        size_t W =
            shape->width + shape->stride * (columns - 1) + draw_size(a, 0, shape->stride - 1);
        give_normal(a, "x", sizes4(N, 2, H, W), 0, 1);
        give_number(a, "height", (double)shape->height);
        give_number(a, "width", (double)shape->width);
        give_number(a, "stride", (double)shape->stride);
        give_number(a, "before", draw_number(a, 1, 3));
        give_normal(a, "dout", sizes4(N, 2, rows, columns), 0, 1);
        call(a, "graph_max_pool");
        expect_close(a, "out");
        expect_close(a, "dx");
    }
}

static void give_scores(attempt *a, double deviation)
{
    size_t N = draw_size(a, 9, 20);
    size_t C = draw_size(a, 2, 7);
    give_normal(a, "scores", sizes2(N, C), 0, deviation);
    give_labels(a, "y", N, C);
    give_number(a, "before", draw_number(a, 1, 3));
}

CASE(graph_softmax_loss_any_shape, "the loss, and its gradient scaled by the upstream gradient",
     .stays = "large scores see its mistakes too, and more")
{
    for (size_t round = 0; round < 3; round++) {
        give_scores(a, 2);
        call(a, "graph_softmax_loss");
        expect_close(a, "loss");
        expect_close(a, "dscores");
    }
}

CASE(graph_softmax_loss_large, "the loss of scores of 1e4", .needs = "graph_softmax_loss_any_shape")
{
    give_scores(a, 1e4);
    call(a, "graph_softmax_loss");
    expect_close(a, "loss");
    expect_close(a, "dscores");
}

static void give_expression(attempt *a, size_t times)
{
    size_t N = draw_size(a, 1, 5);
    size_t D = draw_size(a, 2, 5);
    size_t C = draw_size(a, 2, 4);
    give_normal(a, "x", sizes2(N, D), 0, 1);
    give_normal(a, "y", sizes2(N, D), 0, 1);
    give_normal(a, "z", sizes2(N, D), 0, 1);
    give_normal(a, "W", sizes2(D, C), 0, 1);
    give_labels(a, "classes", N, C);
    give_number(a, "times", (double)times);
}

CASE(graph_backward_expression, "values that are used several times, in the right order",
     .stays = "a second backward sees its mistakes too, and more")
{
    for (size_t round = 0; round < 3; round++) {
        give_expression(a, 1);
        call(a, "graph_backward");
        expect_close(a, "loss");
        expect_close(a, "dx");
        expect_close(a, "dy");
        expect_close(a, "dz");
        expect_close(a, "dW");
    }
}

CASE(graph_backward_beside, "nodes that the loss does not depend on have gradient 0",
     .needs = "graph_backward_expression", .stays = "a program that starts every gradient with 1")
{
    give_expression(a, 1);
    call(a, "graph_backward");
    expect_close(a, "dx");
    expect_close(a, "dbeside");
}

CASE(graph_backward_twice, "a second backward gives the same as the first",
     .needs = "graph_backward_expression", .stays = "a program that never clears gradients")
{
    give_expression(a, 2);
    call(a, "graph_backward");
    expect_close(a, "dx");
    expect_close(a, "dW");
}

CASE(graph_module_init, "initial parameters scaled by the number of inputs")
{
    give_size(a, 'F', draw_size(a, 2, 5));
    give_size(a, 'C', draw_size(a, 1, 4));
    give_size(a, 'P', 3);
    give_size(a, 'D', draw_size(a, 2, 9));
    give_size(a, 'M', draw_size(a, 2, 9));
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    call(a, "module_init");
    expect_close(a, "W1");
    expect_close(a, "W2");
    require(a,
            ended(a) || (tensor_sum_of_squares(got(a, "b1")) == 0 &&
                         tensor_sum_of_squares(got(a, "b2")) == 0),
            "the biases are not 0");
}

static void give_sequence(attempt *a)
{
    size_t N = draw_size(a, 1, 4);
    size_t C = draw_size(a, 1, 3);
    size_t F = draw_size(a, 1, 4);
    size_t M = draw_size(a, 2, 5);
    give_normal(a, "X", sizes4(N, C, 6, 4), 0, 1);
    give_labels(a, "y", N, M);
    give_normal(a, "W1", sizes4(F, C, 3, 3), 0, 0.5);
    give_normal(a, "b1", sizes1(F), 0, 0.5);
    give_normal(a, "W2", sizes2(F * 6, M), 0, 0.5);
    give_normal(a, "b2", sizes1(M), 0, 0.5);
}

CASE(graph_sequential_any_shape,
     "a net of modules: the loss, and the gradients with respect to parameters and images")
{
    for (size_t round = 0; round < 2; round++) {
        give_sequence(a);
        call(a, "sequential_forward");
        expect_close(a, "loss");
        expect_close(a, "dX");
        expect_close(a, "dW1");
        expect_close(a, "db1");
        expect_close(a, "dW2");
        expect_close(a, "db2");
    }
}

CASE(graph_float, "the graph in float", .variant = CASE_FLOAT,
     .needs = "graph_sequential_any_shape", .stays = "that float is enough")
{
    give_sequence(a);
    call(a, "sequential_forward");
    expect_close(a, "loss");
    expect_close(a, "dW1");
}

CASE(graph_memory, "no memory error in the graph", .variant = CASE_SANITIZED)
{
    give_expression(a, 1);
    call(a, "graph_backward");
    expect_close(a, "dx");
    give_sequence(a);
    call(a, "sequential_forward");
    expect_close(a, "dW1");
}
