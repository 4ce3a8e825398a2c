/* Promises of graph.c. */
#include "check_support.h"
#include "check_watch.h"
#include "graph.h"

/* A leaf with a single number. */
static node *number(graph *g, double value)
{
    tensor *t = keep(tensor_new_1d(1));
    t->data[0] = (real)value;
    return graph_leaf(g, t, NULL);
}

static double value_of(const node *n)
{
    return (double)n->value->data[0];
}

static double gradient_of(const node *n)
{
    return (double)n->gradient->data[0];
}

/* graph_backward, which computes gradients and changes no value. */
static void go_back(graph *g, node *loss)
{
    const size_t begin = watch_begin();
    for (size_t i = 0; i < g->count; i++)
        watch_tensor("the value of a node", g->nodes[i]->value);
    graph_backward(g, loss);
    watch_end(begin, "graph_backward");
}

/* Lecture "Backpropagation and neural networks": f = (x + y) z. */
START_TEST(test_the_first_circuit_of_the_lecture)
{
    graph g = {0};
    node *x = number(&g, -2), *y = number(&g, 5), *z = number(&g, -4);
    node *f = graph_multiply(&g, graph_add(&g, x, y), z);
    expect_number("f", value_of(f), -12, 1e-12);
    go_back(&g, f);
    expect_number("the gradient with respect to x", gradient_of(x), -4, 1e-12);
    expect_number("the gradient with respect to y", gradient_of(y), -4, 1e-12);
    expect_number("the gradient with respect to z", gradient_of(z), 3, 1e-12);
    graph_clear(&g);
}
END_TEST

/* The same lecture: 1 / (1 + exp(-(w0 x0 + w1 x1 + w2))); it rounds to two digits. */
START_TEST(test_the_sigmoid_circuit_of_the_lecture)
{
    graph g = {0};
    node *w0 = number(&g, 2), *x0 = number(&g, -1), *w1 = number(&g, -3), *x1 = number(&g, -2);
    node *w2 = number(&g, -3);
    node *sum = graph_add(&g, graph_multiply(&g, w0, x0), graph_multiply(&g, w1, x1));
    node *f = graph_sigmoid(&g, graph_add(&g, sum, w2));
    go_back(&g, f);
    const node *const nodes[] = {w0, x0, w1, x1, w2};
    const double expected[] = {-0.20, 0.39, -0.39, -0.59, 0.20};
    ck_assert_msg(fabs(value_of(f) - 0.73) < 0.005, "f is %g, should be 0.73", value_of(f));
    for (size_t i = 0; i < 5; i++)
        ck_assert_msg(fabs(gradient_of(nodes[i]) - expected[i]) < 0.01,
                      "gradient number %zu (of w0, x0, w1, x1, w2) is %g, should be %g", i + 1,
                      gradient_of(nodes[i]), expected[i]);
    graph_clear(&g);
}
END_TEST

START_TEST(test_a_value_that_is_used_twice_adds_its_gradients)
{
    graph g = {0};
    node *x = number(&g, 3);
    node *f = graph_add(&g, graph_multiply(&g, x, x), x); /* x^2 + x */
    hint("The gradients from all uses of x add up: 2 x + 1, here 7.");
    go_back(&g, f);
    expect_number("the gradient with respect to x", gradient_of(x), 7, 1e-12);
    graph_clear(&g);
}
END_TEST

START_TEST(test_a_gradient_is_whole_before_it_is_handed_on)
{
    graph g = {0};
    node *x = number(&g, 2);
    node *square = graph_multiply(&g, x, x);
    node *early = graph_multiply(&g, square, x);                        /* x^3 */
    node *f = graph_add(&g, graph_multiply(&g, square, square), early); /* x^4 + x^3 */
    hint("square is used three times; its gradient has to be complete before its own backward.");
    go_back(&g, f);
    expect_number("the gradient with respect to x", gradient_of(x), 4 * 8 + 3 * 4, 1e-12);
    graph_clear(&g);
}
END_TEST

START_TEST(test_backward_forgets_what_gradients_held)
{
    graph g = {0};
    tensor *value = keep(tensor_new_1d(1)), *gradient = kept_output(SHAPE(1));
    value->data[0] = 5;
    node *x = graph_leaf(&g, value, gradient);
    node *f = graph_multiply(&g, x, number(&g, 2));
    go_back(&g, f);
    go_back(&g, f);
    expect_number("the gradient with respect to x after a second backward", gradient_of(x), 2,
                  1e-12);
    graph_clear(&g);
}
END_TEST

