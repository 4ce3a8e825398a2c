/*
 * The synthetic data set: the same for the same seed, what its files hold, and the promise that it
 * is made for: that a linear classifier beats the nearest neighbour, and a hidden layer both.
 */
#include "synthetic.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cifar10.h"
#include "contract.h"
#include "matmul.h"
#include "solver.h"
#include "suite.h"

static char folder[] = "/tmp/test-synthetic-XXXXXX";
static char path[64];

static dataset make(size_t count, uint32_t seed)
{
    dataset d;
    error e = {{0}};
    ck_assert_msg(synthetic_make(&d, count, seed, &e), "%s", e.text);
    return d;
}

START_TEST(test_synthetic_make_gives_cifar10s_shape_and_names)
{
    dataset d = make(7, 1);
    ck_assert_uint_eq(d.count, 7);
    ck_assert(d.channels == 3 && d.height == 32 && d.width == 32);
    ck_assert_uint_eq(d.class_count, 10);
    ck_assert_ptr_eq(d.class_names, cifar10_class_names);
    dataset_clear(&d);
}
END_TEST

START_TEST(test_synthetic_make_is_the_same_for_the_same_seed_only)
{
    dataset one = make(20, 5), same = make(20, 5), other = make(20, 6);
    const size_t bytes = (size_t)20 * CIFAR10_PIXELS;
    ck_assert_mem_eq(one.pixels, same.pixels, bytes);
    ck_assert_mem_eq(one.classes, same.classes, 20);
    for (size_t i = 0; i < 20; i++)
        for (size_t j = 0; j < 20; j++)
            ck_assert_mem_ne(one.pixels + i * CIFAR10_PIXELS, other.pixels + j * CIFAR10_PIXELS,
                             CIFAR10_PIXELS);
    dataset_clear(&one);
    dataset_clear(&same);
    dataset_clear(&other);
}
END_TEST

START_TEST(test_synthetic_make_has_images_of_every_class_about_as_many)
{
    dataset d = make(1000, 3);
    size_t counts[CIFAR10_CLASSES] = {0};
    for (size_t i = 0; i < d.count; i++) {
        ck_assert_uint_lt(d.classes[i], CIFAR10_CLASSES);
        counts[d.classes[i]]++;
    }
    for (size_t c = 0; c < CIFAR10_CLASSES; c++) /* 5 standard deviations of sqrt(90) */
        ck_assert_msg(counts[c] > 52 && counts[c] < 148, "%zu of class %zu", counts[c], c);
    dataset_clear(&d);
}
END_TEST

START_TEST(test_synthetic_make_of_no_images_is_an_empty_set)
{
    dataset d = make(0, 1);
    ck_assert_uint_eq(d.count, 0);
    dataset_clear(&d);
}
END_TEST

START_TEST(test_synthetic_load_gives_the_announced_sizes_and_no_image_twice)
{
    dataset train, test;
    error e = {{0}};
    ck_assert_msg(synthetic_load(&train, &test, &e), "%s", e.text);
    ck_assert_uint_eq(train.count, SYNTHETIC_TRAIN);
    ck_assert_uint_eq(test.count, SYNTHETIC_TEST);
    for (size_t i = 0; i < test.count; i++) /* the same drawing would put them at the same place */
        ck_assert_mem_ne(train.pixels + i * CIFAR10_PIXELS, test.pixels + i * CIFAR10_PIXELS,
                         CIFAR10_PIXELS);
    dataset_clear(&train);
    dataset_clear(&test);
}
END_TEST

START_TEST(test_synthetic_write_is_read_by_cifar10_read)
{
    enum { COUNT = 300 };
    static uint8_t pixels[COUNT * CIFAR10_PIXELS], classes[COUNT];
    dataset d = make(COUNT, 1);
    error e = {{0}};
    ck_assert_msg(synthetic_write(&d, path, &e), "%s", e.text);
    ck_assert_msg(cifar10_read(path, COUNT, pixels, classes, &e), "%s", e.text);
    ck_assert_mem_eq(pixels, d.pixels, sizeof pixels);
    ck_assert_mem_eq(classes, d.classes, sizeof classes);
    dataset_clear(&d);
}
END_TEST

