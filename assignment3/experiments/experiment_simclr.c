/*
 * SimCLR: an encoder learns from pictures without labels; then a linear classifier on its features,
 * and their nearest neighbours, show how much of the classes it has found by itself. Compared are
 * the encoder as drawn, the same after SimCLR, and the same trained with the few labels alone.
 *
 * What to look for: pairs.png has a picture and three pairs of views of it in each row; would you
 * know a pair by its shape? In training.png the loss of chance is log(2 N - 1). In
 * neighbours.png each row is a test picture and the pictures whose features are the most similar,
 * first by the encoder as drawn, then by the trained one. similarities.png has the similarities of
 * 16 left and 16 right views: pairs stand 16 to the right of the diagonal.
 */
#include <stdio.h>
#include <stdlib.h>

#include "adam.h"
#include "augment.h"
#include "classifier.h"
#include "contract.h"
#include "experiment.h"
#include "picture_data.h"
#include "plan_net.h"
#include "progress.h"
#include "simclr.h"

enum { FEATURES = 64, D = 32, CHUNK = 500, ROWS = 6, PAIRS = 3, FOUND = 8, SHOWN = 16 };

/* The sizes of a run: pairs a step and steps; labelled, test pictures; steps with labels. */
typedef struct sizes {
    size_t pairs, steps, labelled, tested, labelled_steps, k;
} sizes;

/* Features of pictures, and their classes. */
typedef struct known {
    tensor *features; /* N x FEATURES */
    labels *y;        /* N */
} known;

/* ---- the encoder ---- */

/* Three convolutions, each with batch normalization and ReLU, and the mean over the pixels. */
static void encoder_plan(const dataset *d, layer_plan *plan)
{
    layer_plan_begin(plan, d->channels, d->height, d->width);
    for (size_t filters = FEATURES / 4; filters <= FEATURES; filters *= 2) {
        plan_conv(plan, filters, 3, (conv_shape){1, 1});
        plan_spatial_batch_norm(plan);
        plan_relu(plan);
        if (filters < FEATURES)
            plan_max_pool(plan, 2);
    }
    plan_mean_pool(plan, plan->shape[1]);
    plan_reshape(plan, FEATURES, 1, 1);
}

/* The number of the last layer before the head: its result are the features. */
static size_t feature_layer(const dataset *d)
{
    layer_plan plan;
    encoder_plan(d, &plan);
    return plan.count - 1;
}

/* An encoder with a head that gives outputs numbers: of two layers to compare views, or of one. */
static net new_encoder(experiment *x, const dataset *d, size_t outputs, bool two_layers)
{
    layer_plan plan;
    encoder_plan(d, &plan);
    if (two_layers) {
        plan_affine(&plan, FEATURES);
        plan_relu(&plan);
    }
    plan_affine(&plan, outputs);
    return net_of_plan(&plan, &x->random);
}

/* The features and classes of d's first count pictures; freed by known_clear. */
static known features_of(net *encoder, const dataset *d, size_t count)
{
    known k = {tensor_new_2d(count, FEATURES), labels_new(count)};
    for (size_t first = 0; first < count; first += CHUNK) {
        size_t some = count - first < CHUNK ? count - first : CHUNK;
        tensor *X = tensor_new_2d(some, dataset_dimension(d)), *out = tensor_new_2d(some, D);
        labels y = labels_slice(k.y, first, some);
        next_pictures(d, first, X, &y);
        encoder->forward(encoder->self, X, out);
        tensor given = net_of_plan_result(encoder, feature_layer(d));
        tensor place = tensor_rows(k.features, first, some);
        tensor_copy(&given, &place);
        tensor_free(X);
        tensor_free(out);
    }
    return k;
}

static void known_clear(known *k)
{
    tensor_free(k->features);
    labels_free(k->y);
}

/* ---- views ---- */

/* Draws as many pictures of d as left has rows, and two views of each, with numbers of -1 to 1. */
static void draw_views(experiment *x, const dataset *d, tensor *left, tensor *right)
{
    const augment_settings settings = usual_augmentation();
    tensor *pictures = tensor_new_like(left);
    draw_pictures(x, d, pictures, NULL);
    for (size_t n = 0; n < left->shape[0]; n++) {
        tensor picture = tensor_row(pictures, n), a = tensor_row(left, n), b = tensor_row(right, n);
        for (size_t i = 0; i < picture.size; i++)
            picture.data[i] = (picture.data[i] + 1) / 2;
        augment_pair(&picture, &settings, &x->random, &a, &b);
        for (size_t i = 0; i < a.size; i++) {
            a.data[i] = 2 * a.data[i] - 1;
            b.data[i] = 2 * b.data[i] - 1;
        }
    }
    tensor_free(pictures);
}

static tensor *new_pictures(const dataset *d, size_t count)
{
    return tensor_new_4d(count, d->channels, d->height, d->width);
}

