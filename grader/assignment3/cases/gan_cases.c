/* Hidden cases of the plans of generative adversarial nets, and of their steps. */
#include "attempt.h"

/* More layers than any of the plans has, and what is said of each. */
enum { PLANNED_LAYERS = 20, PLANNED_SIZES = 7 };

static void check_plan(attempt *a, const char *operation)
{
    for (size_t round = 0; round < 2; round++) {
        give_number(a, "noise", (double)draw_size(a, 5, 100));
        give_number(a, "channels", (double)draw_size(a, 2, 5));
        give_number(a, "side", 4 * (double)draw_size(a, 5, 9));
        give_size(a, 'L', PLANNED_LAYERS);
        give_size(a, 'S', PLANNED_SIZES);
        call(a, operation);
        expect_close(a, "kinds");
        expect_close(a, "sizes");
        expect_close(a, "parameters");
    }
}

CASE(gan_discriminator_plan_any_size, "the layers of the fully connected discriminator")
{
    check_plan(a, "gan_discriminator_plan");
}

CASE(gan_generator_plan_any_size, "the layers of the fully connected generator")
{
    check_plan(a, "gan_generator_plan");
}

CASE(dcgan_discriminator_plan_any_size, "the layers of the convolutional discriminator")
{
    check_plan(a, "dcgan_discriminator_plan");
}

CASE(dcgan_generator_plan_any_size, "the layers of the convolutional generator")
{
    check_plan(a, "dcgan_generator_plan");
}

/* Two nets, whose gradients are not zero, N real pictures and noise for M fake ones. */
static void give_players(attempt *a, bool least_squares)
{
    size_t few = draw_size(a, 2, 4);
    size_t many = draw_size(a, 6, 9);
    bool more_real = draw_size(a, 0, 1) == 1;
    size_t N = more_real ? many : few;
    size_t M = more_real ? few : many;
    size_t P = draw_size(a, 5, 8);
    size_t Z = draw_size(a, 3, 4);
    give_normal(a, "D_W", sizes2(P, 1), 0, 0.7);
    give_normal(a, "D_b", sizes1(1), 0, 0.7);
    give_normal(a, "G_W", sizes2(Z, P), 0, 0.5);
    give_normal(a, "G_b", sizes1(P), 0, 0.5);
    give_normal(a, "old_D_dW", sizes2(P, 1), 2, 1);
    give_normal(a, "old_D_db", sizes1(1), 2, 1);
    give_normal(a, "old_G_dW", sizes2(Z, P), 2, 1);
    give_normal(a, "old_G_db", sizes1(P), 2, 1);
    give_normal(a, "images", sizes2(N, P), 0, 1);
    give_normal(a, "noise", sizes2(M, Z), 0, 1);
    give_number(a, "curved", draw_size(a, 0, 2) != 0);
    give_number(a, "least_squares", least_squares);
}

static void check_step(attempt *a, const char *operation, bool least_squares)
{
    static const char *const outputs[] = {"loss", "D_dW", "D_db", "G_dW", "G_db", "fake"};
    give_players(a, least_squares);
    call(a, operation);
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        expect_close(a, outputs[i]);
}

CASE(gan_discriminator_step_any_shape, "the discriminator's gradients, of both batches together")
{
    for (size_t round = 0; round < 3; round++)
        check_step(a, "gan_discriminator_step", false);
}

CASE(gan_generator_step_any_shape, "the generator's gradients, through the discriminator")
{
    for (size_t round = 0; round < 3; round++)
        check_step(a, "gan_generator_step", false);
}

CASE(gan_least_squares_steps, "both players' steps with least squares",
     .stays = "which loss a step takes")
{
    for (size_t round = 0; round < 2; round++) {
        check_step(a, "gan_discriminator_step", true);
        check_step(a, "gan_generator_step", true);
    }
}

CASE(gan_called_twice, "a second step in a row gives the same",
     .needs = "gan_discriminator_step_any_shape", .stays = "nets that have run before")
{
    give_players(a, false);
    static const char *const order[] = {"gan_discriminator_step", "gan_generator_step"};
    for (size_t i = 0; i < 4; i++) {
        call(a, order[i / 2]);
        expect_close(a, "loss");
        expect_close(a, i / 2 == 0 ? "D_dW" : "G_dW");
    }
}

CASE(gan_float, "both players' steps in float", .variant = CASE_FLOAT,
     .needs = "gan_discriminator_step_any_shape", .stays = "that float is enough")
{
    check_step(a, "gan_discriminator_step", false);
    check_step(a, "gan_generator_step", false);
}

CASE(gan_memory, "no memory error in plans and steps", .variant = CASE_SANITIZED)
{
    check_plan(a, "dcgan_generator_plan");
    check_step(a, "gan_discriminator_step", false);
    check_step(a, "gan_generator_step", true);
}
