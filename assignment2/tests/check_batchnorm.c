/* Promises of batchnorm.c. */
#include "batchnorm.h"
#include "check_support.h"

enum { N = 4, D = 5 };

static tensor *filled(size_t size, double value)
{
    tensor *t = keep(tensor_new_1d(size));
    tensor_fill(t, (real)value);
    return t;
}

/* A state of D features that has seen nothing. */
static batchnorm_state new_state(size_t features)
{
    return (batchnorm_state){.running_mean = keep(tensor_new_1d(features)),
                             .running_variance = keep(tensor_new_1d(features)),
                             .momentum = (real)0.9,
                             .eps = (real)1e-5};
}

static batchnorm_cache new_cache(size_t examples, size_t features)
{
    return (batchnorm_cache){.normalized = kept_output(SHAPE(examples, features)),
                             .inverse_std = kept_output(SHAPE(features))};
}

/* The mean and the standard deviation of count numbers, step apart. */
static void figures(const real *values, size_t count, size_t step, double *mean, double *deviation)
{
    *mean = 0;
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        *mean += (double)values[i * step] / (double)count;
    for (size_t i = 0; i < count; i++) {
        double difference = (double)values[i * step] - *mean;
        squares += difference * difference / (double)count;
    }
    *deviation = sqrt(squares);
}

/* relu(X W1) W2 of the course's notebook: 200 x 50, 50 x 60 and 60 x 3 normal numbers of seed 231,
 * rows x 50, 50 x 60 and 60 x 3. */
static tensor *course_activations(random_state *r, size_t rows)
{
    tensor *X = kept_normal(r, 0, 1, SHAPE(rows, 50));
    tensor *W1 = kept_normal(r, 0, 1, SHAPE(50, 60));
    tensor *W2 = kept_normal(r, 0, 1, SHAPE(60, 3));
    tensor *out = keep(tensor_new_2d(rows, 3));
    for (size_t i = 0; i < rows; i++)
        for (size_t h = 0; h < 60; h++) {
            double hidden = 0;
            for (size_t d = 0; d < 50; d++)
                hidden += (double)(X->data[i * 50 + d] * W1->data[d * 60 + h]);
            for (size_t c = 0; c < 3 && hidden > 0; c++)
                out->data[i * 3 + c] += (real)hidden * W2->data[h * 3 + c];
        }
    return out;
}

/* Figures: CS231n 2022, BatchNormalization notebook, "means: [-2.3814598 ...] before". */
START_TEST(test_batchnorm_forward_gives_the_published_means_and_deviations)
{
    const double means_before[] = {-2.3814598, -13.18038246, 1.91780462};
    const double deviations_before[] = {27.18502186, 34.21455511, 37.68611762};
    random_state r;
    random_seed(&r, 231);
    tensor *x = course_activations(&r, 200);
    tensor *out = kept_output(SHAPE(200, 3));
    tensor *gamma = keep(tensor_new_1d(3)), *beta = keep(tensor_new_1d(3));
    batchnorm_state state = new_state(3);
    batchnorm_cache cache = new_cache(200, 3);
    for (size_t c = 0; c < 3; c++) {
        gamma->data[c] = (real)(c + 1);
        beta->data[c] = (real)(c + 11);
    }
    batchnorm_forward(x, gamma, beta, true, &state, out, &cache);
    for (size_t c = 0; c < 3; c++) {
        double mean, deviation;
        figures(x->data + c, 200, 3, &mean, &deviation);
        expect_number("x's mean, of the drawn numbers", mean, means_before[c], 1e-8);
        expect_number("x's standard deviation", deviation, deviations_before[c], 1e-8);
        figures(out->data + c, 200, 3, &mean, &deviation);
        expect_number("a column's mean", mean, (double)(c + 11), 1e-9);
        expect_number("a column's standard deviation", deviation, (double)(c + 1), 2e-8);
    }
}
END_TEST

