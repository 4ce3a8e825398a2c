/*
 * Extractors of pictures.
 *
 * Both are lists of layers of four kinds. A fire layer squeezes its channels by 1 x 1 filters and
 * expands them by 1 x 1 and by 3 x 3 filters, whose results lie one behind the other. In the layers
 * of random filters all begin at the picture, in SqueezeNet each at the one before.
 */
#include "picture_extractor.h"

#include <stdio.h>
#include <stdlib.h>

#include "contract.h"
#include "conv_fast.h"
#include "npy.h"
#include "path.h"
#include "pool_fast.h"

enum { SQUEEZENET_LAYERS = 13 };

typedef enum layer_kind { FILTER, RECTIFY, POOL, FIRE } layer_kind;

/* A convolution; zeros in place of a bias on the way back. */
typedef struct filters {
    tensor *w, *b, *zeros;
    conv_shape shape;
} filters;

typedef struct extractor_layer {
    layer_kind kind;
    bool rectified;      /* a filter layer ends with a ReLU */
    filters first;       /* of a filter or fire layer */
    filters expand[2];   /* of a fire layer: 1 x 1 and 3 x 3 */
    tensor *squeezed;    /* of a fire layer: between its filters */
    tensor *dsqueezed;   /* and the gradient */
    tensor *other;       /* likewise, of the 3 x 3 filters */
    tensor *result, *dx; /* the features; the gradient with respect to what the layer reads */
    tensor *upstream;
} extractor_layer;

typedef struct picture_extractor {
    feature_extractor seen; /* what others know of it */
    bool parallel;          /* every layer reads the picture */
    extractor_layer layers[SQUEEZENET_LAYERS];
    tensor *picture;
    real mean[3], deviation[3];
} picture_extractor;

static const pool_shape window = {3, 3, 2};

/* ---- layers ---- */

static void rectify(tensor *t)
{
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = t->data[i] > 0 ? t->data[i] : 0;
}

/* dt is 0 where the result of a ReLU is. */
static void rectify_backward(const tensor *result, tensor *dt)
{
    for (size_t i = 0; i < dt->size; i++)
        dt->data[i] = result->data[i] > 0 ? dt->data[i] : 0;
}

static void convolve(const tensor *x, const filters *f, tensor *out)
{
    fast_conv_forward(x, f->w, f->b, f->shape, out);
}

static void convolve_backward(const tensor *dout, const filters *f, tensor *dx)
{
    fast_conv_backward_data(dout, f->w, f->zeros, f->shape, dx);
}

/* Half number half of the channels of t, one picture. */
static tensor half_of(const tensor *t, size_t half)
{
    return tensor_over(t->data + half * (t->size / 2), 4,
                       (size_t[]){1, t->shape[1] / 2, t->shape[2], t->shape[3]});
}

static void layer_forward(extractor_layer *l, const tensor *x)
{
    if (l->kind == FILTER) {
        convolve(x, &l->first, l->result);
    } else if (l->kind == RECTIFY) {
        tensor_copy(x, l->result);
    } else if (l->kind == POOL) {
        fast_max_pool_forward(x, window, l->result);
    } else {
        convolve(x, &l->first, l->squeezed);
        rectify(l->squeezed);
        for (size_t i = 0; i < 2; i++) {
            tensor place = half_of(l->result, i);
            convolve(l->squeezed, &l->expand[i], &place);
        }
    }
    if (l->kind == RECTIFY || l->kind == FIRE || l->rectified)
        rectify(l->result);
}

/* l->upstream is the gradient with respect to its result; it is overwritten. */
static void layer_backward(extractor_layer *l, const tensor *x)
{
    if (l->kind == RECTIFY || l->kind == FIRE || l->rectified)
        rectify_backward(l->result, l->upstream);
    if (l->kind == FILTER) {
        convolve_backward(l->upstream, &l->first, l->dx);
    } else if (l->kind == RECTIFY) {
        tensor_copy(l->upstream, l->dx);
    } else if (l->kind == POOL) {
        fast_max_pool_backward(l->upstream, x, window, l->dx);
    } else {
        tensor small = half_of(l->upstream, 0), large = half_of(l->upstream, 1);
        convolve_backward(&small, &l->expand[0], l->dsqueezed);
        convolve_backward(&large, &l->expand[1], l->other);
        tensor_add(l->dsqueezed, l->other, l->dsqueezed);
        rectify_backward(l->squeezed, l->dsqueezed);
        convolve_backward(l->dsqueezed, &l->first, l->dx);
    }
}

/* ---- the net ---- */

