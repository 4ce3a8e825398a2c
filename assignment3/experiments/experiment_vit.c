/*
 * A vision transformer: one batch of 64 images memorized, then two epochs on all images.
 *
 * What to look for: a net that cannot memorize 64 images is wrong; in overfit.png the loss
 * should go towards 0. On all images it has more to learn than a convolutional net: nothing tells
 * it that neighbouring pixels belong together, it has to find out. In attention.png each row is an
 * image and how much its patches are looked at, layer by layer, all heads and patches together:
 * white is much, black is little. Are they the patches that show something?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adam.h"
#include "experiment.h"
#include "temporal.h"
#include "transformer_layers.h"
#include "vit_model.h"

/* The patches of 28 x 28 images have 7 x 7 pixels, those of 32 x 32 have 8 x 8: 16 an image. */
enum { SIDE_IN_PATCHES = 4, E = 128, F = 256, HEADS = 4, LAYERS = 6, BATCH = 64 };

static real loss(void *self, const tensor *X, const labels *y)
{
    trainable_vit *t = self;
    return vit_loss(&t->net, X, y, &t->gradients);
}

static void predict(void *self, const tensor *X, labels *out)
{
    const trainable_vit *t = self;
    tensor *scores = tensor_new_2d(X->shape[0], t->net.b_head->size);
    vit_scores(&t->net, X, scores);
    tensor_argmax_rows(scores, out);
    tensor_free(scores);
}

static model model_of(trainable_vit *t)
{
    return (model){.self = t,
                   .parameter_count = t->list.count,
                   .parameters = t->list.parameters,
                   .loss = loss,
                   .predict = predict};
}

/* Rows first .. first + count - 1 of X, as count x C x H x W. */
static tensor images_of(const image_data *data, const tensor *X, size_t first, size_t count)
{
    tensor rows = tensor_rows(X, first, count);
    return tensor_reshaped(&rows, 4, (size_t[]){count, data->channels, data->height, data->width});
}

static trainable_vit new_net(experiment *x, const image_data *data, size_t layers)
{
    const vit_settings settings = {.channels = data->channels,
                                   .size = data->height / SIDE_IN_PATCHES,
                                   .E = E,
                                   .F = F,
                                   .heads = HEADS,
                                   .layer_count = layers,
                                   .classes = data->class_count};
    trainable_vit t = trainable_vit_new(&settings);
    vit_init(&t.net, &x->random);
    return t;
}

static void train(experiment *x, const image_data *data, trainable_vit *t, size_t count,
                  double rate, size_t epochs, const char *what, solver_result *result)
{
    error e;
    model m = model_of(t);
    solver_options options = solver_options_default();
    tensor X = images_of(data, data->X_train, 0, count);
    tensor X_validation = images_of(data, data->X_validation, 0, data->y_validation->count);
    labels y = labels_slice(data->y_train, 0, count);
    options.rule = &rule_adam;
    options.settings.learning_rate = rate;
    options.learning_rate_decay = count > BATCH ? 0.5 : 1;
    options.batch_size = BATCH;
    options.epoch_count = epochs;
    options.validation_samples = count > BATCH ? 0 : 8; /* not what is looked at there */
    options.verbose = false;
    double start = experiment_seconds();
    if (!solver_train(&m, &X, &y, &X_validation, data->y_validation, &options, &x->random, result,
                      &e)) {
        fprintf(stderr, "%s: %s\n", x->name, e.text);
        exit(1);
    }
    printf("%s: loss %.3f, after %zu steps %.3f, training %.3f, validation %.3f, in %.1f s\n", what,
           result->loss_history[0], result->iteration_count,
           result->loss_history[result->iteration_count - 1],
           result->train_accuracy_history[result->accuracy_count - 1],
           result->best_validation_accuracy, experiment_seconds() - start);
}

/*
 * One batch, again and again. The solver would restore the parameters that are best on the
 * validation images; so the accuracies on the batch are those that it measured on its way.
 */
static void overfit(experiment *x, const image_data *data)
{
    solver_result result;
    double best = 0;
    trainable_vit t = new_net(x, data, x->quick ? 2 : LAYERS);
    train(x, data, &t, BATCH, 1e-3, x->quick ? 40 : 100, "64 images", &result);
    for (size_t i = 0; i < result.accuracy_count; i++)
        if (result.train_accuracy_history[i] > best)
            best = result.train_accuracy_history[i];
    experiment_result(x, "overfit_accuracy", best);
    plot *p = plot_new("64 images: loss", "step", "loss");
    plot_line(p, NULL, NULL, result.loss_history, result.iteration_count);
    plot_next_panel(p, "64 images: accuracy", "step", "accuracy");
    plot_line(p, NULL, NULL, result.train_accuracy_history, result.accuracy_count);
    experiment_plot(x, p, "overfit.png");
    solver_result_clear(&result);
    trainable_vit_clear(&t);
}

