/* The memory of a computational graph. Given: nothing to write here. */
#include "graph_memory.h"

#include <stdlib.h>

#include "contract.h"

static node *add_node(graph *g)
{
    node *n = calloc(1, sizeof *n);
    if (n == NULL || g->count == GRAPH_MOST_NODES)
        contract_failed(__func__, "no room for node number %zu", g->count + 1);
    g->nodes[g->count++] = n;
    return n;
}

node *graph_leaf(graph *g, tensor *value, tensor *gradient)
{
    node *n = add_node(g);
    n->value = value;
    n->owns_gradient = gradient == NULL;
    n->gradient = gradient != NULL ? gradient : tensor_new_like(value);
    check_same_shape(__func__, "gradient", n->gradient, value);
    return n;
}

node *graph_node(graph *g, size_t count, node *const *inputs, void (*backward)(node *self),
                 size_t rank, const size_t *shape)
{
    if (count < 1 || count > NODE_MOST_INPUTS)
        contract_failed(__func__, "%zu inputs, there should be 1 to %d", count, NODE_MOST_INPUTS);
    node *n = add_node(g);
    n->input_count = count;
    for (size_t i = 0; i < count; i++)
        n->inputs[i] = inputs[i];
    n->backward = backward;
    n->value = tensor_new(rank, shape);
    n->gradient = tensor_new(rank, shape);
    n->owns_value = n->owns_gradient = true;
    return n;
}

void graph_clear(graph *g)
{
    for (size_t i = 0; i < g->count; i++) {
        node *n = g->nodes[i];
        if (n->owns_value)
            tensor_free(n->value);
        if (n->owns_gradient)
            tensor_free(n->gradient);
        tensor_free(n->kept);
        free(n);
    }
    g->count = 0;
}

module module_affine(size_t D, size_t M)
{
    return (module){.kind = MODULE_AFFINE,
                    .W = tensor_new_2d(D, M),
                    .b = tensor_new_1d(M),
                    .dW = tensor_new_2d(D, M),
                    .db = tensor_new_1d(M)};
}

module module_conv(size_t C, size_t F, size_t size, conv_shape shape)
{
    return (module){.kind = MODULE_CONV,
                    .W = tensor_new_4d(F, C, size, size),
                    .b = tensor_new_1d(F),
                    .dW = tensor_new_4d(F, C, size, size),
                    .db = tensor_new_1d(F),
                    .conv = shape};
}

module module_relu(void)
{
    return (module){.kind = MODULE_RELU};
}

module module_max_pool(pool_shape shape)
{
    return (module){.kind = MODULE_MAX_POOL, .pool = shape};
}

void modules_clear(module *modules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tensor_free(modules[i].W);
        tensor_free(modules[i].b);
        tensor_free(modules[i].dW);
        tensor_free(modules[i].db);
        modules[i] = (module){0};
    }
}