START_TEST(test_synthetic_write_writes_a_label_and_three_planes_a_record)
{
    uint8_t bytes[2 * CIFAR10_RECORD + 1];
    dataset d = make(2, 1);
    error e = {{0}};
    ck_assert_msg(synthetic_write(&d, path, &e), "%s", e.text);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(bytes, 1, sizeof bytes, file), 2 * CIFAR10_RECORD);
    fclose(file);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(bytes[i * CIFAR10_RECORD], d.classes[i]);
        ck_assert_mem_eq(bytes + i * CIFAR10_RECORD + 1, d.pixels + i * CIFAR10_PIXELS,
                         CIFAR10_PIXELS);
    }
    dataset_clear(&d);
}
END_TEST

START_TEST(test_synthetic_write_says_where_it_cannot_write)
{
    dataset d = make(1, 1);
    error e = {{0}};
    ck_assert(!synthetic_write(&d, "/dev/null/x.bin", &e));
    ck_assert_ptr_eq(strstr(e.text, "/dev/null/x.bin: cannot be written"), e.text);
    dataset_clear(&d);
}
END_TEST

static void expect_stop(contract_event event, const char *text)
{
    bool right = event == CONTRACT_BROKEN && strstr(text, "784 numbers, should have 3072") != NULL;
    if (!right)
        fprintf(stderr, "wrong message: %s\n", text);
    _exit(right ? 42 : 1);
}

START_TEST(test_synthetic_write_stops_on_images_of_another_size)
{
    uint8_t pixels[784] = {0}, class = 0;
    const dataset digit = {1, 1, 28, 28, 10, cifar10_class_names, pixels, &class};
    error e = {{0}};
    contract_set_handler(expect_stop);
    ck_assert(!synthetic_write(&digit, path, &e));
}
END_TEST

/* ---- what can be learnt from it ---- */

enum { TRAIN = 5000, VALIDATION = 500, TEST = 1000, HIDDEN = 100 };

typedef struct task {
    tensor *X_train, *X_test; /* N x 3072, the mean image subtracted, of deviation near 1 */
    labels *y_train, *y_test;
} task;

static void copy_centred(const dataset *d, const tensor *mean, tensor *X, labels *y)
{
    dataset_copy(d, 0, d->count, X, y);
    for (size_t i = 0; i < X->size; i++)
        X->data[i] = (X->data[i] - mean->data[i % CIFAR10_PIXELS]) / 64;
}

static task new_task(void)
{
    dataset train = make(TRAIN, 1), test = make(TEST, 2);
    task t = {tensor_new_2d(TRAIN, CIFAR10_PIXELS), tensor_new_2d(TEST, CIFAR10_PIXELS),
              labels_new(TRAIN), labels_new(TEST)};
    tensor *mean = tensor_new_1d(CIFAR10_PIXELS);
    for (size_t i = 0; i < TRAIN * CIFAR10_PIXELS; i++)
        mean->data[i % CIFAR10_PIXELS] += (real)train.pixels[i] / TRAIN;
    copy_centred(&train, mean, t.X_train, t.y_train);
    copy_centred(&test, mean, t.X_test, t.y_test);
    tensor_free(mean);
    dataset_clear(&train);
    dataset_clear(&test);
    return t;
}

static void free_task(task *t)
{
    tensor_free(t->X_train);
    tensor_free(t->X_test);
    labels_free(t->y_train);
    labels_free(t->y_test);
}

/* The index of the row of X_train that is nearest to the one whose products with all are given. */
static size_t nearest(const real *products, const double *squares)
{
    size_t best = 0;
    for (size_t j = 1; j < TRAIN; j++)
        if (squares[j] - 2 * (double)products[j] < squares[best] - 2 * (double)products[best])
            best = j;
    return best;
}

