/*
 * Assignment 2's operations as the trusted side knows them.
 *
 * Tolerances are parts of the largest expected value in a tensor. In double, a correct program in
 * another order of summation differs by some 1e-13; 1e-9 leaves room and shows every real mistake.
 * In float, sums over thousands of terms differ by 1e-5, and what is divided by a small deviation
 * by more.
 */
#include "assignment.h"

const unsigned assignment_number = 2;

#define SCALE_AND_SHIFT "gamma[D] beta[D]"
#define STEP                                                                                       \
    "w[D,*] dw=w first=w second=w learning_rate momentum decay_rate beta1 beta2 epsilon step -> "  \
    "next_w=w next_first=w next_second=w next_step"
#define CONV_BACKWARD "dout[N,F,I,J] x[N,C,H,W] w[F,C,P,Q] stride pad -> dx=x dw=w db[F]"
#define CONV_FORWARD "x[N,C,H,W] w[F,C,P,Q] b[F] stride pad -> out[N,F,I,J]"
#define NET "W1[D,A] b1[A] W2[A,B] b2[B] W3[B,C] b3[C] reg X[N,*]"
#define NET_GRADIENTS "loss dW1=W1 db1=b1 dW2=W2 db2=b2 dW3=W3 db3=b3"
#define NORMALIZED "gamma1[A] beta1[A] gamma2[B] beta2[B] eps"
#define NORMALIZED_GRADIENTS "dgamma1[A] dbeta1[A] dgamma2[B] dbeta2[B]"
#define RUNNING "mean1[A] variance1[A] mean2[B] variance2[B] momentum"
#define PAIR "a[N,M] b=a dout=a before -> out=a da=a db=a"
#define SINGLE "a[N,M] dout=a before -> out=a da=a"
#define SCORER "W1[D,A] W2[A,K]"
#define CONVNET "W1[F,C,P,P] b1[F] W2[D,A] b2[A] W3[A,K] b3[K] reg X[N,C,H,W]"

