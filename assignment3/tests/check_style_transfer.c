/* Promises of style_transfer.c. */
#include "style_transfer.h"
#include "view_checks.h"

/* ---- content ---- */

START_TEST(test_content_loss_gives_the_computed_figures)
{
    published_case *c = published("content_loss", 0);
    tensor *features = input_of(c, "features"), *dfeatures = keep(output_like(features));
    real loss = content_loss(features, input_of(c, "target"),
                             (real)published_input_number(c, "weight"), dfeatures);
    hint("The loss is the sum of the squares, times weight: neither a mean nor a root.");
    expect_number("the loss", (double)loss, published_expected_number(c, "loss"), 1e-9);
    expect_figures("dfeatures", dfeatures, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_content_loss_of_one_number)
{
    tensor *features = keep(tensor_new_4d(1, 1, 1, 1)), *target = keep(tensor_new_like(features));
    tensor *dfeatures = keep(output_like(features));
    features->data[0] = 5;
    target->data[0] = 2;
    expect_number("the loss", (double)content_loss(features, target, 10, dfeatures), 90, 1e-12);
    expect_values("dfeatures", dfeatures, (const double[]){60}, 1e-12);
}
END_TEST

/* ---- Gram matrices ---- */

START_TEST(test_gram_matrix_gives_the_computed_figures)
{
    for (size_t i = 0; i < 2; i++) {
        published_case *c = published("gram_matrix", i);
        tensor *G = kept_output(SHAPE(1, 3, 3));
        gram_matrix(input_of(c, "features"), published_input_number(c, "normalize") != 0, G);
        hint("The division, if asked for, is by C * H * W.");
        expect_figures("G", G, c);
        published_case_close(c);
    }
}
END_TEST

START_TEST(test_gram_matrix_of_each_picture)
{
    random_state r;
    random_seed(&r, 3);
    tensor *features = kept_normal(&r, 0, 1, SHAPE(3, 2, 4, 3)), *G = kept_output(SHAPE(3, 2, 2));
    tensor *alone = kept_output(SHAPE(1, 2, 2)), *copy = keep(tensor_new_copy(features));
    gram_matrix(features, true, G);
    for (size_t n = 0; n < 3; n++) {
        tensor picture = tensor_rows(features, n, 1), expected = tensor_rows(G, n, 1);
        gram_matrix(&picture, true, alone);
        hint("Each picture has a Gram matrix of its own, the same with others beside it.");
        expect_close("G", alone, &expected, 1e-12);
    }
    expect_unchanged("features", features, copy);
}
END_TEST

START_TEST(test_gram_matrix_forgets_where)
{
    random_state r;
    random_seed(&r, 4);
    tensor *features = kept_normal(&r, 0, 1, SHAPE(1, 3, 2, 5));
    tensor *G = kept_output(SHAPE(1, 3, 3)), *turned = kept_output(SHAPE(1, 3, 3));
    gram_matrix(features, true, G);
    for (size_t c = 0; c < 3; c++) /* the pixels in reverse order, in all channels alike */
        for (size_t i = 0; i < 5; i++) {
            real *first = &features->data[c * 10 + i], *last = &features->data[c * 10 + 9 - i];
            real kept = *first;
            *first = *last;
            *last = kept;
        }
    gram_matrix(features, true, turned);
    expect_close("G", turned, G, 1e-12);
}
END_TEST

/* ---- style ---- */

typedef struct styled {
    tensor *features, *target, *dfeatures;
    real weight;
} styled;

static double style_of(const tensor *changed, void *context)
{
    const styled *s = context;
    (void)changed; /* features, changed in place */
    return (double)style_loss(s->features, s->target, s->weight, s->dfeatures);
}

START_TEST(test_style_loss_gives_the_computed_figures)
{
    published_case *c = published("style_loss", 0);
    tensor *features = input_of(c, "features");
    styled s = {features, input_of(c, "target"), keep(output_like(features)),
                (real)published_input_number(c, "weight")};
    hint("The Gram matrices are divided by C * H * W; nothing else is divided.");
    expect_number("the loss", style_of(NULL, &s), published_expected_number(c, "loss"), 1e-9);
    expect_figures("dfeatures", s.dfeatures, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_style_loss_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 5);
    tensor *features = kept_normal(&r, 0, 1, SHAPE(1, 3, 4, 2)), *target, *copy;
    styled s = {features, kept_output(SHAPE(1, 3, 3)), keep(output_like(features)), 7};
    tensor *other = kept_normal(&r, 0, 1, SHAPE(1, 3, 5, 5)); /* a style of another size */
    gram_matrix(other, true, s.target);
    target = keep(tensor_new_copy(s.target));
    copy = keep(tensor_new_copy(features));
    style_of(NULL, &s);
    tensor *got = keep(tensor_new_copy(s.dfeatures));
    expect_unchanged("target", s.target, target);
    expect_unchanged("features", features, copy);
    hint("features stand twice in a Gram matrix.");
    expect_gradient("dfeatures", got, style_of, &s, features);
}
END_TEST

START_TEST(test_style_loss_of_its_own_style_is_0)
{
    random_state r;
    random_seed(&r, 6);
    tensor *features = kept_normal(&r, 0, 1, SHAPE(1, 3, 4, 2)),
           *target = kept_output(SHAPE(1, 3, 3));
    tensor *dfeatures = keep(output_like(features));
    gram_matrix(features, true, target);
    real loss = style_loss(features, target, 1000, dfeatures);
    ck_assert_msg(fabs((double)loss) < 1e-20, "the loss of a picture's own style is %g, not 0",
                  (double)loss);
    ck_assert_msg(tensor_sum_of_squares(dfeatures) < 1e-20,
                  "the gradient at a picture's own style is not 0");
}
END_TEST

/* ---- total variation ---- */

START_TEST(test_total_variation_loss_gives_the_computed_figures)
{
    published_case *c = published("total_variation_loss", 0);
    tensor *image = input_of(c, "image"), *dimage = keep(output_like(image));
    real loss = total_variation_loss(image, (real)published_input_number(c, "weight"), dimage);
    hint("The squares of the differences downwards and to the right are summed, not averaged.");
    expect_number("the loss", (double)loss, published_expected_number(c, "loss"), 1e-9);
    published_case_close(c);
}
END_TEST

START_TEST(test_total_variation_loss_of_a_ramp)
{
    published_case *c = published("total_variation_loss", 1);
    tensor *image = input_of(c, "image"), *dimage = keep(output_like(image));
    hint(
        "8 steps of 4 down and 9 of 1 to the right: 137. Inside, what the neighbours on both sides "
        "give cancels out.");
    expect_number("the loss", (double)total_variation_loss(image, 1, dimage), 137, 1e-12);
    expect_figures("dimage", dimage, c);
    published_case_close(c);
}
END_TEST

static double variation_of(const tensor *image, void *context)
{
    return (double)total_variation_loss(image, (real)0.3, context);
}

START_TEST(test_total_variation_loss_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 8);
    tensor *image = kept_normal(&r, 0, 1, SHAPE(1, 2, 4, 3)), *dimage = keep(output_like(image));
    variation_of(image, dimage);
    tensor *got = keep(tensor_new_copy(dimage));
    hint("A pixel is in up to four differences: with those above, below, to the left and right.");
    expect_gradient("dimage", got, variation_of, dimage, image);
}
END_TEST

