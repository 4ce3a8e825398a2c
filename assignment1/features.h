/*
 * Image features: a picture's edges and colours, summarized in a few hundred numbers.
 * Source: Dalal and Triggs, "Histograms of oriented gradients", 2005; CS231n assignment 1,
 * features.
 */
#ifndef ASSIGNMENT1_FEATURES_H
#define ASSIGNMENT1_FEATURES_H

#include "tensor.h"

enum { HOG_CELL = 8, HOG_ORIENTATIONS = 9 };

/*
 * Histogram of hues. The hue of a pixel with R, G, B (0 .. 255), largest value V and range d = V -
 * min(R, G, B), is
 *
 *   h = (G - B) / d / 6          where R = V
 *       (2 + (B - R) / d) / 6    else where G = V
 *       (4 + (R - G) / d) / 6    else,
 *
 * where 1 is added if h is negative, and h = 0 if d = 0. The histogram divides [0, 1] into equal
 * bins; a bin includes its lower edge, and the last bin its upper edge too. Each pixel counts 1,
 * and the counts are divided by the number of pixels.
 *
 * image      3 x H x W   R, G and B planes, 0 .. 255
 * histogram  bins        receives the fractions, which sum to 1; its length says how many bins
 */
void color_histogram_hsv(const tensor *image, tensor *histogram);

/*
 * Histogram of oriented gradients.
 *
 *   gray = 0.299 R + 0.587 G + 0.144 B     (0.144 is the course's; the usual weight is 0.114)
 *   gx[i,j] = gray[i,j+1] - gray[i,j], 0 in the last column
 *   gy[i,j] = gray[i+1,j] - gray[i,j], 0 in the last row
 *   magnitude = sqrt(gx^2 + gy^2);  angle = atan2(gy, gx + 1e-15) * 180 / pi + 90
 *
 * Bin b of 9 receives the pixels with 20 b <= angle < 20 (b + 1) and angle > 0 (half of all
 * directions fall into no bin). A cell is a block of 8 x 8 pixels; its value for bin b is the sum
 * of the magnitudes of that bin's pixels, divided by 64. There are H / 8 rows and W / 8 columns of
 * cells (rounded down); pixels beyond the last whole cell are used only for differences.
 *
 *   feature[((column * (H / 8)) + row) * 9 + b] = value of cell (row, column) for bin b
 *
 * image    3 x H x W               R, G and B planes, 0 .. 255; H and W at least 8
 * feature  (W/8) * (H/8) * 9       receives the values, cells column by column
 */
void hog_feature(const tensor *image, tensor *feature);

#endif