declaration assignment_declarations[] = {
    DECLARE("affine_forward", "x[N,*] w[D,M] b[M] -> out[N,M]", 1e-9, 1e-4),
    DECLARE("affine_backward", "dout[N,M] x[N,*] w[D,M] -> dx=x dw[D,M] db[M]", 1e-9, 1e-4),
    DECLARE("relu_forward", "x[N,*] -> out=x", 1e-12, 1e-6),
    DECLARE("relu_backward", "x[N,*] dout=x -> dx=x", 1e-12, 1e-6),
    DECLARE("svm_loss", "x[N,C] y{N} -> loss dx[N,C]", 1e-9, 1e-5),
    DECLARE("softmax_loss", "x[N,C] y{N} -> loss dx[N,C]", 1e-9, 1e-5),
    DECLARE("sgd_step", STEP, 1e-10, 1e-5),
    DECLARE("sgd_momentum_step", STEP, 1e-10, 1e-5),
    DECLARE("rmsprop_step", STEP, 1e-10, 1e-5),
    DECLARE("adam_step", STEP, 1e-10, 1e-5),
    DECLARE("batchnorm_forward",
            "x[N,D] " SCALE_AND_SHIFT " mean[D] variance[D] momentum eps training -> out[N,D] "
            "normalized[N,D] inverse_std[D] running_mean[D] running_variance[D]",
            1e-9, 1e-4),
    DECLARE("batchnorm_backward",
            "dout[N,D] gamma[D] normalized[N,D] inverse_std[D] -> dx[N,D] dgamma[D] dbeta[D]", 1e-9,
            1e-3),
    DECLARE("batchnorm_backward_alt",
            "dout[N,D] gamma[D] normalized[N,D] inverse_std[D] -> dx[N,D] dgamma[D] dbeta[D]", 1e-9,
            1e-3),
    DECLARE("layernorm_forward",
            "x[N,D] " SCALE_AND_SHIFT " eps -> out[N,D] normalized[N,D] inverse_std[N]", 1e-9,
            1e-4),
    DECLARE("layernorm_backward",
            "dout[N,D] gamma[D] normalized[N,D] inverse_std[N] -> dx[N,D] dgamma[D] dbeta[D]", 1e-9,
            1e-3),
    DECLARE("dropout_forward", "x[N,*] keep training seed -> out=x mask=x", 1e-12, 1e-5),
    DECLARE("dropout_backward", "dout[N,*] mask=dout training -> dx=dout", 1e-12, 1e-6),
    DECLARE("conv_forward_naive", CONV_FORWARD, 1e-9, 1e-4),
    DECLARE("conv_forward_im2col", CONV_FORWARD, 1e-9, 1e-4),
    DECLARE("conv_backward_naive", CONV_BACKWARD, 1e-9, 1e-3),
    DECLARE("conv_backward_im2col", CONV_BACKWARD, 1e-9, 1e-3),
    DECLARE("max_pool_forward_naive", "x[N,C,H,W] height width stride -> out[N,C,I,J]", 1e-12,
            1e-6),
    DECLARE("max_pool_backward_naive", "dout[N,C,I,J] x[N,C,H,W] height width stride -> dx=x",
            1e-12, 1e-5),
    DECLARE("spatial_batchnorm_forward",
            "x[N,C,H,W] gamma[C] beta[C] mean[C] variance[C] momentum eps training -> out=x "
            "normalized[M,C] inverse_std[C] running_mean[C] running_variance[C]",
            1e-9, 1e-4),
    DECLARE("spatial_batchnorm_backward",
            "dout[N,C,H,W] gamma[C] normalized[M,C] inverse_std[C] -> dx=dout dgamma[C] dbeta[C]",
            1e-9, 1e-3),
    DECLARE("spatial_groupnorm_forward",
            "x[N,C,H,W] gamma[C] beta[C] groups eps -> out=x normalized=x inverse_std[M]", 1e-9,
            1e-4),
    DECLARE("spatial_groupnorm_backward",
            "dout[N,C,H,W] gamma[C] groups normalized=dout inverse_std[M] -> dx=dout dgamma[C] "
            "dbeta[C]",
            1e-9, 1e-3),
    DECLARE("fc_net_init",
            "weight_scale seed -> W1[D,A] b1[A] W2[A,B] b2[B] W3[B,C] b3[C] gamma1[A] beta1[A] "
            "gamma2[B] "
            "beta2[B]",
            1e-12, 1e-6),
    DECLARE("fc_net_loss", NET " keep y{N} seed -> " NET_GRADIENTS, 1e-9, 1e-3),
    DECLARE("fc_net_loss_batchnorm",
            NET " " NORMALIZED " " RUNNING " y{N} -> " NET_GRADIENTS " " NORMALIZED_GRADIENTS
                " running_mean1[A] running_variance1[A] running_mean2[B] running_variance2[B]",
            1e-8, 1e-2),
    DECLARE("fc_net_loss_layernorm",
            NET " " NORMALIZED " y{N} -> " NET_GRADIENTS " " NORMALIZED_GRADIENTS, 1e-8, 1e-2),
    DECLARE("fc_net_loss_one_layer", "W[D,C] b[C] reg X[N,*] y{N} -> loss dW[D,C] db[C]", 1e-9,
            1e-4),
    DECLARE("fc_net_scores", NET " keep -> scores[N,C]", 1e-9, 1e-3),
    DECLARE("fc_net_scores_batchnorm", NET " " NORMALIZED " " RUNNING " -> scores[N,C]", 1e-9,
            1e-3),
    DECLARE("fc_net_scores_layernorm", NET " " NORMALIZED " -> scores[N,C]", 1e-9, 1e-3),
    DECLARE("fc_net_predict", NET " keep -> predicted{N}", 0, 0),
    DECLARE("fc_net_train",
            "X[N,D] y{N} X_fresh[M,D] hidden weight_scale learning_rate steps seed -> predicted{M}",
            0, 0),
    DECLARE("three_layer_convnet_init",
            "weight_scale seed -> W1[F,C,P,P] b1[F] W2[D,A] b2[A] W3[A,K] b3[K]", 1e-12, 1e-6),
    DECLARE("three_layer_convnet_scores", CONVNET " -> scores[N,K]", 1e-9, 1e-3),
    DECLARE("three_layer_convnet_loss",
            CONVNET " y{N} -> loss dW1=W1 db1[F] dW2=W2 db2[A] dW3=W3 db3[K]", 1e-9, 1e-3),
    DECLARE("three_layer_convnet_predict", CONVNET " -> predicted{N}", 0, 0),
    DECLARE("graph_add", PAIR, 1e-12, 1e-5),
    DECLARE("graph_multiply", PAIR, 1e-12, 1e-5),
    DECLARE("graph_maximum", PAIR, 1e-12, 1e-5),
    DECLARE("graph_add_same", SINGLE, 1e-12, 1e-5),
    DECLARE("graph_multiply_same", SINGLE, 1e-12, 1e-5),
    DECLARE("graph_maximum_same", SINGLE, 1e-12, 1e-5),
    DECLARE("graph_sigmoid", SINGLE, 1e-10, 1e-5),
    DECLARE("graph_relu", SINGLE, 1e-12, 1e-5),
    DECLARE("graph_matmul", "a[N,D] b[D,M] dout[N,M] before -> out[N,M] da=a db=b", 1e-9, 1e-4),
    DECLARE("graph_affine", "x[N,*] W[D,M] b[M] dout[N,M] before -> out[N,M] dx=x dW=W db=b", 1e-9,
            1e-4),
    DECLARE(
        "graph_conv",
        "x[N,C,H,W] w[F,C,P,Q] b[F] stride pad dout[N,F,I,J] before -> out[N,F,I,J] dx=x dw=w db=b",
        1e-9, 1e-3),
    DECLARE("graph_max_pool",
            "x[N,C,H,W] height width stride dout[N,C,I,J] before -> out[N,C,I,J] dx=x", 1e-10,
            1e-5),
    DECLARE("graph_softmax_loss", "scores[N,C] y{N} before -> loss dscores=scores", 1e-9, 1e-4),
    DECLARE("graph_backward",
            "x[N,D] y=x z=x W[D,C] classes{N} times -> loss dx=x dy=x dz=x dW=W dbeside=x", 1e-9,
            1e-3),
    DECLARE("module_init", "seed -> W1[F,C,P,P] b1[F] W2[D,M] b2[M]", 1e-12, 1e-6),
    DECLARE(
        "sequential_forward",
        "X[N,C,H,W] y{N} W1[F,C,P,P] b1[F] W2[D,M] b2[M] -> loss dX=X dW1=W1 db1=b1 dW2=W2 db2=b2",
        1e-9, 1e-3),
    DECLARE("saliency_map", "X[N,C,H,W] y{N} " SCORER " -> saliency[N,H,W]", 1e-9, 1e-4),
    DECLARE("fooling_image",
            "x[N,C,H,W] " SCORER " target learning_rate most_steps -> steps fooled=x", 1e-7, 1e-3),
    DECLARE("class_visualization_step",
            "image[N,C,H,W] " SCORER " target l2_reg learning_rate -> changed=image", 1e-9, 1e-4),
    {0},
};

static const char *const layer_operations[] = {"affine_forward", "affine_backward", "relu_forward",
                                               "relu_backward",  "softmax_loss",    NULL};
static const char *const norm_operations[] = {"batchnorm_forward",      "batchnorm_backward",
                                              "batchnorm_backward_alt", "layernorm_forward",
                                              "layernorm_backward",     NULL};

const composite assignment_composites[] = {
    {"fc_net", "fc_net_", "layers", layer_operations},
    {"fc_net", "fc_net_", "batchnorm", norm_operations},
    {"spatial_norm", "spatial_", "batchnorm", norm_operations},
    {"convnet", "three_layer_convnet_", "layers", layer_operations},
    {0}};
