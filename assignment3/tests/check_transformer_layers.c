/* Promises of transformer_layers.c. Its attention is your own: when it fails, look there first. */
#include "transformer_checks.h"
#include "transformer_layers.h"

/* ---- positions ---- */

START_TEST(test_positional_encoding_gives_the_computed_figures)
{
    published_case *p = published("positional_encoding", 0);
    tensor *table = kept_output(
        SHAPE((size_t)published_input_number(p, "T"), (size_t)published_input_number(p, "E")));
    positional_encoding(table);
    hint("Sines in even columns, cosines in odd ones; an odd column has the exponent of the even "
         "one "
         "before it.");
    expect_case("table", table, p);
    published_case_close(p);
}
END_TEST

/* Fills a table of that size, and compares it with the header's formula. */
static void expect_table(size_t positions, size_t numbers)
{
    tensor *table = kept_output(SHAPE(positions, numbers));
    tensor *expected = keep(tensor_new_2d(positions, numbers));
    for (size_t t = 0; t < positions; t++)
        for (size_t j = 0; j < numbers; j += 2) {
            double angle = (double)t * pow(10000, -(double)j / (double)numbers);
            expected->data[t * numbers + j] = (real)sin(angle);
            if (j + 1 < numbers)
                expected->data[t * numbers + j + 1] = (real)cos(angle);
        }
    positional_encoding(table);
    expect_close("table", table, expected, 1e-10);
}

START_TEST(test_positional_encoding_of_one_position)
{
    hint("The first position is number 0: sin 0 and cos 0 by turns.");
    expect_table(1, 6);
}
END_TEST

START_TEST(test_positional_encoding_of_two_numbers)
{
    hint("With E = 2 there are one sine and one cosine, of t itself.");
    expect_table(5, 2);
}
END_TEST

START_TEST(test_positional_encoding_of_any_size)
{
    expect_table(7, 10);
    hint("With an odd E the last column is a sine.");
    expect_table(4, 5);
}
END_TEST

START_TEST(test_positional_encoding_of_a_long_sequence)
{
    hint("2000 positions: the angle becomes large, its power does not.");
    expect_table(2000, 4);
}
END_TEST

/* ---- GELU ---- */

START_TEST(test_gelu_gives_the_computed_figures)
{
    published_case *p = published("gelu", 0);
    tensor *x = kept_input(p, "x"), *out = keep(output_like(x)), *dx = keep(output_like(x));
    gelu_forward(x, out);
    expect_close("out", out, keep(published_expected(p, "out")), published_tolerance(p));
    gelu_backward(kept_input(p, "dout"), x, dx);
    expect_close("dx", dx, keep(published_expected(p, "dx")), published_tolerance(p));
    published_case_close(p);
}
END_TEST

static const double telling[] = {-6, -2.3, -1, -1e-4, 0, 1e-4, 1, 2.3, 6};
enum { TELLING = sizeof telling / sizeof *telling };

START_TEST(test_gelu_forward_is_exact)
{
    tensor *x = keep(matrix(3, 3, telling)), *out = keep(output_like(x));
    gelu_forward(x, out);
    hint("This is x Phi(x) by the error function; the approximation by tanh differs from it in the "
         "fourth digit.");
    for (size_t i = 0; i < TELLING; i++) {
        double expected = telling[i] * erfc(-telling[i] / sqrt(2.0)) / 2;
        ck_assert_msg(fabs((double)out->data[i] - expected) <= 1e-6 * fabs(expected),
                      "gelu(%g) is %.10g, should be %.10g: x Phi(x) by erf, not by tanh",
                      telling[i], (double)out->data[i], expected);
    }
}
END_TEST

START_TEST(test_gelu_is_finite_for_every_number)
{
    tensor *x = keep(matrix(2, 3, (const double[]){-30, -1e3, -1e200, 30, 1e3, 1e200}));
    tensor *out = keep(output_like(x)), *dout = keep(output_like(x)), *dx = keep(output_like(x));
    tensor_fill(dout, 1);
    gelu_forward(x, out);
    gelu_backward(dout, x, dx);
    for (size_t i = 0; i < 6; i++) {
        double large = i < 3 ? 0 : (double)x->data[i];
        ck_assert_msg((double)out->data[i] == large, "gelu(%g) is %g, should be %g",
                      (double)x->data[i], (double)out->data[i], large);
        ck_assert_msg(fabs((double)dx->data[i] - (i >= 3)) < 1e-100,
                      "the gradient of gelu at %g is %g, should be %d", (double)x->data[i],
                      (double)dx->data[i], i >= 3);
    }
}
END_TEST

