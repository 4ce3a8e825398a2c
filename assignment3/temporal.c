/* Layers of sequences. Given: nothing to write here. */
#include "temporal.h"

#include <string.h>

#include "contract.h"
#include "matmul.h"
#include "recurrent.h"

void temporal_affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    check_rank(__func__, "x", x, 3);
    check_rank(__func__, "w", w, 2);
    check_shape_2d(__func__, "w", w, x->shape[2], w->shape[1]);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    check_shape_3d(__func__, "out", out, x->shape[0], x->shape[1], w->shape[1]);
    tensor inputs = sequence_rows(x), outputs = sequence_rows(out);
    size_t M = w->shape[1];
    for (size_t i = 0; i < outputs.shape[0]; i++)
        for (size_t m = 0; m < M; m++)
            outputs.data[i * M + m] = b->data[m];
    matmul_general(false, false, 1, &inputs, w, 1, &outputs);
}

void temporal_affine_backward(const tensor *dout, const tensor *x, const tensor *w, tensor *dx,
                              tensor *dw, tensor *db)
{
    check_rank(__func__, "x", x, 3);
    check_rank(__func__, "w", w, 2);
    check_shape_2d(__func__, "w", w, x->shape[2], w->shape[1]);
    check_shape_3d(__func__, "dout", dout, x->shape[0], x->shape[1], w->shape[1]);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_shape_1d(__func__, "db", db, w->shape[1]);
    tensor upstream = sequence_rows(dout), inputs = sequence_rows(x), dinputs = sequence_rows(dx);
    size_t M = w->shape[1];
    matmul_transposed_right(&upstream, w, &dinputs);
    matmul_transposed_left(&inputs, &upstream, dw);
    tensor_fill(db, 0);
    for (size_t i = 0; i < upstream.shape[0]; i++)
        for (size_t m = 0; m < M; m++)
            db->data[m] += upstream.data[i * M + m];
}

/*
 * The loss of one place that should be word, with the V scores at row, and its gradient times
 * factor to drow, which may be row; NULL: no gradient.
 */
static double loss_of_place(const real *row, size_t V, size_t word, double factor, real *drow)
{
    real largest = row[0], wanted = row[word];
    double sum = 0;
    for (size_t v = 1; v < V; v++)
        largest = row[v] > largest ? row[v] : largest;
    for (size_t v = 0; v < V; v++) {
        real e = exp(row[v] - largest);
        sum += e;
        if (drow != NULL)
            drow[v] = e;
    }
    if (drow != NULL) {
        real scale = factor / sum;
        for (size_t v = 0; v < V; v++)
            drow[v] *= scale;
        drow[word] -= factor;
    }
    return log(sum) - (wanted - largest);
}

real temporal_softmax_loss(const tensor *scores, const captions *words, uint32_t null_word,
                           tensor *dscores)
{
    check_rank(__func__, "scores", scores, 3);
    size_t N = scores->shape[0], T = scores->shape[1], V = scores->shape[2];
    check_captions(__func__, "words", words, N, T, V);
    if (dscores != NULL)
        check_same_shape(__func__, "dscores", dscores, scores);
    double loss = 0;
    for (size_t i = 0; i < N * T; i++) {
        real *drow = dscores != NULL ? dscores->data + i * V : NULL;
        if (words->words[i] != null_word)
            loss += loss_of_place(scores->data + i * V, V, words->words[i], 1.0 / N, drow);
        else if (drow != NULL)
            memset(drow, 0, V * sizeof *drow);
    }
    return loss / N;
}
