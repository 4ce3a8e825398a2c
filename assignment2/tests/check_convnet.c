/* Promises of convnet.c. Its layers are your own: when theirs fail, look there first. */
#include "check_support.h"
#include "convnet_model.h"

/* A small net, its images of H x W, and their labels. */
typedef struct scene {
    trainable_convnet t;
    tensor *X;
    labels *y;
} scene;

static scene new_scene(size_t N, size_t H, size_t W, double weight_scale, double reg)
{
    random_state r;
    random_seed(&r, 231);
    const convnet_sizes sizes = {
        .C = 3, .H = H, .W = W, .F = 3, .f = 3, .hidden = 7, .classes = 10};
    scene s = {.X = kept_normal(&r, 0, 1, SHAPE(N, 3, H, W)), .y = labels_new(N)};
    labels_fill_random(s.y, &r, 10);
    s.t = trainable_convnet_new(&sizes);
    s.t.net.reg = (real)reg;
    three_layer_convnet_init(&s.t.net, (real)weight_scale, &r);
    return s;
}

static void clear_scene(scene *s)
{
    trainable_convnet_clear(&s->t);
    labels_free(s->y);
}

static double loss_of(const tensor *changed, void *context)
{
    scene *s = context;
    (void)changed; /* it is a parameter of the net, changed in place */
    return (double)three_layer_convnet_loss(&s->t.net, s->X, s->y, &s->t.gradients);
}

static void expect_gradients(size_t H, size_t W, double reg)
{
    scene s = new_scene(2, H, W, 0.3, reg);
    model m = trainable_convnet_model(&s.t);
    for (size_t i = m.parameter_count; i-- > 0;) {
        loss_of(NULL, &s);
        tensor *got = keep(tensor_new_copy(m.parameters[i].gradient));
        expect_gradient(m.parameters[i].name, got, loss_of, &s, m.parameters[i].value);
    }
    clear_scene(&s);
}

