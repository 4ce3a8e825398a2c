/* The wiring of the UNet. unet.h specifies each function. */
#include "unet.h"

#include <string.h>

#include "contract.h"
#include "diffusion.h"

/* Stops the program unless joined holds the channels of a and of b, called so. */
static void check_joined(const char *function, const char *name_a, const tensor *a,
                         const char *name_b, const tensor *b, const char *name,
                         const tensor *joined)
{
    check_rank(function, name_a, a, 4);
    check_rank(function, name_b, b, 4);
    check_shape_4d(function, name_b, b, a->shape[0], b->shape[1], a->shape[2], a->shape[3]);
    check_shape_4d(function, name, joined, a->shape[0], a->shape[1] + b->shape[1], a->shape[2],
                   a->shape[3]);
}

void concat_channels(const tensor *a, const tensor *b, tensor *out)
{
    check_joined(__func__, "a", a, "b", b, "out", out);
    /* TODO: the channels of one picture lie one after the other. Where does picture n begin? */
    NOT_IMPLEMENTED(a, b, out);
}

void split_channels(const tensor *dout, tensor *da, tensor *db)
{
    check_joined(__func__, "da", da, "db", db, "dout", dout);
    /* TODO: concat_channels, the other way. */
    NOT_IMPLEMENTED(dout, da, db);
}

void unet_forward(const unet *net, const tensor *x, const labels *t, const tensor *condition,
                  tensor *out, unet_cache *cache)
{
    check_unet_cache(__func__, cache, net, x);
    check_labels(__func__, "t", t, x->shape[0], SIZE_MAX);
    check_same_shape(__func__, "out", out, x);
    /*
     * TODO: the header's lines, one call each; cache has a place for every result. A function for
     * the way down through one level, and one for the way up, keep it short.
     */
    NOT_IMPLEMENTED(net, x, t, condition, out, cache);
}

void unet_backward(const tensor *dout, const unet *net, const tensor *x, const tensor *condition,
                   const unet_cache *cache, unet *gradients)
{
    check_unet_cache(__func__, cache, net, x);
    check_same_shape(__func__, "dout", dout, x);
    if (gradients == NULL || gradients->level_count != net->level_count ||
        gradients->blocks != net->blocks)
        contract_failed(__func__, "gradients are NULL, or of another net");
    /*
     * TODO: the same calls in reverse. A second cache from unet_cache_new has a place for the
     * gradient of everything that forward kept. What reaches a skip, and what the context?
     */
    NOT_IMPLEMENTED(dout, net, x, condition, cache, gradients);
}
