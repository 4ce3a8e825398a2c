/* Changes of pictures. augment.h specifies each function. */
#include "augment.h"

#include "contract.h"

/* Stops the program unless image is a picture of one or three channels. */
static void check_colours(const char *function, const tensor *image)
{
    check_rank(function, "image", image, 3);
    if (image->shape[0] != 1 && image->shape[0] != 3)
        contract_failed(function, "image has %zu channels, should have 1 or 3", image->shape[0]);
}

void crop_resize(const tensor *image, crop_box box, tensor *out)
{
    check_rank(__func__, "image", image, 3);
    check_rank(__func__, "out", out, 3);
    check_shape_3d(__func__, "out", out, image->shape[0], out->shape[1], out->shape[2]);
    /*
     * TODO: for each row i and column j of out, compute y and x as the header says, and keep them
     * inside. On the last row or column there is no pixel y0 + 1 or x0 + 1: what is its weight?
     */
    NOT_IMPLEMENTED(image, box, out);
}

void flip_horizontal(const tensor *image, tensor *out)
{
    check_rank(__func__, "image", image, 3);
    check_same_shape(__func__, "out", out, image);
    /* TODO: copy each row backwards. */
    NOT_IMPLEMENTED(image, out);
}

void to_gray(const tensor *image, tensor *out)
{
    check_colours(__func__, image);
    check_same_shape(__func__, "out", out, image);
    /* TODO: the three channels of a pixel lie H * W numbers apart. */
    NOT_IMPLEMENTED(image, out);
}

void jitter_colours(const tensor *image, colour_factors factors, tensor *out)
{
    check_colours(__func__, image);
    check_same_shape(__func__, "out", out, image);
    /*
     * TODO: three passes over out. The gray of a pixel has to be known before its first channel
     * changes.
     */
    NOT_IMPLEMENTED(image, factors, out);
}

void augment_pair(const tensor *image, const augment_settings *settings, random_state *random,
                  tensor *left, tensor *right)
{
    check_colours(__func__, image);
    check_rank(__func__, "left", left, 3);
    check_shape_3d(__func__, "left", left, image->shape[0], left->shape[1], left->shape[2]);
    check_same_shape(__func__, "right", right, left);
    /*
     * TODO: write one function that makes a view of a picture and a draw. The functions above may
     * not write to what they read, so it needs a tensor to hold what the step before gave.
     */
    NOT_IMPLEMENTED(image, settings, random, left, right);
}
