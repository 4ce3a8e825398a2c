/* Fully connected nets. fc_net.h specifies each function. */
#include "fc_net.h"

#include "contract.h"
#include "dropout.h"
#include "layers.h"

/* Stops the program unless net's layers fit one another, and X, flattened, the first. */
static void check_net(const char *function, const fc_net *net, const tensor *X)
{
    tensor flat = tensor_flattened(X);
    if (net->depth < 1 || net->depth > FC_NET_MOST_LAYERS)
        contract_failed(function, "the net has %zu layers, should have 1 to %d", net->depth,
                        FC_NET_MOST_LAYERS);
    check_shape_2d(function, "X (flattened)", &flat, X->shape[0], net->layers[0].W->shape[0]);
    for (size_t l = 0; l + 1 < net->depth; l++)
        check_shape_2d(function, "a layer's W", net->layers[l + 1].W, net->layers[l].W->shape[1],
                       net->layers[l + 1].W->shape[1]);
}

/* How many classes the net tells apart. */
static size_t class_count(const fc_net *net)
{
    return net->layers[net->depth - 1].W->shape[1];
}

void fc_net_init(fc_net *net, real weight_scale, random_state *random)
{
#ifdef SOLUTION
    for (size_t l = 0; l < net->depth; l++) {
        const fc_layer *layer = &net->layers[l];
        tensor_fill_normal(layer->W, random, 0, weight_scale);
        tensor_fill(layer->b, 0);
        if (layer->gamma != NULL) {
            tensor_fill(layer->gamma, 1);
            tensor_fill(layer->beta, 0);
        }
    }
#else
    /* TODO: a loop over the layers; the last one has no gamma and beta. */
    NOT_IMPLEMENTED(net, weight_scale, random);
#endif
}

#ifdef SOLUTION
/* What one hidden layer saw and made of it; each N x outputs. */
typedef struct hidden_layer {
    tensor *affine, *normalized, *active, *dropped, *mask;
    tensor *cache_normalized, *cache_inverse_std; /* of the normalization */
} hidden_layer;

static hidden_layer hidden_layer_new(const fc_net *net, size_t l, size_t N)
{
    size_t H = net->layers[l].W->shape[1];
    bool over_batch = net->normalization == NORMALIZATION_BATCH;
    return (hidden_layer){.affine = tensor_new_2d(N, H),
                          .normalized = tensor_new_2d(N, H),
                          .active = tensor_new_2d(N, H),
                          .dropped = tensor_new_2d(N, H),
                          .mask = tensor_new_2d(N, H),
                          .cache_normalized = tensor_new_2d(N, H),
                          .cache_inverse_std = tensor_new_1d(over_batch ? H : N)};
}

static void hidden_layer_clear(hidden_layer *h)
{
    tensor_free(h->affine);
    tensor_free(h->normalized);
    tensor_free(h->active);
    tensor_free(h->dropped);
    tensor_free(h->mask);
    tensor_free(h->cache_normalized);
    tensor_free(h->cache_inverse_std);
}

/* Hidden layer l of net, from its input to h->dropped. state is of its batch normalization. */
static void hidden_forward(const fc_net *net, size_t l, const tensor *input, bool training,
                           batchnorm_state *state, random_state *random, hidden_layer *h)
{
    const fc_layer *layer = &net->layers[l];
    batchnorm_cache over_batch = {h->cache_normalized, h->cache_inverse_std};
    layernorm_cache over_features = {h->cache_normalized, h->cache_inverse_std};
    affine_forward(input, layer->W, layer->b, h->affine);
    if (net->normalization == NORMALIZATION_BATCH)
        batchnorm_forward(h->affine, layer->gamma, layer->beta, training, state, h->normalized,
                          &over_batch);
    else if (net->normalization == NORMALIZATION_LAYER)
        layernorm_forward(h->affine, layer->gamma, layer->beta, net->eps, h->normalized,
                          &over_features);
    else
        tensor_copy(h->affine, h->normalized);
    relu_forward(h->normalized, h->active);
    if (net->keep < 1)
        dropout_forward(h->active, net->keep, training, random, h->mask, h->dropped);
    else
        tensor_copy(h->active, h->dropped);
}

