/*
 * The captioning transformer, taken apart: with or without the positional table and the causal
 * mask, with a memory of one row or of several, and with its attention weights to look at. The
 * weights are those of captioning_transformer.h; the layers are yours.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_OPEN_TRANSFORMER_H
#define ASSIGNMENT3_EXPERIMENTS_OPEN_TRANSFORMER_H

#include "caption_experiment.h"
#include "captioning_transformer_model.h"

typedef struct open_transformer {
    trainable_captioning_transformer t;
    bool without_table, without_mask;
    size_t rows; /* of the memory */
} open_transformer;

/*
 * The sizes of a net; D and the words come from the data. The memory has one row, or several: then
 * a picture's numbers lie row by row, W_proj takes those of one row, and row t of the positional
 * table is added to row t of the memory, so that it is known which is which.
 */
typedef struct transformer_sizes {
    size_t E, F, heads, layers, rows;
    double
        scale; /* standard deviation of the initial matrices; captioning_transformer.h's is 0.02 */
} transformer_sizes;

/*
 * Makes o: a new net of those sizes for data's pictures and vocabulary, drawn from the stream of x,
 * with table and mask; freed by open_transformer_clear.
 */
void open_transformer_make(open_transformer *o, experiment *x, const caption_data *data,
                           const transformer_sizes *sizes);

/* Frees what o holds. */
void open_transformer_clear(open_transformer *o);

/*
 * o, which must outlive it, as a talker with that name: with table, mask and a memory of one row it
 * is your captioning_transformer.c, else the layers as put together here.
 */
talker open_transformer_talker(open_transformer *o, const char *name);

/*
 * Whom the words look at in o's net, of one picture, features 1 x D, and its words, 1 x T: self,
 * layers x heads x T x T, receives how much each word (row) looks at each word (column), memory,
 * layers x heads x T x rows, how much it looks at each row of the memory. Either may be NULL.
 */
void open_transformer_attention(const open_transformer *o, const tensor *features,
                                const captions *words, tensor *self, tensor *memory);

#endif