START_TEST(test_a_value_that_the_loss_does_not_need_has_gradient_zero)
{
    graph g = {0};
    node *x = number(&g, 5), *unused = number(&g, 6);
    node *beside = graph_multiply(&g, unused, x);
    node *f = graph_multiply(&g, x, number(&g, 2));
    hint("Only the loss's gradient starts as 1; all others start as 0.");
    go_back(&g, f);
    expect_number("the gradient of a node that the loss does not use", gradient_of(beside), 0, 0);
    expect_number("the gradient with respect to x", gradient_of(x), 2, 1e-12);
    graph_clear(&g);
}
END_TEST

START_TEST(test_maximum_hands_its_gradient_to_the_larger_input)
{
    graph g = {0};
    tensor *a = keep(matrix(1, 3, (const double[]){1, 5, 4}));
    tensor *b = keep(matrix(1, 3, (const double[]){2, 3, 4}));
    node *na = graph_leaf(&g, a, NULL), *nb = graph_leaf(&g, b, NULL);
    node *larger = graph_maximum(&g, na, nb);
    expect_values("the maximum", larger->value, (const double[]){2, 5, 4}, 1e-12);
    tensor_fill(larger->gradient, 10);
    hint("The larger input gets the whole gradient; the first one where both are equal.");
    larger->backward(larger);
    expect_values("the gradient with respect to a", na->gradient, (const double[]){0, 10, 10},
                  1e-12);
    expect_values("the gradient with respect to b", nb->gradient, (const double[]){10, 0, 0},
                  1e-12);
    graph_clear(&g);
}
END_TEST

START_TEST(test_sigmoid_stands_large_numbers)
{
    graph g = {0};
    tensor *a = keep(matrix(1, 2, (const double[]){-1e4, 1e4}));
    node *leaf = graph_leaf(&g, a, NULL);
    node *n = graph_sigmoid(&g, leaf);
    expect_values("the sigmoid", n->value, (const double[]){0, 1}, 1e-12);
    tensor_fill(n->gradient, 1);
    n->backward(n);
    expect_values("the gradient", leaf->gradient, (const double[]){0, 0}, 1e-12);
    graph_clear(&g);
}
END_TEST

/* An operation with up to three inputs, to be compared with finite differences. */
typedef struct trial {
    node *(*apply)(graph *g, node *const *inputs);
    size_t count;
    tensor *inputs[NODE_MOST_INPUTS];
} trial;

static void run_trial(const tensor *changed, tensor *out, void *context)
{
    const trial *t = context;
    graph g = {0};
    node *inputs[NODE_MOST_INPUTS];
    (void)changed; /* it is one of the inputs, changed in place */
    for (size_t i = 0; i < t->count; i++)
        inputs[i] = graph_leaf(&g, t->inputs[i], NULL);
    tensor_copy(t->apply(&g, inputs)->value, out);
    graph_clear(&g);
}

static void expect_gradients(trial *t)
{
    random_state r;
    random_seed(&r, 77);
    graph g = {0};
    const size_t count = t->count;
    node *inputs[NODE_MOST_INPUTS];
    for (size_t i = 0; i < count; i++)
        inputs[i] = graph_leaf(&g, t->inputs[i], NULL);
    node *n = t->apply(&g, inputs);
    tensor_fill_normal(n->gradient, &r, 0, 1);
    for (size_t i = 0; i < count; i++)
        tensor_fill(inputs[i]->gradient, 100); /* what came from another use */
    n->backward(n);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < inputs[i]->gradient->size; k++)
            inputs[i]->gradient->data[k] -= 100;
        hint("Backward adds to the gradient of each input, which was 100 before.");
        expect_gradient_array("the gradient with respect to an input", inputs[i]->gradient,
                              run_trial, t, t->inputs[i], n->gradient);
    }
    graph_clear(&g);
}

static node *apply_add(graph *g, node *const *inputs)
{
    return graph_add(g, inputs[0], inputs[1]);
}

static node *apply_multiply(graph *g, node *const *inputs)
{
    return graph_multiply(g, inputs[0], inputs[1]);
}

static node *apply_sigmoid(graph *g, node *const *inputs)
{
    return graph_sigmoid(g, inputs[0]);
}

static node *apply_relu(graph *g, node *const *inputs)
{
    return graph_relu(g, inputs[0]);
}

static node *apply_matmul(graph *g, node *const *inputs)
{
    return graph_matmul(g, inputs[0], inputs[1]);
}

