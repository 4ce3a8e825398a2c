/* Promises of vit.c. Its layers are your own: when theirs fail, look there first. */
#include "transformer_checks.h"
#include "vit_model.h"

/* ---- patches ---- */

START_TEST(test_extract_patches_gives_the_computed_figures)
{
    published_case *c = published("extract_patches", 0);
    tensor *patches = kept_output(SHAPE(1, 6, 8));
    extract_patches(kept_input(c, "images"), (size_t)published_input_number(c, "size"), patches);
    hint("A picture of 4 x 6 has two rows of three patches; a patch has channel 0 first.");
    expect_case("patches", patches, c);
    published_case_close(c);
}
END_TEST

/* Compares the patches of counted pictures with those that a plain walk over the pixels finds. */
static void expect_patches(size_t n, size_t channels, size_t height, size_t width, size_t size)
{
    tensor *images = keep(tensor_new_4d(n, channels, height, width));
    tensor_fill_linspace(images, 0, (double)images->size - 1);
    const size_t columns = width / size, count = height / size * columns;
    const size_t numbers = channels * size * size;
    tensor *patches = kept_output(SHAPE(n, count, numbers)), *copy = keep(tensor_new_copy(images));
    tensor *expected = keep(tensor_new_like(patches));
    for (size_t i = 0; i < images->size; i++) {
        size_t j = i % width, row = i / width % height, c = i / width / height % channels;
        size_t patch = row / size * columns + j / size;
        size_t at = (c * size + row % size) * size + j % size;
        size_t image = i / width / height / channels;
        expected->data[(image * count + patch) * numbers + at] = images->data[i];
    }
    extract_patches(images, size, patches);
    expect_close("patches", patches, expected, 0);
    expect_unchanged("images", images, copy);
}

START_TEST(test_extract_patches_of_wide_and_of_tall_pictures)
{
    hint("Pictures of 4 x 10 have two rows of five patches.");
    expect_patches(2, 3, 4, 10, 2);
    hint("Pictures of 9 x 3 have three rows of one patch.");
    expect_patches(3, 2, 9, 3, 3);
}
END_TEST

START_TEST(test_extract_patches_of_one_pixel_and_of_the_whole)
{
    hint("Patches of one pixel: the channels of each pixel come together.");
    expect_patches(2, 3, 2, 5, 1);
    hint("One patch is the whole picture.");
    expect_patches(2, 3, 4, 4, 4);
}
END_TEST

/* ---- the net ---- */

enum { N = 2, C = 2, HEIGHT = 4, WIDTH = 6, SIZE = 2, E = 9, F = 5, HEADS = 3, K = 4, LAYERS = 2 };

typedef struct scene {
    trainable_vit t;
    tensor *images;
    labels *y;
} scene;

static scene new_scene(double deviation)
{
    const vit_settings settings = {.channels = C,
                                   .size = SIZE,
                                   .E = E,
                                   .F = F,
                                   .heads = HEADS,
                                   .layer_count = LAYERS,
                                   .classes = K};
    random_state r;
    random_seed(&r, 231);
    scene s = {.t = trainable_vit_new(&settings),
               .images = kept_normal(&r, 0.3, 1, SHAPE(N, C, HEIGHT, WIDTH)),
               .y = labels_of(N, (const uint32_t[N]){3, 1})};
    for (size_t i = 0; i < s.t.list.count; i++) {
        const parameter *p = &s.t.list.parameters[i];
        tensor_fill_normal(p->value, &r, strstr(p->name, "gamma") != NULL, deviation);
        poison(p->gradient);
    }
    for (size_t i = 0; i < LAYERS; i++)
        s.t.gradients.layers[i].self.heads = 0;
    s.t.gradients.size = 0;
    return s;
}

static void clear_scene(scene *s)
{
    trainable_vit_clear(&s->t);
    labels_free(s->y);
}

static double loss_of(const tensor *changed, void *context)
{
    scene *s = context;
    (void)changed; /* it is a parameter of the net, changed in place */
    return (double)vit_loss(&s->t.net, s->images, s->y, &s->t.gradients);
}

static tensor *kept_scores(const scene *s)
{
    tensor *scores = kept_output(SHAPE(N, K));
    vit_scores(&s->t.net, s->images, scores);
    return scores;
}

static bool is_matrix(const char *name)
{
    return strchr(name, 'W') != NULL;
}

