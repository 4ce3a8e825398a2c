/* Promises of layers.c. */
#include "check_support.h"
#include "layers.h"

START_TEST(test_affine_forward_gives_the_published_figures)
{
    published_case *c = published("affine_forward", 0);
    tensor *x = published_input(c, "x");
    tensor *w = published_input(c, "w");
    tensor *b = published_input(c, "b");
    tensor *expected = published_expected(c, "out");
    tensor *out = output_like(expected);
    affine_forward(x, w, b, out);
    expect_published("out", out, expected, published_tolerance(c));
    tensor_free(x);
    tensor_free(w);
    tensor_free(b);
    tensor_free(expected);
    tensor_free(out);
    published_case_close(c);
}
END_TEST

START_TEST(test_affine_forward_adds_the_bias_to_every_example)
{
    tensor *x = tensor_new_2d(3, 2);
    tensor *w = matrix(2, 2, (const double[]){1, 2, 3, 4});
    tensor *b = tensor_new_1d(2);
    tensor *out = output_2d(3, 2);
    b->data[0] = 5;
    b->data[1] = -6;
    hint("x is 0 here, so each row of out is b.");
    affine_forward(x, w, b, out);
    expect_values("out", out, (const double[]){5, -6, 5, -6, 5, -6}, 1e-12);
    tensor_free(x);
    tensor_free(w);
    tensor_free(b);
    tensor_free(out);
}
END_TEST

START_TEST(test_affine_forward_flattens_inputs_of_any_rank)
{
    tensor *flat = matrix(2, 4, (const double[]){1, 2, 3, 4, 5, 6, 7, 8});
    tensor x = tensor_reshaped(flat, 3, (const size_t[]){2, 2, 2});
    tensor *w = matrix(4, 1, (const double[]){1, 10, 100, 1000});
    tensor *b = tensor_new_1d(1);
    tensor *out = output_2d(2, 1);
    affine_forward(&x, w, b, out);
    expect_values("out", out, (const double[]){4321, 8765}, 1e-12);
    tensor_free(flat);
    tensor_free(w);
    tensor_free(b);
    tensor_free(out);
}
END_TEST

/* An affine layer, its upstream gradient, and what its backward function wrote. */
typedef struct affine_layer {
    tensor *x, *w, *b, *dout;
    tensor *dx, *dw, *db;
} affine_layer;

/* As the course's notebook has it: 10 examples of 2 x 3, 5 outputs. */
static affine_layer affine_layer_new(void)
{
    random_state r;
    random_seed(&r, 231);
    affine_layer a = {.x = tensor_new_3d(10, 2, 3),
                      .w = tensor_new_2d(6, 5),
                      .b = tensor_new_1d(5),
                      .dout = tensor_new_2d(10, 5)};
    tensor_fill_normal(a.x, &r, 0, 1);
    tensor_fill_normal(a.w, &r, 0, 1);
    tensor_fill_normal(a.b, &r, 0, 1);
    tensor_fill_normal(a.dout, &r, 0, 1);
    a.dx = output_like(a.x);
    a.dw = output_like(a.w);
    a.db = output_like(a.b);
    affine_backward(a.dout, a.x, a.w, a.dx, a.dw, a.db);
    return a;
}

static void affine_layer_clear(affine_layer *a)
{
    tensor *const all[] = {a->x, a->w, a->b, a->dout, a->dx, a->dw, a->db};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
}

static void out_of_x(const tensor *x, tensor *out, void *context)
{
    const affine_layer *a = context;
    affine_forward(x, a->w, a->b, out);
}

static void out_of_w(const tensor *w, tensor *out, void *context)
{
    const affine_layer *a = context;
    affine_forward(a->x, w, a->b, out);
}

static void out_of_b(const tensor *b, tensor *out, void *context)
{
    const affine_layer *a = context;
    affine_forward(a->x, a->w, b, out);
}

START_TEST(test_affine_backward_gives_the_gradient_by_x)
{
    affine_layer a = affine_layer_new();
    expect_gradient_array("dx", a.dx, out_of_x, &a, a.x, a.dout);
    affine_layer_clear(&a);
}
END_TEST

START_TEST(test_affine_backward_gives_the_gradient_by_w)
{
    affine_layer a = affine_layer_new();
    expect_gradient_array("dw", a.dw, out_of_w, &a, a.w, a.dout);
    affine_layer_clear(&a);
}
END_TEST

START_TEST(test_affine_backward_sums_the_gradient_by_b_over_the_examples)
{
    affine_layer a = affine_layer_new();
    hint("db is the sum over all examples, 10 of them here, not their mean.");
    expect_gradient_array("db", a.db, out_of_b, &a, a.b, a.dout);
    affine_layer_clear(&a);
}
END_TEST

