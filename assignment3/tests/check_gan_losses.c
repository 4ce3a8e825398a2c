/* Promises of gan_losses.c. */
#include "gan_losses.h"

#include "check_support.h"

static tensor *kept_input(const published_case *c, const char *name)
{
    return keep(published_input(c, name));
}

static void expect_case(const char *name, const tensor *got, const published_case *c)
{
    expect_close(name, got, keep(published_expected(c, name)), published_tolerance(c));
}

static void expect_loss(double loss, const published_case *c)
{
    expect_number("the loss", loss, published_expected_number(c, "loss"), published_tolerance(c));
}

/* A column of count numbers. */
static tensor *column(size_t count, const double *values)
{
    return keep(matrix(count, 1, values));
}

START_TEST(test_sample_noise_gives_the_computed_figures)
{
    published_case *c = published("sample_noise", 0);
    random_state r;
    random_seed(&r, (uint32_t)published_input_number(c, "seed"));
    tensor *noise = kept_output(SHAPE(2, 3));
    hint("Each number is 2 u - 1, with one draw of random_uniform.");
    sample_noise(&r, noise);
    expect_case("noise", noise, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_sample_noise_lies_between_minus_1_and_1)
{
    random_state r;
    random_seed(&r, 231);
    tensor *noise = kept_output(SHAPE(100, 96));
    sample_noise(&r, noise);
    double low = 0, high = 0;
    for (size_t i = 0; i < noise->size; i++) {
        low = fmin(low, (double)noise->data[i]);
        high = fmax(high, (double)noise->data[i]);
    }
    ck_assert_msg(low >= -1 && low < -0.99 && high < 1 && high > 0.99,
                  "the numbers lie between %.3f and %.3f instead of -1 and 1", low, high);
}
END_TEST

START_TEST(test_bce_with_logits_by_hand)
{
    tensor *logits = column(2, (const double[]){0, 0}), *dlogits = keep(output_like(logits));
    const tensor *targets = column(2, (const double[]){1, 0.25});
    double loss = (double)bce_with_logits(logits, targets, dlogits);
    hint("At a logit of 0 the sigmoid is 1/2 and the loss log 2, whatever the target is.");
    expect_number("the loss", loss, log(2.0), 1e-10);
    expect_values("dlogits", dlogits, (const double[]){-0.25, 0.125}, 1e-10);
}
END_TEST

START_TEST(test_bce_with_logits_gives_the_computed_figures)
{
    published_case *c = published("bce_with_logits", 0);
    tensor *logits = kept_input(c, "logits"), *dlogits = keep(output_like(logits));
    hint("Two of the logits are 1000 and -1000.");
    expect_loss((double)bce_with_logits(logits, kept_input(c, "targets"), dlogits), c);
    expect_case("dlogits", dlogits, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_bce_with_logits_of_far_logits)
{
    tensor *logits = column(4, (const double[]){1e3, -1e3, 1e3, -1e3});
    const tensor *targets = column(4, (const double[]){1, 0, 0, 1});
    tensor *dlogits = keep(output_like(logits));
    hint("Two are right and cost nothing; two are as wrong as can be and cost 1000 each.");
    expect_number("the loss", (double)bce_with_logits(logits, targets, dlogits), 500, 1e-9);
    expect_values("dlogits", dlogits, (const double[]){0, 0, 0.25, -0.25}, 1e-9);
}
END_TEST

static double bce_of(const tensor *logits, void *targets)
{
    return (double)bce_with_logits(logits, targets, keep(output_like(logits)));
}

START_TEST(test_bce_with_logits_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 231);
    tensor *logits = kept_normal(&r, 0, 2, SHAPE(7)), *targets = keep(tensor_new_1d(7));
    tensor *dlogits = keep(output_like(logits));
    tensor_fill_uniform(targets, &r, 0, 1);
    bce_with_logits(logits, targets, dlogits);
    expect_gradient("dlogits", dlogits, bce_of, targets, logits);
}
END_TEST

START_TEST(test_discriminator_loss_gives_the_published_figures)
{
    published_case *c = published("discriminator_loss", 0);
    tensor *real_ones = kept_input(c, "logits_real"), *fake = kept_input(c, "logits_fake");
    tensor *dreal = keep(output_like(real_ones)), *dfake = keep(output_like(fake));
    expect_loss((double)discriminator_loss(real_ones, fake, dreal, dfake), c);
    expect_case("dlogits_real", dreal, c);
    expect_case("dlogits_fake", dfake, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_discriminator_loss_of_batches_of_different_size)
{
    tensor *real_ones = column(1, (const double[]){0}), *fake = column(4, (const double[4]){0});
    tensor *dreal = keep(output_like(real_ones)), *dfake = keep(output_like(fake));
    hint("One real picture and four fake ones: each part is the mean of its own batch.");
    expect_number("the loss", (double)discriminator_loss(real_ones, fake, dreal, dfake),
                  2 * log(2.0), 1e-10);
    expect_values("dlogits_real", dreal, (const double[]){-0.5}, 1e-10);
    expect_values("dlogits_fake", dfake, (const double[]){0.125, 0.125, 0.125, 0.125}, 1e-10);
}
END_TEST

START_TEST(test_generator_loss_gives_the_published_figures)
{
    published_case *c = published("generator_loss", 0);
    tensor *fake = kept_input(c, "logits_fake"), *dfake = keep(output_like(fake));
    expect_loss((double)generator_loss(fake, dfake), c);
    expect_case("dlogits_fake", dfake, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_generator_loss_has_a_gradient_where_the_discriminator_is_sure)
{
    tensor *fake = column(2, (const double[]){-1e3, -20}), *dfake = keep(output_like(fake));
    hint("D is sure that both pictures are fake: the loss is high, and each gradient is -1/2.");
    expect_number("the loss", (double)generator_loss(fake, dfake), 510, 1e-9);
    expect_values("dlogits_fake", dfake, (const double[]){-0.5, -0.5}, 1e-8);
}
END_TEST

START_TEST(test_ls_discriminator_loss_gives_the_computed_figures)
{
    published_case *c = published("ls_discriminator_loss", 0);
    tensor *real_ones = kept_input(c, "scores_real"), *fake = kept_input(c, "scores_fake");
    tensor *dreal = keep(output_like(real_ones)), *dfake = keep(output_like(fake));
    hint("Four real pictures and three fake ones: each part is the mean of its own batch.");
    expect_loss((double)ls_discriminator_loss(real_ones, fake, dreal, dfake), c);
    expect_case("dscores_real", dreal, c);
    expect_case("dscores_fake", dfake, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_ls_generator_loss_gives_the_computed_figures)
{
    published_case *c = published("ls_generator_loss", 0);
    tensor *fake = kept_input(c, "scores_fake"), *dfake = keep(output_like(fake));
    expect_loss((double)ls_generator_loss(fake, dfake), c);
    expect_case("dscores_fake", dfake, c);
    published_case_close(c);
}
END_TEST

/* The losses of both batches in one tensor, real scores above fake ones. */
typedef real two_batch_loss(const tensor *, const tensor *, tensor *, tensor *);

static double loss_of_both(const tensor *scores, void *loss)
{
    tensor real_ones = tensor_rows(scores, 0, 3), fake = tensor_rows(scores, 3, 5);
    two_batch_loss *const function = *(two_batch_loss **)loss;
    return (double)function(&real_ones, &fake, keep(output_like(&real_ones)),
                            keep(output_like(&fake)));
}

static void expect_gradients_of(two_batch_loss *loss)
{
    random_state r;
    random_seed(&r, 231);
    tensor *scores = kept_normal(&r, 0, 2, SHAPE(8, 1)), *dscores = keep(output_like(scores));
    tensor real_ones = tensor_rows(scores, 0, 3), fake = tensor_rows(scores, 3, 5);
    tensor dreal = tensor_rows(dscores, 0, 3), dfake = tensor_rows(dscores, 3, 5);
    loss(&real_ones, &fake, &dreal, &dfake);
    expect_gradient("the gradients, real ones first", dscores, loss_of_both, &loss, scores);
}

START_TEST(test_discriminator_loss_gives_the_gradients)
{
    expect_gradients_of(discriminator_loss);
}
END_TEST

START_TEST(test_ls_discriminator_loss_gives_the_gradients)
{
    expect_gradients_of(ls_discriminator_loss);
}
END_TEST

START_TEST(test_gan_losses_leave_their_inputs_as_they_were)
{
    random_state r;
    random_seed(&r, 231);
    tensor *real_ones = kept_normal(&r, 0, 1, SHAPE(3, 1)),
           *fake = kept_normal(&r, 0, 1, SHAPE(4, 1));
    tensor *real_before = keep(tensor_new_copy(real_ones));
    tensor *fake_before = keep(tensor_new_copy(fake));
    tensor *dreal = keep(output_like(real_ones)), *dfake = keep(output_like(fake));
    discriminator_loss(real_ones, fake, dreal, dfake);
    generator_loss(fake, dfake);
    ls_discriminator_loss(real_ones, fake, dreal, dfake);
    ls_generator_loss(fake, dfake);
    expect_unchanged("the real scores", real_ones, real_before);
    expect_unchanged("the fake scores", fake, fake_before);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"sample_noise", test_sample_noise_gives_the_computed_figures},
        {"sample_noise", test_sample_noise_lies_between_minus_1_and_1},
        {"bce_with_logits", test_bce_with_logits_by_hand},
        {"bce_with_logits", test_bce_with_logits_gives_the_computed_figures},
        {"bce_with_logits", test_bce_with_logits_of_far_logits},
        {"bce_with_logits", test_bce_with_logits_gives_the_gradient},
        {"discriminator_loss", test_discriminator_loss_gives_the_published_figures},
        {"discriminator_loss", test_discriminator_loss_of_batches_of_different_size},
        {"discriminator_loss", test_discriminator_loss_gives_the_gradients},
        {"discriminator_loss", test_gan_losses_leave_their_inputs_as_they_were},
        {"generator_loss", test_generator_loss_gives_the_published_figures},
        {"generator_loss", test_generator_loss_has_a_gradient_where_the_discriminator_is_sure},
        {"ls_discriminator_loss", test_ls_discriminator_loss_gives_the_computed_figures},
        {"ls_discriminator_loss", test_ls_discriminator_loss_gives_the_gradients},
        {"ls_generator_loss", test_ls_generator_loss_gives_the_computed_figures},
    };
    return check_module("gan_losses", promises, sizeof promises / sizeof *promises);
}