/* Backward from dout, the gradient with respect to h->dropped, to by's tensors and dinput. */
static void hidden_backward(const fc_net *net, size_t l, const tensor *input, const hidden_layer *h,
                            const tensor *dout, const fc_layer *by, tensor *dinput)
{
    const fc_layer *layer = &net->layers[l];
    batchnorm_cache over_batch = {h->cache_normalized, h->cache_inverse_std};
    layernorm_cache over_features = {h->cache_normalized, h->cache_inverse_std};
    tensor *dactive = tensor_new_copy(dout);
    tensor *dnormalized = tensor_new_like(dout);
    tensor *daffine = tensor_new_like(dout);
    if (net->keep < 1)
        dropout_backward(dout, h->mask, true, dactive);
    relu_backward(dactive, h->normalized, dnormalized);
    if (net->normalization == NORMALIZATION_BATCH)
        batchnorm_backward_alt(dnormalized, layer->gamma, &over_batch, daffine, by->gamma,
                               by->beta);
    else if (net->normalization == NORMALIZATION_LAYER)
        layernorm_backward(dnormalized, layer->gamma, &over_features, daffine, by->gamma, by->beta);
    else
        tensor_copy(dnormalized, daffine);
    affine_backward(daffine, input, layer->W, dinput, by->W, by->b);
    tensor_free(dactive);
    tensor_free(dnormalized);
    tensor_free(daffine);
}
#endif

void fc_net_scores(const fc_net *net, const tensor *X, tensor *scores)
{
    check_net(__func__, net, X);
    check_shape_2d(__func__, "scores", scores, X->shape[0], class_count(net));
#ifdef SOLUTION
    const fc_layer *last = &net->layers[net->depth - 1];
    tensor *input = tensor_new_copy(X);
    for (size_t l = 0; l + 1 < net->depth; l++) {
        batchnorm_state state = net->states[l];
        hidden_layer h = hidden_layer_new(net, l, X->shape[0]);
        hidden_forward(net, l, input, false, &state, NULL, &h);
        tensor_free(input);
        input = tensor_new_copy(h.dropped);
        hidden_layer_clear(&h);
    }
    affine_forward(input, last->W, last->b, scores);
    tensor_free(input);
#else
    /* TODO: layer after layer; the output of one is the input of the next. */
    NOT_IMPLEMENTED(net, X, scores);
#endif
}

real fc_net_loss(fc_net *net, const tensor *X, const labels *y, random_state *random,
                 const fc_layer *gradients)
{
    check_net(__func__, net, X);
    check_labels(__func__, "y", y, X->shape[0], class_count(net));
    for (size_t l = 0; l < net->depth; l++) {
        check_same_shape(__func__, "a gradient's W", gradients[l].W, net->layers[l].W);
        check_same_shape(__func__, "a gradient's b", gradients[l].b, net->layers[l].b);
    }
#ifdef SOLUTION
    size_t last = net->depth - 1;
    hidden_layer hidden[FC_NET_MOST_LAYERS];
    const tensor *inputs[FC_NET_MOST_LAYERS];
    inputs[0] = X;
    for (size_t l = 0; l < last; l++) {
        hidden[l] = hidden_layer_new(net, l, X->shape[0]);
        hidden_forward(net, l, inputs[l], true, &net->states[l], random, &hidden[l]);
        inputs[l + 1] = hidden[l].dropped;
    }
    tensor *scores = tensor_new_2d(X->shape[0], class_count(net));
    tensor *dscores = tensor_new_like(scores);
    affine_forward(inputs[last], net->layers[last].W, net->layers[last].b, scores);
    double loss = softmax_loss(scores, y, dscores);

    tensor *dinput = tensor_new_like(inputs[last]);
    affine_backward(dscores, inputs[last], net->layers[last].W, dinput, gradients[last].W,
                    gradients[last].b);
    for (size_t l = last; l-- > 0;) {
        tensor *dout = dinput;
        dinput = tensor_new_like(inputs[l]);
        hidden_backward(net, l, inputs[l], &hidden[l], dout, &gradients[l], dinput);
        tensor_free(dout);
        hidden_layer_clear(&hidden[l]);
    }
    for (size_t l = 0; l < net->depth; l++) {
        loss += 0.5 * net->reg * tensor_sum_of_squares(net->layers[l].W);
        tensor_add_scaled(net->layers[l].W, net->reg, gradients[l].W);
    }
    tensor_free(scores);
    tensor_free(dscores);
    tensor_free(dinput);
    return loss;
#else
    /*
     * TODO: the forward pass, keeping each layer's input and its caches; the loss; then the layers
     * in the opposite order. Last, the regularization of every W.
     */
    return NOT_IMPLEMENTED(net, X, y, random, gradients);
#endif
}

void fc_net_predict(const fc_net *net, const tensor *X, labels *predicted)
{
    check_net(__func__, net, X);
    check_labels(__func__, "predicted", predicted, X->shape[0], SIZE_MAX);
#ifdef SOLUTION
    tensor *scores = tensor_new_2d(X->shape[0], class_count(net));
    fc_net_scores(net, X, scores);
    tensor_argmax_rows(scores, predicted);
    tensor_free(scores);
#else
    /* TODO: the index of the largest score in each row. */
    NOT_IMPLEMENTED(net, X, predicted);
#endif
}
