/* Hidden cases of k nearest neighbours. */
#include "linear_inputs.h"

enum { ROUNDS = 4 };

/* M test and N training examples of D numbers: sizes of 1, odd sizes, N below D and above. */
static void give_points(attempt *a, size_t largest, double mean)
{
    size_t N = draw_size(a, 1, largest);
    size_t M = draw_size(a, 1, largest);
    size_t D = draw_size(a, 1, largest);
    give_normal(a, "X_train", sizes2(N, D), mean, 3);
    give_normal(a, "X", sizes2(M, D), mean, 3);
}

static void check_distances(attempt *a, const char *operation)
{
    for (size_t round = 0; round < ROUNDS; round++) {
        give_points(a, round == 0 ? 3 : 30, 0);
        call(a, operation);
        expect_close(a, "dists");
    }
}

CASE(knn_two_loops_any_shape, "Euclidean distances with two loops, for any shape")
{
    check_distances(a, "knn_distances_two_loops");
}

CASE(knn_one_loop_any_shape, "Euclidean distances with one loop, for any shape")
{
    check_distances(a, "knn_distances_one_loop");
}

CASE(knn_no_loops_any_shape, "Euclidean distances without loops, for any shape",
     .stays = "knn_classify and cross-validation see its mistakes too, but cannot say which "
              "function it is")
{
    check_distances(a, "knn_distances_no_loops");
}

CASE(knn_l1_any_shape, "Manhattan distances, for any shape")
{
    check_distances(a, "knn_distances_l1");
}

/*
 * Where x equals t the three sums cancel, and rounding may leave less than nothing under the root.
 */
CASE(knn_no_loops_same_points,
     "distances without loops are not NaN where two examples are the same",
     .needs = "knn_no_loops_any_shape")
{
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t N = draw_size(a, 5, 25);
        size_t D = draw_size(a, 20, 60);
        tensor *X = give_normal(a, "X", sizes2(N, D), 120, 40);
        give_copy(a, "X_train", X);
        call(a, "knn_distances_no_loops");
        expect_close_within(a, "dists", 1e-5);
    }
}

CASE(knn_distances_float, "distances of pixels from 0 to 255, in float", .variant = CASE_FLOAT)
{
    size_t D = draw_size(a, 500, 800);
    give_uniform(a, "X_train", sizes2(draw_size(a, 10, 20), D), 0, 255);
    give_uniform(a, "X", sizes2(draw_size(a, 10, 20), D), 0, 255);
    call(a, "knn_distances_two_loops");
    expect_close(a, "dists");
    call(a, "knn_distances_l1");
    expect_close(a, "dists");
}

CASE(knn_predict_any_k, "the vote of the k nearest, for any k",
     .stays = "cross-validation sees its mistakes too, but cannot say which function it is")
{
    for (size_t round = 0; round < 6; round++) {
        size_t N = draw_size(a, 2, 40);
        size_t C = draw_size(a, 2, 6);
        give_labels(a, "y_train", N, C);
        give_uniform(a, "dists", sizes2(draw_size(a, 3, 20), N), 0, 10);
        give_number(a, "k", (double)draw_size(a, 1, N));
        call(a, "knn_predict_labels");
        expect_close(a, "predicted");
    }
    /* the first example is the only one of the largest label, and the nearest of all */
    labels *y = give_labels(a, "y_train", 6, 3);
    tensor *dists = give_uniform(a, "dists", sizes2(4, 6), 5, 10);
    y->data[0] = 3;
    for (size_t i = 0; i < 4; i++)
        dists->data[6 * i] = 1;
    give_number(a, "k", 1);
    call(a, "knn_predict_labels");
    expect_close(a, "predicted");
}

/* Classes come in pairs of neighbours with equally many votes; the nearest has the larger label. */
CASE(knn_predict_tied_vote, "a tied vote goes to the smaller label", .needs = "knn_predict_any_k",
     .stays = "it waits for knn_predict_any_k, which has ties by chance only")
{
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t votes = draw_size(a, 1, 4);
        size_t M = draw_size(a, 3, 12);
        size_t N = 2 * votes + draw_size(a, 1, 10);
        labels *y = give_labels(a, "y_train", N, 2);
        uint32_t high = (uint32_t)draw_size(a, 2, 6);
        uint32_t low = (uint32_t)draw_size(a, 0, high - 1);
        tensor *dists = give_uniform(a, "dists", sizes2(M, N), 50, 90);
        for (size_t v = 0; v < votes; v++) {
            y->data[v] = high;
            y->data[votes + v] = low;
            for (size_t i = 0; i < M; i++) {
                dists->data[i * N + v] = draw_number(a, 1, 2);
                dists->data[i * N + votes + v] = draw_number(a, 3, 4);
            }
        }
        give_number(a, "k", (double)(2 * votes));
        call(a, "knn_predict_labels");
        expect_close(a, "predicted");
    }
}

