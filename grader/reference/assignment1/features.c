/* Histograms of hues and of edges. What to write stands in features.h. */
#include "features.h"

#include "contract.h"

/* Stops the program unless image is three planes with at least one pixel. */
static void check_image(const char *function, const tensor *image)
{
    check_rank(function, "image", image, 3);
    if (image->shape[0] != 3)
        contract_failed(function, "image has %zu planes, should have 3", image->shape[0]);
    if (image->size == 0)
        contract_failed(function, "image has no pixels");
}

#ifdef SOLUTION
/* The hue of a colour, 0 to 1: from the largest part on, the three always follow one another. */
static double hue(double R, double G, double B)
{
    const double parts[] = {R, G, B, R, G};
    size_t largest = G > R;
    largest = B > parts[largest] ? 2 : largest;
    double smallest = R < G ? R : G;
    smallest = B < smallest ? B : smallest;
    double range = parts[largest] - smallest;
    if (range == 0)
        return 0;
    double h = (2.0 * largest + (parts[largest + 1] - parts[largest + 2]) / range) / 6;
    return h + (h < 0);
}
#endif

void color_histogram_hsv(const tensor *image, tensor *histogram)
{
    check_image(__func__, image);
    check_rank(__func__, "histogram", histogram, 1);
    if (histogram->size == 0)
        contract_failed(__func__, "histogram has no bins");
#ifdef SOLUTION
    size_t pixels = image->shape[1] * image->shape[2];
    size_t bins = histogram->size;
    const real *R = image->data;
    const real *G = R + pixels;
    const real *B = G + pixels;
    tensor_fill(histogram, 0);
    for (size_t i = 0; i < pixels; i++) {
        size_t bin = hue(R[i], G[i], B[i]) * bins;
        if (bin == bins) /* a hue of 1 belongs to the last bin */
            bin--;
        histogram->data[bin] += 1;
    }
    tensor_scale(histogram, 1.0 / pixels);
#else
    /*
     * TODO: a helper that turns R, G and B into a hue, written from the header's formula; then a
     * loop over the pixels that counts bins. The three planes lie one after the other in memory.
     */
    NOT_IMPLEMENTED(image, histogram);
#endif
}

#ifdef SOLUTION
/* The gray levels of image, H x W, as a new tensor. */
static tensor *gray_levels(const tensor *image)
{
    size_t pixels = image->shape[1] * image->shape[2];
    tensor *gray = tensor_new_2d(image->shape[1], image->shape[2]);
    const real *R = image->data;
    const real *G = R + pixels;
    const real *B = G + pixels;
    for (size_t i = 0; i < pixels; i++)
        gray->data[i] = 0.299 * R[i] + 0.587 * G[i] + 0.144 * B[i];
    return gray;
}

/*
 * The bin of a gradient, or HOG_ORIENTATIONS where it falls into none. Comparing slopes takes a
 * tenth of an arctangent's time. Close to the vertical rounding decides: there the formula is used.
 */
static size_t orientation_bin(double gx, double gy)
{
    static const double edges[] = {0.17632698070846498, 0.57735026918962573, 1.19175359259421,
                                   2.7474774194546216}; /* tan 10, ... 70 */
    if (fabs(gx) <= 1e-9 * fabs(gy)) {
        double angle = atan2(gy, gx + 1e-15) * 57.29577951308232 + 90; /* 180 / pi */
        return angle <= 0 || angle >= 180 ? HOG_ORIENTATIONS : angle * HOG_ORIENTATIONS / 180;
    }
    if (gx < 0)
        return HOG_ORIENTATIONS;
    size_t beyond = 0;
    for (size_t b = 0; b < 4; b++)
        beyond += fabs(gy) >= edges[b] * gx;
    return gy < 0 ? 4 - beyond : 4 + beyond;
}
#endif

void hog_feature(const tensor *image, tensor *feature)
{
    check_image(__func__, image);
    size_t cell_rows = image->shape[1] / HOG_CELL;
    size_t cell_columns = image->shape[2] / HOG_CELL;
    if (cell_rows == 0 || cell_columns == 0)
        contract_failed(__func__, "image is smaller than a cell of %d x %d", HOG_CELL, HOG_CELL);
    check_shape_1d(__func__, "feature", feature, cell_columns * cell_rows * HOG_ORIENTATIONS);
#ifdef SOLUTION
    size_t H = image->shape[1];
    size_t W = image->shape[2];
    tensor *gray = gray_levels(image);
    tensor_fill(feature, 0);
    for (size_t i = 0; i < cell_rows * HOG_CELL; i++) {
        for (size_t j = 0; j < cell_columns * HOG_CELL; j++) {
            const real *g = gray->data + i * W + j;
            double gx = j + 1 < W ? g[1] - g[0] : 0;
            double gy = i + 1 < H ? g[W] - g[0] : 0;
            size_t bin = orientation_bin(gx, gy);
            if (bin == HOG_ORIENTATIONS)
                continue;
            size_t cell = j / HOG_CELL * cell_rows + i / HOG_CELL;
            feature->data[cell * HOG_ORIENTATIONS + bin] += sqrt(gx * gx + gy * gy);
        }
    }
    tensor_scale(feature, 1.0 / (HOG_CELL * HOG_CELL));
    tensor_free(gray);
#else
    /*
     * TODO: gray levels into a tensor of H x W; then for each pixel its two differences, magnitude
     * and angle, and add the magnitude to the bin of its cell. Mind the order of the cells.
     */
    NOT_IMPLEMENTED(image, feature);
#endif
}
