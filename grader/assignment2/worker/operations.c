/*
 * Assignment 2's operations: one adapter a function. The tensors of each, their shapes and
 * tolerances are declared in declarations.c, which the grader reads.
 */
#include <stdio.h>
#include <string.h>

#include "batchnorm.h"
#include "conv.h"
#include "convnet.h"
#include "dropout.h"
#include "fc_net_model.h"
#include "graph.h"
#include "layers.h"
#include "matmul.h"
#include "operation.h"
#include "optim.h"
#include "spatial_norm.h"
#include "visualize.h"

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

/* ---- update rules ---- */

static void run_step(void (*step)(tensor *w, const tensor *dw, update_state *state))
{
    update_state state = {.settings = update_settings_default(),
                          .step = in_size("step"),
                          .first = out_tensor_from("next_first", "first"),
                          .second = out_tensor_from("next_second", "second")};
    state.settings.learning_rate = in_number("learning_rate");
    state.settings.momentum = in_number("momentum");
    state.settings.decay_rate = in_number("decay_rate");
    state.settings.beta1 = in_number("beta1");
    state.settings.beta2 = in_number("beta2");
    state.settings.epsilon = in_number("epsilon");
    step(out_tensor_from("next_w", "w"), in_tensor("dw"), &state);
    out_number("next_step", (double)state.step);
}

OPERATION(sgd_step)
{
    run_step(sgd_step);
}

OPERATION(sgd_momentum_step)
{
    run_step(sgd_momentum_step);
}

OPERATION(rmsprop_step)
{
    run_step(rmsprop_step);
}

OPERATION(adam_step)
{
    run_step(adam_step);
}

/* ---- normalization ---- */

/* The running statistics, which become outputs. */
static batchnorm_state given_state(void)
{
    return (batchnorm_state){.running_mean = out_tensor_from("running_mean", "mean"),
                             .running_variance = out_tensor_from("running_variance", "variance"),
                             .momentum = (real)in_number("momentum"),
                             .eps = (real)in_number("eps")};
}

/* An input as a field of a struct that holds it as its own: nobody may write there. */
static tensor *input_as_mutable(const char *name)
{
    tensor *t;
    memcpy(&t, &(const tensor *){in_tensor(name)}, sizeof t);
    return t;
}

OPERATION(batchnorm_forward)
{
    batchnorm_state state = given_state();
    batchnorm_cache cache = {out_tensor("normalized"), out_tensor("inverse_std")};
    batchnorm_forward(in_tensor("x"), in_tensor("gamma"), in_tensor("beta"),
                      in_number("training") != 0, &state, out_tensor("out"), &cache);
}

OPERATION(batchnorm_backward)
{
    batchnorm_cache cache = {input_as_mutable("normalized"), input_as_mutable("inverse_std")};
    batchnorm_backward(in_tensor("dout"), in_tensor("gamma"), &cache, out_tensor("dx"),
                       out_tensor("dgamma"), out_tensor("dbeta"));
}

OPERATION(batchnorm_backward_alt)
{
    batchnorm_cache cache = {input_as_mutable("normalized"), input_as_mutable("inverse_std")};
    batchnorm_backward_alt(in_tensor("dout"), in_tensor("gamma"), &cache, out_tensor("dx"),
                           out_tensor("dgamma"), out_tensor("dbeta"));
}

OPERATION(layernorm_forward)
{
    layernorm_cache cache = {out_tensor("normalized"), out_tensor("inverse_std")};
    layernorm_forward(in_tensor("x"), in_tensor("gamma"), in_tensor("beta"), (real)in_number("eps"),
                      out_tensor("out"), &cache);
}

OPERATION(layernorm_backward)
{
    layernorm_cache cache = {input_as_mutable("normalized"), input_as_mutable("inverse_std")};
    layernorm_backward(in_tensor("dout"), in_tensor("gamma"), &cache, out_tensor("dx"),
                       out_tensor("dgamma"), out_tensor("dbeta"));
}

OPERATION(spatial_batchnorm_forward)
{
    batchnorm_state state = given_state();
    batchnorm_cache cache = {out_tensor("normalized"), out_tensor("inverse_std")};
    spatial_batchnorm_forward(in_tensor("x"), in_tensor("gamma"), in_tensor("beta"),
                              in_number("training") != 0, &state, out_tensor("out"), &cache);
}