START_TEST(test_vit_init_draws_the_matrices_in_order)
{
    scene s = new_scene(1);
    random_state r, expected;
    random_seed(&r, 5);
    random_seed(&expected, 5);
    vit_init(&s.t.net, &r);
    hint("W_patch, then the layers, each with Wq, Wk, Wv, Wo, W1 and W2, then W_head; all of them "
         "0.02 times a normal number. Biases and beta are 0 at first, gamma is 1.");
    for (size_t i = 0; i < s.t.list.count; i++) {
        const parameter *p = &s.t.list.parameters[i];
        tensor *numbers = keep(tensor_new_like(p->value));
        if (is_matrix(p->name))
            tensor_fill_normal(numbers, &expected, 0, 0.02);
        else
            tensor_fill(numbers, strstr(p->name, "gamma") != NULL);
        expect_close(p->name, p->value, numbers, 1e-12);
    }
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_scores_gives_the_computed_figures)
{
    published_case *c = published("vit", 0);
    tensor *W_patch = kept_input(c, "W_patch"), *W_head = kept_input(c, "W_head");
    tensor *images = kept_input(c, "images"), *W1 = kept_input(c, "layer0_W1");
    const vit_settings settings = {.channels = images->shape[1],
                                   .size = (size_t)published_input_number(c, "size"),
                                   .E = W_patch->shape[1],
                                   .F = W1->shape[1],
                                   .heads = (size_t)published_input_number(c, "heads"),
                                   .layer_count = (size_t)published_input_number(c, "layers"),
                                   .classes = W_head->shape[1]};
    trainable_vit t = trainable_vit_new(&settings);
    for (size_t i = 0; i < t.list.count; i++)
        tensor_copy(kept_input(c, t.list.parameters[i].name), t.list.parameters[i].value);
    tensor *scores = kept_output(SHAPE(images->shape[0], settings.classes));
    vit_scores(&t.net, images, scores);
    expect_case("scores", scores, c);
    trainable_vit_clear(&t);
    published_case_close(c);
}
END_TEST

/* The sum of how far the scores of picture n moved. */
static double moved(const tensor *scores, const tensor *before, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < K; k++)
        sum += fabs((double)(scores->data[n * K + k] - before->data[n * K + k]));
    return sum;
}

START_TEST(test_vit_scores_depend_on_every_patch)
{
    scene s = new_scene(0.4);
    for (size_t l = 0; l < LAYERS; l++) /* no patch sees another: they meet in the mean only */
        tensor_fill(s.t.net.layers[l].self.Wo, 0);
    tensor *before = kept_scores(&s);
    for (size_t p = 0; p < 6; p++) {
        size_t at = p / 3 * SIZE * WIDTH + p % 3 * SIZE;
        real pixel = s.images->data[at];
        s.images->data[at] += 2;
        ck_assert_msg(moved(kept_scores(&s), before, 0) > 1e-6,
                      "the scores do not depend on patch %zu, though they are read from the mean "
                      "of all patches",
                      p);
        s.images->data[at] = pixel;
    }
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_scores_depend_on_where_a_patch_is)
{
    scene s = new_scene(0.4);
    tensor *before = kept_scores(&s), *turned = keep(tensor_new_like(s.images));
    for (size_t i = 0; i < turned->size; i++) /* rows of patches exchanged */
        turned->data[i] = s.images->data[i / WIDTH / HEIGHT * WIDTH * HEIGHT +
                                         (i / WIDTH + SIZE) % HEIGHT * WIDTH + i % WIDTH];
    s.images = turned;
    ck_assert_msg(moved(kept_scores(&s), before, 0) > 1e-6,
                  "with its rows of patches exchanged, a picture has the same scores: attention "
                  "does not see where a patch is, unless the positional table is added");
    clear_scene(&s);
}
END_TEST

