/*
 * A convolutional net of modules, built on your own graph, for images of any data set:
 *
 *   { conv 3x3 - ReLU - 2x2 max pool } x 3 - affine
 *
 * with 32, 64 and 128 filters. It is trained by the solver, and kept in files.
 */
#ifndef ASSIGNMENT2_EXPERIMENTS_IMAGE_NET_H
#define ASSIGNMENT2_EXPERIMENTS_IMAGE_NET_H

#include "graph.h"
#include "net_experiment.h"
#include "visualize.h"

enum { IMAGE_NET_MODULES = 10 };

typedef struct image_net {
    module modules[IMAGE_NET_MODULES];
    size_t class_count;
} image_net;

/* A new net for the images of data, drawn from x's stream; freed by image_net_clear. */
image_net image_net_new(experiment *x, const image_data *data) __attribute__((warn_unused_result));
void image_net_clear(image_net *net);

/* The model through which the solver trains net, which must outlive it. */
model image_net_model(image_net *net);

/* The net as visualize.h knows it; net must outlive it. */
scorer image_net_scorer(image_net *net);

/*
 * Saves net's parameters as .npy files in folder, which is made; loads them from there. False where
 * that cannot be done; e then says why.
 */
bool image_net_save(const image_net *net, const char *folder, error *e)
    __attribute__((warn_unused_result));
bool image_net_load(image_net *net, const char *folder, error *e)
    __attribute__((warn_unused_result));

/*
 * Divides all pixels of data by 64, so that what comes into the net is of size 1: the first layer
 * is drawn for such numbers.
 */
void scale_for_image_net(image_data *data);

#endif
