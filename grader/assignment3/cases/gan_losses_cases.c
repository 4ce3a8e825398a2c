/* Hidden cases of the losses of generative adversarial nets. */
#include "attempt.h"

CASE(sample_noise_any_shape, "noise between -1 and 1, row by row")
{
    for (size_t round = 0; round < 2; round++) {
        give_number(a, "seed", (double)draw_size(a, 0, 1000000));
        give_size(a, 'N', draw_size(a, 3, 9));
        give_size(a, 'D', draw_size(a, 2, 12));
        call(a, "sample_noise");
        expect_close(a, "noise");
    }
}

CASE(bce_any_shape, "binary cross-entropy of logits, and its gradient")
{
    for (size_t round = 0; round < 3; round++) {
        size_t rows = draw_size(a, 3, 12);
        size_t columns = draw_size(a, 2, 4);
        sizes shape = sizes2(rows, columns);
        give_normal(a, "logits", shape, 0, 3);
        give_uniform(a, "targets", shape, 0, 1);
        call(a, "bce_with_logits");
        expect_close(a, "loss");
        expect_close(a, "dlogits");
    }
}

/* Gives scores called name of which some lie far out, in both directions. */
static void give_far_scores(attempt *a, const char *name, size_t count)
{
    tensor *scores = give_normal(a, name, sizes2(count, 1), 0, 2);
    for (size_t i = 0; i < count; i += 2)
        scores->data[i] = (i % 4 == 0 ? 1 : -1) * draw_number(a, 800, 1200);
}

CASE(bce_large_logits, "binary cross-entropy of logits near 1000 and -1000",
     .needs = "bce_any_shape")
{
    give_far_scores(a, "logits", 12);
    tensor *targets = give_uniform(a, "targets", sizes2(12, 1), 0, 1);
    for (size_t i = 0; i < 12; i++)
        targets->data[i] = targets->data[i] < 0.5;
    call(a, "bce_with_logits");
    expect_close(a, "loss");
    expect_close(a, "dlogits");
}

/* Scores of both batches, whose sizes differ, in either direction. */
static void give_both(attempt *a, const char *real_ones, const char *fake, double deviation)
{
    size_t few = draw_size(a, 2, 5);
    size_t many = draw_size(a, 7, 12);
    bool more_real = draw_size(a, 0, 1) == 1;
    give_normal(a, real_ones, sizes2(more_real ? many : few, 1), 0.5, deviation);
    give_normal(a, fake, sizes2(more_real ? few : many, 1), -0.5, deviation);
}

static void expect_both(attempt *a, const char *dreal, const char *dfake)
{
    expect_close(a, "loss");
    expect_close(a, dreal);
    expect_close(a, dfake);
}

CASE(discriminator_loss_any_shape, "the discriminator's loss of two batches of different size")
{
    for (size_t round = 0; round < 3; round++) {
        give_both(a, "logits_real", "logits_fake", 2);
        call(a, "discriminator_loss");
        expect_both(a, "dlogits_real", "dlogits_fake");
    }
}

CASE(generator_loss_any_shape, "the generator's loss, towards 1")
{
    for (size_t round = 0; round < 3; round++) {
        give_normal(a, "logits_fake", sizes2(draw_size(a, 2, 12), 1), -0.5, 2);
        call(a, "generator_loss");
        expect_close(a, "loss");
        expect_close(a, "dlogits_fake");
    }
}

CASE(gan_losses_large_logits, "both players' losses where the discriminator is sure",
     .needs = "bce_large_logits", .stays = "losses that do without bce_with_logits")
{
    give_far_scores(a, "logits_real", 7);
    give_far_scores(a, "logits_fake", 10);
    call(a, "discriminator_loss");
    expect_both(a, "dlogits_real", "dlogits_fake");
    call(a, "generator_loss");
    expect_close(a, "loss");
    expect_close(a, "dlogits_fake");
}

CASE(ls_discriminator_loss_any_shape, "the discriminator's least-squares loss")
{
    for (size_t round = 0; round < 3; round++) {
        give_both(a, "scores_real", "scores_fake", 2);
        call(a, "ls_discriminator_loss");
        expect_both(a, "dscores_real", "dscores_fake");
    }
}

CASE(ls_generator_loss_any_shape, "the generator's least-squares loss")
{
    for (size_t round = 0; round < 3; round++) {
        give_normal(a, "scores_fake", sizes2(draw_size(a, 2, 12), 1), 0.5, 2);
        call(a, "ls_generator_loss");
        expect_close(a, "loss");
        expect_close(a, "dscores_fake");
    }
}

static void check_all(attempt *a, size_t N, size_t M)
{
    give_normal(a, "logits_real", sizes2(N, 1), 0, 3);
    give_normal(a, "logits_fake", sizes2(M, 1), 0, 3);
    call(a, "discriminator_loss");
    expect_both(a, "dlogits_real", "dlogits_fake");
    call(a, "generator_loss");
    expect_close(a, "dlogits_fake");
    give_copy(a, "scores_real", given(a, "logits_real"));
    give_copy(a, "scores_fake", given(a, "logits_fake"));
    call(a, "ls_discriminator_loss");
    expect_both(a, "dscores_real", "dscores_fake");
    call(a, "ls_generator_loss");
    expect_close(a, "dscores_fake");
}

CASE(gan_losses_float, "the losses of large batches in float", .variant = CASE_FLOAT,
     .needs = "discriminator_loss_any_shape", .stays = "that float is enough")
{
    check_all(a, 1500, 2000);
}

CASE(gan_losses_memory, "no memory error in the losses", .variant = CASE_SANITIZED)
{
    give_number(a, "seed", 3);
    give_size(a, 'N', 4);
    give_size(a, 'D', 3);
    call(a, "sample_noise");
    expect_close(a, "noise");
    check_all(a, 4, 5);
}
