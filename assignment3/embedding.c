/* Word embedding. embedding.h specifies each function. */
#include "embedding.h"

#include "contract.h"

/* Stops the program unless vectors, called name, has one of W's rows for each of words. */
static void check_vectors(const char *function, const char *name, const tensor *vectors,
                          const captions *words, const tensor *W)
{
    check_rank(function, "W", W, 2);
    if (words == NULL)
        contract_failed(function, "words is NULL");
    check_captions(function, "words", words, words->count, words->length, W->shape[0]);
    check_shape_3d(function, name, vectors, words->count, words->length, W->shape[1]);
}

void word_embedding_forward(const captions *words, const tensor *W, tensor *out)
{
    check_vectors(__func__, "out", out, words, W);
    /* TODO: word t of sentence n is words->words[n * words->length + t]; copy its row of W. */
    NOT_IMPLEMENTED(words, W, out);
}

void word_embedding_backward(const tensor *dout, const captions *words, tensor *dW)
{
    check_vectors(__func__, "dout", dout, words, dW);
    /* TODO: the way back of a copy. What if a word occurs twice, and what if it never occurs? */
    NOT_IMPLEMENTED(dout, words, dW);
}
