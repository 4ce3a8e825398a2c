/*
 * A convolutional net of modules, built on your own graph, for images of any data set:
 *
 *   { conv 3x3 - ReLU - 2x2 max pool } x 3 - affine
 *
 * with 32, 64 and 128 filters. It is trained by the solver, and saved in files.
 */
#ifndef ASSIGNMENT2_EXPERIMENTS_SMALL_CONVNET_H
#define ASSIGNMENT2_EXPERIMENTS_SMALL_CONVNET_H

#include "graph.h"
#include "net_experiment.h"
#include "visualize.h"

enum { SMALL_CONVNET_MODULES = 10 };

typedef struct small_convnet {
    module modules[SMALL_CONVNET_MODULES];
    size_t class_count;
    parameter parameters[2 * SMALL_CONVNET_MODULES]; /* filled by small_convnet_model */
} small_convnet;

/* A new net for the images of data, drawn from x's stream; freed by small_convnet_clear. */
small_convnet small_convnet_new(experiment *x, const image_data *data)
    __attribute__((warn_unused_result));
void small_convnet_clear(small_convnet *net);

/* The model through which the solver trains net, which must outlive it. */
model small_convnet_model(small_convnet *net);

/* The net as visualize.h knows it; net must outlive it. */
scorer small_convnet_scorer(small_convnet *net);

/*
 * Saves net's parameters as .npy files in folder, which is made; loads them from there. False where
 * that cannot be done; e then says why.
 */
bool small_convnet_save(const small_convnet *net, const char *folder, error *e)
    __attribute__((warn_unused_result));
bool small_convnet_load(small_convnet *net, const char *folder, error *e)
    __attribute__((warn_unused_result));

/*
 * Divides all pixels of data by 64, so that the net's inputs have a standard deviation of about 1:
 * the initial weights are drawn for such inputs.
 */
void scale_for_small_convnet(image_data *data);

#endif