/* The last norm gives its beta, whatever comes in: then the mean over the patches is known. */
START_TEST(test_vit_scores_are_read_from_the_mean_of_the_patches)
{
    scene s = new_scene(0.4);
    tensor_fill(s.t.net.layers[LAYERS - 1].norm2.gamma, 0);
    tensor_fill_linspace(s.t.net.layers[LAYERS - 1].norm2.beta, -1, 1);
    tensor *expected = keep(tensor_new_2d(N, K));
    for (size_t i = 0; i < expected->size; i++) {
        double sum = (double)s.t.net.b_head->data[i % K];
        for (size_t e = 0; e < E; e++)
            sum += (-1 + 2.0 * (double)e / (E - 1)) * (double)s.t.net.W_head->data[e * K + i % K];
        expected->data[i] = (real)sum;
    }
    hint(
        "Every patch leaves the last layer as the same vector here: so their mean is that vector.");
    expect_close("scores", kept_scores(&s), expected, 1e-10);
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_scores_of_a_batch_are_those_of_each_picture)
{
    scene s = new_scene(0.4);
    tensor *all = kept_scores(&s);
    for (size_t n = 0; n < N; n++) {
        tensor image = tensor_rows(s.images, n, 1), expected = tensor_rows(all, n, 1);
        tensor *alone = kept_output(SHAPE(1, K));
        vit_scores(&s.t.net, &image, alone);
        expect_close("scores", alone, &expected, 1e-12);
    }
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_scores_leave_their_inputs_as_they_were)
{
    scene s = new_scene(0.4);
    tensor *images = keep(tensor_new_copy(s.images));
    tensor *first = kept_scores(&s), *second = kept_scores(&s);
    expect_unchanged("images", s.images, images);
    hint("This is the second call with the same inputs.");
    expect_close("scores", second, first, 0);
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_loss_is_that_of_its_scores)
{
    scene s = new_scene(0.4);
    tensor *scores = kept_scores(&s);
    double loss = 0;
    for (size_t n = 0; n < N; n++) {
        double sum = 0;
        for (size_t k = 0; k < K; k++)
            sum += exp((double)scores->data[n * K + k]);
        loss += (log(sum) - (double)scores->data[n * K + s.y->data[n]]) / N;
    }
    hint("The loss is the mean over the pictures.");
    expect_number("the loss", loss_of(NULL, &s), loss, 1e-10);
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_loss_is_log_K_at_first)
{
    scene s = new_scene(0.4);
    tensor_fill(s.t.net.W_head, 0);
    tensor_fill(s.t.net.b_head, 0);
    hint("With scores of 0 the four classes are equally likely.");
    expect_number("the loss", loss_of(NULL, &s), log((double)K), 1e-10);
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_loss_gives_the_gradients)
{
    scene s = new_scene(0.4);
    hint("The mean over the patches gives each of them its P-th part of the gradient.");
    for (size_t i = s.t.list.count; i-- > 0;) {
        const parameter *p = &s.t.list.parameters[i];
        loss_of(NULL, &s);
        tensor *got = keep(tensor_new_copy(p->gradient));
        if (is_key_bias(p->name))
            expect_close(p->name, got, keep(tensor_new_like(got)), 1e-12);
        else
            expect_gradient(p->name, got, loss_of, &s, p->value);
    }
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_loss_forgets_what_its_outputs_held)
{
    scene s = new_scene(0.4);
    tensor *first[4 + LAYERS * ENCODER_TENSORS];
    double loss = loss_of(NULL, &s);
    for (size_t i = 0; i < s.t.list.count; i++)
        first[i] = keep(tensor_new_copy(s.t.list.parameters[i].gradient));
    hint("This is the second call with the same tensors: are old contents added to?");
    expect_number("the loss", loss_of(NULL, &s), loss, 0);
    for (size_t i = 0; i < s.t.list.count; i++)
        expect_close(s.t.list.parameters[i].name, s.t.list.parameters[i].gradient, first[i], 1e-12);
    clear_scene(&s);
}
END_TEST

START_TEST(test_vit_loss_leaves_its_inputs_as_they_were)
{
    scene s = new_scene(0.4);
    tensor *copies[4 + LAYERS * ENCODER_TENSORS], *images = keep(tensor_new_copy(s.images));
    for (size_t i = 0; i < s.t.list.count; i++)
        copies[i] = keep(tensor_new_copy(s.t.list.parameters[i].value));
    loss_of(NULL, &s);
    for (size_t i = 0; i < s.t.list.count; i++)
        expect_unchanged(s.t.list.parameters[i].name, s.t.list.parameters[i].value, copies[i]);
    expect_unchanged("images", s.images, images);
    ck_assert_msg(s.y->data[0] == 3 && s.y->data[1] == 1, "y was changed");
    clear_scene(&s);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"extract_patches", test_extract_patches_gives_the_computed_figures},
        {"extract_patches", test_extract_patches_of_wide_and_of_tall_pictures},
        {"extract_patches", test_extract_patches_of_one_pixel_and_of_the_whole},
        {"vit_init", test_vit_init_draws_the_matrices_in_order},
        {"vit_scores", test_vit_scores_gives_the_computed_figures},
        {"vit_scores", test_vit_scores_depend_on_every_patch},
        {"vit_scores", test_vit_scores_depend_on_where_a_patch_is},
        {"vit_scores", test_vit_scores_are_read_from_the_mean_of_the_patches},
        {"vit_scores", test_vit_scores_of_a_batch_are_those_of_each_picture},
        {"vit_scores", test_vit_scores_leave_their_inputs_as_they_were},
        {"vit_loss", test_vit_loss_is_log_K_at_first},
        {"vit_loss", test_vit_loss_is_that_of_its_scores},
        {"vit_loss", test_vit_loss_gives_the_gradients},
        {"vit_loss", test_vit_loss_forgets_what_its_outputs_held},
        {"vit_loss", test_vit_loss_leaves_its_inputs_as_they_were},
    };
    return check_module("vit", promises, sizeof promises / sizeof *promises);
}