START_TEST(test_convnet_loss_is_that_of_guessing_at_first)
{
    scene s = new_scene(50, 8, 8, 1e-3, 0);
    double plain = loss_of(NULL, &s);
    hint("All ten classes are equally likely at first: the loss is log 10.");
    ck_assert_msg(fabs(plain - 2.302585) < 1e-3, "the loss is %g, should be near 2.302585", plain);
    s.t.net.reg = (real)0.5;
    double penalty = 0.25 * (tensor_sum_of_squares(s.t.net.W1) + tensor_sum_of_squares(s.t.net.W2) +
                             tensor_sum_of_squares(s.t.net.W3));
    hint("With regularization it grows by 0.5 * reg * the sum of all squared weights.");
    expect_number("the loss with reg 0.5", loss_of(NULL, &s), plain + penalty, 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_convnet_loss_gives_the_gradients)
{
    expect_gradients(6, 6, 0);
}
END_TEST

START_TEST(test_convnet_loss_gives_the_gradients_of_images_that_are_not_square)
{
    expect_gradients(4, 8, 0);
}
END_TEST

START_TEST(test_convnet_loss_gives_the_gradients_with_strong_regularization)
{
    hint("W1, W2 and W3 are regularized, biases are not.");
    expect_gradients(4, 4, 10);
}
END_TEST

START_TEST(test_convnet_loss_adds_the_regularization_without_the_biases)
{
    scene s = new_scene(2, 4, 4, 0.3, 0);
    tensor_fill(s.t.net.b1, 1);
    tensor_fill(s.t.net.b3, 1);
    double plain = loss_of(NULL, &s);
    s.t.net.reg = 2;
    double squares = tensor_sum_of_squares(s.t.net.W1) + tensor_sum_of_squares(s.t.net.W2) +
                     tensor_sum_of_squares(s.t.net.W3);
    expect_number("the loss with reg 2", loss_of(NULL, &s), plain + squares, 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_convnet_init_draws_the_weights_in_order)
{
    scene s = new_scene(1, 4, 4, 0.1, 0);
    random_state r;
    random_seed(&r, 9);
    poison(s.t.net.b1);
    poison(s.t.net.b2);
    poison(s.t.net.b3);
    three_layer_convnet_init(&s.t.net, (real)0.1, &r);
    random_seed(&r, 9);
    tensor *W1 = kept_normal(&r, 0, (real)0.1, SHAPE(3, 3, 3, 3));
    tensor *W2 = kept_normal(&r, 0, (real)0.1, SHAPE(12, 7));
    tensor *W3 = kept_normal(&r, 0, (real)0.1, SHAPE(7, 10));
    expect_close("W1", s.t.net.W1, W1, 1e-12);
    expect_close("W2", s.t.net.W2, W2, 1e-12);
    expect_close("W3", s.t.net.W3, W3, 1e-12);
    expect_values("b1", s.t.net.b1, (const double[]){0, 0, 0}, 0);
    ck_assert_msg(tensor_sum_of_squares(s.t.net.b2) + tensor_sum_of_squares(s.t.net.b3) == 0,
                  "b2 and b3 are to be 0");
    clear_scene(&s);
}
END_TEST

START_TEST(test_convnet_predict_gives_the_class_of_the_largest_score)
{
    scene s = new_scene(5, 4, 6, 0.5, 0);
    tensor *scores = kept_output(SHAPE(5, 10));
    labels *predicted = output_labels(5), *expected = labels_new(5);
    three_layer_convnet_scores(&s.t.net, s.X, scores);
    tensor_argmax_rows(scores, expected);
    three_layer_convnet_predict(&s.t.net, s.X, predicted);
    expect_labels("predicted", predicted, expected);
    labels_free(predicted);
    labels_free(expected);
    clear_scene(&s);
}
END_TEST

START_TEST(test_convnet_scores_are_those_of_the_loss)
{
    const size_t filters[] = {3, 5};
    for (size_t k = 0; k < 2; k++) {
        random_state r;
        random_seed(&r, 231);
        const convnet_sizes sizes = {
            .C = 2, .H = 6, .W = 8, .F = 3, .f = filters[k], .hidden = 7, .classes = 4};
        scene s = {.X = kept_normal(&r, 0, 1, SHAPE(3, 2, 6, 8)), .y = labels_new(3)};
        s.t = trainable_convnet_new(&sizes);
        three_layer_convnet_init(&s.t.net, 0.5, &r);
        tensor *scores = kept_output(SHAPE(3, 4));
        double loss = 0;
        hint(k == 1 ? "The filters are 5 x 5 here: the padding keeps height and width." : NULL);
        three_layer_convnet_scores(&s.t.net, s.X, scores);
        for (size_t i = 0; i < 3; i++) {
            double sum = 0;
            for (size_t c = 0; c < 4; c++)
                sum += exp((double)scores->data[i * 4 + c]);
            loss += (log(sum) - (double)scores->data[i * 4 + s.y->data[i]]) / 3;
        }
        expect_number("the loss of the scores", loss, loss_of(NULL, &s), 1e-9);
        clear_scene(&s);
    }
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"three_layer_convnet_init", test_convnet_init_draws_the_weights_in_order},
        {"three_layer_convnet_loss", test_convnet_loss_is_that_of_guessing_at_first},
        {"three_layer_convnet_loss", test_convnet_loss_gives_the_gradients},
        {"three_layer_convnet_loss",
         test_convnet_loss_gives_the_gradients_of_images_that_are_not_square},
        {"three_layer_convnet_loss",
         test_convnet_loss_gives_the_gradients_with_strong_regularization},
        {"three_layer_convnet_loss", test_convnet_loss_adds_the_regularization_without_the_biases},
        {"three_layer_convnet_scores", test_convnet_scores_are_those_of_the_loss},
        {"three_layer_convnet_predict", test_convnet_predict_gives_the_class_of_the_largest_score},
    };
    return check_module("convnet", promises, sizeof promises / sizeof *promises);
}
