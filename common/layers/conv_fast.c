/*
 * Convolution without the matrix of windows: every number of an image stands in it as often as
 * windows overlap, and to write and read that costs as much as the products.
 *
 * Theory of operation. An image is copied into planes with its padding around it, column x of a row
 * to place x / stride of the row's part x % stride. Element (c, p, q) of the windows of a row, one
 * after the other, is then consecutive in memory, at a fixed offset from where they begin. The
 * kernels (conv_kernels.h) hold the results of a few filters and of two or four vectors of windows
 * in registers and go once through all offsets.
 *
 *   out   the windows of x, times w.
 *   dx    the windows of dout, times w turned round; with a stride, pixels whose place differs by a
 *         whole number of strides form a result of their own, which sees a part of each filter.
 *   dw    for a few filters and elements, the sums of dout times pixel stay in registers over the
 *         windows of an image, or of several small ones.
 *
 * Rows are filled up with zeros to whole vectors. Measured beside im2col with OpenBLAS on a core
 * with AVX-512 (grader/README.md has the table), this is 1.2 to 3 times as fast.
 */
#include "conv_fast.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "conv_kernels.h"
#include "multiversion.h"
#include "parallel.h"
#include "relu_pool.h"

/*
 * Padded images in memory, for each channel stride x stride planes of rows a pitch apart: pixel
 * (y, x) of the padded image is in plane (y % stride, x % stride) at (y / stride, x / stride). All
 * planes of a convolution have one pitch, so that a window of one is the same run as of another.
 * Between rows there are zeros enough to serve as the padding of both.
 */
typedef struct planes {
    size_t channels, stride, height;
    size_t top, left; /* padding, in rows and in columns */
    size_t start; /* numbers before the first plane, so that gradients begin in a whole vector */
    size_t plane; /* from one plane to the next */
    size_t size;  /* numbers of an image */
} planes;

/* Results that one set of offsets computes: of each output, rows x columns of its plane. */
typedef struct pass {
    size_t outputs, size; /* planes; elements of a window */
    size_t rows, columns;
    bool flat;                     /* rows are one run, with what is between them */
    size_t start;                  /* where the first window begins, in the padded image */
    size_t first_y, first_x, step; /* where results go in their plane */
    size_t plane, width;           /* size of a plane of results, and of its row */
    size_t *offsets, *places;      /* of each element, in the image; in w, for output 0 */
    size_t output_step;            /* from one output to the next in w */
    real *weights;                 /* in blocks of outputs, size x outputs each */
} pass;

/* A convolution under way, and each thread's own memory. */
typedef struct conv {
    const tensor *x, *w, *b, *dout;
    tensor *out, *dx;
    const tensor *winners; /* NULL unless a ReLU and pooling follow */
    pool_shape pool;
    size_t pooled_rows, pooled_columns;
    conv_shape shape;
    const conv_kernels *kernels;
    size_t N, C, H, W, F, HH, WW;
    size_t rows, columns; /* of a result */
    size_t pitch;         /* of all planes */
    planes images, gradients;
    size_t group;  /* images whose products are summed at once */
    size_t passes; /* one forward; backward one for each place within a stride */
    pass *pass;
    const real *bias;                     /* zeros for dx */
    size_t *offsets;                      /* of each element in images */
    real *scratch[PARALLEL_MOST_THREADS]; /* group images, then group images of gradients */
    real *result[PARALLEL_MOST_THREADS]; /* of one image, if the caller wants only the pooled one */
    real *dw[PARALLEL_MOST_THREADS];     /* F x C x HH x WW */
    double *db[PARALLEL_MOST_THREADS];   /* F */
    _Atomic size_t *next;                /* image that no thread has taken */
} conv;

static size_t window_size(const conv *v)
{
    return v->C * v->HH * v->WW;
}

static size_t round_up(size_t size, size_t grain)
{
    return (size + grain - 1) / grain * grain;
}

/* Zeroed memory for count numbers. */
static void *new_zeros(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (memory == NULL)
        contract_failed("fast_conv", "no memory for %zu numbers", count);
    return memory;
}

/* The same for padded images: in whole vectors, and with room for one that reaches beyond. */
static real *new_scratch(size_t count)
{
    size_t bytes = round_up((count + CONV_MOST_LANES) * sizeof(real), TENSOR_ALIGNMENT);
    real *memory = aligned_alloc(TENSOR_ALIGNMENT, bytes);
    if (memory == NULL)
        contract_failed("fast_conv", "no memory for %zu numbers", count);
    return memset(memory, 0, bytes);
}

