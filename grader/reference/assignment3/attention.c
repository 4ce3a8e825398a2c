/* Attention. attention.h specifies each function. */
#include "attention.h"

#include "contract.h"
#include "matmul.h"
#include "temporal.h"

#ifdef SOLUTION
#include "multiversion.h"

#include "fast_math.h"
#endif

/* Stops the program unless the inputs and the weights of attention fit one another. */
static void check_attention(const char *function, const tensor *q, const tensor *k, const tensor *v,
                            const tensor *weights, const tensor *drop)
{
    check_rank(function, "q", q, 4);
    check_rank(function, "k", k, 4);
    size_t N = q->shape[0], H = q->shape[1];
    check_shape_4d(function, "k", k, N, H, k->shape[2], q->shape[3]);
    check_same_shape(function, "v", v, k);
    check_shape_4d(function, "weights", weights, N, H, q->shape[2], k->shape[2]);
    if (drop != NULL)
        check_same_shape(function, "drop", drop, weights);
}

/* Stops the program unless mask is NULL, or S x T with a 1 in each row. */
static void check_mask(const char *function, const tensor *mask, size_t S, size_t T)
{
    if (mask == NULL)
        return;
    check_shape_2d(function, "mask", mask, S, T);
    for (size_t s = 0; s < S; s++) {
        size_t t = 0;
        while (t < T && mask->data[s * T + t] == 0)
            t++;
        if (t == T)
            contract_failed(function, "row %zu of mask has no 1: query %zu would see nothing", s,
                            s);
    }
}

#ifdef SOLUTION
/* A view of head i of x, N x H x rows x columns, as a matrix; i counts over all examples. */
static tensor head(const tensor *x, size_t i)
{
    size_t rows = x->shape[2], columns = x->shape[3];
    return tensor_over(x->data + i * rows * columns, 2, (const size_t[]){rows, columns});
}

/* Makes the scores that mask blocks so small that their exponential is 0. */
static void block(const tensor *mask, tensor *scores)
{
    for (size_t i = 0; i < scores->size; i++)
        if (mask->data[i] == 0)
            scores->data[i] = -INFINITY;
}

/* Softmax of each row, in place. */
MULTIVERSION
static void attention_softmax_rows(tensor *scores)
{
    size_t T = scores->shape[1];
    for (size_t s = 0; s < scores->shape[0]; s++) {
        real *row = scores->data + s * T;
        real largest = row[0], sum = 0;
        for (size_t t = 1; t < T; t++)
            largest = row[t] > largest ? row[t] : largest;
        for (size_t t = 0; t < T; t++) {
            row[t] = fast_exp_of_negative(row[t] - largest);
            sum += row[t];
        }
        for (size_t t = 0; t < T; t++)
            row[t] /= sum;
    }
}

/* Back through the softmax of each row, in place: gradient is dweights, and becomes dscores. */
MULTIVERSION
static void attention_softmax_rows_backward(const tensor *weights, tensor *gradient)
{
    size_t T = weights->shape[1];
    for (size_t s = 0; s < weights->shape[0]; s++) {
        const real *w = weights->data + s * T;
        real *g = gradient->data + s * T;
        real sum = 0;
        for (size_t t = 0; t < T; t++)
            sum += w[t] * g[t];
        for (size_t t = 0; t < T; t++)
            g[t] = w[t] * (g[t] - sum);
    }
}

/* The weights of head i as the values meet them, after drop, into dropped. */
static void drop_weights(const tensor *weights, const tensor *drop, size_t i, tensor *dropped)
{
    tensor w = head(weights, i);
    tensor_copy(&w, dropped);
    if (drop != NULL) {
        tensor factors = head(drop, i);
        tensor_multiply(dropped, &factors, dropped);
    }
}
#endif

void attention_forward(const tensor *q, const tensor *k, const tensor *v, const tensor *mask,
                       const tensor *drop, tensor *out, tensor *weights)
{
    check_attention(__func__, q, k, v, weights, drop);
    check_mask(__func__, mask, q->shape[2], k->shape[2]);
    check_same_shape(__func__, "out", out, q);
#ifdef SOLUTION
    real scale = 1 / sqrt((real)q->shape[3]);
    tensor *dropped = tensor_new_2d(q->shape[2], k->shape[2]);
    for (size_t i = 0; i < q->shape[0] * q->shape[1]; i++) {
        tensor queries = head(q, i), keys = head(k, i), values = head(v, i);
        tensor results = head(out, i), w = head(weights, i);
        matmul_general(false, true, scale, &queries, &keys, 0, &w);
        if (mask != NULL)
            block(mask, &w);
        attention_softmax_rows(&w);
        drop_weights(weights, drop, i, dropped);
        matmul(dropped, &values, &results);
    }
    tensor_free(dropped);
#else
    /*
     * TODO: for each example and head: the scores, S x T, are one matrix product. Then the mask,
     * and the softmax of each row, stable as in assignment 1; its largest score is one that may be
     * seen. tensor_over makes a view of one head. Where does drop belong, and what does weights
     * keep?
     */
    NOT_IMPLEMENTED(q, k, v, mask, drop, out, weights);
#endif
}