OPERATION(spatial_batchnorm_backward)
{
    batchnorm_cache cache = {input_as_mutable("normalized"), input_as_mutable("inverse_std")};
    spatial_batchnorm_backward(in_tensor("dout"), in_tensor("gamma"), &cache, out_tensor("dx"),
                               out_tensor("dgamma"), out_tensor("dbeta"));
}

OPERATION(spatial_groupnorm_forward)
{
    layernorm_cache cache = {out_tensor("normalized"), out_tensor("inverse_std")};
    spatial_groupnorm_forward(in_tensor("x"), in_tensor("gamma"), in_tensor("beta"),
                              in_size("groups"), (real)in_number("eps"), out_tensor("out"), &cache);
}

OPERATION(spatial_groupnorm_backward)
{
    layernorm_cache cache = {input_as_mutable("normalized"), input_as_mutable("inverse_std")};
    spatial_groupnorm_backward(in_tensor("dout"), in_tensor("gamma"), in_size("groups"), &cache,
                               out_tensor("dx"), out_tensor("dgamma"), out_tensor("dbeta"));
}

/* ---- dropout ---- */

OPERATION(dropout_forward)
{
    random_state random = in_random("seed");
    dropout_forward(in_tensor("x"), (real)in_number("keep"), in_number("training") != 0, &random,
                    out_tensor("mask"), out_tensor("out"));
}

OPERATION(dropout_backward)
{
    dropout_backward(in_tensor("dout"), in_tensor("mask"), in_number("training") != 0,
                     out_tensor("dx"));
}

/* ---- convolution and pooling ---- */

static conv_shape given_conv_shape(void)
{
    return (conv_shape){.stride = in_size("stride"), .pad = in_size("pad")};
}

OPERATION(conv_forward_naive)
{
    conv_forward_naive(in_tensor("x"), in_tensor("w"), in_tensor("b"), given_conv_shape(),
                       out_tensor("out"));
}

OPERATION(conv_forward_im2col)
{
    conv_forward_im2col(in_tensor("x"), in_tensor("w"), in_tensor("b"), given_conv_shape(),
                        out_tensor("out"));
}

OPERATION(conv_backward_naive)
{
    conv_backward_naive(in_tensor("dout"), in_tensor("x"), in_tensor("w"), given_conv_shape(),
                        out_tensor("dx"), out_tensor("dw"), out_tensor("db"));
}

OPERATION(conv_backward_im2col)
{
    conv_backward_im2col(in_tensor("dout"), in_tensor("x"), in_tensor("w"), given_conv_shape(),
                         out_tensor("dx"), out_tensor("dw"), out_tensor("db"));
}

static pool_shape given_pool_shape(void)
{
    return (pool_shape){
        .height = in_size("height"), .width = in_size("width"), .stride = in_size("stride")};
}

OPERATION(max_pool_forward_naive)
{
    max_pool_forward_naive(in_tensor("x"), given_pool_shape(), out_tensor("out"));
}

OPERATION(max_pool_backward_naive)
{
    max_pool_backward_naive(in_tensor("dout"), in_tensor("x"), given_pool_shape(),
                            out_tensor("dx"));
}

/* ---- fully connected nets ---- */

enum { DEPTH = 3, HIDDEN = DEPTH - 1 };

/* The argument called PREFIX and the layer's number, counted from 1: "dW1". */
typedef struct argument_name {
    char text[32];
} argument_name;

static argument_name numbered(const char *prefix, size_t l)
{
    argument_name name;
    snprintf(name.text, sizeof name.text, "%s%zu", prefix, l + 1);
    return name;
}

static tensor *layer_input(const char *prefix, size_t l)
{
    return input_as_mutable(numbered(prefix, l).text);
}

static tensor *layer_output(const char *prefix, size_t l)
{
    return out_tensor(numbered(prefix, l).text);
}

