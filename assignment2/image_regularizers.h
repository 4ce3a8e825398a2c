/*
 * Jitter and blur, which keep a visualized image smooth. Given: nothing to write here.
 *
 * Source: CS231n, "Network visualization".
 */
#ifndef ASSIGNMENT2_IMAGE_REGULARIZERS_H
#define ASSIGNMENT2_IMAGE_REGULARIZERS_H

#include <stddef.h>

#include "tensor.h"

/*
 * Shifts images, N x C x H x W, by rows and columns (absolute values below H and W), cyclically:
 * pixels that leave on one side come back on the other.
 */
void jitter_images(tensor *images, ptrdiff_t rows, ptrdiff_t columns);

/*
 * Blurs images, N x C x H x W, by a Gaussian of standard deviation sigma > 0; edge pixels repeat.
 */
void blur_images(tensor *images, double sigma);

#endif
