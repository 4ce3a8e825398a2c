/*
 * Attention as remote calls, where what is optional in C is two arguments on the wire: a tensor and
 * whether it counts. In place of NULL goes a tensor of zeros.
 */
#include "attention.h"
#include "remote.h"

/* Hands over t as name, or zeros of the given shape where t is NULL, and as flag which of both. */
static void in_optional(const char *name, const char *flag, const tensor *t, size_t rank,
                        const size_t *shape)
{
    tensor *zeros = t == NULL ? tensor_new(rank, shape) : NULL;
    remote_in(name, t != NULL ? t : zeros);
    remote_in_number(flag, t != NULL ? 1 : 0);
    tensor_free(zeros);
}

static void in_mask(const tensor *mask, size_t S, size_t T)
{
    in_optional("mask", "masked", mask, 2, (const size_t[]){S, T});
}

/* drop has the shape of the weights. */
static void in_drop(const tensor *drop, const tensor *weights)
{
    in_optional("drop", "dropped", drop, weights->rank, weights->shape);
}

void attention_forward(const tensor *q, const tensor *k, const tensor *v, const tensor *mask,
                       const tensor *drop, tensor *out, tensor *weights)
{
    remote_begin("attention_forward");
    remote_in("q", q);
    remote_in("k", k);
    remote_in("v", v);
    in_mask(mask, q->shape[2], k->shape[2]);
    in_drop(drop, weights);
    remote_out("out", out);
    remote_out("weights", weights);
    remote_end();
}

void attention_backward(const tensor *dout, const tensor *q, const tensor *k, const tensor *v,
                        const tensor *weights, const tensor *drop, tensor *dq, tensor *dk,
                        tensor *dv)
{
    remote_begin("attention_backward");
    remote_in("dout", dout);
    remote_in("q", q);
    remote_in("k", k);
    remote_in("v", v);
    remote_in("weights", weights);
    in_drop(drop, weights);
    remote_out("dq", dq);
    remote_out("dk", dk);
    remote_out("dv", dv);
    remote_end();
}

void causal_mask(tensor *mask)
{
    remote_begin("causal_mask");
    remote_in_number("T", (double)mask->shape[0]);
    remote_out("mask", mask);
    remote_end();
}

static void in_weights(const multi_head_weights *w)
{
    remote_in("Wq", w->Wq);
    remote_in("bq", w->bq);
    remote_in("Wk", w->Wk);
    remote_in("bk", w->bk);
    remote_in("Wv", w->Wv);
    remote_in("bv", w->bv);
    remote_in("Wo", w->Wo);
    remote_in("bo", w->bo);
    remote_in_number("heads", (double)w->heads);
}

void multi_head_forward(const tensor *query, const tensor *key, const tensor *value,
                        const multi_head_weights *w, const tensor *mask, const tensor *drop,
                        tensor *out, multi_head_cache *cache)
{
    remote_begin("multi_head_forward");
    remote_in("query", query);
    remote_in("key", key);
    remote_in("value", value);
    in_weights(w);
    in_mask(mask, query->shape[1], key->shape[1]);
    in_drop(drop, cache->weights);
    remote_out("out", out);
    remote_out("q", cache->q);
    remote_out("k", cache->k);
    remote_out("v", cache->v);
    remote_out("weights", cache->weights);
    remote_out("joined", cache->joined);
    remote_end();
}

void multi_head_backward(const tensor *dout, const tensor *query, const tensor *key,
                         const tensor *value, const multi_head_weights *w, const tensor *drop,
                         const multi_head_cache *cache, tensor *dquery, tensor *dkey,
                         tensor *dvalue, multi_head_weights *dw)
{
    remote_begin("multi_head_backward");
    remote_in("dout", dout);
    remote_in("query", query);
    remote_in("key", key);
    remote_in("value", value);
    in_weights(w);
    in_drop(drop, cache->weights);
    remote_in("q", cache->q);
    remote_in("k", cache->k);
    remote_in("v", cache->v);
    remote_in("weights", cache->weights);
    remote_in("joined", cache->joined);
    remote_out("dquery", dquery);
    remote_out("dkey", dkey);
    remote_out("dvalue", dvalue);
    remote_out("dWq", dw->Wq);
    remote_out("dbq", dw->bq);
    remote_out("dWk", dw->Wk);
    remote_out("dbk", dw->bk);
    remote_out("dWv", dw->Wv);
    remote_out("dbv", dw->bv);
    remote_out("dWo", dw->Wo);
    remote_out("dbo", dw->bo);
    remote_end();
}