/* The net that was given, without the running statistics of batch normalization. */
static fc_net given_net(normalization kind, real keep)
{
    fc_net net = {.depth = DEPTH,
                  .normalization = kind,
                  .eps = kind == NORMALIZATION_LAYER ? (real)in_number("eps") : (real)1e-5,
                  .keep = keep,
                  .reg = (real)in_number("reg")};
    for (size_t l = 0; l < DEPTH; l++) {
        bool normalized = kind != NORMALIZATION_NONE && l < HIDDEN;
        net.layers[l] = (fc_layer){.W = layer_input("W", l),
                                   .b = layer_input("b", l),
                                   .gamma = normalized ? layer_input("gamma", l) : NULL,
                                   .beta = normalized ? layer_input("beta", l) : NULL};
    }
    return net;
}

static void give_gradients(normalization kind, fc_layer *gradients)
{
    for (size_t l = 0; l < DEPTH; l++) {
        bool normalized = kind != NORMALIZATION_NONE && l < HIDDEN;
        gradients[l] = (fc_layer){.W = layer_output("dW", l),
                                  .b = layer_output("db", l),
                                  .gamma = normalized ? layer_output("dgamma", l) : NULL,
                                  .beta = normalized ? layer_output("dbeta", l) : NULL};
    }
}

/* Calls fc_net_loss for the net, whose states are there. */
static void run_loss(fc_net *net, random_state *random)
{
    fc_layer gradients[FC_NET_MOST_LAYERS] = {0};
    give_gradients(net->normalization, gradients);
    out_number("loss", (double)fc_net_loss(net, in_tensor("X"), in_labels("y"), random, gradients));
}

OPERATION(fc_net_init)
{
    fc_net net = {.depth = DEPTH, .normalization = NORMALIZATION_BATCH, .keep = 1};
    for (size_t l = 0; l < DEPTH; l++)
        net.layers[l] = (fc_layer){.W = layer_output("W", l),
                                   .b = layer_output("b", l),
                                   .gamma = l < HIDDEN ? layer_output("gamma", l) : NULL,
                                   .beta = l < HIDDEN ? layer_output("beta", l) : NULL};
    random_state random = in_random("seed");
    fc_net_init(&net, (real)in_number("weight_scale"), &random);
}

OPERATION(fc_net_loss)
{
    fc_net net = given_net(NORMALIZATION_NONE, (real)in_number("keep"));
    random_state random = in_random("seed");
    run_loss(&net, &random);
}

OPERATION(fc_net_loss_batchnorm)
{
    fc_net net = given_net(NORMALIZATION_BATCH, 1);
    for (size_t l = 0; l < HIDDEN; l++)
        net.states[l] = (batchnorm_state){
            .running_mean =
                out_tensor_from(numbered("running_mean", l).text, numbered("mean", l).text),
            .running_variance =
                out_tensor_from(numbered("running_variance", l).text, numbered("variance", l).text),
            .momentum = (real)in_number("momentum"),
            .eps = (real)in_number("eps")};
    run_loss(&net, NULL);
}

OPERATION(fc_net_loss_layernorm)
{
    fc_net net = given_net(NORMALIZATION_LAYER, 1);
    run_loss(&net, NULL);
}

OPERATION(fc_net_loss_one_layer)
{
    fc_net net = {.depth = 1, .eps = (real)1e-5, .keep = 1, .reg = (real)in_number("reg")};
    net.layers[0] = (fc_layer){.W = input_as_mutable("W"), .b = input_as_mutable("b")};
    fc_layer gradients[FC_NET_MOST_LAYERS] = {{.W = out_tensor("dW"), .b = out_tensor("db")}};
    out_number("loss", (double)fc_net_loss(&net, in_tensor("X"), in_labels("y"), NULL, gradients));
}

OPERATION(fc_net_scores)
{
    fc_net net = given_net(NORMALIZATION_NONE, (real)in_number("keep"));
    fc_net_scores(&net, in_tensor("X"), out_tensor("scores"));
}

OPERATION(fc_net_scores_batchnorm)
{
    fc_net net = given_net(NORMALIZATION_BATCH, 1);
    for (size_t l = 0; l < HIDDEN; l++)
        net.states[l] = (batchnorm_state){.running_mean = layer_input("mean", l),
                                          .running_variance = layer_input("variance", l),
                                          .momentum = (real)in_number("momentum"),
                                          .eps = (real)in_number("eps")};
    fc_net_scores(&net, in_tensor("X"), out_tensor("scores"));
}

OPERATION(fc_net_scores_layernorm)
{
    fc_net net = given_net(NORMALIZATION_LAYER, 1);
    fc_net_scores(&net, in_tensor("X"), out_tensor("scores"));
}

