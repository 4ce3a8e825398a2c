/*
 * Transposed convolution on the kernels of convolution. It is a convolution backward, with w's
 * first axis as the number of filters: forward is the gradient with respect to the images, dx is
 * the convolution forward, and dw its gradient with respect to w with the roles of images and
 * results exchanged.
 *
 * Generators begin with small images of many channels, whose rows leave the vectors of those
 * kernels half empty. Then dw is a product for each image, of x with the windows of dout that its
 * pixels laid down: a matrix of H W x F P Q, which stays in the second-level cache.
 */
#include "conv_transpose_fast.h"

#include <string.h>

#include "contract.h"
#include "conv_fast.h"
#include "matmul.h"
#include "multiversion.h"
#include "parallel.h"

/* The size of a side of the result, from that of the image and of the filter. */
static size_t result_size(const char *function, size_t size, size_t filter, conv_shape shape)
{
    if (size == 0 || filter == 0)
        contract_failed(function, "a side of the images or of the filters is 0");
    size_t whole = (size - 1) * shape.stride + filter;
    if (whole <= 2 * shape.pad)
        contract_failed(function, "a padding of %zu leaves nothing of %zu pixels", shape.pad,
                        whole);
    return whole - 2 * shape.pad;
}

/* Checks the arguments; result, by its name, is out or dout. */
static void check(const char *function, const tensor *x, const tensor *w, conv_shape shape,
                  const char *result_name, const tensor *result)
{
    check_rank(function, "x", x, 4);
    check_rank(function, "w", w, 4);
    if (shape.stride == 0)
        contract_failed(function, "the stride is 0");
    check_shape_4d(function, "w", w, x->shape[1], w->shape[1], w->shape[2], w->shape[3]);
    check_shape_4d(function, result_name, result, x->shape[0], w->shape[1],
                   result_size(function, x->shape[2], w->shape[2], shape),
                   result_size(function, x->shape[3], w->shape[3], shape));
}

void fast_conv_transpose_forward(const tensor *x, const tensor *w, const tensor *b,
                                 conv_shape shape, tensor *out)
{
    check(__func__, x, w, shape, "out", out);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    fast_conv_backward_data(x, w, b, shape, out);
}

/* The sum of count numbers, in an order that vectors can add in. */
MULTIVERSION
static double sum_of_plane(const real *numbers, size_t count)
{
    enum { SUMS = 16 };
    real sums[SUMS] = {0};
    double sum = 0;
    size_t i = 0;
    for (; i + SUMS <= count; i += SUMS)
        for (size_t j = 0; j < SUMS; j++)
            sums[j] += numbers[i + j];
    for (; i < count; i++)
        sum += (double)numbers[i];
    for (size_t j = 0; j < SUMS; j++)
        sum += (double)sums[j];
    return sum;
}

/* db[f] = the sum of channel f of dout over all images. */
static void add_up_channels(const tensor *dout, tensor *db)
{
    size_t F = db->size, pixels = dout->shape[2] * dout->shape[3];
    for (size_t f = 0; f < F; f++) {
        double sum = 0;
        for (size_t n = 0; n < dout->shape[0]; n++)
            sum += sum_of_plane(dout->data + (n * F + f) * pixels, pixels);
        db->data[f] = (real)sum;
    }
}

/* ---- dw by products ---- */

/* The product for dw under way, and each thread's own memory. */
typedef struct weight_products {
    const tensor *x, *dout;
    conv_shape shape;
    size_t C, H, W, F, P, Q;
    tensor *padded[PARALLEL_MOST_THREADS];  /* an image of dout, with zeros around it */
    tensor *windows[PARALLEL_MOST_THREADS]; /* H W x F P Q */
    tensor *dw[PARALLEL_MOST_THREADS];      /* C x F P Q */
} weight_products;

/* Whether images are so small, and filters so many, that products are faster. */
static bool products_suit(const tensor *x, const tensor *w)
{
    size_t pixels = x->shape[2] * x->shape[3], columns = w->shape[1] * w->shape[2] * w->shape[3];
    return x->size > 0 && pixels <= 100 && columns >= 256 && columns * pixels <= 1 << 17;
}

