/* batchnorm_forward as a remote call: its caller may give no cache in test mode. */
#include "batchnorm.h"
#include "remote.h"

/* Asks for a tensor that the caller does not want: in test mode there may be no cache. */
static tensor *unwanted(const char *name, const tensor *like)
{
    tensor *t = tensor_new_like(like);
    remote_out(name, t);
    return t;
}

void batchnorm_forward(const tensor *x, const tensor *gamma, const tensor *beta, bool training,
                       batchnorm_state *state, tensor *out, batchnorm_cache *cache)
{
    tensor *spare[2] = {NULL, NULL};
    remote_begin("batchnorm_forward");
    remote_in("x", x);
    remote_in("gamma", gamma);
    remote_in("beta", beta);
    remote_in("mean", state->running_mean);
    remote_in("variance", state->running_variance);
    remote_in_number("momentum", state->momentum);
    remote_in_number("eps", state->eps);
    remote_in_number("training", training ? 1 : 0);
    remote_out("out", out);
    if (training) {
        remote_out("normalized", cache->normalized);
        remote_out("inverse_std", cache->inverse_std);
    } else {
        spare[0] = unwanted("normalized", x);
        spare[1] = unwanted("inverse_std", gamma);
    }
    remote_out("running_mean", state->running_mean);
    remote_out("running_variance", state->running_variance);
    remote_end();
    tensor_free(spare[0]);
    tensor_free(spare[1]);
}
