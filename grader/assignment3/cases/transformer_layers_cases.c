/* Hidden cases of the layers of a transformer. */
#include "attention_inputs.h"

/* ---- positions ---- */

static void check_positions(attempt *a, size_t T, size_t E)
{
    give_number(a, "T", (double)T);
    give_number(a, "E", (double)E);
    give_size(a, 'T', T);
    give_size(a, 'E', E);
    call(a, "positional_encoding");
    expect_close(a, "table");
}

CASE(positional_encoding_any_size, "the table of positions, for any size")
{
    for (size_t round = 0; round < 3; round++) {
        size_t T = draw_size(a, 3, 20);
        size_t E = 2 * draw_size(a, 3, 8);
        check_positions(a, T, E);
    }
    check_positions(a, 1, 10);
    check_positions(a, 7, 2);
}

/* The angle, and not only its sine, has to have enough digits. */
CASE(positional_encoding_long_in_float, "positions over 1000, in float", .variant = CASE_FLOAT,
     .needs = "positional_encoding_any_size", .stays = "a large angle has too few digits in float")
{
    size_t T = draw_size(a, 1500, 2500);
    check_positions(a, T, 10);
}

/* ---- GELU ---- */

CASE(gelu_forward_any_shape, "the GELU of any input")
{
    size_t rows = draw_size(a, 3, 9);
    size_t columns = draw_size(a, 2, 9);
    give_normal(a, "x", sizes3(rows, columns, 4), 0, 2);
    call(a, "gelu_forward");
    expect_close(a, "out");
}

/* Where the form by tanh is off by most, in parts of the value. */
CASE(gelu_forward_far, "the GELU at -6, 6 and -30, and close to 0",
     .needs = "gelu_forward_any_shape")
{
    static const double places[] = {-30, -6, 6, 1e-4, -1e-4, 30, 0, -2.7};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        tensor *x = give_zeros(a, "x", sizes1(1));
        x->data[0] = places[i];
        call(a, "gelu_forward");
        expect_close_within(a, "out", 1e-9);
    }
}

static void give_gelu_backward(attempt *a, double deviation)
{
    size_t rows = draw_size(a, 5, 9);
    size_t columns = draw_size(a, 2, 9);
    give_normal(a, "x", sizes2(rows, columns), 0, deviation);
    give_normal(a, "dout", sizes2(rows, columns), 0, 1);
}

CASE(gelu_backward_any_shape, "the gradient of the GELU")
{
    give_gelu_backward(a, 2);
    call(a, "gelu_backward");
    expect_close(a, "dx");
    give_gelu_backward(a, 30); /* no infinity, no NaN */
    call(a, "gelu_backward");
    expect_close(a, "dx");
}

/* ---- the feed-forward part ---- */

static void check_feed_forward(attempt *a)
{
    layer_sizes s = draw_layer_sizes(a);
    give_normal(a, "x", sizes3(s.N, s.T, s.E), 0, 1);
    give_feed_weights(a, s);
    call(a, "feed_forward");
    expect_close(a, "out");
    expect_close(a, "hidden");
}

CASE(feed_forward_any_shape, "affine, GELU, affine")
{
    for (size_t round = 0; round < 2; round++)
        check_feed_forward(a);
}

static void check_feed_forward_backward(attempt *a)
{
    layer_sizes s = draw_layer_sizes(a);
    give_normal(a, "x", sizes3(s.N, s.T, s.E), 0, 1);
    give_feed_weights(a, s);
    call_reference(a, "feed_forward");
    if (!ended(a))
        give_copy(a, "hidden", reference(a, "hidden"));
    give_normal(a, "dout", sizes3(s.N, s.T, s.E), 0, 1);
    call(a, "feed_forward_backward");
    expect_close(a, "dx");
    expect_feed_gradients(a);
}

CASE(feed_forward_backward_any_shape, "the gradients of the feed-forward part")
{
    for (size_t round = 0; round < 2; round++)
        check_feed_forward_backward(a);
}

/* ---- encoder and decoder layers ---- */

static layer_sizes give_encoder(attempt *a, bool masked)
{
    layer_sizes s = draw_layer_sizes(a);
    give_normal(a, "x", sizes3(s.N, s.T, s.E), 0, 1);
    give_mask(a, s.T, s.T, masked);
    give_head_weights(a, "self_", s.E, s.layers);
    give_feed_weights(a, s);
    give_norms(a, 2, s);
    give_number(a, "heads", (double)s.heads);
    return s;
}

static void check_encoder(attempt *a, bool masked)
{
    give_encoder(a, masked);
    call(a, "encoder_layer_forward");
    expect_close(a, "out");
}

