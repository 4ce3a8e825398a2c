/* Generative adversarial nets. gan.h specifies each function. */
#include "gan.h"

#include "contract.h"
#include "gan_losses.h"

/* Stops the program unless the nets in function can be made for sizes. */
static void check_sizes(const char *function, gan_sizes sizes)
{
    if (sizes.noise == 0 || sizes.channels == 0 || sizes.side < 16 || sizes.side % 4 != 0)
        contract_failed(function,
                        "of noise = %zu, channels = %zu, side = %zu each should be over 0, and "
                        "side a multiple of 4 from 16 on",
                        sizes.noise, sizes.channels, sizes.side);
}

/* The numbers in a picture. */
static size_t numbers_of(gan_sizes sizes)
{
    return sizes.channels * sizes.side * sizes.side;
}

void gan_discriminator_plan(gan_sizes sizes, layer_plan *plan)
{
    check_sizes(__func__, sizes);
    layer_plan_begin(plan, numbers_of(sizes), 1, 1);
    /* TODO: the header's layers, a call each: plan_affine(plan, 256) adds the first. */
    NOT_IMPLEMENTED(plan);
}

void gan_generator_plan(gan_sizes sizes, layer_plan *plan)
{
    check_sizes(__func__, sizes);
    layer_plan_begin(plan, sizes.noise, 1, 1);
    /* TODO: the header's layers; numbers_of(sizes) is P. */
    NOT_IMPLEMENTED(plan);
}

void dcgan_discriminator_plan(gan_sizes sizes, layer_plan *plan)
{
    check_sizes(__func__, sizes);
    layer_plan_begin(plan, numbers_of(sizes), 1, 1);
    /* TODO: the header's layers. plan->shape is that of an example behind the last layer so far. */
    NOT_IMPLEMENTED(plan);
}

void dcgan_generator_plan(gan_sizes sizes, layer_plan *plan)
{
    check_sizes(__func__, sizes);
    layer_plan_begin(plan, sizes.noise, 1, 1);
    /* TODO: the header's layers. A conv_shape holds stride and pad. */
    NOT_IMPLEMENTED(plan);
}

/* Stops the program unless fake has a picture for each row of noise. */
static void check_fake(const char *function, const tensor *noise, const tensor *fake)
{
    if (noise == NULL || fake == NULL || noise->shape[0] != fake->shape[0])
        contract_failed(function, "noise has %zu rows, and fake has room for %zu pictures",
                        noise == NULL ? 0 : noise->shape[0], fake == NULL ? 0 : fake->shape[0]);
}

real gan_discriminator_step(net *D, net *G, const tensor *images, const tensor *noise,
                            gan_kind kind, tensor *fake)
{
    check_fake(__func__, noise, fake);
    /*
     * TODO: G->forward(G->self, noise, fake) makes the pictures. Let D score both batches, take the
     * loss and its two gradients, and hand each back through D while D still knows that batch.
     */
    return NOT_IMPLEMENTED(D, G, images, noise, kind, fake);
}

real gan_generator_step(net *G, net *D, const tensor *noise, gan_kind kind, tensor *fake)
{
    check_fake(__func__, noise, fake);
    /* TODO: forward through G, then D; backward through D, then G. What is left in D? */
    return NOT_IMPLEMENTED(G, D, noise, kind, fake);
}