OPERATION(fc_net_predict)
{
    fc_net net = given_net(NORMALIZATION_NONE, (real)in_number("keep"));
    fc_net_predict(&net, in_tensor("X"), out_labels("predicted"));
}

/* A net of two hidden layers with batch normalization, trained by full-batch gradient descent. */
OPERATION(fc_net_train)
{
    const tensor *X = in_tensor("X");
    size_t hidden = in_size("hidden");
    const size_t sizes[] = {X->shape[1], hidden, hidden, 2};
    trainable_fc_net t = trainable_fc_net_new(3, sizes, NORMALIZATION_BATCH);
    model m = trainable_fc_net_model(&t);
    random_state random = in_random("seed");
    real rate = (real)in_number("learning_rate");
    size_t steps = in_size("steps");
    fc_net_init(&t.net, (real)in_number("weight_scale"), &random);
    for (size_t i = 0; i < steps; i++) {
        fc_net_loss(&t.net, X, in_labels("y"), NULL, t.gradients);
        for (size_t p = 0; p < m.parameter_count; p++)
            tensor_add_scaled(m.parameters[p].gradient, -rate, m.parameters[p].value);
    }
    fc_net_predict(&t.net, in_tensor("X_fresh"), out_labels("predicted"));
    trainable_fc_net_clear(&t);
}

/* ---- the convolutional net ---- */

static three_layer_convnet given_convnet(void)
{
    return (three_layer_convnet){.W1 = input_as_mutable("W1"),
                                 .b1 = input_as_mutable("b1"),
                                 .W2 = input_as_mutable("W2"),
                                 .b2 = input_as_mutable("b2"),
                                 .W3 = input_as_mutable("W3"),
                                 .b3 = input_as_mutable("b3"),
                                 .reg = (real)in_number("reg")};
}

OPERATION(three_layer_convnet_init)
{
    three_layer_convnet net = {.W1 = out_tensor("W1"),
                               .b1 = out_tensor("b1"),
                               .W2 = out_tensor("W2"),
                               .b2 = out_tensor("b2"),
                               .W3 = out_tensor("W3"),
                               .b3 = out_tensor("b3")};
    random_state random = in_random("seed");
    three_layer_convnet_init(&net, (real)in_number("weight_scale"), &random);
}

OPERATION(three_layer_convnet_scores)
{
    three_layer_convnet net = given_convnet();
    three_layer_convnet_scores(&net, in_tensor("X"), out_tensor("scores"));
}

OPERATION(three_layer_convnet_loss)
{
    three_layer_convnet net = given_convnet();
    three_layer_convnet gradients = {.W1 = out_tensor("dW1"),
                                     .b1 = out_tensor("db1"),
                                     .W2 = out_tensor("dW2"),
                                     .b2 = out_tensor("db2"),
                                     .W3 = out_tensor("dW3"),
                                     .b3 = out_tensor("db3")};
    out_number("loss",
               (double)three_layer_convnet_loss(&net, in_tensor("X"), in_labels("y"), &gradients));
}

OPERATION(three_layer_convnet_predict)
{
    three_layer_convnet net = given_convnet();
    three_layer_convnet_predict(&net, in_tensor("X"), out_labels("predicted"));
}

/* ---- the computational graph ---- */

/* A leaf for the input called name. */
static node *leaf(graph *g, const char *name)
{
    return graph_leaf(g, input_as_mutable(name), NULL);
}

/*
 * Runs n's backward with the upstream gradient "dout", after the count inputs' gradients were
 * filled with "before", and hands out n's value and those gradients, called names.
 */
static void run_backward(node *n, node *const *inputs, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tensor_fill(inputs[i]->gradient, (real)in_number("before"));
    tensor_copy(n->value, out_tensor("out"));
    tensor_copy(in_tensor("dout"), n->gradient);
    n->backward(n);
    for (size_t i = 0; i < count; i++)
        tensor_copy(inputs[i]->gradient, out_tensor(names[i]));
}

static void run_pair(node *(*apply)(graph *g, node *a, node *b))
{
    graph g = {0};
    node *inputs[] = {leaf(&g, "a"), leaf(&g, "b")};
    node *n = apply(&g, inputs[0], inputs[1]);
    run_backward(n, inputs, (const char *const[]){"da", "db"}, 2);
    graph_clear(&g);
}