/* Copies image n of dout into padded, whose border stays. */
static void pad_image(const weight_products *v, size_t n, tensor *padded)
{
    size_t rows = v->dout->shape[2], columns = v->dout->shape[3], pad = v->shape.pad;
    const real *from = v->dout->data + n * v->F * rows * columns;
    for (size_t f = 0; f < v->F; f++)
        for (size_t i = 0; i < rows; i++, from += columns)
            memcpy(padded->data + ((f * padded->shape[1] + i + pad) * padded->shape[2] + pad), from,
                   columns * sizeof *from);
}

/* Row by row of windows: what the filters of a pixel lie on. */
static void copy_windows(const weight_products *v, const tensor *padded, tensor *windows)
{
    real *to = windows->data;
    size_t width = padded->shape[2], channel = padded->shape[1] * width;
    for (size_t pixel = 0; pixel < v->H * v->W; pixel++) {
        size_t y = pixel / v->W * v->shape.stride, x = pixel % v->W * v->shape.stride;
        const real *corner = padded->data + y * width + x;
        for (size_t f = 0; f < v->F; f++)
            for (size_t p = 0; p < v->P; p++, to += v->Q)
                for (size_t q = 0; q < v->Q; q++)
                    to[q] = corner[f * channel + p * width + q];
    }
}

static void weight_part(const void *argument, size_t index, size_t count)
{
    const weight_products *v = argument;
    size_t pixels = v->H * v->W, last = parallel_begin(v->x->shape[0], 1, index + 1, count);
    for (size_t n = parallel_begin(v->x->shape[0], 1, index, count); n < last; n++) {
        tensor image = tensor_over(v->x->data + n * v->C * pixels, 2, (size_t[]){v->C, pixels});
        pad_image(v, n, v->padded[index]);
        copy_windows(v, v->padded[index], v->windows[index]);
        matmul_general(false, false, 1, &image, v->windows[index], 1, v->dw[index]);
    }
}

/* dw = the sum over all images of x times the windows of dout. */
static void multiply_weights(const tensor *x, const tensor *dout, conv_shape shape, tensor *dw)
{
    const double work_of_a_thread = 4e6; /* multiplications, a few times what its start costs */
    weight_products v = {.x = x, .dout = dout, .shape = shape};
    v.C = x->shape[1];
    v.H = x->shape[2];
    v.W = x->shape[3];
    v.F = dw->shape[1];
    v.P = dw->shape[2];
    v.Q = dw->shape[3];
    size_t N = x->shape[0], columns = v.F * v.P * v.Q;
    size_t threads = parallel_threads((double)x->size * (double)columns / work_of_a_thread);
    threads = threads < N ? threads : N;
    for (size_t t = 0; t < threads; t++) {
        v.padded[t] =
            tensor_new_3d(v.F, (v.H - 1) * shape.stride + v.P, (v.W - 1) * shape.stride + v.Q);
        v.windows[t] = tensor_new_2d(v.H * v.W, columns);
        v.dw[t] = tensor_new_2d(v.C, columns);
    }
    run_in_parallel(threads, weight_part, &v);
    tensor_copy(v.dw[0], dw);
    for (size_t t = 0; t < threads; t++) {
        for (size_t i = 0; i < dw->size && t > 0; i++)
            dw->data[i] += v.dw[t]->data[i];
        tensor_free(v.padded[t]);
        tensor_free(v.windows[t]);
        tensor_free(v.dw[t]);
    }
}

void fast_conv_transpose_backward(const tensor *dout, const tensor *x, const tensor *w,
                                  conv_shape shape, tensor *dx, tensor *dw, tensor *db)
{
    check(__func__, x, w, shape, "dout", dout);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    if (dx != NULL)
        check_same_shape(__func__, "dx", dx, x);
    tensor *per_filter = tensor_new_1d(w->shape[0]); /* no biases; then sums that nobody needs */
    if (dx != NULL)
        fast_conv_forward(dout, w, per_filter, shape, dx);
    if (products_suit(x, w))
        multiply_weights(x, dout, shape, dw);
    else
        fast_conv_backward(x, dout, w, shape, NULL, dw, per_filter);
    add_up_channels(dout, db);
    tensor_free(per_filter);
}
