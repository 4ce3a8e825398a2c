/*
 * Assignment 1's operations as the trusted side knows them.
 *
 * Tolerances are parts of the largest expected value in a tensor. In double, a correct program in
 * another order of summation differs by some 1e-13; 1e-9 leaves room and shows every real mistake.
 * In float, sums over thousands of terms differ by 1e-5.
 */
#include "assignment.h"

#define LOSS_SIGNATURE "W[D,C] X[N,D] y{N} reg -> loss dW[D,C]"
#define DISTANCE_SIGNATURE "X_train[N,D] X[M,D] -> dists[M,N]"
#define NET "W1[D,H] b1[H] W2[H,C] b2[C] reg X[N,*]"

const unsigned assignment_number = 1;

declaration assignment_declarations[] = {
    DECLARE("knn_distances_two_loops", DISTANCE_SIGNATURE, 1e-9, 1e-4),
    DECLARE("knn_distances_one_loop", DISTANCE_SIGNATURE, 1e-9, 1e-4),
    /* |x|^2 - 2xt + |t|^2 loses digits where x is close to t: half of them under the root */
    DECLARE("knn_distances_no_loops", DISTANCE_SIGNATURE, 1e-6, 2e-3),
    DECLARE("knn_distances_l1", DISTANCE_SIGNATURE, 1e-9, 1e-4),
    DECLARE("knn_predict_labels", "y_train{N} dists[M,N] k -> predicted{M}", 0, 0),
    DECLARE("knn_classify", "X_train[N,D] y_train{N} X[M,D] k -> predicted{M}", 0, 0),
    DECLARE("knn_cross_validate", "X[N,D] y{N} fold_count k_choices{K} -> accuracies[K,F]", 1e-9,
            1e-5),
    DECLARE("svm_loss_naive", LOSS_SIGNATURE, 1e-9, 1e-4),
    DECLARE("svm_loss_vectorized", LOSS_SIGNATURE, 1e-9, 1e-4),
    DECLARE("softmax_loss_naive", LOSS_SIGNATURE, 1e-9, 1e-4),
    DECLARE("softmax_loss_vectorized", LOSS_SIGNATURE, 1e-9, 1e-4),
    DECLARE("linear_classifier_train",
            "W_start[D,C] X[N,D] y{N} learning_rate reg iterations batch_size seed -> W[D,C] "
            "loss_history[T]",
            1e-8, 1e-3),
    DECLARE("linear_classifier_predict", "W[D,C] X[N,D] -> predicted{N}", 0, 0),
    DECLARE(
        "linear_classifier_tune",
        "X[N,D] y{N} X_validation[V,D] y_validation{V} rates[R] strengths[S] iterations batch_size "
        "seed -> best train_accuracy[R,S] validation_accuracy[R,S] W_best[D,C]",
        1e-8, 1e-3),
    DECLARE("regularize_l1", "W[D,*] strength -> penalty dW=W", 1e-9, 1e-5),
    DECLARE("regularize_l2", "W[D,*] strength -> penalty dW=W", 1e-9, 1e-5),
    DECLARE("regularize_elastic_net", "W[D,*] strength beta -> penalty dW=W", 1e-9, 1e-5),
    DECLARE("max_norm_project", "W[D,C] bound -> projected[D,C]", 1e-9, 1e-5),
    DECLARE("affine_forward", "x[N,*] w[D,M] b[M] -> out[N,M]", 1e-9, 1e-4),
    DECLARE("affine_backward", "dout[N,M] x[N,*] w[D,M] -> dx=x dw[D,M] db[M]", 1e-9, 1e-4),
    DECLARE("relu_forward", "x[N,*] -> out=x", 1e-12, 1e-6),
    DECLARE("relu_backward", "x[N,*] dout=x -> dx=x", 1e-12, 1e-6),
    DECLARE("svm_loss", "x[N,C] y{N} -> loss dx[N,C]", 1e-9, 1e-5),
    DECLARE("softmax_loss", "x[N,C] y{N} -> loss dx[N,C]", 1e-9, 1e-5),
    DECLARE("two_layer_net_init", "weight_scale seed -> W1[D,H] b1[H] W2[H,C] b2[C]", 1e-12, 1e-6),
    DECLARE("two_layer_net_scores", NET " -> scores[N,C]", 1e-9, 1e-4),
    DECLARE("two_layer_net_loss", NET " y{N} -> loss dW1[D,H] db1[H] dW2[H,C] db2[C]", 1e-9, 1e-4),
    DECLARE("two_layer_net_predict", NET " -> predicted{N}", 0, 0),
    DECLARE("two_layer_net_train",
            "X[N,D] y{N} weight_scale reg learning_rate steps seed -> W1[D,H] b1[H] W2[H,C] b2[C]",
            1e-6, 1e-2),
    DECLARE("color_histogram_hsv", "image[P,A,B] -> histogram[F]", 1e-9, 1e-5),
    DECLARE("hog_feature", "image[P,A,B] -> feature[F]", 1e-9, 1e-4),
    DECLARE("random_search", "X[N,D] y{N} tries scale seed -> loss W_best[D,C]", 1e-9, 1e-4),
    DECLARE("numerical_gradient_descent",
            "W_start[D,C] X[N,D] y{N} steps step learning_rate -> W[D,C] loss_history[T]", 1e-6,
            1e-1),
    {0},
};

static const char *const layer_operations[] = {"affine_forward",
                                               "affine_backward",
                                               "relu_forward",
                                               "relu_backward",
                                               "svm_loss",
                                               "softmax_loss",
                                               NULL};

const composite assignment_composites[] = {
    {"two_layer_net", "two_layer_net_", "layers", layer_operations}, {0}};