/* One feature: 1, 2, 6 has mean 3 and variance 14/3; with N - 1 it would be 7. */
START_TEST(test_batchnorm_forward_divides_the_variance_by_N)
{
    tensor *x = keep(matrix(3, 1, (const double[]){1, 2, 6}));
    tensor *out = kept_output(SHAPE(3, 1));
    batchnorm_state state = new_state(1);
    batchnorm_cache cache = new_cache(3, 1);
    state.eps = 0;
    hint("The variance is the mean of the squared differences: divided by N, not by N - 1.");
    batchnorm_forward(x, filled(1, 1), filled(1, 0), true, &state, out, &cache);
    double root = sqrt(14. / 3);
    expect_values("out", out, (const double[]){-2 / root, -1 / root, 3 / root}, 1e-12);
}
END_TEST

/* The same numbers, 1e6 higher: squared before the mean is taken off, they lose their digits. */
START_TEST(test_batchnorm_forward_is_exact_far_from_zero)
{
    tensor *x = keep(matrix(3, 1, (const double[]){1e6 + 1, 1e6 + 2, 1e6 + 6}));
    tensor *out = kept_output(SHAPE(3, 1));
    batchnorm_state state = new_state(1);
    batchnorm_cache cache = new_cache(3, 1);
    state.eps = 0;
    hint("First subtract the mean, then square: the mean of squares minus the square of the mean "
         "loses all digits here.");
    batchnorm_forward(x, filled(1, 1), filled(1, 0), true, &state, out, &cache);
    double root = sqrt(14. / 3);
    expect_values("out", out, (const double[]){-2 / root, -1 / root, 3 / root}, 1e-9);
}
END_TEST

START_TEST(test_batchnorm_forward_adds_eps_to_the_variance)
{
    tensor *x = keep(matrix(2, 1, (const double[]){-1, 1}));
    tensor *out = kept_output(SHAPE(2, 1));
    batchnorm_state state = new_state(1);
    batchnorm_cache cache = new_cache(2, 1);
    state.eps = 3; /* variance 1: the root of 4 */
    hint("eps is added to the variance, under the square root.");
    batchnorm_forward(x, filled(1, 1), filled(1, 0), true, &state, out, &cache);
    expect_values("out", out, (const double[]){-0.5, 0.5}, 1e-12);
}
END_TEST

START_TEST(test_batchnorm_forward_moves_the_running_statistics_by_a_tenth)
{
    tensor *x = keep(matrix(3, 1, (const double[]){1, 2, 6}));
    tensor *out = kept_output(SHAPE(3, 1));
    batchnorm_state state = new_state(1);
    batchnorm_cache cache = new_cache(3, 1);
    state.running_mean->data[0] = 10;
    state.running_variance->data[0] = 20;
    hint("running = momentum * running + (1 - momentum) * batch, with momentum 0.9, and the same "
         "variance as in the formula of out.");
    batchnorm_forward(x, filled(1, 1), filled(1, 0), true, &state, out, &cache);
    expect_number("the running mean", (double)state.running_mean->data[0], 9.3, 1e-12);
    expect_number("the running variance", (double)state.running_variance->data[0], 18 + 1.4 / 3,
                  1e-12);
    state.momentum = (real)0.5;
    state.running_mean->data[0] = 10;
    hint("The momentum is state->momentum: here 0.5.");
    batchnorm_forward(x, filled(1, 1), filled(1, 0), true, &state, out, &cache);
    expect_number("the running mean", (double)state.running_mean->data[0], 6.5, 1e-12);
}
END_TEST

START_TEST(test_batchnorm_forward_in_test_mode_uses_the_running_statistics)
{
    tensor *x = keep(matrix(2, 1, (const double[]){5, 7}));
    tensor *out = kept_output(SHAPE(2, 1));
    batchnorm_state state = new_state(1);
    state.running_mean->data[0] = 3;
    state.running_variance->data[0] = 4;
    state.eps = 0;
    hint("In test mode nothing is computed from the batch: it may hold a single example.");
    batchnorm_forward(x, filled(1, 10), filled(1, 1), false, &state, out, NULL);
    expect_values("out", out, (const double[]){11, 21}, 1e-12);
    state.eps = 5;
    hint("eps is under the square root in test mode, too: here sqrt(4 + 5).");
    batchnorm_forward(x, filled(1, 3), filled(1, 1), false, &state, out, NULL);
    expect_values("out", out, (const double[]){3, 5}, 1e-12);
}
END_TEST