/* ---- memory layout ---- */

/* Fills in the sizes, once all tensors are there; result, by its name, is out or dout. */
static void start(const char *function, conv *v, const char *result_name, const tensor *result)
{
    pool_shape pool = v->pool;
    check_rank(function, "x", v->x, 4);
    check_rank(function, "w", v->w, 4);
    if (v->shape.stride == 0)
        contract_failed(function, "the stride is 0");
    v->N = v->x->shape[0];
    v->C = v->x->shape[1];
    v->H = v->x->shape[2];
    v->W = v->x->shape[3];
    v->F = v->w->shape[0];
    v->HH = v->w->shape[2];
    v->WW = v->w->shape[3];
    if (v->H == 0 || v->W == 0)
        contract_failed(function, "the images have no pixels: they are %zu x %zu", v->H, v->W);
    if (v->HH == 0 || v->WW == 0)
        contract_failed(function, "the filters are %zu x %zu, should be 1 x 1 at least", v->HH,
                        v->WW);
    v->rows = conv_output_size(v->H, v->HH, v->shape);
    v->columns = conv_output_size(v->W, v->WW, v->shape);
    check_shape_4d(function, "w", v->w, v->F, v->C, v->HH, v->WW);
    v->kernels = conv_kernels_chosen();
    if (v->winners == NULL) {
        check_shape_4d(function, result_name, result, v->N, v->F, v->rows, v->columns);
        return;
    }
    if (pool.stride == 0 || pool.height == 0 || pool.width == 0)
        contract_failed(function, "a side of the pooling window or its stride is 0");
    v->pooled_rows = pool_output_size(v->rows, pool.height, pool.stride);
    v->pooled_columns = pool_output_size(v->columns, pool.width, pool.stride);
    check_shape_4d(function, result_name, result, v->N, v->F, v->pooled_rows, v->pooled_columns);
    check_same_shape(function, "winners", v->winners, result);
}

/* Finds the places of the planes p, whose channels, stride, height, top and left are known. */
static void lay_out(const conv *v, planes *p)
{
    size_t lanes = v->kernels->lanes;
    size_t first = p->top * v->pitch + p->left;
    p->start = round_up(first, lanes) - first;
    p->plane = round_up(p->height * v->pitch, lanes) + lanes; /* vectors may reach beyond */
    p->size = round_up(p->start, lanes) + p->channels * p->stride * p->stride * p->plane;
}

/* Lays out images and gradients, the latter with as much around them as the windows of dx see. */
static void lay_out_planes(conv *v)
{
    size_t stride = v->shape.stride;
    size_t down = (v->HH - 1) / stride, along = (v->WW - 1) / stride; /* steps within a window */
    size_t height = (v->H - 1 + v->shape.pad) / stride + 1; /* as far as any pixel looks */
    size_t width = (v->W - 1 + v->shape.pad) / stride + 1;
    v->pitch = v->columns + along > width ? v->columns + along : width;
    v->images = (planes){.channels = v->C,
                         .stride = stride,
                         .height = v->rows + down,
                         .top = v->shape.pad,
                         .left = v->shape.pad};
    v->gradients = (planes){.channels = v->F, .stride = 1, .height = v->rows};
    if (v->dx != NULL) {
        v->gradients.top = down;
        v->gradients.left = along;
        v->gradients.height = down + 1 + (height > v->rows ? height : v->rows);
    }
    lay_out(v, &v->images);
    lay_out(v, &v->gradients);
    v->offsets = new_zeros(window_size(v) + CONV_MOST_ELEMENTS, sizeof *v->offsets);
    size_t *offset = v->offsets;
    for (size_t c = 0; c < v->C; c++)
        for (size_t y = 0; y < v->HH; y++)
            for (size_t x = 0; x < v->WW; x++)
                *offset++ = ((c * stride + y % stride) * stride + x % stride) * v->images.plane +
                            y / stride * v->pitch + x / stride;
}

/* How many blocks the outputs are cut into, as few as registers allow. */
static size_t block_count(const conv *v, const pass *t)
{
    return (t->outputs + v->kernels->most_outputs - 1) / v->kernels->most_outputs;
}

