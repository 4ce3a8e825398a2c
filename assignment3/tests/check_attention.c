/* Promises of attention.c. */
#include "attention.h"
#include "transformer_checks.h"

/* ---- attention ---- */

enum { N = 2, H = 3, S = 5, T = 4, D = 6 };

/* A mask that is neither triangular nor symmetric; each row and each column has a 1 and a 0. */
static const double drawn_mask[S * T] = {1, 0, 1,      1, /**/ 0, 0, 1,      0, /**/ 1, 1,
                                         0, 0, /**/ 0, 1, 1,      1, /**/ 1, 0, 0,      1};

typedef struct attention_call {
    tensor *q, *k, *v, *mask, *drop, *out, *weights;
    tensor *dout, *dq, *dk, *dv;
} attention_call;

static attention_call drawn_attention(void)
{
    random_state r;
    random_seed(&r, 231);
    attention_call c = {.q = kept_normal(&r, 0.2, 1, SHAPE(N, H, S, D))};
    c.k = kept_normal(&r, -0.1, 1, SHAPE(N, H, T, D));
    c.v = kept_normal(&r, 0.3, 1, SHAPE(N, H, T, D));
    c.dout = kept_normal(&r, 0, 1, SHAPE(N, H, S, D));
    c.out = kept_output(SHAPE(N, H, S, D));
    c.weights = kept_output(SHAPE(N, H, S, T));
    c.dq = kept_output(SHAPE(N, H, S, D));
    c.dk = kept_output(SHAPE(N, H, T, D));
    c.dv = kept_output(SHAPE(N, H, T, D));
    return c;
}

/* Factors of dropout with keep = 0.8; each fourth is 0. */
static tensor *kept_drop(size_t rank, const size_t *shape)
{
    tensor *drop = keep(tensor_new(rank, shape));
    for (size_t i = 0; i < drop->size; i++)
        drop->data[i] = (real)(i % 4 == i / 4 % 4 ? 0 : 1.25);
    return drop;
}

static attention_call masked_attention(void)
{
    attention_call c = drawn_attention();
    c.mask = keep(matrix(S, T, drawn_mask));
    c.drop = kept_drop(SHAPE(N, H, S, T));
    return c;
}

static void forward(attention_call *c)
{
    attention_forward(c->q, c->k, c->v, c->mask, c->drop, c->out, c->weights);
}

static void backward(attention_call *c)
{
    attention_backward(c->dout, c->q, c->k, c->v, c->weights, c->drop, c->dq, c->dk, c->dv);
}

/* The inputs of a published case, and outputs for them. */
static attention_call published_attention(const published_case *p)
{
    attention_call c = {.q = kept_input(p, "q"), .k = kept_input(p, "k"), .v = kept_input(p, "v")};
    const size_t *q = c.q->shape, *k = c.k->shape;
    c.out = keep(output_like(c.q));
    c.weights = kept_output(SHAPE(q[0], q[1], q[2], k[2]));
    c.dq = keep(output_like(c.q));
    c.dk = keep(output_like(c.k));
    c.dv = keep(output_like(c.v));
    return c;
}

/* The header's formula, number by number: the weights of query s of head i. */
static void plain_weights(const attention_call *c, size_t i, size_t s, double *weights)
{
    size_t d = c->q->shape[3], keys = c->k->shape[2], queries = c->q->shape[2];
    double sum = 0;
    for (size_t t = 0; t < keys; t++) {
        double score = 0;
        for (size_t j = 0; j < d; j++)
            score += (double)c->q->data[(i * queries + s) * d + j] *
                     (double)c->k->data[(i * keys + t) * d + j];
        bool blocked = c->mask != NULL && c->mask->data[s * keys + t] == 0;
        weights[t] = blocked ? 0 : exp(score / sqrt((double)d));
        sum += weights[t];
    }
    for (size_t t = 0; t < keys; t++)
        weights[t] /= sum;
}

/* Compares c's results with the header's formula. */
static void expect_formula(const attention_call *c)
{
    tensor *out = keep(tensor_new_like(c->out)), *weights = keep(tensor_new_like(c->weights));
    size_t d = c->q->shape[3], keys = c->k->shape[2], rows = c->q->size / d;
    for (size_t row = 0; row < rows; row++) {
        double w[16] = {0};
        size_t i = row / c->q->shape[2];
        plain_weights(c, i, row % c->q->shape[2], w);
        for (size_t t = 0; t < keys; t++) {
            double factor = c->drop == NULL ? 1 : (double)c->drop->data[row * keys + t];
            weights->data[row * keys + t] = (real)w[t];
            for (size_t j = 0; j < d; j++)
                out->data[row * d + j] +=
                    (real)(w[t] * factor * (double)c->v->data[(i * keys + t) * d + j]);
        }
    }
    expect_close("weights", c->weights, weights, 1e-10);
    expect_close("out", c->out, out, 1e-10);
}

START_TEST(test_attention_forward_gives_the_computed_figures)
{
    published_case *p = published("attention", 0);
    attention_call c = published_attention(p);
    forward(&c);
    hint("Five keys and three queries of four numbers: the scores are divided by 2, the root of 4, "
         "and each query's weights are over the keys.");
    expect_case("weights", c.weights, p);
    expect_case("out", c.out, p);
    published_case_close(p);
}
END_TEST

