/* The experiment of the SVM and of the softmax classifier, step by step; see the header. */
#include "linear_experiment.h"

#include <stdio.h>
#include <stdlib.h>

#include "gradient_check.h"

enum { BATCH = 200, PROBES = 10, ITERATIONS = 3000, QUICK_ITERATIONS = 300 };

/*
 * What is searched for the best pair. Pixels range from about -128 to 128, so gradients are large:
 * learning rates have to be small, and regularization strengths large.
 */
typedef struct grid {
    value_list rates, strengths;
    size_t iterations; /* of each training */
} grid;

static const double plain_rates[] = {1e-9, 1e-8, 1e-7};
static const double plain_strengths[] = {1e3, 1e4, 1e5};

static double last(const value_list *list)
{
    return list->values[list->count - 1];
}

/* The loss as a function of W alone, on the development images: what a gradient check needs. */
typedef struct loss_of_W {
    linear_loss loss;
    const image_data *data;
    real reg;
    tensor *gradient;
} loss_of_W;

static double value_at(const tensor *W, void *context)
{
    const loss_of_W *f = context;
    return (double)f->loss(W, f->data->X_development, f->data->y_development, f->reg, f->gradient);
}

/*
 * Compares the analytic gradient with finite differences in a few random elements, without and with
 * regularization: an error in only one of them tells which part of the gradient is wrong. In float
 * a step of 1e-3 is best; with shorter steps the difference of the losses is mostly rounding error.
 */
static void check_gradients(experiment *x, linear_loss loss, const image_data *data, tensor *W)
{
    static const real strengths[] = {0, 50};
    loss_of_W f = {.loss = loss, .data = data, .gradient = tensor_new_like(W)};
    tensor *analytic = tensor_new_like(W);
    for (size_t i = 0; i < 2; i++) {
        f.reg = strengths[i];
        loss(W, data->X_development, data->y_development, f.reg, analytic);
        double worst =
            gradient_check_sparse(value_at, &f, W, analytic, PROBES, 1e-3, &x->random, NULL);
        printf("Gradient check in %s at %d places, reg %g: worst relative error %.1e\n", REAL_NAME,
               PROBES, (double)f.reg, worst);
    }
    if (sizeof(real) == sizeof(float))
        printf("(In float, finite differences are not more exact than that; make check uses "
               "double.)\n");
    tensor_free(analytic);
    tensor_free(f.gradient);
}

/* Milliseconds of one call on the development images; *value receives the loss. */
static double time_loss(linear_loss loss, const image_data *data, const tensor *W, tensor *dW,
                        double *value)
{
    double start = experiment_seconds();
    *value = (double)loss(W, data->X_development, data->y_development, (real)5e-6, dW);
    return 1e3 * (experiment_seconds() - start);
}

/*
 * The loops and the matrix products must give the same loss and gradient. With softmax the loss at
 * small random W is near log 10, with the SVM near 9: all scores are nearly equal.
 */
static void compare_losses(linear_loss naive, linear_loss vectorized, const image_data *data,
                           const tensor *W)
{
    tensor *slow = tensor_new_like(W);
    tensor *fast = tensor_new_like(W);
    double slow_value;
    double fast_value;
    double slow_time = time_loss(naive, data, W, slow, &slow_value);
    time_loss(vectorized, data, W, fast, &fast_value); /* wakes the threads */
    double fast_time = time_loss(vectorized, data, W, fast, &fast_value);
    printf("Loss at small random W: %.6f with loops (%.1f ms), %.6f vectorized (%.1f ms); the "
           "gradients differ by %.1e\n",
           slow_value, slow_time, fast_value, fast_time, frobenius_distance(slow, fast));
    tensor_free(slow);
    tensor_free(fast);
}

static double accuracy(const tensor *W, const tensor *X, const labels *y)
{
    labels *predicted = labels_new(y->count);
    linear_classifier_predict(W, X, predicted);
    double part = labels_accuracy(predicted, y);
    labels_free(predicted);
    return part;
}