/* What layer l reads. */
static const tensor *input_of(const picture_extractor *p, size_t l)
{
    return l == 0 || p->parallel ? p->picture : p->layers[l - 1].result;
}

static void forward(void *self, const tensor *image)
{
    picture_extractor *p = self;
    size_t area = image->size / 3;
    for (size_t i = 0; i < image->size; i++)
        p->picture->data[i] = (image->data[i] - p->mean[i / area]) / p->deviation[i / area];
    for (size_t l = 0; l < p->seen.layer_count; l++)
        layer_forward(&p->layers[l], input_of(p, l));
}

static void backward(void *self, tensor *dimage)
{
    picture_extractor *p = self;
    size_t area = dimage->size / 3;
    tensor_fill(dimage, 0);
    for (size_t l = p->seen.layer_count; l-- > 0;) {
        extractor_layer *layer = &p->layers[l];
        tensor_copy(p->seen.gradients[l], layer->upstream);
        if (!p->parallel && l + 1 < p->seen.layer_count)
            tensor_add(layer->upstream, p->layers[l + 1].dx, layer->upstream);
        layer_backward(layer, input_of(p, l));
        if (l == 0 || p->parallel)
            tensor_add(dimage, layer->dx, dimage);
    }
    for (size_t i = 0; i < dimage->size; i++)
        dimage->data[i] /= p->deviation[i / area];
}

static picture_extractor *new_extractor(size_t layer_count, size_t side, bool parallel)
{
    picture_extractor *p = calloc(1, sizeof *p);
    tensor **features = calloc(layer_count, sizeof(tensor *));
    tensor **gradients = calloc(layer_count, sizeof(tensor *));
    if (p == NULL || features == NULL || gradients == NULL)
        contract_failed(__func__, "no memory");
    p->seen = (feature_extractor){.self = p,
                                  .layer_count = layer_count,
                                  .features = features,
                                  .gradients = gradients,
                                  .forward = forward,
                                  .backward = backward};
    p->parallel = parallel;
    p->picture = tensor_new_4d(1, 3, side, side);
    for (size_t c = 0; c < 3; c++)
        p->deviation[c] = 1;
    return p;
}

/* Gives layer l, of which all but that is set, room for channels x side x side numbers. */
static void give_room(picture_extractor *p, size_t l, size_t channels, size_t side)
{
    extractor_layer *layer = &p->layers[l];
    layer->result = p->seen.features[l] = tensor_new_4d(1, channels, side, side);
    layer->upstream = tensor_new_like(layer->result);
    layer->dx = tensor_new_like(input_of(p, l));
    p->seen.gradients[l] = tensor_new_like(layer->result);
    if (layer->kind != FIRE)
        return;
    layer->squeezed = tensor_new_4d(1, layer->first.b->size, side, side);
    layer->dsqueezed = tensor_new_like(layer->squeezed);
    layer->other = tensor_new_like(layer->squeezed);
}

static void filters_clear(filters *f)
{
    tensor_free(f->w);
    tensor_free(f->b);
    tensor_free(f->zeros);
}

void picture_extractor_free(feature_extractor *extractor)
{
    if (extractor == NULL)
        return;
    picture_extractor *p = extractor->self;
    for (size_t l = 0; l < extractor->layer_count; l++) {
        extractor_layer *layer = &p->layers[l];
        filters_clear(&layer->first);
        filters_clear(&layer->expand[0]);
        filters_clear(&layer->expand[1]);
        tensor *const all[] = {layer->squeezed,        layer->dsqueezed, layer->other,
                               layer->result,          layer->dx,        layer->upstream,
                               extractor->gradients[l]};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            tensor_free(all[i]);
    }
    tensor_free(p->picture);
    free(extractor->features);
    free(extractor->gradients);
    free(p);
}

/* ---- random filters ---- */

/* Gives each of the filters the mean 0 and the length 1. */
static void normalize(tensor *w)
{
    for (size_t f = 0; f < w->shape[0]; f++) {
        tensor one = tensor_row(w, f);
        real mean = (real)tensor_mean(&one);
        for (size_t i = 0; i < one.size; i++)
            one.data[i] -= mean;
        tensor_scale(&one, (real)(1 / sqrt(tensor_sum_of_squares(&one))));
    }
}

feature_extractor *filter_extractor_new(random_state *random, size_t side)
{
    picture_extractor *p = new_extractor(FILTER_SIZES, side, true);
    for (size_t l = 0; l < FILTER_SIZES; l++) {
        size_t size = 2 * l + 3;
        filters *f = &p->layers[l].first;
        f->w = tensor_new_4d(FILTERS, 3, size, size);
        f->b = tensor_new_1d(FILTERS);
        f->zeros = tensor_new_1d(3);
        f->shape = (conv_shape){1, size / 2};
        tensor_fill_normal(f->w, random, 0, 1);
        normalize(f->w);
        p->layers[l].rectified = true;
        give_room(p, l, FILTERS, side);
    }
    return &p->seen;
}

