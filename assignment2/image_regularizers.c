/* Jitter and blur. Given: nothing to write here. */
#include "image_regularizers.h"

#include "contract.h"

static size_t wrapped(size_t i, ptrdiff_t shift, size_t size)
{
    return (size_t)(((ptrdiff_t)i + shift + (ptrdiff_t)size) % (ptrdiff_t)size);
}

void jitter_images(tensor *images, ptrdiff_t rows, ptrdiff_t columns)
{
    check_rank(__func__, "images", images, 4);
    size_t H = images->shape[2], W = images->shape[3];
    tensor *copy = tensor_new_copy(images);
    for (size_t i = 0; i < images->size; i++) {
        size_t channel = i / (H * W) * H * W;
        size_t row = wrapped(i / W % H, -rows, H), column = wrapped(i % W, -columns, W);
        images->data[i] = copy->data[channel + row * W + column];
    }
    tensor_free(copy);
}

/* Blurs count numbers, step apart, into out; beyond an end the last number repeats. */
static void blur_line(const real *in, size_t count, size_t step, double sigma, real *out)
{
    ptrdiff_t reach = (ptrdiff_t)ceil(4 * sigma);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)count; i++) {
        double sum = 0, weights = 0;
        for (ptrdiff_t d = -reach; d <= reach; d++) {
            ptrdiff_t j = i + d < 0 ? 0 : i + d;
            j = j < (ptrdiff_t)count ? j : (ptrdiff_t)count - 1;
            double weight = exp(-0.5 * (double)(d * d) / (sigma * sigma));
            sum += weight * (double)in[(size_t)j * step];
            weights += weight;
        }
        out[(size_t)i * step] = (real)(sum / weights);
    }
}

void blur_images(tensor *images, double sigma)
{
    check_rank(__func__, "images", images, 4);
    size_t H = images->shape[2], W = images->shape[3];
    tensor *columns = tensor_new_like(images);
    for (size_t c = 0; c < images->shape[0] * images->shape[1]; c++) {
        real *image = images->data + c * H * W;
        real *half = columns->data + c * H * W;
        for (size_t j = 0; j < W; j++)
            blur_line(image + j, H, W, sigma, half + j);
        for (size_t i = 0; i < H; i++)
            blur_line(half + i * W, W, 1, sigma, image + i * W);
    }
    tensor_free(columns);
}
