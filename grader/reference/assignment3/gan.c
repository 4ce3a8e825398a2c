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
#ifdef SOLUTION
    plan_affine(plan, 256);
    plan_leaky_relu(plan, 0.01);
    plan_affine(plan, 256);
    plan_leaky_relu(plan, 0.01);
    plan_affine(plan, 1);
#else
    /* TODO: the header's layers, a call each: plan_affine(plan, 256) adds the first. */
    NOT_IMPLEMENTED(plan);
#endif
}

void gan_generator_plan(gan_sizes sizes, layer_plan *plan)
{
    check_sizes(__func__, sizes);
    layer_plan_begin(plan, sizes.noise, 1, 1);
#ifdef SOLUTION
    plan_affine(plan, 1024);
    plan_relu(plan);
    plan_affine(plan, 1024);
    plan_relu(plan);
    plan_affine(plan, numbers_of(sizes));
    plan_tanh(plan);
#else
    /* TODO: the header's layers; numbers_of(sizes) is P. */
    NOT_IMPLEMENTED(plan);
#endif
}

void dcgan_discriminator_plan(gan_sizes sizes, layer_plan *plan)
{
    check_sizes(__func__, sizes);
    layer_plan_begin(plan, numbers_of(sizes), 1, 1);
#ifdef SOLUTION
    conv_shape plain = {.stride = 1, .pad = 0};
    plan_reshape(plan, sizes.channels, sizes.side, sizes.side);
    plan_conv(plan, 32, 5, plain);
    plan_leaky_relu(plan, 0.01);
    plan_max_pool(plan, 2);
    plan_conv(plan, 64, 5, plain);
    plan_leaky_relu(plan, 0.01);
    plan_max_pool(plan, 2);
    plan_reshape(plan, plan->shape[0] * plan->shape[1] * plan->shape[2], 1, 1);
    plan_affine(plan, 1024);
    plan_leaky_relu(plan, 0.01);
    plan_affine(plan, 1);
#else
    /* TODO: the header's layers. plan->shape is that of an example behind the last layer so far. */
    NOT_IMPLEMENTED(plan);
#endif
}

void dcgan_generator_plan(gan_sizes sizes, layer_plan *plan)
{
    check_sizes(__func__, sizes);
    layer_plan_begin(plan, sizes.noise, 1, 1);
#ifdef SOLUTION
    conv_shape doubling = {.stride = 2, .pad = 1};
    size_t s = sizes.side / 4;
    plan_affine(plan, 1024);
    plan_relu(plan);
    plan_batch_norm(plan);
    plan_affine(plan, 128 * s * s);
    plan_relu(plan);
    plan_batch_norm(plan);
    plan_reshape(plan, 128, s, s);
    plan_conv_transpose(plan, 64, 4, doubling);
    plan_relu(plan);
    plan_spatial_batch_norm(plan);
    plan_conv_transpose(plan, sizes.channels, 4, doubling);
    plan_tanh(plan);
#else
    /* TODO: the header's layers. A conv_shape holds stride and pad. */
    NOT_IMPLEMENTED(plan);
#endif
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
#ifdef SOLUTION
    tensor *scores_real = tensor_new_2d(images->shape[0], 1);
    tensor *scores_fake = tensor_new_2d(fake->shape[0], 1);
    tensor *dscores_real = tensor_new_like(scores_real);
    tensor *dscores_fake = tensor_new_like(scores_fake);
    G->forward(G->self, noise, fake);
    D->forward(D->self, images, scores_real);
    D->forward(D->self, fake, scores_fake);
    real loss = kind == GAN_LEAST_SQUARES
                    ? ls_discriminator_loss(scores_real, scores_fake, dscores_real, dscores_fake)
                    : discriminator_loss(scores_real, scores_fake, dscores_real, dscores_fake);

    net_clear_gradients(D);
    D->backward(D->self, dscores_fake, NULL);
    D->forward(D->self, images, scores_real); /* backward belongs to the last forward */
    D->backward(D->self, dscores_real, NULL);
    tensor *const all[] = {scores_real, scores_fake, dscores_real, dscores_fake};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    return loss;
#else
    /*
     * TODO: G->forward(G->self, noise, fake) makes the pictures. Let D score both batches, take the
     * loss and its two gradients, and hand each back through D while D still knows that batch.
     */
    return NOT_IMPLEMENTED(D, G, images, noise, kind, fake);
#endif
}

real gan_generator_step(net *G, net *D, const tensor *noise, gan_kind kind, tensor *fake)
{
    check_fake(__func__, noise, fake);
#ifdef SOLUTION
    tensor *scores = tensor_new_2d(fake->shape[0], 1), *dscores = tensor_new_like(scores);
    tensor *dfake = tensor_new_like(fake);
    G->forward(G->self, noise, fake);
    D->forward(D->self, fake, scores);
    real loss = kind == GAN_LEAST_SQUARES ? ls_generator_loss(scores, dscores)
                                          : generator_loss(scores, dscores);
    net_clear_gradients(G);
    D->backward(D->self, dscores, dfake);
    G->backward(G->self, dfake, NULL);
    net_clear_gradients(D);
    tensor_free(scores);
    tensor_free(dscores);
    tensor_free(dfake);
    return loss;
#else
    /* TODO: forward through G, then D; backward through D, then G. What is left in D? */
    return NOT_IMPLEMENTED(G, D, noise, kind, fake);
#endif
}
