/*
 * The shape of the losses along random directions, and three ways to minimize them: random search,
 * descent with the numerical gradient, and descent with the analytic one.
 *
 * What to look for: along a line the SVM loss is piecewise linear with kinks, the softmax loss is
 * smooth, and both are convex. Both gradients descend equally well, step by step, but the numerical
 * one needs two losses for every weight, and the time is proportional to that. Random search
 * stays far above both.
 */
#include <stdio.h>

#include "experiment.h"
#include "linear_svm.h"
#include "optimization.h"
#include "softmax.h"

enum { LINE = 81, SIDE = 41, EXAMPLES = 100, TRIES = 300, STEPS = 20, PIXELS = 8 };

static const double REACH = 30; /* how far to go along a direction */

/*
 * Fills row, of PIXELS * PIXELS + 1 zeros, with an image of data, all colours together, shrunk to
 * PIXELS x PIXELS, and a constant 1 for the bias.
 */
static void shrink(const image_data *data, const real *pixels, real *row)
{
    size_t area = data->height * data->width;
    for (size_t i = 0; i < data->channels * area; i++) {
        size_t r = i % area / data->width;
        size_t c = i % data->width;
        size_t cell = r * PIXELS / data->height * PIXELS + c * PIXELS / data->width;
        row[cell] += pixels[i] / (real)(1000 * data->channels);
    }
    row[(size_t)PIXELS * PIXELS] = 1;
}

/* A problem that is small enough for the numerical gradient: y->count of the development images. */
static void small_problem(const image_data *data, tensor *X, labels *y)
{
    tensor_fill(X, 0);
    for (size_t i = 0; i < y->count; i++) {
        tensor pixels = tensor_row(data->X_development, i);
        tensor row = tensor_row(X, i);
        shrink(data, pixels.data, row.data);
        y->data[i] = data->y_development->data[i];
    }
}

/* Writes W + a * direction_a + b * direction_b to at. */
static void go(const tensor *W, double a, const tensor *direction_a, double b,
               const tensor *direction_b, tensor *at)
{
    tensor_copy(W, at);
    tensor_add_scaled(direction_a, (real)a, at);
    tensor_add_scaled(direction_b, (real)b, at);
}

/* For each loss a curve along one random direction, and a surface over two of them. */
static void draw_surfaces(experiment *x, const tensor *X, const labels *y, size_t C)
{
    static const struct {
        linear_loss loss;
        const char *title, *line_file, *surface_file;
    } losses[] = {
        {svm_loss_vectorized, "SVM loss", "svm-line.svg", "svm-surface.png"},
        {softmax_loss_vectorized, "Softmax loss", "softmax-line.svg", "softmax-surface.png"}};
    size_t D = X->shape[1];
    tensor *W = tensor_new_2d(D, C);
    tensor *one = tensor_new_2d(D, C);
    tensor *other = tensor_new_2d(D, C);
    tensor *at = tensor_new_2d(D, C);
    tensor *unused = tensor_new_2d(D, C);
    tensor_fill_normal(W, &x->random, 0, 0.5);
    tensor_fill_normal(one, &x->random, 0, 0.1);
    tensor_fill_normal(other, &x->random, 0, 0.1);
    for (size_t l = 0; l < 2; l++) {
        double places[LINE], values[LINE], surface[SIDE * SIDE];
        for (size_t i = 0; i < LINE; i++) {
            places[i] = REACH * (2.0 * (double)i / (LINE - 1) - 1);
            go(W, places[i], one, 0, other, at);
            values[i] = (double)losses[l].loss(at, X, y, 0, unused);
        }
        for (size_t i = 0; i < (size_t)SIDE * SIDE; i++) {
            double a = REACH * (2.0 * (double)(i % SIDE) / (SIDE - 1) - 1);
            double b = REACH * (2.0 * (double)(i / SIDE) / (SIDE - 1) - 1);
            go(W, a, one, b, other, at);
            surface[i] = (double)losses[l].loss(at, X, y, 0, unused);
        }
        plot *p = plot_new(losses[l].title, "along a random direction", "loss");
        plot_line(p, NULL, places, values, LINE);
        experiment_plot(x, p, losses[l].line_file);
        p = plot_new(losses[l].title, "one direction", "another");
        plot_surface(p, surface, SIDE, SIDE, -REACH, REACH, -REACH, REACH);
        experiment_plot(x, p, losses[l].surface_file);
    }
    tensor *own[] = {W, one, other, at, unused};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        tensor_free(own[i]);
}

/*
 * The three ways on the same problem; both descents start at W = 0 and take the same steps, so that
 * only the way to the gradient differs.
 */
static void compare_descents(experiment *x, const tensor *X, const labels *y, size_t C)
{
    size_t D = X->shape[1];
    tensor *W = tensor_new_2d(D, C);
    tensor *dW = tensor_new_2d(D, C);
    tensor *history = tensor_new_1d(STEPS + 1);
    double numeric[STEPS + 1], analytic[STEPS + 1], searched[STEPS + 1];
    double start = experiment_seconds();
    double found =
        (double)random_search(softmax_loss_vectorized, X, y, TRIES, (real)0.1, &x->random, W);
    double search_time = experiment_seconds() - start;
    tensor_fill(W, 0);
    start = experiment_seconds();
    numerical_gradient_descent(softmax_loss_vectorized, X, y, STEPS, (real)1e-2, (real)0.5, W,
                               history);
    double numeric_time = experiment_seconds() - start;
    tensor_fill(W, 0);
    start = experiment_seconds();
    for (size_t i = 0; i <= STEPS; i++) {
        analytic[i] = (double)softmax_loss_vectorized(W, X, y, 0, dW);
        tensor_add_scaled(dW, (real)-0.5, W);
        numeric[i] = (double)history->data[i];
        searched[i] = found;
    }
    double analytic_time = experiment_seconds() - start;
    printf("Random search, %d tries: loss %.3f in %.3f s\n", TRIES, found, search_time);
    printf("Numerical gradient, %d steps: loss %.3f in %.3f s\n", STEPS, numeric[STEPS],
           numeric_time);
    printf("Analytic gradient, %d steps: loss %.3f in %.4f s\n", STEPS, analytic[STEPS],
           analytic_time);
    plot *p = plot_new("Three ways to minimize the softmax loss", "step", "loss");
    plot_line(p, "random search (best of all tries)", NULL, searched, STEPS + 1);
    plot_line(p, "numerical gradient", NULL, numeric, STEPS + 1);
    plot_points(p, "analytic gradient", NULL, analytic, STEPS + 1);
    experiment_plot(x, p, "descents.svg");
    experiment_result(x, "random_search_loss", found);
    experiment_result(x, "numeric_gradient_loss", numeric[STEPS]);
    experiment_result(x, "analytic_gradient_loss", analytic[STEPS]);
    tensor_free(W);
    tensor_free(dW);
    tensor_free(history);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("loss_surface", argc, argv);
    image_data data;
    x.quick = true; /* a hundred images are enough to look at a surface */
    experiment_split(&x, &data);
    size_t there = data.y_development->count;
    size_t N = there < EXAMPLES ? there : EXAMPLES;
    tensor *X = tensor_new_2d(N, (size_t)PIXELS * PIXELS + 1);
    labels *y = labels_new(N);
    small_problem(&data, X, y);
    draw_surfaces(&x, X, y, data.class_count);
    compare_descents(&x, X, y, data.class_count);
    experiment_finish(&x);
    tensor_free(X);
    labels_free(y);
    image_data_clear(&data);
    return 0;
}