START_TEST(test_batchnorm_forward_in_test_mode_leaves_the_running_statistics)
{
    random_state r;
    random_seed(&r, 231);
    batchnorm_state state = new_state(D);
    tensor_fill_uniform(state.running_mean, &r, 1, 2);
    tensor_fill_uniform(state.running_variance, &r, 1, 2);
    tensor *mean = keep(tensor_new_copy(state.running_mean));
    tensor *variance = keep(tensor_new_copy(state.running_variance));
    batchnorm_forward(kept_normal(&r, 0, 1, SHAPE(N, D)), filled(D, 1), filled(D, 0), false, &state,
                      kept_output(SHAPE(N, D)), NULL);
    expect_unchanged("the running mean", state.running_mean, mean);
    expect_unchanged("the running variance", state.running_variance, variance);
}
END_TEST

/* After fifty batches the running statistics fit the data: test mode normalizes (the notebook). */
START_TEST(test_batchnorm_after_fifty_batches_normalizes_in_test_mode)
{
    random_state r;
    random_seed(&r, 231);
    batchnorm_state state = new_state(3);
    batchnorm_cache cache = new_cache(200, 3);
    tensor *out = kept_output(SHAPE(200, 3));
    for (int step = 0; step < 50; step++) {
        tensor *x = tensor_new_2d(200, 3);
        tensor_fill_normal(x, &r, 12, 5);
        batchnorm_forward(x, filled(3, 1), filled(3, 0), true, &state, out, &cache);
        tensor_free(x);
    }
    tensor *x = kept_normal(&r, 12, 5, SHAPE(200, 3));
    batchnorm_forward(x, filled(3, 1), filled(3, 0), false, &state, out, NULL);
    for (size_t c = 0; c < 3; c++) {
        double mean, deviation;
        figures(out->data + c, 200, 3, &mean, &deviation);
        ck_assert_msg(fabs(mean) < 0.2, "column %zu has mean %g, should be near 0", c, mean);
        ck_assert_msg(fabs(deviation - 1) < 0.2, "column %zu has deviation %g, should be near 1", c,
                      deviation);
    }
}
END_TEST

/* A normalization, batch or layer, and its gradients, on the notebook's numbers of seed 231. */
typedef struct layer {
    bool over_examples; /* batch normalization */
    tensor *x, *gamma, *beta, *dout;
    tensor *normalized, *inverse_std;
    tensor *dx, *dgamma, *dbeta;
} layer;

static void run_forward(const layer *l, const tensor *x, const tensor *gamma, const tensor *beta,
                        tensor *out)
{
    batchnorm_state state = {.running_mean = tensor_new_1d(D),
                             .running_variance = tensor_new_1d(D),
                             .momentum = (real)0.9,
                             .eps = (real)1e-5};
    batchnorm_cache over_examples = {l->normalized, l->inverse_std};
    layernorm_cache over_features = {l->normalized, l->inverse_std};
    if (l->over_examples)
        batchnorm_forward(x, gamma, beta, true, &state, out, &over_examples);
    else
        layernorm_forward(x, gamma, beta, (real)1e-5, out, &over_features);
    tensor_free(state.running_mean);
    tensor_free(state.running_variance);
}

static void out_of_x(const tensor *x, tensor *out, void *context)
{
    const layer *l = context;
    run_forward(l, x, l->gamma, l->beta, out);
}

static void out_of_gamma(const tensor *gamma, tensor *out, void *context)
{
    const layer *l = context;
    run_forward(l, l->x, gamma, l->beta, out);
}

static void out_of_beta(const tensor *beta, tensor *out, void *context)
{
    const layer *l = context;
    run_forward(l, l->x, l->gamma, beta, out);
}

static layer new_layer(bool over_examples)
{
    random_state r;
    random_seed(&r, 231);
    layer l = {.over_examples = over_examples,
               .x = kept_normal(&r, 12, 5, SHAPE(N, D)),
               .gamma = kept_normal(&r, 0, 1, SHAPE(D)),
               .beta = kept_normal(&r, 0, 1, SHAPE(D)),
               .dout = kept_normal(&r, 0, 1, SHAPE(N, D)),
               .normalized = kept_output(SHAPE(N, D)),
               .inverse_std = kept_output(SHAPE(over_examples ? D : N)),
               .dx = kept_output(SHAPE(N, D)),
               .dgamma = kept_output(SHAPE(D)),
               .dbeta = kept_output(SHAPE(D))};
    run_forward(&l, l.x, l.gamma, l.beta, kept_output(SHAPE(N, D)));
    return l;
}

