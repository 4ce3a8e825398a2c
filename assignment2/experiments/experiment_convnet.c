/*
 * Convolution: two hand-made filters, the time of three implementations, overfitting a hundred
 * images, and one epoch on all of them.
 *
 * What to look for: filters_by_hand.png shows each image, its gray values and its horizontal edges:
 * both are a convolution with suitable weights. In overfit.png the training accuracy goes to 1 and
 * the validation accuracy does not follow. filters.png shows the first layer's learned filters:
 * after an epoch some of them are edges and blobs of colour.
 */
#include <stdio.h>
#include <stdlib.h>

#include "conv.h"
#include "conv_fast.h"
#include "convnet_model.h"
#include "net_experiment.h"

/*
 * Convolves the images with two filters: one sums the colours with the weights of gray, the other
 * is the Sobel filter, which subtracts the rows below from those above: horizontal edges.
 */
static void filters_by_hand(const experiment *x, const image_data *data)
{
    enum { SHOWN = 4 };
    size_t C = data->channels;
    tensor rows = tensor_rows(data->X_train, 0, SHOWN);
    tensor *X = tensor_new_4d(SHOWN, C, data->height, data->width);
    tensor *w = tensor_new_4d(2, C, 3, 3), *b = tensor_new_1d(2);
    tensor *out = tensor_new_4d(SHOWN, 2, data->height, data->width);
    tensor *shown = tensor_new_4d((size_t)3 * SHOWN, 3, data->height, data->width);
    size_t area = data->height * data->width;
    static const double gray[] = {0.3, 0.6, 0.1}, edge[] = {1, 2, 1, 0, 0, 0, -1, -2, -1};
    tensor_copy(&rows, X);
    for (size_t i = 0; i < X->size; i++) /* add the mean image again */
        X->data[i] += data->mean_image->data[i % data->mean_image->size];
    for (size_t c = 0; c < C; c++)
        w->data[c * 9 + 4] = (real)(C == 3 ? gray[c] : 1);
    for (size_t k = 0; k < 9; k++)
        w->data[(2 * C - 1) * 9 + k] = (real)edge[k];
    b->data[1] = 128;
    conv_forward_naive(X, w, b, (conv_shape){1, 1}, out);
    for (size_t n = 0; n < SHOWN; n++)
        for (size_t c = 0; c < 3; c++)
            for (size_t i = 0; i < area; i++) {
                const real colour = X->data[(n * C + (C == 3 ? c : 0)) * area + i];
                const real values[] = {colour, out->data[n * 2 * area + i],
                                       out->data[(n * 2 + 1) * area + i]};
                for (size_t k = 0; k < 3; k++)
                    shown->data[((3 * n + k) * 3 + c) * area + i] = values[k];
            }
    image picture = image_montage(shown, 3, 2, 0, 255);
    experiment_picture(x, &picture, 4, "filters_by_hand.png");
    tensor *all[] = {X, w, b, out, shown};
    for (size_t i = 0; i < 5; i++)
        tensor_free(all[i]);
}

/* Seconds of one call: the best of three, since other programs only make a call slower. */
static double seconds_of(void (*forward)(const tensor *, const tensor *, const tensor *, conv_shape,
                                         tensor *),
                         const tensor *X, const tensor *w, const tensor *b, tensor *out)
{
    double best = 1e9;
    for (int i = 0; i < 3; i++) {
        double start = experiment_seconds();
        forward(X, w, b, (conv_shape){2, 1}, out);
        double spent = experiment_seconds() - start;
        best = spent < best ? spent : best;
    }
    return best;
}

/*
 * Times your loops, your im2col and the given layer on the course's case: 100 images of 3 x 31 x
 * 31, 25 filters of 3 x 3 x 3, stride 2.
 */
static void compare_speed(experiment *x)
{
    tensor *X = tensor_new_4d(100, 3, 31, 31), *w = tensor_new_4d(25, 3, 3, 3);
    tensor *b = tensor_new_1d(25), *out = tensor_new_4d(100, 25, 16, 16);
    tensor_fill_normal(X, &x->random, 0, 1);
    tensor_fill_normal(w, &x->random, 0, 1);
    double naive = seconds_of(conv_forward_naive, X, w, b, out);
    double im2col = seconds_of(conv_forward_im2col, X, w, b, out);
    double fast = seconds_of(fast_conv_forward, X, w, b, out);
    printf("Forward, 100 x 3 x 31 x 31: naive %.2f ms, im2col %.2f ms, given %.2f ms\n",
           1e3 * naive, 1e3 * im2col, 1e3 * fast);
    experiment_result(x, "im2col_speed_up", naive / im2col);
    experiment_result(x, "given_speed_up", naive / fast);
    tensor_free(X);
    tensor_free(w);
    tensor_free(b);
    tensor_free(out);
}

