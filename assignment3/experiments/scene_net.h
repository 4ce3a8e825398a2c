/*
 * Features of scenes from a net that was trained to say what is in them, as the features of real
 * pictures come from a net that was trained on ImageNet's classes.
 */
#ifndef ASSIGNMENT3_EXPERIMENTS_SCENE_NET_H
#define ASSIGNMENT3_EXPERIMENTS_SCENE_NET_H

#include "caption_data.h"
#include "experiment.h"

enum { SCENE_NET_FEATURES = 128 };

/*
 * Trains a net of three convolutions, each with ReLU and pooling, and two affine layers: it says
 * the kind of a scene, how many objects there are, and shape, colour and size of the first two,
 * each by softmax. Every minibatch is of 64 new scenes, drawn from the stream of x, so that none is
 * of the set; steps minibatches. Then each picture of data, which must be scenes, gets as features
 * the SCENE_NET_FEATURES numbers of the net's last layer but one, centred and scaled as
 * caption_data.h says. Prints how many of the answers about validation's scenes are right, which
 * becomes scene_net_accuracy of the results of x.
 */
void learn_scene_features(experiment *x, caption_data *data, size_t steps);

#endif