/* The handout's example: one query, three keys, four numbers each. */
static attention_call handout_attention(void)
{
    attention_call c = {.q = keep(tensor_new_4d(1, 1, 1, 4)),
                        .k = keep(tensor_new_4d(1, 1, 3, 4)),
                        .v = keep(tensor_new_4d(1, 1, 3, 4)),
                        .out = kept_output(SHAPE(1, 1, 1, 4)),
                        .weights = kept_output(SHAPE(1, 1, 1, 3))};
    const double q[] = {2, 0, 2, 0}, k[] = {1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0};
    const double v[] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1};
    for (size_t i = 0; i < 12; i++) {
        c.k->data[i] = (real)k[i];
        c.v->data[i] = (real)v[i];
    }
    for (size_t i = 0; i < 4; i++)
        c.q->data[i] = (real)q[i];
    return c;
}

START_TEST(test_attention_forward_of_the_handout)
{
    attention_call c = handout_attention();
    forward(&c);
    hint("The scores are 4 / 2, 0 / 2 and 2 / 2.");
    expect_values("weights", c.weights, (const double[]){0.6652409558, 0.0900305732, 0.2447284711},
                  1e-9);
    expect_values("out", c.out,
                  (const double[]){0.6652409558, 0.0900305732, 0.2447284711, 0.2447284711}, 1e-9);
}
END_TEST

START_TEST(test_attention_forward_computes_the_formula)
{
    attention_call c = drawn_attention();
    forward(&c);
    hint("2 examples, 3 heads, 5 queries and 4 keys of 6 numbers: every example and every head is "
         "computed by itself, and the scores are divided by the root of 6.");
    expect_formula(&c);
}
END_TEST

START_TEST(test_attention_forward_weights_of_a_query_sum_to_one)
{
    attention_call c = masked_attention();
    for (size_t masked = 0; masked < 2; masked++) {
        forward(&c);
        for (size_t row = 0; row < c.weights->size / T; row++) {
            double sum = 0;
            for (size_t t = 0; t < T; t++)
                sum += (double)c.weights->data[row * T + t];
            ck_assert_msg(fabs(sum - 1) < 1e-10,
                          "the %d weights of query %zu of head %zu sum to %.8g, should sum to 1: "
                          "the softmax is over the keys, and comes after the mask and before drop",
                          T, row % S, row / S % H, sum);
        }
        c.mask = NULL;
    }
}
END_TEST

START_TEST(test_attention_forward_obeys_the_mask)
{
    attention_call c = masked_attention();
    c.drop = NULL;
    forward(&c);
    hint("mask[s,t] says whether query s may see key t: 1 allows, 0 blocks. A blocked key has the "
         "weight 0, and those that are left sum to 1.");
    expect_formula(&c);
    for (size_t i = 0; i < c.weights->size; i++)
        ck_assert_msg(c.mask->data[i % (S * T)] != 0 || c.weights->data[i] == 0,
                      "query %zu gives the weight %g to key %zu, which mask blocks", i / T % S,
                      (double)c.weights->data[i], i % T);
}
END_TEST

START_TEST(test_attention_forward_obeys_a_square_mask)
{
    attention_call c = drawn_attention();
    random_state r;
    random_seed(&r, 7);
    c.k = kept_normal(&r, 0, 1, SHAPE(N, H, S, D));
    c.v = kept_normal(&r, 0, 1, SHAPE(N, H, S, D));
    c.weights = kept_output(SHAPE(N, H, S, S));
    c.mask = keep(tensor_new_2d(S, S));
    for (size_t s = 0; s < S; s++)
        for (size_t t = 0; t < S; t++)
            c.mask->data[s * S + t] = t <= s + 1 && t != 1;
    forward(&c);
    hint("With as many keys as queries the transposed mask fits, too: row s is about query s.");
    expect_formula(&c);
}
END_TEST

START_TEST(test_attention_forward_with_a_mask_of_ones_is_that_without)
{
    attention_call c = drawn_attention();
    forward(&c);
    tensor *out = keep(tensor_new_copy(c.out)), *weights = keep(tensor_new_copy(c.weights));
    c.mask = keep(tensor_new_2d(S, T));
    tensor_fill(c.mask, 1);
    forward(&c);
    hint("A mask of ones allows everything, as no mask does.");
    expect_close("weights", c.weights, weights, 0);
    expect_close("out", c.out, out, 0);
}
END_TEST

START_TEST(test_attention_forward_drops_weights_after_the_softmax)
{
    attention_call c = drawn_attention();
    c.drop = kept_drop(SHAPE(N, H, S, T));
    forward(&c);
    hint("drop multiplies the weights after the softmax; weights keeps them as they were before.");
    expect_formula(&c);
}
END_TEST

START_TEST(test_attention_forward_gives_the_computed_figures_with_mask_and_drop)
{
    published_case *p = published("attention", 1);
    attention_call c = published_attention(p);
    c.mask = kept_input(p, "mask");
    c.drop = kept_input(p, "drop");
    forward(&c);
    expect_case("weights", c.weights, p);
    expect_case("out", c.out, p);
    published_case_close(p);
}
END_TEST

