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
#ifdef SOLUTION
    size_t N = images->shape[0], C = images->shape[1], H = images->shape[2], W = images->shape[3];
    size_t columns = W / size, P = patches->shape[1];
    real *out = patches->data;
    for (size_t n = 0; n < N; n++)
        for (size_t p = 0; p < P; p++) {
            size_t top = p / columns * size, left = p % columns * size;
            for (size_t c = 0; c < C; c++)
                for (size_t i = 0; i < size; i++)
                    for (size_t j = 0; j < size; j++)
                        *out++ = images->data[((n * C + c) * H + top + i) * W + left + j];
        }
#else
    /*
     * TODO: the numbers of patches lie one after the other, so loop over n, p, channel, row and
     * column, in this order, and find the pixel of each. Where does patch p begin in its picture?
     */
    NOT_IMPLEMENTED(images, size, patches);
#endif
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

#ifdef SOLUTION
static void init_layer(encoder_weights *w, random_state *random)
{
    tensor *list[ENCODER_TENSORS];
    encoder_weights_list(w, list);
    for (size_t i = 0; i < ENCODER_TENSORS; i++)
        if (list[i]->rank == 2)
            tensor_fill_normal(list[i], random, 0, 0.02);
        else
            tensor_fill(list[i], 0); /* biases and beta */
    tensor_fill(w->norm1.gamma, 1);
    tensor_fill(w->norm2.gamma, 1);
}
#endif

void vit_init(vit *net, random_state *random)
{
    check_whole(__func__, net);
#ifdef SOLUTION
    tensor_fill_normal(net->W_patch, random, 0, 0.02);
    for (size_t i = 0; i < net->layer_count; i++)
        init_layer(&net->layers[i], random);
    tensor_fill_normal(net->W_head, random, 0, 0.02);
    tensor_fill(net->b_patch, 0);
    tensor_fill(net->b_head, 0);
#else
    /* TODO: tensor_fill_normal of random.h; the header gives the order. */
    NOT_IMPLEMENTED(net, random);
#endif
}

#ifdef SOLUTION
/* What the layers made of a minibatch. */
typedef struct activations {
    tensor *patches;       /* N x P x (C size size) */
    tensor **x;            /* x[i], N x P x E, goes into layer i; the last one comes out of it */
    encoder_cache *caches; /* one per layer */
    tensor *mean;          /* N x 1 x E */
} activations;

/* The patches' vectors plus the positional table, into x. */
static void embed(const vit *net, const tensor *patches, tensor *x)
{
    tensor *table = tensor_new_2d(x->shape[1], x->shape[2]);
    positional_encoding(table);
    temporal_affine_forward(patches, net->W_patch, net->b_patch, x);
    for (size_t n = 0; n < x->shape[0]; n++) {
        tensor picture = tensor_row(x, n);
        tensor_add(&picture, table, &picture);
    }
    tensor_free(table);
}

/* The mean over the patches, N x 1 x E, of x, N x P x E. */
static void mean_over_patches(const tensor *x, tensor *mean)
{
    size_t P = x->shape[1], E = x->shape[2];
    tensor_fill(mean, 0);
    for (size_t i = 0; i < x->shape[0] * P; i++)
        for (size_t e = 0; e < E; e++)
            mean->data[i / P * E + e] += x->data[i * E + e] / P;
}

/* Its gradient: each patch gets its P-th part. */
static void mean_backward(const tensor *dmean, tensor *dx)
{
    size_t P = dx->shape[1], E = dx->shape[2];
    for (size_t i = 0; i < dx->shape[0] * P; i++)
        for (size_t e = 0; e < E; e++)
            dx->data[i * E + e] = dmean->data[i / P * E + e] / P;
}

/* A view of a matrix, N x K, as sequences of one step, N x 1 x K. */
static tensor as_one_step(const tensor *matrix)
{
    return tensor_reshaped(matrix, 3, (const size_t[]){matrix->shape[0], 1, matrix->shape[1]});
}

