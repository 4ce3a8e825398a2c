/* Hidden cases of visualization. */
#include <math.h>

#include "attempt.h"

/* Images called name, and the weights of the given net: two layers, with squares between them. */
static void give_model(attempt *a, const char *name, size_t N)
{
    size_t C = draw_size(a, 1, 4);
    size_t H = draw_size(a, 1, 5);
    size_t W = draw_size(a, 2, 5);
    size_t hidden = draw_size(a, 2, 5);
    size_t classes = draw_size(a, 2, 5);
    give_normal(a, name, sizes4(N, C, H, W), 0, 1);
    give_normal(a, "W1", sizes2(C * H * W, hidden), 0, 1);
    give_normal(a, "W2", sizes2(hidden, classes), 0, 1);
}

static size_t class_count(attempt *a)
{
    return given(a, "W2")->shape[1];
}

CASE(visualize_saliency_any_shape, "the saliency map: the largest absolute value over the channels")
{
    for (size_t round = 0; round < 4; round++) {
        size_t N = draw_size(a, 1, 5);
        give_model(a, "X", N);
        give_labels(a, "y", N, class_count(a));
        give_size(a, 'H', given(a, "X")->shape[2]);
        call(a, "saliency_map");
        expect_close(a, "saliency");
    }
}

static void give_fooling(attempt *a, double rate, size_t most_steps)
{
    give_model(a, "x", 1);
    give_number(a, "learning_rate", rate);
    give_number(a, "most_steps", (double)most_steps);
}

CASE(visualize_fooling_steps, "each step towards the target, one after the other")
{
    for (size_t round = 0; round < 4; round++) {
        give_fooling(a, 1e-3, draw_size(a, 1, 4));
        give_number(a, "target", (double)draw_size(a, 0, class_count(a) - 1));
        call(a, "fooling_image");
        expect_close(a, "fooled");
        expect_close(a, "steps");
    }
}

CASE(visualize_fooling_ends, "fooling stops when the net predicts the target",
     .needs = "visualize_fooling_steps", .stays = "that fooling stops at all")
{
    for (size_t round = 0; round < 3; round++) {
        give_fooling(a, 0.5, 40);
        give_number(a, "target", (double)draw_size(a, 0, class_count(a) - 1));
        call(a, "fooling_image");
        expect_close(a, "steps");
    }
}

static void give_step(attempt *a, double l2_reg)
{
    give_model(a, "image", 1);
    give_number(a, "target", (double)draw_size(a, 0, class_count(a) - 1));
    give_number(a, "l2_reg", l2_reg);
    give_number(a, "learning_rate", draw_number(a, 0.1, 5));
}

CASE(visualize_class_step_any_shape, "a step of gradient ascent on the score of a class")
{
    for (size_t round = 0; round < 4; round++) {
        give_step(a, draw_number(a, 0.1, 2));
        call(a, "class_visualization_step");
        expect_close(a, "changed");
    }
}

CASE(visualize_class_step_large_regularization, "with a strong penalty",
     .needs = "visualize_class_step_any_shape",
     .stays = "a penalty that is half or twice as strong")
{
    give_step(a, draw_number(a, 20, 90));
    call(a, "class_visualization_step");
    expect_close(a, "changed");
}

/* With weights of zero all scores are 0, the class is 0, and no step leads anywhere. */
CASE(visualize_no_gradient, "a gradient of zero stops, and does not change the image",
     .stays = "the one gradient that cannot be normalized")
{
    give_fooling(a, 0.5, 10);
    tensor_fill(given(a, "W1"), 0);
    give_number(a, "target", 1);
    call(a, "fooling_image");
    expect_close(a, "fooled");
    require(a, ended(a) || got_number(a, "steps") == 0,
            "steps were taken although the gradient is 0");
    give_step(a, 0);
    tensor_fill(given(a, "W1"), 0);
    call(a, "class_visualization_step");
    expect_close(a, "changed");
}

CASE(visualize_memory, "no memory error in visualization", .variant = CASE_SANITIZED)
{
    give_model(a, "X", 2);
    give_labels(a, "y", 2, class_count(a));
    call(a, "saliency_map");
    expect_close(a, "saliency");
    give_fooling(a, 0.1, 3);
    give_number(a, "target", 1);
    call(a, "fooling_image");
    expect_close(a, "fooled");
    give_step(a, 0.5);
    call(a, "class_visualization_step");
    expect_close(a, "changed");
}
