/*
 * The memory of a computational graph. Given: nothing to write here.
 *
 * A graph is built anew in every pass: operations add nodes to it, graph_clear removes all of them.
 * Parameters live outside the graph; a leaf tells the graph where they are.
 */
#ifndef ASSIGNMENT2_GRAPH_MEMORY_H
#define ASSIGNMENT2_GRAPH_MEMORY_H

#include "conv_shape.h"
#include "tensor.h"

enum { NODE_MOST_INPUTS = 3, GRAPH_MOST_NODES = 1024 };

/* A value of the computation, and its gradient: how the loss changes with each element. */
typedef struct node node;
struct node {
    tensor *value;
    tensor *gradient; /* value's shape */
    size_t input_count;
    node *inputs[NODE_MOST_INPUTS];

    /*
     * Passes self->gradient back: adds to each input's gradient that input's share. NULL in a leaf,
     * which has no inputs.
     */
    void (*backward)(node *self);

    /* Used by some operations only, to remember values for backward. */
    conv_shape conv;
    pool_shape pool;
    tensor *kept; /* freed with the node; NULL: nothing is kept */

    bool owns_value, owns_gradient; /* graph_clear frees them */
};

typedef struct graph {
    size_t count;
    node *nodes[GRAPH_MOST_NODES]; /* in the order in which they were added */
} graph;

/*
 * Adds to g a node for value, which stays the caller's, as gradient does. Where gradient is NULL
 * the node gets one of its own. value must outlive the node.
 */
node *graph_leaf(graph *g, tensor *value, tensor *gradient);

/*
 * Adds to g a node that depends on the count inputs at inputs (1 to NODE_MOST_INPUTS), with room
 * for a value of the given rank and shape and for its gradient, both zeros, and with that backward
 * function.
 */
node *graph_node(graph *g, size_t count, node *const *inputs, void (*backward)(node *self),
                 size_t rank, const size_t *shape);

/* Removes all nodes of g. An empty graph is {0}. */
void graph_clear(graph *g);

/* The kinds of layers. */
typedef enum module_kind { MODULE_AFFINE, MODULE_CONV, MODULE_RELU, MODULE_MAX_POOL } module_kind;

/* A layer of a net, with its parameters and their gradients where it has any. */
typedef struct module {
    module_kind kind;
    tensor *W, *b;   /* affine: D x M and M; conv: F x C x HH x WW and F; else NULL */
    tensor *dW, *db; /* their shapes */
    conv_shape conv; /* of a convolution */
    pool_shape pool; /* of pooling */
} module;

/*
 * New modules, parameters all zeros: D inputs and M outputs; F filters of C x size x size, which
 * move as shape says; windows of that shape.
 */
module module_affine(size_t D, size_t M);
module module_conv(size_t C, size_t F, size_t size, conv_shape shape);
module module_relu(void);
module module_max_pool(pool_shape shape);

/* Frees the count modules' tensors. */
void modules_clear(module *modules, size_t count);

#endif
