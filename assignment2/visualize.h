/*
 * What a net sees: gradients with respect to the image instead of the weights.
 *
 * The functions know a net only as a scorer, which computes the scores of images and the gradients
 * with respect to the images.
 *
 * Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks", 2014; Szegedy et
 * al., "Intriguing properties of neural networks", 2014; CS231n, "Network visualization".
 */
#ifndef ASSIGNMENT2_VISUALIZE_H
#define ASSIGNMENT2_VISUALIZE_H

#include "tensor.h"

/* A trained net. self is passed to its functions. */
typedef struct scorer {
    void *self;
    size_t class_count;
    /* The scores of images X, N x C x H x W, into scores, N x class_count. */
    void (*scores)(void *self, const tensor *X, tensor *scores);
    /* The gradient of sum(dscores * scores(X)) with respect to X, into dX, of X's shape. */
    void (*gradient)(void *self, const tensor *X, const tensor *dscores, tensor *dX);
} scorer;

/*
 * How much the score of the correct class changes with each pixel:
 *
 *   saliency[n,i,j] = max over c of |d scores[n, y_n] / d X[n,c,i,j]|
 *
 * net                     the net
 * X         N x C x H x W images
 * y         N             their correct classes, below class_count
 * saliency  N x H x W     receives the map
 */
void saliency_map(const scorer *net, const tensor *X, const labels *y, tensor *saliency);

/*
 * Changes an image until the net predicts target: as long as another class has the largest score
 * (the first one counts if several are equal) and fewer than most_steps steps were taken,
 *
 *   fooled = fooled + learning_rate * g / |g|,   g = d scores[target] / d fooled
 *
 * where |g| is the square root of the sum of g's squares. If g is all zeros, stop.
 *
 * net                          the net
 * x              1 x C x H x W the image to start from
 * target                       below class_count
 * learning_rate                length of a step
 * most_steps                   when to give up
 * fooled         1 x C x H x W receives the changed image
 *
 * Returns the number of steps taken.
 */
size_t fooling_image(const scorer *net, const tensor *x, uint32_t target, real learning_rate,
                     size_t most_steps, tensor *fooled);

/*
 * One step of gradient ascent towards an image with a high score for a class:
 *
 *   image = image + learning_rate * g / |g|,  g = d scores[target] / d image - 2 * l2_reg * image
 *
 * where g is the gradient of scores[target] - l2_reg * sum(image^2). If g is all zeros, the image
 * does not change.
 *
 * net                          the net
 * target                       below class_count
 * l2_reg                       strength of the penalty
 * learning_rate                length of a step
 * image          1 x C x H x W is changed in place
 */
void class_visualization_step(const scorer *net, uint32_t target, real l2_reg, real learning_rate,
                              tensor *image);

#endif
