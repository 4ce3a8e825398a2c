/*
 * Captions: sentences as rows of word numbers, one row per sentence, all rows of one length.
 *
 * Word t of sentence n is words[n * length + t], a row of a vocabulary counted from 0. Shorter
 * sentences are filled up with the number of <NULL>, which each function that needs it is told.
 */
#ifndef COMMON_CAPTIONS_H
#define COMMON_CAPTIONS_H

#include "tensor.h"

typedef struct captions {
    size_t count;    /* sentences, N */
    size_t length;   /* words in each, T */
    uint32_t *words; /* N x T, row by row */
} captions;

/* New captions, count sentences of length words, all 0. Stops the program if there is no memory. */
captions *captions_new(size_t count, size_t length) __attribute__((warn_unused_result));

/* Frees c and its words. NULL is fine. */
void captions_free(captions *c);

/*
 * Stops the program unless c, called name in function, holds count sentences of length words, each
 * below word_count, the size of the vocabulary; with SIZE_MAX each word may be anything.
 */
void check_captions(const char *function, const char *name, const captions *c, size_t count,
                    size_t length, size_t word_count);

#endif
