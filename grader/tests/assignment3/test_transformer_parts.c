/* The given parts of transformers: normalization, memory, lists of weights, and their checks. */
#include "transformer_parts.h"

#include "checks/check_support.h"
#include "tests/expected_stop.h"
#include "tests/suite.h"

enum { N = 2, T = 3, E = 6, F = 5, HEADS = 2, M = 4 };

/* A call of layer normalization, with drawn inputs. */
typedef struct norm_call {
    tensor *x, *out, *dout, *dx;
    layer_norm_weights w, dw;
    layer_norm_cache cache;
} norm_call;

static norm_call drawn_norm(void)
{
    random_state r;
    random_seed(&r, 231);
    norm_call c = {.x = kept_normal(&r, 1, 2, SHAPE(N, T, E))};
    c.dout = kept_normal(&r, 0, 1, SHAPE(N, T, E));
    c.w.gamma = kept_normal(&r, 1, 0.5, SHAPE(E));
    c.w.beta = kept_normal(&r, 0, 0.5, SHAPE(E));
    c.dw = (layer_norm_weights){kept_output(SHAPE(E)), kept_output(SHAPE(E))};
    c.out = kept_output(SHAPE(N, T, E));
    c.dx = kept_output(SHAPE(N, T, E));
    c.cache = (layer_norm_cache){kept_output(SHAPE(N, T, E)), kept_output(SHAPE(N * T)),
                                 kept_output(SHAPE(N * T))};
    return c;
}

static void norm_of(const tensor *changed, tensor *out, void *context)
{
    norm_call *c = context;
    (void)changed; /* it is x, gamma or beta, changed in place */
    layer_norm_forward(c->x, &c->w, out, &c->cache);
}

START_TEST(test_layer_norm_makes_each_position_have_mean_0_and_variance_1)
{
    norm_call c = drawn_norm();
    tensor_fill(c.w.gamma, 1);
    tensor_fill(c.w.beta, 0);
    layer_norm_forward(c.x, &c.w, c.out, &c.cache);
    for (size_t i = 0; i < (size_t)N * T; i++) {
        const tensor row = tensor_over(c.out->data + i * E, 1, (const size_t[]){E});
        expect_number("the mean", tensor_mean(&row), 0, 1e-10);
        expect_number("the deviation", tensor_std(&row), 1, 1e-4);
    }
    expect_unchanged("cache->x", c.cache.x, c.x);
}
END_TEST

START_TEST(test_layer_norm_may_overwrite_its_input)
{
    norm_call c = drawn_norm();
    layer_norm_forward(c.x, &c.w, c.out, &c.cache);
    layer_norm_forward(c.x, &c.w, c.x, &c.cache);
    expect_close("out", c.x, c.out, 0);
}
END_TEST

START_TEST(test_layer_norm_backward_gives_the_gradients)
{
    norm_call c = drawn_norm();
    layer_norm_forward(c.x, &c.w, c.out, &c.cache);
    layer_norm_backward(c.dout, &c.w, &c.cache, c.dx, &c.dw);
    expect_gradient_array("dx", c.dx, norm_of, &c, c.x, c.dout);
    expect_gradient_array("dgamma", c.dw.gamma, norm_of, &c, c.w.gamma, c.dout);
    expect_gradient_array("dbeta", c.dw.beta, norm_of, &c, c.w.beta, c.dout);
}
END_TEST

START_TEST(test_what_is_new_fits_its_check)
{
    encoder_weights e = encoder_weights_new(E, F, HEADS);
    decoder_weights d = decoder_weights_new(E, F, HEADS);
    encoder_cache ec = encoder_cache_new(N, T, &e);
    decoder_cache dc = decoder_cache_new(N, T, M, &d);
    check_encoder_weights("test", "w", &e, E);
    check_decoder_weights("test", "w", &d, E);
    check_encoder_cache("test", "cache", &ec, N, T, &e);
    check_decoder_cache("test", "cache", &dc, N, T, M, &d);
    encoder_cache_clear(&ec);
    decoder_cache_clear(&dc);
    encoder_weights_clear(&e);
    decoder_weights_clear(&d);
    ck_assert_ptr_null(d.cross.Wq);
}
END_TEST

