/* A net, seen from outside. Given: nothing to write here. */
#include "net.h"

void net_clear_gradients(net *n)
{
    for (size_t i = 0; i < n->parameter_count; i++)
        tensor_fill(n->parameters[i].gradient, 0);
}