START_TEST(test_attention_forward_is_stable)
{
    published_case *p = published("attention", 2);
    attention_call c = published_attention(p);
    forward(&c);
    hint("Scores in the thousands: subtract the largest of each row before the exponential.");
    expect_case("weights", c.weights, p);
    expect_case("out", c.out, p);
    published_case_close(p);
}
END_TEST

/* One query of 1 and keys 100 j, so that the scores are the keys; out is one number. */
static attention_call attention_to_scores(size_t keys, const double *scores)
{
    attention_call c = {.q = keep(tensor_new_4d(1, 1, 1, 1)),
                        .k = keep(tensor_new_4d(1, 1, keys, 1)),
                        .v = keep(tensor_new_4d(1, 1, keys, 1)),
                        .mask = keep(tensor_new_2d(1, keys)),
                        .out = kept_output(SHAPE(1, 1, 1, 1)),
                        .weights = kept_output(SHAPE(1, 1, 1, keys))};
    tensor_fill(c.q, 1);
    tensor_fill(c.mask, 1);
    for (size_t t = 0; t < keys; t++) {
        c.k->data[t] = (real)scores[t];
        c.v->data[t] = (real)(t + 1);
    }
    return c;
}

START_TEST(test_attention_forward_is_stable_beside_blocked_scores)
{
    attention_call c = attention_to_scores(3, (const double[]){-1e4, 1e4, -1e4});
    c.mask->data[1] = 0;
    forward(&c);
    hint(
        "The scores are -1e4, 1e4 (blocked) and -1e4: subtract the largest of those that the query "
        "may see, or all exponentials become 0.");
    expect_values("weights", c.weights, (const double[]){0.5, 0, 0.5}, 1e-12);
    expect_values("out", c.out, (const double[]){2}, 1e-12);
}
END_TEST

START_TEST(test_attention_forward_blocks_whatever_the_scores_are)
{
    attention_call c = attention_to_scores(4, (const double[]){-1e4, 1e4, -1e4, 0});
    c.mask->data[1] = c.mask->data[3] = 0;
    forward(&c);
    hint("Two scores of -1e4 are left; the blocked ones have to be far below even these.");
    expect_values("weights", c.weights, (const double[]){0.5, 0, 0.5, 0}, 1e-12);
}
END_TEST

START_TEST(test_attention_forward_to_one_key_takes_its_value)
{
    attention_call c = attention_to_scores(1, (const double[]){-1e4});
    forward(&c);
    hint("Over a single key the softmax is 1, whatever the score is.");
    expect_values("weights", c.weights, (const double[]){1}, 0);
    expect_values("out", c.out, (const double[]){1}, 0);
}
END_TEST

START_TEST(test_attention_forward_forgets_what_its_outputs_held)
{
    attention_call c = masked_attention();
    forward(&c);
    tensor *out = keep(tensor_new_copy(c.out)), *weights = keep(tensor_new_copy(c.weights));
    forward(&c);
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_close("out", c.out, out, 0);
    expect_close("weights", c.weights, weights, 0);
}
END_TEST

static void expect_inputs_unchanged(void (*call)(attention_call *c))
{
    attention_call c = masked_attention();
    forward(&c);
    const bool is_forward = call == forward;
    tensor *const inputs[] = {c.q, c.k, c.v, c.mask, c.drop, c.dout, c.weights};
    const char *const names[] = {"q", "k", "v", "mask", "drop", "dout", "weights"};
    tensor *copies[7];
    keep_copies(inputs, 7, copies);
    call(&c);
    expect_all_unchanged(names, inputs, is_forward ? 6 : 7, copies);
}

START_TEST(test_attention_forward_leaves_its_inputs_as_they_were)
{
    expect_inputs_unchanged(forward);
}
END_TEST

/* ---- backward ---- */

START_TEST(test_attention_backward_of_the_handout)
{
    attention_call c = handout_attention();
    c.dout = keep(tensor_new_like(c.q));
    c.dout->data[0] = 1;
    c.dq = keep(output_like(c.q));
    c.dk = keep(output_like(c.k));
    c.dv = keep(output_like(c.v));
    forward(&c);
    backward(&c);
    const double w[] = {0.66524095577, 0.09003057317, 0.24472847106};
    const double ds[] = {w[0] * (1 - w[0]), -w[1] * w[0], -w[2] * w[0]};
    hint("dweights is 1, 0, 0, so dscores is 0.223, -0.060, -0.163.");
    expect_values("dv", c.dv, (const double[]){w[0], 0, 0, 0, w[1], 0, 0, 0, w[2], 0, 0, 0}, 1e-9);
    expect_values("dq", c.dq,
                  (const double[]){(ds[0] + ds[2]) / 2, (ds[1] + ds[2]) / 2, ds[0] / 2, ds[1] / 2},
                  1e-9);
    expect_values("dk", c.dk,
                  (const double[]){ds[0], 0, ds[0], 0, ds[1], 0, ds[1], 0, ds[2], 0, ds[2], 0},
                  1e-9);
}
END_TEST