/* Adds up how much each of P patches is looked at, by all heads and all patches. */
static void looked_at(const tensor *weights, real *patches, size_t P)
{
    for (size_t i = 0; i < weights->size; i++)
        patches[i % P] += weights->data[i];
}

/* Paints P values, scaled from their smallest to their largest, into place, C x H x W. */
static void paint_patches(const real *patches, size_t P, tensor *place)
{
    size_t C = place->shape[0], H = place->shape[1], W = place->shape[2];
    size_t side = H / SIDE_IN_PATCHES;
    real low = patches[0], high = patches[0];
    for (size_t p = 1; p < P; p++) {
        low = patches[p] < low ? patches[p] : low;
        high = patches[p] > high ? patches[p] : high;
    }
    for (size_t i = 0; i < C * H * W; i++) {
        size_t row = i / W % H / side, column = i % W / side;
        real span = high > low ? high - low : 1;
        place->data[i] = 255 * (patches[row * (W / side) + column] - low) / span;
    }
}

/* Paints image number n of validation into row, (1 + layers) x C x H x W, and beside it how much
 * its patches are looked at in each layer. */
static void show_one(const image_data *data, const vit *net, size_t n, tensor *row)
{
    tensor pixels = images_of(data, data->X_validation, n, 1);
    size_t P = (size_t)SIDE_IN_PATCHES * (data->width / net->size);
    tensor *patches = tensor_new_3d(1, P, net->W_patch->shape[0]);
    tensor *in = tensor_new_3d(1, P, E), *out = tensor_new_like(in), *table = tensor_new_2d(P, E);
    extract_patches(&pixels, net->size, patches);
    temporal_affine_forward(patches, net->W_patch, net->b_patch, in);
    positional_encoding(table);
    tensor sequence = tensor_row(in, 0);
    tensor_add(&sequence, table, &sequence);
    for (size_t i = 0; i < pixels.size; i++) /* scaled back, with the mean image again */
        row->data[i] = 64 * pixels.data[i] + data->mean_image->data[i];
    for (size_t i = 0; i < net->layer_count; i++) {
        encoder_cache cache = encoder_cache_new(1, P, &net->layers[i]);
        real sums[64] = {0};
        encoder_layer_forward(in, NULL, &net->layers[i], out, &cache);
        looked_at(cache.self.weights, sums, P);
        tensor place = tensor_row(row, i + 1);
        paint_patches(sums, P, &place);
        tensor_copy(out, in);
        encoder_cache_clear(&cache);
    }
    tensor *const all[] = {patches, in, out, table};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

static void show_attention(const experiment *x, const image_data *data, const vit *net)
{
    enum { SHOWN = 4 };
    size_t columns = 1 + net->layer_count;
    tensor *all = tensor_new_4d(SHOWN * columns, data->channels, data->height, data->width);
    for (size_t n = 0; n < SHOWN; n++) {
        tensor row = tensor_rows(all, n * columns, columns);
        show_one(data, net, n, &row);
    }
    image picture = image_montage(all, columns, 2, 0, 255);
    experiment_picture(x, &picture, 3, "attention.png");
    tensor_free(all);
}

static void train_on_all(experiment *x, const image_data *data, double rate, size_t epochs)
{
    solver_result result;
    trainable_vit t = new_net(x, data, x->quick ? 2 : LAYERS);
    model m = model_of(&t);
    size_t count = x->quick ? 1280 : data->y_train->count;
    train(x, data, &t, count < data->y_train->count ? count : data->y_train->count, rate, epochs,
          "all images", &result);
    tensor X = images_of(data, data->X_test, 0, data->y_test->count);
    double test = solver_accuracy(&m, &X, data->y_test);
    printf("Test accuracy after %zu epochs: %.3f\n", result.epoch_count, test);
    experiment_result(x, "validation_accuracy", result.best_validation_accuracy);
    experiment_result(x, "test_accuracy", test);
    experiment_training_plot(x, &result, "training.png");
    show_attention(x, data, &t.net);
    solver_result_clear(&result);
    trainable_vit_clear(&t);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("vit", argc, argv);
    image_data data;
    size_t epochs = (size_t)experiment_value(&x, "EPOCHS", 2);
    double rate = experiment_value(&x, "RATE", 1e-3);
    experiment_split(&x, &data);
    tensor *const all[] = {data.X_train, data.X_validation, data.X_test};
    for (size_t i = 0; i < 3; i++)
        tensor_scale(all[i], (real)(1. / 64)); /* a standard deviation of about 1 */
    overfit(&x, &data);
    train_on_all(&x, &data, rate, epochs);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
