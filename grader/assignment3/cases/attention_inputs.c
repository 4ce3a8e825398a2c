/* Inputs of attention. */
#include "attention_inputs.h"

#include <math.h>
#include <stdio.h>

void give_mask(attempt *a, size_t S, size_t T, bool used)
{
    tensor *mask = give_uniform(a, "mask", sizes2(S, T), 0, 1);
    for (size_t i = 0; i < mask->size; i++)
        mask->data[i] = mask->data[i] < 0.5 ? 1 : 0;
    for (size_t s = 0; s < S; s++)
        mask->data[s * T + draw_size(a, 0, T - 1)] = 1;
    give_number(a, "masked", used);
}

void give_drop(attempt *a, sizes shape, bool used)
{
    double keep = draw_number(a, 0.5, 0.9);
    tensor *drop = give_uniform(a, "drop", shape, 0, 1);
    for (size_t i = 0; i < drop->size; i++)
        drop->data[i] = drop->data[i] < keep ? 1 / keep : 0;
    give_number(a, "dropped", used);
}

static const char *const letters[] = {"q", "k", "v", "o"};

typedef struct weight_name {
    char text[WIRE_NAME];
} weight_name;

static weight_name named(const char *before, const char *prefix, const char *kind, size_t i)
{
    weight_name name;
    snprintf(name.text, sizeof name.text, "%s%s%s%s", before, prefix, kind, letters[i]);
    return name;
}

/* The sizes rows x columns, or rows alone where columns is 0, behind those of the layers. */
static sizes per_layer(size_t layers, size_t rows, size_t columns)
{
    if (layers == 0)
        return columns > 0 ? sizes2(rows, columns) : sizes1(rows);
    return columns > 0 ? sizes3(layers, rows, columns) : sizes2(layers, rows);
}

void give_head_weights(attempt *a, const char *prefix, size_t E, size_t layers)
{
    for (size_t i = 0; i < 4; i++) {
        give_normal(a, named("", prefix, "W", i).text, per_layer(layers, E, E), 0, 0.6);
        give_normal(a, named("", prefix, "b", i).text, per_layer(layers, E, 0), 0, 0.6);
    }
}

static double largest(const tensor *t)
{
    double most = 0;
    for (size_t i = 0; i < t->size; i++)
        most = fmax(most, fabs(t->data[i]));
    return tensor_all_finite(t) ? most : INFINITY;
}

/* Requires the output called name to be 0, to so many digits of the one called like. */
static void require_zero(attempt *a, const char *name, const char *like, int digits)
{
    if (ended(a))
        return;
    double most = largest(got(a, name));
    double scale = largest(reference(a, like));
    require(a, most <= pow(10, -digits) * scale,
            "%s is not 0: its largest element is %.3g" EXPECTED ", that of %s is %.3g", name, most,
            like, scale);
}

void expect_head_gradients(attempt *a, const char *prefix, int digits)
{
    for (size_t i = 0; i < 4; i++) {
        expect_close(a, named("d", prefix, "W", i).text);
        if (i != 1)
            expect_close(a, named("d", prefix, "b", i).text);
    }
    require_zero(a, named("d", prefix, "b", 1).text, named("d", prefix, "b", 0).text, digits);
}

void expect_gradients_of_one_key(attempt *a, const char *prefix, int digits)
{
    for (size_t i = 0; i < 4; i++) {
        weight_name W = named("d", prefix, "W", i);
        weight_name b = named("d", prefix, "b", i);
        if (i >= 2) {
            expect_close(a, W.text);
            expect_close(a, b.text);
        } else {
            require_zero(a, W.text, named("d", prefix, "b", 2).text, digits);
            require_zero(a, b.text, named("d", prefix, "b", 2).text, digits);
        }
    }
}

layer_sizes draw_layer_sizes(attempt *a)
{
    layer_sizes s = {.N = 2, .heads = 3};
    s.T = draw_size(a, 4, 5);
    s.M = draw_size(a, 7, 8);
    s.E = draw_size(a, 0, 1) == 0 ? 6 : 9;
    s.F = draw_size(a, 10, 13);
    return s;
}

void give_feed_weights(attempt *a, layer_sizes s)
{
    give_normal(a, "W1", per_layer(s.layers, s.E, s.F), 0, 0.6);
    give_normal(a, "b1", per_layer(s.layers, s.F, 0), 0, 0.6);
    give_normal(a, "W2", per_layer(s.layers, s.F, s.E), 0, 0.6);
    give_normal(a, "b2", per_layer(s.layers, s.E, 0), 0, 0.6);
}

void give_norms(attempt *a, size_t count, layer_sizes s)
{
    char name[16];
    for (size_t i = 1; i <= count; i++) {
        snprintf(name, sizeof name, "gamma%zu", i);
        give_normal(a, name, per_layer(s.layers, s.E, 0), 1, 0.5);
        snprintf(name, sizeof name, "beta%zu", i);
        give_normal(a, name, per_layer(s.layers, s.E, 0), 0, 0.5);
    }
}

void expect_feed_gradients(attempt *a)
{
    expect_close(a, "dW1");
    expect_close(a, "db1");
    expect_close(a, "dW2");
    expect_close(a, "db2");
}

void expect_norm_gradients(attempt *a, size_t count)
{
    char name[16];
    for (size_t i = 1; i <= count; i++) {
        snprintf(name, sizeof name, "dgamma%zu", i);
        expect_close(a, name);
        snprintf(name, sizeof name, "dbeta%zu", i);
        expect_close(a, name);
    }
}

void require_zeros(attempt *a, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        require(a, ended(a) || tensor_sum_of_squares(got(a, names[i])) == 0,
                "a bias or a shift is not 0");
}
