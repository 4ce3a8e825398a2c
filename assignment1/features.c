/* Image features: hue histogram and oriented gradients. */
#include "features.h"

#include "contract.h"

void color_histogram_hsv(const tensor *image, tensor *histogram)
{
    check_rank(__func__, "image", image, 3);
    check_rank(__func__, "histogram", histogram, 1);
    /*
     * TODO: compute each pixel's hue by the formula in the header, count it in its bin (hue 1
     * belongs to the last), and divide by the number of pixels. The three colours are planes, one
     * after the other.
     */
    NOT_IMPLEMENTED(image, histogram);
}

void hog_feature(const tensor *image, tensor *feature)
{
    size_t H = image->shape[1];
    size_t W = image->shape[2];
    check_rank(__func__, "image", image, 3);
    check_shape_1d(__func__, "feature", feature,
                   (H / HOG_CELL) * (W / HOG_CELL) * HOG_ORIENTATIONS);
    /*
     * TODO: make the gray image; at each pixel of a whole cell take both differences, the magnitude
     * and the angle; add the magnitude, divided by 64, to the pixel's cell and bin. Start feature
     * at zero.
     */
    NOT_IMPLEMENTED(image, feature);
}
