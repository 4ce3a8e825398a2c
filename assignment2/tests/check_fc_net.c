/* Promises of fc_net.c. Its layers are your own: when theirs fail, look there first. */
#include "check_support.h"
#include "fc_net_model.h"

/* The course's small net, 15 - 20 - 30 - 10, N examples, and the streams of weights and dropout. */
typedef struct scene {
    trainable_fc_net t;
    tensor *X;
    labels *y;
    random_state weights, dropout;
} scene;

static scene new_scene(size_t N, double weight_scale, normalization kind, double reg, double share)
{
    const size_t sizes[] = {15, 20, 30, 10};
    scene s = {.y = labels_new(N)};
    random_seed(&s.weights, 231);
    random_seed(&s.dropout, 123);
    s.X = kept_normal(&s.weights, 0, 1, SHAPE(N, 15));
    labels_fill_random(s.y, &s.weights, 10);
    s.t = trainable_fc_net_new(3, sizes, kind);
    s.t.net.reg = (real)reg;
    s.t.net.keep = (real)share;
    fc_net_init(&s.t.net, (real)weight_scale, &s.weights);
    return s;
}

static void clear_scene(scene *s)
{
    trainable_fc_net_clear(&s->t);
    labels_free(s->y);
}

/* The loss, with the same masks every time. */
static double loss_of(scene *s)
{
    random_state dropout = s->dropout;
    return (double)fc_net_loss(&s->t.net, s->X, s->y, &dropout, s->t.gradients);
}

static double loss_with(const tensor *changed, void *context)
{
    (void)changed; /* it is a parameter of the net, changed in place */
    return loss_of(context);
}

/* The notebook's two examples; its second net is drawn after the first, from the same stream. */
static void expect_losses(normalization kind, double plain, double regularized)
{
    scene s = new_scene(2, 5e-2, kind, 0, 1);
    expect_number("the loss without regularization", loss_of(&s), plain, 1e-9);
    s.t.net.reg = (real)3.14;
    fc_net_init(&s.t.net, (real)5e-2, &s.weights);
    hint("The regularization is 0.5 * reg * sum of squares, over every W and nothing else.");
    expect_number("the loss with reg 3.14", loss_of(&s), regularized, 1e-9);
    clear_scene(&s);
}

/* Figures: CS231n 2022, FullyConnectedNets notebook, "Initial loss". */
START_TEST(test_fc_net_loss_gives_the_published_figures)
{
    expect_losses(NORMALIZATION_NONE, 2.3004790897684924, 7.052114776533016);
}
END_TEST

/* Figures: CS231n 2022, BatchNormalization notebook. */
START_TEST(test_fc_net_loss_with_batch_normalization_gives_the_published_figures)
{
    expect_losses(NORMALIZATION_BATCH, 2.2611955101340957, 6.996533220108303);
}
END_TEST

/*
 * A bias before batch normalization has no effect: its gradient is zero but for rounding, on which
 * no relative error can be taken.
 */
static void expect_layer_gradients(scene *s, size_t l)
{
    const fc_layer *layer = &s->t.net.layers[l], *by = &s->t.gradients[l];
    const struct {
        const char *name;
        tensor *value, *gradient;
    } all[] = {{"dW", layer->W, by->W},
               {"db", layer->b, by->b},
               {"dgamma", layer->gamma, by->gamma},
               {"dbeta", layer->beta, by->beta}};
    for (size_t i = 0; i < 4; i++) {
        if (all[i].value == NULL)
            continue;
        loss_of(s);
        tensor *got = keep(tensor_new_copy(all[i].gradient));
        if (i == 1 && s->t.net.normalization == NORMALIZATION_BATCH && layer->gamma != NULL) {
            ck_assert_msg(tensor_sum_of_squares(got) < 1e-18,
                          "layer %zu: the gradient with respect to b is not 0; a bias before batch "
                          "normalization has no effect",
                          l);
            continue;
        }
        expect_gradient(all[i].name, got, loss_with, s, all[i].value);
    }
}

static void expect_gradients(normalization kind, double reg, double keep_share)
{
    scene s = new_scene(6, 0.5, kind, reg, keep_share);
    for (size_t l = s.t.net.depth; l-- > 0;)
        expect_layer_gradients(&s, l);
    clear_scene(&s);
}

START_TEST(test_fc_net_loss_gives_the_gradients)
{
    expect_gradients(NORMALIZATION_NONE, 0, 1);
}
END_TEST

START_TEST(test_fc_net_loss_gives_the_gradients_with_strong_regularization)
{
    hint("The gradient of 0.5 * reg * W^2 is reg * W; biases, gamma and beta have none.");
    expect_gradients(NORMALIZATION_NONE, 3.14, 1);
}
END_TEST