CASE(knn_predict_k_is_all, "with k = N all examples vote", .needs = "knn_predict_any_k")
{
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t N = draw_size(a, 1, 25);
        give_labels(a, "y_train", N, draw_size(a, 2, 9));
        give_uniform(a, "dists", sizes2(draw_size(a, 2, 9), N), 0, 10);
        give_number(a, "k", (double)N);
        call(a, "knn_predict_labels");
        expect_close(a, "predicted");
    }
}

/*
 * All examples at one distance from a test example share a label, so that their order cannot
 * matter.
 */
CASE(knn_predict_equal_distances, "several examples at one distance: k vote, whichever they are",
     .needs = "knn_predict_any_k")
{
    size_t N = draw_size(a, 12, 30);
    labels *y = give_labels(a, "y_train", N, 4);
    size_t M = draw_size(a, 4, 10);
    tensor *dists = give_zeros(a, "dists", sizes2(M, N));
    for (size_t i = 0; i < M; i++) {
        double by_label[4];
        for (size_t c = 0; c < 4; c++)
            by_label[c] = draw_number(a, 1, 9);
        for (size_t j = 0; j < N; j++)
            dists->data[i * N + j] = by_label[y->data[j]];
    }
    for (size_t k = 1; k <= 5; k++) {
        give_number(a, "k", (double)k);
        call(a, "knn_predict_labels");
        expect_close(a, "predicted");
    }
}

CASE(knn_classify, "training, distances and vote together", .needs = "knn_predict_any_k",
     .stays = "the three functions together, as a user calls them")
{
    size_t D = draw_size(a, 3, 9);
    tensor *centres = tensor_new_2d(draw_size(a, 2, 6), D);
    tensor_fill_normal(centres, case_stream(a), 0, 4);
    give_examples_around(a, "X_train", "y_train", centres, draw_size(a, 30, 60), 2);
    give_examples_around(a, "X", "y_test", centres, draw_size(a, 20, 40), 2);
    give_number(a, "k", (double)draw_size(a, 1, 7));
    call(a, "knn_classify");
    expect_close(a, "predicted");
    tensor_free(centres);
}

CASE(knn_cross_validate_any_folds, "cross-validation accuracies, also of folds of unequal size")
{
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t folds = draw_size(a, 2, 6);
        size_t each = draw_size(a, 5, 8); /* 5 or more train */
        size_t N = folds * each + draw_size(a, 1, folds - 1);
        size_t D = draw_size(a, 2, 6);
        tensor *centres = tensor_new_2d(3, D);
        tensor_fill_normal(centres, case_stream(a), 0, 2);
        give_examples_around(a, "X", "y", centres, N, 2);
        labels *choices = give_labels(a, "k_choices", draw_size(a, 1, 5), 5);
        for (size_t i = 0; i < choices->count; i++)
            choices->data[i] += 1;
        give_number(a, "fold_count", (double)folds);
        give_size(a, 'F', folds);
        call(a, "knn_cross_validate");
        expect_close(a, "accuracies");
        tensor_free(centres);
    }
}

static void give_many_points(attempt *a)
{
    give_uniform(a, "X_train", sizes2(1000, 1024), 0, 1);
    give_uniform(a, "X", sizes2(200, 1024), 0, 1);
}

CASE(knn_no_loops_speed, "distances without loops at the speed of a matrix product",
     .variant = CASE_FLOAT, .needs = "knn_no_loops_any_shape")
{
    expect_speed(a, "knn_distances_no_loops", give_many_points, 4);
}

CASE(knn_memory, "no memory error in any of the module's functions", .variant = CASE_SANITIZED)
{
    static const char *const operations[] = {"knn_distances_two_loops", "knn_distances_one_loop",
                                             "knn_distances_no_loops", "knn_distances_l1"};
    for (size_t i = 0; i < 4; i++) {
        give_points(a, 9, 0);
        call(a, operations[i]);
        expect_close(a, "dists");
    }
    size_t N = draw_size(a, 3, 12);
    give_labels(a, "y_train", N, 3);
    give_uniform(a, "dists", sizes2(draw_size(a, 2, 5), N), 0, 1);
    give_number(a, "k", (double)N);
    call(a, "knn_predict_labels");
    expect_close(a, "predicted");
}
