/* The given nets of plans: each kind of layer forwards and backwards, and how they are used. */
#include "plan_net.h"

#include "checks/check_support.h"
#include "gan.h"
#include "tests/suite.h"

enum { N = 3 };

/* A plan with every kind of layer. */
static layer_plan plan_of_all_kinds(void)
{
    layer_plan plan;
    layer_plan_begin(&plan, 2, 8, 6);
    plan_conv(&plan, 3, 3, (conv_shape){1, 1});
    plan_leaky_relu(&plan, 0.1);
    plan_spatial_batch_norm(&plan);
    plan_max_pool(&plan, 2);
    plan_conv_transpose(&plan, 2, 4, (conv_shape){2, 1});
    plan_tanh(&plan);
    plan_mean_pool(&plan, 2);
    plan_reshape(&plan, 24, 1, 1);
    plan_affine(&plan, 7);
    plan_sigmoid(&plan);
    plan_batch_norm(&plan);
    plan_affine(&plan, 5);
    plan_relu(&plan);
    plan_affine(&plan, 4);
    return plan;
}

typedef struct use {
    net n;
    tensor *x;
} use;

static use new_use(void)
{
    random_state random;
    layer_plan plan = plan_of_all_kinds();
    random_seed(&random, 231);
    use u = {.n = net_of_plan(&plan, &random)};
    u.x = kept_normal(&random, 0, 1, SHAPE(N, 2, 8, 6));
    for (size_t i = 0; i < u.n.parameter_count; i++) /* biases and shifts of their own */
        if (u.n.parameters[i].value->rank == 1)
            tensor_fill_normal(u.n.parameters[i].value, &random, 0.5, 0.2);
    return u;
}

static void result_of(const tensor *changed, tensor *out, void *context)
{
    use *u = context;
    (void)changed; /* x or a parameter, in its place */
    u->n.forward(u->n.self, u->x, out);
}

START_TEST(test_net_of_plan_has_the_gradients_of_every_layer)
{
    use u = new_use();
    random_state random;
    random_seed(&random, 7);
    tensor *out = keep(tensor_new_2d(N, 4)), *dx = keep(output_like(u.x));
    tensor *dout = keep(normal_2d(&random, N, 4, 1));
    u.n.forward(u.n.self, u.x, out);
    net_clear_gradients(&u.n);
    u.n.backward(u.n.self, dout, dx);
    expect_gradient_array("dx", dx, result_of, &u, u.x, dout);
    for (size_t i = 0; i < u.n.parameter_count; i++) {
        const parameter *p = &u.n.parameters[i];
        hint(p->name);
        expect_gradient_array("a gradient", p->gradient, result_of, &u, p->value, dout);
    }
    net_of_plan_clear(&u.n);
}
END_TEST

START_TEST(test_net_of_plan_adds_up_gradients_and_needs_no_dx)
{
    use u = new_use();
    tensor *out = keep(tensor_new_2d(N, 4)), *dout = keep(tensor_new_2d(N, 4));
    tensor_fill(dout, 1);
    u.n.forward(u.n.self, u.x, out);
    net_clear_gradients(&u.n);
    u.n.backward(u.n.self, dout, NULL);
    tensor *once = keep(tensor_new_copy(u.n.parameters[0].gradient));
    u.n.backward(u.n.self, dout, NULL);
    tensor_scale(once, 2);
    expect_close("the gradient after two calls", u.n.parameters[0].gradient, once, 1e-12);
    net_of_plan_clear(&u.n);
}
END_TEST

START_TEST(test_net_of_plan_takes_batches_of_any_size)
{
    layer_plan plan;
    random_state random;
    layer_plan_begin(&plan, 4, 1, 1);
    plan_affine(&plan, 3);
    plan_relu(&plan);
    plan_affine(&plan, 2);
    random_seed(&random, 231);
    net n = net_of_plan(&plan, &random);
    tensor *x = keep(normal_2d(&random, 5, 4, 1));
    tensor *all = keep(output_2d(5, 2)), *few = keep(output_2d(2, 2));
    n.forward(n.self, x, all);
    tensor rows = tensor_rows(x, 3, 2), expected = tensor_rows(all, 3, 2);
    n.forward(n.self, &rows, few);
    expect_close("two of five", few, &expected, 1e-12);
    tensor hidden = net_of_plan_result(&n, 1);
    ck_assert_uint_eq(hidden.shape[0], 2);
    ck_assert_uint_eq(hidden.shape[1], 3);
    ck_assert(hidden.data[0] >= 0);
    net_of_plan_clear(&n);
}
END_TEST

START_TEST(test_net_of_plan_has_the_parameters_that_the_plan_counts)
{
    layer_plan plan;
    random_state random;
    random_seed(&random, 231);
    dcgan_generator_plan((gan_sizes){4, 1, 28}, &plan);
    net n = net_of_plan(&plan, &random);
    size_t count = 0;
    for (size_t i = 0; i < n.parameter_count; i++)
        count += n.parameters[i].value->size;
    ck_assert_uint_eq(count, layer_plan_parameters(&plan));
    ck_assert_uint_eq(count, 6580801);
    net_of_plan_clear(&n);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("plan_net");
    tcase_add_test(tests, test_net_of_plan_has_the_gradients_of_every_layer);
    tcase_add_test(tests, test_net_of_plan_adds_up_gradients_and_needs_no_dx);
    tcase_add_test(tests, test_net_of_plan_takes_batches_of_any_size);
    tcase_add_test(tests, test_net_of_plan_has_the_parameters_that_the_plan_counts);
    return run_suite("plan_net", tests);
}