START_TEST(test_affine_backward_forgets_what_its_outputs_held)
{
    affine_layer a = affine_layer_new();
    tensor *dx = tensor_new_copy(a.dx);
    tensor *dw = tensor_new_copy(a.dw);
    tensor *db = tensor_new_copy(a.db);
    hint("This is the second call with the same tensors: are old contents added to?");
    affine_backward(a.dout, a.x, a.w, a.dx, a.dw, a.db);
    expect_close("dx", a.dx, dx, 1e-12);
    expect_close("dw", a.dw, dw, 1e-12);
    expect_close("db", a.db, db, 1e-12);
    tensor_free(dx);
    tensor_free(dw);
    tensor_free(db);
    affine_layer_clear(&a);
}
END_TEST

START_TEST(test_relu_forward_gives_the_published_figures)
{
    published_case *c = published("relu_forward", 0);
    tensor *x = published_input(c, "x");
    tensor *expected = published_expected(c, "out");
    tensor *out = output_like(expected);
    relu_forward(x, out);
    expect_published("out", out, expected, published_tolerance(c));
    tensor_free(x);
    tensor_free(expected);
    tensor_free(out);
    published_case_close(c);
}
END_TEST

static void relu_of(const tensor *x, tensor *out, void *context)
{
    (void)context;
    relu_forward(x, out);
}

START_TEST(test_relu_backward_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = normal_2d(&r, 10, 10, 1);
    tensor *dout = normal_2d(&r, 10, 10, 1);
    tensor *dx = output_like(x);
    relu_backward(dout, x, dx);
    expect_gradient_array("dx", dx, relu_of, NULL, x, dout);
    tensor_free(x);
    tensor_free(dout);
    tensor_free(dx);
}
END_TEST

START_TEST(test_relu_backward_looks_at_the_sign_of_x_and_not_of_dout)
{
    tensor *x = matrix(1, 4, (const double[]){2, 2, -2, -2});
    tensor *dout = matrix(1, 4, (const double[]){3, -3, 3, -3});
    tensor *dx = output_like(x);
    hint("x is 2 2 -2 -2 and dout 3 -3 3 -3.");
    relu_backward(dout, x, dx);
    expect_values("dx", dx, (const double[]){3, -3, 0, 0}, 1e-12);
    tensor_free(x);
    tensor_free(dout);
    tensor_free(dx);
}
END_TEST

START_TEST(test_relu_backward_passes_nothing_where_x_is_zero)
{
    tensor *x = matrix(1, 3, (const double[]){0, -0.0, 1});
    tensor *dout = matrix(1, 3, (const double[]){5, 6, 7});
    tensor *dx = output_like(x);
    hint("x is 0 0 1.");
    relu_backward(dout, x, dx);
    expect_values("dx", dx, (const double[]){0, 0, 7}, 1e-12);
    tensor_free(x);
    tensor_free(dout);
    tensor_free(dx);
}
END_TEST

typedef real (*score_loss)(const tensor *x, const labels *y, tensor *dx);

/* What a loss of scores is called with. */
typedef struct scoring {
    score_loss loss;
    tensor *x, *dx, *unused;
    labels *y;
} scoring;

static scoring scoring_new(score_loss loss, tensor *x, labels *y)
{
    return (scoring){
        .loss = loss, .x = x, .y = y, .dx = output_like(x), .unused = tensor_new_like(x)};
}

static void scoring_clear(scoring *s)
{
    tensor_free(s->x);
    tensor_free(s->dx);
    tensor_free(s->unused);
    labels_free(s->y);
}

static double loss_of_scores(const tensor *x, void *context)
{
    const scoring *s = context;
    return (double)s->loss(x, s->y, s->unused);
}

/* Scores of deviation around 0, N examples of C classes, as the notebook draws them. */
static scoring drawn_scores(score_loss loss, size_t N, size_t C, double deviation)
{
    random_state r;
    random_seed(&r, 231);
    tensor *x = normal_2d(&r, N, C, deviation);
    labels *y = labels_new(N);
    labels_fill_random(y, &r, C);
    return scoring_new(loss, x, y);
}

static void check_published_loss(score_loss loss, const char *function)
{
    published_case *c = published(function, 0);
    scoring s = drawn_scores(loss, (size_t)published_input_number(c, "N"),
                             (size_t)published_input_number(c, "C"),
                             published_input_number(c, "deviation"));
    expect_number("the loss", (double)loss(s.x, s.y, s.dx), published_expected_number(c, "loss"),
                  published_tolerance(c));
    expect_gradient("dx", s.dx, loss_of_scores, &s, s.x);
    scoring_clear(&s);
    published_case_close(c);
}

/* 7 examples of 4 classes, with scores far enough apart that some margins hold. */
static void check_score_gradient(score_loss loss)
{
    scoring s = drawn_scores(loss, 7, 4, 2);
    loss(s.x, s.y, s.dx);
    expect_gradient("dx", s.dx, loss_of_scores, &s, s.x);
    scoring_clear(&s);
}

START_TEST(test_svm_loss_gives_the_published_figure)
{
    check_published_loss(svm_loss, "svm_loss of drawn scores");
}
END_TEST