static trainable_convnet new_net(experiment *x, const image_data *data, size_t hidden,
                                 double weight_scale)
{
    convnet_sizes sizes = convnet_sizes_default;
    sizes.C = data->channels;
    sizes.H = data->height;
    sizes.W = data->width;
    sizes.hidden = hidden;
    sizes.classes = data->class_count;
    trainable_convnet t = trainable_convnet_new(&sizes);
    three_layer_convnet_init(&t.net, (real)weight_scale, &x->random);
    return t;
}

/*
 * A net that cannot overfit a hundred images is wrong, or badly tuned: a test of all layers
 * together that takes seconds.
 */
static void overfit(experiment *x, const image_data *data)
{
    const training t = {"adam", 1e-3, 1, 50, 15};
    solver_result result;
    experiment_seed_again(x);
    trainable_convnet net = new_net(x, data, 100, 1e-2);
    model m = trainable_convnet_model(&net);
    train_net(x, data, 100, true, &m, &t, "100 images", &result);
    experiment_result(x, "overfit_accuracy",
                      result.train_accuracy_history[result.accuracy_count - 1]);
    const course_figure figures[] = {
        {"first loss", 2.414060, result.loss_history[0]},
        {"second loss", 3.102925, result.loss_history[1]},
        {"last loss", 0.118934, result.loss_history[result.iteration_count - 1]}};
    experiment_beside_course(x, data, 3, figures);
    experiment_training_plot(x, &result, "overfit.png");
    solver_result_clear(&result);
    trainable_convnet_clear(&net);
}

/* The net on all images: what of it can be set. The plain values are the course's. */
typedef struct net_settings {
    size_t hidden, epochs;
    double rate, reg, scale;
} net_settings;

static net_settings choose_settings(experiment *x)
{
    return (net_settings){.hidden = (size_t)experiment_value(x, "HIDDEN", 500),
                          .epochs = (size_t)experiment_value(x, "EPOCHS", 1),
                          .rate = experiment_value(x, "RATE", 5e-4),
                          .reg = experiment_value(x, "REG", 1e-3),
                          .scale = experiment_value(x, "SCALE", 1e-3)};
}

/* Trains with that rate, saves the net's pictures, and reports its accuracy under name. */
static solver_result train_on_all(experiment *x, const image_data *data, const net_settings *s,
                                  double rate, const char *name)
{
    const training t = {"adam", rate, 1, 50, s->epochs};
    char what[64];
    solver_result result;
    trainable_convnet net = new_net(x, data, s->hidden, s->scale);
    model m = trainable_convnet_model(&net);
    net.net.reg = (real)s->reg;
    snprintf(what, sizeof what, "all images, rate %g", rate);
    train_net(x, data, x->quick ? 5000 : SIZE_MAX, true, &m, &t, what, &result);
    experiment_result(x, name, result.best_validation_accuracy);
    image grid = image_visualize_grid(net.net.W1, 1);
    experiment_picture(x, &grid, 5, "filters.png");
    experiment_training_plot(x, &result, "one_epoch.png");
    trainable_convnet_clear(&net);
    return result;
}

/*
 * One epoch with the course's learning rate, then with RATE, half of it by default. The course's
 * steps are so long that the accuracy after an epoch differs a lot from seed to seed; half as long
 * is more reliable.
 */
static void train_both(experiment *x, const image_data *data, const net_settings *s)
{
    solver_result result = train_on_all(x, data, s, 1e-3, "course_rate_accuracy");
    if (result.iteration_count > 300) {
        const course_figure figures[] = {{"loss 1", 2.304740, result.loss_history[0]},
                                         {"loss 21", 2.098229, result.loss_history[20]},
                                         {"loss 301", 1.798261, result.loss_history[300]}};
        experiment_beside_course(x, data, 3, figures);
    }
    solver_result_clear(&result);
    double start = experiment_seconds();
    result = train_on_all(x, data, s, s->rate, "validation_accuracy");
    experiment_result(x, "seconds", experiment_seconds() - start);
    solver_result_clear(&result);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("convnet", argc, argv);
    image_data data;
    net_settings s = choose_settings(&x);
    experiment_split(&x, &data);
    filters_by_hand(&x, &data);
    compare_speed(&x);
    overfit(&x, &data);
    train_both(&x, &data, &s);
    experiment_finish(&x);
    image_data_clear(&data);
    return 0;
}