/* One training with the smallest rate and the largest strength of the grid; plots its loss. */
static void train_once(experiment *x, linear_loss loss, const image_data *data, const grid *g)
{
    size_t iterations = g->iterations;
    tensor *W = tensor_new_2d(data->X_train->shape[1], data->class_count);
    tensor *history = tensor_new_1d(iterations);
    double *losses = malloc((iterations + 1) * sizeof *losses);
    linear_training training = {.learning_rate = (real)g->rates.values[0],
                                .reg = (real)last(&g->strengths),
                                .iterations = iterations,
                                .batch_size = BATCH};
    double start = experiment_seconds();
    tensor_fill_normal(W, &x->random, 0, 0.001);
    linear_classifier_train(loss, data->X_train, data->y_train, &training, &x->random, W, history);
    printf("Training, rate %g, reg %g: loss %.3f at first, %.3f after %zu iterations in %.1f s; "
           "accuracy %.3f training, %.3f validation\n",
           (double)training.learning_rate, (double)training.reg, (double)history->data[0],
           (double)history->data[iterations - 1], iterations, experiment_seconds() - start,
           accuracy(W, data->X_train, data->y_train),
           accuracy(W, data->X_validation, data->y_validation));
    for (size_t i = 0; losses != NULL && i < iterations; i++)
        losses[i] = (double)history->data[i];
    plot *p = plot_new("Loss", "iteration", "loss");
    plot_line(p, NULL, NULL, losses, losses != NULL ? iterations : 0);
    experiment_plot(x, p, "loss.svg");
    free(losses);
    tensor_free(W);
    tensor_free(history);
}

/* Training and validation accuracy of every pair of rate and strength, as coloured points. */
static void draw_grid(const experiment *x, const grid *g, const tensor *on_train,
                      const tensor *on_validation)
{
    enum { MOST = MOST_VALUES * MOST_VALUES };
    double rates[MOST], strengths[MOST], train[MOST], held_out[MOST];
    size_t count = g->rates.count * g->strengths.count;
    bool logarithmic = g->strengths.values[0] > 0;
    for (size_t i = 0; i < count; i++) {
        rates[i] = g->rates.values[i / g->strengths.count];
        strengths[i] = g->strengths.values[i % g->strengths.count];
        train[i] = (double)on_train->data[i];
        held_out[i] = (double)on_validation->data[i];
    }
    plot *p = plot_new("Training accuracy", "learning rate", "regularization strength");
    plot_coloured_points(p, NULL, rates, strengths, train, count);
    plot_logarithmic(p, true, logarithmic);
    plot_next_panel(p, "Validation accuracy", "learning rate", "regularization strength");
    plot_coloured_points(p, NULL, rates, strengths, held_out, count);
    plot_logarithmic(p, true, logarithmic);
    experiment_plot(x, p, "tuning.svg");
}

/*
 * The weights of each class as an image: a template, whose dot product with an image is the score.
 * All share one scale of grays or colours, so that they can be compared.
 */
static void draw_templates(const experiment *x, const tensor *W, const image_data *data)
{
    size_t C = data->class_count;
    size_t D = data->channels * data->height * data->width;
    tensor *images = tensor_new_4d(C, data->channels, data->height, data->width);
    real low = W->data[0];
    real high = W->data[0];
    for (size_t d = 0; d < D; d++)
        for (size_t c = 0; c < C; c++) {
            real w = W->data[d * C + c];
            images->data[c * D + d] = w;
            low = w < low ? w : low;
            high = w > high ? w : high;
        }
    image picture = image_montage(images, C / 2, 2, low, high);
    experiment_picture(x, &picture, 3, "templates.png");
    tensor_free(images);
}

/*
 * Draws the templates of weights trained with the largest rate and strength: there the random
 * initial weights have decayed, and only the part that comes from the data is left.
 */
static void train_templates(experiment *x, linear_loss loss, const image_data *data, const grid *g)
{
    tensor *W = tensor_new_2d(data->X_train->shape[1], data->class_count);
    tensor *history = tensor_new_1d(g->iterations);
    linear_training training = {.learning_rate = (real)last(&g->rates),
                                .reg = (real)last(&g->strengths),
                                .iterations = g->iterations,
                                .batch_size = BATCH};
    tensor_fill_normal(W, &x->random, 0, 0.001);
    linear_classifier_train(loss, data->X_train, data->y_train, &training, &x->random, W, history);
    printf("The templates were trained with rate %.2g, reg %.2g\n", (double)training.learning_rate,
           (double)training.reg);
    draw_templates(x, W, data);
    tensor_free(W);
    tensor_free(history);
}