START_TEST(test_attention_backward_gives_the_computed_figures)
{
    published_case *p = published("attention", 0);
    attention_call c = published_attention(p);
    c.dout = kept_input(p, "dout");
    tensor_copy(keep(published_expected(p, "weights")), c.weights);
    backward(&c);
    expect_case("dv", c.dv, p);
    expect_case("dq", c.dq, p);
    expect_case("dk", c.dk, p);
    published_case_close(p);
}
END_TEST

static void out_of(const tensor *changed, tensor *out, void *context)
{
    attention_call c = *(attention_call *)context;
    (void)changed; /* it is q, k or v, changed in place */
    c.out = out;
    c.weights = tensor_new_like(c.weights);
    forward(&c);
    tensor_free(c.weights);
}

static void expect_attention_gradients(attention_call *c)
{
    forward(c);
    backward(c);
    expect_gradient_array("dv", c->dv, out_of, c, c->v, c->dout);
    expect_gradient_array("dq", c->dq, out_of, c, c->q, c->dout);
    expect_gradient_array("dk", c->dk, out_of, c, c->k, c->dout);
}

START_TEST(test_attention_backward_gives_the_gradients)
{
    attention_call c = drawn_attention();
    hint("In a softmax each weight depends on all scores of its row, and each score is divided by "
         "the root of d.");
    expect_attention_gradients(&c);
}
END_TEST

START_TEST(test_attention_backward_gives_the_gradients_under_a_mask)
{
    attention_call c = masked_attention();
    c.drop = NULL;
    expect_attention_gradients(&c);
}
END_TEST

START_TEST(test_attention_backward_gives_the_gradients_with_drop)
{
    attention_call c = masked_attention();
    hint("The values met the dropped weights; what comes back to the weights passes drop, too.");
    expect_attention_gradients(&c);
}
END_TEST

START_TEST(test_attention_backward_of_one_key_reaches_only_its_value)
{
    attention_call c = attention_to_scores(1, (const double[]){0.5});
    c.dout = keep(tensor_new_like(c.q));
    tensor_fill(c.dout, 3);
    c.dq = kept_output(SHAPE(1, 1, 1, 1));
    c.dk = kept_output(SHAPE(1, 1, 1, 1));
    c.dv = kept_output(SHAPE(1, 1, 1, 1));
    forward(&c);
    backward(&c);
    hint("Over a single key the weight is 1 and cannot change.");
    expect_values("dq", c.dq, (const double[]){0}, 0);
    expect_values("dk", c.dk, (const double[]){0}, 0);
    expect_values("dv", c.dv, (const double[]){3}, 0);
}
END_TEST

START_TEST(test_attention_backward_forgets_what_its_outputs_held)
{
    attention_call c = masked_attention();
    forward(&c);
    backward(&c);
    tensor *dq = keep(tensor_new_copy(c.dq)), *dk = keep(tensor_new_copy(c.dk));
    tensor *dv = keep(tensor_new_copy(c.dv));
    backward(&c);
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_close("dq", c.dq, dq, 0);
    expect_close("dk", c.dk, dk, 0);
    expect_close("dv", c.dv, dv, 0);
}
END_TEST

START_TEST(test_attention_backward_leaves_its_inputs_as_they_were)
{
    expect_inputs_unchanged(backward);
}
END_TEST

/* ---- heads, and the causal mask ---- */

START_TEST(test_split_heads_gives_the_computed_figures)
{
    published_case *p = published("split_heads", 0);
    tensor *out = kept_output(SHAPE(1, 2, 3, 4));
    split_heads(kept_input(p, "x"), out);
    hint("Each position has 8 numbers: 0 to 3 go to the first head, 4 to 7 to the second.");
    expect_case("out", out, p);
    published_case_close(p);
}
END_TEST

/* x, 2 x 4 x 6, whose numbers are those of their places, and its three heads. */
static tensor *counted(size_t rank, const size_t *shape)
{
    tensor *x = keep(tensor_new(rank, shape));
    tensor_fill_linspace(x, 0, (double)x->size - 1);
    return x;
}

START_TEST(test_split_heads_cuts_every_example)
{
    tensor *x = counted(SHAPE(2, 4, 6)), *out = kept_output(SHAPE(2, 3, 4, 2));
    double expected[48];
    for (size_t i = 0; i < 48; i++) /* n, h, s, i */
        expected[i] = (double)(i / 24 * 24 + i / 2 % 4 * 6 + i / 8 % 3 * 2 + i % 2);
    split_heads(x, out);
    hint("2 examples, 4 positions, 3 heads of 2 numbers; x[n,s,j] is 24 n + 6 s + j.");
    expect_values("out", out, expected, 0);
}
END_TEST

START_TEST(test_merge_heads_joins_every_example)
{
    tensor *x = counted(SHAPE(2, 3, 4, 2)), *out = kept_output(SHAPE(2, 4, 6));
    double expected[48];
    for (size_t i = 0; i < 48; i++) /* n, s, h, i */
        expected[i] = (double)(i / 24 * 24 + i / 2 % 3 * 8 + i / 6 % 4 * 2 + i % 2);
    merge_heads(x, out);
    hint("2 examples, 3 heads, 4 positions, 2 numbers; x[n,h,s,i] is 24 n + 8 h + 2 s + i.");
    expect_values("out", out, expected, 0);
}
END_TEST