START_TEST(test_lists_go_with_their_names)
{
    decoder_weights d = decoder_weights_new(E, F, HEADS);
    encoder_weights e = encoder_weights_new(E, F, HEADS);
    tensor *of_d[DECODER_TENSORS], *of_e[ENCODER_TENSORS];
    decoder_weights_list(&d, of_d);
    encoder_weights_list(&e, of_e);
    for (size_t i = 0; i < DECODER_TENSORS; i++) {
        const char *name = decoder_weight_names[i];
        ck_assert(strcmp(name, "cross_bv") != 0 || of_d[i] == d.cross.bv);
        ck_assert(strcmp(name, "W2") != 0 || of_d[i] == d.feed.W2);
        ck_assert(strcmp(name, "gamma3") != 0 || of_d[i] == d.norm3.gamma);
    }
    for (size_t i = 0; i < ENCODER_TENSORS; i++) {
        const char *name = encoder_weight_names[i];
        ck_assert(strcmp(name, "self_Wo") != 0 || of_e[i] == e.self.Wo);
        ck_assert(strcmp(name, "b1") != 0 || of_e[i] == e.feed.b1);
        ck_assert(strcmp(name, "beta2") != 0 || of_e[i] == e.norm2.beta);
    }
    encoder_weights_clear(&e);
    decoder_weights_clear(&d);
}
END_TEST

static void heads_that_do_not_fit(void)
{
    multi_head_cache cache = multi_head_cache_new(N, T, T, E, 4);
    multi_head_cache_clear(&cache);
}

static void weights_of_another_width(void)
{
    const encoder_weights w = encoder_weights_new(E, F, HEADS);
    check_encoder_weights("f", "dw", &w, E + 1);
}

static void feed_forward_that_is_turned(void)
{
    decoder_weights w = decoder_weights_new(E, F, HEADS);
    w.feed.W2 = w.feed.W1;
    check_decoder_weights("f", "w", &w, E);
}

static void cache_of_another_memory(void)
{
    const decoder_weights w = decoder_weights_new(E, F, HEADS);
    const decoder_cache cache = decoder_cache_new(N, T, M, &w);
    check_decoder_cache("f", "cache", &cache, N, T, 1, &w);
}

static void no_cache(void)
{
    const encoder_weights w = encoder_weights_new(E, F, HEADS);
    check_encoder_cache("f", "cache", NULL, N, T, &w);
}

static const expected_stop stops[] = {
    {heads_that_do_not_fit, "multi_head_cache_new: 4 heads, should be a divisor of E = 6"},
    {weights_of_another_width, "f: dw->self->Wq has shape 6 x 6, should have 7 x 7"},
    {feed_forward_that_is_turned, "f: w->feed->W2 has shape 6 x 5, should have 5 x 6"},
    {cache_of_another_memory, "f: cache->k has shape 2 x 2 x 4 x 3, should have 2 x 2 x 1 x 3"},
    {no_cache, "f: cache is NULL"},
};

START_TEST(test_what_does_not_fit_stops_the_program)
{
    run_to_stop(&stops[_i]);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("transformer parts");
    tcase_add_test(tests, test_layer_norm_makes_each_position_have_mean_0_and_variance_1);
    tcase_add_test(tests, test_layer_norm_may_overwrite_its_input);
    tcase_add_test(tests, test_layer_norm_backward_gives_the_gradients);
    tcase_add_test(tests, test_what_is_new_fits_its_check);
    tcase_add_test(tests, test_lists_go_with_their_names);
    tcase_add_loop_exit_test(tests, test_what_does_not_fit_stops_the_program, STOPPED_WELL, 0,
                             sizeof stops / sizeof *stops);
    return run_suite("transformer parts", tests);
}
