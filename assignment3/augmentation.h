/*
 * How a picture is changed before a net sees it: settings that say what may happen, and one draw.
 *
 * Source: Chen et al., "A simple framework for contrastive learning of visual representations",
 * 2020; CS231n assignment 3, without its change of hue.
 */
#ifndef ASSIGNMENT3_AUGMENTATION_H
#define ASSIGNMENT3_AUGMENTATION_H

#include "random.h"
#include "tensor.h"

/* A part of a picture, in pixels from its upper left corner; sides need not be whole numbers. */
typedef struct crop_box {
    real top, left, height, width; /* height and width are over 0 */
} crop_box;

/* What jitter_colours multiplies by; 1 changes nothing. Each is at least 0. */
typedef struct colour_factors {
    real brightness, contrast, saturation;
} colour_factors;

/* One draw: what is done to a picture, in this order. */
typedef struct augmentation {
    crop_box box;
    bool flip;
    bool jitter;
    colour_factors factors; /* if jitter */
    bool gray;
} augmentation;

/* What may be drawn; probabilities are 0 to 1. */
typedef struct augment_settings {
    double least_area, most_area;     /* of the crop, as parts of the picture's; over 0 to 1 */
    double least_aspect, most_aspect; /* width / height of the crop */
    double flip;                      /* probability of a flip */
    double jitter;                    /* probability of a jitter */
    double strength;                  /* its factors are between 1 - strength and 1 + strength */
    double gray;                      /* probability of a gray picture */
} augment_settings;

/* Crops of 0.08 to 1 of the area and 3/4 to 4/3 wide, flip 0.5, jitter 0.8 by 0.4, gray 0.2. */
augment_settings usual_augmentation(void);

/*
 * Draws one augmentation of a picture of H x W pixels from random. The numbers are drawn in a fixed
 * order, as many each time, so that one draw does not move the next one's numbers. The box lies
 * inside the picture: a side that would be too long is cut to the picture's.
 */
augmentation draw_augmentation(const augment_settings *settings, size_t H, size_t W,
                               random_state *random);

#endif
