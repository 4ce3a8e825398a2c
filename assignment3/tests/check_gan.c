/* Promises of gan.c. */
#include "gan.h"

#include <string.h>

#include "check_support.h"
#include "matmul.h"

/* ---- plans ---- */

typedef void plan_function(gan_sizes sizes, layer_plan *plan);

static const gan_sizes course = {.noise = 4, .channels = 1, .side = 28};

static const char *const kind_names[] = {
    "none",       "affine",    "conv",    "transposed conv", "ReLU",
    "leaky ReLU", "tanh",      "sigmoid", "batch norm",      "spatial batch norm",
    "max pool",   "mean pool", "reshape"};

/* A layer: its kind, and how many channels, rows and columns it gives. */
typedef struct expected_layer {
    layer_kind kind;
    size_t out[3];
} expected_layer;

static void expect_plan(const layer_plan *plan, const expected_layer *expected, size_t count)
{
    for (size_t i = 0; i < count && i < plan->count; i++) {
        const layer_description *is = &plan->layers[i];
        const size_t *out = expected[i].out;
        ck_assert_msg(is->kind == expected[i].kind, "layer %zu is %s instead of %s", i,
                      kind_names[is->kind], kind_names[expected[i].kind]);
        ck_assert_msg(memcmp(is->out, out, sizeof is->out) == 0,
                      "layer %zu, %s, gives %zu x %zu x %zu instead of %zu x %zu x %zu", i,
                      kind_names[is->kind], is->out[0], is->out[1], is->out[2], out[0], out[1],
                      out[2]);
    }
    ck_assert_msg(plan->count == count, "the plan has %zu layers instead of %zu", plan->count,
                  count);
}

/* Each leaky ReLU has the slope 0.01. */
static void expect_gradients(const layer_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->layers[i].kind == LAYER_LEAKY_RELU)
            expect_number("the slope of a leaky ReLU", plan->layers[i].slope, 0.01, 1e-12);
}

static void expect_parameters(const char *name, plan_function *function)
{
    published_case *c = published(name, 0);
    layer_plan plan;
    function(course, &plan);
    expect_number("the number of parameters", (double)layer_plan_parameters(&plan),
                  published_expected_number(c, "parameters"), 0);
    published_case_close(c);
}

START_TEST(test_gan_discriminator_plan_has_the_published_number_of_parameters)
{
    expect_parameters("gan_discriminator_plan", gan_discriminator_plan);
}
END_TEST

START_TEST(test_gan_generator_plan_has_the_published_number_of_parameters)
{
    expect_parameters("gan_generator_plan", gan_generator_plan);
}
END_TEST

START_TEST(test_dcgan_discriminator_plan_has_the_published_number_of_parameters)
{
    expect_parameters("dcgan_discriminator_plan", dcgan_discriminator_plan);
}
END_TEST

START_TEST(test_dcgan_generator_plan_has_the_published_number_of_parameters)
{
    expect_parameters("dcgan_generator_plan", dcgan_generator_plan);
}
END_TEST

START_TEST(test_gan_discriminator_plan_ends_with_a_logit)
{
    const expected_layer layers[] = {{LAYER_AFFINE, {256, 1, 1}},
                                     {LAYER_LEAKY_RELU, {256, 1, 1}},
                                     {LAYER_AFFINE, {256, 1, 1}},
                                     {LAYER_LEAKY_RELU, {256, 1, 1}},
                                     {LAYER_AFFINE, {1, 1, 1}}};
    layer_plan plan;
    gan_discriminator_plan(course, &plan);
    expect_plan(&plan, layers, sizeof layers / sizeof *layers);
    expect_gradients(&plan);
}
END_TEST

START_TEST(test_gan_generator_plan_ends_with_a_tanh)
{
    const expected_layer layers[] = {{LAYER_AFFINE, {1024, 1, 1}}, {LAYER_RELU, {1024, 1, 1}},
                                     {LAYER_AFFINE, {1024, 1, 1}}, {LAYER_RELU, {1024, 1, 1}},
                                     {LAYER_AFFINE, {784, 1, 1}},  {LAYER_TANH, {784, 1, 1}}};
    layer_plan plan;
    gan_generator_plan(course, &plan);
    expect_plan(&plan, layers, sizeof layers / sizeof *layers);
}
END_TEST

