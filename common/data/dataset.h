/*
 * Data sets of labelled images, and the course's splits of them.
 *
 * A dataset keeps its pixels as bytes, as the files do: all of CIFAR-10 is 184 MB so, and would be
 * 737 MB as floats. Pixels become real when a part is copied into a tensor.
 */
#ifndef COMMON_DATASET_H
#define COMMON_DATASET_H

#include "error.h"
#include "random.h"
#include "tensor.h"

typedef struct dataset {
    size_t count;                   /* number of images, N */
    size_t channels, height, width; /* C, H, W */
    size_t class_count;             /* labels are 0 .. class_count - 1 */
    const char *const *class_names; /* class_count names; static */
    uint8_t *pixels;                /* N x C x H x W, 0 .. 255 */
    uint8_t *classes;               /* N */
} dataset;

/*
 * Loads the data set called name ("cifar10", "mnist", "fashion-mnist", "synthetic") into train and
 * test. directory says where its files are; NULL looks in the usual places (for fashion-mnist
 * Debian's /usr/share/datasets/fashion-mnist, else datasets/NAME below the current folder). The
 * synthetic set is made, not read: see synthetic.h. On failure returns false and fills e with the
 * file, what is wrong with it and how to get it; train and test are then empty.
 */
bool dataset_load(const char *name, const char *directory, dataset *train, dataset *test, error *e)
    __attribute__((warn_unused_result));

/*
 * Gives d, whose sizes and names are set, room for count images and their classes. False and e when
 * there is no memory; d is then empty.
 */
bool dataset_allocate(dataset *d, size_t count, error *e) __attribute__((warn_unused_result));

/* Frees what d holds and empties it; an empty dataset ({0}) is fine. */
void dataset_clear(dataset *d);

/* Number of values in one image of d, C * H * W. */
size_t dataset_dimension(const dataset *d);

/*
 * Copies count images of d, from index first on, as numbers 0 .. 255 into X, whose size is
 * count * C * H * W (any shape: count x D or count x C x H x W), and their classes into y, count
 * labels. Either may be NULL.
 */
void dataset_copy(const dataset *d, size_t first, size_t count, tensor *X, labels *y);

/* The same from d to X and y for the count images whose indices are given. */
void dataset_gather(const dataset *d, const size_t *indices, size_t count, tensor *X, labels *y);

/* How many images the course puts where; see image_data_split. */
typedef struct split_sizes {
    size_t train, validation, test, development;
} split_sizes;

/* The parts of a data set as a training program uses them; D = C * H * W, or D + 1 with a bias. */
typedef struct image_data {
    tensor *X_train, *X_validation, *X_test, *X_development; /* N x D, one image a row */
    labels *y_train, *y_validation, *y_test, *y_development;
    tensor *mean_image; /* D, of the training images, 0 .. 255 */
    size_t channels, height, width, class_count;
    const char *const *class_names;
} image_data;

/*
 * The course's sizes for the sets train and test: 49000, 1000, 1000 and 500. Where there are fewer
 * images: validation at most a tenth of train, training at most what that leaves, test and
 * development at most what there is.
 */
split_sizes split_sizes_course(const dataset *train, const dataset *test);

/*
 * Splits as the course does: the first sizes.train images of train for training, the
 * sizes.validation after them for validation, the first sizes.test of test for testing, and
 * sizes.development drawn from the training images with r, without replacement. The mean image of
 * the training part is subtracted from all four, which out receives. Stops the program when the
 * sizes ask for more than there is or for no training images, or when the images of train and test
 * differ in size.
 * Source: CS231n assignment 1, get_CIFAR10_data.
 */
void image_data_split(const dataset *train, const dataset *test, split_sizes sizes, random_state *r,
                      image_data *out);

/*
 * The bias trick: replaces each of d's four matrices by one with a further column of ones,
 * N x (D + 1), so that the last row of a weight matrix is the bias.
 */
void image_data_append_bias(image_data *d);

/* Frees what d holds and empties it. */
void image_data_clear(image_data *d);

#endif
