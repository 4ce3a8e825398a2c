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

static void expect_outputs(attempt *a, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_close(a, names[i]);
}

static void check_discriminator_step(attempt *a, bool least_squares)
{
    give_players(a, least_squares);
    call(a, "gan_discriminator_step");
    expect_outputs(a, (const char *const[]){"loss", "D_dW", "D_db", "G_dW", "G_db", "fake"}, 6);
}

/* The discriminator's own gradients are cleared, which gives no points: zeros are easily had. */
static void check_generator_step(attempt *a, bool least_squares)
{
    give_players(a, least_squares);
    call(a, "gan_generator_step");
    expect_outputs(a, (const char *const[]){"loss", "G_dW", "G_db", "fake"}, 4);
    require(a,
            ended(a) || (tensor_sum_of_squares(got(a, "D_dW")) == 0 &&
                         tensor_sum_of_squares(got(a, "D_db")) == 0),
            "the discriminator's gradients are not 0 after the generator's step");
}

CASE(gan_discriminator_step_any_shape, "the discriminator's gradients, of both batches together")
{
    for (size_t round = 0; round < 3; round++)
        check_discriminator_step(a, false);
}

CASE(gan_generator_step_any_shape, "the generator's gradients, through the discriminator")
{
    for (size_t round = 0; round < 3; round++)
        check_generator_step(a, false);
}

CASE(gan_least_squares_steps, "both players' steps with least squares",
     .stays = "which loss a step takes")
{
    for (size_t round = 0; round < 2; round++) {
        check_discriminator_step(a, true);
        check_generator_step(a, true);
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
    check_discriminator_step(a, false);
    check_generator_step(a, false);
}

CASE(gan_memory, "no memory error in plans and steps", .variant = CASE_SANITIZED)
{
    check_plan(a, "dcgan_generator_plan");
    check_discriminator_step(a, false);
    check_generator_step(a, true);
}
