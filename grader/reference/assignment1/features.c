/* Histograms of hues and of edges. features.h specifies each function. */
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
     * TODO: a helper that turns R, G and B into a hue by the header's formula; then a loop over the
     * pixels that counts them in their bins. The three planes lie one after the other in memory.
     */
    NOT_IMPLEMENTED(image, histogram);
#endif
}

#ifdef SOLUTION
/*
 * The gray levels of image as a new tensor, H + 1 x W + 1: the last column and row stand there
 * twice, so that their differences are 0.
 */
static tensor *gray_levels(const tensor *image)
{
    static const real red = 0.299, green = 0.587, blue = 0.144;
    size_t H = image->shape[1];
    size_t W = image->shape[2];
    tensor *gray = tensor_new_2d(H + 1, W + 1);
    for (size_t i = 0; i <= H; i++) {
        const real *R = image->data + (i < H ? i : H - 1) * W;
        const real *G = R + H * W;
        const real *B = G + H * W;
        real *row = gray->data + i * (W + 1);
        for (size_t j = 0; j < W; j++)
            row[j] = red * R[j] + green * G[j] + blue * B[j];
        row[W] = row[W - 1];
    }
    return gray;
}

/*
 * The bin of a gradient, or HOG_ORIENTATIONS where it falls into none: of gradients to the left,
 * and straight up or down. Comparing slopes takes a tenth of an arctangent's time.
 */
static inline int orientation_bin(real gx, real gy)
{
    static const real edges[] = {0.17632698070846498, 0.57735026918962573, 1.19175359259421,
                                 2.7474774194546216}; /* tan 10, ... 70 */
    static const real flattest = 1e-9;                /* less is rounding */
    const real steep = fabs(gy);
    const int beyond = (steep >= edges[0] * gx) + (steep >= edges[1] * gx) +
                       (steep >= edges[2] * gx) + (steep >= edges[3] * gx);
    const int bin = gy < 0 ? 4 - beyond : 4 + beyond;
    return gx > flattest * steep ? bin : HOG_ORIENTATIONS;
}

/*
 * Adds the magnitudes of a cell's row to the sums of their bins; right and below are the gray
 * levels beside those of here. The first loop has no branch: it becomes vector instructions.
 */
static void add_cell_row(const real *here, const real *right, const real *below, real *sums)
{
    real magnitudes[HOG_CELL];
    int bins[HOG_CELL];
    for (size_t j = 0; j < HOG_CELL; j++) {
        real gx = right[j] - here[j];
        real gy = below[j] - here[j];
        magnitudes[j] = sqrt(gx * gx + gy * gy);
        bins[j] = orientation_bin(gx, gy);
    }
    for (size_t j = 0; j < HOG_CELL; j++)
        sums[bins[j]] += magnitudes[j];
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
    tensor *gray = gray_levels(image);
    size_t step = gray->shape[1];
    real *cell = feature->data;
    for (size_t column = 0; column < cell_columns; column++) {
        for (size_t row = 0; row < cell_rows; row++) {
            const real *g = gray->data + row * HOG_CELL * step + column * HOG_CELL;
            real sums[HOG_ORIENTATIONS + 1] = {0}; /* the last one is of no bin */
            for (size_t i = 0; i < HOG_CELL; i++, g += step)
                add_cell_row(g, g + 1, g + step, sums);
            for (size_t b = 0; b < HOG_ORIENTATIONS; b++)
                *cell++ = sums[b] / (HOG_CELL * HOG_CELL);
        }
    }
    tensor_free(gray);
#else
    /*
     * TODO: write the gray levels to a tensor of H x W; then for each pixel compute its two
     * differences, magnitude and angle, and add the magnitude to its cell's bin. Note the order of
     * the cells in feature.
     */
    NOT_IMPLEMENTED(image, feature);
#endif
}
