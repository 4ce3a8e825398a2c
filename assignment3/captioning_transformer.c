/* The captioning transformer. captioning_transformer.h specifies each function. */
#include "captioning_transformer.h"

#include <stdlib.h>

#include "attention.h"
#include "contract.h"
#include "embedding.h"
#include "temporal.h"
#include "transformer_layers.h"

/* Stops the program unless the tensors of net, called name, have the shapes for D, E and V. */
static void check_net(const char *function, const char *name, const captioning_transformer *net,
                      size_t D, size_t E, size_t V)
{
    check_shape_2d(function, "W_embed", net->W_embed, V, E);
    check_shape_2d(function, "W_proj", net->W_proj, D, E);
    check_shape_1d(function, "b_proj", net->b_proj, E);
    if (net->layer_count == 0 || net->layers == NULL)
        contract_failed(function, "%s has no layers", name);
    for (size_t i = 0; i < net->layer_count; i++)
        check_decoder_weights(function, "layers", &net->layers[i], E);
    check_shape_2d(function, "W_vocab", net->W_vocab, E, V);
    check_shape_1d(function, "b_vocab", net->b_vocab, V);
}

/* Stops the program unless net's own tensors fit one another. */
static void check_whole(const char *function, const captioning_transformer *net)
{
    check_rank(function, "W_embed", net->W_embed, 2);
    check_rank(function, "W_proj", net->W_proj, 2);
    check_net(function, "net", net, net->W_proj->shape[0], net->W_embed->shape[1],
              net->W_embed->shape[0]);
}

/* Stops the program unless features and words fit net and one another. */
static void check_pictures(const char *function, const captioning_transformer *net,
                           const tensor *features, const char *name, const captions *words,
                           size_t shortest)
{
    check_whole(function, net);
    check_rank(function, "features", features, 2);
    check_shape_2d(function, "features", features, features->shape[0], net->W_proj->shape[0]);
    if (words == NULL)
        contract_failed(function, "%s is NULL", name);
    check_captions(function, name, words, features->shape[0], words->length,
                   net->W_embed->shape[0]);
    if (words->length < shortest)
        contract_failed(function, "%s have %zu words, should have at least %zu", name,
                        words->length, shortest);
}

void captioning_transformer_init(captioning_transformer *net, random_state *random)
{
    check_whole(__func__, net);
    /* TODO: tensor_fill_normal of random.h; the header gives the order. */
    NOT_IMPLEMENTED(net, random);
}

void captioning_transformer_scores(const captioning_transformer *net, const tensor *features,
                                   const captions *words, tensor *scores)
{
    check_pictures(__func__, net, features, "words", words, 1);
    check_shape_3d(__func__, "scores", scores, words->count, words->length, net->b_vocab->shape[0]);
    /*
     * TODO: the header's four lines. A tensor of N x D, viewed as N x 1 x D by tensor_reshaped, can
     * pass temporal_affine_forward; tensor_row is a view of one sentence, T x E. Write it so that
     * the loss can use it, too: what will the way back need of each layer?
     */
    NOT_IMPLEMENTED(net, features, words, scores);
}

real captioning_transformer_loss(const captioning_transformer *net, const tensor *features,
                                 const captions *sentences, captioning_transformer *gradients)
{
    check_pictures(__func__, net, features, "sentences", sentences, 2);
    check_net(__func__, "gradients", gradients, net->W_proj->shape[0], net->W_embed->shape[1],
              net->W_embed->shape[0]);
    if (gradients->layer_count != net->layer_count)
        contract_failed(__func__, "gradients have %zu layers, should have %zu",
                        gradients->layer_count, net->layer_count);
    /*
     * TODO: words in, words out and the loss as in captioner.c; then backwards through the layers,
     * from the last to the first. Which of them looked at the memory?
     */
    return NOT_IMPLEMENTED(net, features, sentences, gradients);
}
