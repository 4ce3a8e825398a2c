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

#ifdef SOLUTION
/* Between which two pixels a point lies, and its distance from the first. */
typedef struct place {
    size_t first, second;
    real distance;
} place;

/* The place of pixel i of count, in a box that starts at start, in a picture of size pixels. */
static place place_of(size_t i, size_t count, real start, real length, size_t size)
{
    real point = start + (i + (real)0.5) * length / count - (real)0.5;
    real last = size - 1;
    point = point < 0 ? 0 : point > last ? last : point;
    size_t first = point;
    return (place){first, first + 1 < size ? first + 1 : first, point - first};
}
#endif

void crop_resize(const tensor *image, crop_box box, tensor *out)
{
    check_rank(__func__, "image", image, 3);
    check_rank(__func__, "out", out, 3);
    check_shape_3d(__func__, "out", out, image->shape[0], out->shape[1], out->shape[2]);
#ifdef SOLUTION
    size_t H = image->shape[1], W = image->shape[2], h = out->shape[1], w = out->shape[2];
    for (size_t row = 0; row < out->shape[0] * h; row++) {
        place y = place_of(row % h, h, box.top, box.height, H);
        const real *upper = image->data + (row / h * H + y.first) * W;
        const real *lower = image->data + (row / h * H + y.second) * W;
        for (size_t j = 0; j < w; j++) {
            place x = place_of(j, w, box.left, box.width, W);
            real above = upper[x.first] + x.distance * (upper[x.second] - upper[x.first]);
            real below = lower[x.first] + x.distance * (lower[x.second] - lower[x.first]);
            out->data[row * w + j] = above + y.distance * (below - above);
        }
    }
#else
    /*
     * TODO: for each row i and column j of out, compute y and x as the header says, and keep them
     * inside. On the last row or column there is no pixel y0 + 1 or x0 + 1: what is its weight?
     */
    NOT_IMPLEMENTED(image, box, out);
#endif
}

void flip_horizontal(const tensor *image, tensor *out)
{
    check_rank(__func__, "image", image, 3);
    check_same_shape(__func__, "out", out, image);
#ifdef SOLUTION
    size_t W = image->shape[2];
    for (size_t i = 0; i < image->size; i++)
        out->data[i] = image->data[i / W * W + W - 1 - i % W];
#else
    /* TODO: copy each row backwards. */
    NOT_IMPLEMENTED(image, out);
#endif
}

#ifdef SOLUTION
/* The gray of the pixel at index i of a channel. */
static real gray_of(const tensor *image, size_t i)
{
    size_t pixels = image->shape[1] * image->shape[2];
    const real *p = image->data + i;
    if (image->shape[0] == 1)
        return p[0];
    return (real)0.299 * p[0] + (real)0.587 * p[pixels] + (real)0.114 * p[2 * pixels];
}
#endif

void to_gray(const tensor *image, tensor *out)
{
    check_colours(__func__, image);
    check_same_shape(__func__, "out", out, image);
#ifdef SOLUTION
    size_t pixels = image->shape[1] * image->shape[2];
    for (size_t i = 0; i < image->size; i++)
        out->data[i] = gray_of(image, i % pixels);
#else
    /* TODO: the three channels of a pixel lie H * W numbers apart. */
    NOT_IMPLEMENTED(image, out);
#endif
}

#ifdef SOLUTION
static real cut(real value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

static real mean_gray(const tensor *image)
{
    size_t pixels = image->shape[1] * image->shape[2];
    double sum = 0;
    for (size_t i = 0; i < pixels; i++)
        sum += gray_of(image, i);
    return sum / pixels;
}

/* Each number of t away from centre by a factor, or towards it. */
static void stretch(tensor *t, real centre, real factor)
{
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = cut(centre + factor * (t->data[i] - centre));
}

static void saturate(tensor *image, real factor)
{
    size_t pixels = image->shape[1] * image->shape[2];
    for (size_t i = 0; i < pixels; i++) {
        real gray = gray_of(image, i);
        for (size_t c = 0; c < image->shape[0]; c++) {
            real *p = &image->data[c * pixels + i];
            *p = cut(gray + factor * (*p - gray));
        }
    }
}
#endif

void jitter_colours(const tensor *image, colour_factors factors, tensor *out)
{
    check_colours(__func__, image);
    check_same_shape(__func__, "out", out, image);
#ifdef SOLUTION
    tensor_copy(image, out);
    stretch(out, 0, factors.brightness);
    stretch(out, mean_gray(out), factors.contrast);
    saturate(out, factors.saturation);
#else
    /*
     * TODO: three passes over out. The gray of a pixel has to be known before its first channel
     * changes.
     */
    NOT_IMPLEMENTED(image, factors, out);
#endif
}

#ifdef SOLUTION
/* One view: what the draw says, in the header's order. */
static void apply(const tensor *image, const augmentation *drawn, tensor *view)
{
    tensor *before = tensor_new_like(view);
    crop_resize(image, drawn->box, view);
    tensor_copy(view, before);
    if (drawn->flip)
        flip_horizontal(before, view);
    tensor_copy(view, before);
    if (drawn->jitter)
        jitter_colours(before, drawn->factors, view);
    tensor_copy(view, before);
    if (drawn->gray)
        to_gray(before, view);
    tensor_free(before);
}
#endif

void augment_pair(const tensor *image, const augment_settings *settings, random_state *random,
                  tensor *left, tensor *right)
{
    check_colours(__func__, image);
    check_rank(__func__, "left", left, 3);
    check_shape_3d(__func__, "left", left, image->shape[0], left->shape[1], left->shape[2]);
    check_same_shape(__func__, "right", right, left);
#ifdef SOLUTION
    augmentation drawn = draw_augmentation(settings, image->shape[1], image->shape[2], random);
    apply(image, &drawn, left);
    drawn = draw_augmentation(settings, image->shape[1], image->shape[2], random);
    apply(image, &drawn, right);
#else
    /*
     * TODO: write one function that makes a view of a picture and a draw. The functions above may
     * not write to what they read, so it needs a tensor to hold what the step before gave.
     */
    NOT_IMPLEMENTED(image, settings, random, left, right);
#endif
}
