/* Pictures, texts and patches in one space. shared_space.h specifies each function. */
#include "shared_space.h"

#include "contract.h"
#include "matmul.h"

/* Stops the program unless a and b, called so, are matrices of as many columns. */
static void check_rows(const char *function, const char *a_name, const tensor *a,
                       const char *b_name, const tensor *b)
{
    check_rank(function, a_name, a, 2);
    check_rank(function, b_name, b, 2);
    check_shape_2d(function, b_name, b, b->shape[0], a->shape[1]);
}

void cosine_similarities(const tensor *a, const tensor *b, tensor *S)
{
    check_rows(__func__, "a", a, "b", b);
    check_shape_2d(__func__, "S", S, a->shape[0], b->shape[0]);
    /* TODO: divide the rows of both by their lengths; then it is one product. */
    NOT_IMPLEMENTED(a, b, S);
}

real clip_loss(const tensor *images, const tensor *texts, real tau, tensor *dimages, tensor *dtexts)
{
    check_rank(__func__, "images", images, 2);
    check_same_shape(__func__, "texts", texts, images);
    check_same_shape(__func__, "dimages", dimages, images);
    check_same_shape(__func__, "dtexts", dtexts, texts);
    if (!(tau > 0))
        contract_failed(__func__, "tau is %g, should be over 0", (double)tau);
    /*
     * TODO: the scores are a product, of the directions of both. Over the rows this is a softmax
     * loss with the classes 0, 1, 2, ...; over the columns it is the same for the transpose.
     */
    return NOT_IMPLEMENTED(images, texts, tau, dimages, dtexts);
}

void zero_shot_classify(const tensor *images, const tensor *texts, labels *predicted)
{
    check_rows(__func__, "images", images, "texts", texts);
    check_labels(__func__, "predicted", predicted, images->shape[0], SIZE_MAX);
    /* TODO: tensor_argmax_rows of tensor.h takes the first of several. */
    NOT_IMPLEMENTED(images, texts, predicted);
}

void retrieve(const tensor *query, const tensor *images, labels *indices)
{
    check_rank(__func__, "images", images, 2);
    check_shape_1d(__func__, "query", query, images->shape[1]);
    check_labels(__func__, "indices", indices, indices->count, SIZE_MAX);
    if (indices->count > images->shape[0])
        contract_failed(__func__, "%zu images are asked for, of %zu", indices->count,
                        images->shape[0]);
    /* TODO: the similarities of all; then the largest, and again without it, k times. */
    NOT_IMPLEMENTED(query, images, indices);
}

void principal_components(const tensor *X, tensor *mean, tensor *components)
{
    check_rows(__func__, "X", X, "components", components);
    check_shape_1d(__func__, "mean", mean, X->shape[1]);
    if (components->shape[0] > X->shape[1])
        contract_failed(__func__, "%zu components are asked for, of %zu", components->shape[0],
                        X->shape[1]);
    /*
     * TODO: centre the rows, multiply, and call symmetric_eigen, whose header says in which order
     * its vectors come, and how they lie.
     */
    NOT_IMPLEMENTED(X, mean, components);
}

void component_colours(const tensor *X, const tensor *mean, const tensor *components,
                       tensor *colours)
{
    check_rows(__func__, "X", X, "components", components);
    check_shape_1d(__func__, "mean", mean, X->shape[1]);
    check_shape_2d(__func__, "colours", colours, X->shape[0], components->shape[0]);
    /* TODO: the projections are one product; then each of its columns has a scale of its own. */
    NOT_IMPLEMENTED(X, mean, components, colours);
}

real mean_iou(const labels *predicted, const labels *truth, size_t classes)
{
    check_labels(__func__, "predicted", predicted, predicted->count, classes);
    check_labels(__func__, "truth", truth, predicted->count, classes);
    /* TODO: for each class count two numbers; a class that has no pixel at all does not count. */
    return NOT_IMPLEMENTED(predicted, truth, classes);
}
