/*
 * Word embedding. Backward sorts the places by their word, by counting: then a row of dW is written
 * once, by one thread, and a word that fills many places, as <NULL> does, stays in the cache.
 */
#include "embedding_fast.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "multiversion.h"
#include "parallel.h"

static const double numbers_of_a_thread = 1e5; /* some 20 microseconds */

/* A lookup under way, in either direction. */
typedef struct embedding {
    const captions *words;
    const tensor *W, *dout;
    tensor *out, *dW;
    size_t places, V, E;
    size_t *begin; /* V + 1: where each word's places begin in sorted */
    size_t *sorted;
} embedding;

/* Checks the arguments: sequences are out or dout, by its name, and table is W or dW. */
static void start(const char *function, embedding *v, const char *sequences_name,
                  const tensor *sequences, const char *table_name, const tensor *table)
{
    check_rank(function, table_name, table, 2);
    v->V = table->shape[0];
    v->E = table->shape[1];
    check_rank(function, sequences_name, sequences, 3);
    check_captions(function, "words", v->words, sequences->shape[0], sequences->shape[1], v->V);
    check_shape_3d(function, sequences_name, sequences, v->words->count, v->words->length, v->E);
    v->places = v->words->count * v->words->length;
}

static void forward_part(const void *argument, size_t index, size_t count)
{
    const embedding *v = argument;
    size_t last = parallel_begin(v->places, 1, index + 1, count);
    for (size_t i = parallel_begin(v->places, 1, index, count); i < last; i++)
        memcpy(v->out->data + i * v->E, v->W->data + v->words->words[i] * v->E,
               v->E * sizeof(real));
}

void fast_embedding_forward(const captions *words, const tensor *W, tensor *out)
{
    embedding v = {.words = words, .W = W, .out = out};
    start(__func__, &v, "out", out, "W", W);
    if (out->size > 0)
        run_in_parallel(parallel_threads((double)out->size / numbers_of_a_thread), forward_part,
                        &v);
}

/* Fills begin and sorted, which keeps the places of a word in their order. */
static void sort_places(embedding *v)
{
    const uint32_t *words = v->words->words;
    for (size_t i = 0; i < v->places; i++)
        v->begin[words[i] + 1]++;
    for (size_t w = 0; w < v->V; w++)
        v->begin[w + 1] += v->begin[w];
    for (size_t i = 0; i < v->places; i++)
        v->sorted[v->begin[words[i]]++] = i;
    memmove(v->begin + 1, v->begin, v->V * sizeof *v->begin); /* each stands where it ended */
    v->begin[0] = 0;
}

/* The first word of part index of count, when all words and their places are dealt out evenly. */
static size_t first_word(const embedding *v, size_t index, size_t count)
{
    size_t share = (v->V + v->places) * index / count, low = 0, high = v->V;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (middle + v->begin[middle] < share)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * sum = the sum of the rows of dout, of E numbers each, at the places from place to end - 1. They
 * may lie anywhere: meanwhile the next one is fetched, up to that at last.
 */
MULTIVERSION
static void add_places(const real *dout, size_t E, const size_t *place, const size_t *end,
                       const size_t *last, real *restrict sum)
{
    enum { LINE = TENSOR_ALIGNMENT / sizeof(real) };
    if (place == end)
        memset(sum, 0, E * sizeof *sum);
    for (bool first = true; place < end; place++, first = false) {
        const real *restrict row = dout + *place * E;
        const real *next = dout + (place < last ? place[1] : *place) * E;
        for (size_t j = 0; j < E; j += LINE)
            __builtin_prefetch(next + j);
        if (first)
            memcpy(sum, row, E * sizeof *sum);
        for (size_t j = 0; j < E && !first; j++)
            sum[j] += row[j];
    }
}

static void backward_part(const void *argument, size_t index, size_t count)
{
    const embedding *v = argument;
    size_t last = index + 1 == count ? v->V : first_word(v, index + 1, count);
    const size_t *last_place = v->sorted + v->places - 1;
    for (size_t w = first_word(v, index, count); w < last; w++)
        add_places(v->dout->data, v->E, v->sorted + v->begin[w], v->sorted + v->begin[w + 1],
                   last_place, v->dW->data + w * v->E);
}

void fast_embedding_backward(const tensor *dout, const captions *words, tensor *dW)
{
    embedding v = {.words = words, .dout = dout, .dW = dW};
    start(__func__, &v, "dout", dout, "dW", dW);
    if (dW->size == 0)
        return;
    v.begin = calloc(v.V + 1 + v.places, sizeof *v.begin);
    if (v.begin == NULL)
        contract_failed(__func__, "no memory for %zu words", v.V + v.places);
    v.sorted = v.begin + v.V + 1;
    sort_places(&v);
    double numbers = (double)dout->size + (double)dW->size;
    run_in_parallel(parallel_threads(numbers / numbers_of_a_thread), backward_part, &v);
    free(v.begin);
}