/* Copies the weights to the order in which the kernels read them. */
static void pack_weights(const conv *v, pass *t)
{
    size_t blocks = block_count(v, t);
    t->weights = new_zeros(t->outputs * t->size, sizeof *t->weights);
    real *to = t->weights;
    for (size_t b = 0; b < blocks; b++)
        for (size_t k = 0; k < t->size; k++)
            for (size_t f = t->outputs * b / blocks; f < t->outputs * (b + 1) / blocks; f++)
                *to++ = v->w->data[t->places[k] + f * t->output_step];
}

/* Does what all passes need once their sizes and offsets are known. */
static void finish_pass(const conv *v, pass *t)
{
    size_t lanes = v->kernels->lanes;
    size_t run = t->rows > 0 ? (t->rows - 1) * v->pitch + t->columns : 0;
    t->flat = round_up(run, lanes) < t->rows * round_up(t->columns, lanes);
    pack_weights(v, t);
}

/* The only pass forward. */
static void plan_forward(conv *v)
{
    pass *t = v->pass = new_zeros(v->passes = 1, sizeof *v->pass);
    *t = (pass){.outputs = v->F,
                .size = window_size(v),
                .rows = v->rows,
                .columns = v->columns,
                .start = v->images.start,
                .step = 1,
                .plane = v->rows * v->columns,
                .width = v->columns,
                .output_step = window_size(v)};
    t->offsets = new_zeros(t->size, sizeof *t->offsets);
    t->places = new_zeros(t->size, sizeof *t->places);
    for (size_t k = 0; k < t->size; k++) {
        t->offsets[k] = v->offsets[k];
        t->places[k] = k;
    }
    finish_pass(v, t);
}

/* Along one side: the pixels that elements p, p + stride, ... of a filter reach. */
typedef struct reach {
    size_t first, count; /* the first pixel; pixels, a stride apart */
    size_t elements;     /* how many elements those are */
    size_t window;       /* the first pixel's window for element p, in windows */
} reach;

static reach reach_of(size_t p, size_t size, size_t filter, conv_shape shape)
{
    reach r = {0};
    r.first = (p + shape.stride - shape.pad % shape.stride) % shape.stride;
    r.count = r.first < size ? (size - r.first - 1) / shape.stride + 1 : 0;
    r.elements = p < filter ? (filter - p - 1) / shape.stride + 1 : 0;
    r.window = (r.first + shape.pad - p) / shape.stride;
    return r;
}

/* The pass back to the pixels that elements (p, q), (p, q + stride), ... reach. */
static void plan_pass(const conv *v, size_t p, size_t q, pass *t)
{
    size_t stride = v->shape.stride;
    reach down = reach_of(p, v->H, v->HH, v->shape);
    reach along = reach_of(q, v->W, v->WW, v->shape);
    const planes *s = &v->gradients;
    size_t corner = s->start + (s->top + down.window) * v->pitch + s->left + along.window;
    size_t last = (down.elements > 0 ? (down.elements - 1) * v->pitch : 0) +
                  (along.elements > 0 ? along.elements - 1 : 0);
    *t = (pass){.outputs = v->C,
                .size = v->F * down.elements * along.elements,
                .rows = down.count,
                .columns = along.count,
                .start = corner - last,
                .first_y = down.first,
                .first_x = along.first,
                .step = stride,
                .plane = v->H * v->W,
                .width = v->W,
                .output_step = v->HH * v->WW};
    t->offsets = new_zeros(t->size, sizeof *t->offsets);
    t->places = new_zeros(t->size, sizeof *t->places);
    size_t k = 0;
    for (size_t f = 0; f < v->F; f++)
        for (size_t i = 0; i < down.elements; i++)
            for (size_t j = 0; j < along.elements; j++, k++) {
                t->offsets[k] = f * s->plane + last - i * v->pitch - j;
                t->places[k] = (f * v->C * v->HH + p + i * stride) * v->WW + q + j * stride;
            }
    finish_pass(v, t);
}

static void plan_backward(conv *v)
{
    size_t stride = v->shape.stride;
    v->pass = new_zeros(stride * stride, sizeof *v->pass);
    for (size_t p = 0; p < stride; p++)
        for (size_t q = 0; q < stride; q++)
            plan_pass(v, p, q, &v->pass[v->passes++]);
}

