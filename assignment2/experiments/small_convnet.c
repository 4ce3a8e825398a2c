/* A convolutional net of modules. */
#include "small_convnet.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "npy.h"

static const pool_shape halves = {2, 2, 2};
static const double pixel_scale = 1. / 64;

small_convnet small_convnet_new(experiment *x, const image_data *data)
{
    const conv_shape same = {1, 1};
    size_t H = data->height / 2 / 2 / 2, W = data->width / 2 / 2 / 2;
    small_convnet net = {
        .modules = {module_conv(data->channels, 32, 3, same), module_relu(),
                    module_max_pool(halves), module_conv(32, 64, 3, same), module_relu(),
                    module_max_pool(halves), module_conv(64, 128, 3, same), module_relu(),
                    module_max_pool(halves), module_affine(128 * H * W, data->class_count)},
        .class_count = data->class_count};
    for (size_t i = 0; i < SMALL_CONVNET_MODULES; i++)
        module_init(&net.modules[i], &x->random);
    return net;
}

void small_convnet_clear(small_convnet *net)
{
    modules_clear(net->modules, SMALL_CONVNET_MODULES);
}

/* X as a leaf: a graph only reads the values of leaves. */
static node *leaf_of(graph *g, const tensor *X)
{
    tensor *value;
    memcpy(&value, &X, sizeof value);
    return graph_leaf(g, value, NULL);
}

/* One training step's forward and backward pass: the graph is built anew for each minibatch. */
static real loss(void *self, const tensor *X, const labels *y)
{
    const small_convnet *net = self;
    graph g = {0};
    node *scores = sequential_forward(&g, net->modules, SMALL_CONVNET_MODULES, leaf_of(&g, X));
    node *n = graph_softmax_loss(&g, scores, y);
    real value = n->value->data[0];
    graph_backward(&g, n);
    graph_clear(&g);
    return value;
}

static void compute_scores(void *self, const tensor *X, tensor *scores)
{
    const small_convnet *net = self;
    graph g = {0};
    node *n = sequential_forward(&g, net->modules, SMALL_CONVNET_MODULES, leaf_of(&g, X));
    tensor_copy(n->value, scores);
    graph_clear(&g);
}

static void predict(void *self, const tensor *X, labels *out)
{
    const small_convnet *net = self;
    tensor *scores = tensor_new_2d(X->shape[0], net->class_count);
    compute_scores(self, X, scores);
    tensor_argmax_rows(scores, out);
    tensor_free(scores);
}

model small_convnet_model(small_convnet *net)
{
    static const char *const names[SMALL_CONVNET_MODULES][2] = {
        {"W1", "b1"}, {NULL},       {NULL}, {"W2", "b2"}, {NULL},
        {NULL},       {"W3", "b3"}, {NULL}, {NULL},       {"W4", "b4"}};
    model m = {.self = net, .parameters = net->parameters, .loss = loss, .predict = predict};
    for (size_t i = 0; i < SMALL_CONVNET_MODULES; i++) {
        const module *each = &net->modules[i];
        if (each->W == NULL)
            continue;
        m.parameters[m.parameter_count++] = (parameter){names[i][0], each->W, each->dW};
        m.parameters[m.parameter_count++] = (parameter){names[i][1], each->b, each->db};
    }
    return m;
}

/*
 * dX is the gradient of sum(dscores * scores), so the graph has to compute that sum: the products
 * with a row and a column of ones add up all elements.
 */
static void compute_gradient(void *self, const tensor *X, const tensor *dscores, tensor *dX)
{
    const small_convnet *net = self;
    graph g = {0};
    tensor *rows = tensor_new_2d(1, X->shape[0]), *columns = tensor_new_2d(net->class_count, 1);
    node *images = leaf_of(&g, X);
    node *scores = sequential_forward(&g, net->modules, SMALL_CONVNET_MODULES, images);
    node *weighted = graph_multiply(&g, scores, leaf_of(&g, dscores));
    tensor_fill(rows, 1);
    tensor_fill(columns, 1);
    node *by_class = graph_matmul(&g, graph_leaf(&g, rows, NULL), weighted);
    graph_backward(&g, graph_matmul(&g, by_class, graph_leaf(&g, columns, NULL)));
    tensor_copy(images->gradient, dX);
    graph_clear(&g);
    tensor_free(rows);
    tensor_free(columns);
}

scorer small_convnet_scorer(small_convnet *net)
{
    return (scorer){.self = net,
                    .class_count = net->class_count,
                    .scores = compute_scores,
                    .gradient = compute_gradient};
}

bool small_convnet_save(const small_convnet *net, const char *folder, error *e)
{
    small_convnet copy = *net;
    model m = small_convnet_model(&copy);
    char path[512];
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_set(e, "%s: %s", folder, strerror(errno));
    for (size_t i = 0; i < m.parameter_count; i++) {
        snprintf(path, sizeof path, "%s/%s.npy", folder, m.parameters[i].name);
        if (!npy_save(path, m.parameters[i].value, e))
            return false;
    }
    return true;
}

bool small_convnet_load(small_convnet *net, const char *folder, error *e)
{
    model m = small_convnet_model(net);
    char path[512];
    for (size_t i = 0; i < m.parameter_count; i++) {
        snprintf(path, sizeof path, "%s/%s.npy", folder, m.parameters[i].name);
        tensor *loaded;
        if (!npy_load(path, &loaded, e))
            return false;
        bool fits = tensor_same_shape(loaded, m.parameters[i].value);
        if (fits)
            tensor_copy(loaded, m.parameters[i].value);
        tensor_free(loaded);
        if (!fits)
            return error_set(e, "%s: of another net; remove the folder", path);
    }
    return true;
}

void scale_for_small_convnet(image_data *data)
{
    tensor *const all[] = {data->X_train, data->X_validation, data->X_test, data->X_development};
    for (size_t i = 0; i < 4; i++)
        tensor_scale(all[i], (real)pixel_scale);
}