static void gelu_of(const tensor *x, tensor *out, void *context)
{
    (void)context;
    gelu_forward(x, out);
}

START_TEST(test_gelu_backward_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = kept_normal(&r, 0, 2, SHAPE(2, 3, 4)),
           *dout = kept_normal(&r, 1, 1, SHAPE(2, 3, 4));
    tensor *dx = keep(output_like(x)), *copies[2], *const inputs[] = {x, dout};
    keep_copies(inputs, 2, copies);
    gelu_backward(dout, x, dx);
    hint("x Phi(x) is a product, so its derivative has two terms.");
    expect_gradient_array("dx", dx, gelu_of, NULL, x, dout);
    expect_all_unchanged((const char *const[]){"x", "dout"}, inputs, 2, copies);
}
END_TEST

/* ---- the feed-forward part ---- */

enum { N = 2, T = 5, E = 6, F = 7, HEADS = 3, M = 4 };

static const char *const feed_names[] = {"W1", "b1", "W2", "b2"};

typedef struct feed_call {
    tensor *x, *out, *dout, *dx;
    feed_forward_weights w, dw;
    feed_forward_cache cache;
    tensor *values[4], *gradients[4];
} feed_call;

static void list_feed(const feed_forward_weights *w, tensor *list[4])
{
    tensor *const all[] = {w->W1, w->b1, w->W2, w->b2};
    memcpy(list, all, sizeof all);
}

static weights_and_gradients weights_of_feed(feed_call *c)
{
    list_feed(&c->w, c->values);
    list_feed(&c->dw, c->gradients);
    return (weights_and_gradients){4, feed_names, c->values, c->gradients};
}

static void add_feed_outputs(feed_call *c)
{
    const size_t *x = c->x->shape;
    c->out = keep(output_like(c->x));
    c->dx = keep(output_like(c->x));
    c->dw = (feed_forward_weights){keep(output_like(c->w.W1)), keep(output_like(c->w.b1)),
                                   keep(output_like(c->w.W2)), keep(output_like(c->w.b2))};
    c->cache.hidden = kept_output(SHAPE(x[0], x[1], c->w.b1->shape[0]));
}

static feed_call drawn_feed(void)
{
    random_state r;
    random_seed(&r, 231);
    feed_call c = {.x = kept_normal(&r, 0, 1, SHAPE(N, T, E))};
    c.dout = kept_normal(&r, 0, 1, SHAPE(N, T, E));
    c.w.W1 = kept_normal(&r, 0, 0.5, SHAPE(E, F));
    c.w.b1 = kept_normal(&r, 0, 0.5, SHAPE(F));
    c.w.W2 = kept_normal(&r, 0, 0.5, SHAPE(F, E));
    c.w.b2 = kept_normal(&r, 0, 0.5, SHAPE(E));
    add_feed_outputs(&c);
    return c;
}

static void feed_of(const tensor *changed, tensor *out, void *context)
{
    feed_call *c = context;
    (void)changed; /* it is x or a weight, changed in place */
    feed_forward_cache cache = {tensor_new_like(c->cache.hidden)};
    feed_forward(c->x, &c->w, out, &cache);
    tensor_free(cache.hidden);
}

static void feed_both_ways(feed_call *c)
{
    feed_forward(c->x, &c->w, c->out, &c->cache);
    feed_forward_backward(c->dout, c->x, &c->w, &c->cache, c->dx, &c->dw);
}

static feed_call published_feed(const published_case *p)
{
    feed_call c = {.x = kept_input(p, "x"), .dout = kept_input(p, "dout")};
    c.w = (feed_forward_weights){kept_input(p, "W1"), kept_input(p, "b1"), kept_input(p, "W2"),
                                 kept_input(p, "b2")};
    add_feed_outputs(&c);
    return c;
}

START_TEST(test_feed_forward_gives_the_computed_figures)
{
    published_case *p = published("feed_forward", 0);
    feed_call c = published_feed(p);
    feed_forward(c.x, &c.w, c.out, &c.cache);
    expect_case("out", c.out, p);
    published_case_close(p);
}
END_TEST