START_TEST(test_total_variation_loss_of_one_pixel_is_0)
{
    tensor *image = keep(tensor_new_4d(1, 3, 1, 1)), *dimage = keep(output_like(image));
    tensor_fill(image, 4);
    expect_number("the loss", (double)total_variation_loss(image, 5, dimage), 0, 1e-12);
    expect_values("dimage", dimage, (const double[]){0, 0, 0}, 0);
}
END_TEST

/* ---- a step ---- */

/* A picture of 3 x 2 x 4, an extractor of two layers, and a picture whose style is wanted. */
typedef struct scene {
    tensor *weights[2], *image, *dimage;
    tensor *content, *styles[2];
    size_t layers[2];
    real style_weights[2];
    feature_extractor *extractor;
    style_targets targets;
} scene;

static void new_scene(scene *s)
{
    random_state r;
    random_seed(&r, 9);
    const size_t shape[] = {1, 3, 2, 4};
    s->weights[0] = kept_normal(&r, 0, 0.7, SHAPE(4, 3));
    s->weights[1] = kept_normal(&r, 0, 0.7, SHAPE(2, 4));
    s->image = kept_normal(&r, 0, 1, 4, shape);
    s->dimage = keep(output_like(s->image));
    s->extractor = mixing_extractor_new(shape, 2, s->weights);
    s->content = kept_normal(&r, 1, 1, SHAPE(1, 2, 2, 4));
    s->styles[0] = kept_output(SHAPE(1, 2, 2));
    s->styles[1] = kept_output(SHAPE(1, 4, 4));
    gram_matrix(kept_normal(&r, 1, 1, SHAPE(1, 2, 3, 3)), true, s->styles[0]);
    gram_matrix(kept_normal(&r, 1, 1, SHAPE(1, 4, 3, 3)), true, s->styles[1]);
    s->layers[0] = 1;
    s->layers[1] = 0;
    s->style_weights[0] = 2;
    s->style_weights[1] = 5;
    s->targets = (style_targets){.content_layer = 1,
                                 .content = s->content,
                                 .content_weight = (real)0.3,
                                 .style_count = 2,
                                 .style_layers = s->layers,
                                 .styles = s->styles,
                                 .style_weights = s->style_weights,
                                 .variation_weight = (real)0.1};
}