void attention_backward(const tensor *dout, const tensor *q, const tensor *k, const tensor *v,
                        const tensor *weights, const tensor *drop, tensor *dq, tensor *dk,
                        tensor *dv)
{
    check_attention(__func__, q, k, v, weights, drop);
    check_same_shape(__func__, "dout", dout, q);
    check_same_shape(__func__, "dq", dq, q);
    check_same_shape(__func__, "dk", dk, k);
    check_same_shape(__func__, "dv", dv, v);
#ifdef SOLUTION
    real scale = 1 / sqrt((real)q->shape[3]);
    tensor *dropped = tensor_new_2d(q->shape[2], k->shape[2]);
    tensor *dscores = tensor_new_like(dropped);
    for (size_t i = 0; i < q->shape[0] * q->shape[1]; i++) {
        tensor queries = head(q, i), keys = head(k, i), values = head(v, i);
        tensor dqueries = head(dq, i), dkeys = head(dk, i), dvalues = head(dv, i);
        tensor upstream = head(dout, i), w = head(weights, i);
        drop_weights(weights, drop, i, dropped);
        matmul_transposed_left(dropped, &upstream, &dvalues);
        matmul_transposed_right(&upstream, &values, dscores);
        if (drop != NULL) {
            tensor factors = head(drop, i);
            tensor_multiply(dscores, &factors, dscores);
        }
        attention_softmax_rows_backward(&w, dscores);
        matmul_general(false, false, scale, dscores, &keys, 0, &dqueries);
        matmul_general(true, false, scale, dscores, &queries, 0, &dkeys);
    }
    tensor_free(dropped);
    tensor_free(dscores);
#else
    /*
     * TODO: the same steps backwards, each on its own: the product with v has two gradients (dv,
     * and that of the dropped weights), then drop, the softmax of each row, the product of q and k
     * with its factor. The header has the softmax's formula; derive it once on paper.
     */
    NOT_IMPLEMENTED(dout, q, k, v, weights, drop, dq, dk, dv);
#endif
}

/* Stops the program unless whole, N x S x E, is what the heads, N x H x S x E/H, make together. */
static void check_heads(const char *function, const char *name, const tensor *whole,
                        const char *heads_name, const tensor *heads)
{
    check_rank(function, name, whole, 3);
    check_rank(function, heads_name, heads, 4);
    size_t N = whole->shape[0], S = whole->shape[1], E = whole->shape[2], H = heads->shape[1];
    if (H == 0 || E % H != 0)
        contract_failed(function, "%s has %zu heads, should be a divisor of E = %zu", heads_name, H,
                        E);
    check_shape_4d(function, heads_name, heads, N, H, S, E / H);
}

void split_heads(const tensor *x, tensor *out)
{
    check_heads(__func__, "x", x, "out", out);
#ifdef SOLUTION
    size_t H = out->shape[1], S = out->shape[2], d = out->shape[3];
    for (size_t n = 0; n < x->shape[0]; n++)
        for (size_t h = 0; h < H; h++)
            for (size_t s = 0; s < S; s++)
                for (size_t i = 0; i < d; i++)
                    out->data[((n * H + h) * S + s) * d + i] =
                        x->data[(n * S + s) * H * d + h * d + i];
#else
    /* TODO: four loops and the header's formula. Is a reshape enough? */
    NOT_IMPLEMENTED(x, out);
#endif
}

void merge_heads(const tensor *x, tensor *out)
{
    check_heads(__func__, "out", out, "x", x);
#ifdef SOLUTION
    size_t H = x->shape[1], S = x->shape[2], d = x->shape[3];
    for (size_t n = 0; n < x->shape[0]; n++)
        for (size_t h = 0; h < H; h++)
            for (size_t s = 0; s < S; s++)
                for (size_t i = 0; i < d; i++)
                    out->data[(n * S + s) * H * d + h * d + i] =
                        x->data[((n * H + h) * S + s) * d + i];
#else
    /* TODO: the same loops, the other way. */
    NOT_IMPLEMENTED(x, out);
#endif
}

