/* The work items of assignment 1: their sizes, their data, and the calls that are timed. */
#include "bench/bench_item.h"

#include <stdlib.h>

#include "contract.h"
#include "features.h"
#include "linear_svm.h"
#include "matmul.h"
#include "nearest.h"
#include "parallel.h"
#include "random.h"
#include "softmax.h"
#include "two_layer_net_model.h"
#include "update_rule.h"

enum {
    PIXELS = 3072, /* numbers of a CIFAR-10 image */
    CLASSES = 10,
    BATCH = 200,
    TESTS = 500,
    NEIGHBOURS = 100,
    IMAGES = 100,
    HUE_BINS = 10,
    FEATURES = 4 * 4 * HOG_ORIENTATIONS + HUE_BINS
};

/* Each kind of item uses what it needs; the rest is NULL. */
struct bench_state {
    tensor *X, *W; /* what goes in */
    labels *y;
    tensor *out; /* what comes out */
    labels *predicted;
    tensor *X_train;
    knn classifier;
    neighbour *nearest;
    trainable_net net;
};

/* A new matrix of normal numbers; from row 1000 on the first rows again, which takes less time. */
static tensor *normal_matrix(size_t rows, size_t columns, double deviation)
{
    enum { DIFFERENT_ROWS = 1000 };
    tensor *t = tensor_new_2d(rows, columns);
    tensor first = tensor_rows(t, 0, rows < DIFFERENT_ROWS ? rows : DIFFERENT_ROWS);
    random_state random;
    random_seed(&random, 231);
    tensor_fill_normal(&first, &random, 0, deviation);
    for (size_t i = first.size; i < t->size; i++)
        t->data[i] = t->data[i - first.size];
    return t;
}

static labels *random_labels(size_t count)
{
    labels *y = labels_new(count);
    random_state random;
    random_seed(&random, 231);
    labels_fill_random(y, &random, CLASSES);
    return y;
}

/* ---- the yardstick ---- */

static void prepare_product(size_t size, bench_state *s)
{
    s->X = normal_matrix(size, size, 1);
    s->W = normal_matrix(size, size, 1);
    s->out = tensor_new_2d(size, size);
}

static void run_product(bench_state *s)
{
    matmul(s->X, s->W, s->out);
}

/* ---- k nearest neighbours ---- */

/* size test examples, 5000 for training, and their distances. */
static void prepare_knn(size_t size, bench_state *s)
{
    enum { TRAINING = 5000 };
    s->X = normal_matrix(size, PIXELS, 1);
    s->X_train = normal_matrix(TRAINING, PIXELS, 1);
    s->y = random_labels(TRAINING);
    s->out = tensor_new_2d(size, TRAINING);
    s->predicted = labels_new(size);
    knn_train(&s->classifier, s->X_train, s->y);
    knn_distances_no_loops(&s->classifier, s->X, s->out);
}

static void run_two_loops(bench_state *s)
{
    knn_distances_two_loops(&s->classifier, s->X, s->out);
}

static void run_one_loop(bench_state *s)
{
    knn_distances_one_loop(&s->classifier, s->X, s->out);
}

static void run_no_loops(bench_state *s)
{
    knn_distances_no_loops(&s->classifier, s->X, s->out);
}

static void run_predict(bench_state *s)
{
    knn_predict_labels(&s->classifier, s->out, 10, s->predicted);
}

static void prepare_nearest(size_t size, bench_state *s)
{
    s->X = normal_matrix(TESTS, PIXELS, 1);
    s->X_train = normal_matrix(size, PIXELS, 1);
    s->y = random_labels(size);
    s->nearest = calloc(TESTS * NEIGHBOURS, sizeof *s->nearest);
    if (s->nearest == NULL)
        contract_failed(__func__, "no memory");
    knn_train(&s->classifier, s->X_train, s->y);
}

static void run_nearest(bench_state *s)
{
    find_nearest(&s->classifier, s->X, NEIGHBOURS, s->nearest);
}

/* ---- linear classifiers, whose images have a 1 at the end ---- */

static void prepare_linear(size_t size, bench_state *s)
{
    s->X = normal_matrix(size, PIXELS + 1, 1);
    s->W = normal_matrix(PIXELS + 1, CLASSES, 1e-4);
    s->y = random_labels(size);
    s->out = tensor_new_like(s->W);
}

static void run_svm(bench_state *s)
{
    (void)svm_loss_vectorized(s->W, s->X, s->y, (real)5e-6, s->out);
}

static void run_softmax(bench_state *s)
{
    (void)softmax_loss_vectorized(s->W, s->X, s->y, (real)5e-6, s->out);
}

/* ---- the two-layer net ---- */

static void prepare_net(size_t size, bench_state *s)
{
    random_state random;
    random_seed(&random, 231);
    s->X = normal_matrix(BATCH, PIXELS, 1);
    s->y = random_labels(BATCH);
    s->net = trainable_net_new(PIXELS, size, CLASSES);
    s->net.net->reg = (real)1e-3;
    two_layer_net_init(s->net.net, (real)1e-2, &random);
}

static void run_net(bench_state *s)
{
    const real rate = (real)1e-3;
    const two_layer_net *gradients = s->net.gradients;
    (void)two_layer_net_loss(s->net.net, s->X, s->y, s->net.gradients);
    tensor_add_scaled(gradients->W1, -rate, s->net.net->W1);
    tensor_add_scaled(gradients->b1, -rate, s->net.net->b1);
    tensor_add_scaled(gradients->W2, -rate, s->net.net->W2);
    tensor_add_scaled(gradients->b2, -rate, s->net.net->b2);
}