START_TEST(test_svm_loss_gives_the_gradient)
{
    check_score_gradient(svm_loss);
}
END_TEST

START_TEST(test_svm_loss_of_the_lecture)
{
    published_case *c = published("hinge loss of the lecture", 0);
    scoring s = scoring_new(svm_loss, published_input(c, "scores"), published_input_labels(c, "y"));
    hint("The three examples have losses 2.9, 0 and 12.9; L is their mean.");
    expect_number("the loss", (double)svm_loss(s.x, s.y, s.dx),
                  published_expected_number(c, "loss"), published_tolerance(c));
    scoring_clear(&s);
    published_case_close(c);
}
END_TEST

START_TEST(test_svm_loss_has_no_gradient_where_a_margin_is_just_met)
{
    scoring s = scoring_new(svm_loss, matrix(1, 3, (const double[]){5, 4, 4.5}),
                            labels_of(1, (const uint32_t[]){0}));
    hint("The scores 5, 4 and 4.5 give margins of 0 and 0.5, and the 0 does not count.");
    expect_number("the loss", (double)svm_loss(s.x, s.y, s.dx), 0.5, 1e-12);
    expect_values("dx", s.dx, (const double[]){-1, 0, 1}, 1e-12);
    scoring_clear(&s);
}
END_TEST

START_TEST(test_softmax_loss_gives_the_published_figure)
{
    check_published_loss(softmax_loss, "softmax_loss of drawn scores");
}
END_TEST

START_TEST(test_softmax_loss_gives_the_gradient)
{
    check_score_gradient(softmax_loss);
}
END_TEST

START_TEST(test_softmax_loss_of_the_lecture)
{
    published_case *c = published("cross-entropy loss of the lecture", 0);
    scoring s =
        scoring_new(softmax_loss, published_input(c, "scores"), published_input_labels(c, "y"));
    expect_number("the loss", (double)softmax_loss(s.x, s.y, s.dx),
                  published_expected_number(c, "loss"), published_tolerance(c));
    scoring_clear(&s);
    published_case_close(c);
}
END_TEST

START_TEST(test_softmax_loss_stands_scores_of_ten_thousand)
{
    const double values[] = {1e4, 1e4, 1e4 - 50, -1e4, -1e4, -1e4 - 50};
    scoring s =
        scoring_new(softmax_loss, matrix(2, 3, values), labels_of(2, (const uint32_t[]){0, 1}));
    hint("Subtract each row's own largest score before exp; the rows differ by 20000 here.");
    expect_number("the loss", (double)softmax_loss(s.x, s.y, s.dx), 0.6931471805599453, 1e-9);
    expect_values("dx", s.dx, (const double[]){-0.25, 0.25, 0, 0.25, -0.25, 0}, 1e-9);
    scoring_clear(&s);
}
END_TEST

START_TEST(test_softmax_loss_is_finite_where_the_true_class_has_no_chance)
{
    scoring s = scoring_new(softmax_loss, matrix(1, 2, (const double[]){2000, 0}),
                            labels_of(1, (const uint32_t[]){1}));
    hint("The correct class's probability, exp(-2000), underflows to 0; its logarithm does not: "
         "simplify the formula's logarithm before you compute it.");
    expect_number("the loss", (double)softmax_loss(s.x, s.y, s.dx), 2000, 1e-9);
    scoring_clear(&s);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"affine_forward", test_affine_forward_gives_the_published_figures},
        {"affine_forward", test_affine_forward_adds_the_bias_to_every_example},
        {"affine_forward", test_affine_forward_flattens_inputs_of_any_rank},
        {"affine_backward", test_affine_backward_gives_the_gradient_by_x},
        {"affine_backward", test_affine_backward_gives_the_gradient_by_w},
        {"affine_backward", test_affine_backward_sums_the_gradient_by_b_over_the_examples},
        {"affine_backward", test_affine_backward_forgets_what_its_outputs_held},
        {"relu_forward", test_relu_forward_gives_the_published_figures},
        {"relu_backward", test_relu_backward_gives_the_gradient},
        {"relu_backward", test_relu_backward_looks_at_the_sign_of_x_and_not_of_dout},
        {"relu_backward", test_relu_backward_passes_nothing_where_x_is_zero},
        {"svm_loss", test_svm_loss_gives_the_published_figure},
        {"svm_loss", test_svm_loss_gives_the_gradient},
        {"svm_loss", test_svm_loss_of_the_lecture},
        {"svm_loss", test_svm_loss_has_no_gradient_where_a_margin_is_just_met},
        {"softmax_loss", test_softmax_loss_gives_the_published_figure},
        {"softmax_loss", test_softmax_loss_gives_the_gradient},
        {"softmax_loss", test_softmax_loss_of_the_lecture},
        {"softmax_loss", test_softmax_loss_stands_scores_of_ten_thousand},
        {"softmax_loss", test_softmax_loss_is_finite_where_the_true_class_has_no_chance},
    };
    return check_module("layers", promises, sizeof promises / sizeof *promises);
}