/* Each row: a training picture, and pairs of views of it. */
static void show_pairs(experiment *x, const dataset *d)
{
    enum { COLUMNS = 1 + 2 * PAIRS };
    const augment_settings settings = usual_augmentation();
    tensor *all = new_pictures(d, ROWS * COLUMNS);
    for (size_t row = 0; row < ROWS; row++) {
        tensor first = tensor_rows(all, row * COLUMNS, 1), picture = tensor_row(&first, 0);
        next_pictures(d, row, &first, NULL);
        for (size_t i = 0; i < picture.size; i++)
            picture.data[i] = (picture.data[i] + 1) / 2;
        for (size_t pair = 0; pair < PAIRS; pair++) {
            tensor left = tensor_row(all, row * COLUMNS + 1 + 2 * pair);
            tensor right = tensor_row(all, row * COLUMNS + 2 + 2 * pair);
            augment_pair(&picture, &settings, &x->random, &left, &right);
        }
    }
    image picture = image_montage(all, COLUMNS, 2, 0, 1);
    experiment_picture(x, &picture, 2, "pairs.png");
    tensor_free(all);
}

static void show_similarities(experiment *x, const dataset *d, net *encoder)
{
    tensor *views = new_pictures(d, 2 * SHOWN), *z = tensor_new_2d(2 * SHOWN, D);
    tensor left = tensor_rows(views, 0, SHOWN), right = tensor_rows(views, SHOWN, SHOWN);
    tensor *S = tensor_new_2d(2 * SHOWN, 2 * SHOWN);
    draw_views(x, d, &left, &right);
    encoder->forward(encoder->self, views, z);
    similarity_matrix(z, S);
    image picture = image_heat_map(S, true);
    experiment_picture(x, &picture, 10, "similarities.png");
    tensor *const all[] = {views, z, S};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

/* ---- training ---- */

static void train(experiment *x, const dataset *d, net *encoder, const sizes *z, double rate,
                  double tau, double *losses)
{
    const update_settings settings = adam_settings(rate, 0.9);
    optimizer o =
        optimizer_new(encoder->parameters, encoder->parameter_count, &rule_adam, &settings);
    tensor *left = new_pictures(d, z->pairs), *right = new_pictures(d, z->pairs);
    progress bar = progress_start("SimCLR", z->steps);
    for (size_t step = 0; step < z->steps; step++) {
        draw_views(x, d, left, right);
        losses[step] = simclr_step(encoder, left, right, D, (real)tau);
        optimizer_step(&o);
        optimizer_decay(&o, pow(0.1, 1 / (double)z->steps));
        progress_update(&bar, step + 1);
    }
    progress_finish(&bar);
    tensor_free(left);
    tensor_free(right);
    optimizer_clear(&o);
}

/* ---- what the features know ---- */

/* Scales each column to the mean 0 and deviation 1 that it has in bank. */
static void standardize(const tensor *bank, tensor *features)
{
    for (size_t j = 0; j < FEATURES; j++) {
        double sum = 0, squares = 0, N = (double)bank->shape[0];
        for (size_t n = 0; n < bank->shape[0]; n++)
            sum += bank->data[n * FEATURES + j];
        for (size_t n = 0; n < bank->shape[0]; n++)
            squares += pow(bank->data[n * FEATURES + j] - sum / N, 2);
        double deviation = sqrt(squares / N) + 1e-6;
        for (size_t n = 0; n < features->shape[0]; n++)
            features->data[n * FEATURES + j] =
                (real)((features->data[n * FEATURES + j] - sum / N) / deviation);
    }
}

/* The share of queries that a linear classifier of bank's features gets right. */
static double linear_probe(experiment *x, const known *bank, const known *queries, size_t classes)
{
    tensor *X = tensor_new_copy(bank->features), *X_test = tensor_new_copy(queries->features);
    labels *predicted = labels_new(queries->y->count);
    standardize(bank->features, X);
    standardize(bank->features, X_test);
    net probe = linear_classifier(x, X, bank->y, classes, 0.03);
    classify(&probe, classes, X_test, predicted);
    double right = labels_accuracy(predicted, queries->y);
    tensor_free(X);
    tensor_free(X_test);
    labels_free(predicted);
    net_of_plan_clear(&probe);
    return right;
}

static double neighbours_right(const known *bank, const known *queries, size_t k)
{
    labels *predicted = labels_new(queries->y->count);
    weighted_knn_predict(bank->features, bank->y, queries->features, k, (real)0.1, predicted);
    double right = labels_accuracy(predicted, queries->y);
    labels_free(predicted);
    return right;
}

/* The FOUND rows of bank that are the most similar to query, the best first. */
static void most_similar(const tensor *query, const known *bank, size_t *found)
{
    double least = 2; /* of the last one found */
    for (size_t rank = 0; rank < FOUND; rank++) {
        double best = -2;
        for (size_t i = 0; i < bank->y->count; i++) {
            tensor row = tensor_row(bank->features, i);
            double s = cosine_similarity(query, &row);
            if (s > best && s < least) {
                best = s;
                found[rank] = i;
            }
        }
        least = best;
    }
}

/* Fills ROWS rows of all, each a test picture and its neighbours. */
static void paint_neighbours(const dataset *d, const dataset *test, const known *bank,
                             const known *queries, tensor *all)
{
    for (size_t row = 0; row < ROWS; row++) {
        size_t found[FOUND] = {0};
        tensor query = tensor_row(queries->features, row);
        tensor first = tensor_rows(all, row * (FOUND + 1), 1);
        tensor others = tensor_rows(all, row * (FOUND + 1) + 1, FOUND);
        most_similar(&query, bank, found);
        next_pictures(test, row, &first, NULL);
        take_pictures(d, found, FOUND, &others, NULL);
    }
}

/* Judges an encoder: prints what its features are good for, and fills rows of neighbours. */
static void judge(experiment *x, const dataset *d, const dataset *test, net *encoder,
                  const sizes *z, const char *what, const char *const names[2], tensor *neighbours)
{
    known bank = features_of(encoder, d, z->labelled);
    known queries = features_of(encoder, test, z->tested);
    double linear = linear_probe(x, &bank, &queries, d->class_count);
    double near = neighbours_right(&bank, &queries, z->k);
    printf("%s: linear classifier %.3f, %zu neighbours %.3f\n", what, linear, z->k, near);
    experiment_result(x, names[0], linear);
    experiment_result(x, names[1], near);
    paint_neighbours(d, test, &bank, &queries, neighbours);
    known_clear(&bank);
    known_clear(&queries);
}

/* The encoder trained with the labels alone, all of it. */
static void train_with_labels(experiment *x, const dataset *d, const dataset *test, const sizes *z)
{
    dataset few = *d;
    few.count = z->labelled;
    net n = new_encoder(x, d, d->class_count, false);
    train_classifier(x, &n, &few, 2e-3, z->labelled_steps);
    double accuracy = classifier_accuracy(&n, test, z->tested);
    printf("All of it trained with %zu labels: %.3f\n", z->labelled, accuracy);
    experiment_result(x, "with_labels", accuracy);
    net_of_plan_clear(&n);
}

static size_t at_most(size_t number, size_t most)
{
    return number < most ? number : most;
}

/* Trains the encoder and shows its loss. */
static void train_and_show(experiment *x, const dataset *d, net *encoder, const sizes *z,
                           double rate, double tau)
{
    enum { AVERAGED = 20 };
    double *losses = calloc(z->steps, sizeof *losses), start = experiment_seconds();
    if (losses == NULL)
        contract_failed(__func__, "no memory");
    train(x, d, encoder, z, rate, tau, losses);
    printf("SimCLR, %zu pairs: loss %.3f, after %zu steps %.3f, in %.1f s\n", z->pairs, losses[0],
           z->steps, mean_of_last(losses, z->steps, AVERAGED), experiment_seconds() - start);
    experiment_result(x, "loss", mean_of_last(losses, z->steps, AVERAGED));
    plot *p = plot_new("SimCLR", "step", "loss");
    plot_line(p, NULL, NULL, losses, z->steps);
    plot_horizontal(p, "chance", log(2 * (double)z->pairs - 1));
    experiment_plot(x, p, "training.png");
    free(losses);
}

/* Judges an encoder before and after it is trained. */
static void compare(experiment *x, const dataset *d, const dataset *test, const sizes *z,
                    double rate, double tau)
{
    enum { PICTURES = ROWS * (FOUND + 1) };
    net encoder = new_encoder(x, d, D, true);
    tensor *neighbours = new_pictures(d, 2 * (size_t)PICTURES);
    tensor drawn = tensor_rows(neighbours, 0, PICTURES);
    tensor trained = tensor_rows(neighbours, PICTURES, PICTURES);
    judge(x, d, test, &encoder, z, "Encoder as drawn",
          (const char *const[]){"drawn_linear", "drawn_neighbours"}, &drawn);
    train_and_show(x, d, &encoder, z, rate, tau);
    judge(x, d, test, &encoder, z, "After SimCLR",
          (const char *const[]){"simclr_linear", "simclr_neighbours"}, &trained);
    show_similarities(x, test, &encoder);
    image picture = image_montage(neighbours, FOUND + 1, 2, -1, 1);
    experiment_picture(x, &picture, 2, "neighbours.png");
    tensor_free(neighbours);
    net_of_plan_clear(&encoder);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("simclr", argc, argv);
    dataset d, test;
    const sizes full = {256, 600, 6000, 2000, 600, 200}, quick = {64, 25, 1000, 500, 20, 20};
    sizes z = x.quick ? quick : full;
    double rate = experiment_value(&x, "RATE", 2e-3), tau = experiment_value(&x, "TAU", 0.5);
    z.steps = (size_t)experiment_value(&x, "STEPS", (double)z.steps);
    experiment_load(&x, &d, &test);
    z.labelled = at_most(z.labelled, d.count);
    z.tested = at_most(z.tested, test.count);
    z.k = at_most(z.k, z.labelled);
    show_pairs(&x, &d);
    compare(&x, &d, &test, &z, rate, tau);
    train_with_labels(&x, &d, &test, &z);
    experiment_finish(&x);
    dataset_clear(&d);
    dataset_clear(&test);
    return 0;
}
