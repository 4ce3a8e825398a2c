/* The vision transformer. vit.h specifies each function. */
#include "vit.h"

#include <stdlib.h>

#include "contract.h"
#include "temporal.h"
#include "transformer_layers.h"

/* Stops the program unless images are pictures that patches of that size fill. */
static void check_images(const char *function, const tensor *images, size_t size)
{
    check_rank(function, "images", images, 4);
    size_t H = images->shape[2], W = images->shape[3];
    if (size == 0 || H % size != 0 || W % size != 0)
        contract_failed(function, "patches of %zu x %zu do not fill images of %zu x %zu", size,
                        size, H, W);
}

/* How many patches of that size a picture has. */
static size_t patch_count(const tensor *images, size_t size)
{
    return (images->shape[2] / size) * (images->shape[3] / size);
}

void extract_patches(const tensor *images, size_t size, tensor *patches)
{
    check_images(__func__, images, size);
    check_shape_3d(__func__, "patches", patches, images->shape[0], patch_count(images, size),
                   images->shape[1] * size * size);
    /*
     * TODO: the numbers of patches lie one after the other, so loop over n, p, channel, row and
     * column, in this order, and find the pixel of each. Where does patch p begin in its picture?
     */
    NOT_IMPLEMENTED(images, size, patches);
}

/* Stops the program unless the tensors of net, called name, have the shapes for its other ones. */
static void check_net(const char *function, const char *name, const vit *net, size_t patch,
                      size_t E, size_t K)
{
    check_shape_2d(function, "W_patch", net->W_patch, patch, E);
    check_shape_1d(function, "b_patch", net->b_patch, E);
    if (net->layer_count == 0 || net->layers == NULL)
        contract_failed(function, "%s has no layers", name);
    for (size_t i = 0; i < net->layer_count; i++)
        check_encoder_weights(function, "layers", &net->layers[i], E);
    check_shape_2d(function, "W_head", net->W_head, E, K);
    check_shape_1d(function, "b_head", net->b_head, K);
}

/* Stops the program unless net's own tensors fit one another. */
static void check_whole(const char *function, const vit *net)
{
    check_rank(function, "W_patch", net->W_patch, 2);
    check_rank(function, "W_head", net->W_head, 2);
    check_net(function, "net", net, net->W_patch->shape[0], net->W_patch->shape[1],
              net->W_head->shape[1]);
}

/* Stops the program unless images are pictures for net. */
static void check_pictures(const char *function, const vit *net, const tensor *images)
{
    check_whole(function, net);
    check_images(function, images, net->size);
    check_shape_2d(function, "W_patch", net->W_patch, images->shape[1] * net->size * net->size,
                   net->b_patch->shape[0]);
}

void vit_init(vit *net, random_state *random)
{
    check_whole(__func__, net);
    /* TODO: tensor_fill_normal of random.h; the header gives the order. */
    NOT_IMPLEMENTED(net, random);
}

void vit_scores(const vit *net, const tensor *images, tensor *scores)
{
    check_pictures(__func__, net, images);
    check_shape_2d(__func__, "scores", scores, images->shape[0], net->b_head->shape[0]);
    /*
     * TODO: the header's three lines; patches can pass temporal_affine_forward as words do. Write
     * it so that the loss can use it, too: what will the way back need of each layer?
     */
    NOT_IMPLEMENTED(net, images, scores);
}

real vit_loss(const vit *net, const tensor *images, const labels *y, vit *gradients)
{
    check_pictures(__func__, net, images);
    check_labels(__func__, "y", y, images->shape[0], net->b_head->shape[0]);
    check_net(__func__, "gradients", gradients, net->W_patch->shape[0], net->W_patch->shape[1],
              net->W_head->shape[1]);
    if (gradients->layer_count != net->layer_count)
        contract_failed(__func__, "gradients have %zu layers, should have %zu",
                        gradients->layer_count, net->layer_count);
    /*
     * TODO: temporal_softmax_loss does for a class what it does for a word: view the scores as
     * N x 1 x K, and y as sentences of one word. Then backwards: what does each patch get of the
     * gradient of their mean?
     */
    return NOT_IMPLEMENTED(net, images, y, gradients);
}
