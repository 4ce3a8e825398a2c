/* Hidden cases of the fully connected net. */
#include <string.h>

#include "attempt.h"

/* Sizes of a net with two hidden layers. */
typedef struct net_sizes {
    size_t N, D, A, B, C;
    bool images; /* examples are 3 x D x 2 */
} net_sizes;

static net_sizes draw_net(attempt *a, size_t least_examples)
{
    net_sizes s = {0};
    s.N = draw_size(a, least_examples, 12);
    s.D = draw_size(a, 2, 7);
    s.A = draw_size(a, 2, 9);
    s.B = draw_size(a, 2, 9);
    s.C = draw_size(a, 2, 6);
    s.images = draw_size(a, 0, 1) == 1;
    return s;
}

/* Parameters, with biases that are not 0, examples and their classes. */
static void give_net(attempt *a, const net_sizes *s, double reg)
{
    size_t inputs = s->images ? 3 * s->D * 2 : s->D;
    give_normal(a, "W1", sizes2(inputs, s->A), 0, 0.6);
    give_normal(a, "b1", sizes1(s->A), 0, 1);
    give_normal(a, "W2", sizes2(s->A, s->B), 0, 0.6);
    give_normal(a, "b2", sizes1(s->B), 0, 1);
    give_normal(a, "W3", sizes2(s->B, s->C), 0, 0.6);
    give_normal(a, "b3", sizes1(s->C), 0, 1);
    give_number(a, "reg", reg);
    give_number(a, "keep", 1);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    give_normal(a, "X", s->images ? sizes4(s->N, 3, s->D, 2) : sizes2(s->N, s->D), 0, 1);
    give_labels(a, "y", s->N, s->C);
}

static void give_normalization(attempt *a, const net_sizes *s)
{
    static const char *const scales[] = {"gamma1", "gamma2"};
    static const char *const shifts[] = {"beta1", "beta2"};
    static const char *const means[] = {"mean1", "mean2"};
    static const char *const variances[] = {"variance1", "variance2"};
    const size_t width[] = {s->A, s->B};
    for (size_t l = 0; l < 2; l++) {
        give_uniform(a, scales[l], sizes1(width[l]), 0.5, 2);
        give_normal(a, shifts[l], sizes1(width[l]), 0, 1);
        give_normal(a, means[l], sizes1(width[l]), 0, 1);
        give_uniform(a, variances[l], sizes1(width[l]), 0.5, 4);
    }
    give_number(a, "momentum", draw_number(a, 0.5, 0.95));
    give_number(a, "eps", draw_number(a, 0.001, 0.1));
}

static void expect_weight_gradients(attempt *a)
{
    expect_close(a, "loss");
    expect_close(a, "dW1");
    expect_close(a, "dW2");
    expect_close(a, "dW3");
    expect_close(a, "db3");
}

static void expect_gradients(attempt *a)
{
    expect_weight_gradients(a);
    expect_close(a, "db1");
    expect_close(a, "db2");
}

static void expect_normalization_gradients(attempt *a)
{
    expect_close(a, "dgamma1");
    expect_close(a, "dbeta1");
    expect_close(a, "dgamma2");
    expect_close(a, "dbeta2");
}

CASE(fc_net_init, "the parameters are drawn in the header's order")
{
    give_size(a, 'D', draw_size(a, 2, 9));
    give_size(a, 'A', draw_size(a, 2, 9));
    give_size(a, 'B', draw_size(a, 2, 9));
    give_size(a, 'C', draw_size(a, 2, 9));
    give_number(a, "weight_scale", draw_number(a, 0.001, 1));
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    call(a, "fc_net_init");
    expect_close(a, "W1");
    expect_close(a, "W2");
    expect_close(a, "W3");
    expect_close(a, "gamma1");
    expect_close(a, "gamma2");
    require(a,
            ended(a) || (tensor_sum_of_squares(got(a, "b1")) == 0 &&
                         tensor_sum_of_squares(got(a, "b3")) == 0 &&
                         tensor_sum_of_squares(got(a, "beta2")) == 0),
            "the biases or the shifts are not 0");
}

CASE(fc_net_loss_any_shape, "the loss and the gradients of all parameters, for inputs of any rank")
{
    for (size_t round = 0; round < 4; round++) {
        net_sizes s = draw_net(a, 1);
        give_net(a, &s, draw_number(a, 0.05, 1));
        call(a, "fc_net_loss");
        expect_gradients(a);
    }
}

