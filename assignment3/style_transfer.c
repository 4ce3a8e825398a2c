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
    /* TODO: the differences; the loss is made of their squares, the gradient of themselves. */
    return NOT_IMPLEMENTED(features, target, weight, dfeatures);
}

void gram_matrix(const tensor *features, bool normalize, tensor *G)
{
    check_rank(__func__, "features", features, 4);
    size_t N = features->shape[0], C = features->shape[1];
    check_shape_3d(__func__, "G", G, N, C, C);
    /* TODO: for each picture, view its features as a matrix (tensor_row, tensor_flattened). */
    NOT_IMPLEMENTED(features, normalize, G);
}

real style_loss(const tensor *features, const tensor *target, real weight, tensor *dfeatures)
{
    check_one(__func__, "features", features);
    size_t C = features->shape[1];
    check_shape_3d(__func__, "target", target, 1, C, C);
    check_same_shape(__func__, "dfeatures", dfeatures, features);
    /*
     * TODO: first the gradient with respect to G. Then from G to F: G is F F^T divided by C H W,
     * and F stands in it twice.
     */
    return NOT_IMPLEMENTED(features, target, weight, dfeatures);
}

real total_variation_loss(const tensor *image, real weight, tensor *dimage)
{
    check_one(__func__, "image", image);
    check_same_shape(__func__, "dimage", dimage, image);
    /*
     * TODO: each pixel has a neighbour below, unless it is in the last row, and one to the right.
     * Which two pixels get a gradient of their difference?
     */
    return NOT_IMPLEMENTED(image, weight, dimage);
}

/* Stops the program unless the layer, of a kind that name says, is one of the extractor's. */
static void check_layer(const char *function, const char *name, size_t layer,
                        const feature_extractor *extractor)
{
    if (layer >= extractor->layer_count)
        contract_failed(function, "%s is %zu, but the extractor has %zu layers", name, layer,
                        extractor->layer_count);
}

real style_transfer_step(feature_extractor *extractor, const tensor *image,
                         const style_targets *targets, tensor *dimage)
{
    check_one(__func__, "image", image);
    check_same_shape(__func__, "dimage", dimage, image);
    check_layer(__func__, "content_layer", targets->content_layer, extractor);
    for (size_t i = 0; i < targets->style_count; i++)
        check_layer(__func__, "a style layer", targets->style_layers[i], extractor);
    /*
     * TODO: forward; the gradient of every layer, zeros where nothing is compared; backward; and
     * the total variation, which does not pass the extractor. What if the content and a style are
     * compared at one layer?
     */
    return NOT_IMPLEMENTED(extractor, image, targets, dimage);
}