START_TEST(test_feed_forward_keeps_the_input_of_the_gelu)
{
    feed_call c = drawn_feed();
    tensor *expected = keep(tensor_new_like(c.cache.hidden));
    for (size_t i = 0; i < expected->size; i++) {
        double sum = (double)c.w.b1->data[i % F];
        for (size_t e = 0; e < E; e++)
            sum += (double)c.x->data[i / F * E + e] * (double)c.w.W1->data[e * F + i % F];
        expected->data[i] = (real)sum;
    }
    feed_forward(c.x, &c.w, c.out, &c.cache);
    expect_close("cache->hidden", c.cache.hidden, expected, 1e-10);
}
END_TEST

START_TEST(test_feed_forward_backward_gives_the_computed_figures)
{
    published_case *p = published("feed_forward", 0);
    feed_call c = published_feed(p);
    feed_both_ways(&c);
    weights_and_gradients w = weights_of_feed(&c);
    expect_case("dx", c.dx, p);
    expect_layer_case(&w, p);
    published_case_close(p);
}
END_TEST

START_TEST(test_feed_forward_backward_gives_the_gradients)
{
    feed_call c = drawn_feed();
    feed_both_ways(&c);
    weights_and_gradients w = weights_of_feed(&c);
    expect_gradient_array("dx", c.dx, feed_of, &c, c.x, c.dout);
    expect_layer_gradients(&w, feed_of, &c, c.dout);
}
END_TEST

START_TEST(test_feed_forward_both_ways_forgets_what_its_outputs_held)
{
    feed_call c = drawn_feed();
    feed_both_ways(&c);
    weights_of_feed(&c);
    tensor *const outputs[] = {c.out,          c.dx,           c.gradients[0],
                               c.gradients[1], c.gradients[2], c.gradients[3]};
    const char *const names[] = {"out", "dx", "dW1", "db1", "dW2", "db2"};
    tensor *first[6];
    keep_copies(outputs, 6, first);
    feed_both_ways(&c);
    hint("This is the second call with the same tensors: are old contents added to?");
    for (size_t i = 0; i < 6; i++)
        expect_close(names[i], outputs[i], first[i], 0);
}
END_TEST

START_TEST(test_feed_forward_both_ways_leaves_its_inputs_as_they_were)
{
    feed_call c = drawn_feed();
    tensor *const inputs[] = {c.x, c.dout, c.w.W1, c.w.b1, c.w.W2, c.w.b2};
    const char *const names[] = {"x", "dout", "W1", "b1", "W2", "b2"};
    tensor *copies[6];
    keep_copies(inputs, 6, copies);
    feed_forward(c.x, &c.w, c.out, &c.cache);
    tensor *hidden = keep(tensor_new_copy(c.cache.hidden));
    feed_forward_backward(c.dout, c.x, &c.w, &c.cache, c.dx, &c.dw);
    expect_all_unchanged(names, inputs, 6, copies);
    expect_unchanged("cache->hidden", c.cache.hidden, hidden);
}
END_TEST

/* ---- layers ---- */

/* A mask that is not triangular; each row has a 1. */
static const double drawn_mask[T * T] = {1, 0, 1, 1, 0, /**/ 0, 0, 1, 0, 1, /**/ 1, 1, 0, 0, 0, /**/
                                         0, 1, 1, 1, 1, /**/ 1, 0, 0, 1, 0};

/* A layer, its inputs and its outputs. An encoder layer has no memory. */
typedef struct layer_call {
    bool is_decoder;
    tensor *x, *memory, *mask, *out, *dout, *dx, *dmemory;
    encoder_weights ew, edw;
    encoder_cache ecache;
    decoder_weights dw, ddw;
    decoder_cache dcache;
    size_t count;
    tensor *values[DECODER_TENSORS], *gradients[DECODER_TENSORS];
    const char *const *names;
} layer_call;

/* The weights of a layer, zeros, and poisoned gradients; both kept, and listed. */
static layer_call new_layer(bool is_decoder, size_t width, size_t hidden, size_t heads)
{
    layer_call c = {.is_decoder = is_decoder};
    if (is_decoder) {
        c.dw = decoder_weights_new(width, hidden, heads);
        c.ddw = decoder_weights_new(width, hidden, 0);
        c.count = DECODER_TENSORS;
        c.names = decoder_weight_names;
        decoder_weights_list(&c.dw, c.values);
        decoder_weights_list(&c.ddw, c.gradients);
    } else {
        c.ew = encoder_weights_new(width, hidden, heads);
        c.edw = encoder_weights_new(width, hidden, 0);
        c.count = ENCODER_TENSORS;
        c.names = encoder_weight_names;
        encoder_weights_list(&c.ew, c.values);
        encoder_weights_list(&c.edw, c.gradients);
    }
    keep_poisoned(c.gradients, c.count);
    return c;
}