static activations forward(const vit *net, const tensor *images, tensor *scores)
{
    size_t N = images->shape[0], P = patch_count(images, net->size), L = net->layer_count;
    size_t E = net->b_patch->shape[0];
    activations a = {.patches = tensor_new_3d(N, P, net->W_patch->shape[0]),
                     .x = calloc(L + 1, sizeof *a.x),
                     .caches = calloc(L, sizeof *a.caches),
                     .mean = tensor_new_3d(N, 1, E)};
    extract_patches(images, net->size, a.patches);
    a.x[0] = tensor_new_3d(N, P, E);
    embed(net, a.patches, a.x[0]);
    for (size_t i = 0; i < L; i++) {
        a.x[i + 1] = tensor_new_3d(N, P, E);
        a.caches[i] = encoder_cache_new(N, P, &net->layers[i]);
        encoder_layer_forward(a.x[i], NULL, &net->layers[i], a.x[i + 1], &a.caches[i]);
    }
    mean_over_patches(a.x[L], a.mean);
    tensor outputs = as_one_step(scores);
    temporal_affine_forward(a.mean, net->W_head, net->b_head, &outputs);
    return a;
}

/* Back from dscores, N x 1 x K, through all layers, into the gradients. */
static void backward(const vit *net, const activations *a, const tensor *dscores, vit *gradients)
{
    tensor *dmean = tensor_new_like(a->mean), *dpatches = tensor_new_like(a->patches);
    tensor *dx = tensor_new_like(a->x[0]), *dnext = tensor_new_like(dx);
    temporal_affine_backward(dscores, a->mean, net->W_head, dmean, gradients->W_head,
                             gradients->b_head);
    mean_backward(dmean, dx);
    for (size_t i = net->layer_count; i-- > 0;) {
        tensor_copy(dx, dnext);
        encoder_layer_backward(dnext, a->x[i], &net->layers[i], &a->caches[i], dx,
                               &gradients->layers[i]);
    }
    temporal_affine_backward(dx, a->patches, net->W_patch, dpatches, gradients->W_patch,
                             gradients->b_patch);
    tensor *const all[] = {dmean, dpatches, dx, dnext};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

static void activations_clear(const vit *net, activations *a)
{
    for (size_t i = 0; i < net->layer_count; i++) {
        encoder_cache_clear(&a->caches[i]);
        tensor_free(a->x[i]);
    }
    tensor_free(a->x[net->layer_count]);
    tensor_free(a->patches);
    tensor_free(a->mean);
    free(a->x);
    free(a->caches);
}
#endif

void vit_scores(const vit *net, const tensor *images, tensor *scores)
{
    check_pictures(__func__, net, images);
    check_shape_2d(__func__, "scores", scores, images->shape[0], net->b_head->shape[0]);
#ifdef SOLUTION
    activations a = forward(net, images, scores);
    activations_clear(net, &a);
#else
    /*
     * TODO: the header's three lines; patches can pass temporal_affine_forward as words do. Write
     * it so that the loss can use it, too: what will the way back need of each layer?
     */
    NOT_IMPLEMENTED(net, images, scores);
#endif
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
#ifdef SOLUTION
    tensor *scores = tensor_new_2d(images->shape[0], net->b_head->shape[0]);
    activations a = forward(net, images, scores);
    const captions classes = {y->count, 1, y->data}; /* a sentence of one word per picture */
    tensor dscores = as_one_step(scores);            /* the scores are of no use after the loss */
    real loss = temporal_softmax_loss(&dscores, &classes, UINT32_MAX, &dscores);
    backward(net, &a, &dscores, gradients);
    activations_clear(net, &a);
    tensor_free(scores);
    return loss;
#else
    /*
     * TODO: temporal_softmax_loss does for a class what it does for a word: view the scores as
     * N x 1 x K, and y as sentences of one word. Then backwards: what does each patch get of the
     * gradient of their mean?
     */
    return NOT_IMPLEMENTED(net, images, y, gradients);
#endif
}
