/*
 * Assignment 1's operations: one adapter a function. The tensors of each, their shapes and
 * tolerances are declared in declarations.c, which the grader reads.
 *
 * Training is judged with a loss that is given here (least squares), so that a wrong SVM loss costs
 * the SVM's points and not the training loop's.
 */
#include <string.h>

#include "features.h"
#include "knn.h"
#include "layers.h"
#include "linear_classifier.h"
#include "linear_svm.h"
#include "matmul.h"
#include "operation.h"
#include "optimization.h"
#include "regularization.h"
#include "softmax.h"
#include "two_layer_net.h"

static knn trained(void)
{
    knn classifier = {0};
    knn_train(&classifier, in_tensor("X_train"), in_labels("y_train"));
    return classifier;
}

/* For the distances the labels do not matter, and knn_train is judged with the prediction. */
static knn remembering(void)
{
    return (knn){.X = in_tensor("X_train"), .y = NULL};
}

OPERATION(knn_distances_two_loops)
{
    knn classifier = remembering();
    knn_distances_two_loops(&classifier, in_tensor("X"), out_tensor("dists"));
}

OPERATION(knn_distances_one_loop)
{
    knn classifier = remembering();
    knn_distances_one_loop(&classifier, in_tensor("X"), out_tensor("dists"));
}

OPERATION(knn_distances_no_loops)
{
    knn classifier = remembering();
    knn_distances_no_loops(&classifier, in_tensor("X"), out_tensor("dists"));
}

OPERATION(knn_distances_l1)
{
    knn classifier = remembering();
    knn_distances_l1(&classifier, in_tensor("X"), out_tensor("dists"));
}

OPERATION(knn_predict_labels)
{
    knn classifier = {.X = NULL, .y = in_labels("y_train")};
    knn_predict_labels(&classifier, in_tensor("dists"), in_size("k"), out_labels("predicted"));
}

/* Training, distances and the vote together: what a user of the classifier does. */
OPERATION(knn_classify)
{
    knn classifier = trained();
    tensor *dists = tensor_new_2d(in_tensor("X")->shape[0], in_tensor("X_train")->shape[0]);
    knn_distances_no_loops(&classifier, in_tensor("X"), dists);
    knn_predict_labels(&classifier, dists, in_size("k"), out_labels("predicted"));
    tensor_free(dists);
}

OPERATION(knn_cross_validate)
{
    const labels *choices = in_labels("k_choices");
    size_t k_choices[64];
    for (size_t i = 0; i < choices->count && i < 64; i++)
        k_choices[i] = choices->data[i];
    knn_cross_validate(in_tensor("X"), in_labels("y"), in_size("fold_count"), k_choices,
                       choices->count, out_tensor("accuracies"));
}

OPERATION(svm_loss_naive)
{
    out_number("loss", (double)svm_loss_naive(in_tensor("W"), in_tensor("X"), in_labels("y"),
                                              (real)in_number("reg"), out_tensor("dW")));
}

OPERATION(svm_loss_vectorized)
{
    out_number("loss", (double)svm_loss_vectorized(in_tensor("W"), in_tensor("X"), in_labels("y"),
                                                   (real)in_number("reg"), out_tensor("dW")));
}

OPERATION(softmax_loss_naive)
{
    out_number("loss", (double)softmax_loss_naive(in_tensor("W"), in_tensor("X"), in_labels("y"),
                                                  (real)in_number("reg"), out_tensor("dW")));
}

OPERATION(softmax_loss_vectorized)
{
    out_number("loss",
               (double)softmax_loss_vectorized(in_tensor("W"), in_tensor("X"), in_labels("y"),
                                               (real)in_number("reg"), out_tensor("dW")));
}

/* 0.5 / N * sum over i of |x_i W - onehot(y_i)|^2 + reg * sum(W^2) */
static real least_squares_loss(const tensor *W, const tensor *X, const labels *y, real reg,
                               tensor *dW)
{
    size_t N = X->shape[0];
    size_t C = W->shape[1];
    tensor *residual = tensor_new_2d(N, C);
    matmul(X, W, residual);
    for (size_t i = 0; i < N; i++)
        residual->data[i * C + y->data[i]] -= 1;
    double loss =
        0.5 / (double)N * tensor_sum_of_squares(residual) + (double)reg * tensor_sum_of_squares(W);
    matmul_transposed_left(X, residual, dW);
    tensor_scale(dW, 1 / (real)N);
    tensor_add_scaled(W, 2 * reg, dW);
    tensor_free(residual);
    return (real)loss;
}

static linear_training training_options(void)
{
    return (linear_training){.learning_rate = (real)in_number("learning_rate"),
                             .reg = (real)in_number("reg"),
                             .iterations = in_size("iterations"),
                             .batch_size = in_size("batch_size")};
}

OPERATION(linear_classifier_train)
{
    linear_training options = training_options();
    random_state random = in_random("seed");
    linear_classifier_train(least_squares_loss, in_tensor("X"), in_labels("y"), &options, &random,
                            out_tensor_from("W", "W_start"), out_tensor("loss_history"));
}

OPERATION(linear_classifier_predict)
{
    linear_classifier_predict(in_tensor("W"), in_tensor("X"), out_labels("predicted"));
}

OPERATION(linear_classifier_tune)
{
    linear_training options = {.iterations = in_size("iterations"),
                               .batch_size = in_size("batch_size")};
    linear_tuning_data data = {.X_train = in_tensor("X"),
                               .y_train = in_labels("y"),
                               .X_validation = in_tensor("X_validation"),
                               .y_validation = in_labels("y_validation")};
    random_state random = in_random("seed");
    out_number("best", (double)linear_classifier_tune(
                           least_squares_loss, &data, in_tensor("rates"), in_tensor("strengths"),
                           &options, &random, out_tensor("train_accuracy"),
                           out_tensor("validation_accuracy"), out_tensor("W_best")));
}

