/* Hidden cases of style transfer. */
#include "attempt.h"

/* Features of one picture, of sizes that all differ, or of count pictures. */
static const tensor *give_features(attempt *a, const char *name, size_t count)
{
    size_t C = draw_size(a, 3, 4);
    size_t H = draw_size(a, 5, 6);
    size_t W = draw_size(a, 7, 9);
    return give_normal(a, name, sizes4(count, C, H, W), 0.4, 1);
}

static void draw_weight(attempt *a)
{
    give_number(a, "weight", draw_number(a, 0.1, 30));
}

static void expect_gradient(attempt *a, const char *operation)
{
    call(a, operation);
    expect_close(a, "loss");
    expect_close(a, "dfeatures");
}

CASE(content_loss_any_shape, "the content's loss and gradient, for any shape")
{
    for (size_t round = 0; round < 2; round++) {
        const tensor *f = give_features(a, "features", 1);
        give_normal(a, "target", sizes4(1, f->shape[1], f->shape[2], f->shape[3]), -0.3, 1);
        draw_weight(a);
        expect_gradient(a, "content_loss");
    }
}

CASE(gram_matrix_any_shape, "Gram matrices of several pictures, divided or not")
{
    for (size_t round = 0; round < 3; round++) {
        give_features(a, "features", 1 + round);
        give_number(a, "normalize", round != 1);
        call(a, "gram_matrix");
        expect_close(a, "G");
    }
}

/* The normalized Gram matrix, as name, of a picture of C channels and a size of its own. */
static void give_style(attempt *a, const char *name, size_t C)
{
    tensor *gram = give_zeros(a, name, sizes3(1, C, C));
    tensor *pixels = tensor_new_2d(C, 20);
    tensor_fill_normal(pixels, case_stream(a), 0.3, 1);
    for (size_t i = 0; i < gram->size; i++)
        for (size_t p = 0; p < 20; p++)
            gram->data[i] +=
                pixels->data[i / C * 20 + p] * pixels->data[i % C * 20 + p] / (real)(20 * C);
    tensor_free(pixels);
}

CASE(style_loss_any_shape, "the style's loss and gradient, for any shape",
     .needs = "gram_matrix_any_shape")
{
    for (size_t round = 0; round < 3; round++) {
        give_style(a, "target", give_features(a, "features", 1)->shape[1]);
        draw_weight(a);
        expect_gradient(a, "style_loss");
    }
}

static void expect_variation(attempt *a)
{
    call(a, "total_variation_loss");
    expect_close(a, "loss");
    expect_close(a, "dimage");
}

CASE(total_variation_any_shape, "total variation and its gradient, for any shape")
{
    for (size_t round = 0; round < 3; round++) {
        give_features(a, "image", 1);
        draw_weight(a);
        expect_variation(a);
    }
}

CASE(style_transfer_edges, "one channel, one pixel, equal neighbours, a weight of 0",
     .needs = "style_loss_any_shape", .stays = "the smallest pictures")
{
    give_normal(a, "features", sizes4(1, 1, 1, 1), 2, 1);
    give_style(a, "target", 1);
    give_number(a, "weight", 3);
    expect_gradient(a, "style_loss");
    give_features(a, "features", 1);
    give_style(a, "target", given(a, "features")->shape[1]);
    give_number(a, "weight", 0);
    expect_gradient(a, "style_loss");
    tensor_fill(give_zeros(a, "image", sizes4(1, 3, 4, 1)), 2);
    give_number(a, "weight", 7);
    expect_variation(a);
}

/* A picture, an extractor of two layers, and what is compared at them. */
static void give_step(attempt *a, size_t content_layer)
{
    const tensor *image = give_features(a, "image", 1);
    size_t C = image->shape[1];
    size_t H = image->shape[2];
    size_t W = image->shape[3];
    size_t E = C + 2;
    size_t F = 2;
    give_normal(a, "first", sizes2(E, C), 0, 0.6);
    give_normal(a, "second", sizes2(F, E), 0, 0.6);
    give_normal(a, "content", sizes4(1, content_layer == 0 ? E : F, H, W), 1, 1);
    give_number(a, "content_layer", (double)content_layer);
    give_style(a, "style0", E);
    give_style(a, "style1", F);
    give_number(a, "content_weight", draw_number(a, 0.1, 0.5));
    give_number(a, "style0_weight", draw_number(a, 20, 60));
    give_number(a, "style1_weight", draw_number(a, 20, 60));
    give_number(a, "variation_weight", draw_number(a, 0.1, 0.5));
}

static void expect_step(attempt *a)
{
    call(a, "style_transfer_step");
    expect_close(a, "loss");
    expect_close(a, "dimage");
}

CASE(style_transfer_step_any_layers, "a step: the gradients of all layers meet in the picture",
     .needs = "style_loss_any_shape")
{
    for (size_t layer = 0; layer < 2; layer++) {
        give_step(a, layer);
        expect_step(a);
    }
}

CASE(style_transfer_float, "style transfer in float", .variant = CASE_FLOAT,
     .needs = "style_transfer_step_any_layers", .stays = "that float is enough")
{
    give_step(a, 1);
    expect_step(a);
}

CASE(style_transfer_memory, "no memory error in style transfer", .variant = CASE_SANITIZED)
{
    give_step(a, 0);
    expect_step(a);
    give_normal(a, "image", sizes4(1, 2, 1, 3), 0, 1);
    give_number(a, "weight", 1);
    expect_variation(a);
}
