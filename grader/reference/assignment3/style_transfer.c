/* Content, style, and a picture with both. style_transfer.h specifies each function. */
#include "style_transfer.h"

#include "contract.h"
#include "matmul.h"

/* Stops the program unless t, called name, is one picture or its features. */
static void check_one(const char *function, const char *name, const tensor *t)
{
    check_rank(function, name, t, 4);
    check_shape_4d(function, name, t, 1, t->shape[1], t->shape[2], t->shape[3]);
}

real content_loss(const tensor *features, const tensor *target, real weight, tensor *dfeatures)
{
    check_one(__func__, "features", features);
    check_same_shape(__func__, "target", target, features);
    check_same_shape(__func__, "dfeatures", dfeatures, features);
#ifdef SOLUTION
    tensor_subtract(features, target, dfeatures);
    real loss = weight * tensor_sum_of_squares(dfeatures);
    tensor_scale(dfeatures, 2 * weight);
    return loss;
#else
    /* TODO: the differences; the loss is made of their squares, the gradient of themselves. */
    return NOT_IMPLEMENTED(features, target, weight, dfeatures);
#endif
}

#ifdef SOLUTION
/* A view of the features of picture n as a matrix, C x HW. */
static tensor channels_by_pixels(const tensor *features, size_t n)
{
    tensor picture = tensor_row(features, n);
    return tensor_flattened(&picture);
}
#endif

void gram_matrix(const tensor *features, bool normalize, tensor *G)
{
    check_rank(__func__, "features", features, 4);
    size_t N = features->shape[0], C = features->shape[1];
    check_shape_3d(__func__, "G", G, N, C, C);
#ifdef SOLUTION
    real scale = normalize ? 1 / (real)(features->size / N) : 1;
    for (size_t n = 0; n < N; n++) {
        tensor F = channels_by_pixels(features, n), gram = tensor_row(G, n);
        matmul_general(false, true, scale, &F, &F, 0, &gram);
    }
#else
    /* TODO: for each picture, view its features as a matrix (tensor_row, tensor_flattened). */
    NOT_IMPLEMENTED(features, normalize, G);
#endif
}

real style_loss(const tensor *features, const tensor *target, real weight, tensor *dfeatures)
{
    check_one(__func__, "features", features);
    size_t C = features->shape[1];
    check_shape_3d(__func__, "target", target, 1, C, C);
    check_same_shape(__func__, "dfeatures", dfeatures, features);
#ifdef SOLUTION
    tensor *difference = tensor_new_like(target);
    gram_matrix(features, true, difference);
    tensor_subtract(difference, target, difference);
    real loss = weight * tensor_sum_of_squares(difference);
    tensor F = channels_by_pixels(features, 0), dF = channels_by_pixels(dfeatures, 0);
    tensor rows = tensor_row(difference, 0);
    real scale = 4 * weight / features->size; /* 2 of the square, 2 as F stands twice in F F^T */
    matmul_general(false, false, scale, &rows, &F, 0, &dF);
    tensor_free(difference);
    return loss;
#else
    /*
     * TODO: first the gradient with respect to G. Then from G to F: G is F F^T divided by C H W,
     * and F stands in it twice.
     */
    return NOT_IMPLEMENTED(features, target, weight, dfeatures);
#endif
}

#ifdef SOLUTION
/* The square of the difference of pixels i and j; adds the square's gradient to dimage. */
static real add_difference(const tensor *image, size_t i, size_t j, tensor *dimage)
{
    real difference = image->data[j] - image->data[i];
    dimage->data[i] -= 2 * difference;
    dimage->data[j] += 2 * difference;
    return difference * difference;
}
#endif

real total_variation_loss(const tensor *image, real weight, tensor *dimage)
{
    check_one(__func__, "image", image);
    check_same_shape(__func__, "dimage", dimage, image);
#ifdef SOLUTION
    size_t H = image->shape[2], W = image->shape[3];
    double sum = 0;
    tensor_fill(dimage, 0);
    for (size_t i = 0; i < image->size; i++) {
        if (i / W % H + 1 < H)
            sum += add_difference(image, i, i + W, dimage);
        if (i % W + 1 < W)
            sum += add_difference(image, i, i + 1, dimage);
    }
    tensor_scale(dimage, weight);
    return weight * sum;
#else
    /*
     * TODO: each pixel has a neighbour below, unless it is in the last row, and one to the right.
     * Which two pixels get a gradient of their difference?
     */
    return NOT_IMPLEMENTED(image, weight, dimage);
#endif
}

/* Stops the program unless the layer, of a kind that name says, is one of the extractor's. */
static void check_layer(const char *function, const char *name, size_t layer,
                        const feature_extractor *extractor)
{
    if (layer >= extractor->layer_count)
        contract_failed(function, "%s is %zu, but the extractor has %zu layers", name, layer,
                        extractor->layer_count);
}

#ifdef SOLUTION
/* Adds to the gradient of a layer that of its style; returns the style's loss. */
static real add_style(feature_extractor *extractor, const style_targets *targets, size_t i)
{
    size_t layer = targets->style_layers[i];
    tensor *dfeatures = tensor_new_like(extractor->features[layer]);
    real loss = style_loss(extractor->features[layer], targets->styles[i],
                           targets->style_weights[i], dfeatures);
    tensor_add(extractor->gradients[layer], dfeatures, extractor->gradients[layer]);
    tensor_free(dfeatures);
    return loss;
}
#endif

real style_transfer_step(feature_extractor *extractor, const tensor *image,
                         const style_targets *targets, tensor *dimage)
{
    check_one(__func__, "image", image);
    check_same_shape(__func__, "dimage", dimage, image);
    check_layer(__func__, "content_layer", targets->content_layer, extractor);
    for (size_t i = 0; i < targets->style_count; i++)
        check_layer(__func__, "a style layer", targets->style_layers[i], extractor);
#ifdef SOLUTION
    size_t layer = targets->content_layer;
    extractor->forward(extractor->self, image);
    extractor_clear_gradients(extractor);
    real loss = content_loss(extractor->features[layer], targets->content, targets->content_weight,
                             extractor->gradients[layer]);
    for (size_t i = 0; i < targets->style_count; i++)
        loss += add_style(extractor, targets, i);
    extractor->backward(extractor->self, dimage);
    tensor *dvariation = tensor_new_like(image);
    loss += total_variation_loss(image, targets->variation_weight, dvariation);
    tensor_add(dimage, dvariation, dimage);
    tensor_free(dvariation);
    return loss;
#else
    /*
     * TODO: forward; the gradient of every layer, zeros where nothing is compared; backward; and
     * the total variation, which does not pass the extractor. What if the content and a style are
     * compared at one layer?
     */
    return NOT_IMPLEMENTED(extractor, image, targets, dimage);
#endif
}