static node *apply_affine(graph *g, node *const *inputs)
{
    return graph_affine(g, inputs[0], inputs[1], inputs[2]);
}

static node *apply_conv(graph *g, node *const *inputs)
{
    return graph_conv(g, inputs[0], inputs[1], inputs[2], (conv_shape){2, 1});
}

static node *apply_max_pool(graph *g, node *const *inputs)
{
    return graph_max_pool(g, inputs[0], (pool_shape){2, 3, 2});
}

static node *apply_softmax_loss(graph *g, node *const *inputs)
{
    static uint32_t classes[] = {2, 0, 1};
    const labels y = {3, classes};
    return graph_softmax_loss(g, inputs[0], &y);
}

START_TEST(test_elementwise_operations_give_the_gradients)
{
    random_state r;
    random_seed(&r, 231);
    tensor *a = kept_normal(&r, 0, 1, SHAPE(3, 4)), *b = kept_normal(&r, 0, 1, SHAPE(3, 4));
    expect_gradients(&(trial){apply_add, 2, {a, b}});
    expect_gradients(&(trial){apply_multiply, 2, {a, b}});
    expect_gradients(&(trial){apply_sigmoid, 1, {a}});
    expect_gradients(&(trial){apply_relu, 1, {a}});
}
END_TEST

START_TEST(test_matmul_gives_the_gradients)
{
    random_state r;
    random_seed(&r, 231);
    expect_gradients(&(trial){
        apply_matmul, 2, {kept_normal(&r, 0, 1, SHAPE(3, 4)), kept_normal(&r, 0, 1, SHAPE(4, 2))}});
}
END_TEST

START_TEST(test_affine_gives_the_gradients)
{
    random_state r;
    random_seed(&r, 231);
    expect_gradients(
        &(trial){apply_affine,
                 3,
                 {kept_normal(&r, 0, 1, SHAPE(3, 2, 2)), kept_normal(&r, 0, 1, SHAPE(4, 5)),
                  kept_normal(&r, 0, 1, SHAPE(5))}});
}
END_TEST

START_TEST(test_conv_gives_the_gradients)
{
    random_state r;
    random_seed(&r, 231);
    expect_gradients(
        &(trial){apply_conv,
                 3,
                 {kept_normal(&r, 0, 1, SHAPE(2, 2, 5, 6)),
                  kept_normal(&r, 0, 1, SHAPE(3, 2, 3, 3)), kept_normal(&r, 0, 1, SHAPE(3))}});
}
END_TEST

START_TEST(test_max_pool_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 231);
    expect_gradients(&(trial){apply_max_pool, 1, {kept_normal(&r, 0, 1, SHAPE(2, 2, 6, 7))}});
}
END_TEST

START_TEST(test_softmax_loss_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 231);
    expect_gradients(&(trial){apply_softmax_loss, 1, {kept_normal(&r, 0, 1, SHAPE(3, 4))}});
}
END_TEST

/* A small net of modules: conv - relu - pool - affine. */
typedef struct net {
    module modules[4];
    tensor *X;
    labels *y;
} net;

static net new_net(void)
{
    random_state r;
    random_seed(&r, 231);
    net n = {.modules = {module_conv(2, 3, 3, (conv_shape){1, 1}), module_relu(),
                         module_max_pool((pool_shape){2, 2, 2}), module_affine(12, 5)},
             .X = kept_normal(&r, 0, 1, SHAPE(3, 2, 4, 4)),
             .y = labels_new(3)};
    labels_fill_random(n.y, &r, 5);
    for (size_t i = 0; i < 4; i++)
        module_init(&n.modules[i], &r);
    return n;
}

static double loss_of(const tensor *changed, void *context)
{
    const net *n = context;
    graph g = {0};
    (void)changed; /* it is a parameter of the net, changed in place */
    node *scores = sequential_forward(&g, n->modules, 4, graph_leaf(&g, n->X, NULL));
    node *loss = graph_softmax_loss(&g, scores, n->y);
    double value = value_of(loss);
    go_back(&g, loss);
    graph_clear(&g);
    return value;
}

START_TEST(test_a_sequence_of_modules_gives_the_gradients_by_all_parameters)
{
    net n = new_net();
    for (size_t i = 0; i < 4; i += 3) {
        const module *m = &n.modules[i];
        loss_of(NULL, &n);
        tensor *dW = keep(tensor_new_copy(m->dW)), *db = keep(tensor_new_copy(m->db));
        expect_gradient("dW", dW, loss_of, &n, m->W);
        expect_gradient("db", db, loss_of, &n, m->b);
    }
    modules_clear(n.modules, 4);
    labels_free(n.y);
}
END_TEST

