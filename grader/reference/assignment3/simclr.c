/* Learning from pairs of views. simclr.h specifies each function. */
#include "simclr.h"

#include "contract.h"
#include "matmul.h"
#ifdef SOLUTION
#include "temporal.h"
#endif

/* Stops the program unless left and right are pairs of rows, and tau a temperature. */
static void check_pairs(const char *function, const tensor *left, const tensor *right, real tau)
{
    check_rank(function, "left", left, 2);
    check_same_shape(function, "right", right, left);
    if (!(tau > 0))
        contract_failed(function, "tau is %g, should be over 0", (double)tau);
}

#ifdef SOLUTION
static real dot(const real *a, const real *b, size_t count)
{
    real sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}
#endif

real cosine_similarity(const tensor *a, const tensor *b)
{
    check_rank(__func__, "a", a, 1);
    check_same_shape(__func__, "b", b, a);
#ifdef SOLUTION
    size_t D = a->size;
    real lengths = sqrt(dot(a->data, a->data, D)) * sqrt(dot(b->data, b->data, D));
    return dot(a->data, b->data, D) / lengths;
#else
    /* TODO: three sums of products, and two roots. */
    return NOT_IMPLEMENTED(a, b);
#endif
}

void positive_similarities(const tensor *left, const tensor *right, tensor *out)
{
    check_pairs(__func__, left, right, 1);
    check_shape_2d(__func__, "out", out, left->shape[0], 1);
#ifdef SOLUTION
    for (size_t n = 0; n < left->shape[0]; n++) {
        tensor a = tensor_row(left, n), b = tensor_row(right, n);
        out->data[n] = cosine_similarity(&a, &b);
    }
#else
    /* TODO: tensor_row gives a row as a vector. */
    NOT_IMPLEMENTED(left, right, out);
#endif
}

#ifdef SOLUTION
/* Divides each row of z by its length, into u; the lengths into lengths, unless NULL. */
static void normalize_rows(const tensor *z, tensor *u, real *lengths)
{
    size_t D = z->shape[1];
    for (size_t i = 0; i < z->shape[0]; i++) {
        const real *row = z->data + i * D;
        real length = sqrt(dot(row, row, D));
        for (size_t d = 0; d < D; d++)
            u->data[i * D + d] = row[d] / length;
        if (lengths != NULL)
            lengths[i] = length;
    }
}
#endif

void similarity_matrix(const tensor *z, tensor *S)
{
    check_rank(__func__, "z", z, 2);
    check_shape_2d(__func__, "S", S, z->shape[0], z->shape[0]);
#ifdef SOLUTION
    tensor *u = tensor_new_like(z);
    normalize_rows(z, u, NULL);
    matmul_transposed_right(u, u, S);
    tensor_free(u);
#else
    /* TODO: divide each row by its length first; what is then the product of two rows? */
    NOT_IMPLEMENTED(z, S);
#endif
}

#ifdef SOLUTION
/* All rows: those of left, then those of right. */
static tensor *stack(const tensor *left, const tensor *right)
{
    tensor *z = tensor_new_2d(2 * left->shape[0], left->size / left->shape[0]);
    tensor upper = tensor_rows(z, 0, left->shape[0]);
    tensor lower = tensor_rows(z, left->shape[0], left->shape[0]);
    tensor_copy(left, &upper);
    tensor_copy(right, &lower);
    return z;
}
#endif

real simclr_loss_naive(const tensor *left, const tensor *right, real tau)
{
    check_pairs(__func__, left, right, tau);
#ifdef SOLUTION
    tensor *z = stack(left, right);
    size_t M = z->shape[0], N = M / 2;
    double loss = 0;
    for (size_t i = 0; i < M; i++) {
        tensor a = tensor_row(z, i), partner = tensor_row(z, (i + N) % M);
        double sum = 0;
        for (size_t k = 0; k < M; k++) {
            tensor b = tensor_row(z, k);
            if (k != i)
                sum += exp(cosine_similarity(&a, &b) / tau);
        }
        loss -= cosine_similarity(&a, &partner) / tau - log(sum);
    }
    tensor_free(z);
    return loss / M;
#else
    /*
     * TODO: l(i) for every row of left and for every row of right. In which row of all 2N is the
     * partner of row i?
     */
    return NOT_IMPLEMENTED(left, right, tau);
#endif
}

#ifdef SOLUTION
/*
 * The mean of l(i); the similarities in S become its gradient with respect to them. Each row is a
 * softmax, as over the words of a vocabulary, whose right word is the partner.
 */
static real loss_of_similarities(tensor *S, real tau)
{
    size_t M = S->shape[0];
    captions *partners = captions_new(M, 1);
    tensor scores = tensor_reshaped(S, 3, (const size_t[]){M, 1, M});
    for (size_t i = 0; i < M; i++) {
        S->data[i * M + i] = -INFINITY;
        partners->words[i] = (i + M / 2) % M;
    }
    tensor_scale(S, 1 / tau);
    real loss = temporal_softmax_loss(&scores, partners, UINT32_MAX, &scores);
    tensor_scale(S, 1 / tau);
    captions_free(partners);
    return loss;
}

