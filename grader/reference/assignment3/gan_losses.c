/* Losses of generative adversarial nets. gan_losses.h specifies each function. */
#include "gan_losses.h"

#include "contract.h"

void sample_noise(random_state *random, tensor *noise)
{
    check_rank(__func__, "noise", noise, 2);
#ifdef SOLUTION
    for (size_t i = 0; i < noise->size; i++)
        noise->data[i] = 2 * random_uniform(random) - 1;
#else
    /* TODO: one loop; random_uniform draws a number from 0 to 1. */
    NOT_IMPLEMENTED(random, noise);
#endif
}

#ifdef SOLUTION
/* 1 / (1 + exp(-x)), without the exponential of a large number. */
static real sigmoid(real x)
{
    real small = exp(-fabs(x));
    return x >= 0 ? 1 / (1 + small) : small / (1 + small);
}
#endif

real bce_with_logits(const tensor *logits, const tensor *targets, tensor *dlogits)
{
    check_same_shape(__func__, "targets", targets, logits);
    check_same_shape(__func__, "dlogits", dlogits, logits);
#ifdef SOLUTION
    size_t N = logits->size;
    double loss = 0;
    for (size_t i = 0; i < N; i++) {
        real x = logits->data[i], t = targets->data[i];
        loss += fmax(x, 0) - x * t + log1p(exp(-fabs(x)));
        dlogits->data[i] = (sigmoid(x) - t) / N;
    }
    return loss / N;
#else
    /*
     * TODO: the header's second form. The gradient needs the sigmoid itself: write it so that it
     * never takes the exponential of a large positive number.
     */
    return NOT_IMPLEMENTED(logits, targets, dlogits);
#endif
}

#ifdef SOLUTION
/* The mean loss of logits that should all have one target. */
static real bce_towards(real target, const tensor *logits, tensor *dlogits)
{
    tensor *targets = tensor_new_like(logits);
    tensor_fill(targets, target);
    real loss = bce_with_logits(logits, targets, dlogits);
    tensor_free(targets);
    return loss;
}
#endif

real discriminator_loss(const tensor *logits_real, const tensor *logits_fake, tensor *dlogits_real,
                        tensor *dlogits_fake)
{
    check_same_shape(__func__, "dlogits_real", dlogits_real, logits_real);
    check_same_shape(__func__, "dlogits_fake", dlogits_fake, logits_fake);
#ifdef SOLUTION
    real loss = bce_towards(1, logits_real, dlogits_real);
    return loss + bce_towards(0, logits_fake, dlogits_fake);
#else
    /* TODO: bce_with_logits twice, with a tensor of targets for each batch. */
    return NOT_IMPLEMENTED(logits_real, logits_fake, dlogits_real, dlogits_fake);
#endif
}

real generator_loss(const tensor *logits_fake, tensor *dlogits_fake)
{
    check_same_shape(__func__, "dlogits_fake", dlogits_fake, logits_fake);
#ifdef SOLUTION
    return bce_towards(1, logits_fake, dlogits_fake);
#else
    /* TODO: bce_with_logits once. Which target does the generator want? */
    return NOT_IMPLEMENTED(logits_fake, dlogits_fake);
#endif
}

#ifdef SOLUTION
/* Half the mean of (score - target)^2. */
static real squares_towards(real target, const tensor *scores, tensor *dscores)
{
    size_t N = scores->size;
    double loss = 0;
    for (size_t i = 0; i < N; i++) {
        real difference = scores->data[i] - target;
        loss += difference * difference / (2 * N);
        dscores->data[i] = difference / N;
    }
    return loss;
}
#endif

real ls_discriminator_loss(const tensor *scores_real, const tensor *scores_fake,
                           tensor *dscores_real, tensor *dscores_fake)
{
    check_same_shape(__func__, "dscores_real", dscores_real, scores_real);
    check_same_shape(__func__, "dscores_fake", dscores_fake, scores_fake);
#ifdef SOLUTION
    real loss = squares_towards(1, scores_real, dscores_real);
    return loss + squares_towards(0, scores_fake, dscores_fake);
#else
    /* TODO: a loop for each batch; both have their own mean. */
    return NOT_IMPLEMENTED(scores_real, scores_fake, dscores_real, dscores_fake);
#endif
}

real ls_generator_loss(const tensor *scores_fake, tensor *dscores_fake)
{
    check_same_shape(__func__, "dscores_fake", dscores_fake, scores_fake);
#ifdef SOLUTION
    return squares_towards(1, scores_fake, dscores_fake);
#else
    /* TODO: one loop. */
    return NOT_IMPLEMENTED(scores_fake, dscores_fake);
#endif
}
