/* A computational graph. graph.h specifies each function. */
#include "graph.h"

#include "contract.h"
#include "conv_fast.h"
#include "matmul.h"
#include "pool_fast.h"

#ifdef SOLUTION
/* A node of one or two inputs whose value has the shape of the first. */
static node *elementwise_node(graph *g, node *a, node *b, void (*backward)(node *self))
{
    return graph_node(g, b == NULL ? 1 : 2, (node *[]){a, b}, backward, a->value->rank,
                      a->value->shape);
}

static void add_backward(node *self)
{
    tensor_add_scaled(self->gradient, 1, self->inputs[0]->gradient);
    tensor_add_scaled(self->gradient, 1, self->inputs[1]->gradient);
}
#endif

node *graph_add(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
#ifdef SOLUTION
    node *n = elementwise_node(g, a, b, add_backward);
    tensor_add(a->value, b->value, n->value);
    return n;
#else
    /*
     * TODO: write a static function that will be the node's backward; then call graph_node, which
     * makes the node, and fill its value.
     */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
#endif
}

#ifdef SOLUTION
static void multiply_backward(node *self)
{
    node *a = self->inputs[0];
    node *b = self->inputs[1];
    for (size_t i = 0; i < self->value->size; i++) {
        real gradient = self->gradient->data[i];
        a->gradient->data[i] += gradient * b->value->data[i];
        b->gradient->data[i] += gradient * a->value->data[i];
    }
}
#endif

node *graph_multiply(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
#ifdef SOLUTION
    node *n = elementwise_node(g, a, b, multiply_backward);
    tensor_multiply(a->value, b->value, n->value);
    return n;
#else
    /* TODO: the derivative with respect to each factor is the other factor. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
#endif
}

#ifdef SOLUTION
static void maximum_backward(node *self)
{
    node *a = self->inputs[0];
    node *b = self->inputs[1];
    for (size_t i = 0; i < self->value->size; i++) {
        node *larger = a->value->data[i] < b->value->data[i] ? b : a;
        larger->gradient->data[i] += self->gradient->data[i];
    }
}
#endif

node *graph_maximum(graph *g, node *a, node *b)
{
    check_same_shape(__func__, "b", b->value, a->value);
#ifdef SOLUTION
    node *n = elementwise_node(g, a, b, maximum_backward);
    for (size_t i = 0; i < n->value->size; i++) {
        real x = a->value->data[i];
        real y = b->value->data[i];
        n->value->data[i] = x < y ? y : x;
    }
    return n;
#else
    /* TODO: only one of the two inputs gets the gradient. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
#endif
}

#ifdef SOLUTION
static void sigmoid_backward(node *self)
{
    for (size_t i = 0; i < self->value->size; i++) {
        real s = self->value->data[i];
        self->inputs[0]->gradient->data[i] += self->gradient->data[i] * s * (1 - s);
    }
}
#endif

node *graph_sigmoid(graph *g, node *a)
{
#ifdef SOLUTION
    node *n = elementwise_node(g, a, NULL, sigmoid_backward);
    for (size_t i = 0; i < n->value->size; i++)
        n->value->data[i] = 1 / (1 + exp(-a->value->data[i])); /* exp may overflow to infinity */
    return n;
#else
    /* TODO: the derivative of the sigmoid follows from its value. */
    NOT_IMPLEMENTED(g, a);
    return NULL;
#endif
}

#ifdef SOLUTION
static void relu_node_backward(node *self)
{
    for (size_t i = 0; i < self->value->size; i++)
        if (self->inputs[0]->value->data[i] > 0)
            self->inputs[0]->gradient->data[i] += self->gradient->data[i];
}
#endif

node *graph_relu(graph *g, node *a)
{
#ifdef SOLUTION
    node *n = elementwise_node(g, a, NULL, relu_node_backward);
    for (size_t i = 0; i < n->value->size; i++)
        n->value->data[i] = a->value->data[i] > 0 ? a->value->data[i] : 0;
    return n;
#else
    /* TODO: as in assignment 1. */
    NOT_IMPLEMENTED(g, a);
    return NULL;
#endif
}

#ifdef SOLUTION
static void matmul_backward(node *self)
{
    node *a = self->inputs[0];
    node *b = self->inputs[1];
    matmul_general(false, true, 1, self->gradient, b->value, 1, a->gradient);
    matmul_general(true, false, 1, a->value, self->gradient, 1, b->gradient);
}
#endif

