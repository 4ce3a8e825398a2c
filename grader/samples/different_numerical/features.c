/*
 * Image features without angles: hues by cross-multiplication, orientations by a table of slopes.
 */
#include "features.h"

#include "contract.h"

/* The slopes at which one bin of 20 degrees ends and the next begins: tan(20 b - 90), b = 1 .. 8. */
static const double bin_slopes[HOG_ORIENTATIONS - 1] = {
    -2.7474774194546221, -1.1917535925942100, -0.57735026918962576, -0.17632698070846497,
    0.17632698070846497, 0.57735026918962576, 1.1917535925942100,   2.7474774194546221,
};

static real larger(real a, real b)
{
    return a > b ? a : b;
}

/*
 * The bin of a pixel's hue. The hue is sextants / (6 range), so its bin is a single quotient of
 * numbers that are exact where R, G and B are whole.
 */
static size_t hue_bin(real R, real G, real B, size_t bins)
{
    real top = larger(R, larger(G, B)), range = top + larger(-R, larger(-G, -B));
    if (range == 0)
        return 0;
    real sextants; /* of range each */
    if (R == top)
        sextants = G < B ? 6 * range + (G - B) : G - B;
    else if (G == top)
        sextants = 2 * range + (B - R);
    else
        sextants = 4 * range + (R - G);
    size_t bin = sextants * bins / (6 * range);
    return bin < bins ? bin : bins - 1;
}

/* The difference in gray between the pixels to and from of an image whose planes are given. */
static real gray_step(const tensor *image, size_t to, size_t from)
{
    const size_t plane = image->size / 3;
    const real *R = image->data, *G = R + plane, *B = G + plane;
    return 0.299 * (R[to] - R[from]) + 0.587 * (G[to] - G[from]) + 0.144 * (B[to] - B[from]);
}

/* The bin of the direction (gx, gy), or HOG_ORIENTATIONS for the half that falls into none. */
static size_t orientation_bin(real gx, real gy)
{
    real x = gx + 1e-15;
    if (x <= 0)
        return HOG_ORIENTATIONS;
    size_t bin = 0;
    while (bin < HOG_ORIENTATIONS - 1 && gy >= bin_slopes[bin] * x)
        bin++;
    return bin;
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
    size_t pixels = image->size / 3, bins = histogram->size;
    const real *R = image->data, *G = R + pixels, *B = G + pixels;
    tensor_fill(histogram, 0);
    for (size_t i = 0; i < pixels; i++)
        histogram->data[hue_bin(R[i], G[i], B[i], bins)] += 1;
    for (size_t b = 0; b < bins; b++)
        histogram->data[b] /= pixels;
}

void hog_feature(const tensor *image, tensor *feature)
{
    check_image(__func__, image);
    size_t cell_rows = image->shape[1] / HOG_CELL;
    size_t cell_columns = image->shape[2] / HOG_CELL;
    if (cell_rows == 0 || cell_columns == 0)
        contract_failed(__func__, "image is smaller than a cell of %d x %d", HOG_CELL, HOG_CELL);
    check_shape_1d(__func__, "feature", feature, cell_columns * cell_rows * HOG_ORIENTATIONS);
    const size_t H = image->shape[1], W = image->shape[2];
    tensor_fill(feature, 0);
    for (size_t j = 0; j < cell_columns * HOG_CELL; j++) {
        for (size_t i = 0; i < cell_rows * HOG_CELL; i++) {
            size_t pixel = i * W + j;
            real gx = j + 1 < W ? gray_step(image, pixel + 1, pixel) : 0;
            real gy = i + 1 < H ? gray_step(image, pixel + W, pixel) : 0;
            size_t bin = orientation_bin(gx, gy);
            size_t cell = j / HOG_CELL * cell_rows + i / HOG_CELL;
            if (bin < HOG_ORIENTATIONS)
                feature->data[cell * HOG_ORIENTATIONS + bin] += hypot(gx, gy);
        }
    }
    tensor_scale(feature, (real)1 / (HOG_CELL * HOG_CELL));
}
