/* Image features: a tensor for every quantity that the header names, one after the other. */
#include "features.h"

#include "contract.h"

/* Element [c, i, j] of an image. */
static real pixel(const tensor *image, size_t c, size_t i, size_t j)
{
    return image->data[(c * image->shape[1] + i) * image->shape[2] + j];
}

/* The hue of a pixel, 0 to 1. */
static real hue(real R, real G, real B)
{
    real V = fmax(R, fmax(G, B));
    real d = V - fmin(R, fmin(G, B));
    real h;
    if (d == 0)
        return 0;
    if (R == V)
        h = (G - B) / d / 6;
    else if (G == V)
        h = (2 + (B - R) / d) / 6;
    else
        h = (4 + (R - G) / d) / 6;
    if (h < 0)
        h = h + 1;
    return h;
}

/* The gray levels of an image, H x W. */
static tensor *gray_levels(const tensor *image)
{
    size_t H = image->shape[1];
    size_t W = image->shape[2];
    tensor *gray = tensor_new_2d(H, W);
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j < W; j++)
            gray->data[i * W + j] = 0.299 * pixel(image, 0, i, j) + 0.587 * pixel(image, 1, i, j) +
                                    0.144 * pixel(image, 2, i, j);
    return gray;
}

/* The differences of gray to the pixel on the right (gx) and below (gy), both H x W of zeros. */
static void differences(const tensor *gray, tensor *gx, tensor *gy)
{
    size_t H = gray->shape[0];
    size_t W = gray->shape[1];
    for (size_t i = 0; i < H; i++) {
        for (size_t j = 0; j < W; j++) {
            if (j < W - 1)
                gx->data[i * W + j] = gray->data[i * W + (j + 1)] - gray->data[i * W + j];
            if (i < H - 1)
                gy->data[i * W + j] = gray->data[(i + 1) * W + j] - gray->data[i * W + j];
        }
    }
}

/* The mean of the 8 x 8 elements of A that belong to a cell. */
static real cell_mean(const tensor *A, size_t cell_row, size_t cell_column)
{
    real sum = 0;
    for (size_t i = 0; i < HOG_CELL; i++)
        for (size_t j = 0; j < HOG_CELL; j++)
            sum += A->data[(cell_row * HOG_CELL + i) * A->shape[1] + cell_column * HOG_CELL + j];
    return sum / 64;
}

/* Stops the program unless image is three planes with at least one pixel. */
static void check_image(const char *function, const tensor *image)
{
    check_rank(function, "image", image, 3);
    if (image->shape[0] != 3)
        contract_failed(function, "image has %zu planes, should have 3", image->shape[0]);
    if (image->size == 0)
        contract_failed(function, "image has no pixels");
}

void color_histogram_hsv(const tensor *image, tensor *histogram)
{
    check_image(__func__, image);
    check_rank(__func__, "histogram", histogram, 1);
    if (histogram->size == 0)
        contract_failed(__func__, "histogram has no bins");
    size_t H = image->shape[1];
    size_t W = image->shape[2];
    size_t bins = histogram->size;
    tensor *hues = tensor_new_2d(H, W);
    for (size_t i = 0; i < H; i++)
        for (size_t j = 0; j < W; j++)
            hues->data[i * W + j] =
                hue(pixel(image, 0, i, j), pixel(image, 1, i, j), pixel(image, 2, i, j));
    for (size_t b = 0; b < bins; b++) {
        real lower = (real)b / bins;
        real upper = (real)(b + 1) / bins;
        real count = 0;
        for (size_t p = 0; p < hues->size; p++) {
            real h = hues->data[p];
            if (h >= lower && (h < upper || (b == bins - 1 && h == upper)))
                count = count + 1;
        }
        histogram->data[b] = count / (H * W);
    }
    tensor_free(hues);
}

void hog_feature(const tensor *image, tensor *feature)
{
    check_image(__func__, image);
    size_t cell_rows = image->shape[1] / HOG_CELL;
    size_t cell_columns = image->shape[2] / HOG_CELL;
    if (cell_rows == 0 || cell_columns == 0)
        contract_failed(__func__, "image is smaller than a cell of %d x %d", HOG_CELL, HOG_CELL);
    check_shape_1d(__func__, "feature", feature, cell_columns * cell_rows * HOG_ORIENTATIONS);
    tensor *gray = gray_levels(image);
    tensor *gx = tensor_new_like(gray);
    tensor *gy = tensor_new_like(gray);
    differences(gray, gx, gy);
    tensor *magnitude = tensor_new_like(gray);
    tensor *angle = tensor_new_like(gray);
    const real pi = 3.14159265358979323846;
    for (size_t i = 0; i < gray->size; i++) {
        magnitude->data[i] = sqrt(pow(gx->data[i], 2) + pow(gy->data[i], 2));
        angle->data[i] = atan2(gy->data[i], gx->data[i] + 1e-15) * 180 / pi + 90;
    }
    for (size_t b = 0; b < HOG_ORIENTATIONS; b++) {
        tensor *in_bin = tensor_new_like(gray); /* magnitudes of this bin's pixels, else 0 */
        for (size_t i = 0; i < gray->size; i++)
            if (angle->data[i] >= 20 * b && angle->data[i] < 20 * (b + 1) && angle->data[i] > 0)
                in_bin->data[i] = magnitude->data[i];
        for (size_t row = 0; row < cell_rows; row++)
            for (size_t column = 0; column < cell_columns; column++)
                feature->data[(column * cell_rows + row) * 9 + b] = cell_mean(in_bin, row, column);
        tensor_free(in_bin);
    }
    tensor_free(angle);
    tensor_free(magnitude);
    tensor_free(gy);
    tensor_free(gx);
    tensor_free(gray);
}
