/* Layers, as matrices: transposes are written out, and rows and columns summed by ones. */
#include "layers.h"

#include "contract.h"
#include "matmul.h"

/* A new matrix, the transpose of A. */
static tensor *transpose_of(const tensor *A)
{
    tensor *out = tensor_new_2d(A->shape[1], A->shape[0]);
    tensor_transpose(A, out);
    return out;
}

/* A rows x columns matrix of ones. */
static tensor *ones(size_t rows, size_t columns)
{
    tensor *matrix = tensor_new_2d(rows, columns);
    tensor_fill(matrix, 1);
    return matrix;
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
    size_t N = x->shape[0];
    size_t D = w->shape[0];
    size_t M = w->shape[1];
    tensor *x_matrix = tensor_new_2d(N, D);
    tensor_copy(x, x_matrix);
    tensor *xw = tensor_new_2d(N, M);
    matmul(x_matrix, w, xw);
    tensor *b_matrix = tensor_new_2d(1, M);
    tensor_copy(b, b_matrix);
    tensor *ones_N = ones(N, 1);
    tensor *b_repeated = tensor_new_2d(N, M);
    matmul(ones_N, b_matrix, b_repeated);
    tensor_add(xw, b_repeated, out);
    tensor_free(b_repeated);
    tensor_free(ones_N);
    tensor_free(b_matrix);
    tensor_free(xw);
    tensor_free(x_matrix);
}

void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx, tensor *dw,
                     tensor *db)
{
    check_affine(__func__, x, w);
    check_shape_2d(__func__, "dout", dout, x->shape[0], w->shape[1]);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    size_t N = x->shape[0];
    size_t D = w->shape[0];
    size_t M = w->shape[1];
    tensor *x_matrix = tensor_new_2d(N, D);
    tensor_copy(x, x_matrix);

    /* dx = dout w^T */
    tensor *w_transposed = transpose_of(w);
    tensor *dx_matrix = tensor_new_2d(N, D);
    matmul(dout, w_transposed, dx_matrix);
    tensor_copy(dx_matrix, dx);

    /* dw = x^T dout */
    tensor *x_transposed = transpose_of(x_matrix);
    matmul(x_transposed, dout, dw);

    /* db = 1^T dout */
    tensor *ones_N = ones(1, N);
    tensor *db_matrix = tensor_new_2d(1, M);
    matmul(ones_N, dout, db_matrix);
    tensor_copy(db_matrix, db);

    tensor_free(db_matrix);
    tensor_free(ones_N);
    tensor_free(x_transposed);
    tensor_free(dx_matrix);
    tensor_free(w_transposed);
    tensor_free(x_matrix);
}

void relu_forward(const tensor *x, tensor *out)
{
    check_same_shape(__func__, "out", out, x);
    for (size_t i = 0; i < x->size; i++)
        out->data[i] = fmax(0, x->data[i]);
}

void relu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    check_same_shape(__func__, "dout", dout, x);
    check_same_shape(__func__, "dx", dx, x);
    tensor *mask = tensor_new_like(x);
    for (size_t i = 0; i < x->size; i++) {
        if (x->data[i] > 0)
            mask->data[i] = 1;
        else
            mask->data[i] = 0;
    }
    tensor_multiply(dout, mask, dx);
    tensor_free(mask);
}

real svm_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_scores(__func__, x, y, dx);
    size_t N = x->shape[0];
    size_t C = x->shape[1];
    tensor *margins = tensor_new_2d(N, C);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < C; j++)
            if (j != y->data[i])
                margins->data[i * C + j] =
                    fmax(0, x->data[i * C + j] - x->data[i * C + y->data[i]] + 1);
    real loss = tensor_sum(margins) / N;

    tensor *num_pos = tensor_new_1d(N);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < C; j++)
            if (margins->data[i * C + j] > 0)
                num_pos->data[i] += 1;
    tensor_fill(dx, 0);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < C; j++)
            if (margins->data[i * C + j] > 0)
                dx->data[i * C + j] = 1;
        dx->data[i * C + y->data[i]] -= num_pos->data[i];
    }
    for (size_t i = 0; i < dx->size; i++)
        dx->data[i] /= N;
    tensor_free(num_pos);
    tensor_free(margins);
    return loss;
}

real softmax_loss(const tensor *x, const labels *y, tensor *dx)
{
    check_scores(__func__, x, y, dx);
    size_t N = x->shape[0];
    size_t C = x->shape[1];
    tensor *shifted = tensor_new_copy(x);
    tensor *Z = tensor_new_1d(N);
    for (size_t i = 0; i < N; i++) {
        tensor row = tensor_row(shifted, i);
        real max = row.data[tensor_argmax(&row)];
        for (size_t j = 0; j < C; j++)
            row.data[j] -= max;
        for (size_t j = 0; j < C; j++)
            Z->data[i] += exp(row.data[j]);
    }
    tensor *log_probs = tensor_new_2d(N, C);
    tensor *probs = tensor_new_2d(N, C);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < C; j++) {
            log_probs->data[i * C + j] = shifted->data[i * C + j] - log(Z->data[i]);
            probs->data[i * C + j] = exp(log_probs->data[i * C + j]);
        }
    }
    real loss = 0;
    for (size_t i = 0; i < N; i++)
        loss -= log_probs->data[i * C + y->data[i]];
    loss /= N;
    tensor_copy(probs, dx);
    for (size_t i = 0; i < N; i++)
        dx->data[i * C + y->data[i]] -= 1;
    tensor_scale(dx, (real)1 / N);
    tensor_free(probs);
    tensor_free(log_probs);
    tensor_free(Z);
    tensor_free(shifted);
    return loss;
}