static void free_plan(conv *v)
{
    for (size_t i = 0; i < v->passes; i++) {
        free(v->pass[i].offsets);
        free(v->pass[i].places);
        free(v->pass[i].weights);
    }
    free(v->pass);
    free(v->offsets);
}

/* ---- one image ---- */

/* Copies count numbers, few: to call memcpy would take longer than to copy them. */
static inline void copy_row(real *restrict to, const real *restrict from, size_t count)
{
    enum { BLOCK = 8 };
    size_t j = 0;
    for (; j + BLOCK <= count; j += BLOCK)
        memcpy(to + j, from + j, BLOCK * sizeof *to); /* of constant size: a few moves */
    for (; j < count; j++)
        to[j] = from[j];
}

/* Along one side: which pixels lie in one plane, and where. */
typedef struct strip {
    size_t pixel, place, count; /* the first one, its place, how many; pixels are a stride apart */
} strip;

/* Those of the part-th plane, of size pixels after a padding of before, and places up to room. */
static strip strip_of(size_t part, size_t before, size_t size, size_t room, size_t stride)
{
    strip s = {.pixel = (part + stride - before % stride) % stride};
    s.place = (s.pixel + before) / stride;
    s.count = s.pixel < size ? (size - s.pixel - 1) / stride + 1 : 0;
    if (s.place + s.count > room)
        s.count = s.place < room ? room - s.place : 0;
    return s;
}

/* Copies the pixels of a channel, rows of width pixels, into one plane. */
MULTIVERSION
static void copy_plane(const real *channel, size_t width, strip rows, strip columns, size_t stride,
                       size_t pitch, real *plane)
{
    for (size_t i = 0; i < rows.count; i++) {
        const real *from = channel + (rows.pixel + i * stride) * width + columns.pixel;
        real *to = plane + (rows.place + i) * pitch + columns.place;
        if (stride == 1)
            copy_row(to, from, columns.count);
        else if (stride == 2)
            for (size_t j = 0; j < columns.count; j++)
                to[j] = from[2 * j];
        else
            for (size_t j = 0; j < columns.count; j++)
                to[j] = from[j * stride];
    }
}

/* Copies an image whose channels are height x width into the planes p at to, as far as they go. */
static void copy_image(const conv *v, const planes *p, const real *image, size_t height,
                       size_t width, real *to)
{
    for (size_t i = 0; i < p->stride; i++)
        for (size_t j = 0; j < p->stride; j++) {
            strip rows = strip_of(i, p->top, height, p->height, p->stride);
            strip columns = strip_of(j, p->left, width, v->pitch, p->stride);
            real *plane = to + p->start + (i * p->stride + j) * p->plane;
            for (size_t c = 0; c < p->channels; c++)
                copy_plane(image + c * height * width, width, rows, columns, p->stride, v->pitch,
                           plane + c * p->stride * p->stride * p->plane);
        }
}

/* One vector of windows: the first one's place, row and column. */
typedef struct position {
    size_t row, column;
} position;

/* Copies results of a vector of windows, of outputs planes, from a kernel's buffer. */
static void hand_out(const conv *v, const pass *t, position at, size_t outputs, const real *from,
                     real *result)
{
    size_t lanes = v->kernels->lanes;
    for (size_t l = 0; l < lanes && at.row < t->rows;) {
        size_t count = at.column < t->columns ? t->columns - at.column : 0;
        count = count < lanes - l ? count : lanes - l;
        real *to =
            result + (t->first_y + at.row * t->step) * t->width + t->first_x + at.column * t->step;
        for (size_t f = 0; f < outputs; f++)
            for (size_t j = 0; j < count; j++)
                to[f * t->plane + j * t->step] = from[f * lanes + l + j];
        if (!t->flat)
            return;
        l += v->pitch - at.column;
        at = (position){at.row + 1, 0};
    }
}

/* The position of the next vector. */
static position after(const conv *v, const pass *t, position at)
{
    at.column += v->kernels->lanes;
    if (!t->flat && at.column >= t->columns)
        return (position){at.row + 1, 0};
    if (t->flat)
        return (position){at.row + at.column / v->pitch, at.column % v->pitch};
    return at;
}

