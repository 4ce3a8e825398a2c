/*
 * What keeps an image that grows from noise smooth: jitter and blur. Given: nothing to write here.
 *
 * Source: CS231n, "Network visualization".
 */
#ifndef ASSIGNMENT2_IMAGE_REGULARIZERS_H
#define ASSIGNMENT2_IMAGE_REGULARIZERS_H

#include <stddef.h>

#include "tensor.h"

/*
 * Moves images, N x C x H x W, by rows and columns (each less than H or W, in magnitude): what
 * leaves on one side comes back on the other.
 */
void jitter_images(tensor *images, ptrdiff_t rows, ptrdiff_t columns);

/* Blurs images, N x C x H x W, by a Gaussian of deviation sigma pixels, over 0; edges repeat. */
void blur_images(tensor *images, double sigma);

#endif