/* ---- SqueezeNet ---- */

/* Reads one array of the shape given, F x C x size x size or, with size 0, F. */
static bool read_array(const char *folder, const char *name, size_t F, size_t C, size_t size,
                       tensor **t, error *e)
{
    path_text path = path_of("%s/features.%s.npy", folder, name);
    if (!npy_load(path.text, t, e))
        return false;
    bool fits = size == 0 ? (*t)->rank == 1 && (*t)->shape[0] == F
                          : (*t)->rank == 4 && (*t)->shape[0] == F && (*t)->shape[1] == C &&
                                (*t)->shape[2] == size && (*t)->shape[3] == size;
    return fits || error_set(e,
                             "%s: is no array of SqueezeNet 1.1 of %zu filters; fetch squeezenet"
                             " again",
                             path.text, F);
}

static bool read_filters(const char *folder, const char *name, size_t F, size_t C, size_t size,
                         conv_shape shape, filters *f, error *e)
{
    char weight[64], bias[64];
    snprintf(weight, sizeof weight, "%s.weight", name);
    snprintf(bias, sizeof bias, "%s.bias", name);
    f->zeros = tensor_new_1d(C);
    f->shape = shape;
    return read_array(folder, weight, F, C, size, &f->w, e) &&
           read_array(folder, bias, F, C, 0, &f->b, e);
}

static bool read_fire(const char *folder, size_t l, size_t C, size_t squeezed, size_t expanded,
                      extractor_layer *layer, error *e)
{
    char name[3][64];
    snprintf(name[0], sizeof name[0], "%zu.squeeze", l);
    snprintf(name[1], sizeof name[1], "%zu.expand1x1", l);
    snprintf(name[2], sizeof name[2], "%zu.expand3x3", l);
    return read_filters(folder, name[0], squeezed, C, 1, (conv_shape){1, 0}, &layer->first, e) &&
           read_filters(folder, name[1], expanded, squeezed, 1, (conv_shape){1, 0},
                        &layer->expand[0], e) &&
           read_filters(folder, name[2], expanded, squeezed, 3, (conv_shape){1, 1},
                        &layer->expand[1], e);
}

/* What layer l is, and of a fire layer how many channels it squeezes to and expands to, twice. */
static const struct {
    layer_kind kind;
    size_t squeezed, expanded;
} squeezenet[SQUEEZENET_LAYERS] = {
    {FILTER, 0, 64}, {RECTIFY, 0, 0}, {POOL, 0, 0},    {FIRE, 16, 64}, {FIRE, 16, 64},
    {POOL, 0, 0},    {FIRE, 32, 128}, {FIRE, 32, 128}, {POOL, 0, 0},   {FIRE, 48, 192},
    {FIRE, 48, 192}, {FIRE, 64, 256}, {FIRE, 64, 256}};

feature_extractor *squeezenet_new(const char *folder, size_t layer_count, size_t side, error *e)
{
    static const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
    if (layer_count == 0 || layer_count > SQUEEZENET_LAYERS || side < 48 || side % 16 != 0)
        contract_failed(__func__, "layer_count is %zu, side %zu", layer_count, side);
    picture_extractor *p = new_extractor(layer_count, side, false);
    size_t channels = 3;
    for (size_t c = 0; c < 3; c++) {
        p->mean[c] = (real)mean[c];
        p->deviation[c] = (real)deviation[c];
    }
    for (size_t l = 0; l < layer_count; l++) {
        extractor_layer *layer = &p->layers[l];
        size_t expanded = squeezenet[l].expanded;
        bool read = true;
        layer->kind = squeezenet[l].kind;
        if (layer->kind == FILTER) {
            read = read_filters(folder, "0", expanded, channels, 3, (conv_shape){2, 0},
                                &layer->first, e);
            channels = expanded;
        } else if (layer->kind == FIRE) {
            read = read_fire(folder, l, channels, squeezenet[l].squeezed, expanded, layer, e);
            channels = 2 * expanded;
        }
        if (!read) {
            picture_extractor_free(&p->seen);
            return NULL;
        }
        if (layer->kind == FILTER || layer->kind == POOL)
            side = (side - 3) / 2 + 1;
        give_room(p, l, channels, side);
    }
    return &p->seen;
}
