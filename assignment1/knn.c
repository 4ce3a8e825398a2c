/* k nearest neighbours. */
#include "knn.h"

#include "contract.h"
#include "matmul.h"

void knn_train(knn *classifier, const tensor *X, const labels *y)
{
    /* TODO: remember where the data are, for the functions below. */
    NOT_IMPLEMENTED(classifier, X, y);
}

void knn_distances_two_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_shape_2d(__func__, "X", X, X->shape[0], classifier->X->shape[1]);
    check_shape_2d(__func__, "dists", dists, X->shape[0], classifier->X->shape[0]);
    /*
     * TODO: for each test example i and each training example j, add up the squares of the
     * differences of their numbers, and write the root of the sum to dists[i,j], which is
     * dists->data[i * N + j].
     */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_distances_one_loop(const knn *classifier, const tensor *X, tensor *dists)
{
    check_shape_2d(__func__, "X", X, X->shape[0], classifier->X->shape[1]);
    check_shape_2d(__func__, "dists", dists, X->shape[0], classifier->X->shape[0]);
    /*
     * TODO: one turn for each test example: first subtract it from every training example (into a
     * tensor of your own), then square, add up and take roots for the whole row of dists.
     */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_distances_no_loops(const knn *classifier, const tensor *X, tensor *dists)
{
    check_shape_2d(__func__, "X", X, X->shape[0], classifier->X->shape[1]);
    check_shape_2d(__func__, "dists", dists, X->shape[0], classifier->X->shape[0]);
    /*
     * TODO: matmul_general (common/matmul.h) gives all products x.t at once. Add each example's own
     * sum of squares, one number a row and one a column, and take the root.
     */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_distances_l1(const knn *classifier, const tensor *X, tensor *dists)
{
    check_shape_2d(__func__, "X", X, X->shape[0], classifier->X->shape[1]);
    check_shape_2d(__func__, "dists", dists, X->shape[0], classifier->X->shape[0]);
    /* TODO: as with two loops, but add up the absolute values of the differences (fabs). */
    NOT_IMPLEMENTED(classifier, X, dists);
}

void knn_predict_labels(const knn *classifier, const tensor *dists, size_t k, labels *predicted)
{
    size_t N = classifier->y->count;
    size_t M = dists->shape[0];
    check_shape_2d(__func__, "dists", dists, M, N);
    check_labels(__func__, "predicted", predicted, M, SIZE_MAX);
    if (k < 1 || k > N)
        contract_failed(__func__, "k is %zu, should be 1 to %zu", k, N);
    /*
     * TODO: for each test example find its k smallest distances (sorting all of them will do),
     * count the votes of those examples' labels, and write the label with the most; look at a tie
     * twice.
     */
    NOT_IMPLEMENTED(classifier, dists, k, predicted);
}

void knn_cross_validate(const tensor *X, const labels *y, size_t fold_count,
                        const size_t *k_choices, size_t k_count, tensor *accuracies)
{
    size_t N = X->shape[0];
    check_rank(__func__, "X", X, 2);
    check_labels(__func__, "y", y, N, UINT32_MAX);
    check_shape_2d(__func__, "accuracies", accuracies, k_count, fold_count);
    if (fold_count < 2 || fold_count > N)
        contract_failed(__func__, "fold_count is %zu, should be 2 to %zu", fold_count, N);
    /*
     * TODO: for each fold gather the other folds' examples, train on them, compute the distances
     * once, and predict with each k. tensor_rows and labels_slice show a fold, labels_accuracy
     * compares.
     */
    NOT_IMPLEMENTED(X, y, fold_count, k_choices, k_count, accuracies);
}