/* Adds outputs to the inputs and weights of c. */
static void add_layer_outputs(layer_call *c)
{
    const size_t *x = c->x->shape;
    c->out = keep(output_like(c->x));
    c->dx = keep(output_like(c->x));
    if (c->is_decoder)
        c->dcache = decoder_cache_new(x[0], x[1], c->memory->shape[1], &c->dw);
    else
        c->ecache = encoder_cache_new(x[0], x[1], &c->ew);
    if (c->is_decoder)
        c->dmemory = keep(output_like(c->memory));
}

static layer_call drawn_layer(bool is_decoder)
{
    random_state r;
    random_seed(&r, 231);
    layer_call c = new_layer(is_decoder, E, F, HEADS);
    keep_drawn(c.values, c.names, c.count, &r, 0.4);
    c.x = kept_normal(&r, 0, 1, SHAPE(N, T, E));
    c.memory = kept_normal(&r, 0, 1, SHAPE(N, M, E));
    c.dout = kept_normal(&r, 0, 1, SHAPE(N, T, E));
    c.mask = keep(matrix(T, T, drawn_mask));
    add_layer_outputs(&c);
    return c;
}

static void clear_layer(layer_call *c)
{
    if (c->is_decoder)
        decoder_cache_clear(&c->dcache);
    else
        encoder_cache_clear(&c->ecache);
}

static layer_call published_layer(bool is_decoder, const published_case *p)
{
    tensor *W1 = kept_input(p, "W1");
    layer_call c = new_layer(is_decoder, W1->shape[0], W1->shape[1],
                             (size_t)published_input_number(p, "heads"));
    for (size_t i = 0; i < c.count; i++)
        keep(c.values[i]);
    copy_inputs(p, "", c.names, c.values, c.count);
    c.x = kept_input(p, "x");
    c.mask = kept_input(p, "mask");
    c.memory = is_decoder ? kept_input(p, "memory") : NULL;
    add_layer_outputs(&c);
    return c;
}

static void layer_forward(layer_call *c)
{
    if (c->is_decoder)
        decoder_layer_forward(c->x, c->memory, c->mask, &c->dw, c->out, &c->dcache);
    else
        encoder_layer_forward(c->x, c->mask, &c->ew, c->out, &c->ecache);
}

static void layer_backward(layer_call *c)
{
    if (c->is_decoder)
        decoder_layer_backward(c->dout, c->x, c->memory, &c->dw, &c->dcache, c->dx, c->dmemory,
                               &c->ddw);
    else
        encoder_layer_backward(c->dout, c->x, &c->ew, &c->ecache, c->dx, &c->edw);
}

static void layer_of(const tensor *changed, tensor *out, void *context)
{
    layer_call c = *(layer_call *)context;
    (void)changed; /* it is an input or a weight, changed in place */
    c.out = out;
    layer_forward(&c);
}

static weights_and_gradients weights_of_layer(layer_call *c)
{
    return (weights_and_gradients){c->count, c->names, c->values, c->gradients};
}

/* The finite differences come last: they fill the cache anew. */
static void expect_gradients_of_layer(bool is_decoder)
{
    layer_call c = drawn_layer(is_decoder);
    weights_and_gradients w = weights_of_layer(&c);
    layer_forward(&c);
    layer_backward(&c);
    hint("What is used twice gets a gradient from each use.");
    if (is_decoder)
        expect_gradient_array("dmemory", c.dmemory, layer_of, &c, c.memory, c.dout);
    expect_layer_gradients(&w, layer_of, &c, c.dout);
    expect_gradient_array("dx", c.dx, layer_of, &c, c.x, c.dout);
    clear_layer(&c);
}

/* Normalizes the numbers of a position, as the header says. */
static void plain_norm(double *row, const tensor *gamma, const tensor *beta)
{
    double mean = 0, variance = 0;
    for (size_t e = 0; e < E; e++)
        mean += row[e] / E;
    for (size_t e = 0; e < E; e++)
        variance += (row[e] - mean) * (row[e] - mean) / E;
    for (size_t e = 0; e < E; e++)
        row[e] = (double)gamma->data[e] * (row[e] - mean) / sqrt(variance + 1e-5) +
                 (double)beta->data[e];
}

