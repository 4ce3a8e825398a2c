/*
 * What a captioner sees of a scene's picture: 384 numbers that need no training.
 *
 * For each of 4 x 4 cells of 8 x 8 pixels, row by row, 24 numbers:
 *
 *   0 ..  7   the share of each colour: the mean over the cell's pixels of a softmax over
 *             -|pixel - colour|^2 / 2000, the background's gray being a ninth colour
 *   8 .. 23   the edges in each of sixteen directions, a sixteenth of a turn apart, of what is not
 *             background: the lengths of its gradient, dealt to the two nearest directions
 */
#ifndef COMMON_SCENE_FEATURES_H
#define COMMON_SCENE_FEATURES_H

#include "scene.h"

enum { SCENE_CELLS = 4, SCENE_DIRECTIONS = 16, SCENE_FEATURES = 4 * 4 * (8 + 16) };

/*
 * Writes the SCENE_FEATURES numbers of a picture, pixels, SCENE_PIXELS bytes as scene_paint gives
 * them, to features. The background is taken for the median of the picture's rim.
 */
void scene_features(const uint8_t *pixels, real *features);

#endif