CASE(fc_net_loss_large_regularization, "with strong regularization: factor 0.5, without the biases",
     .needs = "fc_net_loss_any_shape",
     .stays = "weak regularization shows the same mistakes, but hides small ones in float")
{
    net_sizes s = draw_net(a, 2);
    give_net(a, &s, draw_number(a, 50, 500));
    call(a, "fc_net_loss");
    expect_gradients(a);
}

CASE(fc_net_loss_one_layer, "a net of a single layer",
     .stays = "the edge: no hidden layer, and nothing to normalize")
{
    size_t N = draw_size(a, 1, 9);
    size_t C = draw_size(a, 2, 6);
    give_normal(a, "W", sizes2(12, C), 0, 1);
    give_normal(a, "b", sizes1(C), 0, 1);
    give_number(a, "reg", 0.3);
    give_normal(a, "X", sizes4(N, 3, 2, 2), 0, 1);
    give_labels(a, "y", N, C);
    call(a, "fc_net_loss_one_layer");
    expect_close(a, "loss");
    expect_close(a, "dW");
    expect_close(a, "db");
}

CASE(fc_net_batchnorm, "the loss and the gradients with batch normalization",
     .needs = "fc_net_loss_any_shape",
     .stays = "says that batch normalization is at fault, and not the net around it")
{
    for (size_t round = 0; round < 3; round++) {
        net_sizes s = draw_net(a, 4);
        give_net(a, &s, draw_number(a, 0.05, 1));
        give_normalization(a, &s);
        call(a, "fc_net_loss_batchnorm");
        expect_weight_gradients(a);
        expect_normalization_gradients(a);
    }
}

/* A bias before batch normalization has no effect; no relative error can be taken of rounding. */
CASE(fc_net_batchnorm_biases, "a bias before batch normalization has gradient 0",
     .needs = "fc_net_batchnorm", .stays = "the one gradient that is judged by its size alone")
{
    net_sizes s = draw_net(a, 4);
    give_net(a, &s, 0.1);
    give_normalization(a, &s);
    call(a, "fc_net_loss_batchnorm");
    expect_close(a, "db3");
    require(a,
            ended(a) || (tensor_sum_of_squares(got(a, "db1")) < 1e-16 &&
                         tensor_sum_of_squares(got(a, "db2")) < 1e-16),
            "the gradient of a bias before batch normalization is not 0");
}

CASE(fc_net_batchnorm_running_statistics,
     "the loss updates the running statistics of every hidden layer", .needs = "fc_net_batchnorm",
     .stays = "the loss does not see what is kept for test mode")
{
    net_sizes s = draw_net(a, 4);
    give_net(a, &s, 0);
    give_normalization(a, &s);
    call(a, "fc_net_loss_batchnorm");
    expect_close(a, "running_mean1");
    expect_close(a, "running_variance1");
    expect_close(a, "running_mean2");
    expect_close(a, "running_variance2");
}

CASE(fc_net_layernorm, "the loss and the gradients with layer normalization",
     .needs = "fc_net_loss_any_shape",
     .stays = "says that layer normalization is at fault, and not the net around it")
{
    for (size_t round = 0; round < 3; round++) {
        net_sizes s = draw_net(a, 2);
        s.A += 4;
        s.B += 4;
        give_net(a, &s, draw_number(a, 0.05, 1));
        give_normalization(a, &s);
        call(a, "fc_net_loss_layernorm");
        expect_gradients(a);
        expect_normalization_gradients(a);
    }
}

CASE(fc_net_dropout, "the loss and the gradients with dropout", .needs = "fc_net_loss_any_shape")
{
    for (size_t round = 0; round < 3; round++) {
        net_sizes s = draw_net(a, 2);
        give_net(a, &s, 0);
        give_number(a, "keep", draw_number(a, 0.3, 0.8));
        call(a, "fc_net_loss");
        expect_gradients(a);
    }
}