/* Says so if values, called name, has its best one, at that index, at one of its ends. */
static void tell_edge(const char *name, const value_list *values, size_t best)
{
    if (best == 0)
        printf("The best is the smallest %s that was tried: is an even smaller one better?\n",
               name);
    else if (best + 1 == values->count)
        printf("The best is the largest %s that was tried: is an even larger one better?\n", name);
}

/* Prints the accuracies of each pair, and where in the grid the best one lies. */
static void tell_grid(const grid *g, const tensor *on_train, const tensor *on_validation)
{
    size_t columns = g->strengths.count;
    size_t best = tensor_argmax(on_validation);
    for (size_t i = 0; i < g->rates.count * columns; i++)
        printf("rate %-8.2g reg %-8.2g accuracy %.3f training, %.3f validation\n",
               g->rates.values[i / columns], g->strengths.values[i % columns],
               (double)on_train->data[i], (double)on_validation->data[i]);
    tell_edge("RATE", &g->rates, best / columns);
    tell_edge("REG", &g->strengths, best % columns);
}

/*
 * Tries the whole grid. The validation accuracy chooses the pair, and only that one classifier sees
 * the test images: choosing by test accuracy would make it too optimistic.
 */
static void tune(experiment *x, linear_loss loss, const image_data *data, const grid *g)
{
    tensor *rates = value_list_tensor(&g->rates);
    tensor *strengths = value_list_tensor(&g->strengths);
    tensor *on_train = tensor_new_2d(g->rates.count, g->strengths.count);
    tensor *on_validation = tensor_new_like(on_train);
    tensor *W = tensor_new_2d(data->X_train->shape[1], data->class_count);
    linear_training training = {.iterations = g->iterations, .batch_size = BATCH};
    linear_tuning_data parts = {data->X_train, data->y_train, data->X_validation,
                                data->y_validation};
    real best = linear_classifier_tune(loss, &parts, rates, strengths, &training, &x->random,
                                       on_train, on_validation, W);
    tell_grid(g, on_train, on_validation);
    double test = accuracy(W, data->X_test, data->y_test);
    printf("Best validation accuracy %.3f; on the test images %.3f\n", (double)best, test);
    draw_grid(x, g, on_train, on_validation);
    experiment_result(x, "validation_accuracy", (double)best);
    experiment_result(x, "test_accuracy", test);
    tensor *const all[] = {rates, strengths, on_train, on_validation, W};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

/* Steps in that number of epochs over count images; 0 epochs: as many as the course takes. */
static size_t iterations_in(const experiment *x, size_t epochs, size_t count)
{
    if (epochs > 0)
        return (epochs * count + BATCH - 1) / BATCH;
    return x->quick ? QUICK_ITERATIONS : ITERATIONS;
}

void linear_experiment(experiment *x, linear_loss naive, linear_loss vectorized)
{
    image_data data;
    grid g = {.rates = experiment_values(x, "RATE", 3, plain_rates),
              .strengths = experiment_values(x, "REG", 3, plain_strengths)};
    size_t epochs = (size_t)experiment_value(x, "EPOCHS", 0);
    experiment_split(x, &data);
    g.iterations = iterations_in(x, epochs, data.y_train->count);
    tensor mean_image =
        tensor_reshaped(data.mean_image, 4, (size_t[]){1, data.channels, data.height, data.width});
    image mean = image_montage(&mean_image, 1, 0, 0, 255);
    experiment_picture(x, &mean, 4, "mean.png");
    image_data_append_bias(&data);
    tensor *W = tensor_new_2d(data.X_train->shape[1], data.class_count);
    tensor_fill_normal(W, &x->random, 0, 1e-4);
    compare_losses(naive, vectorized, &data, W);
    check_gradients(x, vectorized, &data, W);
    train_once(x, vectorized, &data, &g);
    tune(x, vectorized, &data, &g);
    train_templates(x, vectorized, &data, &g);
    tensor_free(W);
    image_data_clear(&data);
}
