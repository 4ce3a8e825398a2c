/* Promises of visualize.c, for a net of one layer: scores = X W. */
#include "check_support.h"
#include "matmul.h"
#include "visualize.h"

enum { CHANNELS = 2, HEIGHT = 2, WIDTH = 3, PIXELS = CHANNELS * HEIGHT * WIDTH, CLASSES = 3 };

static void linear_scores(void *self, const tensor *X, tensor *scores)
{
    matmul(X, self, scores);
}

static void linear_gradient(void *self, const tensor *X, const tensor *dscores, tensor *dX)
{
    (void)X;
    tensor_fill(dX, 0);
    matmul_transposed_right(dscores, self, dX);
}

/* Weights of normal numbers, PIXELS x CLASSES. */
static scorer new_model(void)
{
    random_state r;
    random_seed(&r, 231);
    return (scorer){.self = kept_normal(&r, 0, 1, SHAPE(PIXELS, CLASSES)),
                    .class_count = CLASSES,
                    .scores = linear_scores,
                    .gradient = linear_gradient};
}

static tensor *new_images(size_t N)
{
    random_state r;
    random_seed(&r, 5);
    return kept_normal(&r, 0, 1, SHAPE(N, CHANNELS, HEIGHT, WIDTH));
}

static double weight(const scorer *net, size_t pixel, size_t class)
{
    const tensor *W = net->self;
    return (double)W->data[pixel * CLASSES + class];
}

START_TEST(test_saliency_map_is_the_largest_magnitude_over_the_channels)
{
    scorer net = new_model();
    tensor *X = new_images(2), *saliency = kept_output(SHAPE(2, HEIGHT, WIDTH));
    labels *y = labels_of(2, (const uint32_t[]){2, 0});
    double expected[2 * HEIGHT * WIDTH];
    for (size_t i = 0; i < 2 * HEIGHT * WIDTH; i++) {
        size_t pixel = i % (HEIGHT * WIDTH), class = y->data[i / (HEIGHT * WIDTH)];
        expected[i] = fmax(fabs(weight(&net, pixel, class)),
                           fabs(weight(&net, HEIGHT * WIDTH + pixel, class)));
    }
    hint("For a net of one layer the gradient of a class's score is that class's weights.");
    saliency_map(&net, X, y, saliency);
    expect_values("saliency", saliency, expected, 1e-12);
    labels_free(y);
}
END_TEST

static uint32_t class_of(const scorer *net, const tensor *image)
{
    tensor *scores = keep(tensor_new_2d(1, CLASSES));
    net->scores(net->self, image, scores);
    return (uint32_t)tensor_argmax(scores);
}

START_TEST(test_fooling_image_ends_in_the_target_class)
{
    scorer net = new_model();
    tensor *x = new_images(1), *fooled = keep(output_like(x));
    for (uint32_t target = 0; target < CLASSES; target++) {
        size_t steps = fooling_image(&net, x, target, 1, 100, fooled);
        ck_assert_msg(class_of(&net, fooled) == target,
                      "after %zu steps the net predicts class %u, not %u", steps,
                      class_of(&net, fooled), target);
        ck_assert_msg((steps == 0) == (class_of(&net, x) == target),
                      "%zu steps were taken; none are needed where the image is of the class "
                      "already, and some elsewhere",
                      steps);
    }
}
END_TEST

START_TEST(test_fooling_image_takes_steps_of_the_given_length)
{
    scorer net = new_model();
    tensor *x = new_images(1), *fooled = keep(output_like(x));
    uint32_t target = (class_of(&net, x) + 1) % CLASSES;
    hint("The gradient is divided by its norm: each step is as long as the learning rate.");
    size_t steps = fooling_image(&net, x, target, (real)1e-6, 3, fooled);
    ck_assert_msg(steps == 3, "%zu steps were taken, should be most_steps, 3", steps);
    expect_number("the distance from x", frobenius_distance(x, fooled), 3e-6, 1e-6);
}
END_TEST

START_TEST(test_fooling_image_leaves_x_alone)
{
    scorer net = new_model();
    tensor *x = new_images(1), *copy = keep(tensor_new_copy(x)), *fooled = keep(output_like(x));
    fooling_image(&net, x, (class_of(&net, x) + 1) % CLASSES, 1, 5, fooled);
    expect_unchanged("x", x, copy);
}
END_TEST

START_TEST(test_class_visualization_step_goes_up_the_regularized_score)
{
    scorer net = new_model();
    tensor *image = new_images(1), *expected = keep(tensor_new_copy(image));
    double gradients[PIXELS], squares = 0;
    for (size_t i = 0; i < PIXELS; i++) {
        gradients[i] = weight(&net, i, 1) - 2 * 0.3 * (double)image->data[i];
        squares += gradients[i] * gradients[i];
    }
    for (size_t i = 0; i < PIXELS; i++)
        expected->data[i] += (real)(0.5 * gradients[i] / sqrt(squares));
    hint("The penalty's gradient, 2 * l2_reg * image, is subtracted before the gradient is scaled "
         "to "
         "the step's length.");
    class_visualization_step(&net, 1, (real)0.3, (real)0.5, image);
    expect_close("image", image, expected, 1e-12);
}
END_TEST

START_TEST(test_a_gradient_of_zero_ends_the_walk)
{
    scorer net = new_model();
    tensor *x = new_images(1), *fooled = keep(output_like(x)), *copy = keep(tensor_new_copy(x));
    tensor_fill(net.self, 0);
    hint("All weights are 0, and so is the gradient: it has no direction, and dividing by its norm "
         "gives "
         "NaN.");
    size_t steps = fooling_image(&net, x, 1, 1, 5, fooled);
    expect_number("the number of steps", (double)steps, 0, 0);
    expect_close("fooled", fooled, copy, 0);
    class_visualization_step(&net, 1, 0, 1, x);
    expect_close("image", x, copy, 0);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"saliency_map", test_saliency_map_is_the_largest_magnitude_over_the_channels},
        {"fooling_image", test_fooling_image_ends_in_the_target_class},
        {"fooling_image", test_fooling_image_takes_steps_of_the_given_length},
        {"fooling_image", test_fooling_image_leaves_x_alone},
        {"fooling_image", test_a_gradient_of_zero_ends_the_walk},
        {"class_visualization_step", test_class_visualization_step_goes_up_the_regularized_score},
    };
    return check_module("visualize", promises, sizeof promises / sizeof *promises);
}
