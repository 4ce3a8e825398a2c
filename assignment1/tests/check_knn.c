/* Promises of knn.c. */
#include "check_support.h"
#include "knn.h"

typedef void (*distance_function)(const knn *classifier, const tensor *X, tensor *dists);

START_TEST(test_knn_train_remembers_where_the_examples_are)
{
    tensor *X = tensor_new_2d(3, 2);
    labels *y = labels_new(3);
    knn classifier = {0};
    knn_train(&classifier, X, y);
    ck_assert_msg(classifier.X == X, "classifier->X does not point to the training examples");
    ck_assert_msg(classifier.y == y, "classifier->y does not point to their labels");
    tensor_free(X);
    labels_free(y);
}
END_TEST

/* ---- distances ---- */

/* Fails the test unless the rows of X have these distances from those of X_train; frees all. */
static void check_distances(distance_function distances, tensor *X_train, tensor *X,
                            tensor *expected)
{
    knn classifier = {.X = X_train};
    tensor *dists = output_like(expected);
    distances(&classifier, X, dists);
    expect_close("dists", dists, expected, 1e-7);
    tensor_free(X_train);
    tensor_free(X);
    tensor_free(expected);
    tensor_free(dists);
}

/* Two training examples and three test examples whose distances can be done in one's head. */
static void check_by_hand(distance_function distances, const double *expected)
{
    tensor *X_train = matrix(2, 2, (const double[]){0, 0, 3, 4});
    tensor *X = matrix(3, 2, (const double[]){0, 0, 3, 0, 6, 8});
    check_distances(distances, X_train, X, matrix(3, 2, expected));
}

static const double euclidean[] = {0, 5, 3, 4, 10, 5};
static const double manhattan[] = {0, 7, 3, 4, 14, 7};

/*
 * 4 test and 7 training examples on a line through a space of 9 dimensions: example number a is the
 * point (a/part, ..., a/part), so that the distance of a and b is |a - b|: 9 / part^2 under the
 * root, or 9 / part without one, is 1.
 */
static void check_on_a_line(distance_function distances, double part)
{
    static const double test[] = {2.5, -1, 40, 7};
    static const double training[] = {0, 1, -3, 12, 40, 6, -0.5};
    tensor *X_train = tensor_new_2d(7, 9);
    tensor *X = tensor_new_2d(4, 9);
    tensor *expected = tensor_new_2d(4, 7);
    for (size_t i = 0; i < X_train->size; i++)
        X_train->data[i] = (real)(training[i / 9] / part);
    for (size_t i = 0; i < X->size; i++)
        X->data[i] = (real)(test[i / 9] / part);
    for (size_t i = 0; i < expected->size; i++)
        expected->data[i] = (real)fabs(test[i / 7] - training[i % 7]);
    check_distances(distances, X_train, X, expected);
}

static const char take_the_root[] = "Points (0, 0) and (6, 8) are 10 apart: the root of 36 + 64.";

START_TEST(test_knn_distances_two_loops_takes_the_root_of_the_sum_of_squares)
{
    hint(take_the_root);
    check_by_hand(knn_distances_two_loops, euclidean);
}
END_TEST

START_TEST(test_knn_distances_two_loops_of_any_shape)
{
    check_on_a_line(knn_distances_two_loops, 3);
}
END_TEST

START_TEST(test_knn_distances_one_loop_takes_the_root_of_the_sum_of_squares)
{
    hint(take_the_root);
    check_by_hand(knn_distances_one_loop, euclidean);
}
END_TEST

START_TEST(test_knn_distances_one_loop_of_any_shape)
{
    check_on_a_line(knn_distances_one_loop, 3);
}
END_TEST

START_TEST(test_knn_distances_no_loops_takes_the_root_of_the_sum_of_squares)
{
    hint(take_the_root);
    check_by_hand(knn_distances_no_loops, euclidean);
}
END_TEST

START_TEST(test_knn_distances_no_loops_of_any_shape)
{
    hint("|x|^2 - 2 x.t + |t|^2: note the 2, and which sum belongs to rows, which to columns.");
    check_on_a_line(knn_distances_no_loops, 3);
}
END_TEST