/* The same with one node as both inputs. */
static void run_same(node *(*apply)(graph *g, node *a, node *b))
{
    graph g = {0};
    node *input = leaf(&g, "a");
    node *n = apply(&g, input, input);
    run_backward(n, &input, (const char *const[]){"da"}, 1);
    graph_clear(&g);
}

static void run_single(node *(*apply)(graph *g, node *a))
{
    graph g = {0};
    node *input = leaf(&g, "a");
    node *n = apply(&g, input);
    run_backward(n, &input, (const char *const[]){"da"}, 1);
    graph_clear(&g);
}

OPERATION(graph_add)
{
    run_pair(graph_add);
}

OPERATION(graph_multiply)
{
    run_pair(graph_multiply);
}

OPERATION(graph_maximum)
{
    run_pair(graph_maximum);
}

OPERATION(graph_add_same)
{
    run_same(graph_add);
}

OPERATION(graph_multiply_same)
{
    run_same(graph_multiply);
}

OPERATION(graph_maximum_same)
{
    run_same(graph_maximum);
}

OPERATION(graph_matmul)
{
    run_pair(graph_matmul);
}

OPERATION(graph_sigmoid)
{
    run_single(graph_sigmoid);
}

OPERATION(graph_relu)
{
    run_single(graph_relu);
}

OPERATION(graph_affine)
{
    graph g = {0};
    node *inputs[] = {leaf(&g, "x"), leaf(&g, "W"), leaf(&g, "b")};
    node *n = graph_affine(&g, inputs[0], inputs[1], inputs[2]);
    run_backward(n, inputs, (const char *const[]){"dx", "dW", "db"}, 3);
    graph_clear(&g);
}

OPERATION(graph_conv)
{
    graph g = {0};
    node *inputs[] = {leaf(&g, "x"), leaf(&g, "w"), leaf(&g, "b")};
    node *n = graph_conv(&g, inputs[0], inputs[1], inputs[2], given_conv_shape());
    run_backward(n, inputs, (const char *const[]){"dx", "dw", "db"}, 3);
    graph_clear(&g);
}

OPERATION(graph_max_pool)
{
    graph g = {0};
    node *input = leaf(&g, "x");
    node *n = graph_max_pool(&g, input, given_pool_shape());
    run_backward(n, &input, (const char *const[]){"dx"}, 1);
    graph_clear(&g);
}

OPERATION(graph_softmax_loss)
{
    graph g = {0};
    node *scores = leaf(&g, "scores");
    node *loss = graph_softmax_loss(&g, scores, in_labels("y"));
    tensor_fill(scores->gradient, (real)in_number("before"));
    out_number("loss", (double)loss->value->data[0]);
    tensor_fill(loss->gradient, 3);
    loss->backward(loss);
    tensor_copy(scores->gradient, out_tensor("dscores"));
    graph_clear(&g);
}

/*
 * s = sigmoid(x y + max(y, z)); the loss of (s x + s s) W; beside it two products that it does not
 * use, one of them the last node of all.
 */
OPERATION(graph_backward)
{
    graph g = {0};
    node *x = leaf(&g, "x"), *y = leaf(&g, "y"), *z = leaf(&g, "z"), *W = leaf(&g, "W");
    node *larger = graph_maximum(&g, y, z);
    node *s = graph_sigmoid(&g, graph_add(&g, graph_multiply(&g, x, y), larger));
    node *sum = graph_add(&g, graph_multiply(&g, s, x), graph_multiply(&g, s, s));
    node *scores = graph_matmul(&g, sum, W);
    node *beside = graph_multiply(&g, x, z);
    node *loss = graph_softmax_loss(&g, scores, in_labels("classes"));
    node *last = graph_multiply(&g, z, x);
    size_t times = in_size("times");
    for (size_t i = 0; i < times; i++)
        graph_backward(&g, loss);
    out_number("loss", (double)loss->value->data[0]);
    tensor_copy(x->gradient, out_tensor("dx"));
    tensor_copy(y->gradient, out_tensor("dy"));
    tensor_copy(z->gradient, out_tensor("dz"));
    tensor_copy(W->gradient, out_tensor("dW"));
    tensor *dbeside = out_tensor("dbeside");
    tensor_copy(beside->gradient, dbeside);
    tensor_add_scaled(last->gradient, 1, dbeside);
    graph_clear(&g);
}

