/* Layers of sequences. Given: nothing to write here. */
#include "temporal.h"

#include "contract.h"
#include "matmul.h"
#include "recurrent.h"
#include "temporal_fast.h"

void temporal_affine_forward(const tensor *x, const tensor *w, const tensor *b, tensor *out)
{
    check_rank(__func__, "x", x, 3);
    check_rank(__func__, "w", w, 2);
    check_shape_2d(__func__, "w", w, x->shape[2], w->shape[1]);
    check_shape_1d(__func__, "b", b, w->shape[1]);
    check_shape_3d(__func__, "out", out, x->shape[0], x->shape[1], w->shape[1]);
    tensor inputs = sequence_rows(x), outputs = sequence_rows(out);
    tensor_fill_rows(b, &outputs);
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
    matmul_transposed_right(&upstream, w, &dinputs);
    matmul_transposed_left(&inputs, &upstream, dw);
    tensor_sum_rows(&upstream, db);
}

real temporal_softmax_loss(const tensor *scores, const captions *words, uint32_t null_word,
                           tensor *dscores)
{
    check_rank(__func__, "scores", scores, 3);
    check_captions(__func__, "words", words, scores->shape[0], scores->shape[1], scores->shape[2]);
    if (dscores != NULL)
        check_same_shape(__func__, "dscores", dscores, scores);
    return fast_temporal_softmax_loss(scores, words, null_word, dscores);
}
