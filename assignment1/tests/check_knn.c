/* Promises of knn.c. */
#include "check_support.h"
#include "knn.h"

typedef void (*distance_function)(const knn *classifier, const tensor *X, tensor *dists);

/* Two training examples and three test examples whose distances can be done in one's head. */
static void check_by_hand(distance_function distances, const real *expected_values)
{
    real train[] = {0, 0, 3, 4};
    real test[] = {0, 0, 3, 0, 6, 8};
    real wanted[6];
    for (size_t i = 0; i < 6; i++)
        wanted[i] = expected_values[i];
    tensor X_train = tensor_over(train, 2, (size_t[]){2, 2});
    tensor X = tensor_over(test, 2, (size_t[]){3, 2});
    tensor expected = tensor_over(wanted, 2, (size_t[]){3, 2});
    tensor *dists = tensor_new_2d(3, 2);
    knn classifier = {.X = &X_train};
    poison(dists);
    distances(&classifier, &X, dists);
    expect_close("dists", dists, &expected, 1e-6);
    tensor_free(dists);
}

static const real euclidean[] = {0, 5, 3, 4, 10, 5};
static const real manhattan[] = {0, 7, 3, 4, 14, 7};

/* Distances of random examples of unequal numbers against loops written here. */
static void check_random(distance_function distances)
{
    random_state r;
    random_seed(&r, 231);
    tensor *X_train = normal_2d(&r, 7, 5, 1);
    tensor *X = normal_2d(&r, 4, 5, 1);
    tensor *kept = tensor_new_copy(X);
    tensor *dists = tensor_new_2d(4, 7);
    tensor *expected = tensor_new_2d(4, 7);
    knn classifier = {.X = X_train};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 7; j++) {
            tensor x = tensor_row(X, i);
            tensor t = tensor_row(X_train, j);
            expected->data[i * 7 + j] = (real)frobenius_distance(&x, &t);
        }
    poison(dists);
    distances(&classifier, X, dists);
    expect_close("dists", dists, expected, 1e-9);
    expect_unchanged("X", X, kept);
    tensor_free(X_train);
    tensor_free(X);
    tensor_free(kept);
    tensor_free(dists);
    tensor_free(expected);
}

START_TEST(test_two_loops_take_the_root_of_the_sum_of_squares)
{
    check_by_hand(knn_distances_two_loops, euclidean);
}
END_TEST

START_TEST(test_two_loops_on_random_examples)
{
    check_random(knn_distances_two_loops);
}
END_TEST

START_TEST(test_one_loop_takes_the_root_of_the_sum_of_squares)
{
    check_by_hand(knn_distances_one_loop, euclidean);
}
END_TEST

START_TEST(test_one_loop_on_random_examples)
{
    check_random(knn_distances_one_loop);
}
END_TEST

START_TEST(test_no_loops_take_the_root_of_the_sum_of_squares)
{
    check_by_hand(knn_distances_no_loops, euclidean);
}
END_TEST

START_TEST(test_no_loops_on_random_examples)
{
    check_random(knn_distances_no_loops);
}
END_TEST

START_TEST(test_no_loops_give_zero_and_not_nan_for_equal_examples)
{
    random_state r;
    random_seed(&r, 7);
    tensor *X = tensor_new_2d(40, 50);
    tensor *dists = tensor_new_2d(40, 40);
    tensor_fill_uniform(X, &r, 100, 255);
    knn classifier = {.X = X};
    poison(dists);
    knn_distances_no_loops(&classifier, X, dists);
    for (size_t i = 0; i < 40; i++)
        if (!(dists->data[i * 41] >= 0 && dists->data[i * 41] < 1e-3))
            ck_abort_msg("dists[%zu,%zu], of an example to itself, is %g, should be 0: rounding may "
                         "leave less than nothing under the root",
                         i, i, (double)dists->data[i * 41]);
    tensor_free(X);
    tensor_free(dists);
}
END_TEST

START_TEST(test_l1_adds_absolute_values)
{
    check_by_hand(knn_distances_l1, manhattan);
}
END_TEST

/* Predicts for one test example. */
static uint32_t vote(const real *distances, const uint32_t *classes, size_t N, size_t k)
{
    real copied[16];
    uint32_t labelled[16];
    for (size_t i = 0; i < N; i++) {
        copied[i] = distances[i];
        labelled[i] = classes[i];
    }
    tensor dists = tensor_over(copied, 2, (size_t[]){1, N});
    labels y = {.count = N, .data = labelled};
    labels *predicted = labels_new(1);
    knn classifier = {.y = &y};
    poison_labels(predicted);
    knn_predict_labels(&classifier, &dists, k, predicted);
    uint32_t label = predicted->data[0];
    labels_free(predicted);
    return label;
}