static layer batch_layer(void (*backward)(const tensor *, const tensor *, const batchnorm_cache *,
                                          tensor *, tensor *, tensor *))
{
    layer l = new_layer(true);
    batchnorm_cache cache = {l.normalized, l.inverse_std};
    backward(l.dout, l.gamma, &cache, l.dx, l.dgamma, l.dbeta);
    return l;
}

static layer feature_layer(void)
{
    layer l = new_layer(false);
    layernorm_cache cache = {l.normalized, l.inverse_std};
    layernorm_backward(l.dout, l.gamma, &cache, l.dx, l.dgamma, l.dbeta);
    return l;
}

START_TEST(test_batchnorm_backward_gives_the_gradient_by_x)
{
    layer l = batch_layer(batchnorm_backward);
    hint("x affects out along three paths: directly, through the mean and through the variance.");
    expect_gradient_array("dx", l.dx, out_of_x, &l, l.x, l.dout);
}
END_TEST

START_TEST(test_batchnorm_backward_gives_the_gradients_by_gamma_and_beta)
{
    layer l = batch_layer(batchnorm_backward);
    expect_gradient_array("dgamma", l.dgamma, out_of_gamma, &l, l.gamma, l.dout);
    expect_gradient_array("dbeta", l.dbeta, out_of_beta, &l, l.beta, l.dout);
}
END_TEST

START_TEST(test_batchnorm_backward_sums_to_zero_over_the_batch)
{
    layer l = batch_layer(batchnorm_backward);
    hint("Adding one number to all examples does not change out, so each column of dx sums to "
         "0. If it does not, the path by the mean is missing.");
    for (size_t d = 0; d < D; d++) {
        double sum = 0, size = 0;
        for (size_t i = 0; i < N; i++) {
            sum += (double)l.dx->data[i * D + d];
            size += fabs((double)l.dx->data[i * D + d]);
        }
        ck_assert_msg(fabs(sum) <= 1e-9 * size, "column %zu of dx sums to %g, should be 0", d, sum);
    }
}
END_TEST

START_TEST(test_batchnorm_backward_alt_gives_the_gradient_by_x)
{
    layer l = batch_layer(batchnorm_backward_alt);
    expect_gradient_array("dx", l.dx, out_of_x, &l, l.x, l.dout);
}
END_TEST

START_TEST(test_batchnorm_backward_alt_gives_the_gradients_by_gamma_and_beta)
{
    layer l = batch_layer(batchnorm_backward_alt);
    expect_gradient_array("dgamma", l.dgamma, out_of_gamma, &l, l.gamma, l.dout);
    expect_gradient_array("dbeta", l.dbeta, out_of_beta, &l, l.beta, l.dout);
}
END_TEST

/* Figures: CS231n 2022, BatchNormalization notebook, layer normalization, gamma 3 and beta 5. */
START_TEST(test_layernorm_forward_gives_the_published_means_and_deviations)
{
    const double means_before[] = {-59.06673243, -47.60782686, -43.31137368, -26.40991744};
    const double deviations_after[] = {2.99999985, 2.99999998, 2.99999999, 2.99999907};
    random_state r;
    random_seed(&r, 231);
    tensor *x = course_activations(&r, 4);
    tensor *out = kept_output(SHAPE(4, 3));
    layernorm_cache cache = {kept_output(SHAPE(4, 3)), kept_output(SHAPE(4))};
    layernorm_forward(x, filled(3, 3), filled(3, 5), (real)1e-5, out, &cache);
    for (size_t i = 0; i < 4; i++) {
        double mean, deviation;
        figures(x->data + i * 3, 3, 1, &mean, &deviation);
        expect_number("x's mean, of the drawn numbers", mean, means_before[i], 1e-8);
        figures(out->data + i * 3, 3, 1, &mean, &deviation);
        expect_number("a row's mean", mean, 5, 1e-9);
        expect_number("a row's standard deviation", deviation, deviations_after[i], 1e-8);
    }
}
END_TEST

