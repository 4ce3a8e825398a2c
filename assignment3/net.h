/*
 * Given: a net, seen from outside. Whoever trains nets by a loss of their results (gan.h) need not
 * know how they are built.
 */
#ifndef ASSIGNMENT3_NET_H
#define ASSIGNMENT3_NET_H

#include "optimizer.h"
#include "tensor.h"

/*
 * A net, and what can be done with it. forward writes the result for x to out, which has the shape
 * of the net's result, and keeps what backward needs. backward belongs to the last forward: dout is
 * the upstream gradient, of the shape of that result. It ADDS the gradients with respect to the
 * parameters to what parameters[i].gradient holds, so that several calls add up, and writes the
 * gradient with respect to x to dx, of x's shape; NULL for dx skips that. One may call
 * n->forward(n->self, x, out).
 */
typedef struct net {
    void *self;             /* the first argument of forward and backward */
    size_t parameter_count; /* of parameters */
    parameter *parameters;  /* with their gradients */
    void (*forward)(void *self, const tensor *x, tensor *out);
    void (*backward)(void *self, const tensor *dout, tensor *dx);
} net;

/* Fills the gradients of all parameters of n with zeros. Their values stay. */
void net_clear_gradients(net *n);

#endif
