/* Promises of shared_space.c. */
#include "shared_space.h"
#include "view_checks.h"

enum { N = 4, M = 3, D = 5 };

static tensor *rows(uint32_t seed, size_t count, double mean)
{
    random_state r;
    random_seed(&r, seed);
    return kept_normal(&r, mean, 1, SHAPE(count, D));
}

/* ---- similarities ---- */

START_TEST(test_cosine_similarities_gives_the_computed_figures)
{
    published_case *c = published("cosine_similarities", 0);
    tensor *S = kept_output(SHAPE(3, 5));
    cosine_similarities(input_of(c, "a"), input_of(c, "b"), S);
    hint("Rows are a's, columns b's; both are divided by their lengths.");
    expect_figures("S", S, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_cosine_similarities_do_not_see_lengths)
{
    tensor *a = rows(1, N, 0), *b = rows(2, M, 0);
    tensor *S = kept_output(SHAPE(N, M)), *scaled = kept_output(SHAPE(N, M));
    cosine_similarities(a, b, S);
    tensor_scale(a, 1e-5);
    tensor_scale(b, 1e5);
    cosine_similarities(a, b, scaled);
    expect_close("S", scaled, S, 1e-10);
}
END_TEST

/* ---- clip_loss ---- */

typedef struct pairs {
    tensor *images, *texts, *dimages, *dtexts;
    real tau;
} pairs;

static pairs new_pairs(real tau)
{
    tensor *images = rows(3, N, 0.2), *texts = rows(4, N, 0.2);
    return (pairs){images, texts, keep(output_like(images)), keep(output_like(texts)), tau};
}

static double loss_of(const tensor *changed, void *context)
{
    const pairs *p = context;
    (void)changed; /* images or texts, changed in place */
    return (double)clip_loss(p->images, p->texts, p->tau, p->dimages, p->dtexts);
}

START_TEST(test_clip_loss_gives_the_computed_figures)
{
    published_case *c = published("clip_loss", 0);
    tensor *images = input_of(c, "images"), *texts = input_of(c, "texts");
    pairs p = {images, texts, keep(output_like(images)), keep(output_like(texts)),
               (real)published_input_number(c, "tau")};
    hint("The loss is the mean of two cross-entropies: over the rows, and over the columns.");
    expect_number("the loss", loss_of(NULL, &p), published_expected_number(c, "loss"),
                  published_tolerance(c));
    expect_figures("dimages", p.dimages, c);
    expect_figures("dtexts", p.dtexts, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_clip_loss_is_log_N_if_all_rows_are_equal)
{
    pairs p = new_pairs((real)0.5);
    tensor_fill(p.images, 2);
    tensor_fill(p.texts, 3);
    hint("Each picture could have any of the N texts, and each text any picture: log N both times, "
         "and their mean is log N.");
    expect_number("the loss", loss_of(NULL, &p), log((double)N), 1e-10);
}
END_TEST

START_TEST(test_clip_loss_tells_texts_from_pictures_too)
{
    pairs p = new_pairs((real)0.5), q = p;
    double loss = loss_of(NULL, &p);
    q.images = p.texts;
    q.texts = p.images;
    q.dimages = keep(output_like(p.images));
    q.dtexts = keep(output_like(p.images));
    hint("With pictures and texts exchanged the loss is the same, as rows become columns.");
    expect_number("the loss", loss_of(NULL, &q), loss, 1e-10);
    expect_close("dtexts", q.dtexts, p.dimages, 1e-10);
}
END_TEST

START_TEST(test_clip_loss_gives_the_gradients)
{
    pairs p = new_pairs((real)0.5);
    loss_of(NULL, &p);
    tensor *dimages = keep(tensor_new_copy(p.dimages)), *dtexts = keep(tensor_new_copy(p.dtexts));
    expect_gradient("dimages", dimages, loss_of, &p, p.images);
    expect_gradient("dtexts", dtexts, loss_of, &p, p.texts);
}
END_TEST

START_TEST(test_clip_loss_is_stable_for_a_small_tau)
{
    pairs p = new_pairs((real)0.001);
    tensor_copy(p.images, p.texts);
    double loss = loss_of(NULL, &p);
    ck_assert_msg(isfinite(loss) && fabs(loss) < 1e-6,
                  "the loss is %g, should be 0: each picture's text is the most similar by far",
                  loss);
    ck_assert_msg(tensor_all_finite(p.dimages) && tensor_all_finite(p.dtexts),
                  "a gradient is not a number: does exp overflow?");
}
END_TEST

START_TEST(test_clip_loss_leaves_its_inputs_as_they_were)
{
    pairs p = new_pairs((real)0.5);
    tensor *images = keep(tensor_new_copy(p.images)), *texts = keep(tensor_new_copy(p.texts));
    double loss = loss_of(NULL, &p);
    tensor *dimages = keep(tensor_new_copy(p.dimages));
    hint("This is the second call with the same tensors.");
    expect_number("the loss", loss_of(NULL, &p), loss, 0);
    expect_close("dimages", p.dimages, dimages, 0);
    expect_unchanged("images", p.images, images);
    expect_unchanged("texts", p.texts, texts);
}
END_TEST

/* ---- finding ---- */

/* Compares labels that a function gave with those wanted, and frees them. */
static void expect_found(const char *name, labels *got, const uint32_t *wanted)
{
    labels *expected = labels_of(got->count, wanted);
    expect_labels(name, got, expected);
    labels_free(expected);
    labels_free(got);
}

START_TEST(test_zero_shot_classify_gives_the_computed_figures)
{
    published_case *c = published("zero_shot_classify", 0);
    labels *predicted = output_labels(4);
    zero_shot_classify(input_of(c, "images"), input_of(c, "texts"), predicted);
    expect_found("predicted", predicted, (const uint32_t[]){1, 0, 2, 0});
    published_case_close(c);
}
END_TEST

START_TEST(test_zero_shot_classify_takes_the_text_of_each_picture)
{
    tensor *images = matrix(2, 2, (const double[]){1, 0.1, 1, 0.2});
    tensor *texts = matrix(3, 2, (const double[]){0, 9, 2, 0, 4, 0});
    labels *predicted = output_labels(2);
    zero_shot_classify(images, texts, predicted);
    hint("Both pictures are nearest to the texts 1 and 2, which point the same way; 1 is smaller.");
    expect_found("predicted", predicted, (const uint32_t[]){1, 1});
}
END_TEST

START_TEST(test_retrieve_gives_the_computed_figures)
{
    published_case *c = published("retrieve", 0);
    tensor *query = input_of(c, "query");
    labels *indices = output_labels(2);
    retrieve(query, input_of(c, "images"), indices);
    hint("The most similar picture comes first.");
    expect_found("indices", indices, (const uint32_t[]){3, 1});
    published_case_close(c);
}
END_TEST

START_TEST(test_retrieve_takes_the_smaller_of_equally_similar_pictures)
{
    tensor *images = matrix(4, 2, (const double[]){0, 1, 2, 0, 0.5, 0, -1, 0});
    tensor *query = matrix(1, 2, (const double[]){3, 0});
    tensor row = tensor_row(query, 0);
    labels *indices = output_labels(4);
    retrieve(&row, images, indices);
    expect_found("indices", indices, (const uint32_t[]){1, 2, 0, 3});
}
END_TEST

/* ---- components ---- */

START_TEST(test_principal_components_gives_the_computed_figures)
{
    published_case *c = published("principal_components", 0);
    tensor *mean = kept_output(SHAPE(4)), *components = kept_output(SHAPE(2, 4));
    principal_components(input_of(c, "X"), mean, components);
    hint("Unit rows, the largest variance first; the entry of largest magnitude is positive.");
    expect_figures("mean", mean, c);
    expect_figures("components", components, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_principal_components_of_rows_on_a_line)
{
    tensor *X = matrix(3, 2, (const double[]){100, 203, 103, 199, 106, 195});
    tensor *mean = kept_output(SHAPE(2)), *components = kept_output(SHAPE(2, 2));
    principal_components(X, mean, components);
    hint("The rows go by (3, -4) from one to the next: that direction, of length 1, comes first, "
         "turned so that its -4 becomes positive. They are far from 0, so centre them.");
    expect_values("mean", mean, (const double[]){103, 199}, 1e-12);
    expect_values("components", components, (const double[]){-0.6, 0.8, 0.8, 0.6}, 1e-8);
}
END_TEST

START_TEST(test_principal_components_are_orthogonal_and_sorted)
{
    tensor *X = rows(5, 12, 3), *mean = kept_output(SHAPE(D)), *W = kept_output(SHAPE(D, D));
    principal_components(X, mean, W);
    double before = INFINITY;
    for (size_t i = 0; i < D; i++) {
        double variance = 0;
        for (size_t n = 0; n < 12; n++) {
            double along = 0;
            for (size_t d = 0; d < D; d++)
                along += (double)((X->data[n * D + d] - mean->data[d]) * W->data[i * D + d]);
            variance += along * along / 12;
        }
        ck_assert_msg(variance <= before, "row %zu of components has the variance %g, more than %g",
                      i, variance, before);
        before = variance;
    }
    tensor *product = keep(tensor_new_2d(D, D)), *one = keep(tensor_new_2d(D, D));
    for (size_t i = 0; i < D * D; i++) {
        one->data[i] = i / D == i % D;
        for (size_t d = 0; d < D; d++)
            product->data[i] += W->data[i / D * D + d] * W->data[i % D * D + d];
    }
    hint("The rows of components are orthogonal and have length 1.");
    expect_close("components times its transpose", product, one, 1e-9);
}
END_TEST

START_TEST(test_component_colours_gives_the_computed_figures)
{
    published_case *c = published("component_colours", 0);
    tensor *colours = kept_output(SHAPE(6, 2));
    component_colours(input_of(c, "X"), input_of(c, "mean"), input_of(c, "components"), colours);
    hint("Each column has its own smallest and largest number, which become 0 and 1.");
    expect_figures("colours", colours, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_component_colours_of_equal_rows_are_0)
{
    tensor *X = keep(tensor_new_2d(3, 2)), *mean = keep(tensor_new_1d(2));
    tensor *components = matrix(1, 2, (const double[]){0.6, 0.8});
    tensor *colours = kept_output(SHAPE(3, 1));
    tensor_fill(X, 7);
    component_colours(X, mean, components, colours);
    expect_values("colours", colours, (const double[]){0, 0, 0}, 0);
}
END_TEST

/* ---- regions ---- */

START_TEST(test_mean_iou_gives_the_computed_figures)
{
    published_case *c = published("mean_iou", 0);
    labels *predicted = published_input_labels(c, "predicted");
    labels *truth = published_input_labels(c, "truth");
    hint("Class 3 occurs in none, so three classes are averaged: 2/4, 2/3 and 0.");
    expect_number("the mean", (double)mean_iou(predicted, truth, 4),
                  published_expected_number(c, "value"), 1e-9);
    labels_free(predicted);
    labels_free(truth);
    published_case_close(c);
}
END_TEST

START_TEST(test_mean_iou_does_not_hide_small_classes)
{
    labels *predicted = labels_of(10, (const uint32_t[]){0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    labels *truth = labels_of(10, (const uint32_t[]){0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    hint("Nine of ten pixels are right, but class 1 is missed: (9/10 + 0) / 2.");
    expect_number("the mean", (double)mean_iou(predicted, truth, 2), 0.45, 1e-12);
    labels_free(predicted);
    labels_free(truth);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"cosine_similarities", test_cosine_similarities_gives_the_computed_figures},
        {"cosine_similarities", test_cosine_similarities_do_not_see_lengths},
        {"clip_loss", test_clip_loss_gives_the_computed_figures},
        {"clip_loss", test_clip_loss_is_log_N_if_all_rows_are_equal},
        {"clip_loss", test_clip_loss_tells_texts_from_pictures_too},
        {"clip_loss", test_clip_loss_gives_the_gradients},
        {"clip_loss", test_clip_loss_is_stable_for_a_small_tau},
        {"clip_loss", test_clip_loss_leaves_its_inputs_as_they_were},
        {"zero_shot_classify", test_zero_shot_classify_gives_the_computed_figures},
        {"zero_shot_classify", test_zero_shot_classify_takes_the_text_of_each_picture},
        {"retrieve", test_retrieve_gives_the_computed_figures},
        {"retrieve", test_retrieve_takes_the_smaller_of_equally_similar_pictures},
        {"principal_components", test_principal_components_gives_the_computed_figures},
        {"principal_components", test_principal_components_of_rows_on_a_line},
        {"principal_components", test_principal_components_are_orthogonal_and_sorted},
        {"component_colours", test_component_colours_gives_the_computed_figures},
        {"component_colours", test_component_colours_of_equal_rows_are_0},
        {"mean_iou", test_mean_iou_gives_the_computed_figures},
        {"mean_iou", test_mean_iou_does_not_hide_small_classes},
    };
    return check_module("shared_space", promises, sizeof promises / sizeof *promises);
}