static double step_loss(const tensor *changed, void *context)
{
    scene *s = context;
    (void)changed; /* the image, changed in place */
    return (double)style_transfer_step(s->extractor, s->image, &s->targets, s->dimage);
}

static void expect_step_gradient(scene *s)
{
    for (size_t l = 0; l < 2; l++)
        poison(s->extractor->gradients[l]);
    step_loss(NULL, s);
    tensor *got = keep(tensor_new_copy(s->dimage));
    expect_gradient("dimage", got, step_loss, s, s->image);
    mixing_extractor_free(s->extractor);
}

START_TEST(test_style_transfer_step_returns_the_sum_of_all_losses)
{
    scene s;
    new_scene(&s);
    double loss = step_loss(NULL, &s);
    s.extractor->forward(s.extractor->self, s.image);
    tensor **features = s.extractor->features;
    tensor *one = keep(output_like(features[1])), *zero = keep(output_like(features[0]));
    double expected = (double)content_loss(features[1], s.content, (real)0.3, one);
    expected += (double)style_loss(features[1], s.styles[0], 2, one);
    expected += (double)style_loss(features[0], s.styles[1], 5, zero);
    expected += (double)total_variation_loss(s.image, (real)0.1, s.dimage);
    hint("Content, two styles and the total variation of the picture itself.");
    expect_number("the loss", loss, expected, 1e-10);
    mixing_extractor_free(s.extractor);
}
END_TEST

START_TEST(test_style_transfer_step_adds_the_gradients_of_all_layers)
{
    scene s;
    new_scene(&s);
    hint("Content and style are compared at layer 1, style at layer 0: all their gradients, and "
         "that of the total variation, meet in the picture.");
    expect_step_gradient(&s);
}
END_TEST

START_TEST(test_style_transfer_step_of_content_alone)
{
    scene s;
    new_scene(&s);
    s.targets.style_count = 0;
    s.targets.variation_weight = 0;
    hint("At layer 0 nothing is compared: its gradient is zeros.");
    expect_step_gradient(&s);
}
END_TEST

START_TEST(test_style_transfer_step_changes_no_picture)
{
    scene s;
    new_scene(&s);
    tensor *image = keep(tensor_new_copy(s.image)), *content = keep(tensor_new_copy(s.content));
    double loss = step_loss(NULL, &s);
    tensor *dimage = keep(tensor_new_copy(s.dimage));
    hint("This is the second call: is anything left from the first?");
    expect_number("the loss", step_loss(NULL, &s), loss, 0);
    expect_close("dimage", s.dimage, dimage, 1e-12);
    expect_unchanged("image", s.image, image);
    expect_unchanged("the content target", s.content, content);
    mixing_extractor_free(s.extractor);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"content_loss", test_content_loss_gives_the_computed_figures},
        {"content_loss", test_content_loss_of_one_number},
        {"gram_matrix", test_gram_matrix_gives_the_computed_figures},
        {"gram_matrix", test_gram_matrix_of_each_picture},
        {"gram_matrix", test_gram_matrix_forgets_where},
        {"style_loss", test_style_loss_gives_the_computed_figures},
        {"style_loss", test_style_loss_gives_the_gradient},
        {"style_loss", test_style_loss_of_its_own_style_is_0},
        {"total_variation_loss", test_total_variation_loss_gives_the_computed_figures},
        {"total_variation_loss", test_total_variation_loss_of_a_ramp},
        {"total_variation_loss", test_total_variation_loss_gives_the_gradient},
        {"total_variation_loss", test_total_variation_loss_of_one_pixel_is_0},
        {"style_transfer_step", test_style_transfer_step_returns_the_sum_of_all_losses},
        {"style_transfer_step", test_style_transfer_step_adds_the_gradients_of_all_layers},
        {"style_transfer_step", test_style_transfer_step_of_content_alone},
        {"style_transfer_step", test_style_transfer_step_changes_no_picture},
    };
    return check_module("style_transfer", promises, sizeof promises / sizeof *promises);
}