node *graph_matmul(graph *g, node *a, node *b)
{
    check_rank(__func__, "a", a->value, 2);
    check_shape_2d(__func__, "b", b->value, a->value->shape[1], b->value->shape[1]);
#ifdef SOLUTION
    size_t shape[] = {a->value->shape[0], b->value->shape[1]};
    node *n = graph_node(g, 2, (node *[]){a, b}, matmul_backward, 2, shape);
    matmul(a->value, b->value, n->value);
    return n;
#else
    /* TODO: two products in backward; matmul_general (matmul.h) can add to a result. */
    NOT_IMPLEMENTED(g, a, b);
    return NULL;
#endif
}

#ifdef SOLUTION
static void affine_backward(node *self)
{
    node *x = self->inputs[0];
    node *W = self->inputs[1];
    node *b = self->inputs[2];
    size_t M = b->value->size;
    tensor dx = tensor_flattened(x->gradient);
    matmul_general(false, true, 1, self->gradient, W->value, 1, &dx);
    matmul_general(true, false, 1, x->value, self->gradient, 1, W->gradient);
    for (size_t i = 0; i < self->gradient->size; i++)
        b->gradient->data[i % M] += self->gradient->data[i];
}
#endif

node *graph_affine(graph *g, node *x, node *W, node *b)
{
    tensor flat = tensor_flattened(x->value);
    check_rank(__func__, "W", W->value, 2);
    check_shape_2d(__func__, "W", W->value, flat.shape[1], W->value->shape[1]);
    check_shape_1d(__func__, "b", b->value, W->value->shape[1]);
#ifdef SOLUTION
    size_t N = flat.shape[0];
    size_t M = W->value->shape[1];
    node *n = graph_node(g, 3, (node *[]){x, W, b}, affine_backward, 2, (size_t[]){N, M});
    matmul(&flat, W->value, n->value);
    for (size_t i = 0; i < n->value->size; i++)
        n->value->data[i] += b->value->data[i % M];
    return n;
#else
    /* TODO: as in assignment 1, but the three gradients are added to those already there. */
    NOT_IMPLEMENTED(g, x, W, b);
    return NULL;
#endif
}

#ifdef SOLUTION
/* Adds the gradients of a convolution's inputs, which the given layer writes elsewhere. */
static void conv_backward(node *self)
{
    tensor *by[3];
    for (size_t i = 0; i < 3; i++)
        by[i] = tensor_new_like(self->inputs[i]->value);
    fast_conv_backward(self->gradient, self->inputs[0]->value, self->inputs[1]->value, self->conv,
                       by[0], by[1], by[2]);
    for (size_t i = 0; i < 3; i++) {
        tensor_add_scaled(by[i], 1, self->inputs[i]->gradient);
        tensor_free(by[i]);
    }
}
#endif

node *graph_conv(graph *g, node *x, node *w, node *b, conv_shape shape)
{
    check_rank(__func__, "x", x->value, 4);
    check_rank(__func__, "w", w->value, 4);
#ifdef SOLUTION
    const size_t *images = x->value->shape;
    const size_t *filters = w->value->shape;
    size_t rows = conv_output_size(images[2], filters[2], shape);
    size_t columns = conv_output_size(images[3], filters[3], shape);
    node *n = graph_node(g, 3, (node *[]){x, w, b}, conv_backward, 4,
                         (size_t[]){images[0], filters[0], rows, columns});
    n->conv = shape;
    fast_conv_forward(x->value, w->value, b->value, shape, n->value);
    return n;
#else
    /*
     * TODO: call conv.h's functions or the fast ones (conv_fast.h). They overwrite their results,
     * so backward needs temporary tensors to add from. The node has a field for the shape.
     */
    NOT_IMPLEMENTED(g, x, w, b, shape);
    return NULL;
#endif
}

#ifdef SOLUTION
static void max_pool_backward(node *self)
{
    tensor *dx = tensor_new_like(self->inputs[0]->value);
    fast_max_pool_backward(self->gradient, self->inputs[0]->value, self->pool, dx);
    tensor_add_scaled(dx, 1, self->inputs[0]->gradient);
    tensor_free(dx);
}
#endif

node *graph_max_pool(graph *g, node *x, pool_shape shape)
{
    check_rank(__func__, "x", x->value, 4);
#ifdef SOLUTION
    const size_t *images = x->value->shape;
    size_t rows = pool_output_size(images[2], shape.height, shape.stride);
    size_t columns = pool_output_size(images[3], shape.width, shape.stride);
    node *n =
        graph_node(g, 1, &x, max_pool_backward, 4, (size_t[]){images[0], images[1], rows, columns});
    n->pool = shape;
    fast_max_pool_forward(x->value, shape, n->value);
    return n;
#else
    /* TODO: as in graph_conv, with the functions of conv.h or pool_fast.h. */
    NOT_IMPLEMENTED(g, x, shape);
    return NULL;
#endif
}