OPERATION(module_init)
{
    random_state random = in_random("seed");
    module conv = {.kind = MODULE_CONV, .W = out_tensor("W1"), .b = out_tensor("b1")};
    module relu = module_relu();
    module affine = {.kind = MODULE_AFFINE, .W = out_tensor("W2"), .b = out_tensor("b2")};
    module_init(&conv, &random);
    module_init(&relu, &random);
    module_init(&affine, &random);
}

/* conv - ReLU - 2x2 max pool - affine - softmax loss. */
OPERATION(sequential_forward)
{
    graph g = {0};
    const tensor *W1 = in_tensor("W1");
    const module modules[] = {{.kind = MODULE_CONV,
                               .W = input_as_mutable("W1"),
                               .b = input_as_mutable("b1"),
                               .dW = out_tensor("dW1"),
                               .db = out_tensor("db1"),
                               .conv = {.stride = 1, .pad = (W1->shape[2] - 1) / 2}},
                              {.kind = MODULE_RELU},
                              {.kind = MODULE_MAX_POOL, .pool = {2, 2, 2}},
                              {.kind = MODULE_AFFINE,
                               .W = input_as_mutable("W2"),
                               .b = input_as_mutable("b2"),
                               .dW = out_tensor("dW2"),
                               .db = out_tensor("db2")}};
    node *X = graph_leaf(&g, input_as_mutable("X"), out_tensor("dX"));
    node *scores = sequential_forward(&g, modules, 4, X);
    node *loss = graph_softmax_loss(&g, scores, in_labels("y"));
    graph_backward(&g, loss);
    out_number("loss", (double)loss->value->data[0]);
    graph_clear(&g);
}

/* ---- visualization, of a given net: scores = (X W1)^2 W2, squared element by element ---- */

typedef struct square_net {
    const tensor *W1, *W2;
} square_net;

/* X W1, as a new tensor. */
static tensor *square_hidden(const square_net *net, const tensor *X)
{
    tensor *hidden = tensor_new_2d(X->shape[0], net->W1->shape[1]);
    matmul(X, net->W1, hidden);
    return hidden;
}

static void square_scores(void *self, const tensor *X, tensor *scores)
{
    const square_net *net = self;
    tensor *hidden = square_hidden(net, X);
    tensor_multiply(hidden, hidden, hidden);
    matmul(hidden, net->W2, scores);
    tensor_free(hidden);
}

static void square_gradient(void *self, const tensor *X, const tensor *dscores, tensor *dX)
{
    const square_net *net = self;
    tensor *hidden = square_hidden(net, X);
    tensor *dhidden = tensor_new_like(hidden);
    matmul_transposed_right(dscores, net->W2, dhidden);
    tensor_multiply(dhidden, hidden, dhidden);
    tensor_scale(dhidden, 2);
    matmul_transposed_right(dhidden, net->W1, dX);
    tensor_free(hidden);
    tensor_free(dhidden);
}

static scorer square_scorer(square_net *net)
{
    *net = (square_net){.W1 = in_tensor("W1"), .W2 = in_tensor("W2")};
    return (scorer){.self = net,
                    .class_count = net->W2->shape[1],
                    .scores = square_scores,
                    .gradient = square_gradient};
}

OPERATION(saliency_map)
{
    square_net net;
    scorer view = square_scorer(&net);
    saliency_map(&view, in_tensor("X"), in_labels("y"), out_tensor("saliency"));
}

OPERATION(fooling_image)
{
    square_net net;
    scorer view = square_scorer(&net);
    size_t steps = fooling_image(&view, in_tensor("x"), (uint32_t)in_size("target"),
                                 (real)in_number("learning_rate"), in_size("most_steps"),
                                 out_tensor("fooled"));
    out_number("steps", (double)steps);
}

OPERATION(class_visualization_step)
{
    square_net net;
    scorer view = square_scorer(&net);
    class_visualization_step(&view, (uint32_t)in_size("target"), (real)in_number("l2_reg"),
                             (real)in_number("learning_rate"), out_tensor_from("changed", "image"));
}