START_TEST(test_layernorm_forward_treats_each_example_alone)
{
    tensor *x = keep(matrix(2, 3, (const double[]){1, 2, 6, 100, 100, 100}));
    tensor *out = kept_output(SHAPE(2, 3));
    layernorm_cache cache = {kept_output(SHAPE(2, 3)), kept_output(SHAPE(2))};
    double root = sqrt(14. / 3 + 1e-5);
    hint("Mean and variance are those of a row; the second row is constant.");
    layernorm_forward(x, filled(3, 1), filled(3, 0), (real)1e-5, out, &cache);
    expect_values("out", out, (const double[]){-2 / root, -1 / root, 3 / root, 0, 0, 0}, 1e-9);
}
END_TEST

START_TEST(test_layernorm_forward_has_a_scale_for_each_feature)
{
    tensor *x = keep(matrix(1, 2, (const double[]){-1, 1}));
    tensor *gamma = keep(tensor_new_1d(2)), *beta = keep(tensor_new_1d(2));
    tensor *out = kept_output(SHAPE(1, 2));
    layernorm_cache cache = {kept_output(SHAPE(1, 2)), kept_output(SHAPE(1))};
    gamma->data[0] = 2;
    gamma->data[1] = 3;
    beta->data[0] = 10;
    beta->data[1] = 20;
    layernorm_forward(x, gamma, beta, (real)1e-12, out, &cache);
    expect_values("out", out, (const double[]){8, 23}, 1e-9);
}
END_TEST

START_TEST(test_layernorm_backward_gives_the_gradient_by_x)
{
    layer l = feature_layer();
    expect_gradient_array("dx", l.dx, out_of_x, &l, l.x, l.dout);
}
END_TEST

START_TEST(test_layernorm_backward_gives_the_gradients_by_gamma_and_beta)
{
    layer l = feature_layer();
    hint("gamma and beta belong to features: their gradients are sums over the examples.");
    expect_gradient_array("dgamma", l.dgamma, out_of_gamma, &l, l.gamma, l.dout);
    expect_gradient_array("dbeta", l.dbeta, out_of_beta, &l, l.beta, l.dout);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"batchnorm_forward", test_batchnorm_forward_gives_the_published_means_and_deviations},
        {"batchnorm_forward", test_batchnorm_forward_divides_the_variance_by_N},
        {"batchnorm_forward", test_batchnorm_forward_is_exact_far_from_zero},
        {"batchnorm_forward", test_batchnorm_forward_adds_eps_to_the_variance},
        {"batchnorm_forward", test_batchnorm_forward_moves_the_running_statistics_by_a_tenth},
        {"batchnorm_forward", test_batchnorm_forward_in_test_mode_uses_the_running_statistics},
        {"batchnorm_forward", test_batchnorm_forward_in_test_mode_leaves_the_running_statistics},
        {"batchnorm_forward", test_batchnorm_after_fifty_batches_normalizes_in_test_mode},
        {"batchnorm_backward", test_batchnorm_backward_gives_the_gradient_by_x},
        {"batchnorm_backward", test_batchnorm_backward_gives_the_gradients_by_gamma_and_beta},
        {"batchnorm_backward", test_batchnorm_backward_sums_to_zero_over_the_batch},
        {"batchnorm_backward_alt", test_batchnorm_backward_alt_gives_the_gradient_by_x},
        {"batchnorm_backward_alt",
         test_batchnorm_backward_alt_gives_the_gradients_by_gamma_and_beta},
        {"layernorm_forward", test_layernorm_forward_gives_the_published_means_and_deviations},
        {"layernorm_forward", test_layernorm_forward_treats_each_example_alone},
        {"layernorm_forward", test_layernorm_forward_has_a_scale_for_each_feature},
        {"layernorm_backward", test_layernorm_backward_gives_the_gradient_by_x},
        {"layernorm_backward", test_layernorm_backward_gives_the_gradients_by_gamma_and_beta},
    };
    return check_module("batchnorm", promises, sizeof promises / sizeof *promises);
}