START_TEST(test_dcgan_discriminator_plan_lists_the_layers)
{
    const expected_layer layers[] = {
        {LAYER_RESHAPE, {1, 28, 28}},     {LAYER_CONV, {32, 24, 24}},
        {LAYER_LEAKY_RELU, {32, 24, 24}}, {LAYER_MAX_POOL, {32, 12, 12}},
        {LAYER_CONV, {64, 8, 8}},         {LAYER_LEAKY_RELU, {64, 8, 8}},
        {LAYER_MAX_POOL, {64, 4, 4}},     {LAYER_RESHAPE, {1024, 1, 1}},
        {LAYER_AFFINE, {1024, 1, 1}},     {LAYER_LEAKY_RELU, {1024, 1, 1}},
        {LAYER_AFFINE, {1, 1, 1}}};
    layer_plan plan;
    dcgan_discriminator_plan(course, &plan);
    expect_plan(&plan, layers, sizeof layers / sizeof *layers);
    expect_gradients(&plan);
}
END_TEST

START_TEST(test_dcgan_generator_plan_normalizes_behind_the_relu)
{
    const expected_layer layers[] = {
        {LAYER_AFFINE, {1024, 1, 1}},        {LAYER_RELU, {1024, 1, 1}},
        {LAYER_BATCH_NORM, {1024, 1, 1}},    {LAYER_AFFINE, {6272, 1, 1}},
        {LAYER_RELU, {6272, 1, 1}},          {LAYER_BATCH_NORM, {6272, 1, 1}},
        {LAYER_RESHAPE, {128, 7, 7}},        {LAYER_CONV_TRANSPOSE, {64, 14, 14}},
        {LAYER_RELU, {64, 14, 14}},          {LAYER_SPATIAL_BATCH_NORM, {64, 14, 14}},
        {LAYER_CONV_TRANSPOSE, {1, 28, 28}}, {LAYER_TANH, {1, 28, 28}}};
    layer_plan plan;
    dcgan_generator_plan(course, &plan);
    expect_plan(&plan, layers, sizeof layers / sizeof *layers);
}
END_TEST

START_TEST(test_gan_plans_of_larger_pictures_in_colour)
{
    const gan_sizes sizes = {.noise = 96, .channels = 3, .side = 32};
    plan_function *const functions[] = {gan_discriminator_plan, dcgan_discriminator_plan,
                                        gan_generator_plan, dcgan_generator_plan};
    const size_t ins[] = {3072, 3072, 96, 96},
                 outs[][3] = {{1, 1, 1}, {1, 1, 1}, {3072, 1, 1}, {3, 32, 32}};
    for (size_t i = 0; i < 4; i++) {
        layer_plan plan;
        functions[i](sizes, &plan);
        hint("A picture has 3 channels of 32 x 32 pixels, and the noise 96 numbers.");
        expect_number("the size of what goes in", (double)plan.layers[0].in[0], (double)ins[i], 0);
        for (size_t k = 0; k < 3; k++)
            expect_number("a size of what comes out", (double)plan.shape[k], (double)outs[i][k], 0);
    }
}
END_TEST

/* ---- steps ---- */

/* A net for tests: out = x W + b, or the tanh of it. */
typedef struct small_net {
    tensor *W, *b, *dW, *db;
    bool curved;
    tensor *x, *out; /* memory for those of the last forward */
    size_t rows;     /* which hold so many examples; 0: there was none */
    parameter parameters[2];
} small_net;

static void small_forward(void *self, const tensor *x, tensor *out)
{
    small_net *n = self;
    const tensor rows = tensor_flattened(x);
    tensor results = tensor_flattened(out);
    matmul(&rows, n->W, &results);
    for (size_t i = 0; i < out->size; i++) {
        out->data[i] += n->b->data[i % n->b->size];
        out->data[i] = n->curved ? tanh(out->data[i]) : out->data[i];
    }
    n->rows = rows.shape[0];
    tensor x_of_this = tensor_rows(n->x, 0, n->rows), out_of_this = tensor_rows(n->out, 0, n->rows);
    tensor_copy(&rows, &x_of_this);
    tensor_copy(&results, &out_of_this);
}

