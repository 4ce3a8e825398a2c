/* Features, cell by cell. */
#include "features.h"

#include <stdlib.h>

void color_histogram_hsv(const tensor *image, tensor *histogram)
{
    size_t n = image->shape[1] * image->shape[2];
    size_t *counts = calloc(histogram->size, sizeof *counts);
    for (size_t i = n; i-- > 0;) {
        double c[3] = {image->data[i], image->data[n + i], image->data[2 * n + i]};
        int top = c[0] >= c[1] && c[0] >= c[2] ? 0 : c[1] >= c[2] ? 1 : 2;
        double low = c[0] < c[1] ? c[0] : c[1];
        low = c[2] < low ? c[2] : low;
        double hue = 0;
        if (c[top] > low)
            hue = (2 * top + (c[(top + 1) % 3] - c[(top + 2) % 3]) / (c[top] - low)) / 6;
        hue += hue < 0;
        size_t bin = hue * histogram->size;
        counts[bin == histogram->size ? bin - 1 : bin]++;
    }
    for (size_t b = 0; b < histogram->size; b++)
        histogram->data[b] = (double)counts[b] / n;
    free(counts);
}

static double gray(const tensor *image, size_t row, size_t column)
{
    size_t plane = image->shape[1] * image->shape[2];
    size_t at = row * image->shape[2] + column;
    return 0.144 * image->data[2 * plane + at] + 0.587 * image->data[plane + at] +
           0.299 * image->data[at];
}

/* Adds the pixel's gradient to the nine bins of its cell. */
static void add_pixel(const tensor *image, size_t row, size_t column, double *bins)
{
    bool last_row = row + 1 == image->shape[1];
    bool last_column = column + 1 == image->shape[2];
    double here = gray(image, row, column);
    double gx = last_column ? 0 : gray(image, row, column + 1) - here;
    double gy = last_row ? 0 : gray(image, row + 1, column) - here;
    double angle = atan2(gy, gx + 1e-15) / 3.14159265358979323846 * 180 + 90;
    if (angle > 0 && angle < 180)
        bins[(size_t)floor(angle / 20)] += sqrt(gx * gx + gy * gy);
}

void hog_feature(const tensor *image, tensor *feature)
{
    real *next = feature->data;
    for (size_t column = 0; column + HOG_CELL <= image->shape[2]; column += HOG_CELL)
        for (size_t row = 0; row + HOG_CELL <= image->shape[1]; row += HOG_CELL) {
            double bins[HOG_ORIENTATIONS] = {0};
            for (size_t p = 0; p < (size_t)HOG_CELL * HOG_CELL; p++)
                add_pixel(image, row + p / HOG_CELL, column + p % HOG_CELL, bins);
            for (size_t b = 0; b < HOG_ORIENTATIONS; b++)
                *next++ = bins[b] / (HOG_CELL * HOG_CELL);
        }
}
