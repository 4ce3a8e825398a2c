/* Attention. attention.h specifies each function. */
#include "attention.h"

#include "contract.h"
#include "matmul.h"
#include "temporal.h"

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

void attention_forward(const tensor *q, const tensor *k, const tensor *v, const tensor *mask,
                       const tensor *drop, tensor *out, tensor *weights)
{
    check_attention(__func__, q, k, v, weights, drop);
    check_mask(__func__, mask, q->shape[2], k->shape[2]);
    check_same_shape(__func__, "out", out, q);
    /*
     * TODO: for each example and head: the scores, S x T, are one matrix product. Then the mask,
     * and the softmax of each row, stable as in assignment 1; its largest score is one that may be
     * seen. tensor_over makes a view of one head. Where does drop belong, and what does weights
     * keep?
     */
    NOT_IMPLEMENTED(q, k, v, mask, drop, out, weights);
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
    /*
     * TODO: the same steps backwards, each on its own: the product with v has two gradients (dv,
     * and that of the dropped weights), then drop, the softmax of each row, the product of q and k
     * with its factor. The header has the softmax's formula; derive it once on paper.
     */
    NOT_IMPLEMENTED(dout, q, k, v, weights, drop, dq, dk, dv);
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
    /* TODO: four loops and the header's formula. Is a reshape enough? */
    NOT_IMPLEMENTED(x, out);
}

void merge_heads(const tensor *x, tensor *out)
{
    check_heads(__func__, "out", out, "x", x);
    /* TODO: the same loops, the other way. */
    NOT_IMPLEMENTED(x, out);
}

void causal_mask(tensor *mask)
{
    check_rank(__func__, "mask", mask, 2);
    check_shape_2d(__func__, "mask", mask, mask->shape[0], mask->shape[0]);
    /* TODO: a 1 where position s may see position t: itself, and all before it. */
    NOT_IMPLEMENTED(mask);
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

void multi_head_forward(const tensor *query, const tensor *key, const tensor *value,
                        const multi_head_weights *w, const tensor *mask, const tensor *drop,
                        tensor *out, multi_head_cache *cache)
{
    check_multi_head(__func__, query, key, value, w, cache);
    check_mask(__func__, mask, query->shape[1], key->shape[1]);
    check_same_shape(__func__, "out", out, query);
    /*
     * TODO: temporal_affine_forward of temporal.h makes q, k and v, each of its own input; then
     * split, attention, merge, and the last affine layer.
     */
    NOT_IMPLEMENTED(query, key, value, w, mask, drop, out, cache);
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
    /*
     * TODO: the same steps backwards. The gradient of a merge is a split, and that of a split is a
     * merge.
     */
    NOT_IMPLEMENTED(dout, query, key, value, w, drop, cache, dquery, dkey, dvalue, dw);
}