START_TEST(test_merge_heads_undoes_split_heads)
{
    tensor *x = counted(SHAPE(2, 4, 15)), *heads = kept_output(SHAPE(2, 3, 4, 5));
    tensor *copy = keep(tensor_new_copy(x)), *back = kept_output(SHAPE(2, 4, 15));
    split_heads(x, heads);
    merge_heads(heads, back);
    expect_close("out", back, copy, 0);
    expect_unchanged("x", x, copy);
}
END_TEST

START_TEST(test_heads_of_one_are_the_whole)
{
    tensor *x = counted(SHAPE(2, 3, 4)), *heads = kept_output(SHAPE(2, 1, 3, 4));
    split_heads(x, heads);
    expect_close("out", heads, x, 0);
}
END_TEST

START_TEST(test_causal_mask_gives_the_computed_figures)
{
    published_case *p = published("causal_mask", 0);
    size_t size = (size_t)published_input_number(p, "T");
    tensor *mask = kept_output(SHAPE(size, size));
    causal_mask(mask);
    hint(
        "Position s sees itself and what is before it: row 0 has one 1, the last row has only 1s.");
    expect_close("mask", mask, keep(published_expected(p, "mask")), 0);
    published_case_close(p);
}
END_TEST

START_TEST(test_causal_mask_of_one_position_sees_itself)
{
    tensor *mask = kept_output(SHAPE(1, 1));
    causal_mask(mask);
    expect_values("mask", mask, (const double[]){1}, 0);
}
END_TEST

/* ---- multi-head attention ---- */

static const char *const multi_head_names[MULTI_HEAD_TENSORS] = {"Wq", "bq", "Wk", "bk",
                                                                 "Wv", "bv", "Wo", "bo"};

/* E/H = 4, H = 3, S = 5 and T = 2 all differ; so do query, key and value. */
enum { E = 12, KEYS = 2 };

typedef struct multi_head_call {
    tensor *query, *key, *value, *mask, *drop, *out;
    multi_head_weights w, dw;
    multi_head_cache cache;
    tensor *dout, *dquery, *dkey, *dvalue;
} multi_head_call;

/* Adds poisoned outputs to the inputs of c. */
static void add_outputs(multi_head_call *c)
{
    const size_t *q = c->query->shape;
    c->out = keep(output_like(c->query));
    c->dw = kept_multi_head_outputs(&c->w);
    c->cache = kept_multi_head_cache(q[0], q[1], c->key->shape[1], q[2], c->w.heads);
    c->dquery = keep(output_like(c->query));
    c->dkey = keep(output_like(c->key));
    c->dvalue = keep(output_like(c->value));
}

static multi_head_call drawn_multi_head(void)
{
    random_state r;
    random_seed(&r, 231);
    multi_head_call c = {.query = kept_normal(&r, 0, 1, SHAPE(N, S, E))};
    c.key = kept_normal(&r, 0.2, 1, SHAPE(N, KEYS, E));
    c.value = kept_normal(&r, -0.3, 1, SHAPE(N, KEYS, E));
    c.dout = kept_normal(&r, 0, 1, SHAPE(N, S, E));
    c.w = kept_multi_head(&r, E, H, 0.4);
    add_outputs(&c);
    return c;
}

static multi_head_call dropped_multi_head(void)
{
    multi_head_call c = drawn_multi_head();
    c.mask = keep(matrix(S, KEYS, (const double[]){1, 1, 0, 1, 1, 0, 1, 1, 0, 1}));
    c.drop = kept_drop(SHAPE(N, H, S, KEYS));
    return c;
}

static multi_head_call published_multi_head(const published_case *p)
{
    multi_head_call c = {.query = kept_input(p, "query"),
                         .key = kept_input(p, "key"),
                         .value = kept_input(p, "value"),
                         .w = kept_input_multi_head(p, "")};
    add_outputs(&c);
    return c;
}

static void multi_forward(multi_head_call *c)
{
    multi_head_forward(c->query, c->key, c->value, &c->w, c->mask, c->drop, c->out, &c->cache);
}

static void multi_backward(multi_head_call *c)
{
    multi_head_backward(c->dout, c->query, c->key, c->value, &c->w, c->drop, &c->cache, c->dquery,
                        c->dkey, c->dvalue, &c->dw);
}

START_TEST(test_multi_head_forward_gives_the_computed_figures)
{
    published_case *p = published("multi_head", 0);
    multi_head_call c = published_multi_head(p);
    multi_forward(&c);
    expect_case("out", c.out, p);
    published_case_close(p);
}
END_TEST

START_TEST(test_multi_head_forward_gives_the_computed_figures_under_a_mask)
{
    published_case *p = published("multi_head", 1);
    multi_head_call c = published_multi_head(p);
    c.mask = kept_input(p, "mask");
    multi_forward(&c);
    expect_case("out", c.out, p);
    published_case_close(p);
}
END_TEST