static void expect_vote(const real *distances, const uint32_t *classes, size_t N, size_t k,
                        uint32_t expected, const char *why)
{
    uint32_t label = vote(distances, classes, N, k);
    if (label != expected)
        ck_abort_msg("predicted %u with k = %zu, should be %u: %s", label, k, expected, why);
}

static const real five_distances[] = {5, 1, 4, 2, 3};
static const uint32_t five_classes[] = {2, 3, 2, 1, 1};

START_TEST(test_predict_takes_the_nearest_for_k_1)
{
    expect_vote(five_distances, five_classes, 5, 1, 3, "the nearest example has class 3");
}
END_TEST

START_TEST(test_predict_counts_all_k_votes)
{
    expect_vote(five_distances, five_classes, 5, 3, 1, "of classes 3 1 1 the second has two votes");
}
END_TEST

START_TEST(test_predict_breaks_ties_by_the_smaller_label)
{
    expect_vote(five_distances, five_classes, 5, 2, 1,
                "classes 3 and 1 have a vote each, and 1 is smaller");
}
END_TEST

START_TEST(test_predict_with_k_as_large_as_the_data)
{
    expect_vote(five_distances, five_classes, 5, 5, 1,
                "classes 2 and 1 have two votes each, and 1 is smaller");
}
END_TEST

START_TEST(test_predict_counts_examples_at_equal_distances)
{
    const real same[] = {1, 1, 1, 9};
    const uint32_t classes[] = {4, 4, 4, 0};
    expect_vote(same, classes, 4, 3, 4, "three examples at distance 1 have class 4");
}
END_TEST

START_TEST(test_train_remembers_the_examples)
{
    random_state r;
    random_seed(&r, 3);
    tensor *X = normal_2d(&r, 6, 4, 5);
    labels *y = labels_new(6);
    labels *predicted = labels_new(6);
    tensor *dists = tensor_new_2d(6, 6);
    knn classifier = {0};
    for (size_t i = 0; i < 6; i++)
        y->data[i] = (uint32_t)(5 - i);
    knn_train(&classifier, X, y);
    if (classifier.X == NULL || classifier.y == NULL)
        ck_abort_msg("the classifier does not know its examples after training");
    knn_distances_two_loops(&classifier, X, dists);
    poison_labels(predicted);
    knn_predict_labels(&classifier, dists, 1, predicted);
    expect_labels("predicted", predicted, y);
    tensor_free(X);
    tensor_free(dists);
    labels_free(y);
    labels_free(predicted);
}
END_TEST

/*
 * Seven examples on a line in three folds of 3, 2 and 2. Each is classified by its nearest neighbour
 * outside its own fold.
 */
START_TEST(test_cross_validate_splits_as_array_split_does)
{
    real positions[] = {0, 10, 20, 1, 11, 21, 12};
    uint32_t classes[] = {0, 1, 2, 0, 1, 0, 1};
    tensor X = tensor_over(positions, 2, (size_t[]){7, 1});
    labels y = {.count = 7, .data = classes};
    size_t k_choices[] = {1};
    /* fold 1: 0 -> 1 right, 10 -> 11 right, 20 -> 21 wrong; fold 2: 1 -> 0, 11 -> 10 or 12, right;
       fold 3: 21 -> 20 wrong, 12 -> 11 right */
    real wanted[] = {(real)2 / 3, 1, (real)0.5};
    tensor expected = tensor_over(wanted, 2, (size_t[]){1, 3});
    tensor *accuracies = tensor_new_2d(1, 3);
    poison(accuracies);
    knn_cross_validate(&X, &y, 3, k_choices, 1, accuracies);
    expect_close("accuracies", accuracies, &expected, 1e-6);
    tensor_free(accuracies);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"knn_train", test_train_remembers_the_examples},
        {"knn_distances_two_loops", test_two_loops_take_the_root_of_the_sum_of_squares},
        {"knn_distances_two_loops", test_two_loops_on_random_examples},
        {"knn_distances_one_loop", test_one_loop_takes_the_root_of_the_sum_of_squares},
        {"knn_distances_one_loop", test_one_loop_on_random_examples},
        {"knn_distances_no_loops", test_no_loops_take_the_root_of_the_sum_of_squares},
        {"knn_distances_no_loops", test_no_loops_on_random_examples},
        {"knn_distances_no_loops", test_no_loops_give_zero_and_not_nan_for_equal_examples},
        {"knn_distances_l1", test_l1_adds_absolute_values},
        {"knn_predict_labels", test_predict_takes_the_nearest_for_k_1},
        {"knn_predict_labels", test_predict_counts_all_k_votes},
        {"knn_predict_labels", test_predict_breaks_ties_by_the_smaller_label},
        {"knn_predict_labels", test_predict_with_k_as_large_as_the_data},
        {"knn_predict_labels", test_predict_counts_examples_at_equal_distances},
        {"knn_cross_validate", test_cross_validate_splits_as_array_split_does},
    };
    return check_module("knn", promises, sizeof promises / sizeof *promises);
}