/* A layer whose attention and feed-forward part give 0: what is left are the norms, one by one. */
static void expect_norms_alone(bool is_decoder)
{
    layer_call c = drawn_layer(is_decoder);
    const size_t norms = is_decoder ? 3 : 2, first = c.count - 2 * norms;
    for (size_t i = 0; i < first; i++)
        tensor_fill(c.values[i], 0);
    tensor *expected = keep(tensor_new_like(c.x));
    for (size_t i = 0; i < (size_t)N * T; i++) {
        double row[E];
        for (size_t e = 0; e < E; e++)
            row[e] = (double)c.x->data[i * E + e];
        for (size_t n = 0; n < norms; n++)
            plain_norm(row, c.values[first + 2 * n], c.values[first + 2 * n + 1]);
        for (size_t e = 0; e < E; e++)
            expected->data[i * E + e] = (real)row[e];
    }
    layer_forward(&c);
    hint(
        "All weights are 0 but gamma and beta, so attention and feed-forward part give 0: x passes "
        "by them, and is normalized after each, by norm1 first.");
    expect_close("out", c.out, expected, 1e-9);
    clear_layer(&c);
}

/* The results of a layer under a mask of ones, and without one. */
static void expect_ones_to_be_no_mask(bool is_decoder)
{
    layer_call c = drawn_layer(is_decoder);
    tensor_fill(c.mask, 1);
    layer_forward(&c);
    tensor *out = keep(tensor_new_copy(c.out));
    c.mask = NULL;
    layer_forward(&c);
    expect_close("out", c.out, out, 0);
    clear_layer(&c);
}

/* Under the causal mask a later position moves no earlier one, to the last bit. */
static void expect_no_look_ahead(bool is_decoder)
{
    layer_call c = drawn_layer(is_decoder);
    for (size_t i = 0; i < (size_t)T * T; i++)
        c.mask->data[i] = i % T <= i / T;
    layer_forward(&c);
    tensor *before = keep(tensor_new_copy(c.out));
    for (size_t n = 0; n < N; n++)
        for (size_t e = 0; e < E; e++)
            c.x->data[(n * T + T - 1) * E + e] += (real)e;
    layer_forward(&c);
    hint("The last position changed; under the causal mask no earlier one may see that.");
    for (size_t n = 0; n < N; n++) {
        tensor is = tensor_row(c.out, n), was = tensor_row(before, n);
        tensor rows = tensor_rows(&is, 0, T - 1), old = tensor_rows(&was, 0, T - 1);
        expect_close("out", &rows, &old, 0);
    }
    clear_layer(&c);
}

static void expect_layer_to_forget(bool is_decoder)
{
    layer_call c = drawn_layer(is_decoder);
    tensor *first[DECODER_TENSORS];
    layer_forward(&c);
    layer_backward(&c);
    tensor *out = keep(tensor_new_copy(c.out)), *dx = keep(tensor_new_copy(c.dx));
    tensor *dmemory = is_decoder ? keep(tensor_new_copy(c.dmemory)) : NULL;
    keep_copies(c.gradients, c.count, first);
    layer_forward(&c);
    layer_backward(&c);
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_close("out", c.out, out, 0);
    expect_close("dx", c.dx, dx, 0);
    if (is_decoder)
        expect_close("dmemory", c.dmemory, dmemory, 0);
    char name[80];
    for (size_t i = 0; i < c.count; i++)
        expect_close(gradient_name(name, "", c.names[i]), c.gradients[i], first[i], 0);
    clear_layer(&c);
}

static void expect_layer_to_leave_its_inputs(bool is_decoder)
{
    layer_call c = drawn_layer(is_decoder);
    tensor *const inputs[] = {c.x, c.memory, c.mask, c.dout};
    tensor *copies[4], *weights[DECODER_TENSORS];
    keep_copies(inputs, 4, copies);
    keep_copies(c.values, c.count, weights);
    layer_forward(&c);
    const tensor *y = is_decoder ? c.dcache.y : c.ecache.y;
    tensor *y_before = keep(tensor_new_copy(y));
    layer_backward(&c);
    expect_all_unchanged((const char *const[]){"x", "memory", "mask", "dout"}, inputs, 4, copies);
    expect_all_unchanged(c.names, c.values, c.count, weights);
    expect_unchanged("cache->y", y, y_before);
    clear_layer(&c);
}