START_TEST(test_knn_distances_no_loops_of_equal_examples_is_0_and_not_nan)
{
    random_state r;
    random_seed(&r, 7);
    tensor *X = tensor_new_2d(40, 50);
    tensor *dists = output_2d(40, 40);
    knn classifier = {.X = X};
    tensor_fill_uniform(X, &r, 100, 255);
    knn_distances_no_loops(&classifier, X, dists);
    for (size_t i = 0; i < 40; i++)
        ck_assert_msg(dists->data[i * 41] >= 0 && dists->data[i * 41] < 1e-3,
                      "dists[%zu,%zu], of an example to itself, is %g, should be 0: rounding may "
                      "leave less than nothing under the root",
                      i, i, (double)dists->data[i * 41]);
    tensor_free(X);
    tensor_free(dists);
}
END_TEST

START_TEST(test_knn_distances_l1_adds_up_magnitudes)
{
    hint("The L1 distance of (0, 0) and (6, 8) is 14; 10 would be the Euclidean distance.");
    check_by_hand(knn_distances_l1, manhattan);
}
END_TEST

START_TEST(test_knn_distances_l1_of_any_shape)
{
    check_on_a_line(knn_distances_l1, 9);
}
END_TEST

/* ---- the vote ---- */

/* Fails the test unless N training examples at these distances elect the expected class. */
static void check_vote(size_t N, const double *distances, const uint32_t *classes, size_t k,
                       uint32_t expected)
{
    tensor *dists = matrix(1, N, distances);
    labels *y = labels_of(N, classes);
    labels *predicted = output_labels(1);
    knn classifier = {.y = y};
    knn_predict_labels(&classifier, dists, k, predicted);
    expect_labels("predicted", predicted, &(labels){.count = 1, .data = &expected});
    tensor_free(dists);
    labels_free(y);
    labels_free(predicted);
}

static const double five_distances[] = {5, 1, 4, 2, 3};
static const uint32_t five_classes[] = {2, 3, 2, 1, 1};

START_TEST(test_knn_predict_labels_takes_the_nearest_for_k_1)
{
    hint("The distances are 5 1 4 2 3 and the classes 2 3 2 1 1.");
    check_vote(5, five_distances, five_classes, 1, 3);
}
END_TEST

START_TEST(test_knn_predict_labels_lets_all_k_vote)
{
    hint("With k = 3 the votes are 3, 1 and 1, from near to far.");
    check_vote(5, five_distances, five_classes, 3, 1);
}
END_TEST

START_TEST(test_knn_predict_labels_lets_no_more_than_k_vote)
{
    static const double distances[] = {1, 2, 3, 4, 5, 6};
    static const uint32_t classes[] = {7, 7, 4, 4, 4, 4};
    hint("With k = 3 the votes are 7, 7 and 4; a fourth vote would make a tie.");
    check_vote(6, distances, classes, 3, 7);
}
END_TEST

START_TEST(test_knn_predict_labels_gives_a_tie_to_the_smaller_label)
{
    hint("With k = 2 classes 3 and 1 have one vote each, and 3 is nearer: the smaller label wins.");
    check_vote(5, five_distances, five_classes, 2, 1);
}
END_TEST

START_TEST(test_knn_predict_labels_lets_everybody_vote_for_k_N)
{
    hint("With k = 5 classes 1 and 2 have two votes each.");
    check_vote(5, five_distances, five_classes, 5, 1);
}
END_TEST

START_TEST(test_knn_predict_labels_counts_examples_at_equal_distances)
{
    static const double distances[] = {1, 9, 1, 1, 9, 9, 9};
    static const uint32_t classes[] = {4, 0, 4, 4, 0, 0, 0};
    hint("Three examples at distance 1 have class 4, and k = 5 adds two of the four of class 0.");
    check_vote(7, distances, classes, 5, 4);
}
END_TEST

START_TEST(test_knn_predict_labels_looks_at_each_row_for_itself)
{
    static const uint32_t classes[] = {5, 250, 0};
    tensor *dists = matrix(4, 3, (const double[]){1, 2, 3, 3, 1, 2, 2, 3, 1, 1, 3, 2});
    labels *y = labels_of(3, classes);
    labels *expected = labels_of(4, (const uint32_t[]){5, 250, 0, 5});
    labels *predicted = output_labels(4);
    knn classifier = {.y = y};
    hint("Column j of a row belongs to training example j; their classes are 5, 250 and 0.");
    knn_predict_labels(&classifier, dists, 1, predicted);
    expect_labels("predicted", predicted, expected);
    tensor_free(dists);
    labels_free(y);
    labels_free(expected);
    labels_free(predicted);
}
END_TEST