#ifdef SOLUTION
static void softmax_loss_backward(node *self)
{
    tensor_add_scaled(self->kept, self->gradient->data[0], self->inputs[0]->gradient);
}

/* The loss of one row of C scores; gradients receives its derivatives, divided by N. */
static double row_loss(const real *scores, size_t C, uint32_t y, size_t N, real *gradients)
{
    double largest = scores[0];
    double sum = 0;
    for (size_t c = 1; c < C; c++)
        largest = scores[c] > largest ? scores[c] : largest;
    for (size_t c = 0; c < C; c++)
        sum += exp(scores[c] - largest);
    for (size_t c = 0; c < C; c++)
        gradients[c] = (exp(scores[c] - largest) / sum - (c == y)) / N;
    return log(sum) - (scores[y] - largest);
}
#endif

node *graph_softmax_loss(graph *g, node *scores, const labels *y)
{
    check_rank(__func__, "scores", scores->value, 2);
    check_labels(__func__, "y", y, scores->value->shape[0], scores->value->shape[1]);
#ifdef SOLUTION
    size_t N = scores->value->shape[0];
    size_t C = scores->value->shape[1];
    node *n = graph_node(g, 1, &scores, softmax_loss_backward, 1, (size_t[]){1});
    double loss = 0;
    n->kept = tensor_new_like(scores->value);
    for (size_t i = 0; i < N; i++)
        loss += row_loss(scores->value->data + i * C, C, y->data[i], N, n->kept->data + i * C);
    n->value->data[0] = loss / N;
    return n;
#else
    /*
     * TODO: the loss of assignment 1. Its gradient can be computed now and stored in n->kept;
     * backward scales it by the node's own gradient.
     */
    NOT_IMPLEMENTED(g, scores, y);
    return NULL;
#endif
}

void graph_backward(graph *g, node *loss)
{
    if (loss->value->size != 1)
        contract_failed(__func__, "loss holds %zu numbers, should be one", loss->value->size);
#ifdef SOLUTION
    for (size_t i = 0; i < g->count; i++)
        tensor_fill(g->nodes[i]->gradient, 0);
    loss->gradient->data[0] = 1;
    for (size_t i = g->count; i-- > 0;) /* inputs were added before what uses them */
        if (g->nodes[i]->backward != NULL)
            g->nodes[i]->backward(g->nodes[i]);
#else
    /*
     * TODO: set all gradients to 0, that of the loss to 1, then call every node's backward, after
     * those of all nodes that use its value. In which order are the nodes of g?
     */
    NOT_IMPLEMENTED(g, loss);
#endif
}

void module_init(module *m, random_state *random)
{
#ifdef SOLUTION
    if (m->W == NULL)
        return;
    size_t outputs = m->b->size;
    size_t fan_in = m->W->size / outputs;
    tensor_fill_normal(m->W, random, 0, sqrt(2.0 / fan_in));
    tensor_fill(m->b, 0);
#else
    /* TODO: fan_in is the number of inputs that one output depends on. */
    NOT_IMPLEMENTED(m, random);
#endif
}

node *module_forward(graph *g, const module *m, node *x)
{
#ifdef SOLUTION
    if (m->kind == MODULE_RELU)
        return graph_relu(g, x);
    if (m->kind == MODULE_MAX_POOL)
        return graph_max_pool(g, x, m->pool);
    node *W = graph_leaf(g, m->W, m->dW);
    node *b = graph_leaf(g, m->b, m->db);
    return m->kind == MODULE_CONV ? graph_conv(g, x, W, b, m->conv) : graph_affine(g, x, W, b);
#else
    /* TODO: add leaves for the parameters, with gradients in the module; then one operation. */
    NOT_IMPLEMENTED(g, m, x);
    return NULL;
#endif
}

node *sequential_forward(graph *g, const module *modules, size_t count, node *x)
{
#ifdef SOLUTION
    for (size_t i = 0; i < count; i++)
        x = module_forward(g, &modules[i], x);
    return x;
#else
    /* TODO: the output of one module is the input of the next. */
    NOT_IMPLEMENTED(g, modules, count, x);
    return NULL;
#endif
}
