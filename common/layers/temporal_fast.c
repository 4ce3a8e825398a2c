/*
 * The loss of words, row by row: a row of scores becomes exponentials, and those become its
 * gradient, in the same memory. Losses of rows are kept and added up in order, so that their sum
 * does not depend on the threads.
 */
#include "temporal_fast.h"

#include <stdlib.h>

#include "contract.h"
#include "matmul.h"
#include "multiversion.h"
#include "parallel.h"

#include "fast_math.h"

enum { PARTS = 32 }; /* of a maximum or a sum along a row */

/* Rows of scores whose loss is asked for. */
typedef struct loss {
    const real *scores;
    const real *b; /* is added to them first, where there is a gradient; NULL: nothing */
    real *dscores; /* NULL: no gradient; may be scores */
    const uint32_t *words;
    uint32_t null_word;
    size_t rows, V;
    real share;     /* 1 / N */
    double *losses; /* of each row: receives */
} loss;

/* ---- one row ---- */

MULTIVERSION
static real largest_score(const real *scores, size_t V)
{
    real parts[PARTS], largest = scores[0];
    size_t j = 0;
    for (size_t k = 0; k < PARTS; k++)
        parts[k] = largest;
    for (; j + PARTS <= V; j += PARTS)
        for (size_t k = 0; k < PARTS; k++)
            parts[k] = parts[k] < scores[j + k] ? scores[j + k] : parts[k];
    for (; j < V; j++)
        largest = largest < scores[j] ? scores[j] : largest;
    for (size_t k = 0; k < PARTS; k++)
        largest = largest < parts[k] ? parts[k] : largest;
    return largest;
}

/* The sum over a row of e^(score - largest). */
MULTIVERSION
static double sum_of_exponentials(const real *scores, size_t V, real largest)
{
    real parts[PARTS] = {0};
    double sum = 0;
    size_t j = 0;
    for (; j + PARTS <= V; j += PARTS)
        for (size_t k = 0; k < PARTS; k++)
            parts[k] += fast_exp_of_negative(scores[j + k] - largest);
    for (; j < V; j++)
        sum += (double)fast_exp_of_negative(scores[j] - largest);
    for (size_t k = 0; k < PARTS; k++)
        sum += (double)parts[k];
    return sum;
}

/* The same, and the exponentials take the scores' place. */
MULTIVERSION
static double exponentials_in_place(real *scores, size_t V, real largest)
{
    real parts[PARTS] = {0};
    double sum = 0;
    size_t j = 0;
    for (; j + PARTS <= V; j += PARTS)
        for (size_t k = 0; k < PARTS; k++) {
            scores[j + k] = fast_exp_of_negative(scores[j + k] - largest);
            parts[k] += scores[j + k];
        }
    for (; j < V; j++) {
        scores[j] = fast_exp_of_negative(scores[j] - largest);
        sum += (double)scores[j];
    }
    for (size_t k = 0; k < PARTS; k++)
        sum += (double)parts[k];
    return sum;
}

MULTIVERSION
static void scale_scores(real *scores, size_t V, real factor)
{
    for (size_t j = 0; j < V; j++)
        scores[j] *= factor;
}

MULTIVERSION
static void add_biases(const real *restrict b, size_t V, real *restrict scores)
{
    for (size_t j = 0; j < V; j++)
        scores[j] += b[j];
}

/* The loss of a row with that word. */
static double loss_of_row(const real *scores, size_t V, uint32_t word)
{
    real largest = largest_score(scores, V);
    return (double)largest - (double)scores[word] + log(sum_of_exponentials(scores, V, largest));
}

/* The same for row i, whose scores stand in dscores, where its gradient takes their place. */
static double differentiate_row(const loss *l, size_t i, real *dscores)
{
    uint32_t word = l->words[i];
    if (l->b != NULL)
        add_biases(l->b, l->V, dscores);
    real largest = largest_score(dscores, l->V);
    double below = (double)largest - (double)dscores[word];
    double sum = exponentials_in_place(dscores, l->V, largest);
    scale_scores(dscores, l->V, (real)((double)l->share / sum));
    dscores[word] -= l->share;
    return below + log(sum);
}

/* ---- all rows ---- */

/* The loss of row i, and its gradient where it is asked for; both are 0 if it does not count. */
static double loss_of(const loss *l, size_t i)
{
    const real *scores = l->scores + i * l->V;
    bool counts = l->words[i] != l->null_word;
    if (l->dscores == NULL)
        return counts ? loss_of_row(scores, l->V, l->words[i]) : 0;
    real *dscores = l->dscores + i * l->V;
    if (!counts) {
        memset(dscores, 0, l->V * sizeof *dscores);
        return 0;
    }
    if (dscores != scores)
        memcpy(dscores, scores, l->V * sizeof *dscores);
    return differentiate_row(l, i, dscores);
}