START_TEST(test_multi_head_forward_gives_the_computed_figures_of_cross_attention)
{
    published_case *p = published("multi_head", 2);
    multi_head_call c = published_multi_head(p);
    multi_forward(&c);
    hint("Query, key and value differ here: q is made of query, k of key, v of value.");
    expect_case("out", c.out, p);
    published_case_close(p);
}
END_TEST

/* x W + b, number by number, cut into heads: as cache->q should be. */
static tensor *plain_heads(const tensor *x, const tensor *W, const tensor *b)
{
    size_t n = x->shape[0], s = x->shape[1], d = E / H;
    tensor *heads = keep(tensor_new_4d(n, H, s, d));
    for (size_t row = 0; row < n * s; row++)
        for (size_t e = 0; e < E; e++) {
            double sum = (double)b->data[e];
            for (size_t j = 0; j < E; j++)
                sum += (double)x->data[row * E + j] * (double)W->data[j * E + e];
            heads->data[((row / s * H + e / d) * s + row % s) * d + e % d] = (real)sum;
        }
    return heads;
}

START_TEST(test_multi_head_forward_fills_the_cache)
{
    multi_head_call c = dropped_multi_head();
    multi_forward(&c);
    hint("q is made of query, k of key and v of value: x W + b, then 3 heads of 4 neighbouring "
         "columns each.");
    expect_close("cache->q", c.cache.q, plain_heads(c.query, c.w.Wq, c.w.bq), 1e-10);
    expect_close("cache->k", c.cache.k, plain_heads(c.key, c.w.Wk, c.w.bk), 1e-10);
    expect_close("cache->v", c.cache.v, plain_heads(c.value, c.w.Wv, c.w.bv), 1e-10);
    attention_call a = {.q = c.cache.q,
                        .k = c.cache.k,
                        .mask = c.mask,
                        .v = c.cache.v,
                        .out = kept_output(SHAPE(N, H, S, E / H))};
    tensor *weights = keep(tensor_new_like(c.cache.weights));
    for (size_t row = 0; row < (size_t)N * H * S; row++) {
        double w[KEYS] = {0};
        plain_weights(&a, row / S, row % S, w);
        for (size_t t = 0; t < KEYS; t++)
            weights->data[row * KEYS + t] = (real)w[t];
    }
    hint("These are the softmax's weights, under the mask and before drop.");
    expect_close("cache->weights", c.cache.weights, weights, 1e-10);
}
END_TEST

START_TEST(test_multi_head_forward_makes_keys_of_key)
{
    multi_head_call c = drawn_multi_head();
    random_state r;
    random_seed(&r, 8);
    c.key = kept_normal(&r, 0, 1, SHAPE(N, S, E));
    c.value = kept_normal(&r, 0, 1, SHAPE(N, S, E));
    add_outputs(&c);
    multi_forward(&c);
    hint("There are as many keys as queries here, but they are others: in self-attention one would "
         "not see which input they are made of.");
    expect_close("cache->q", c.cache.q, plain_heads(c.query, c.w.Wq, c.w.bq), 1e-10);
    expect_close("cache->k", c.cache.k, plain_heads(c.key, c.w.Wk, c.w.bk), 1e-10);
    expect_close("cache->v", c.cache.v, plain_heads(c.value, c.w.Wv, c.w.bv), 1e-10);
}
END_TEST

START_TEST(test_multi_head_forward_mixes_the_heads)
{
    multi_head_call c = dropped_multi_head();
    multi_forward(&c);
    tensor *expected = keep(tensor_new_like(c.out));
    for (size_t i = 0; i < c.out->size; i++) {
        size_t row = i / E, e = i % E;
        double sum = (double)c.w.bo->data[e];
        for (size_t j = 0; j < E; j++)
            sum += (double)c.cache.joined->data[row * E + j] * (double)c.w.Wo->data[j * E + e];
        expected->data[i] = (real)sum;
    }
    hint("out is joined Wo + bo, where joined holds the heads side by side.");
    expect_close("out", c.out, expected, 1e-10);
}
END_TEST

START_TEST(test_multi_head_forward_joins_the_heads)
{
    multi_head_call c = dropped_multi_head();
    multi_forward(&c);
    tensor *expected = keep(tensor_new_like(c.cache.joined));
    for (size_t i = 0; i < expected->size; i++) { /* n, s, h, j */
        size_t n = i / (S * E), s = i / E % S, h = i % E / (E / H), j = i % (E / H);
        double sum = 0;
        for (size_t t = 0; t < KEYS; t++) {
            size_t at = ((n * H + h) * S + s) * KEYS + t;
            sum += (double)c.cache.weights->data[at] * (double)c.drop->data[at] *
                   (double)c.cache.v->data[((n * H + h) * KEYS + t) * (E / H) + j];
        }
        expected->data[i] = (real)sum;
    }
    hint("Columns 0 to 3 of joined are the result of head 0, 4 to 7 that of head 1, and so on.");
    expect_close("cache->joined", c.cache.joined, expected, 1e-10);
}
END_TEST

