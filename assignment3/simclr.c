/* Learning from pairs of views. simclr.h specifies each function. */
#include "simclr.h"

#include "contract.h"
#include "matmul.h"

/* Stops the program unless left and right are pairs of rows, and tau a temperature. */
static void check_pairs(const char *function, const tensor *left, const tensor *right, real tau)
{
    check_rank(function, "left", left, 2);
    check_same_shape(function, "right", right, left);
    if (!(tau > 0))
        contract_failed(function, "tau is %g, should be over 0", (double)tau);
}

real cosine_similarity(const tensor *a, const tensor *b)
{
    check_rank(__func__, "a", a, 1);
    check_same_shape(__func__, "b", b, a);
    /* TODO: three sums of products, and two roots. */
    return NOT_IMPLEMENTED(a, b);
}

void positive_similarities(const tensor *left, const tensor *right, tensor *out)
{
    check_pairs(__func__, left, right, 1);
    check_shape_2d(__func__, "out", out, left->shape[0], 1);
    /* TODO: tensor_row gives a row as a vector. */
    NOT_IMPLEMENTED(left, right, out);
}

void similarity_matrix(const tensor *z, tensor *S)
{
    check_rank(__func__, "z", z, 2);
    check_shape_2d(__func__, "S", S, z->shape[0], z->shape[0]);
    /* TODO: divide each row by its length first; what is then the product of two rows? */
    NOT_IMPLEMENTED(z, S);
}

real simclr_loss_naive(const tensor *left, const tensor *right, real tau)
{
    check_pairs(__func__, left, right, tau);
    /*
     * TODO: l(i) for every row of left and for every row of right. In which row of all 2N is the
     * partner of row i?
     */
    return NOT_IMPLEMENTED(left, right, tau);
}

real simclr_loss(const tensor *left, const tensor *right, real tau, tensor *dleft, tensor *dright)
{
    check_pairs(__func__, left, right, tau);
    check_same_shape(__func__, "dleft", dleft, left);
    check_same_shape(__func__, "dright", dright, right);
    /*
     * TODO: all rows in one matrix, normalized, and its similarities. With -INFINITY on the
     * diagonal, each row is a softmax whose right answer is the partner: you know its gradient. S
     * is a product in which each row stands twice: on the left and on the right.
     */
    return NOT_IMPLEMENTED(left, right, tau, dleft, dright);
}

real simclr_step(net *encoder, const tensor *left_images, const tensor *right_images, size_t D,
                 real tau)
{
    check_same_shape(__func__, "right_images", right_images, left_images);
    /*
     * TODO: backward belongs to the last forward pass. Either make one minibatch of both views, or
     * call forward again before the second backward. Which gradients are to be cleared, and when?
     */
    return NOT_IMPLEMENTED(encoder, left_images, right_images, D, tau);
}

void weighted_knn_predict(const tensor *bank, const labels *bank_labels, const tensor *queries,
                          size_t k, real tau, labels *predicted)
{
    check_rank(__func__, "bank", bank, 2);
    check_labels(__func__, "bank_labels", bank_labels, bank->shape[0], 65536);
    check_rank(__func__, "queries", queries, 2);
    check_shape_2d(__func__, "queries", queries, queries->shape[0], bank->shape[1]);
    check_labels(__func__, "predicted", predicted, queries->shape[0], SIZE_MAX);
    if (k == 0 || k > bank->shape[0])
        contract_failed(__func__, "k is %zu, should be 1 to %zu", k, bank->shape[0]);
    /*
     * TODO: the similarities of a query to all of bank; then k times the most similar row that has
     * not voted yet. How many classes are there?
     */
    NOT_IMPLEMENTED(bank, bank_labels, queries, k, tau, predicted);
}