CASE(fc_net_scores_any_shape, "the scores in test mode, without dropout",
     .needs = "fc_net_loss_any_shape",
     .stays = "the prediction sees its mistakes too, but less of them")
{
    for (size_t round = 0; round < 3; round++) {
        net_sizes s = draw_net(a, 1);
        give_net(a, &s, 0);
        give_number(a, "keep", draw_number(a, 0.3, 1));
        call(a, "fc_net_scores");
        expect_close(a, "scores");
    }
}

CASE(fc_net_scores_batchnorm, "the scores in test mode use the running statistics",
     .needs = "fc_net_batchnorm",
     .stays = "learning sees its mistakes too, but cannot say where they are")
{
    net_sizes s = draw_net(a, 1);
    give_net(a, &s, 0);
    give_normalization(a, &s);
    call(a, "fc_net_scores_batchnorm");
    expect_close(a, "scores");
}

CASE(fc_net_scores_layernorm, "the scores in test mode, with layer normalization",
     .needs = "fc_net_layernorm",
     .stays = "layer normalization in test mode, which the loss does not see")
{
    for (size_t round = 0; round < 2; round++) {
        net_sizes s = draw_net(a, 1);
        s.A += 4;
        s.B += 4;
        give_net(a, &s, 0);
        give_normalization(a, &s);
        call(a, "fc_net_scores_layernorm");
        expect_close(a, "scores");
    }
}

CASE(fc_net_predict_any_shape, "the class of the largest score",
     .stays = "scores of one size for all classes, which nothing else has")
{
    for (size_t round = 0; round < 3; round++) {
        net_sizes s = draw_net(a, 6);
        s.C = draw_size(a, 4, 7);
        give_net(a, &s, 0);
        if (round == 2) { /* all classes have the same score */
            tensor_fill(given(a, "W3"), 0);
            tensor_fill(given(a, "b3"), 1);
        }
        call(a, "fc_net_predict");
        expect_close(a, "predicted");
    }
}

/* Points on a disc and on the ring around it: no line separates them. */
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

CASE(fc_net_learns, "a deep net with batch normalization learns to separate a disc from a ring",
     .needs = "fc_net_batchnorm",
     .stays = "that all of it together trains, whatever the order of drawing")
{
    give_rings(a, "X", "y", 200);
    give_rings(a, "X_fresh", "y_fresh", 200);
    give_number(a, "hidden", 12);
    give_number(a, "weight_scale", 0.3);
    give_number(a, "learning_rate", 0.3);
    give_number(a, "steps", 150);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    if (!call(a, "fc_net_train"))
        return;
    double accuracy = labels_accuracy(got_labels(a, "predicted"), given_labels(a, "y_fresh"));
    expect(a, "accuracy", accuracy >= 0.9,
           "the trained net classifies %.0f %% of fresh points" EXPECTED ", 90 %% are easy",
           100 * accuracy);
}

CASE(fc_net_called_twice, "a second call gives the same, whatever the outputs' contents",
     .needs = "fc_net_loss_any_shape",
     .stays = "a program that keeps something between calls; no mutant does")
{
    net_sizes s = draw_net(a, 2);
    give_net(a, &s, 0.3);
    if (!call(a, "fc_net_loss"))
        return;
    tensor *first = tensor_new_copy(got(a, "dW1"));
    expect_close(a, "dW1");
    fill_outputs(a, 1e3);
    if (call(a, "fc_net_loss"))
        require(
            a, memcmp(first->data, got(a, "dW1")->data, first->size * sizeof(real)) == 0,
            "dW1 differs from that of the first call if it holds other numbers before the call");
    tensor_free(first);
}

CASE(fc_net_float, "the net in float", .variant = CASE_FLOAT, .needs = "fc_net_loss_any_shape")
{
    const net_sizes s = {30, 100, 20, 15, 10, false};
    give_net(a, &s, 0.1);
    call(a, "fc_net_loss");
    expect_close(a, "loss");
    expect_close(a, "dW3");
}

CASE(fc_net_memory, "no memory error in the net", .variant = CASE_SANITIZED)
{
    net_sizes s = draw_net(a, 3);
    give_net(a, &s, 0.1);
    give_normalization(a, &s);
    call(a, "fc_net_loss");
    expect_close(a, "dW1");
    call(a, "fc_net_loss_batchnorm");
    expect_close(a, "dW1");
    call(a, "fc_net_loss_layernorm");
    expect_close(a, "dW1");
    call(a, "fc_net_predict");
    expect_close(a, "predicted");
}