OPERATION(regularize_l1)
{
    out_number("penalty", (double)regularize_l1(in_tensor("W"), (real)in_number("strength"),
                                                out_tensor("dW")));
}

OPERATION(regularize_l2)
{
    out_number("penalty", (double)regularize_l2(in_tensor("W"), (real)in_number("strength"),
                                                out_tensor("dW")));
}

OPERATION(regularize_elastic_net)
{
    out_number("penalty",
               (double)regularize_elastic_net(in_tensor("W"), (real)in_number("strength"),
                                              (real)in_number("beta"), out_tensor("dW")));
}

OPERATION(max_norm_project)
{
    max_norm_project(in_tensor("W"), (real)in_number("bound"), out_tensor("projected"));
}

OPERATION(affine_forward)
{
    affine_forward(in_tensor("x"), in_tensor("w"), in_tensor("b"), out_tensor("out"));
}

OPERATION(affine_backward)
{
    affine_backward(in_tensor("dout"), in_tensor("x"), in_tensor("w"), out_tensor("dx"),
                    out_tensor("dw"), out_tensor("db"));
}

OPERATION(relu_forward)
{
    relu_forward(in_tensor("x"), out_tensor("out"));
}

OPERATION(relu_backward)
{
    relu_backward(in_tensor("dout"), in_tensor("x"), out_tensor("dx"));
}

OPERATION(svm_loss)
{
    out_number("loss", (double)svm_loss(in_tensor("x"), in_labels("y"), out_tensor("dx")));
}

OPERATION(softmax_loss)
{
    out_number("loss", (double)softmax_loss(in_tensor("x"), in_labels("y"), out_tensor("dx")));
}

/* The net's struct owns nothing here: its tensors are arguments, which a net does not write to. */
static two_layer_net given_net(void)
{
    tensor *parameters[4];
    const char *const names[4] = {"W1", "b1", "W2", "b2"};
    for (size_t i = 0; i < 4; i++)
        memcpy(&parameters[i], &(const tensor *){in_tensor(names[i])}, sizeof parameters[i]);
    return (two_layer_net){.W1 = parameters[0],
                           .b1 = parameters[1],
                           .W2 = parameters[2],
                           .b2 = parameters[3],
                           .reg = (real)in_number("reg")};
}

OPERATION(two_layer_net_init)
{
    two_layer_net net = {.W1 = out_tensor("W1"),
                         .b1 = out_tensor("b1"),
                         .W2 = out_tensor("W2"),
                         .b2 = out_tensor("b2")};
    random_state random = in_random("seed");
    two_layer_net_init(&net, (real)in_number("weight_scale"), &random);
}

OPERATION(two_layer_net_scores)
{
    two_layer_net net = given_net();
    two_layer_net_scores(&net, in_tensor("X"), out_tensor("scores"));
}

OPERATION(two_layer_net_loss)
{
    two_layer_net net = given_net();
    two_layer_net gradients = {.W1 = out_tensor("dW1"),
                               .b1 = out_tensor("db1"),
                               .W2 = out_tensor("dW2"),
                               .b2 = out_tensor("db2")};
    out_number("loss",
               (double)two_layer_net_loss(&net, in_tensor("X"), in_labels("y"), &gradients));
}

OPERATION(two_layer_net_predict)
{
    two_layer_net net = given_net();
    two_layer_net_predict(&net, in_tensor("X"), out_labels("predicted"));
}

/* Full-batch gradient descent with the student's initialization and loss; the weights go back. */
OPERATION(two_layer_net_train)
{
    two_layer_net net = {.W1 = out_tensor("W1"),
                         .b1 = out_tensor("b1"),
                         .W2 = out_tensor("W2"),
                         .b2 = out_tensor("b2"),
                         .reg = (real)in_number("reg")};
    two_layer_net gradients = {.W1 = tensor_new_like(net.W1),
                               .b1 = tensor_new_like(net.b1),
                               .W2 = tensor_new_like(net.W2),
                               .b2 = tensor_new_like(net.b2)};
    random_state random = in_random("seed");
    real rate = (real)in_number("learning_rate");
    size_t steps = in_size("steps");
    two_layer_net_init(&net, (real)in_number("weight_scale"), &random);
    for (size_t i = 0; i < steps; i++) {
        two_layer_net_loss(&net, in_tensor("X"), in_labels("y"), &gradients);
        tensor_add_scaled(gradients.W1, -rate, net.W1);
        tensor_add_scaled(gradients.b1, -rate, net.b1);
        tensor_add_scaled(gradients.W2, -rate, net.W2);
        tensor_add_scaled(gradients.b2, -rate, net.b2);
    }
    tensor_free(gradients.W1);
    tensor_free(gradients.b1);
    tensor_free(gradients.W2);
    tensor_free(gradients.b2);
}

OPERATION(color_histogram_hsv)
{
    color_histogram_hsv(in_tensor("image"), out_tensor("histogram"));
}

OPERATION(hog_feature)
{
    hog_feature(in_tensor("image"), out_tensor("feature"));
}

OPERATION(random_search)
{
    random_state random = in_random("seed");
    out_number("loss", (double)random_search(least_squares_loss, in_tensor("X"), in_labels("y"),
                                             in_size("tries"), (real)in_number("scale"), &random,
                                             out_tensor("W_best")));
}

OPERATION(numerical_gradient_descent)
{
    numerical_gradient_descent(least_squares_loss, in_tensor("X"), in_labels("y"), in_size("steps"),
                               (real)in_number("step"), (real)in_number("learning_rate"),
                               out_tensor_from("W", "W_start"), out_tensor("loss_history"));
}