START_TEST(test_module_init_draws_by_the_number_of_inputs)
{
    random_state r, again;
    random_seed(&r, 3);
    random_seed(&again, 3);
    module m[] = {module_conv(2, 4, 3, (conv_shape){1, 1}), module_relu(), module_affine(50, 7)};
    poison(m[0].b);
    for (size_t i = 0; i < 3; i++)
        module_init(&m[i], &r);
    hint("The standard deviation is sqrt(2 / fan_in): 18 inputs to an output of this convolution, "
         "50 to one "
         "of the affine layer.");
    expect_close("W of the convolution", m[0].W,
                 kept_normal(&again, 0, sqrt(2. / 18), SHAPE(4, 2, 3, 3)), 1e-12);
    expect_close("W of the affine layer", m[2].W,
                 kept_normal(&again, 0, sqrt(2. / 50), SHAPE(50, 7)), 1e-12);
    expect_values("b", m[0].b, (const double[]){0, 0, 0, 0}, 0);
    modules_clear(m, 3);
}
END_TEST

START_TEST(test_a_node_may_be_both_inputs)
{
    graph g = {0};
    node *x = number(&g, 3);
    node *sum = graph_add(&g, x, x);
    go_back(&g, sum);
    hint("x + x depends on x twice: its gradient is 2.");
    expect_number("the gradient of x + x", gradient_of(x), 2, 1e-12);
    node *square = graph_multiply(&g, x, x);
    go_back(&g, square);
    hint("x * x depends on x twice: its gradient is 2 x.");
    expect_number("the gradient of x * x", gradient_of(x), 6, 1e-12);
    graph_clear(&g);
}
END_TEST

START_TEST(test_the_loss_need_not_be_the_last_node)
{
    graph g = {0};
    node *x = number(&g, 3), *y = number(&g, 5);
    node *loss = graph_multiply(&g, x, y);
    graph_multiply(&g, loss, y);
    go_back(&g, loss);
    hint("graph_backward begins at the loss that it is given, not at the last node.");
    expect_number("the gradient with respect to x", gradient_of(x), 5, 1e-12);
    graph_clear(&g);
}
END_TEST

START_TEST(test_softmax_loss_stands_large_scores)
{
    graph g = {0};
    tensor *scores = keep(matrix(1, 2, (const double[]){1000, 0}));
    labels *y = labels_of(1, (const uint32_t[]){1});
    node *loss = graph_softmax_loss(&g, graph_leaf(&g, scores, NULL), y);
    hint("exp(1000) is infinite: subtract the row's largest score first.");
    expect_number("the loss", value_of(loss), 1000, 1e-9);
    labels_free(y);
    graph_clear(&g);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"graph_multiply", test_the_first_circuit_of_the_lecture},
        {"graph_add", test_a_node_may_be_both_inputs},
        {"graph_sigmoid", test_the_sigmoid_circuit_of_the_lecture},
        {"graph_sigmoid", test_sigmoid_stands_large_numbers},
        {"graph_maximum", test_maximum_hands_its_gradient_to_the_larger_input},
        {"graph_add", test_elementwise_operations_give_the_gradients},
        {"graph_matmul", test_matmul_gives_the_gradients},
        {"graph_affine", test_affine_gives_the_gradients},
        {"graph_conv", test_conv_gives_the_gradients},
        {"graph_max_pool", test_max_pool_gives_the_gradient},
        {"graph_softmax_loss", test_softmax_loss_gives_the_gradient},
        {"graph_softmax_loss", test_softmax_loss_stands_large_scores},
        {"graph_backward", test_a_value_that_is_used_twice_adds_its_gradients},
        {"graph_backward", test_a_gradient_is_whole_before_it_is_handed_on},
        {"graph_backward", test_backward_forgets_what_gradients_held},
        {"graph_backward", test_a_value_that_the_loss_does_not_need_has_gradient_zero},
        {"graph_backward", test_the_loss_need_not_be_the_last_node},
        {"module_init", test_module_init_draws_by_the_number_of_inputs},
        {"sequential_forward", test_a_sequence_of_modules_gives_the_gradients_by_all_parameters},
    };
    return check_module("graph", promises, sizeof promises / sizeof *promises);
}
