/* A two-layer net that computes its layers row by row where it can. */
#include "two_layer_net.h"

#include "layers.h"

void two_layer_net_init(two_layer_net *net, real weight_scale, random_state *random)
{
    for (size_t i = 0; i < net->W1->size; i++)
        net->W1->data[i] = weight_scale * random_normal(random);
    for (size_t i = 0; i < net->W2->size; i++)
        net->W2->data[i] = weight_scale * random_normal(random);
    for (size_t i = 0; i < net->b1->size; i++)
        net->b1->data[i] = 0;
    for (size_t i = 0; i < net->b2->size; i++)
        net->b2->data[i] = 0;
}

/* The hidden layer after its ReLU; where it is 0 the ReLU was closed. */
static tensor *hidden_layer(const two_layer_net *net, const tensor *X)
{
    tensor *hidden = tensor_new_2d(X->shape[0], net->b1->size);
    affine_forward(X, net->W1, net->b1, hidden);
    for (size_t i = 0; i < hidden->size; i++)
        if (hidden->data[i] < 0)
            hidden->data[i] = 0;
    return hidden;
}

void two_layer_net_scores(const two_layer_net *net, const tensor *X, tensor *scores)
{
    tensor *hidden = hidden_layer(net, X);
    affine_forward(hidden, net->W2, net->b2, scores);
    tensor_free(hidden);
}

real two_layer_net_loss(const two_layer_net *net, const tensor *X, const labels *y,
                        two_layer_net *gradients)
{
    tensor *hidden = hidden_layer(net, X);
    tensor *scores = tensor_new_2d(X->shape[0], net->b2->size);
    tensor *dscores = tensor_new_like(scores);
    tensor *dhidden = tensor_new_like(hidden);
    tensor *dX = tensor_new_like(X);
    affine_forward(hidden, net->W2, net->b2, scores);
    double loss = softmax_loss(scores, y, dscores);
    affine_backward(dscores, hidden, net->W2, dhidden, gradients->W2, gradients->b2);
    for (size_t i = 0; i < hidden->size; i++)
        if (!(hidden->data[i] > 0))
            dhidden->data[i] = 0;
    affine_backward(dhidden, X, net->W1, dX, gradients->W1, gradients->b1);
    const tensor *weights[] = {net->W1, net->W2};
    tensor *slopes[] = {gradients->W1, gradients->W2};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = weights[l]->size; i-- > 0;) {
            real w = weights[l]->data[i];
            loss += 0.5 * net->reg * w * w;
            slopes[l]->data[i] += net->reg * w;
        }
    tensor_free(hidden);
    tensor_free(scores);
    tensor_free(dscores);
    tensor_free(dhidden);
    tensor_free(dX);
    return loss;
}

void two_layer_net_predict(const two_layer_net *net, const tensor *X, labels *predicted)
{
    size_t C = net->b2->size;
    tensor *scores = tensor_new_2d(X->shape[0], C);
    two_layer_net_scores(net, X, scores);
    for (size_t n = 0; n < X->shape[0]; n++) {
        predicted->data[n] = 0;
        for (size_t c = 1; c < C; c++)
            if (scores->data[n * C + c] > scores->data[n * C + predicted->data[n]])
                predicted->data[n] = c;
    }
    tensor_free(scores);
}
