/* Promises of simclr.c. */
#include "matmul.h"
#include "simclr.h"
#include "view_checks.h"

enum { N = 3, D = 4 };

static tensor *rows(uint32_t seed, size_t count)
{
    random_state r;
    random_seed(&r, seed);
    return kept_normal(&r, 0.3, 1, SHAPE(count, D));
}

/* ---- similarities ---- */

START_TEST(test_cosine_similarity_does_not_see_lengths)
{
    tensor *a = matrix(1, 2, (const double[]){3, 4}), *b = matrix(1, 2, (const double[]){40, 30});
    tensor first = tensor_row(a, 0), second = tensor_row(b, 0);
    hint("(3, 4) and (40, 30): 240 / (5 * 50).");
    expect_number("the similarity", (double)cosine_similarity(&first, &second), 0.96, 1e-12);
    tensor_scale(a, 1e-6);
    expect_number("the similarity", (double)cosine_similarity(&first, &second), 0.96, 1e-12);
}
END_TEST

START_TEST(test_cosine_similarity_of_opposite_and_of_orthogonal_vectors)
{
    tensor *a = matrix(1, 2, (const double[]){1, 2}), *b = matrix(1, 2, (const double[]){-2, -4});
    tensor *c = matrix(1, 2, (const double[]){-2, 1});
    tensor first = tensor_row(a, 0), opposite = tensor_row(b, 0), across = tensor_row(c, 0);
    expect_number("the similarity", (double)cosine_similarity(&first, &opposite), -1, 1e-12);
    expect_number("the similarity", (double)cosine_similarity(&first, &across), 0, 1e-12);
}
END_TEST

