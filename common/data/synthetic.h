/*
 * A synthetic data set: ten classes of 32 x 32 colour images, made from a seed, to test with.
 *
 * An image is a strong random background that carries no information, noise, and two weak signals
 * of its class: a smooth pattern over the whole image, which is negated in some images, and a small
 * texture at random positions. So the nearest neighbour is seldom of the same class; a linear
 * classifier finds the pattern; a hidden layer finds it also where it is negated; a convolution
 * finds the texture.
 */
#ifndef COMMON_SYNTHETIC_H
#define COMMON_SYNTHETIC_H

#include "dataset.h"

enum { SYNTHETIC_TRAIN = 10000, SYNTHETIC_TEST = 2000 };

/*
 * Makes count images into d, in CIFAR-10's shape and with its class names. The classes' patterns
 * are always the same; seed decides which images are drawn. False and e when there is no memory.
 */
bool synthetic_make(dataset *d, size_t count, uint32_t seed, error *e)
    __attribute__((warn_unused_result));

/*
 * The set that dataset_load("synthetic") gives: SYNTHETIC_TRAIN images in train, SYNTHETIC_TEST in
 * test. False and e when there is no memory.
 */
bool synthetic_load(dataset *train, dataset *test, error *e) __attribute__((warn_unused_result));

/*
 * Writes d, of 3 x 32 x 32 images, to the file path as CIFAR-10's binary records. False and e when
 * that fails.
 */
bool synthetic_write(const dataset *d, const char *path, error *e)
    __attribute__((warn_unused_result));

#endif
