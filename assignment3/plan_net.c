/* The net of a plan. Given: nothing to write here. */
#include "plan_net.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "conv_fast.h"
#include "conv_transpose_fast.h"
#include "elementwise_fast.h"
#include "matmul.h"
#include "multiversion.h"
#include "norm_fast.h"
#include "parallel.h"
#include "pool_fast.h"

/* What batch normalization takes from the running averages, which are not used here. */
#define MOMENTUM ((real)0.9)
#define EPSILON ((real)1e-5)

/* A layer of N examples. Tensors that its kind does not need are NULL. */
typedef struct layer {
    layer_description is;
    tensor *w, *b, *dw, *db;   /* parameters and gradients */
    tensor *dw_now, *db_now;   /* the gradients of one backward pass */
    tensor *result, *upstream; /* room for what it gives, and for the gradient with respect to it */
    tensor *columns, *dcolumns; /* spatial batch normalization: one row per pixel */
    tensor *dinput;             /* the same for its input's gradient */
    tensor *mean, *inverse_std, *running_mean, *running_variance;
} layer;

typedef struct plan_net {
    size_t count, room, N; /* layers; examples that fit; examples of the last forward pass */
    layer *layers;
    parameter *parameters;
    tensor *input; /* a copy of the last x */
} plan_net;

static size_t numbers(const size_t shape[3])
{
    return shape[0] * shape[1] * shape[2];
}

/* N examples of that shape in t's memory. */
static tensor examples(const tensor *t, size_t N, const size_t shape[3])
{
    return tensor_over(t->data, 4, (size_t[]){N, shape[0], shape[1], shape[2]});
}

static tensor rows(const tensor *t, size_t N, size_t columns)
{
    return tensor_over(t->data, 2, (size_t[]){N, columns});
}

static bool is_norm(const layer *l)
{
    return l->is.kind == LAYER_BATCH_NORM || l->is.kind == LAYER_SPATIAL_BATCH_NORM;
}

/* ---- memory ---- */

/* Weights of a shape, drawn from -a to a. fan counts the inputs of a result and vice versa. */
static tensor *drawn(size_t rank, const size_t *shape, size_t fan, random_state *random)
{
    tensor *w = tensor_new(rank, shape);
    double a = sqrt(6.0 / (double)fan);
    tensor_fill_uniform(w, random, -a, a);
    return w;
}

static void make_parameters(layer *l, random_state *random)
{
    const layer_description *is = &l->is;
    size_t C = is->in[0], F = is->out[0], area = is->filter * is->filter;
    if (is->kind == LAYER_AFFINE)
        l->w = drawn(2, (size_t[]){C, F}, C + F, random);
    else if (is->kind == LAYER_CONV)
        l->w = drawn(4, (size_t[]){F, C, is->filter, is->filter}, (C + F) * area, random);
    else if (is->kind == LAYER_CONV_TRANSPOSE)
        l->w = drawn(4, (size_t[]){C, F, is->filter, is->filter}, (C + F) * area, random);
    else if (is_norm(l))
        l->w = tensor_new_1d(F);
    else
        return;
    if (is_norm(l)) {
        tensor **const statistics[] = {&l->mean, &l->inverse_std, &l->running_mean,
                                       &l->running_variance};
        for (size_t i = 0; i < 4; i++)
            *statistics[i] = tensor_new_1d(F);
        tensor_fill(l->w, 1);
    }
    l->b = tensor_new_1d(F);
    l->dw = tensor_new_like(l->w);
    l->db = tensor_new_like(l->b);
    l->dw_now = tensor_new_like(l->w);
    l->db_now = tensor_new_like(l->b);
}

static void replace(tensor **t, size_t rows, size_t columns)
{
    tensor_free(*t);
    *t = tensor_new_2d(rows, columns);
}

/* Makes room for N examples. */
static void make_room(plan_net *p, size_t N)
{
    if (N <= p->room)
        return;
    replace(&p->input, N, numbers(p->layers[0].is.in));
    for (size_t i = 0; i < p->count; i++) {
        layer *l = &p->layers[i];
        size_t size = numbers(l->is.out);
        replace(&l->result, N, size);
        replace(&l->upstream, N, size);
        if (l->is.kind != LAYER_SPATIAL_BATCH_NORM)
            continue;
        replace(&l->columns, N, size);
        replace(&l->dcolumns, N, size);
        replace(&l->dinput, N, size);
    }
    p->room = N;
}