/* ---- features ---- */

static void prepare_features(size_t size, bench_state *s)
{
    random_state random;
    random_seed(&random, 231);
    s->X = tensor_new_4d(size, 3, 32, 32);
    s->out = tensor_new_2d(size, FEATURES);
    for (size_t i = 0; i < s->X->size; i++)
        s->X->data[i] = (real)random_integer(&random, 256);
}

/* The features of part index of count of the images. */
static void extract_part(const void *argument, size_t index, size_t count)
{
    const bench_state *s = argument;
    const size_t edges = FEATURES - HUE_BINS;
    size_t last = parallel_begin(s->X->shape[0], 1, index + 1, count);
    for (size_t i = parallel_begin(s->X->shape[0], 1, index, count); i < last; i++) {
        tensor image = tensor_row(s->X, i);
        real *row = s->out->data + i * FEATURES;
        tensor hog = tensor_over(row, 1, (size_t[]){edges});
        tensor hue = tensor_over(row + edges, 1, (size_t[]){HUE_BINS});
        hog_feature(&image, &hog);
        color_histogram_hsv(&image, &hue);
    }
}

static void run_features(bench_state *s)
{
    const double images_of_a_thread = 10;
    run_in_parallel(parallel_threads((double)s->X->shape[0] / images_of_a_thread), extract_part, s);
}

/* ---- all of them ---- */

#define PAIRS (500.0 * 5000) /* of a test and a training example */
#define NET(h) (2.0 * (2.0 * BATCH * PIXELS * (h) + 3.0 * BATCH * (h)*CLASSES))
#define NET_FLOATS(h) ((double)BATCH * PIXELS + 3.0 * (PIXELS + CLASSES) * (h))
#define LINEAR(n) (4.0 * (n) * (PIXELS + 1) * CLASSES)
#define LINEAR_FLOATS(n) ((double)(n) * (PIXELS + 1) + 2.0 * (PIXELS + 1) * CLASSES)

const bench_item bench_items[] = {
    {"sgemm_1024", "yardstick: one square product", 1024, 2 * 0x1p30, 3 * 0x1p20, 1, 1,
     prepare_product, run_product},
    {"knn_two_loops", "500 x 5000 distances, two loops; 4 rows timed", 4, 0, 0, 4.0 / TESTS, 125,
     prepare_knn, run_two_loops},
    {"knn_one_loop", "500 x 5000 distances, one loop; 100 rows timed", 100, 0, 0, 100.0 / TESTS, 50,
     prepare_knn, run_one_loop},
    {"knn_no_loops", "500 x 5000 distances, vectorized", TESTS, 2 * PAIRS *PIXELS,
     5500.0 * PIXELS + PAIRS, 1, 1, prepare_knn, run_no_loops},
    {"knn_predict_k10", "labels from 500 x 5000 distances, k = 10", TESTS, 0, PAIRS, 1, 1,
     prepare_knn, run_predict},
    {"knn_full_top100", "10000 x 50000, 100 nearest; 500 test rows timed", 50000,
     20 * 2 * 10 * PAIRS *PIXELS, 20 * (50500.0 * PIXELS + 500 * NEIGHBOURS), 1.0 / 20, 20,
     prepare_nearest, run_nearest},
    {"svm_200", "SVM loss and gradient, N = 200", 200, LINEAR(200), LINEAR_FLOATS(200), 1, 1,
     prepare_linear, run_svm},
    {"softmax_200", "softmax loss and gradient, N = 200", 200, LINEAR(200), LINEAR_FLOATS(200), 1,
     1, prepare_linear, run_softmax},
    {"svm_49000", "SVM loss and gradient, N = 49000", 49000, LINEAR(49000), LINEAR_FLOATS(49000), 1,
     1, prepare_linear, run_svm},
    {"softmax_49000", "softmax loss and gradient, N = 49000", 49000, LINEAR(49000),
     LINEAR_FLOATS(49000), 1, 1, prepare_linear, run_softmax},
    {"two_layer_h50", "two-layer net, a step of SGD, N = 200, H = 50", 50, NET(50), NET_FLOATS(50),
     1, 1, prepare_net, run_net},
    {"two_layer_h500", "two-layer net, a step of SGD, N = 200, H = 500", 500, NET(500),
     NET_FLOATS(500), 1, 1, prepare_net, run_net},
    {"features_49000", "HOG and hues of 49000 images; 100 timed", IMAGES, 0,
     49000.0 * (PIXELS + 155), 1.0 / 490, 490, prepare_features, run_features},
};
const size_t bench_item_count = sizeof bench_items / sizeof *bench_items;

bench_state *bench_state_new(const bench_item *item)
{
    bench_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        contract_failed(__func__, "no memory");
    item->prepare(item->size, state);
    return state;
}

void bench_state_free(bench_state *state)
{
    if (state == NULL)
        return;
    tensor_free(state->X);
    tensor_free(state->W);
    labels_free(state->y);
    tensor_free(state->out);
    labels_free(state->predicted);
    tensor_free(state->X_train);
    free(state->nearest);
    trainable_net_clear(&state->net);
    free(state);
}
