/* k nearest neighbours: distances, the vote, and the choice of k. knn.h specifies each function. */
#include "knn.h"

#include "contract.h"
#include "matmul.h"

/* Checks the arguments of every distance function. */
static void check_distances(const char *function, const knn *classifier, const tensor *X,
                            const tensor *dists)
{
    check_rank(function, "classifier->X", classifier->X, 2);
    check_rank(function, "X", X, 2);
    check_shape_2d(function, "X", X, X->shape[0], classifier->X->shape[1]);
    check_shape_2d(function, "dists", dists, X->shape[0], classifier->X->shape[0]);
}

void knn_train(knn *classifier, const tensor *X, const labels *y)
{
    check_rank(__func__, "X", X, 2);
    check_labels(__func__, "y", y, X->shape[0], SIZE_MAX);
    /* TODO: remember where the data are. */
    NOT_IMPLEMENTED(classifier, X, y);
}

void knn_distances_two_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    /*
     * TODO: for each test example i and each training example j, add up the squares of the D
     * differences, and write the square root of the sum to row i, column j of dists. Element
     * [i, d] of X is X->data[i * D + d].
     */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_distances_one_loop(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    /*
     * TODO: fill row i of dists for all training examples at once. One way: transpose the
     * training examples first (tensor_transpose), so that feature d of all of them lies in one
     * row; then each feature of test example i adds its squared differences to the whole row.
     */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    /*
     * TODO: one product of matmul.h gives x.t for all pairs. Then only the sums of squares are
     * missing, one for each row of X and one for each row of classifier->X, and the square root.
     * What is the square root of a number that rounding left slightly below 0?
     */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists)
{
    check_distances(__func__, classifier, X, dists);
    /* TODO: as with two loops, but add up absolute differences (fabs). */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_predict_labels(const knn *classifier, const tensor *dists, size_t k, labels *predicted)
{
    check_rank(__func__, "dists", dists, 2);
    check_labels(__func__, "classifier->y", classifier->y, dists->shape[1], SIZE_MAX);
    check_labels(__func__, "predicted", predicted, dists->shape[0], SIZE_MAX);
    if (k < 1 || k > dists->shape[1])
        contract_failed(__func__, "k is %zu, should be 1 to %zu", k, dists->shape[1]);
    /*
     * TODO: for each row of dists, find the k smallest entries (no need to sort all N of them),
     * count their labels in classifier->y, and write the most frequent label. Which one is it if
     * two are equally frequent?
     */
    NOT_IMPLEMENTED(classifier, dists, k, predicted);
}

void knn_cross_validate(const tensor *X, const labels *y, size_t fold_count,
                        const size_t *k_choices, size_t k_count, tensor *accuracies)
{
    check_rank(__func__, "X", X, 2);
    check_labels(__func__, "y", y, X->shape[0], SIZE_MAX);
    check_shape_2d(__func__, "accuracies", accuracies, k_count, fold_count);
    if (fold_count < 2 || fold_count > X->shape[0])
        contract_failed(__func__, "fold_count is %zu, should be 2 to %zu", fold_count, X->shape[0]);
    /*
     * TODO: for each fold, copy the other folds into a training part (tensor_rows, tensor_copy),
     * compute the distances once, and predict from them with each k; labels_accuracy measures the
     * accuracy. A fold must not be among its own training examples.
     */
    NOT_IMPLEMENTED(X, y, fold_count, k_choices, k_count, accuracies);
}
