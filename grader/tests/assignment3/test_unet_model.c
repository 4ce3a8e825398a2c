/* A UNet's memory, its list of parameters, and the UNet as a model: plain SGD can train one. */
#include "unet_model.h"

#include "checks/check_support.h"
#include "diffusion.h"
#include "tests/suite.h"

static const unet_settings settings = {
    .channels = 1, .E = 4, .M = 8, .K = 2, .level_count = 2, .blocks = 1};

START_TEST(test_unet_parameters_are_64_with_their_gradients)
{
    trainable_unet t = trainable_unet_new(&settings);
    ck_assert_uint_eq(t.list.count, 64);
    for (size_t i = 0; i < t.list.count; i++) {
        const parameter *p = &t.list.parameters[i];
        ck_assert(tensor_same_shape(p->value, p->gradient));
        ck_assert_ptr_ne(p->value, p->gradient);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(p->name, t.list.parameters[k].name);
    }
    ck_assert_str_eq(t.list.parameters[0].name, "time_W1");
    ck_assert_str_eq(t.list.parameters[10].name, "level0_down0_conv1_w");
    ck_assert_ptr_eq(t.list.parameters[63].gradient, t.gradients.last.b);
    trainable_unet_clear(&t);
    ck_assert_ptr_null(t.net.levels);
}
END_TEST

START_TEST(test_unet_init_keeps_the_size_of_what_passes)
{
    trainable_unet t = trainable_unet_new(&settings);
    random_state r;
    random_seed(&r, 231);
    unet_init(&t, &r);
    for (size_t i = 0; i < t.list.count; i++)
        ck_assert(tensor_all_finite(t.list.parameters[i].value));
    ck_assert_double_eq((double)t.net.middle.gamma1->data[3], 1);
    ck_assert_double_eq((double)t.net.first.b->data[0], 0);
    ck_assert_double_eq_tol(tensor_std(t.net.middle.conv1.w), 1.0 / 12, 0.005); /* 16 * 9 inputs */
    trainable_unet_clear(&t);
}
END_TEST

/* The mean loss over count minibatches; after each, a step of SGD at that rate. */
static double mean_loss(trainable_unet *t, const diffusion_model *net, random_state *r,
                        size_t count, double rate)
{
    diffusion_schedule schedule = diffusion_schedule_new(50);
    tensor *beta = tensor_new_1d(50), *x = tensor_new_4d(4, 1, 8, 4), *noise = tensor_new_like(x);
    tensor *condition = tensor_new_2d(4, 2);
    labels *steps = labels_new(4);
    beta_schedule(BETA_COSINE, beta);
    diffusion_schedule_fill(beta, PREDICT_NOISE, &schedule);
    for (size_t i = 0; i < x->size; i++)
        x->data[i] = i / 64 == 0 ? 1 : -1; /* white pictures and black ones */
    for (size_t n = 0; n < 4; n++)
        condition->data[n * 2 + n / 2] = 1;
    double sum = 0;
    for (size_t step = 0; step < count; step++) {
        labels_fill_random(steps, r, 50);
        tensor_fill_normal(noise, r, 0, 1);
        sum += (double)diffusion_loss(&schedule, net, x, steps, noise, condition);
        for (size_t i = 0; i < t->list.count; i++)
            tensor_add_scaled(t->list.parameters[i].gradient, (real)-rate,
                              t->list.parameters[i].value);
    }
    diffusion_schedule_clear(&schedule);
    tensor *const all[] = {beta, x, noise, condition};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    labels_free(steps);
    return sum / (double)count;
}

START_TEST(test_a_unet_learns_two_pictures)
{
    trainable_unet t = trainable_unet_new(&settings);
    random_state r;
    random_seed(&r, 231);
    unet_init(&t, &r);
    unet_model m = unet_model_new(&t);
    diffusion_model net = unet_as_model(&m);
    double before = mean_loss(&t, &net, &r, 20, 0);
    mean_loss(&t, &net, &r, 300, 0.05);
    double after = mean_loss(&t, &net, &r, 20, 0);
    ck_assert_msg(after < before / 3, "the loss fell from %.3f to %.3f only", before, after);
    unet_model_clear(&m);
    trainable_unet_clear(&t);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("unet_model");
    tcase_add_test(tests, test_unet_parameters_are_64_with_their_gradients);
    tcase_add_test(tests, test_unet_init_keeps_the_size_of_what_passes);
    tcase_add_test(tests, test_a_unet_learns_two_pictures);
    return run_suite("unet_model", tests);
}