/* ---- cross-validation ---- */

/* Fails the test unless cross-validation of points on a line gives the expected accuracies. */
static void check_cross_validation(size_t N, const double *points, const uint32_t *classes,
                                   size_t fold_count, size_t k_count, const size_t *k_choices,
                                   const double *expected)
{
    tensor *X = matrix(N, 1, points);
    labels *y = labels_of(N, classes);
    tensor *accuracies = output_2d(k_count, fold_count);
    knn_cross_validate(X, y, fold_count, k_choices, k_count, accuracies);
    expect_values("accuracies", accuracies, expected, 1e-7);
    tensor_free(X);
    labels_free(y);
    tensor_free(accuracies);
}

START_TEST(test_knn_cross_validate_splits_as_array_split_does)
{
    /* 20 in the first fold is nearest to 21 of another class, and 21 in the third to 20 */
    static const double points[] = {0, 10, 20, 1, 11, 21, 12};
    static const uint32_t classes[] = {0, 1, 2, 0, 1, 0, 1};
    hint("Seven examples make folds of 3, 2 and 2.");
    check_cross_validation(7, points, classes, 3, 1, (const size_t[]){1},
                           (const double[]){2.0 / 3, 1, 0.5});
}
END_TEST

START_TEST(test_knn_cross_validate_trains_without_the_fold_that_it_judges)
{
    static const double points[] = {3, 1, 4, 15, 9, 26};
    static const uint32_t classes[] = {0, 1, 2, 3, 4, 5};
    hint(
        "No two examples share a class: a correct prediction means that the example found itself.");
    check_cross_validation(6, points, classes, 3, 1, (const size_t[]){1},
                           (const double[]){0, 0, 0});
}
END_TEST

START_TEST(test_knn_cross_validate_has_a_row_for_each_k)
{
    /* by the nearest one all are right; by all the others, 4 or 5 of class 1, only class 1 is */
    static const double points[] = {0, 10, 11, 1, 12, 13, 2, 14, 15};
    static const uint32_t classes[] = {0, 1, 1, 0, 1, 1, 0, 1, 1};
    hint("The rows belong to k = 1 and k = 6, the columns to the folds.");
    check_cross_validation(9, points, classes, 3, 2, (const size_t[]){1, 6},
                           (const double[]){1, 1, 1, 2.0 / 3, 2.0 / 3, 2.0 / 3});
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"knn_train", test_knn_train_remembers_where_the_examples_are},
        {"knn_distances_two_loops",
         test_knn_distances_two_loops_takes_the_root_of_the_sum_of_squares},
        {"knn_distances_two_loops", test_knn_distances_two_loops_of_any_shape},
        {"knn_distances_one_loop",
         test_knn_distances_one_loop_takes_the_root_of_the_sum_of_squares},
        {"knn_distances_one_loop", test_knn_distances_one_loop_of_any_shape},
        {"knn_distances_no_loops",
         test_knn_distances_no_loops_takes_the_root_of_the_sum_of_squares},
        {"knn_distances_no_loops", test_knn_distances_no_loops_of_any_shape},
        {"knn_distances_no_loops", test_knn_distances_no_loops_of_equal_examples_is_0_and_not_nan},
        {"knn_distances_l1", test_knn_distances_l1_adds_up_magnitudes},
        {"knn_distances_l1", test_knn_distances_l1_of_any_shape},
        {"knn_predict_labels", test_knn_predict_labels_takes_the_nearest_for_k_1},
        {"knn_predict_labels", test_knn_predict_labels_lets_all_k_vote},
        {"knn_predict_labels", test_knn_predict_labels_lets_no_more_than_k_vote},
        {"knn_predict_labels", test_knn_predict_labels_gives_a_tie_to_the_smaller_label},
        {"knn_predict_labels", test_knn_predict_labels_lets_everybody_vote_for_k_N},
        {"knn_predict_labels", test_knn_predict_labels_counts_examples_at_equal_distances},
        {"knn_predict_labels", test_knn_predict_labels_looks_at_each_row_for_itself},
        {"knn_cross_validate", test_knn_cross_validate_splits_as_array_split_does},
        {"knn_cross_validate", test_knn_cross_validate_trains_without_the_fold_that_it_judges},
        {"knn_cross_validate", test_knn_cross_validate_has_a_row_for_each_k},
    };
    return check_module("knn", promises, sizeof promises / sizeof *promises);
}
