/* Derivatives by centered differences. */
#include "gradient_check.h"

#include "contract.h"

/* The derivative of f in coordinate i of x, which is moved and put back. */
static double derivative_at(scalar_function f, void *context, tensor *x, double step, size_t i)
{
    real before = x->data[i];
    x->data[i] = (real)(before + step);
    double above = f(x, context);
    x->data[i] = (real)(before - step);
    double below = f(x, context);
    x->data[i] = before;
    return (above - below) / (2 * step);
}

void numerical_gradient(scalar_function f, void *context, tensor *x, double step, tensor *gradient)
{
    check_same_shape(__func__, "gradient", gradient, x);
    for (size_t i = 0; i < x->size; i++)
        gradient->data[i] = (real)derivative_at(f, context, x, step, i);
}

/*
 * The derivative of sum(f(x) * dout) in coordinate i of x. above and below receive f's values on
 * both sides; they are subtracted before they are added up, so that a large sum does not drown the
 * derivative.
 */
static double weighted_derivative_at(tensor_function f, void *context, tensor *x, size_t i,
                                     double step, const tensor *dout, tensor *above, tensor *below)
{
    real before = x->data[i];
    x->data[i] = (real)(before + step);
    f(x, above, context);
    x->data[i] = (real)(before - step);
    f(x, below, context);
    x->data[i] = before;
    double sum = 0;
    for (size_t j = 0; j < dout->size; j++)
        sum += ((double)above->data[j] - (double)below->data[j]) * (double)dout->data[j];
    return sum / (2 * step);
}

void numerical_gradient_array(tensor_function f, void *context, tensor *x, const tensor *dout,
                              double step, tensor *gradient)
{
    check_same_shape(__func__, "gradient", gradient, x);
    tensor *above = tensor_new_like(dout);
    tensor *below = tensor_new_like(dout);
    for (size_t i = 0; i < x->size; i++)
        gradient->data[i] =
            (real)weighted_derivative_at(f, context, x, i, step, dout, above, below);
    tensor_free(above);
    tensor_free(below);
}

/* A random element of x, as its row-major index: one draw a dimension, outermost first. */
static size_t random_coordinate(const tensor *x, random_state *r)
{
    size_t index = 0;
    for (size_t d = 0; d < x->rank; d++)
        index = index * x->shape[d] + random_integer(r, x->shape[d]);
    return index;
}

static double difference(double numeric, double analytic)
{
    if (numeric == 0 && analytic == 0)
        return 0;
    return fabs(numeric - analytic) / (fabs(numeric) + fabs(analytic));
}

double gradient_check_sparse(scalar_function f, void *context, tensor *x, const tensor *analytic,
                             size_t count, double step, random_state *r, gradient_probe *probes)
{
    check_same_shape(__func__, "analytic", analytic, x);
    double largest = 0;
    for (size_t k = 0; k < count; k++) {
        gradient_probe probe = {.index = random_coordinate(x, r)};
        probe.numeric = derivative_at(f, context, x, step, probe.index);
        probe.analytic = analytic->data[probe.index];
        probe.relative_error = difference(probe.numeric, probe.analytic);
        if (probe.relative_error > largest || isnan(probe.relative_error))
            largest = probe.relative_error; /* once NaN, nothing compares above it */
        if (probes != NULL)
            probes[k] = probe;
    }
    return largest;
}