static void small_backward(void *self, const tensor *dout, tensor *dx)
{
    const small_net *n = self;
    ck_assert_msg(dout->shape[0] == n->rows,
                  "the upstream gradient is of %zu examples, and the last forward was of %zu",
                  dout->shape[0], n->rows);
    tensor x = tensor_rows(n->x, 0, n->rows), out = tensor_rows(n->out, 0, n->rows);
    tensor *sums = tensor_new_like(&out), *dW = tensor_new_like(n->W);
    for (size_t i = 0; i < sums->size; i++) {
        real inside = n->curved ? 1 - out.data[i] * out.data[i] : 1;
        sums->data[i] = dout->data[i] * inside;
        n->db->data[i % n->db->size] += sums->data[i];
    }
    matmul_transposed_left(&x, sums, dW);
    tensor_add(n->dW, dW, n->dW);
    if (dx != NULL) {
        tensor results = tensor_flattened(dx);
        matmul_transposed_right(sums, n->W, &results);
    }
    tensor_free(sums);
    tensor_free(dW);
}

/* The net of self, which stays where it is. */
static net net_of(small_net *self)
{
    self->parameters[0] = (parameter){"W", self->W, self->dW};
    self->parameters[1] = (parameter){"b", self->b, self->db};
    return (net){.self = self,
                 .parameter_count = 2,
                 .parameters = self->parameters,
                 .forward = small_forward,
                 .backward = small_backward};
}

/* Both players, a batch of real pictures, noise, and gradients that are not zero at first. */
typedef struct game {
    small_net D, G;
    tensor *images, *noise, *fake;
    gan_kind kind;
} game;

enum { MOST_EXAMPLES = 3 };

static void add_memory(small_net *n)
{
    n->dW = keep(tensor_new_like(n->W));
    n->db = keep(tensor_new_like(n->b));
    tensor_fill_linspace(n->dW, 5, 9);
    tensor_fill_linspace(n->db, 5, 9);
    n->x = keep(tensor_new_2d(MOST_EXAMPLES, n->W->shape[0]));
    n->out = keep(tensor_new_2d(MOST_EXAMPLES, n->W->shape[1]));
}

static void add_players_memory(game *g)
{
    add_memory(&g->D);
    add_memory(&g->G);
    g->fake = kept_output(SHAPE(g->noise->shape[0], g->G.b->size));
}

static game published_game(const published_case *c)
{
    game g = {.images = keep(published_input(c, "real")),
              .noise = keep(published_input(c, "noise"))};
    g.D.W = keep(published_input(c, "D_w"));
    g.D.b = keep(published_input(c, "D_b"));
    g.G.W = keep(published_input(c, "G_w"));
    g.G.b = keep(published_input(c, "G_b"));
    add_players_memory(&g);
    return g;
}

/* Three real pictures of 5 numbers, and two fake ones, made of 4 numbers each. */
static game drawn_game(gan_kind kind)
{
    random_state r;
    random_seed(&r, 231);
    game g = {.images = kept_normal(&r, 0, 1, SHAPE(3, 5)),
              .noise = kept_normal(&r, 0, 1, SHAPE(2, 4)),
              .kind = kind};
    g.D.W = kept_normal(&r, 0, 1, SHAPE(5, 1));
    g.D.b = kept_normal(&r, 0, 1, SHAPE(1));
    g.G.W = kept_normal(&r, 0, 0.5, SHAPE(4, 5));
    g.G.b = kept_normal(&r, 0, 0.5, SHAPE(5));
    g.D.curved = g.G.curved = true;
    add_players_memory(&g);
    return g;
}

static double discriminator_step(game *g)
{
    net D = net_of(&g->D), G = net_of(&g->G);
    return (double)gan_discriminator_step(&D, &G, g->images, g->noise, g->kind, g->fake);
}

static double generator_step(game *g)
{
    net D = net_of(&g->D), G = net_of(&g->G);
    return (double)gan_generator_step(&G, &D, g->noise, g->kind, g->fake);
}