static void clear_layer(layer *l)
{
    tensor *const all[] = {
        l->w,      l->b,      l->dw,          l->db,           l->dw_now,
        l->db_now, l->result, l->upstream,    l->columns,      l->dcolumns,
        l->dinput, l->mean,   l->inverse_std, l->running_mean, l->running_variance};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

/* ---- layers of single numbers, shared among the threads ---- */

/* y = x, or slope x where gate is not over 0. */
typedef struct leaky_part {
    const real *x, *gate;
    real *y, slope;
    size_t size;
} leaky_part;

MULTIVERSION
static void leak_numbers(const leaky_part *a, size_t first, size_t last)
{
    const real *x = a->x, *gate = a->gate, slope = a->slope;
    real *restrict y = a->y;
    for (size_t i = first; i < last; i++) {
        real leaked = slope * x[i];
        y[i] = gate[i] > 0 ? x[i] : leaked;
    }
}

static void leak(const void *argument, size_t index, size_t count)
{
    const leaky_part *a = argument;
    leak_numbers(a, parallel_begin(a->size, 16, index, count),
                 parallel_begin(a->size, 16, index + 1, count));
}

/* The leaky ReLU of x, and its gradient with respect to what gate holds; a ReLU's slope is 0. */
static void leaky(const tensor *x, const tensor *gate, double slope, tensor *y)
{
    const leaky_part a = {x->data, gate->data, y->data, (real)slope, y->size};
    run_in_parallel(parallel_threads((double)y->size / 1e5), leak, &a);
}

/* The gradient of tanh, or of the sigmoid, by its result y. */
static void bounded_backward(layer_kind kind, const tensor *dout, const tensor *y, tensor *dx)
{
    for (size_t i = 0; i < y->size; i++) {
        real slope =
            kind == LAYER_TANH ? 1 - y->data[i] * y->data[i] : y->data[i] * (1 - y->data[i]);
        dx->data[i] = dout->data[i] * slope;
    }
}

/* ---- other layers ---- */

static void affine(const layer *l, const tensor *x, tensor *out)
{
    tensor inputs = tensor_flattened(x), results = tensor_flattened(out);
    tensor_fill_rows(l->b, &results);
    matmul_general(false, false, 1, &inputs, l->w, 1, &results);
}

static void affine_backward(layer *l, const tensor *dout, const tensor *x, tensor *dx)
{
    tensor upstream = tensor_flattened(dout), inputs = tensor_flattened(x);
    matmul_transposed_left(&inputs, &upstream, l->dw_now);
    tensor_sum_rows(&upstream, l->db_now);
    if (dx != NULL) {
        tensor gradient = tensor_flattened(dx);
        matmul_transposed_right(&upstream, l->w, &gradient);
    }
}

/* Copies pictures, N x C x H x W, to one row per pixel, N H W x C, or back. */
static void to_rows(const tensor *pictures, tensor *pixels)
{
    size_t C = pictures->shape[1], area = pictures->shape[2] * pictures->shape[3];
    for (size_t n = 0; n < pictures->shape[0]; n++) {
        tensor from = tensor_over(pictures->data + n * C * area, 2, (size_t[]){C, area});
        tensor to = tensor_over(pixels->data + n * C * area, 2, (size_t[]){area, C});
        tensor_transpose(&from, &to);
    }
}

static void from_rows(const tensor *pixels, tensor *pictures)
{
    size_t C = pictures->shape[1], area = pictures->shape[2] * pictures->shape[3];
    for (size_t n = 0; n < pictures->shape[0]; n++) {
        tensor from = tensor_over(pixels->data + n * C * area, 2, (size_t[]){area, C});
        tensor to = tensor_over(pictures->data + n * C * area, 2, (size_t[]){C, area});
        tensor_transpose(&from, &to);
    }
}

static void normalize(layer *l, const tensor *x, tensor *out)
{
    fast_batchnorm_forward(x, l->w, l->b, MOMENTUM, EPSILON, l->running_mean, l->running_variance,
                           out, l->mean, l->inverse_std);
}

static void spatial_norm(layer *l, const tensor *x, tensor *out)
{
    size_t C = x->shape[1], pixels = x->size / C;
    tensor in = rows(l->columns, pixels, C), normalized = rows(l->dcolumns, pixels, C);
    to_rows(x, &in);
    normalize(l, &in, &normalized);
    from_rows(&normalized, out);
}

static void spatial_norm_backward(layer *l, const tensor *dout, tensor *dx)
{
    size_t C = dout->shape[1], pixels = dout->size / C;
    tensor in = rows(l->columns, pixels, C), upstream = rows(l->dcolumns, pixels, C);
    tensor gradient = rows(l->dinput, pixels, C);
    to_rows(dout, &upstream);
    fast_batchnorm_backward(&upstream, &in, l->w, l->mean, l->inverse_std, &gradient, l->dw_now,
                            l->db_now);
    from_rows(&gradient, dx);
}

static void mean_pool(const tensor *x, size_t side, tensor *out)
{
    size_t H = x->shape[2], W = x->shape[3], windows = W / side;
    tensor_fill(out, 0);
    for (size_t i = 0; i < x->size; i++) {
        size_t plane = i / (H * W), row = i / W % H, column = i % W;
        size_t window = plane * (H / side) * windows + row / side * windows + column / side;
        out->data[window] += x->data[i] / (real)(side * side);
    }
}

static void mean_pool_backward(const tensor *dout, size_t side, tensor *dx)
{
    size_t H = dx->shape[2], W = dx->shape[3], windows = W / side;
    for (size_t i = 0; i < dx->size; i++) {
        size_t plane = i / (H * W), row = i / W % H, column = i % W;
        size_t window = plane * (H / side) * windows + row / side * windows + column / side;
        dx->data[i] = dout->data[window] / (real)(side * side);
    }
}

/* ---- one layer of any kind ---- */

static void layer_forward(layer *l, const tensor *x, tensor *out)
{
    const layer_description *is = &l->is;
    const pool_shape window = {is->filter, is->filter, is->filter};
    tensor in_rows = tensor_flattened(x), out_rows = tensor_flattened(out);
    switch (is->kind) {
    case LAYER_AFFINE:
        affine(l, x, out);
        break;
    case LAYER_CONV:
        fast_conv_forward(x, l->w, l->b, is->shape, out);
        break;
    case LAYER_CONV_TRANSPOSE:
        fast_conv_transpose_forward(x, l->w, l->b, is->shape, out);
        break;
    case LAYER_RELU:
    case LAYER_LEAKY_RELU:
        leaky(x, x, is->slope, out);
        break;
    case LAYER_TANH:
        fast_tanh(x, out);
        break;
    case LAYER_SIGMOID:
        fast_sigmoid(x, out);
        break;
    case LAYER_BATCH_NORM:
        normalize(l, &in_rows, &out_rows);
        break;
    case LAYER_SPATIAL_BATCH_NORM:
        spatial_norm(l, x, out);
        break;
    case LAYER_MAX_POOL:
        fast_max_pool_forward(x, window, out);
        break;
    case LAYER_MEAN_POOL:
        mean_pool(x, is->filter, out);
        break;
    case LAYER_RESHAPE:
        tensor_copy(x, out);
        break;
    case LAYER_NONE:
        break;
    }
}

/* dx may be NULL: not wanted. Only affine layers and convolutions save work by that. */
static void layer_backward(layer *l, const tensor *dout, const tensor *x, const tensor *out,
                           tensor *dx)
{
    const layer_description *is = &l->is;
    const pool_shape window = {is->filter, is->filter, is->filter};
    tensor in_rows = tensor_flattened(x), upstream = tensor_flattened(dout);
    switch (is->kind) {
    case LAYER_AFFINE:
        affine_backward(l, dout, x, dx);
        return;
    case LAYER_CONV:
        fast_conv_backward(dout, x, l->w, is->shape, dx, l->dw_now, l->db_now);
        return;
    case LAYER_CONV_TRANSPOSE:
        fast_conv_transpose_backward(dout, x, l->w, is->shape, dx, l->dw_now, l->db_now);
        return;
    default:
        break;
    }
    tensor *unwanted = dx == NULL ? tensor_new_like(x) : NULL;
    tensor *gradient = dx == NULL ? unwanted : dx;
    tensor gradient_rows = tensor_flattened(gradient);
    switch (is->kind) {
    case LAYER_RELU:
    case LAYER_LEAKY_RELU:
        leaky(dout, x, is->slope, gradient);
        break;
    case LAYER_TANH:
    case LAYER_SIGMOID:
        bounded_backward(is->kind, dout, out, gradient);
        break;
    case LAYER_BATCH_NORM:
        fast_batchnorm_backward(&upstream, &in_rows, l->w, l->mean, l->inverse_std, &gradient_rows,
                                l->dw_now, l->db_now);
        break;
    case LAYER_SPATIAL_BATCH_NORM:
        spatial_norm_backward(l, dout, gradient);
        break;
    case LAYER_MAX_POOL:
        fast_max_pool_backward(dout, x, window, gradient);
        break;
    case LAYER_MEAN_POOL:
        mean_pool_backward(dout, is->filter, gradient);
        break;
    default:
        tensor_copy(dout, gradient);
    }
    tensor_free(unwanted);
}

/* ---- the net ---- */

static void forward(void *self, const tensor *x, tensor *out)
{
    plan_net *p = self;
    size_t N = x->shape[0], size = numbers(p->layers[0].is.in);
    size_t result = numbers(p->layers[p->count - 1].is.out);
    if (x->size != N * size)
        contract_failed("net_of_plan", "an example has %zu numbers, and the plan wants %zu",
                        x->size / N, size);
    if (out->size != N * result)
        contract_failed("net_of_plan", "out has %zu numbers, and %zu results have %zu", out->size,
                        N, N * result);
    make_room(p, N);
    p->N = N;
    tensor in = examples(p->input, N, p->layers[0].is.in);
    tensor_copy(x, &in);
    for (size_t i = 0; i < p->count; i++) {
        layer *l = &p->layers[i];
        tensor given = examples(l->result, N, l->is.out);
        layer_forward(l, &in, &given);
        in = given;
    }
    tensor_copy(&in, out);
}

static void backward(void *self, const tensor *dout, tensor *dx)
{
    plan_net *p = self;
    layer *last = &p->layers[p->count - 1];
    tensor upstream = examples(last->upstream, p->N, last->is.out);
    tensor_copy(dout, &upstream);
    for (size_t i = p->count; i-- > 0;) {
        layer *l = &p->layers[i];
        const tensor *before = i > 0 ? p->layers[i - 1].result : p->input;
        tensor in = examples(before, p->N, l->is.in), out = examples(l->result, p->N, l->is.out);
        tensor gradient = in;
        if (i > 0)
            gradient = examples(p->layers[i - 1].upstream, p->N, l->is.in);
        else if (dx != NULL)
            gradient = examples(dx, p->N, l->is.in);
        layer_backward(l, &upstream, &in, &out, i == 0 && dx == NULL ? NULL : &gradient);
        if (l->w != NULL) {
            tensor_add(l->dw, l->dw_now, l->dw);
            tensor_add(l->db, l->db_now, l->db);
        }
        upstream = gradient;
    }
}

net net_of_plan(const layer_plan *plan, random_state *random)
{
    if (plan->count == 0)
        contract_failed(__func__, "the plan has no layer");
    plan_net *p = calloc(1, sizeof *p);
    layer *layers = calloc(plan->count, sizeof *layers);
    parameter *parameters = calloc(2 * plan->count, sizeof *parameters);
    if (p == NULL || layers == NULL || parameters == NULL)
        contract_failed(__func__, "no memory");
    *p = (plan_net){.count = plan->count, .layers = layers, .parameters = parameters};
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        layer *l = &layers[i];
        l->is = plan->layers[i];
        make_parameters(l, random);
        if (l->w == NULL)
            continue;
        parameters[count++] = (parameter){"w", l->w, l->dw};
        parameters[count++] = (parameter){"b", l->b, l->db};
    }
    return (net){.self = p,
                 .parameter_count = count,
                 .parameters = parameters,
                 .forward = forward,
                 .backward = backward};
}

void net_of_plan_clear(net *n)
{
    plan_net *p = n->self;
    if (p != NULL) {
        for (size_t i = 0; i < p->count; i++)
            clear_layer(&p->layers[i]);
        tensor_free(p->input);
        free(p->layers);
        free(p->parameters);
        free(p);
    }
    *n = (net){0};
}

tensor net_of_plan_result(const net *n, size_t index)
{
    const plan_net *p = n->self;
    if (index >= p->count)
        contract_failed(__func__, "layer is %zu, and there are %zu", index, p->count);
    return examples(p->layers[index].result, p->N, p->layers[index].is.out);
}