START_TEST(test_multi_head_forward_sees_nothing_of_what_the_causal_mask_blocks)
{
    multi_head_call c = drawn_multi_head();
    c.key = c.value = c.query;
    c.mask = kept_output(SHAPE(S, S));
    causal_mask(c.mask);
    add_outputs(&c);
    multi_forward(&c);
    tensor *before = keep(tensor_new_copy(c.out));
    for (size_t n = 0; n < N; n++)
        for (size_t i = 0; i < E; i++)
            c.query->data[(n * S + S - 1) * E + i] += 7; /* the last position */
    multi_forward(&c);
    hint("The last position changed; under the causal mask no earlier one may see that.");
    for (size_t n = 0; n < N; n++) {
        tensor is = tensor_row(c.out, n), was = tensor_row(before, n);
        tensor rows = tensor_rows(&is, 0, S - 1), old = tensor_rows(&was, 0, S - 1);
        expect_close("out", &rows, &old, 0);
    }
}
END_TEST

START_TEST(test_multi_head_forward_forgets_what_its_outputs_held)
{
    multi_head_call c = dropped_multi_head();
    multi_forward(&c);
    tensor *out = keep(tensor_new_copy(c.out)), *joined = keep(tensor_new_copy(c.cache.joined));
    multi_forward(&c);
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_close("out", c.out, out, 0);
    expect_close("cache->joined", c.cache.joined, joined, 0);
}
END_TEST

static void expect_multi_inputs_unchanged(void (*call)(multi_head_call *c))
{
    multi_head_call c = dropped_multi_head();
    multi_forward(&c);
    tensor *inputs[19] = {c.query,   c.key,     c.value,   c.mask,          c.drop,        c.dout,
                          c.cache.q, c.cache.k, c.cache.v, c.cache.weights, c.cache.joined};
    const char *const names[19] = {"query",
                                   "key",
                                   "value",
                                   "mask",
                                   "drop",
                                   "dout",
                                   "cache->q",
                                   "cache->k",
                                   "cache->v",
                                   "cache->weights",
                                   "cache->joined",
                                   "Wq",
                                   "bq",
                                   "Wk",
                                   "bk",
                                   "Wv",
                                   "bv",
                                   "Wo",
                                   "bo"};
    multi_head_weights_list(&c.w, inputs + 11);
    tensor *copies[19];
    keep_copies(inputs, 19, copies);
    call(&c);
    expect_all_unchanged(names, inputs, 19, copies);
    ck_assert_msg(c.w.heads == H, "w->heads was changed");
}

START_TEST(test_multi_head_forward_leaves_its_inputs_as_they_were)
{
    expect_multi_inputs_unchanged(multi_forward);
}
END_TEST

static weights_and_gradients list_weights(const multi_head_call *c,
                                          tensor *values[MULTI_HEAD_TENSORS],
                                          tensor *gradients[MULTI_HEAD_TENSORS])
{
    multi_head_weights_list(&c->w, values);
    multi_head_weights_list(&c->dw, gradients);
    return (weights_and_gradients){MULTI_HEAD_TENSORS, multi_head_names, values, gradients};
}

START_TEST(test_multi_head_backward_gives_the_computed_figures)
{
    published_case *p = published("multi_head", 2);
    multi_head_call c = published_multi_head(p);
    c.dout = kept_input(p, "dout");
    multi_forward(&c);
    multi_backward(&c);
    hint("Query, key and value differ here, and so do their gradients.");
    expect_case("dquery", c.dquery, p);
    expect_case("dkey", c.dkey, p);
    expect_case("dvalue", c.dvalue, p);
    tensor *values[MULTI_HEAD_TENSORS], *gradients[MULTI_HEAD_TENSORS];
    weights_and_gradients all = list_weights(&c, values, gradients);
    expect_layer_case(&all, p);
    published_case_close(p);
}
END_TEST

static void multi_out_of(const tensor *changed, tensor *out, void *context)
{
    multi_head_call c = *(multi_head_call *)context;
    (void)changed; /* it is an input or a weight, changed in place */
    c.cache = multi_head_cache_new(N, S, c.key->shape[1], E, H);
    c.out = out;
    multi_forward(&c);
    multi_head_cache_clear(&c.cache);
}

START_TEST(test_multi_head_backward_gives_the_gradients)
{
    multi_head_call c = dropped_multi_head();
    multi_forward(&c);
    multi_backward(&c);
    expect_gradient_array("dquery", c.dquery, multi_out_of, &c, c.query, c.dout);
    expect_gradient_array("dkey", c.dkey, multi_out_of, &c, c.key, c.dout);
    expect_gradient_array("dvalue", c.dvalue, multi_out_of, &c, c.value, c.dout);
    tensor *values[MULTI_HEAD_TENSORS], *gradients[MULTI_HEAD_TENSORS];
    weights_and_gradients all = list_weights(&c, values, gradients);
    expect_layer_gradients(&all, multi_out_of, &c, c.dout);
}
END_TEST

START_TEST(test_multi_head_backward_gives_three_gradients_of_one_input)
{
    multi_head_call c = drawn_multi_head();
    c.key = c.value = c.query;
    add_outputs(&c);
    multi_forward(&c);
    multi_backward(&c);
    tensor *sum = keep(tensor_new_copy(c.dquery));
    tensor_add(sum, c.dkey, sum);
    tensor_add(sum, c.dvalue, sum);
    hint("Query, key and value are one tensor here. dquery, dkey and dvalue stay apart: together "
         "they are its gradient.");
    expect_gradient_array("dquery + dkey + dvalue", sum, multi_out_of, &c, c.query, c.dout);
    c.key = keep(tensor_new_copy(c.query));
    expect_gradient_array("dkey", c.dkey, multi_out_of, &c, c.key, c.dout);
}
END_TEST