/* From du, the gradient with respect to the directions u, to that with respect to the rows. */
static void normalize_rows_backward(const tensor *du, const tensor *u, const real *lengths,
                                    tensor *dz)
{
    size_t D = u->shape[1];
    for (size_t i = 0; i < u->shape[0]; i++) {
        const real *upstream = du->data + i * D, *direction = u->data + i * D;
        real along = dot(upstream, direction, D);
        for (size_t d = 0; d < D; d++)
            dz->data[i * D + d] = (upstream[d] - along * direction[d]) / lengths[i];
    }
}

/* The upper half of dz into dleft, the lower into dright. */
static void unstack(const tensor *dz, tensor *dleft, tensor *dright)
{
    size_t N = dz->shape[0] / 2;
    tensor upper = tensor_rows(dz, 0, N), lower = tensor_rows(dz, N, N);
    tensor_copy(&upper, dleft);
    tensor_copy(&lower, dright);
}
#endif

real simclr_loss(const tensor *left, const tensor *right, real tau, tensor *dleft, tensor *dright)
{
    check_pairs(__func__, left, right, tau);
    check_same_shape(__func__, "dleft", dleft, left);
    check_same_shape(__func__, "dright", dright, right);
#ifdef SOLUTION
    tensor *z = stack(left, right), *u = tensor_new_like(z), *du = tensor_new_like(z);
    size_t M = z->shape[0];
    tensor *S = tensor_new_2d(M, M), *both = tensor_new_2d(M, M), *lengths = tensor_new_1d(M);
    normalize_rows(z, u, lengths->data);
    matmul_transposed_right(u, u, S);
    real loss = loss_of_similarities(S, tau);
    tensor_transpose(S, both);
    tensor_add(S, both, both); /* a row stands on both sides of the product */
    matmul(both, u, du);
    normalize_rows_backward(du, u, lengths->data, z);
    unstack(z, dleft, dright);
    tensor *const all[] = {z, u, du, S, both, lengths};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    return loss;
#else
    /*
     * TODO: all rows in one matrix, normalized, and its similarities. With -INFINITY on the
     * diagonal, each row is a softmax whose right answer is the partner: you know its gradient. S
     * is a product in which each row stands twice: on the left and on the right.
     */
    return NOT_IMPLEMENTED(left, right, tau, dleft, dright);
#endif
}

real simclr_step(net *encoder, const tensor *left_images, const tensor *right_images, size_t D,
                 real tau)
{
    check_same_shape(__func__, "right_images", right_images, left_images);
#ifdef SOLUTION
    size_t N = left_images->shape[0];
    size_t shape[TENSOR_MAX_RANK];
    for (size_t d = 0; d < left_images->rank; d++)
        shape[d] = left_images->shape[d];
    shape[0] = 2 * N;
    tensor *rows = stack(left_images, right_images);
    tensor images = tensor_reshaped(rows, left_images->rank, shape);
    tensor *z = tensor_new_2d(2 * N, D), *dz = tensor_new_2d(2 * N, D);
    tensor left = tensor_rows(z, 0, N), right = tensor_rows(z, N, N);
    tensor dleft = tensor_rows(dz, 0, N), dright = tensor_rows(dz, N, N);
    encoder->forward(encoder->self, &images, z);
    real loss = simclr_loss(&left, &right, tau, &dleft, &dright);
    net_clear_gradients(encoder);
    encoder->backward(encoder->self, dz, NULL);
    tensor_free(rows);
    tensor_free(z);
    tensor_free(dz);
    return loss;
#else
    /*
     * TODO: backward belongs to the last forward pass. Either make one minibatch of both views, or
     * call forward again before the second backward. Which gradients are to be cleared, and when?
     */
    return NOT_IMPLEMENTED(encoder, left_images, right_images, D, tau);
#endif
}

#ifdef SOLUTION
/* The votes of the k rows that are most similar, into votes, and the class that wins. */
static uint32_t vote(real *similarities, const labels *y, size_t k, real tau, tensor *votes)
{
    tensor_fill(votes, 0);
    for (size_t n = 0; n < k; n++) {
        size_t best = 0;
        for (size_t m = 1; m < y->count; m++)
            best = similarities[m] > similarities[best] ? m : best;
        votes->data[y->data[best]] += exp(similarities[best] / tau);
        similarities[best] = -INFINITY;
    }
    return tensor_argmax(votes);
}

static size_t class_count(const labels *y)
{
    size_t count = 0;
    for (size_t i = 0; i < y->count; i++)
        count = y->data[i] >= count ? y->data[i] + 1 : count;
    return count;
}
#endif

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
#ifdef SOLUTION
    tensor *neighbours = tensor_new_like(bank), *asked = tensor_new_like(queries);
    tensor *S = tensor_new_2d(queries->shape[0], bank->shape[0]);
    tensor *votes = tensor_new_1d(class_count(bank_labels));
    normalize_rows(bank, neighbours, NULL);
    normalize_rows(queries, asked, NULL);
    matmul_transposed_right(asked, neighbours, S);
    for (size_t q = 0; q < queries->shape[0]; q++)
        predicted->data[q] = vote(S->data + q * bank->shape[0], bank_labels, k, tau, votes);
    tensor *const all[] = {neighbours, asked, S, votes};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
#else
    /*
     * TODO: the similarities of a query to all of bank; then k times the most similar row that has
     * not voted yet. How many classes are there?
     */
    NOT_IMPLEMENTED(bank, bank_labels, queries, k, tau, predicted);
#endif
}