static double nearest_neighbour_accuracy(const task *t)
{
    static double squares[TRAIN];
    tensor *products = tensor_new_2d(TEST, TRAIN);
    size_t right = 0;
    matmul_transposed_right(t->X_test, t->X_train, products);
    for (size_t j = 0; j < TRAIN; j++) {
        tensor row = tensor_row(t->X_train, j);
        squares[j] = tensor_sum_of_squares(&row);
    }
    for (size_t i = 0; i < TEST; i++)
        right +=
            t->y_train->data[nearest(products->data + i * TRAIN, squares)] == t->y_test->data[i];
    tensor_free(products);
    return (double)right / TEST;
}

/* A softmax classifier of scores = X W, or with a hidden layer of relu(X W1) W. */
typedef struct net {
    tensor *W1, *dW1; /* 3072 x HIDDEN, or NULL */
    tensor *W, *dW;   /* 3072 x 10, or HIDDEN x 10 */
} net;

/* What W is multiplied by: relu(X W1), or X itself; a new tensor. */
static tensor *hidden_of(const net *n, const tensor *X)
{
    if (n->W1 == NULL)
        return tensor_new_copy(X);
    tensor *hidden = tensor_new_2d(X->shape[0], HIDDEN);
    matmul(X, n->W1, hidden);
    for (size_t i = 0; i < hidden->size; i++)
        hidden->data[i] = fmax(hidden->data[i], (real)0);
    return hidden;
}

/* Turns scores, N x 10, into the gradient of the mean softmax loss, which is returned. */
static real softmax_gradient(tensor *scores, const labels *y)
{
    double loss = 0, count = (double)y->count;
    for (size_t i = 0; i < y->count; i++) {
        tensor row = tensor_row(scores, i);
        real largest = row.data[tensor_argmax(&row)];
        double sum = 0;
        for (size_t c = 0; c < row.size; c++)
            sum += row.data[c] = exp(row.data[c] - largest);
        tensor_scale(&row, (real)(1 / sum));
        loss -= log((double)row.data[y->data[i]]) / count;
        row.data[y->data[i]] -= 1;
    }
    tensor_scale(scores, (real)(1 / count));
    return (real)loss;
}

static real net_loss(void *self, const tensor *X, const labels *y)
{
    net *n = self;
    tensor *hidden = hidden_of(n, X);
    tensor *scores = tensor_new_2d(X->shape[0], CIFAR10_CLASSES);
    matmul(hidden, n->W, scores);
    real loss = softmax_gradient(scores, y);
    matmul_transposed_left(hidden, scores, n->dW);
    if (n->W1 != NULL) {
        tensor *dhidden = tensor_new_like(hidden);
        matmul_transposed_right(scores, n->W, dhidden);
        for (size_t i = 0; i < hidden->size; i++)
            dhidden->data[i] *= hidden->data[i] > 0;
        matmul_transposed_left(X, dhidden, n->dW1);
        tensor_free(dhidden);
    }
    tensor_free(hidden);
    tensor_free(scores);
    return loss;
}

static void net_predict(void *self, const tensor *X, labels *out)
{
    net *n = self;
    tensor *hidden = hidden_of(n, X);
    tensor *scores = tensor_new_2d(X->shape[0], CIFAR10_CLASSES);
    matmul(hidden, n->W, scores);
    tensor_argmax_rows(scores, out);
    tensor_free(hidden);
    tensor_free(scores);
}

/*
 * The test accuracy of n after some epochs of SGD with those parameters of it that are there. The
 * last of the training images choose the best epoch.
 */