START_TEST(test_multi_head_backward_forgets_what_its_outputs_held)
{
    multi_head_call c = dropped_multi_head();
    multi_forward(&c);
    multi_backward(&c);
    tensor *gradients[MULTI_HEAD_TENSORS], *first[MULTI_HEAD_TENSORS];
    multi_head_weights_list(&c.dw, gradients);
    keep_copies(gradients, MULTI_HEAD_TENSORS, first);
    tensor *dquery = keep(tensor_new_copy(c.dquery)), *dkey = keep(tensor_new_copy(c.dkey));
    tensor *dvalue = keep(tensor_new_copy(c.dvalue));
    multi_backward(&c);
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_close("dquery", c.dquery, dquery, 0);
    expect_close("dkey", c.dkey, dkey, 0);
    expect_close("dvalue", c.dvalue, dvalue, 0);
    char name[80];
    for (size_t i = 0; i < MULTI_HEAD_TENSORS; i++)
        expect_close(gradient_name(name, "", multi_head_names[i]), gradients[i], first[i], 0);
}
END_TEST

START_TEST(test_multi_head_backward_leaves_its_inputs_as_they_were)
{
    expect_multi_inputs_unchanged(multi_backward);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"attention_forward", test_attention_forward_of_the_handout},
        {"attention_forward", test_attention_forward_gives_the_computed_figures},
        {"attention_forward", test_attention_forward_computes_the_formula},
        {"attention_forward", test_attention_forward_weights_of_a_query_sum_to_one},
        {"attention_forward", test_attention_forward_obeys_the_mask},
        {"attention_forward", test_attention_forward_obeys_a_square_mask},
        {"attention_forward", test_attention_forward_with_a_mask_of_ones_is_that_without},
        {"attention_forward", test_attention_forward_drops_weights_after_the_softmax},
        {"attention_forward", test_attention_forward_gives_the_computed_figures_with_mask_and_drop},
        {"attention_forward", test_attention_forward_is_stable},
        {"attention_forward", test_attention_forward_is_stable_beside_blocked_scores},
        {"attention_forward", test_attention_forward_blocks_whatever_the_scores_are},
        {"attention_forward", test_attention_forward_to_one_key_takes_its_value},
        {"attention_forward", test_attention_forward_forgets_what_its_outputs_held},
        {"attention_forward", test_attention_forward_leaves_its_inputs_as_they_were},
        {"attention_backward", test_attention_backward_of_the_handout},
        {"attention_backward", test_attention_backward_gives_the_computed_figures},
        {"attention_backward", test_attention_backward_gives_the_gradients},
        {"attention_backward", test_attention_backward_gives_the_gradients_under_a_mask},
        {"attention_backward", test_attention_backward_gives_the_gradients_with_drop},
        {"attention_backward", test_attention_backward_of_one_key_reaches_only_its_value},
        {"attention_backward", test_attention_backward_forgets_what_its_outputs_held},
        {"attention_backward", test_attention_backward_leaves_its_inputs_as_they_were},
        {"split_heads", test_split_heads_gives_the_computed_figures},
        {"split_heads", test_split_heads_cuts_every_example},
        {"split_heads", test_heads_of_one_are_the_whole},
        {"merge_heads", test_merge_heads_joins_every_example},
        {"merge_heads", test_merge_heads_undoes_split_heads},
        {"causal_mask", test_causal_mask_gives_the_computed_figures},
        {"causal_mask", test_causal_mask_of_one_position_sees_itself},
        {"multi_head_forward", test_multi_head_forward_fills_the_cache},
        {"multi_head_forward", test_multi_head_forward_makes_keys_of_key},
        {"multi_head_forward", test_multi_head_forward_joins_the_heads},
        {"multi_head_forward", test_multi_head_forward_mixes_the_heads},
        {"multi_head_forward", test_multi_head_forward_gives_the_computed_figures},
        {"multi_head_forward", test_multi_head_forward_gives_the_computed_figures_under_a_mask},
        {"multi_head_forward",
         test_multi_head_forward_gives_the_computed_figures_of_cross_attention},
        {"multi_head_forward", test_multi_head_forward_sees_nothing_of_what_the_causal_mask_blocks},
        {"multi_head_forward", test_multi_head_forward_forgets_what_its_outputs_held},
        {"multi_head_forward", test_multi_head_forward_leaves_its_inputs_as_they_were},
        {"multi_head_backward", test_multi_head_backward_gives_the_computed_figures},
        {"multi_head_backward", test_multi_head_backward_gives_the_gradients},
        {"multi_head_backward", test_multi_head_backward_gives_three_gradients_of_one_input},
        {"multi_head_backward", test_multi_head_backward_forgets_what_its_outputs_held},
        {"multi_head_backward", test_multi_head_backward_leaves_its_inputs_as_they_were},
    };
    return check_module("attention", promises, sizeof promises / sizeof *promises);
}
