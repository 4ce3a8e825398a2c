/* Hidden cases of the captioning transformer. */
#include "attention_inputs.h"

/* A net of two decoder layers or three, for D features and V words; S words in a sentence. */
typedef struct net_sizes {
    layer_sizes layer;
    size_t D, V, S;
} net_sizes;

static net_sizes draw_net_sizes(attempt *a)
{
    net_sizes s = {.layer = draw_layer_sizes(a)};
    s.layer.N = 3;
    s.layer.layers = draw_size(a, 2, 3);
    s.D = draw_size(a, 7, 8);
    s.V = draw_size(a, 14, 17);
    s.S = draw_size(a, 5, 6);
    return s;
}

static void give_net(attempt *a, net_sizes s)
{
    size_t E = s.layer.E;
    give_normal(a, "W_embed", sizes2(s.V, E), 0, 1);
    give_normal(a, "W_proj", sizes2(s.D, E), 0, 0.6);
    give_normal(a, "b_proj", sizes1(E), 0, 0.6);
    give_head_weights(a, "self_", E, s.layer.layers);
    give_head_weights(a, "cross_", E, s.layer.layers);
    give_feed_weights(a, s.layer);
    give_norms(a, 3, s.layer);
    give_normal(a, "W_vocab", sizes2(E, s.V), 0, 0.6);
    give_normal(a, "b_vocab", sizes1(s.V), 0, 0.6);
    give_normal(a, "features", sizes2(s.layer.N, s.D), 0, 1);
    give_number(a, "heads", (double)s.layer.heads);
    size_t first = draw_size(a, 1, s.V - 3);
    give_number(a, "null_word", (double)first);
    give_number(a, "start_word", (double)first + 1);
    give_number(a, "end_word", (double)first + 2);
}

CASE(captioning_transformer_scores_any_shape, "the scores of all next words")
{
    for (size_t round = 0; round < 2; round++) {
        net_sizes s = draw_net_sizes(a);
        give_net(a, s);
        give_words(a, "words", s.layer.N, s.S, s.V);
        call(a, "captioning_transformer_scores");
        expect_close(a, "scores");
    }
}

/* Bit by bit: what stands behind a word is no part of its sums. */
CASE(captioning_transformer_looks_back_only,
     "a later word does not move the scores of earlier ones",
     .needs = "captioning_transformer_scores_any_shape",
     .stays = "a promise about every program, whatever the reference gives")
{
    net_sizes s = draw_net_sizes(a);
    give_net(a, s);
    labels *words = give_words(a, "words", s.layer.N, s.S, s.V);
    if (!call(a, "captioning_transformer_scores"))
        return;
    tensor *before = tensor_new_copy(got(a, "scores"));
    for (size_t n = 0; n < s.layer.N; n++)
        words->data[n * s.S + s.S - 1] = (words->data[n * s.S + s.S - 1] + 1) % (uint32_t)s.V;
    if (call(a, "captioning_transformer_scores")) {
        const tensor *after = got(a, "scores");
        size_t moved = 0;
        for (size_t i = 0; i < after->size; i++)
            moved += i / s.V % s.S < s.S - 1 && after->data[i] != before->data[i];
        expect(a, "scores", moved == 0 && tensor_all_finite(after),
               "%zu scores of earlier words changed with the last word", moved);
        expect_close(a, "scores");
    }
    tensor_free(before);
}

/* Sentences with a <NULL> in their middle, one that never ends and one that is empty. */
static void give_sentences(attempt *a, net_sizes s)
{
    uint32_t null = (uint32_t)given_number(a, "null_word");
    labels *words = give_words(a, "sentences", s.layer.N, s.S + 1, s.V);
    for (size_t n = 0; n < s.layer.N; n++) {
        uint32_t *sentence = words->data + n * (s.S + 1);
        sentence[0] = null + 1;
        for (size_t t = 1; t <= s.S; t++)
            if (sentence[t] == null)
                sentence[t] = 0;
        for (size_t t = 1; n == 1 && t <= s.S; t++)
            sentence[t] = t == 1 ? null + 2 : null;
        if (n == 2)
            sentence[2] = null;
    }
}

static void expect_loss(attempt *a, int digits)
{
    static const char *const outputs[] = {"loss",    "dW_embed", "dW_proj",
                                          "db_proj", "dW_vocab", "db_vocab"};
    call(a, "captioning_transformer_loss");
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        expect_close(a, outputs[i]);
    expect_head_gradients(a, "self_", digits);
    expect_gradients_of_one_key(a, "cross_", digits);
    expect_feed_gradients(a);
    expect_norm_gradients(a, 3);
}

static void check_loss(attempt *a, int digits)
{
    net_sizes s = draw_net_sizes(a);
    give_net(a, s);
    give_sentences(a, s);
    expect_loss(a, digits);
}

CASE(captioning_transformer_loss_any_shape, "the loss and all gradients, for any shape")
{
    check_loss(a, DOUBLE_DIGITS);
    check_loss(a, DOUBLE_DIGITS);
}

CASE(captioning_transformer_called_twice, "nothing is left from the call before",
     .needs = "captioning_transformer_loss_any_shape",
     .stays = "gradients that hold numbers already")
{
    fill_outputs(a, 3);
    check_loss(a, DOUBLE_DIGITS);
    fill_outputs(a, -2);
    check_loss(a, DOUBLE_DIGITS);
}

CASE(captioning_transformer_init, "the first parameters, drawn in the header's order")
{
    static const char *const drawn[] = {
        "W_embed",  "W_proj",   "self_Wq", "self_Wk", "self_Wv", "self_Wo", "cross_Wq", "cross_Wk",
        "cross_Wv", "cross_Wo", "W1",      "W2",      "gamma1",  "gamma2",  "gamma3",   "W_vocab"};
    static const char *const zero[] = {"b_proj",   "self_bq",  "self_bk",  "self_bv",  "self_bo",
                                       "cross_bq", "cross_bk", "cross_bv", "cross_bo", "b1",
                                       "b2",       "beta1",    "beta2",    "beta3",    "b_vocab"};
    net_sizes s = draw_net_sizes(a);
    give_number(a, "layers", (double)s.layer.layers);
    give_number(a, "heads", (double)s.layer.heads);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    give_size(a, 'L', s.layer.layers);
    give_size(a, 'E', s.layer.E);
    give_size(a, 'F', s.layer.F);
    give_size(a, 'D', s.D);
    give_size(a, 'V', s.V);
    call(a, "captioning_transformer_init");
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        expect_close(a, drawn[i]);
    require_zeros(a, zero, sizeof zero / sizeof *zero);
}

CASE(captioning_transformer_float, "the captioning transformer in float", .variant = CASE_FLOAT,
     .needs = "captioning_transformer_loss_any_shape", .stays = "that float is enough")
{
    check_loss(a, FLOAT_DIGITS);
}

CASE(captioning_transformer_memory, "no memory error in the captioning transformer",
     .variant = CASE_SANITIZED)
{
    check_loss(a, DOUBLE_DIGITS);
}