static double trained_accuracy(const task *t, net *n, double learning_rate, size_t epochs,
                               random_state *r)
{
    const size_t count = TRAIN - VALIDATION;
    tensor X_train = tensor_rows(t->X_train, 0, count);
    tensor X_validation = tensor_rows(t->X_train, count, VALIDATION);
    labels y_train = labels_slice(t->y_train, 0, count);
    labels y_validation = labels_slice(t->y_train, count, VALIDATION);
    model m = {.self = n,
               .parameter_count = n->W1 != NULL ? 2 : 1,
               .parameters = (parameter[]){{"W", n->W, n->dW}, {"W1", n->W1, n->dW1}},
               .loss = net_loss,
               .predict = net_predict};
    solver_options options = solver_options_default();
    options.settings.learning_rate = learning_rate;
    options.epoch_count = epochs;
    options.train_accuracy_samples = 100;
    options.verbose = false;
    solver_result result;
    error e = {{0}};
    ck_assert_msg(solver_train(&m, &X_train, &y_train, &X_validation, &y_validation, &options, r,
                               &result, &e),
                  "%s", e.text);
    solver_result_clear(&result);
    return solver_accuracy(&m, t->X_test, t->y_test);
}

static double linear_accuracy(const task *t)
{
    random_state r;
    random_seed(&r, 231);
    net n = {.W = tensor_new_2d(CIFAR10_PIXELS, CIFAR10_CLASSES),
             .dW = tensor_new_2d(CIFAR10_PIXELS, CIFAR10_CLASSES)};
    double accuracy = trained_accuracy(t, &n, 0.004, 4, &r);
    tensor_free(n.W);
    tensor_free(n.dW);
    return accuracy;
}

static double two_layer_accuracy(const task *t)
{
    random_state r;
    random_seed(&r, 231);
    net n = {.W1 = tensor_new_2d(CIFAR10_PIXELS, HIDDEN),
             .dW1 = tensor_new_2d(CIFAR10_PIXELS, HIDDEN),
             .W = tensor_new_2d(HIDDEN, CIFAR10_CLASSES),
             .dW = tensor_new_2d(HIDDEN, CIFAR10_CLASSES)};
    tensor_fill_normal(n.W1, &r, 0, 0.01);
    tensor_fill_normal(n.W, &r, 0, 0.1);
    double accuracy = trained_accuracy(t, &n, 0.25, 5, &r);
    tensor_free(n.W1);
    tensor_free(n.dW1);
    tensor_free(n.W);
    tensor_free(n.dW);
    return accuracy;
}

START_TEST(test_synthetic_images_are_learnt_better_by_a_line_and_best_by_a_hidden_layer)
{
    task t = new_task();
    double neighbour = nearest_neighbour_accuracy(&t);
    double linear = linear_accuracy(&t), two_layer = two_layer_accuracy(&t);
    bool ordered = 0.15 < neighbour && neighbour + 0.05 < linear && linear + 0.05 < two_layer &&
                   two_layer < 0.95;
    ck_assert_msg(ordered, "nearest neighbour %.3f, linear %.3f, two layers %.3f", neighbour,
                  linear, two_layer);
    free_task(&t);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("synthetic");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_synthetic_make_gives_cifar10s_shape_and_names);
    tcase_add_test(tests, test_synthetic_make_is_the_same_for_the_same_seed_only);
    tcase_add_test(tests, test_synthetic_make_has_images_of_every_class_about_as_many);
    tcase_add_test(tests, test_synthetic_make_of_no_images_is_an_empty_set);
    tcase_add_test(tests, test_synthetic_load_gives_the_announced_sizes_and_no_image_twice);
    tcase_add_test(tests, test_synthetic_write_is_read_by_cifar10_read);
    tcase_add_test(tests, test_synthetic_write_writes_a_label_and_three_planes_a_record);
    tcase_add_test(tests, test_synthetic_write_says_where_it_cannot_write);
    tcase_add_exit_test(tests, test_synthetic_write_stops_on_images_of_another_size, 42);
    tcase_add_test(tests,
                   test_synthetic_images_are_learnt_better_by_a_line_and_best_by_a_hidden_layer);
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/images.bin", folder);
    int status = run_suite("synthetic", tests);
    unlink(path);
    return rmdir(folder) == 0 ? status : 1; /* nothing may be left behind */
}