CASE(encoder_layer_forward_any_shape, "an encoder layer, for any shape")
{
    check_encoder(a, false);
    check_encoder(a, false);
}

CASE(encoder_layer_forward_mask, "an encoder layer under a mask that is not triangular",
     .needs = "encoder_layer_forward_any_shape")
{
    check_encoder(a, true);
}

static void check_encoder_backward(attempt *a, bool masked, int digits)
{
    layer_sizes s = give_encoder(a, masked);
    give_normal(a, "dout", sizes3(s.N, s.T, s.E), 0, 1);
    call(a, "encoder_layer_backward");
    expect_close(a, "dx");
    expect_head_gradients(a, "self_", digits);
    expect_feed_gradients(a);
    expect_norm_gradients(a, 2);
}

CASE(encoder_layer_backward_any_shape, "the gradients of an encoder layer",
     .needs = "encoder_layer_forward_any_shape")
{
    check_encoder_backward(a, false, DOUBLE_DIGITS);
    check_encoder_backward(a, true, DOUBLE_DIGITS);
}

/* The memory has two positions or more: with one, a softmax over it would hide everything. */
static layer_sizes give_decoder(attempt *a, bool masked)
{
    layer_sizes s = give_encoder(a, masked);
    give_normal(a, "memory", sizes3(s.N, s.M, s.E), 0, 1);
    give_head_weights(a, "cross_", s.E, s.layers);
    give_norms(a, 3, s);
    return s;
}

static void check_decoder(attempt *a, bool masked, bool equal_lengths)
{
    layer_sizes s = give_decoder(a, masked);
    if (equal_lengths)
        give_normal(a, "memory", sizes3(s.N, s.T, s.E), 0, 1);
    call(a, "decoder_layer_forward");
    expect_close(a, "out");
}

CASE(decoder_layer_forward_any_shape, "a decoder layer, for any shape")
{
    check_decoder(a, false, false);
    check_decoder(a, false, false);
}

CASE(decoder_layer_forward_mask, "a decoder layer: the mask is for the self-attention alone",
     .needs = "decoder_layer_forward_any_shape")
{
    check_decoder(a, true, false);
}

/* Where words and memory may be taken for each other, no shape gives it away. */
CASE(decoder_layer_forward_equal_lengths, "a decoder layer: as many positions as words",
     .needs = "decoder_layer_forward_any_shape", .stays = "it tells apart what stops elsewhere")
{
    check_decoder(a, false, true);
    check_decoder(a, true, true);
}

static void check_decoder_backward(attempt *a, bool masked, int digits)
{
    layer_sizes s = give_decoder(a, masked);
    give_normal(a, "dout", sizes3(s.N, s.T, s.E), 0, 1);
    call(a, "decoder_layer_backward");
    expect_close(a, "dx");
    expect_close(a, "dmemory");
    expect_head_gradients(a, "self_", digits);
    expect_head_gradients(a, "cross_", digits);
    expect_feed_gradients(a);
    expect_norm_gradients(a, 3);
}

CASE(decoder_layer_backward_any_shape, "the gradients of a decoder layer",
     .needs = "decoder_layer_forward_any_shape")
{
    check_decoder_backward(a, false, DOUBLE_DIGITS);
    check_decoder_backward(a, true, DOUBLE_DIGITS);
}

CASE(transformer_layers_called_twice, "nothing is left from the call before",
     .needs = "decoder_layer_backward_any_shape", .stays = "outputs that hold numbers already")
{
    for (size_t round = 0; round < 2; round++) {
        fill_outputs(a, 3);
        check_decoder_backward(a, true, DOUBLE_DIGITS);
        fill_outputs(a, -2);
        check_encoder_backward(a, true, DOUBLE_DIGITS);
        fill_outputs(a, 4);
        check_feed_forward_backward(a);
    }
}

CASE(transformer_layers_float, "the layers in float", .variant = CASE_FLOAT,
     .needs = "decoder_layer_forward_any_shape", .stays = "that float is enough")
{
    check_encoder_backward(a, true, FLOAT_DIGITS);
    check_decoder_backward(a, true, FLOAT_DIGITS);
}

CASE(transformer_layers_memory, "no memory error in the layers", .variant = CASE_SANITIZED)
{
    check_positions(a, 5, 6);
    give_gelu_backward(a, 1);
    call(a, "gelu_forward");
    expect_close(a, "out");
    call(a, "gelu_backward");
    expect_close(a, "dx");
    check_feed_forward_backward(a);
    check_encoder_backward(a, true, DOUBLE_DIGITS);
    check_decoder_backward(a, true, DOUBLE_DIGITS);
}
