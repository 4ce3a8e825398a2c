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

void color_histogram_hsv(const tensor *image, tensor *histogram)
{
    check_image(__func__, image);
    check_rank(__func__, "histogram", histogram, 1);
    if (histogram->size == 0)
        contract_failed(__func__, "histogram has no bins");
    /*
     * TODO: a helper that turns R, G and B into a hue by the header's formula; then a loop over the
     * pixels that counts them in their bins. The three planes lie one after the other in memory.
     */
    NOT_IMPLEMENTED(image, histogram);
}

void hog_feature(const tensor *image, tensor *feature)
{
    check_image(__func__, image);
    size_t cell_rows = image->shape[1] / HOG_CELL;
    size_t cell_columns = image->shape[2] / HOG_CELL;
    if (cell_rows == 0 || cell_columns == 0)
        contract_failed(__func__, "image is smaller than a cell of %d x %d", HOG_CELL, HOG_CELL);
    check_shape_1d(__func__, "feature", feature, cell_columns * cell_rows * HOG_ORIENTATIONS);
    /*
     * TODO: write the gray levels to a tensor of H x W; then for each pixel compute its two
     * differences, magnitude and angle, and add the magnitude to its cell's bin. Note the order of
     * the cells in feature.
     */
    NOT_IMPLEMENTED(image, feature);
}
