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

void give_head_weights(attempt *a, const char *prefix, size_t E)
{
    for (size_t i = 0; i < 4; i++) {
        give_normal(a, named("", prefix, "W", i).text, sizes2(E, E), 0, 0.6);
        give_normal(a, named("", prefix, "b", i).text, sizes1(E), 0, 0.6);
    }
}

static double largest(const tensor *t)
{
    double most = 0;
    for (size_t i = 0; i < t->size; i++)
        most = fmax(most, fabs(t->data[i]));
    return tensor_all_finite(t) ? most : INFINITY;
}

void expect_head_gradients(attempt *a, const char *prefix, int digits)
{
    for (size_t i = 0; i < 4; i++) {
        expect_close(a, named("d", prefix, "W", i).text);
        if (i != 1)
            expect_close(a, named("d", prefix, "b", i).text);
    }
    if (ended(a))
        return;
    weight_name dbk = named("d", prefix, "b", 1);
    double most = largest(got(a, dbk.text));
    double scale = largest(reference(a, named("d", prefix, "b", 0).text));
    require(a, most <= pow(10, -digits) * scale,
            "%s is not 0: its largest element is %.3g" EXPECTED ", that of dbq is %.3g", dbk.text,
            most, scale);
}