START_TEST(test_positive_similarities_gives_the_published_figures)
{
    published_case *c = published("positive_similarities", 0);
    tensor *out = kept_output(SHAPE(2, 1));
    positive_similarities(input_of(c, "left"), input_of(c, "right"), out);
    expect_figures("out", out, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_similarity_matrix_gives_the_published_figures)
{
    published_case *c = published("similarity_matrix", 0);
    tensor *S = kept_output(SHAPE(4, 4));
    similarity_matrix(input_of(c, "z"), S);
    expect_figures("S", S, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_similarity_matrix_holds_the_similarity_of_every_two_rows)
{
    tensor *z = rows(1, 5), *S = kept_output(SHAPE(5, 5)), *copy = keep(tensor_new_copy(z));
    tensor *expected = keep(tensor_new_like(S));
    for (size_t i = 0; i < S->size; i++) {
        tensor a = tensor_row(z, i / 5), b = tensor_row(z, i % 5);
        expected->data[i] = cosine_similarity(&a, &b);
    }
    similarity_matrix(z, S);
    hint("cosine_similarity of rows i and k says otherwise.");
    expect_close("S", S, expected, 1e-12);
    expect_unchanged("z", z, copy);
}
END_TEST

/* ---- losses ---- */

START_TEST(test_simclr_loss_naive_gives_the_published_figures)
{
    for (size_t i = 0; i < 3; i++) {
        published_case *c = published("simclr_loss", i);
        tensor *left = input_of(c, "left"), *right = input_of(c, "right");
        real tau = (real)published_input_number(c, "tau");
        hint("The partner stays in the sum, i itself does not; each pair counts from both sides, "
             "and 2N rows are averaged.");
        expect_number("the loss", (double)simclr_loss_naive(left, right, tau),
                      published_expected_number(c, "loss"), published_tolerance(c));
        published_case_close(c);
    }
}
END_TEST

START_TEST(test_simclr_loss_naive_of_one_pair_is_0)
{
    tensor *left = rows(1, 1), *right = rows(2, 1);
    hint("With one pair there is nobody else that the partner could be taken for.");
    ck_assert_msg(fabs((double)simclr_loss_naive(left, right, (real)0.5)) < 1e-12,
                  "the loss of one pair is not 0: the sum has only the partner in it");
}
END_TEST

START_TEST(test_simclr_loss_naive_of_equal_rows)
{
    tensor *left = keep(tensor_new_2d(N, D)), *right = keep(tensor_new_2d(N, D));
    tensor_fill(left, 2);
    tensor_fill(right, 5);
    hint("If all rows point the same way, each of the other 2N - 1 = 5 is equally likely.");
    expect_number("the loss", (double)simclr_loss_naive(left, right, (real)0.5), log(5), 1e-10);
}
END_TEST

/* The loss of left and right, and its gradients; left or right may be changed in between. */
typedef struct pairs {
    tensor *left, *right, *dleft, *dright;
    real tau;
} pairs;

static pairs new_pairs(real tau)
{
    tensor *left = rows(3, N), *right = rows(4, N);
    return (pairs){left, right, keep(output_like(left)), keep(output_like(right)), tau};
}

static double loss_of(const tensor *changed, void *context)
{
    const pairs *p = context;
    (void)changed; /* left or right, changed in place */
    return (double)simclr_loss(p->left, p->right, p->tau, p->dleft, p->dright);
}

static void expect_published_loss(size_t index, bool gradients)
{
    published_case *c = published("simclr_loss", index);
    tensor *left = input_of(c, "left"), *right = input_of(c, "right");
    pairs p = {left, right, keep(output_like(left)), keep(output_like(right)),
               (real)published_input_number(c, "tau")};
    expect_number("the loss", loss_of(NULL, &p), published_expected_number(c, "loss"),
                  published_tolerance(c));
    if (gradients) {
        expect_figures("dleft", p.dleft, c);
        expect_figures("dright", p.dright, c);
    }
    published_case_close(c);
}

START_TEST(test_simclr_loss_gives_the_published_figures)
{
    hint("The partner stays in the sum, i itself does not; each pair counts from both sides, and "
         "2N rows are averaged.");
    expect_published_loss(0, false);
    expect_published_loss(1, true);
    expect_published_loss(2, true);
}
END_TEST

START_TEST(test_simclr_loss_is_that_of_the_naive_one)
{
    pairs p = new_pairs((real)0.3);
    expect_number("the loss", loss_of(NULL, &p), (double)simclr_loss_naive(p.left, p.right, p.tau),
                  1e-10);
}
END_TEST

START_TEST(test_simclr_loss_of_one_pair_is_0)
{
    published_case *c = published("simclr_loss", 3);
    tensor *left = input_of(c, "left"), *right = input_of(c, "right");
    tensor *dleft = keep(output_like(left)), *dright = keep(output_like(right));
    real loss = simclr_loss(left, right, (real)published_input_number(c, "tau"), dleft, dright);
    ck_assert_msg(fabs((double)loss) < 1e-12, "the loss of one pair is %g, not 0", (double)loss);
    ck_assert_msg(tensor_sum_of_squares(dleft) + tensor_sum_of_squares(dright) < 1e-24,
                  "the gradients of one pair are not 0");
    published_case_close(c);
}
END_TEST

START_TEST(test_simclr_loss_gives_the_gradients)
{
    pairs p = new_pairs((real)0.5);
    loss_of(NULL, &p);
    tensor *dleft = keep(tensor_new_copy(p.dleft)), *dright = keep(tensor_new_copy(p.dright));
    hint("A row stands on both sides of the product, and is divided by its length.");
    expect_gradient("dleft", dleft, loss_of, &p, p.left);
    expect_gradient("dright", dright, loss_of, &p, p.right);
}
END_TEST

START_TEST(test_simclr_loss_has_gradients_orthogonal_to_the_rows)
{
    pairs p = new_pairs((real)0.5);
    loss_of(NULL, &p);
    for (size_t n = 0; n < N; n++) {
        double along = 0;
        for (size_t d = 0; d < D; d++)
            along += (double)(p.dleft->data[n * D + d] * p.left->data[n * D + d]);
        ck_assert_msg(fabs(along) < 1e-12,
                      "row %zu of dleft would make the row longer or shorter (%g along it), which "
                      "does not change the loss",
                      n, along);
    }
}
END_TEST

START_TEST(test_simclr_loss_does_not_see_lengths)
{
    pairs p = new_pairs((real)0.5);
    double loss = loss_of(NULL, &p);
    for (size_t d = 0; d < D; d++) {
        p.left->data[d] *= (real)1e-6;
        p.right->data[D + d] *= (real)1e6;
    }
    hint("One row is a millionth as long as before, another a million times.");
    expect_number("the loss", loss_of(NULL, &p), loss, 1e-10);
}
END_TEST

START_TEST(test_simclr_loss_exchanges_gradients_with_its_inputs)
{
    pairs p = new_pairs((real)0.5), q = p;
    loss_of(NULL, &p);
    q.left = p.right;
    q.right = p.left;
    q.dleft = keep(output_like(p.left));
    q.dright = keep(output_like(p.right));
    loss_of(NULL, &q);
    expect_close("dright", q.dright, p.dleft, 1e-12);
    expect_close("dleft", q.dleft, p.dright, 1e-12);
}
END_TEST

START_TEST(test_simclr_loss_is_stable_for_a_small_tau)
{
    pairs p = new_pairs((real)0.001);
    tensor_copy(p.left, p.right); /* the partner's similarity is 1: exp(1000) */
    double loss = loss_of(NULL, &p);
    ck_assert_msg(isfinite(loss) && fabs(loss) < 1e-6,
                  "the loss is %g, should be 0: every partner is the most similar by far", loss);
    ck_assert_msg(tensor_all_finite(p.dleft) && tensor_all_finite(p.dright),
                  "a gradient is not a number: does exp overflow?");
}
END_TEST

START_TEST(test_simclr_loss_leaves_its_inputs_as_they_were)
{
    pairs p = new_pairs((real)0.5);
    tensor *left = keep(tensor_new_copy(p.left)), *right = keep(tensor_new_copy(p.right));
    double loss = loss_of(NULL, &p);
    tensor *dleft = keep(tensor_new_copy(p.dleft));
    hint("This is the second call with the same tensors.");
    expect_number("the loss", loss_of(NULL, &p), loss, 0);
    expect_close("dleft", p.dleft, dleft, 0);
    expect_unchanged("left", p.left, left);
    expect_unchanged("right", p.right, right);
}
END_TEST

/* ---- a step ---- */

enum { PIXELS = 5 };

/* A net of one product, x W; it keeps the last x. */
typedef struct product {
    parameter W;
    tensor *x;
} product;

static void product_forward(void *self, const tensor *x, tensor *out)
{
    product *p = self;
    p->x = keep(tensor_new_copy(x));
    matmul(x, p->W.value, out);
}

static void product_backward(void *self, const tensor *dout, tensor *dx)
{
    product *p = self;
    matmul_general(true, false, 1, p->x, dout, 1, p->W.gradient);
    if (dx != NULL)
        matmul_transposed_right(dout, p->W.value, dx);
}

typedef struct step {
    product parts;
    net encoder;
    tensor *left, *right;
} step;

/* Pictures of one row of pixels, N x 1 x 1 x PIXELS; the net holds gradients already. */
static void new_step(step *s)
{
    random_state r;
    random_seed(&r, 7);
    s->parts.W.name = "W";
    s->parts.W.value = kept_normal(&r, 0, 1, SHAPE(PIXELS, D));
    s->parts.W.gradient = kept_normal(&r, 0, 9, SHAPE(PIXELS, D));
    s->left = kept_normal(&r, 0, 1, SHAPE(N, 1, 1, PIXELS));
    s->right = kept_normal(&r, 0, 1, SHAPE(N, 1, 1, PIXELS));
    s->encoder = (net){&s->parts, 1, &s->parts.W, product_forward, product_backward};
}

static double step_loss(const tensor *changed, void *context)
{
    step *s = context;
    (void)changed; /* W, changed in place */
    return (double)simclr_step(&s->encoder, s->left, s->right, D, (real)0.5);
}

START_TEST(test_simclr_step_returns_the_loss_of_both_views)
{
    step s;
    new_step(&s);
    tensor *left = kept_output(SHAPE(N, D)), *right = kept_output(SHAPE(N, D));
    matmul(s.left, s.parts.W.value, left);
    matmul(s.right, s.parts.W.value, right);
    expect_number("the loss", step_loss(NULL, &s),
                  (double)simclr_loss(left, right, (real)0.5, keep(output_like(left)),
                                      keep(output_like(right))),
                  1e-10);
}
END_TEST

START_TEST(test_simclr_step_adds_the_gradients_of_both_views)
{
    step s;
    new_step(&s);
    step_loss(NULL, &s);
    tensor *got = keep(tensor_new_copy(s.parts.W.gradient));
    hint("One net saw both views: the gradients of both add up, and those of before are cleared.");
    expect_gradient("the gradient of the net's W", got, step_loss, &s, s.parts.W.value);
}
END_TEST

START_TEST(test_simclr_step_updates_no_parameter)
{
    step s;
    new_step(&s);
    tensor *W = keep(tensor_new_copy(s.parts.W.value)), *left = keep(tensor_new_copy(s.left));
    tensor *right = keep(tensor_new_copy(s.right));
    double loss = step_loss(NULL, &s);
    tensor *gradient = keep(tensor_new_copy(s.parts.W.gradient));
    hint("This is the second step: were the gradients of the first cleared?");
    expect_number("the loss", step_loss(NULL, &s), loss, 0);
    expect_close("the gradient of the net's W", s.parts.W.gradient, gradient, 1e-12);
    expect_unchanged("the net's W", s.parts.W.value, W);
    expect_unchanged("left_images", s.left, left);
    expect_unchanged("right_images", s.right, right);
}
END_TEST

/* ---- neighbours ---- */

START_TEST(test_weighted_knn_predict_gives_the_computed_figures)
{
    published_case *c = published("weighted_knn_predict", 0);
    labels *y = published_input_labels(c, "bank_labels"), *predicted = output_labels(3);
    labels *expected = labels_of(3, (const uint32_t[]){2, 1, 2});
    weighted_knn_predict(input_of(c, "bank"), y, input_of(c, "queries"),
                         (size_t)published_input_number(c, "k"),
                         (real)published_input_number(c, "tau"), predicted);
    expect_labels("predicted", predicted, expected);
    labels_free(y);
    labels_free(predicted);
    labels_free(expected);
    published_case_close(c);
}
END_TEST

/* The class of (1, 0) among five rows of two numbers. */
static void expect_class(const double *bank, const uint32_t *y, size_t k, real tau, uint32_t want)
{
    labels *bank_labels = labels_of(5, y), *predicted = output_labels(1);
    labels *expected = labels_of(1, &want);
    weighted_knn_predict(matrix(5, 2, bank), bank_labels, matrix(1, 2, (const double[]){1, 0}), k,
                         tau, predicted);
    expect_labels("predicted", predicted, expected);
    labels_free(bank_labels);
    labels_free(predicted);
    labels_free(expected);
}

START_TEST(test_weighted_knn_predict_counts_similar_neighbours_more)
{
    const double bank[] = {1, 0, 0, 1, 0.1, 1, -1, 0, -1, 1};
    hint("Of three neighbours the nearest has class 4; the two others, of class 1, are at right "
         "angles to the query, nearly: exp(0) + exp(0.1) is less than exp(1 / 0.5).");
    expect_class(bank, (const uint32_t[]){4, 1, 1, 0, 0}, 3, (real)0.5, 4);
    hint("With a tau of 10 all votes are nearly alike: two beat one.");
    expect_class(bank, (const uint32_t[]){4, 1, 1, 0, 0}, 3, 10, 1);
}
END_TEST

START_TEST(test_weighted_knn_predict_does_not_see_lengths)
{
    const double bank[] = {0.1, 0, 30, 40, 50, 70, -1, 0, -1, 1};
    hint("The first row points where the query points; others are longer, not more similar.");
    expect_class(bank, (const uint32_t[]){2, 0, 0, 1, 1}, 1, (real)0.5, 2);
}
END_TEST

START_TEST(test_weighted_knn_predict_takes_the_smaller_of_equal_classes)
{
    const double bank[] = {3, 4, 3, -4, -1, 0, -1, 0.1, -1, 0.2};
    hint("Two neighbours are equally similar and vote for 5 and 2.");
    expect_class(bank, (const uint32_t[]){5, 2, 0, 0, 0}, 2, (real)0.5, 2);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"cosine_similarity", test_cosine_similarity_does_not_see_lengths},
        {"cosine_similarity", test_cosine_similarity_of_opposite_and_of_orthogonal_vectors},
        {"positive_similarities", test_positive_similarities_gives_the_published_figures},
        {"similarity_matrix", test_similarity_matrix_gives_the_published_figures},
        {"similarity_matrix", test_similarity_matrix_holds_the_similarity_of_every_two_rows},
        {"simclr_loss_naive", test_simclr_loss_naive_gives_the_published_figures},
        {"simclr_loss_naive", test_simclr_loss_naive_of_one_pair_is_0},
        {"simclr_loss_naive", test_simclr_loss_naive_of_equal_rows},
        {"simclr_loss", test_simclr_loss_gives_the_published_figures},
        {"simclr_loss", test_simclr_loss_is_that_of_the_naive_one},
        {"simclr_loss", test_simclr_loss_of_one_pair_is_0},
        {"simclr_loss", test_simclr_loss_gives_the_gradients},
        {"simclr_loss", test_simclr_loss_has_gradients_orthogonal_to_the_rows},
        {"simclr_loss", test_simclr_loss_does_not_see_lengths},
        {"simclr_loss", test_simclr_loss_exchanges_gradients_with_its_inputs},
        {"simclr_loss", test_simclr_loss_is_stable_for_a_small_tau},
        {"simclr_loss", test_simclr_loss_leaves_its_inputs_as_they_were},
        {"simclr_step", test_simclr_step_returns_the_loss_of_both_views},
        {"simclr_step", test_simclr_step_adds_the_gradients_of_both_views},
        {"simclr_step", test_simclr_step_updates_no_parameter},
        {"weighted_knn_predict", test_weighted_knn_predict_gives_the_computed_figures},
        {"weighted_knn_predict", test_weighted_knn_predict_counts_similar_neighbours_more},
        {"weighted_knn_predict", test_weighted_knn_predict_does_not_see_lengths},
        {"weighted_knn_predict", test_weighted_knn_predict_takes_the_smaller_of_equal_classes},
    };
    return check_module("simclr", promises, sizeof promises / sizeof *promises);
}