START_TEST(test_fc_net_loss_adds_the_regularization_without_the_biases)
{
    scene s = new_scene(2, 0.5, NORMALIZATION_LAYER, 0, 1);
    double squares = 0;
    for (size_t l = 0; l < s.t.net.depth; l++) {
        tensor_fill(s.t.net.layers[l].b, 1);
        squares += tensor_sum_of_squares(s.t.net.layers[l].W);
    }
    double plain = loss_of(&s);
    s.t.net.reg = 2;
    hint("Only the weights are regularized: neither biases nor gamma and beta.");
    expect_number("the loss with reg 2", loss_of(&s), plain + squares, 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_fc_net_loss_gives_the_gradients_with_batch_normalization)
{
    expect_gradients(NORMALIZATION_BATCH, 0.5, 1);
}
END_TEST

START_TEST(test_fc_net_loss_gives_the_gradients_with_layer_normalization)
{
    expect_gradients(NORMALIZATION_LAYER, 0.5, 1);
}
END_TEST

START_TEST(test_fc_net_loss_gives_the_gradients_with_dropout)
{
    expect_gradients(NORMALIZATION_NONE, 0, 0.5);
}
END_TEST

START_TEST(test_fc_net_loss_takes_a_net_of_one_layer)
{
    const size_t sizes[] = {4, 3};
    random_state r;
    random_seed(&r, 231);
    scene s = {.X = kept_normal(&r, 0, 1, SHAPE(5, 2, 2)), .y = labels_new(5)};
    s.t = trainable_fc_net_new(1, sizes, NORMALIZATION_BATCH);
    labels_fill_random(s.y, &r, 3);
    fc_net_init(&s.t.net, 1, &r);
    expect_layer_gradients(&s, 0);
    clear_scene(&s);
}
END_TEST

START_TEST(test_fc_net_scores_use_the_running_statistics_and_no_dropout)
{
    scene s = new_scene(2, 5e-2, NORMALIZATION_BATCH, 0, 0.5);
    tensor *first = kept_output(SHAPE(2, 10)), *second = kept_output(SHAPE(2, 10));
    tensor *alone = kept_output(SHAPE(1, 10));
    for (int i = 0; i < 20; i++)
        loss_of(&s);
    fc_net_scores(&s.t.net, s.X, first);
    fc_net_scores(&s.t.net, s.X, second);
    expect_close("the scores of a second call", second, first, 0);
    tensor one = tensor_rows(s.X, 0, 1), expected = tensor_rows(first, 0, 1);
    hint("In test mode an example's scores do not depend on the others of the batch.");
    fc_net_scores(&s.t.net, &one, alone);
    expect_close("the scores of an example alone", alone, &expected, 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_fc_net_init_draws_the_weights_in_order)
{
    const size_t sizes[] = {2, 3, 2};
    trainable_fc_net t = trainable_fc_net_new(2, sizes, NORMALIZATION_LAYER);
    random_state r, again;
    random_seed(&r, 5);
    random_seed(&again, 5);
    poison(t.net.layers[0].b);
    poison(t.net.layers[0].gamma);
    poison(t.net.layers[0].beta);
    fc_net_init(&t.net, (real)0.1, &r);
    tensor *W1 = kept_normal(&again, 0, (real)0.1, SHAPE(2, 3));
    tensor *W2 = kept_normal(&again, 0, (real)0.1, SHAPE(3, 2));
    expect_close("W of the first layer", t.net.layers[0].W, W1, 1e-12);
    expect_close("W of the second layer", t.net.layers[1].W, W2, 1e-12);
    expect_values("b", t.net.layers[0].b, (const double[]){0, 0, 0}, 0);
    expect_values("gamma", t.net.layers[0].gamma, (const double[]){1, 1, 1}, 0);
    expect_values("beta", t.net.layers[0].beta, (const double[]){0, 0, 0}, 0);
    trainable_fc_net_clear(&t);
}
END_TEST

START_TEST(test_fc_net_predict_gives_the_class_of_the_largest_score)
{
    scene s = new_scene(2, 5e-2, NORMALIZATION_NONE, 0, 1);
    tensor *scores = kept_output(SHAPE(2, 10));
    labels *predicted = output_labels(2), *expected = labels_new(2);
    fc_net_scores(&s.t.net, s.X, scores);
    tensor_argmax_rows(scores, expected);
    fc_net_predict(&s.t.net, s.X, predicted);
    expect_labels("predicted", predicted, expected);
    labels_free(predicted);
    labels_free(expected);
    clear_scene(&s);
}
END_TEST

/*
 * Twice the weights of a layer, and four times eps, give the same normalized numbers: a net that
 * normalizes each example's features does not see the difference, another one does.
 */
static void scale_hidden_layers(scene *s)
{
    tensor_scale(s->t.net.layers[0].W, 2);
    tensor_scale(s->t.net.layers[1].W, 2);
    s->t.net.eps *= 4;
}

START_TEST(test_fc_net_loss_normalizes_the_features_of_each_layer_with_the_nets_eps)
{
    scene s = new_scene(4, 0.5, NORMALIZATION_LAYER, 0, 1);
    s.t.net.eps = (real)0.3;
    double before = loss_of(&s);
    scale_hidden_layers(&s);
    hint("With layer normalization, twice the weights and four times net->eps change nothing: are "
         "both hidden layers normalized, and with net->eps?");
    expect_number("the loss", loss_of(&s), before, 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_fc_net_loss_gives_the_gradients_with_biases_that_are_not_0)
{
    scene s = new_scene(6, 0.5, NORMALIZATION_NONE, 2, 1);
    for (size_t l = 0; l < s.t.net.depth; l++)
        tensor_fill_normal(s.t.net.layers[l].b, &s.weights, 0, 1);
    hint("Biases are not regularized: reg adds nothing to their gradients.");
    for (size_t l = s.t.net.depth; l-- > 0;)
        expect_layer_gradients(&s, l);
    clear_scene(&s);
}
END_TEST

START_TEST(test_fc_net_loss_drops_in_every_hidden_layer)
{
    scene s = new_scene(3, 0.5, NORMALIZATION_NONE, 0, 0.5);
    random_state random = s.dropout;
    random_state expected = s.dropout;
    double dropped = (double)fc_net_loss(&s.t.net, s.X, s.y, &random, s.t.gradients);
    for (size_t i = 0; i < (size_t)3 * (20 + 30); i++) /* one number for each hidden unit */
        random_uniform(&expected);
    double next = random_uniform(&random);
    hint(
        "Each hidden layer draws a number for each of its units, of each example: 3 x 20, 3 x 30.");
    expect_number("the number that is drawn next", next, random_uniform(&expected), 0);
    s.t.net.keep = 1;
    ck_assert_msg(fabs(dropped - loss_of(&s)) > 1e-6, "the loss is the same with dropout, %g",
                  dropped);
    clear_scene(&s);
}
END_TEST

START_TEST(test_fc_net_loss_moves_the_running_statistics_of_each_layer)
{
    const size_t sizes[] = {5, 6, 6, 3}; /* two hidden layers of one width */
    random_state r;
    random_seed(&r, 231);
    scene s = {.X = kept_normal(&r, 0, 1, SHAPE(8, 5)), .y = labels_new(8)};
    s.t = trainable_fc_net_new(3, sizes, NORMALIZATION_BATCH);
    fc_net_init(&s.t.net, 1, &r);
    loss_of(&s);
    for (size_t l = 0; l < 2; l++)
        ck_assert_msg(tensor_sum_of_squares(s.t.net.states[l].running_mean) > 0,
                      "the running mean of hidden layer %zu is still 0 after a loss: each hidden "
                      "layer has a state of its own",
                      l);
    clear_scene(&s);
}
END_TEST

/* Without regularization and dropout the loss is that of the scores in test mode. */
START_TEST(test_fc_net_scores_are_those_of_the_loss)
{
    const normalization kinds[] = {NORMALIZATION_NONE, NORMALIZATION_LAYER};
    for (size_t k = 0; k < 2; k++) {
        scene s = new_scene(5, 0.5, kinds[k], 0, 1);
        tensor *scores = kept_output(SHAPE(5, 10));
        double loss = 0;
        fc_net_scores(&s.t.net, s.X, scores);
        for (size_t i = 0; i < 5; i++) {
            double sum = 0;
            for (size_t c = 0; c < 10; c++)
                sum += exp((double)scores->data[i * 10 + c]);
            loss += (log(sum) - (double)scores->data[i * 10 + s.y->data[i]]) / 5;
        }
        hint(k == 1 ? "With layer normalization: an example is normalized in test mode, too."
                    : NULL);
        expect_number("the loss of the scores", loss, loss_of(&s), 1e-9);
        clear_scene(&s);
    }
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"fc_net_init", test_fc_net_init_draws_the_weights_in_order},
        {"fc_net_loss", test_fc_net_loss_gives_the_published_figures},
        {"fc_net_loss", test_fc_net_loss_gives_the_gradients},
        {"fc_net_loss", test_fc_net_loss_gives_the_gradients_with_strong_regularization},
        {"fc_net_loss", test_fc_net_loss_adds_the_regularization_without_the_biases},
        {"fc_net_loss", test_fc_net_loss_takes_a_net_of_one_layer},
        {"fc_net_loss", test_fc_net_loss_with_batch_normalization_gives_the_published_figures},
        {"fc_net_loss", test_fc_net_loss_gives_the_gradients_with_batch_normalization},
        {"fc_net_loss", test_fc_net_loss_gives_the_gradients_with_layer_normalization},
        {"fc_net_loss", test_fc_net_loss_gives_the_gradients_with_dropout},
        {"fc_net_loss", test_fc_net_loss_normalizes_the_features_of_each_layer_with_the_nets_eps},
        {"fc_net_loss", test_fc_net_loss_gives_the_gradients_with_biases_that_are_not_0},
        {"fc_net_loss", test_fc_net_loss_drops_in_every_hidden_layer},
        {"fc_net_loss", test_fc_net_loss_moves_the_running_statistics_of_each_layer},
        {"fc_net_scores", test_fc_net_scores_use_the_running_statistics_and_no_dropout},
        {"fc_net_scores", test_fc_net_scores_are_those_of_the_loss},
        {"fc_net_predict", test_fc_net_predict_gives_the_class_of_the_largest_score},
    };
    return check_module("fc_net", promises, sizeof promises / sizeof *promises);
}
