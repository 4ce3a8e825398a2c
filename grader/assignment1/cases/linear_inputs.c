/* Inputs that the cases of linear classifiers share. */
#include "linear_inputs.h"

#include <string.h>

#include "matmul.h"

void give_linear_problem(attempt *a, size_t N, size_t D, size_t C, double deviation)
{
    give_normal(a, "W", sizes2(D, C), 0, deviation);
    give_normal(a, "X", sizes2(N, D), 0, 1);
    give_labels(a, "y", N, C);
}

bool svm_kink_is_near(attempt *a, double distance)
{
    const tensor *W = given(a, "W");
    const tensor *X = given(a, "X");
    const labels *y = given_labels(a, "y");
    size_t C = W->shape[1];
    tensor *scores = tensor_new_2d(X->shape[0], C);
    bool near = false;
    matmul(X, W, scores);
    for (size_t i = 0; i < y->count; i++)
        for (size_t c = 0; c < C; c++) {
            double margin = scores->data[i * C + c] - scores->data[i * C + y->data[i]] + 1;
            near |= c != y->data[i] && fabs(margin) < distance;
        }
    tensor_free(scores);
    return near;
}

void check_called_twice(attempt *a, const char *operation)
{
    size_t N = draw_size(a, 5, 30);
    size_t D = draw_size(a, 5, 30);
    size_t C = draw_size(a, 2, 9);
    give_linear_problem(a, N, D, C, 1);
    give_number(a, "reg", draw_number(a, 0.1, 2));
    if (!call(a, operation))
        return;
    tensor *first = tensor_new_copy(got(a, "dW"));
    expect_close(a, "dW");
    for (size_t again = 0; again < 2 && !ended(a); again++) {
        if (again == 1)
            fill_outputs(a, 1e3);
        else
            restart(a);
        if (call(a, operation))
            require(a, memcmp(first->data, got(a, "dW")->data, first->size * sizeof(real)) == 0,
                    "dW differs from that of the first call with the same inputs%s",
                    again == 1 ? " if it holds other numbers before the call" : "");
    }
    tensor_free(first);
}

void give_examples_around(attempt *a, const char *X_name, const char *y_name, const tensor *centres,
                          size_t count, double deviation)
{
    size_t D = centres->shape[1];
    labels *y = give_labels(a, y_name, count, centres->shape[0]);
    tensor *X = give_normal(a, X_name, sizes2(count, D), 0, deviation);
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; d < D; d++)
            X->data[i * D + d] += centres->data[y->data[i] * D + d];
}
