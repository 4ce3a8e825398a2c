/* What a function may demand of the tensors and labels that it is given. */
#include "contract.h"

#include <stdint.h>
#include <stdio.h>

real not_implemented(const char *function, ...)
{
    char text[256];
    snprintf(text, sizeof text, "%.100s is not implemented yet", function);
    contract_stop(CONTRACT_NOT_IMPLEMENTED, text);
}

static void check_shape(const char *function, const char *name, const tensor *t, tensor wanted)
{
    if (t == NULL)
        contract_failed(function, "%s is NULL", name);
    if (tensor_same_shape(t, &wanted))
        return;
    char has[160];
    char wants[160];
    contract_failed(function, "%s has shape %s, should have %s", name,
                    tensor_shape_text(t, has, sizeof has),
                    tensor_shape_text(&wanted, wants, sizeof wants));
}

void check_shape_1d(const char *function, const char *name, const tensor *t, size_t d0)
{
    check_shape(function, name, t, (tensor){.rank = 1, .shape = {d0}});
}

void check_shape_2d(const char *function, const char *name, const tensor *t, size_t rows,
                    size_t columns)
{
    check_shape(function, name, t, (tensor){.rank = 2, .shape = {rows, columns}});
}

void check_shape_3d(const char *function, const char *name, const tensor *t, size_t d0, size_t d1,
                    size_t d2)
{
    check_shape(function, name, t, (tensor){.rank = 3, .shape = {d0, d1, d2}});
}

void check_shape_4d(const char *function, const char *name, const tensor *t, size_t d0, size_t d1,
                    size_t d2, size_t d3)
{
    check_shape(function, name, t, (tensor){.rank = 4, .shape = {d0, d1, d2, d3}});
}

void check_same_shape(const char *function, const char *name, const tensor *t, const tensor *like)
{
    check_shape(function, name, t, *like);
}

void check_rank(const char *function, const char *name, const tensor *t, size_t rank)
{
    if (t == NULL)
        contract_failed(function, "%s is NULL", name);
    if (t->rank != rank)
        contract_failed(function, "%s has %zu dimensions, should have %zu", name, t->rank, rank);
}

void check_labels(const char *function, const char *name, const labels *y, size_t count,
                  size_t class_count)
{
    if (y == NULL)
        contract_failed(function, "%s is NULL", name);
    if (y->count != count)
        contract_failed(function, "%s holds %zu labels, should hold %zu", name, y->count, count);
    for (size_t i = 0; i < count; i++)
        if (class_count != SIZE_MAX && y->data[i] >= class_count)
            contract_failed(function, "%s[%zu] is %u, should be below %zu", name, i, y->data[i],
                            class_count);
}
