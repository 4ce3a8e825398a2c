/* The given layers of sequences: published figures, and gradients by finite differences. */
#include "temporal.h"

#include "checks/check_support.h"
#include "tests/suite.h"

#define ROOM_CASES "assignment3/tests/any.c"

static tensor *input(const published_case *c, const char *name)
{
    return keep(published_input(c, name));
}

static void expect_case(const char *name, const tensor *got, const published_case *c)
{
    expect_close(name, got, keep(published_expected(c, name)), published_tolerance(c));
}

START_TEST(test_temporal_affine_gives_the_computed_figures)
{
    published_case *c = published_beside(ROOM_CASES, "temporal_affine", 0);
    tensor *x = input(c, "x"), *w = input(c, "w"), *b = input(c, "b"), *dout = input(c, "dout");
    tensor *out = keep(output_like(dout)), *dx = keep(output_like(x));
    tensor *dw = keep(output_like(w)), *db = keep(output_like(b));
    temporal_affine_forward(x, w, b, out);
    temporal_affine_backward(dout, x, w, dx, dw, db);
    expect_case("out", out, c);
    expect_case("dx", dx, c);
    expect_case("dw", dw, c);
    expect_case("db", db, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_temporal_softmax_loss_gives_the_computed_figures)
{
    published_case *c = published_beside(ROOM_CASES, "temporal_softmax_loss", (size_t)_i);
    tensor *scores = input(c, "scores"), *dscores = keep(output_like(scores));
    captions *words = published_input_captions(c, "words");
    uint32_t null_word = (uint32_t)published_input_number(c, "null_word");
    double loss = (double)temporal_softmax_loss(scores, words, null_word, dscores);
    expect_number("the loss", loss, published_expected_number(c, "loss"), 1e-10);
    expect_case("dscores", dscores, c);
    expect_number("the loss without a gradient",
                  (double)temporal_softmax_loss(scores, words, null_word, NULL), loss, 0);
    temporal_softmax_loss(scores, words, null_word, scores);
    expect_close("dscores in the place of scores", scores, dscores, 0);
    captions_free(words);
    published_case_close(c);
}
END_TEST

static captions *said;

static double loss_of(const tensor *scores, void *context)
{
    (void)context;
    return (double)temporal_softmax_loss(scores, said, 2, NULL);
}

START_TEST(test_temporal_softmax_loss_gives_the_gradient)
{
    random_state r;
    random_seed(&r, 231);
    tensor *scores = kept_normal(&r, 0, 3, SHAPE(3, 4, 5)), *dscores = keep(output_like(scores));
    said = kept_captions(3, 4, (const uint32_t[]){1, 4, 2, 0, 2, 2, 2, 2, 3, 0, 0, 1});
    temporal_softmax_loss(scores, said, 2, dscores);
    expect_gradient("dscores", dscores, loss_of, NULL, scores);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("temporal");
    tcase_add_test(tests, test_temporal_affine_gives_the_computed_figures);
    tcase_add_loop_test(tests, test_temporal_softmax_loss_gives_the_computed_figures, 0, 2);
    tcase_add_test(tests, test_temporal_softmax_loss_gives_the_gradient);
    return run_suite("temporal", tests);
}
