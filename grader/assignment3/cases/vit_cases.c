/* Hidden cases of the vision transformer. */
#include "attention_inputs.h"

/* Pictures of C x H x W with patches of size x size, for K classes. */
typedef struct picture_sizes {
    layer_sizes layer;
    size_t C, H, W, size, K;
} picture_sizes;

/* Sizes that all differ: two rows of patches and three columns, or the other way round. */
static picture_sizes draw_picture_sizes(attempt *a)
{
    picture_sizes s = {.layer = draw_layer_sizes(a)};
    s.layer.N = 4;
    s.layer.layers = draw_size(a, 2, 3);
    s.C = draw_size(a, 2, 3);
    s.size = draw_size(a, 2, 4);
    bool wide = draw_size(a, 0, 1) == 1;
    s.H = s.size * (wide ? 2 : 3);
    s.W = s.size * (wide ? 3 : 2);
    s.K = draw_size(a, 14, 16);
    return s;
}

static void give_images(attempt *a, picture_sizes s)
{
    give_normal(a, "images", sizes4(s.layer.N, s.C, s.H, s.W), 0, 1);
    give_number(a, "size", (double)s.size);
}

CASE(extract_patches_any_shape, "patches of pictures that are not square")
{
    for (size_t round = 0; round < 3; round++) {
        picture_sizes s = draw_picture_sizes(a);
        give_images(a, s);
        give_size(a, 'P', s.H * s.W / (s.size * s.size));
        give_size(a, 'Q', s.C * s.size * s.size);
        call(a, "extract_patches");
        expect_close(a, "patches");
    }
}

static void give_net(attempt *a, picture_sizes s)
{
    size_t E = s.layer.E;
    give_normal(a, "W_patch", sizes2(s.C * s.size * s.size, E), 0, 0.6);
    give_normal(a, "b_patch", sizes1(E), 0, 0.6);
    give_head_weights(a, "self_", E, s.layer.layers);
    give_feed_weights(a, s.layer);
    give_norms(a, 2, s.layer);
    give_normal(a, "W_head", sizes2(E, s.K), 0, 0.6);
    give_normal(a, "b_head", sizes1(s.K), 0, 0.6);
    give_number(a, "heads", (double)s.layer.heads);
    give_images(a, s);
}

CASE(vit_scores_any_shape, "the scores of pictures that are not square")
{
    for (size_t round = 0; round < 2; round++) {
        give_net(a, draw_picture_sizes(a));
        call(a, "vit_scores");
        expect_close(a, "scores");
    }
}

static void check_loss(attempt *a, int digits)
{
    static const char *const outputs[] = {"loss", "dW_patch", "db_patch", "dW_head", "db_head"};
    picture_sizes s = draw_picture_sizes(a);
    give_net(a, s);
    give_labels(a, "y", s.layer.N, s.K);
    call(a, "vit_loss");
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        expect_close(a, outputs[i]);
    expect_head_gradients(a, "self_", digits);
    expect_feed_gradients(a);
    expect_norm_gradients(a, 2);
}

CASE(vit_loss_any_shape, "the loss and all gradients, for any shape")
{
    check_loss(a, DOUBLE_DIGITS);
    check_loss(a, DOUBLE_DIGITS);
}

CASE(vit_called_twice, "nothing is left from the call before", .needs = "vit_loss_any_shape",
     .stays = "gradients that hold numbers already")
{
    fill_outputs(a, 3);
    check_loss(a, DOUBLE_DIGITS);
    fill_outputs(a, -2);
    check_loss(a, DOUBLE_DIGITS);
}

static void check_init(attempt *a, size_t layers)
{
    static const char *const drawn[] = {"W_patch", "self_Wq", "self_Wk", "self_Wv", "self_Wo",
                                        "W1",      "W2",      "gamma1",  "gamma2",  "W_head"};
    static const char *const zero[] = {"b_patch", "self_bq", "self_bk", "self_bv", "self_bo",
                                       "b1",      "b2",      "beta1",   "beta2",   "b_head"};
    picture_sizes s = draw_picture_sizes(a);
    s.layer.layers = layers;
    give_number(a, "layers", (double)s.layer.layers);
    give_number(a, "heads", (double)s.layer.heads);
    give_number(a, "size", (double)s.size);
    give_number(a, "seed", (double)draw_size(a, 0, 1000000));
    give_size(a, 'L', s.layer.layers);
    give_size(a, 'E', s.layer.E);
    give_size(a, 'F', s.layer.F);
    give_size(a, 'Q', s.C * s.size * s.size);
    give_size(a, 'K', s.K);
    call(a, "vit_init");
    for (size_t i = 0; i < sizeof drawn / sizeof *drawn; i++)
        expect_close(a, drawn[i]);
    require_zeros(a, zero, sizeof zero / sizeof *zero);
}

CASE(vit_init, "the first parameters, drawn in the header's order")
{
    check_init(a, 3);
    check_init(a, 1);
}

CASE(vit_float, "the vision transformer in float", .variant = CASE_FLOAT,
     .needs = "vit_loss_any_shape", .stays = "that float is enough")
{
    check_loss(a, FLOAT_DIGITS);
}

CASE(vit_memory, "no memory error in the vision transformer", .variant = CASE_SANITIZED)
{
    check_loss(a, DOUBLE_DIGITS);
}