/* The results of one block of outputs, from result on, of one image. */
static void run_block(const conv *v, const pass *t, window_sums *s, const real *image, real *result)
{
    size_t lanes = v->kernels->lanes;
    size_t vectors = s->outputs <= v->kernels->wide_outputs ? 4 : 2;
    real buffers[CONV_MOST_VECTORS][CONV_MOST_OUTPUTS * CONV_MOST_LANES];
    position at[CONV_MOST_VECTORS], next = {0, 0};
    while (next.row < t->rows) {
        for (size_t i = 0; i < vectors; i++) {
            at[i] = next;
            if (next.row < t->rows) {
                s->windows[i] = image + t->start + next.row * v->pitch + next.column;
                next = after(v, t, next);
            } else {
                s->windows[i] =
                    s->windows[i - 1]; /* pad the block with a copy whose result is dropped */
            }
            bool whole = t->step == 1 && at[i].row < t->rows && at[i].column + lanes <= t->columns;
            s->out[i] =
                whole ? result + (t->first_y + at[i].row) * t->width + t->first_x + at[i].column
                      : buffers[i];
            s->out_step[i] = whole ? t->plane : lanes;
        }
        v->kernels->add_windows(s);
        for (size_t i = 0; i < vectors; i++)
            if (s->out[i] == buffers[i])
                hand_out(v, t, at[i], s->outputs, buffers[i], result);
    }
}

/* All results of pass t from one padded image. */
static void run_pass(const conv *v, const pass *t, const real *image, real *result)
{
    window_sums s = {.size = t->size, .offsets = t->offsets};
    size_t blocks = block_count(v, t);
    for (size_t b = 0; b < blocks && t->columns > 0; b++) {
        size_t first = t->outputs * b / blocks;
        s.outputs = t->outputs * (b + 1) / blocks - first;
        s.weights = t->weights + first * t->size;
        s.bias = v->bias + first;
        run_block(v, t, &s, image, result + first * t->plane);
    }
}

/* ---- all images ---- */

static size_t threads_for(const conv *v)
{
    const double work_of_a_thread = 4e6; /* multiplications, a few times what its start costs */
    double results = (double)v->N * (double)v->F * (double)v->rows * (double)v->columns;
    size_t threads = parallel_threads(results * (double)window_size(v) / work_of_a_thread);
    return threads > v->N && v->N > 0 ? v->N : threads;
}

/* Numbers of one image's result, of a channel of it, and of what pooling makes of that. */
static size_t area(const conv *v)
{
    return v->rows * v->columns;
}

static size_t pooled_area(const conv *v)
{
    return v->pooled_rows * v->pooled_columns;
}

/* Threads take the next image in turn: one that was woken late takes fewer. */
static void forward_part(const void *argument, size_t index, size_t count)
{
    const conv *v = argument;
    (void)count;
    for (size_t n; (n = (*v->next)++) < v->N;) {
        real *result = v->winners == NULL ? v->out->data + n * v->F * area(v) : v->result[index];
        copy_image(v, &v->images, v->x->data + n * v->C * v->H * v->W, v->H, v->W,
                   v->scratch[index]);
        run_pass(v, v->pass, v->scratch[index], result);
        for (size_t f = 0; f < v->F && v->winners != NULL; f++) {
            size_t place = (n * v->F + f) * pooled_area(v);
            relu_pool_channel(result + f * area(v), v->columns, v->pool, v->pooled_rows,
                              v->pooled_columns, v->out->data + place, v->winners->data + place);
        }
    }
}

/* Runs the threads, each with scratch of that size. */
static void run_threads(conv *v, size_t threads, size_t scratch, parallel_part part)
{
    for (size_t t = 0; t < threads; t++) {
        v->scratch[t] = new_scratch(scratch);
        v->result[t] = v->winners == NULL ? NULL : new_scratch(v->F * area(v));
    }
    run_in_parallel(threads, part, v);
    for (size_t t = 0; t < threads; t++) {
        free(v->scratch[t]);
        free(v->result[t]);
    }
}

/* Both forward functions. */
static void forward(const char *function, conv *v)
{
    start(function, v, "out", v->out);
    check_shape_1d(function, "b", v->b, v->F);
    if (v->out->size == 0)
        return;
    lay_out_planes(v);
    plan_forward(v);
    v->bias = v->b->data;
    _Atomic size_t next = 0;
    v->next = &next;
    run_threads(v, threads_for(v), v->images.size, forward_part);
    v->next = NULL;
    free_plan(v);
}