static void expect_case(const char *name, const tensor *got, const char *in_case,
                        const published_case *c)
{
    expect_close(name, got, keep(published_expected(c, in_case)), published_tolerance(c));
}

START_TEST(test_gan_discriminator_step_gives_the_computed_figures)
{
    published_case *c = published("gan_steps", 0);
    game g = published_game(c);
    hint("D's gradients were not zero before the call, and come from both batches.");
    expect_number("the loss", discriminator_step(&g), published_expected_number(c, "d_loss"), 1e-9);
    expect_case("the gradient of D's W", g.D.dW, "D_dw", c);
    expect_case("the gradient of D's b", g.D.db, "D_db", c);
    published_case_close(c);
}
END_TEST

START_TEST(test_gan_generator_step_gives_the_computed_figures)
{
    published_case *c = published("gan_steps", 0);
    game g = published_game(c);
    hint("G's gradients were not zero before the call.");
    expect_number("the loss", generator_step(&g), published_expected_number(c, "g_loss"), 1e-9);
    expect_case("the gradient of G's W", g.G.dW, "G_dw", c);
    expect_case("the gradient of G's b", g.G.db, "G_db", c);
    published_case_close(c);
}
END_TEST

/* The loss of a step that leaves the players' gradients as they are. */
static double loss_of(double step(game *g), const game *before)
{
    game g = *before;
    tensor **const gradients[] = {&g.D.dW, &g.D.db, &g.G.dW, &g.G.db};
    for (size_t i = 0; i < 4; i++)
        *gradients[i] = tensor_new_like(*gradients[i]);
    double loss = step(&g);
    for (size_t i = 0; i < 4; i++)
        tensor_free(*gradients[i]);
    return loss;
}

static double discriminator_loss_at(const tensor *changed, void *context)
{
    (void)changed; /* a weight of D, changed in place */
    return loss_of(discriminator_step, context);
}

static double generator_loss_at(const tensor *changed, void *context)
{
    (void)changed; /* a weight of G, changed in place */
    return loss_of(generator_step, context);
}

static void expect_discriminator_gradients(gan_kind kind)
{
    game g = drawn_game(kind);
    discriminator_step(&g);
    expect_gradient("the gradient of D's W", g.D.dW, discriminator_loss_at, &g, g.D.W);
    expect_gradient("the gradient of D's b", g.D.db, discriminator_loss_at, &g, g.D.b);
}

static void expect_generator_gradients(gan_kind kind)
{
    game g = drawn_game(kind);
    generator_step(&g);
    expect_gradient("the gradient of G's W", g.G.dW, generator_loss_at, &g, g.G.W);
    expect_gradient("the gradient of G's b", g.G.db, generator_loss_at, &g, g.G.b);
}

START_TEST(test_gan_discriminator_step_gives_the_gradients)
{
    expect_discriminator_gradients(GAN_CROSS_ENTROPY);
}
END_TEST

START_TEST(test_gan_discriminator_step_gives_the_gradients_of_least_squares)
{
    expect_discriminator_gradients(GAN_LEAST_SQUARES);
}
END_TEST

START_TEST(test_gan_generator_step_gives_the_gradients)
{
    expect_generator_gradients(GAN_CROSS_ENTROPY);
}
END_TEST

START_TEST(test_gan_generator_step_gives_the_gradients_of_least_squares)
{
    expect_generator_gradients(GAN_LEAST_SQUARES);
}
END_TEST

START_TEST(test_gan_discriminator_step_leaves_the_generator_alone)
{
    game g = drawn_game(GAN_CROSS_ENTROPY);
    tensor *dW = keep(tensor_new_copy(g.G.dW)), *db = keep(tensor_new_copy(g.G.db));
    discriminator_step(&g);
    hint("To the discriminator the fake pictures are data: G's gradients stay as they were.");
    expect_close("the gradient of G's W", g.G.dW, dW, 0);
    expect_close("the gradient of G's b", g.G.db, db, 0);
}
END_TEST

