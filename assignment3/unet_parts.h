/*
 * Given parts of the UNet: its weights, what its forward pass keeps, and the memory of both. unet.h
 * shows how they belong together.
 *
 * E is the width of level 0, which sees the whole picture; level i has E 2^i channels, and pictures
 * of H / 2^i x W / 2^i. The middle is one level deeper.
 */
#ifndef ASSIGNMENT3_UNET_PARTS_H
#define ASSIGNMENT3_UNET_PARTS_H

#include "parameter_list.h"
#include "unet_blocks.h"

/* The weights of one level, of w channels. */
typedef struct unet_level {
    unet_block *down; /* as many as net->blocks, w to w; a picture passes down[0] first */
    unet_conv halve;  /* 2 x 2, w to 2w */
    unet_conv narrow; /* 3 x 3, 2w to w, after doubling */
    unet_block *up;   /* as many, 2w to w: pictures and a skip; a picture passes up[0] first */
} unet_level;

/* A UNet, or its gradients; then only the tensors matter. */
typedef struct unet {
    size_t level_count, blocks; /* at least 1; blocks: per level and way */
    unet_context context;
    unet_conv first;    /* 3 x 3, from C to E channels */
    unet_level *levels; /* level_count of them */
    unet_block middle;
    unet_conv last; /* 1 x 1, from E to C channels */
} unet;

/* What forward keeps of one level; N x w x H x W but where it is said. */
typedef struct unet_level_cache {
    tensor *x;              /* what enters the level's first block */
    tensor **skips;         /* what each block on the way down gave */
    tensor *doubled;        /* N x 2w x H x W: what came from below, doubled */
    tensor *narrowed;       /* the same after narrow */
    tensor **joined;        /* N x 2w x H x W: what enters each block on the way up */
    tensor **results;       /* what each block on the way up gave */
    unet_block_cache *down; /* of the blocks on the way down */
    unet_block_cache *up;   /* and up */
} unet_level_cache;

/* What forward keeps of the net. */
typedef struct unet_cache {
    size_t level_count, blocks;
    tensor *embedding; /* N x E, of the steps */
    tensor *context;   /* N x M */
    unet_context_cache hidden;
    unet_level_cache *levels;
    tensor *bottom; /* what enters the middle block */
    tensor *middle; /* what it gave */
    unet_block_cache middle_block;
} unet_cache;

/*
 * A cache for N pictures of H x W, both multiples of 2^level_count, of net's sizes; its numbers are
 * zeros. A second one is a good place for the gradients with respect to what the first one holds.
 */
unet_cache unet_cache_new(const unet *net, size_t N, size_t H, size_t W)
    __attribute__((warn_unused_result));

/* Frees what cache holds. */
void unet_cache_clear(unet_cache *cache);

/* Stops the program, in the name of function, unless cache is one of net for pictures like x. */
void check_unet_cache(const char *function, const unet_cache *cache, const unet *net,
                      const tensor *x);

/* What a UNet is made of. */
typedef struct unet_settings {
    size_t channels;    /* of a picture, C */
    size_t E;           /* channels of level 0, even and at least 4; also numbers per step */
    size_t M;           /* numbers of the context */
    size_t K;           /* numbers of a condition */
    size_t level_count; /* at least 1 */
    size_t blocks;      /* per level and way, at least 1 */
} unet_settings;

/* A UNet, and room for its gradients. */
typedef struct trainable_unet {
    unet net;
    unet gradients;
    parameter_list list; /* all parameters: context, first, level by level, middle, last */
} trainable_unet;

/* Both of the sizes that settings has, all zeros; freed by trainable_unet_clear. */
trainable_unet trainable_unet_new(const unet_settings *settings)
    __attribute__((warn_unused_result));

/* Frees what t holds. */
void trainable_unet_clear(trainable_unet *t);

#endif