START_TEST(test_encoder_layer_gives_the_computed_figures)
{
    published_case *p = published("encoder_layer", 0);
    layer_call c = published_layer(false, p);
    layer_forward(&c);
    expect_case("out", c.out, p);
    published_case_close(p);
    clear_layer(&c);
}
END_TEST

START_TEST(test_encoder_layer_backward_gives_the_computed_figures)
{
    published_case *p = published("encoder_layer", 0);
    layer_call c = published_layer(false, p);
    c.dout = kept_input(p, "dout");
    layer_forward(&c);
    layer_backward(&c);
    weights_and_gradients w = weights_of_layer(&c);
    expect_case("dx", c.dx, p);
    expect_layer_case(&w, p);
    published_case_close(p);
    clear_layer(&c);
}
END_TEST

START_TEST(test_encoder_layer_normalizes_each_sum_by_its_own_norm)
{
    expect_norms_alone(false);
}
END_TEST

START_TEST(test_encoder_layer_with_a_mask_of_ones_is_that_without)
{
    expect_ones_to_be_no_mask(false);
}
END_TEST

START_TEST(test_encoder_layer_obeys_the_mask)
{
    expect_no_look_ahead(false);
}
END_TEST

START_TEST(test_encoder_layer_backward_gives_the_gradients)
{
    expect_gradients_of_layer(false);
}
END_TEST

START_TEST(test_encoder_layer_forgets_what_its_outputs_held)
{
    expect_layer_to_forget(false);
}
END_TEST

START_TEST(test_encoder_layer_leaves_its_inputs_as_they_were)
{
    expect_layer_to_leave_its_inputs(false);
}
END_TEST

START_TEST(test_decoder_layer_gives_the_computed_figures)
{
    published_case *p = published("decoder_layer", 0);
    layer_call c = published_layer(true, p);
    layer_forward(&c);
    hint("The cross-attention asks with y, which norm1 gave, and sees all of the memory, which has "
         "another length than the words; only the self-attention is masked.");
    expect_case("out", c.out, p);
    published_case_close(p);
    clear_layer(&c);
}
END_TEST

START_TEST(test_decoder_layer_normalizes_each_sum_by_its_own_norm)
{
    expect_norms_alone(true);
}
END_TEST

START_TEST(test_decoder_layer_with_a_mask_of_ones_is_that_without)
{
    expect_ones_to_be_no_mask(true);
}
END_TEST

START_TEST(test_decoder_layer_masks_its_self_attention)
{
    expect_no_look_ahead(true);
}
END_TEST

/* A decoder layer whose memory has another length than M. */
static layer_call drawn_layer_with_memory(size_t length)
{
    layer_call c = drawn_layer(true);
    random_state r;
    random_seed(&r, 8);
    clear_layer(&c);
    c.memory = kept_normal(&r, 0, 1, SHAPE(N, length, E));
    add_layer_outputs(&c);
    return c;
}

START_TEST(test_decoder_layer_sees_all_of_the_memory)
{
    layer_call c = drawn_layer_with_memory(T);
    for (size_t i = 0; i < (size_t)T * T; i++)
        c.mask->data[i] = i % T <= i / T;
    layer_forward(&c);
    tensor *before = keep(tensor_new_copy(c.out));
    for (size_t e = 0; e < E; e++)
        c.memory->data[(T - 1) * E + e] += (real)e;
    layer_forward(&c);
    ck_assert_msg(fabs((double)(c.out->data[0] - before->data[0])) > 1e-6,
                  "the first position does not see the last one of the memory: the mask is for the "
                  "self-attention only");
    clear_layer(&c);
}
END_TEST

START_TEST(test_decoder_layer_does_not_see_the_order_of_the_memory)
{
    layer_call c = drawn_layer_with_memory(T);
    layer_forward(&c);
    tensor *before = keep(tensor_new_copy(c.out)), *turned = keep(tensor_new_like(c.memory));
    for (size_t i = 0; i < turned->size; i++) /* n, m, e */
        turned->data[i] = c.memory->data[(i / (T * E) * T + (T - 1 - i / E % T)) * E + i % E];
    c.memory = turned;
    layer_forward(&c);
    hint("The memory was turned round. It is key and value of the cross-attention, and each key "
         "moved with its value: the sums are the same.");
    expect_close("out", c.out, before, 1e-10);
    clear_layer(&c);
}
END_TEST

