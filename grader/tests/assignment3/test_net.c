/* The given view of a net from outside. */
#include "net.h"

#include "checks/check_support.h"
#include "tests/suite.h"

START_TEST(test_net_clear_gradients_leaves_the_values)
{
    tensor *values[2], *gradients[2];
    parameter parameters[2];
    for (size_t i = 0; i < 2; i++) {
        values[i] = keep(tensor_new_2d(2, 3));
        gradients[i] = keep(output_like(values[i]));
        tensor_fill_linspace(values[i], 1, 6);
        parameters[i] = (parameter){"W", values[i], gradients[i]};
    }
    net_clear_gradients(&(net){.parameter_count = 2, .parameters = parameters});
    for (size_t i = 0; i < 2; i++) {
        expect_values("the gradient", gradients[i], (const double[6]){0}, 0);
        expect_values("the value", values[i], (const double[]){1, 2, 3, 4, 5, 6}, 0);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("net");
    tcase_add_test(tests, test_net_clear_gradients_leaves_the_values);
    return run_suite("net", tests);
}