void causal_mask(tensor *mask)
{
    check_rank(__func__, "mask", mask, 2);
    check_shape_2d(__func__, "mask", mask, mask->shape[0], mask->shape[0]);
#ifdef SOLUTION
    size_t T = mask->shape[0];
    for (size_t s = 0; s < T; s++)
        for (size_t t = 0; t < T; t++)
            mask->data[s * T + t] = t <= s;
#else
    /* TODO: a 1 where position s may see position t: itself, and all before it. */
    NOT_IMPLEMENTED(mask);
#endif
}

/* Stops the program unless the arguments of multi-head attention fit one another. */
static void check_multi_head(const char *function, const tensor *query, const tensor *key,
                             const tensor *value, const multi_head_weights *w,
                             const multi_head_cache *cache)
{
    check_rank(function, "query", query, 3);
    check_rank(function, "key", key, 3);
    size_t N = query->shape[0], S = query->shape[1], T = key->shape[1], E = query->shape[2];
    check_shape_3d(function, "key", key, N, T, E);
    check_same_shape(function, "value", value, key);
    check_multi_head_weights(function, "w", w, E);
    check_multi_head_cache(function, "cache", cache, N, S, T, E, w->heads);
}

#ifdef SOLUTION
/* An affine layer, cut into heads: split_heads(x W + b) into heads. */
static void project(const tensor *x, const tensor *W, const tensor *b, tensor *heads)
{
    tensor *whole = tensor_new_like(x);
    temporal_affine_forward(x, W, b, whole);
    split_heads(whole, heads);
    tensor_free(whole);
}

/* Its gradients: dx, dW and db of dheads. */
static void project_backward(const tensor *dheads, const tensor *x, const tensor *W, tensor *dx,
                             tensor *dW, tensor *db)
{
    tensor *dwhole = tensor_new_like(x);
    merge_heads(dheads, dwhole);
    temporal_affine_backward(dwhole, x, W, dx, dW, db);
    tensor_free(dwhole);
}
#endif

void multi_head_forward(const tensor *query, const tensor *key, const tensor *value,
                        const multi_head_weights *w, const tensor *mask, const tensor *drop,
                        tensor *out, multi_head_cache *cache)
{
    check_multi_head(__func__, query, key, value, w, cache);
    check_mask(__func__, mask, query->shape[1], key->shape[1]);
    check_same_shape(__func__, "out", out, query);
#ifdef SOLUTION
    tensor *results = tensor_new_like(cache->q);
    project(query, w->Wq, w->bq, cache->q);
    project(key, w->Wk, w->bk, cache->k);
    project(value, w->Wv, w->bv, cache->v);
    attention_forward(cache->q, cache->k, cache->v, mask, drop, results, cache->weights);
    merge_heads(results, cache->joined);
    temporal_affine_forward(cache->joined, w->Wo, w->bo, out);
    tensor_free(results);
#else
    /*
     * TODO: temporal_affine_forward of temporal.h makes q, k and v, each of its own input; then
     * split, attention, merge, and the last affine layer.
     */
    NOT_IMPLEMENTED(query, key, value, w, mask, drop, out, cache);
#endif
}

void multi_head_backward(const tensor *dout, const tensor *query, const tensor *key,
                         const tensor *value, const multi_head_weights *w, const tensor *drop,
                         const multi_head_cache *cache, tensor *dquery, tensor *dkey,
                         tensor *dvalue, multi_head_weights *dw)
{
    check_multi_head(__func__, query, key, value, w, cache);
    check_same_shape(__func__, "dout", dout, query);
    check_same_shape(__func__, "dquery", dquery, query);
    check_same_shape(__func__, "dkey", dkey, key);
    check_same_shape(__func__, "dvalue", dvalue, value);
    check_multi_head_weights(__func__, "dw", dw, query->shape[2]);
#ifdef SOLUTION
    tensor *djoined = tensor_new_like(query), *dresults = tensor_new_like(cache->q);
    tensor *dq = tensor_new_like(cache->q);
    tensor *dk = tensor_new_like(cache->k), *dv = tensor_new_like(cache->v);
    temporal_affine_backward(dout, cache->joined, w->Wo, djoined, dw->Wo, dw->bo);
    split_heads(djoined, dresults);
    attention_backward(dresults, cache->q, cache->k, cache->v, cache->weights, drop, dq, dk, dv);
    project_backward(dq, query, w->Wq, dquery, dw->Wq, dw->bq);
    project_backward(dk, key, w->Wk, dkey, dw->Wk, dw->bk);
    project_backward(dv, value, w->Wv, dvalue, dw->Wv, dw->bv);
    tensor *const all[] = {djoined, dresults, dq, dk, dv};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
#else
    /*
     * TODO: the same steps backwards. The gradient of a merge is a split, and that of a split is a
     * merge.
     */
    NOT_IMPLEMENTED(dout, query, key, value, w, drop, cache, dquery, dkey, dvalue, dw);
#endif
}
