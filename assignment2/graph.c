/* A computational graph. What to write stands in graph.h. */
#include "graph.h"

#include "contract.h"
#include "conv_fast.h"
#include "matmul.h"
#include "pool_fast.h"

node *graph_add(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
    /*
     * TODO: a function that is the node's backward; then graph_node, which makes the node, and its
     * value.
     */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_multiply(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
    /* TODO: each factor's slope is the other one. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_maximum(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
    /* TODO: the gradient goes one way only. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_sigmoid(graph *g, node *a)
{
    /* TODO: the slope of the sigmoid can be had from its value. */
    NOT_IMPLEMENTED(g, a);
    return NULL;
}

node *graph_relu(graph *g, node *a)
{
    /* TODO: as the layer of assignment 1. */
    NOT_IMPLEMENTED(g, a);
    return NULL;
}

node *graph_matmul(graph *g, node *a, node *b)
{
    check_rank(__func__, "a", a->value, 2);
    check_shape_2d(__func__, "b", b->value, a->value->shape[1], b->value->shape[1]);
    /* TODO: two products in backward; matmul_general (matmul.h) can add to what is there. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_affine(graph *g, node *x, node *W, node *b)
{
    tensor flat = tensor_flattened(x->value);
    check_rank(__func__, "W", W->value, 2);
    check_shape_2d(__func__, "W", W->value, flat.shape[1], W->value->shape[1]);
    check_shape_1d(__func__, "b", b->value, W->value->shape[1]);
    /* TODO: as the layer of assignment 1; its three gradients are added to what is there. */
    NOT_IMPLEMENTED(g, x, W, b);
    return NULL;
}

node *graph_conv(graph *g, node *x, node *w, node *b, conv_shape shape)
{
    check_rank(__func__, "x", x->value, 4);
    check_rank(__func__, "w", w->value, 4);
    /*
     * TODO: conv.h's functions or the fast ones (conv_fast.h) do the work; they overwrite, so that
     * backward needs tensors to add from. The node has a field for the shape.
     */
    NOT_IMPLEMENTED(g, x, w, b, shape);
    return NULL;
}

node *graph_max_pool(graph *g, node *x, pool_shape shape)
{
    check_rank(__func__, "x", x->value, 4);
    /* TODO: as the convolution, with pool_fast.h. */
    NOT_IMPLEMENTED(g, x, shape);
    return NULL;
}

node *graph_softmax_loss(graph *g, node *scores, const labels *y)
{
    check_rank(__func__, "scores", scores->value, 2);
    check_labels(__func__, "y", y, scores->value->shape[0], scores->value->shape[1]);
    /*
     * TODO: the loss of assignment 1. Its slopes can be computed now and kept in n->kept; backward
     * scales them by the node's own gradient.
     */
    NOT_IMPLEMENTED(g, scores, y);
    return NULL;
}

void graph_backward(graph *g, node *loss)
{
    if (loss->value->size != 1)
        contract_failed(__func__, "loss holds %zu numbers, should be one", loss->value->size);
    /*
     * TODO: zeros everywhere, 1 at the loss, then every node's backward, none before all nodes that
     * use its value. In which order are the nodes of g?
     */
    NOT_IMPLEMENTED(g, loss);
}

void module_init(module *m, random_state *random)
{
    /* TODO: how many numbers does one output depend on? */
    NOT_IMPLEMENTED(m, random);
}

node *module_forward(graph *g, const module *m, node *x)
{
    /* TODO: parameters are leaves whose gradients lie in the module; then one operation. */
    NOT_IMPLEMENTED(g, m, x);
    return NULL;
}

node *sequential_forward(graph *g, const module *modules, size_t count, node *x)
{
    /* TODO: what one module makes is what the next one takes. */
    NOT_IMPLEMENTED(g, modules, count, x);
    return NULL;
}
