/* Layers: products that add to what is there, compensated sums, logarithms by log1p. */
#include "layers.h"

#include "contract.h"
#include "matmul.h"

/* The sum of the count numbers x[0], x[stride], x[2 * stride] ... by Kahan's summation. */
static real kahan_sum(const real *x, size_t count, size_t stride)
{
    real sum = 0, lost = 0;
    for (size_t i = 0; i < count; i++) {
        real term = x[i * stride] - lost;
        real total = sum + term;
        lost = (total - sum) - term;
        sum = total;
    }
    return sum;
}

/* The hinge loss of one example's C scores with the label y; slopes receives its gradient. */
static real example_hinge(const real *scores, size_t C, uint32_t y, real *slopes)
{
    real loss = 0;
    slopes[y] = 0;
    for (size_t j = 0; j < C; j++) {
        if (j == y)
            continue;
        real margin = (scores[j] - scores[y]) + 1;
        slopes[j] = 0;
        if (margin <= 0)
            continue;
        loss += margin;
        slopes[j] = 1;
        slopes[y] -= 1;
    }
    return loss;
}

/* The cross-entropy of one example's C scores with the label y; slopes receives its gradient. */
static real example_cross_entropy(const real *scores, size_t C, uint32_t y, real *slopes)
{
    size_t top = 0;
    for (size_t j = 1; j < C; j++)
        if (scores[j] > scores[top])
            top = j;
    real others = 0;
    for (size_t j = 0; j < C; j++)
        if (j != top)
            others += exp(scores[j] - scores[top]);
    const real log_sum = log1p(others);
    for (size_t j = 0; j < C; j++)
        slopes[j] = exp(scores[j] - scores[top]) / (1 + others);
    /* probability - 1 without cancellation */
    slopes[y] = y == top ? -others / (1 + others) : slopes[y] - 1;
    return log_sum + (scores[top] - scores[y]);
}

/* Stops the program unless the examples in x, flattened, have as many numbers as w has rows. */
static void check_affine(const char *function, const tensor *x, const tensor *w)
{
    if (x == NULL)
        contract_failed(function, "x is NULL");
    check_rank(function, "w", w, 2);
    tensor flat = tensor_flattened(x);
    check_shape_2d(function, "x (flattened)", &flat, x->shape[0], w->shape[0]);
}

/* What both losses demand. */
static void check_scores(const char *function, const tensor *x, const labels *y, const tensor *dx)
{
    check_rank(function, "x", x, 2);
    check_labels(function, "y", y, x->shape[0], x->shape[1]);
    check_same_shape(function, "dx", dx, x);
}

void affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    check_affine(__func__, x, w);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    check_shape_2d(__func__, "out", out, x->shape[0], w->shape[1]);
    size_t M = w->shape[1];
    for (size_t i = 0; i < out->size; i++)
        out->data[i] = b->data[i % M];
    matmul_general(false, false, 1, x, w, 1, out);
}

void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx, tensor *dw,
                     tensor *db)
{
    check_affine(__func__, x, w);
    check_shape_2d(__func__, "dout", dout, x->shape[0], w->shape[1]);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    size_t M = w->shape[1];
    for (size_t m = 0; m < M; m++)
        db->data[m] = kahan_sum(&dout->data[m], dout->shape[0], M);
    tensor flat = tensor_flattened(x);
    matmul_transposed_left(&flat, dout, dw);
    matmul_transposed_right(dout, w, dx);
}

void relu_forward(const tensor *x, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    for (size_t i = x->size; i-- > 0;) {
        bool positive = x->data[i] > 0;
        out->data[i] = positive ? x->data[i] : 0;
    }
}

void relu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    tensor_fill(dx, 0);
    for (size_t i = 0; i < x->size; i++)
        if (x->data[i] > 0)
            dx->data[i] = dout->data[i];
}

real svm_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_scores(__func__, x, y, dx);
    size_t N = x->shape[0], C = x->shape[1];
    tensor *losses = tensor_new_1d(N);
    for (size_t i = 0; i < N; i++)
        losses->data[i] = example_hinge(&x->data[i * C], C, y->data[i], &dx->data[i * C]);
    real loss = kahan_sum(losses->data, N, 1) / N;
    for (size_t i = 0; i < dx->size; i++)
        dx->data[i] /= N;
    tensor_free(losses);
    return loss;
}

real softmax_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_scores(__func__, x, y, dx);
    size_t N = x->shape[0], C = x->shape[1];
    tensor *losses = tensor_new_1d(N);
    for (size_t i = 0; i < N; i++)
        losses->data[i] = example_cross_entropy(&x->data[i * C], C, y->data[i], &dx->data[i * C]);
    real loss = kahan_sum(losses->data, N, 1) / N;
    for (size_t i = 0; i < dx->size; i++)
        dx->data[i] /= N;
    tensor_free(losses);
    return loss;
}