void fast_conv_forward(const tensor *x, const tensor *w, const tensor *b, conv_shape shape,
                       tensor *out)
{
    conv v = {.x = x, .w = w, .b = b, .out = out, .shape = shape};
    forward(__func__, &v);
}

void fast_conv_relu_pool_forward(const tensor *x, const tensor *w, const tensor *b,
                                 conv_shape shape, pool_shape pool, tensor *out, tensor *winners)
{
    conv v = {.x = x, .w = w, .b = b, .out = out, .winners = winners, .shape = shape, .pool = pool};
    forward(__func__, &v);
}

/* The sum of count numbers, in an order that vectors can add in. */
MULTIVERSION
static double sum_of(const real *numbers, size_t count)
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

/* Adds the share of a group of images to a thread's dw. */
static void add_group(const conv *v, size_t images, const real *windows, const real *gradients,
                      real *dw)
{
    size_t lanes = v->kernels->lanes, elements = v->kernels->elements;
    real sums[CONV_MOST_FILTERS * CONV_MOST_ELEMENTS];
    size_t blocks = (v->F + v->kernels->most_filters - 1) / v->kernels->most_filters;
    product_sums p = {.images = images,
                      .vectors = round_up((v->rows - 1) * v->pitch + v->columns, lanes) / lanes,
                      .gradients_step = v->gradients.plane,
                      .gradients_image = v->gradients.size,
                      .windows = windows + v->images.start,
                      .windows_image = v->images.size,
                      .sums = sums};
    for (size_t b = 0; b < blocks; b++) {
        size_t first = v->F * b / blocks;
        p.filters = v->F * (b + 1) / blocks - first;
        p.gradients = gradients + v->gradients.start + first * v->gradients.plane +
                      v->gradients.top * v->pitch + v->gradients.left;
        for (size_t k = 0; k < window_size(v); k += elements) {
            size_t left = window_size(v) - k;
            memcpy(p.offsets, v->offsets + k, sizeof p.offsets);
            v->kernels->add_products(&p);
            for (size_t f = 0; f < p.filters; f++)
                for (size_t i = 0; i < elements && i < left; i++)
                    dw[(first + f) * window_size(v) + k + i] += sums[f * elements + i];
        }
    }
}

/* The gradient with respect to image n's results: a part of dout, or pooling's backward result. */
static const real *gradients_of(const conv *v, size_t n, size_t index)
{
    if (v->winners == NULL)
        return v->dout->data + n * v->F * area(v);
    for (size_t f = 0; f < v->F; f++) {
        size_t place = (n * v->F + f) * pooled_area(v);
        relu_pool_channel_backward(v->dout->data + place, v->winners->data + place, v->pool,
                                   v->pooled_rows, v->pooled_columns,
                                   v->result[index] + f * area(v), v->rows, v->columns);
    }
    return v->result[index];
}

/* The gradients from images n to n + group - 1. */
static void backward_group(const conv *v, size_t n, size_t group, size_t index)
{
    size_t pixels = v->C * v->H * v->W;
    real *images = v->scratch[index], *gradients = images + v->group * v->images.size;
    for (size_t i = 0; i < group; i++) {
        const real *own = gradients_of(v, n + i, index);
        copy_image(v, &v->images, v->x->data + (n + i) * pixels, v->H, v->W,
                   images + i * v->images.size);
        copy_image(v, &v->gradients, own, v->rows, v->columns, gradients + i * v->gradients.size);
        for (size_t f = 0; f < v->F; f++)
            v->db[index][f] += sum_of(own + f * area(v), area(v));
    }
    add_group(v, group, images, gradients, v->dw[index]);
    for (size_t i = 0; i < group; i++)
        for (size_t p = 0; p < v->passes; p++)
            run_pass(v, &v->pass[p], gradients + i * v->gradients.size,
                     v->dx->data + (n + i) * pixels);
}

static void backward_part(const void *argument, size_t index, size_t count)
{
    const conv *v = argument;
    size_t last = parallel_begin(v->N, 1, index + 1, count);
    for (size_t n = parallel_begin(v->N, 1, index, count); n < last; n += v->group)
        backward_group(v, n, last - n < v->group ? last - n : v->group, index);
}