START_TEST(test_gan_generator_step_leaves_nothing_in_the_discriminator)
{
    game g = drawn_game(GAN_CROSS_ENTROPY);
    generator_step(&g);
    hint("D's gradients are zero after the generator's step, else D's next step could use them.");
    expect_values("the gradient of D's W", g.D.dW, (const double[5]){0}, 0);
    expect_values("the gradient of D's b", g.D.db, (const double[1]){0}, 0);
}
END_TEST

START_TEST(test_gan_steps_give_the_pictures_that_the_generator_made)
{
    game g = drawn_game(GAN_CROSS_ENTROPY);
    tensor *expected = keep(output_like(g.fake));
    small_forward(&g.G, g.noise, expected);
    discriminator_step(&g);
    expect_close("fake", g.fake, expected, 1e-12);
    poison(g.fake);
    generator_step(&g);
    expect_close("fake", g.fake, expected, 1e-12);
}
END_TEST

START_TEST(test_gan_steps_twice_in_a_row_give_the_same)
{
    game g = drawn_game(GAN_LEAST_SQUARES);
    double first = discriminator_step(&g);
    tensor *dW = keep(tensor_new_copy(g.D.dW));
    hint("This is the second step in a row, of the same nets.");
    expect_number("the discriminator's loss", discriminator_step(&g), first, 0);
    expect_close("the gradient of D's W", g.D.dW, dW, 0);
    first = generator_step(&g);
    dW = keep(tensor_new_copy(g.G.dW));
    expect_number("the generator's loss", generator_step(&g), first, 0);
    expect_close("the gradient of G's W", g.G.dW, dW, 0);
}
END_TEST

START_TEST(test_gan_steps_leave_their_inputs_and_the_weights_as_they_were)
{
    game g = drawn_game(GAN_CROSS_ENTROPY);
    const tensor *const inputs[] = {g.images, g.noise, g.D.W, g.D.b, g.G.W, g.G.b};
    const char *const names[] = {"images", "noise", "D's W", "D's b", "G's W", "G's b"};
    tensor *before[6];
    for (size_t i = 0; i < 6; i++)
        before[i] = keep(tensor_new_copy(inputs[i]));
    discriminator_step(&g);
    generator_step(&g);
    for (size_t i = 0; i < 6; i++)
        expect_unchanged(names[i], inputs[i], before[i]);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"gan_discriminator_plan",
         test_gan_discriminator_plan_has_the_published_number_of_parameters},
        {"gan_discriminator_plan", test_gan_discriminator_plan_ends_with_a_logit},
        {"gan_generator_plan", test_gan_generator_plan_has_the_published_number_of_parameters},
        {"gan_generator_plan", test_gan_generator_plan_ends_with_a_tanh},
        {"dcgan_discriminator_plan",
         test_dcgan_discriminator_plan_has_the_published_number_of_parameters},
        {"dcgan_discriminator_plan", test_dcgan_discriminator_plan_lists_the_layers},
        {"dcgan_generator_plan", test_dcgan_generator_plan_has_the_published_number_of_parameters},
        {"dcgan_generator_plan", test_dcgan_generator_plan_normalizes_behind_the_relu},
        {"dcgan_generator_plan", test_gan_plans_of_larger_pictures_in_colour},
        {"gan_discriminator_step", test_gan_discriminator_step_gives_the_computed_figures},
        {"gan_discriminator_step", test_gan_discriminator_step_gives_the_gradients},
        {"gan_discriminator_step",
         test_gan_discriminator_step_gives_the_gradients_of_least_squares},
        {"gan_discriminator_step", test_gan_discriminator_step_leaves_the_generator_alone},
        {"gan_generator_step", test_gan_generator_step_gives_the_computed_figures},
        {"gan_generator_step", test_gan_generator_step_gives_the_gradients},
        {"gan_generator_step", test_gan_generator_step_gives_the_gradients_of_least_squares},
        {"gan_generator_step", test_gan_generator_step_leaves_nothing_in_the_discriminator},
        {"gan_generator_step", test_gan_steps_give_the_pictures_that_the_generator_made},
        {"gan_generator_step", test_gan_steps_twice_in_a_row_give_the_same},
        {"gan_generator_step", test_gan_steps_leave_their_inputs_and_the_weights_as_they_were},
    };
    return check_module("gan", promises, sizeof promises / sizeof *promises);
}
