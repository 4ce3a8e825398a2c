/* Losses of generative adversarial nets. gan_losses.h specifies each function. */
#include "gan_losses.h"

#include "contract.h"

void sample_noise(random_state *random, tensor *noise)
{
    check_rank(__func__, "noise", noise, 2);
    /* TODO: one loop; random_uniform draws a number from 0 to 1. */
    NOT_IMPLEMENTED(random, noise);
}

real bce_with_logits(const tensor *logits, const tensor *targets, tensor *dlogits)
{
    check_same_shape(__func__, "targets", targets, logits);
    check_same_shape(__func__, "dlogits", dlogits, logits);
    /*
     * TODO: the header's second form. The gradient needs the sigmoid itself: write it so that it
     * never takes the exponential of a large positive number.
     */
    return NOT_IMPLEMENTED(logits, targets, dlogits);
}

real discriminator_loss(const tensor *logits_real, const tensor *logits_fake, tensor *dlogits_real,
                        tensor *dlogits_fake)
{
    check_same_shape(__func__, "dlogits_real", dlogits_real, logits_real);
    check_same_shape(__func__, "dlogits_fake", dlogits_fake, logits_fake);
    /* TODO: bce_with_logits twice, with a tensor of targets for each batch. */
    return NOT_IMPLEMENTED(logits_real, logits_fake, dlogits_real, dlogits_fake);
}

real generator_loss(const tensor *logits_fake, tensor *dlogits_fake)
{
    check_same_shape(__func__, "dlogits_fake", dlogits_fake, logits_fake);
    /* TODO: bce_with_logits once. Which target does the generator want? */
    return NOT_IMPLEMENTED(logits_fake, dlogits_fake);
}

real ls_discriminator_loss(const tensor *scores_real, const tensor *scores_fake,
                           tensor *dscores_real, tensor *dscores_fake)
{
    check_same_shape(__func__, "dscores_real", dscores_real, scores_real);
    check_same_shape(__func__, "dscores_fake", dscores_fake, scores_fake);
    /* TODO: a loop for each batch; both have their own mean. */
    return NOT_IMPLEMENTED(scores_real, scores_fake, dscores_real, dscores_fake);
}

real ls_generator_loss(const tensor *scores_fake, tensor *dscores_fake)
{
    check_same_shape(__func__, "dscores_fake", dscores_fake, scores_fake);
    /* TODO: one loop. */
    return NOT_IMPLEMENTED(scores_fake, dscores_fake);
}