/* How many images' products are summed at once: enough that sums are added up rarely. */
static size_t group_size(const conv *v)
{
    const size_t enough = 128, most = 16;
    size_t vectors = (v->rows * v->pitch + v->kernels->lanes - 1) / v->kernels->lanes;
    size_t group = (enough + vectors - 1) / vectors;
    return group < most ? group : most;
}

/* The sum of the threads' results. */
static void gather_gradients(conv *v, size_t threads, tensor *dw, tensor *db)
{
    tensor_fill(dw, 0);
    for (size_t f = 0; f < v->F; f++) {
        double sum = 0;
        for (size_t t = 0; t < threads; t++)
            sum += v->db[t][f];
        db->data[f] = (real)sum;
    }
    for (size_t t = 0; t < threads; t++) {
        for (size_t i = 0; i < dw->size; i++)
            dw->data[i] += v->dw[t][i];
        free(v->dw[t]);
        free(v->db[t]);
    }
}

/* Both backward functions. */
static void backward(const char *function, conv *v, tensor *dw, tensor *db)
{
    start(function, v, "dout", v->dout);
    check_same_shape(function, "dw", dw, v->w);
    check_shape_1d(function, "db", db, v->F);
    if (v->dx != NULL)
        check_same_shape(function, "dx", v->dx, v->x);
    if (v->dout->size == 0) {
        tensor_fill(dw, 0);
        tensor_fill(db, 0);
        if (v->dx != NULL)
            tensor_fill(v->dx, 0);
        return;
    }
    lay_out_planes(v);
    if (v->dx != NULL)
        plan_backward(v);
    v->group = group_size(v);
    real *zeros = new_zeros(v->C, sizeof *zeros);
    v->bias = zeros;
    size_t threads = threads_for(v);
    for (size_t t = 0; t < threads; t++) {
        v->dw[t] = new_zeros(dw->size, sizeof(real));
        v->db[t] = new_zeros(v->F, sizeof(double));
    }
    run_threads(v, threads, v->group * (v->images.size + v->gradients.size), backward_part);
    gather_gradients(v, threads, dw, db);
    free_plan(v);
    free(zeros);
}

void fast_conv_backward(const tensor *dout, const tensor *x, const tensor *w, conv_shape shape,
                        tensor *dx, tensor *dw, tensor *db)
{
    conv v = {.x = x, .w = w, .dout = dout, .dx = dx, .shape = shape};
    backward(__func__, &v, dw, db);
}

/* Without any result nothing reaches dx but the channel's bias. */
static void fill_with_bias(const tensor *b, tensor *dx)
{
    size_t pixels = dx->shape[2] * dx->shape[3];
    for (size_t i = 0; i < dx->size; i++)
        dx->data[i] = b->data[i / pixels % b->size];
}

/* Threads take the next image in turn, as forward. */
static void backward_data_part(const void *argument, size_t index, size_t count)
{
    const conv *v = argument;
    (void)count;
    for (size_t n; (n = (*v->next)++) < v->N;) {
        copy_image(v, &v->gradients, v->dout->data + n * v->F * area(v), v->rows, v->columns,
                   v->scratch[index]);
        for (size_t p = 0; p < v->passes; p++)
            run_pass(v, &v->pass[p], v->scratch[index], v->dx->data + n * v->C * v->H * v->W);
    }
}

void fast_conv_backward_data(const tensor *dout, const tensor *w, const tensor *b, conv_shape shape,
                             tensor *dx)
{
    conv v = {.x = dx, .w = w, .b = b, .dout = dout, .dx = dx, .shape = shape};
    start(__func__, &v, "dout", dout);
    check_shape_1d(__func__, "b", b, v.C);
    if (dout->size == 0) {
        fill_with_bias(b, dx);
        return;
    }
    lay_out_planes(&v);
    plan_backward(&v);
    v.bias = b->data;
    _Atomic size_t next = 0;
    v.next = &next;
    run_threads(&v, threads_for(&v), v.gradients.size, backward_data_part);
    v.next = NULL;
    free_plan(&v);
}

void fast_conv_relu_pool_backward(const tensor *dout, const tensor *winners, const tensor *x,
                                  const tensor *w, conv_shape shape, pool_shape pool, tensor *dx,
                                  tensor *dw, tensor *db)
{
    conv v = {.x = x, .w = w, .dout = dout, .dx = dx, .shape = shape, .pool = pool};
    v.winners = winners;
    backward(__func__, &v, dw, db);
}
