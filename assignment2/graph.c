/* A computational graph. graph.h specifies each function. */
#include "graph.h"

#include "contract.h"
#include "conv_fast.h"
#include "matmul.h"
#include "pool_fast.h"

node *graph_add(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
    /*
     * TODO: write a static function that will be the node's backward; then call graph_node, which
     * makes the node, and fill its value.
     */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_multiply(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
    /* TODO: the derivative with respect to each factor is the other factor. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_maximum(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
    /* TODO: only one of the two inputs gets the gradient. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_sigmoid(graph *g, node *a)
{
    /* TODO: the derivative of the sigmoid follows from its value. */
    NOT_IMPLEMENTED(g, a);
    return NULL;
}

node *graph_relu(graph *g, node *a)
{
    /* TODO: as in assignment 1. */
    NOT_IMPLEMENTED(g, a);
    return NULL;
}

node *graph_matmul(graph *g, node *a, node *b)
{
    check_rank(__func__, "a", a->value, 2);
    check_shape_2d(__func__, "b", b->value, a->value->shape[1], b->value->shape[1]);
    /* TODO: two products in backward; matmul_general (matmul.h) can add to a result. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
}

node *graph_affine(graph *g, node *x, node *W, node *b)
{
    tensor flat = tensor_flattened(x->value);
    check_rank(__func__, "W", W->value, 2);
    check_shape_2d(__func__, "W", W->value, flat.shape[1], W->value->shape[1]);
    check_shape_1d(__func__, "b", b->value, W->value->shape[1]);
    /* TODO: as in assignment 1, but the three gradients are added to those already there. */
    NOT_IMPLEMENTED(g, x, W, b);
    return NULL;
}

node *graph_conv(graph *g, node *x, node *w, node *b, conv_shape shape)
{
    check_rank(__func__, "x", x->value, 4);
    check_rank(__func__, "w", w->value, 4);
    /*
     * TODO: call conv.h's functions or the fast ones (conv_fast.h). They overwrite their results,
     * so backward needs temporary tensors to add from. The node has a field for the shape.
     */
    NOT_IMPLEMENTED(g, x, w, b, shape);
    return NULL;
}

node *graph_max_pool(graph *g, node *x, pool_shape shape)
{
    check_rank(__func__, "x", x->value, 4);
    /* TODO: as in graph_conv, with the functions of conv.h or pool_fast.h. */
    NOT_IMPLEMENTED(g, x, shape);
    return NULL;
}

node *graph_softmax_loss(graph *g, node *scores, const labels *y)
{
    check_rank(__func__, "scores", scores->value, 2);
    check_labels(__func__, "y", y, scores->value->shape[0], scores->value->shape[1]);
    /*
     * TODO: the loss of assignment 1. Its gradient can be computed now and stored in n->kept;
     * backward scales it by the node's own gradient.
     */
    NOT_IMPLEMENTED(g, scores, y);
    return NULL;
}

void graph_backward(graph *g, node *loss)
{
    if (loss->value->size != 1)
        contract_failed(__func__, "loss holds %zu numbers, should be one", loss->value->size);
    /*
     * TODO: set all gradients to 0, that of the loss to 1, then call every node's backward, after
     * those of all nodes that use its value. In which order are the nodes of g?
     */
    NOT_IMPLEMENTED(g, loss);
}

void module_init(module *m, random_state *random)
{
    /* TODO: fan_in is the number of inputs that one output depends on. */
    NOT_IMPLEMENTED(m, random);
}

node *module_forward(graph *g, const module *m, node *x)
{
    /* TODO: add leaves for the parameters, with gradients in the module; then one operation. */
    NOT_IMPLEMENTED(g, m, x);
    return NULL;
}

node *sequential_forward(graph *g, const module *modules, size_t count, node *x)
{
    /* TODO: the output of one module is the input of the next. */
    NOT_IMPLEMENTED(g, modules, count, x);
    return NULL;
}