START_TEST(test_decoder_layer_backward_gives_the_gradients)
{
    expect_gradients_of_layer(true);
}
END_TEST

START_TEST(test_decoder_layer_backward_of_a_memory_of_one)
{
    layer_call c = drawn_layer_with_memory(1);
    layer_forward(&c);
    layer_backward(&c);
    hint("Over a single key the softmax is 1, whatever query and key are: they get no gradient.");
    const tensor *const none[] = {c.ddw.cross.Wq, c.ddw.cross.bq, c.ddw.cross.Wk, c.ddw.cross.bk};
    const char *const names[] = {"dcross_Wq", "dcross_bq", "dcross_Wk", "dcross_bk"};
    for (size_t i = 0; i < 4; i++)
        expect_close(names[i], none[i], keep(tensor_new_like(none[i])), 1e-12);
    expect_gradient_array("dmemory", c.dmemory, layer_of, &c, c.memory, c.dout);
    clear_layer(&c);
}
END_TEST

START_TEST(test_decoder_layer_forgets_what_its_outputs_held)
{
    expect_layer_to_forget(true);
}
END_TEST

START_TEST(test_decoder_layer_leaves_its_inputs_as_they_were)
{
    expect_layer_to_leave_its_inputs(true);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"positional_encoding", test_positional_encoding_of_one_position},
        {"positional_encoding", test_positional_encoding_of_two_numbers},
        {"positional_encoding", test_positional_encoding_gives_the_computed_figures},
        {"positional_encoding", test_positional_encoding_of_any_size},
        {"positional_encoding", test_positional_encoding_of_a_long_sequence},
        {"gelu_forward", test_gelu_forward_is_exact},
        {"gelu_forward", test_gelu_gives_the_computed_figures},
        {"gelu_backward", test_gelu_backward_gives_the_gradient},
        {"gelu_backward", test_gelu_is_finite_for_every_number},
        {"feed_forward", test_feed_forward_gives_the_computed_figures},
        {"feed_forward", test_feed_forward_keeps_the_input_of_the_gelu},
        {"feed_forward_backward", test_feed_forward_backward_gives_the_computed_figures},
        {"feed_forward_backward", test_feed_forward_backward_gives_the_gradients},
        {"feed_forward_backward", test_feed_forward_both_ways_forgets_what_its_outputs_held},
        {"feed_forward_backward", test_feed_forward_both_ways_leaves_its_inputs_as_they_were},
        {"encoder_layer_forward", test_encoder_layer_normalizes_each_sum_by_its_own_norm},
        {"encoder_layer_forward", test_encoder_layer_gives_the_computed_figures},
        {"encoder_layer_forward", test_encoder_layer_with_a_mask_of_ones_is_that_without},
        {"encoder_layer_forward", test_encoder_layer_obeys_the_mask},
        {"encoder_layer_backward", test_encoder_layer_backward_gives_the_computed_figures},
        {"encoder_layer_backward", test_encoder_layer_backward_gives_the_gradients},
        {"encoder_layer_backward", test_encoder_layer_forgets_what_its_outputs_held},
        {"encoder_layer_backward", test_encoder_layer_leaves_its_inputs_as_they_were},
        {"decoder_layer_forward", test_decoder_layer_normalizes_each_sum_by_its_own_norm},
        {"decoder_layer_forward", test_decoder_layer_gives_the_computed_figures},
        {"decoder_layer_forward", test_decoder_layer_with_a_mask_of_ones_is_that_without},
        {"decoder_layer_forward", test_decoder_layer_masks_its_self_attention},
        {"decoder_layer_forward", test_decoder_layer_sees_all_of_the_memory},
        {"decoder_layer_forward", test_decoder_layer_does_not_see_the_order_of_the_memory},
        {"decoder_layer_backward", test_decoder_layer_backward_gives_the_gradients},
        {"decoder_layer_backward", test_decoder_layer_backward_of_a_memory_of_one},
        {"decoder_layer_backward", test_decoder_layer_forgets_what_its_outputs_held},
        {"decoder_layer_backward", test_decoder_layer_leaves_its_inputs_as_they_were},
    };
    return check_module("transformer_layers", promises, sizeof promises / sizeof *promises);
}
