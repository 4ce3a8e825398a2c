/* Hidden cases of shared spaces. */
#include "attempt.h"

CASE(cosine_similarities_any_shape, "the similarities of two sets of rows")
{
    for (size_t round = 0; round < 2; round++) {
        size_t N = draw_size(a, 2, 4);
        size_t M = draw_size(a, 5, 7);
        size_t D = draw_size(a, 8, 11);
        give_normal(a, "a", sizes2(N, D), 0.2, 1);
        give_normal(a, "b", sizes2(M, D), 0.2, 4);
        call(a, "cosine_similarities");
        expect_close(a, "S");
    }
}

static void give_pairs(attempt *a, double tau)
{
    size_t N = draw_size(a, 3, 7);
    size_t D = draw_size(a, 8, 11);
    give_normal(a, "images", sizes2(N, D), 0.2, 1);
    give_normal(a, "texts", sizes2(N, D), 0.2, 3);
    give_number(a, "tau", tau);
}

static void expect_loss(attempt *a)
{
    call(a, "clip_loss");
    expect_close(a, "loss");
    expect_close(a, "dimages");
    expect_close(a, "dtexts");
}

CASE(clip_loss_any_shape, "the loss of pairs and its gradients, also where outputs hold numbers")
{
    for (size_t round = 0; round < 3; round++) {
        give_pairs(a, draw_number(a, 0.2, 0.8));
        if (round > 0)
            fill_outputs(a, 3);
        expect_loss(a);
    }
}

/* exp(740) is more than double holds; a temperature much smaller needs more than the largest. */
CASE(clip_loss_small_tau, "a temperature so small that exponentials overflow",
     .needs = "clip_loss_any_shape")
{
    give_pairs(a, 1 / 740.);
    tensor *texts = given(a, "texts");
    const tensor *images = given(a, "images");
    for (size_t i = 0; i < texts->size / 2; i++) /* half of the texts are near */
        texts->data[i] = images->data[i] + (real)0.02 * texts->data[i];
    expect_loss(a);
}

CASE(zero_shot_classify_any_shape, "the text of each picture")
{
    for (size_t round = 0; round < 2; round++) {
        size_t N = draw_size(a, 7, 9);
        size_t K = draw_size(a, 4, 6);
        size_t D = draw_size(a, 2, 3);
        tensor *texts = give_normal(a, "texts", sizes2(K, D), 0, 1);
        for (size_t d = 0; d < D; d++)
            texts->data[d] *= 9; /* the first is long */
        give_normal(a, "images", sizes2(N, D), 0, 1);
        call(a, "zero_shot_classify");
        expect_close(a, "predicted");
    }
}

CASE(retrieve_any_count, "the most similar pictures, best first, and equally similar ones")
{
    for (size_t round = 0; round < 3; round++) {
        size_t N = draw_size(a, 7, 9);
        size_t D = draw_size(a, 3, 5);
        tensor *images = give_normal(a, "images", sizes2(N, D), 0, 1);
        for (size_t d = 0; d < D; d++) {
            images->data[d] *= 9;
            images->data[(N - 1) * D + d] = images->data[3 * D + d];
        }
        give_normal(a, "query", sizes1(D), 0, 2);
        give_size(a, 'K', round == 0 ? 3 : N);
        call(a, "retrieve");
        expect_close(a, "indices");
    }
}

enum { MOST_COLUMNS = 5 };

/* Mirrors the rows of X at a drawn plane, so that their directions point anywhere. */
static void mirror_rows(attempt *a, tensor *X)
{
    size_t D = X->shape[1];
    double normal[MOST_COLUMNS];
    double squares = 0;
    for (size_t d = 0; d < D; d++) {
        normal[d] = draw_number(a, -1, 1);
        squares += normal[d] * normal[d];
    }
    for (size_t n = 0; n < X->shape[0]; n++) {
        real *row = X->data + n * D;
        double along = 0;
        for (size_t d = 0; d < D; d++)
            along += (double)row[d] * normal[d];
        for (size_t d = 0; d < D; d++)
            row[d] -= (real)(2 * along / squares * normal[d]);
    }
}

/* Rows far from 0, whose directions differ clearly in how much the rows spread along them. */
static void give_rows(attempt *a, size_t count)
{
    size_t N = draw_size(a, 40, 50);
    size_t D = draw_size(a, 4, MOST_COLUMNS);
    tensor *X = give_normal(a, "X", sizes2(N, D), 4, 1);
    for (size_t i = 0; i < X->size; i++) {
        size_t column = i % D;
        for (size_t j = 0; j < column; j++)
            X->data[i] *= (real)1.9;
        if (column > 0)
            X->data[i] += (real)0.4 * X->data[i - 1];
    }
    mirror_rows(a, X);
    give_size(a, 'K', count);
}

CASE(principal_components_any_shape, "the directions in which rows differ most")
{
    for (size_t round = 0; round < 3; round++) {
        give_rows(a, 2 + round % 2);
        call(a, "principal_components");
        expect_close(a, "mean");
        expect_close(a, "components");
    }
}

CASE(component_colours_any_shape, "colours of rows, each direction with a scale of its own")
{
    give_rows(a, 3);
    call_reference(a, "principal_components");
    if (ended(a))
        return;
    tensor *mean = tensor_new_copy(reference(a, "mean"));
    tensor *components = tensor_new_copy(reference(a, "components"));
    give_copy(a, "mean", mean);
    give_copy(a, "components", components);
    tensor_free(mean);
    tensor_free(components);
    call(a, "component_colours");
    expect_close(a, "colours");
}

CASE(component_colours_equal_rows, "rows that do not differ have colour 0",
     .needs = "component_colours_any_shape")
{
    size_t D = draw_size(a, 3, 5);
    tensor *X = give_normal(a, "X", sizes2(4, D), 0, 1);
    for (size_t i = D; i < X->size; i++)
        X->data[i] = X->data[i - D];
    give_normal(a, "mean", sizes1(D), 0, 1);
    give_normal(a, "components", sizes2(3, D), 0, 1);
    call(a, "component_colours");
    expect_close(a, "colours");
}

CASE(mean_iou_any_classes, "regions of classes, of which some do not occur")
{
    for (size_t round = 0; round < 6; round++) {
        size_t count = round < 3 ? 30 : 4;
        labels *predicted = give_labels(a, "predicted", count, 4);
        labels *truth = give_labels(a, "truth", count, 3 + round % 3);
        if (round == 3) /* a class that occurs once, and is found */
            predicted->data[0] = truth->data[0] = 4;
        give_number(a, "classes", 5 + (double)(round % 3));
        call(a, "mean_iou");
        expect_close(a, "value");
    }
}

CASE(shared_space_memory, "no memory error in shared spaces", .variant = CASE_SANITIZED)
{
    give_pairs(a, 0.5);
    expect_loss(a);
    give_rows(a, 2);
    call(a, "principal_components");
    expect_close(a, "components");
    give_normal(a, "mean", sizes1(given(a, "X")->shape[1]), 0, 1);
    give_normal(a, "components", sizes2(2, given(a, "X")->shape[1]), 0, 1);
    call(a, "component_colours");
    expect_close(a, "colours");
    give_labels(a, "predicted", 9, 3);
    give_labels(a, "truth", 9, 3);
    give_number(a, "classes", 3);
    call(a, "mean_iou");
    expect_close(a, "value");
}
