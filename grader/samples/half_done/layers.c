/* Layers as plain loops; the bias gradient is averaged, which it should not be. */
#include "layers.h"

#include <string.h>

static size_t width(const tensor *x)
{
    return x->size / x->shape[0];
}

void affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    size_t N = x->shape[0], D = width(x), M = b->size;
    for (size_t n = 0; n < N; n++) {
        real *row = out->data + n * M;
        memcpy(row, b->data, M * sizeof(real));
        for (size_t d = D; d-- > 0;)
            for (size_t m = 0; m < M; m++)
                row[m] += x->data[n * D + d] * w->data[d * M + m];
    }
}

void affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx, tensor *dw,
                     tensor *db)
{
    size_t N = x->shape[0], D = width(x), M = dout->shape[1];
    memset(dx->data, 0, dx->size * sizeof(real));
    memset(dw->data, 0, dw->size * sizeof(real));
    memset(db->data, 0, db->size * sizeof(real));
    for (size_t n = N; n-- > 0;)
        for (size_t m = 0; m < M; m++) {
            real g = dout->data[n * M + m];
            db->data[m] += g / N;
            for (size_t d = 0; d < D; d++) {
                dx->data[n * D + d] += g * w->data[d * M + m];
                dw->data[d * M + m] += g * x->data[n * D + d];
            }
        }
}

void relu_forward(const tensor *x, tensor *out)
{
    for (size_t i = 0; i < x->size; i++)
        out->data[i] = (x->data[i] + fabs(x->data[i])) / 2;
}

void relu_backward(const tensor *dout, const tensor *x, tensor *dx)
{
    for (size_t i = x->size; i-- > 0;)
        dx->data[i] = dout->data[i] * (x->data[i] > 0);
}

real svm_loss(const tensor *x, const labels *y, tensor *dx)
{
    size_t N = x->shape[0], C = x->shape[1];
    double total = 0;
    for (size_t n = 0; n < N; n++) {
        real needed = x->data[n * C + y->data[n]] - 1;
        size_t violations = 0;
        for (size_t c = 0; c < C; c++) {
            bool violated = c != y->data[n] && x->data[n * C + c] > needed;
            dx->data[n * C + c] = violated ? (real)1 / N : 0;
            violations += violated;
            total += violated ? x->data[n * C + c] - needed : 0;
        }
        dx->data[n * C + y->data[n]] = -(real)violations / N;
    }
    return total / N;
}

real softmax_loss(const tensor *x, const labels *y, tensor *dx)
{
    size_t N = x->shape[0], C = x->shape[1];
    double total = 0;
    for (size_t n = 0; n < N; n++) {
        const real *s = x->data + n * C;
        double highest = s[0];
        double z = 0;
        for (size_t c = 1; c < C; c++)
            highest = s[c] > highest ? s[c] : highest;
        for (size_t c = C; c-- > 0;)
            z += exp((double)s[c] - highest);
        double log_z = highest + log(z);
        total += log_z - s[y->data[n]];
        for (size_t c = 0; c < C; c++)
            dx->data[n * C + c] = (exp((double)s[c] - log_z) - (c == y->data[n])) / N;
    }
    return total / N;
}