static void loss_part(const void *argument, size_t index, size_t count)
{
    const loss *l = argument;
    size_t last = parallel_begin(l->rows, 1, index + 1, count);
    for (size_t i = parallel_begin(l->rows, 1, index, count); i < last; i++)
        l->losses[i] = loss_of(l, i);
}

/* The sum of the losses of all rows, and their gradients. */
static double run_loss(const loss *l)
{
    const double scores_of_a_thread = 3e4; /* some 20 microseconds */
    double sum = 0;
    run_in_parallel(parallel_threads((double)l->rows * (double)l->V / scores_of_a_thread),
                    loss_part, l);
    for (size_t i = 0; i < l->rows; i++)
        sum += l->losses[i];
    return sum;
}

static double *losses_new(const char *function, size_t rows)
{
    double *losses = malloc((rows + 1) * sizeof *losses);
    if (losses == NULL)
        contract_failed(function, "no memory for %zu words", rows);
    return losses;
}

real fast_temporal_softmax_loss(const tensor *scores, const captions *words, uint32_t null_word,
                                tensor *dscores)
{
    check_rank(__func__, "scores", scores, 3);
    size_t N = scores->shape[0], T = scores->shape[1], V = scores->shape[2];
    check_captions(__func__, "words", words, N, T, V);
    if (dscores != NULL)
        check_same_shape(__func__, "dscores", dscores, scores);
    if (N * T == 0)
        return 0;
    loss l = {.scores = scores->data,
              .dscores = dscores == NULL ? NULL : dscores->data,
              .words = words->words,
              .null_word = null_word,
              .rows = N * T,
              .V = V,
              .share = 1 / (real)N};
    l.losses = losses_new(__func__, l.rows);
    double sum = run_loss(&l);
    free(l.losses);
    return (real)(sum / (double)N);
}

/* ---- the scores, too ---- */

/* How many rows of V scores there are in a block, so that all blocks have nearly as many. */
static size_t rows_of_block(size_t rows, size_t V)
{
    const size_t least = 64;      /* fewer are slow to multiply */
    const size_t cache = 1 << 20; /* of the second level */
    size_t most = cache / (V * sizeof(real));
    most = most < least ? least : most;
    size_t blocks = (rows + most - 1) / most;
    return (rows + blocks - 1) / blocks;
}

/* sums[v] += the sum of column v of rows of V numbers. */
MULTIVERSION
static void add_columns(const real *restrict numbers, size_t rows, size_t V, double *restrict sums)
{
    for (size_t i = 0; i < rows; i++, numbers += V)
        for (size_t j = 0; j < V; j++)
            sums[j] += (double)numbers[j];
}

/* A view of count rows of t, of rank 3, from row first on, as a matrix. */
static tensor rows_of(const tensor *t, size_t first, size_t count)
{
    size_t columns = t->shape[2];
    return tensor_over(t->data + first * columns, 2, (size_t[]){count, columns});
}

real fast_vocabulary_loss(const tensor *x, const tensor *w, const tensor *b, const captions *words,
                          uint32_t null_word, tensor *dscores, tensor *dx, tensor *dw, tensor *db)
{
    check_rank(__func__, "x", x, 3);
    check_rank(__func__, "w", w, 2);
    size_t N = x->shape[0], T = x->shape[1], D = x->shape[2], V = w->shape[1], rows = N * T;
    check_shape_2d(__func__, "w", w, D, V);
    check_shape_1d(__func__, "b", b, V);
    check_captions(__func__, "words", words, N, T, V);
    check_shape_3d(__func__, "dscores", dscores, N, T, V);
    check_same_shape(__func__, "dx", dx, x);
    check_same_shape(__func__, "dw", dw, w);
    check_same_shape(__func__, "db", db, b);
    tensor_fill(dw, 0);
    tensor_fill(db, 0);
    if (rows == 0)
        return 0;
    double *losses = losses_new(__func__, rows + V), *sums = losses + rows, sum = 0;
    memset(sums, 0, V * sizeof *sums);
    size_t block = rows_of_block(rows, V);
    for (size_t first = 0; first < rows; first += block) {
        size_t count = rows - first < block ? rows - first : block;
        tensor inputs = rows_of(x, first, count), scores = rows_of(dscores, first, count);
        tensor dinputs = rows_of(dx, first, count);
        matmul(&inputs, w, &scores);
        sum += run_loss(&(loss){.scores = scores.data,
                                .b = b->data,
                                .dscores = scores.data,
                                .words = words->words + first,
                                .null_word = null_word,
                                .rows = count,
                                .V = V,
                                .share = 1 / (real)N,
                                .losses = losses});
        add_columns(scores.data, count, V, sums);
        matmul_transposed_right(&scores, w, &dinputs);
        matmul_general(true, false, 1, &inputs, &scores, 1, dw);
    }
    for (size_t j = 0; j < V; j++)
        db->data[j] = (real)sums[j];
    free(losses);
    return (real)(sum / (double)N);
}
