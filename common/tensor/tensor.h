/*
 * tensor: a block of real numbers with a shape.
 *
 * Contiguous and row-major (the last index varies fastest), up to six dimensions; memory that
 * tensor_new allocates is aligned to 64 bytes. Images are N x C x H x W. All fields are public:
 * element [i, j] of a matrix is t->data[i * t->shape[1] + j].
 *
 * A tensor is created by tensor_new and freed by tensor_free. A view (tensor_rows, tensor_reshaped)
 * is a tensor by value that shares another's memory: it is never freed and must not outlive it.
 * Functions take inputs first, as const, then outputs, which the caller has allocated.
 */
#ifndef COMMON_TENSOR_H
#define COMMON_TENSOR_H

#include <stdbool.h>

#include "real.h"

enum { TENSOR_MAX_RANK = 6, TENSOR_ALIGNMENT = 64 };

typedef struct tensor {
    size_t rank;                   /* number of dimensions, 1 to 6 */
    size_t shape[TENSOR_MAX_RANK]; /* sizes; those from rank on are 1 */
    size_t size;                   /* number of elements, the product of the shape */
    real *data;
} tensor;

/* The true classes of N examples: data[i] is the class of example i, counted from 0. */
typedef struct labels {
    size_t count;
    uint32_t *data;
} labels;

/*
 * A new tensor of the given rank (1 to 6) and shape (rank sizes), filled with zeros. A size may be
 * 0. Stops the program on a bad rank, on a size that overflows and when there is no memory.
 */
tensor *tensor_new(size_t rank, const size_t *shape) __attribute__((warn_unused_result));

/* The same for a vector of d0, a matrix of rows x columns and an array of d0 x d1 x d2 (x d3). */
tensor *tensor_new_1d(size_t d0) __attribute__((warn_unused_result));
tensor *tensor_new_2d(size_t rows, size_t columns) __attribute__((warn_unused_result));
tensor *tensor_new_3d(size_t d0, size_t d1, size_t d2) __attribute__((warn_unused_result));
tensor *tensor_new_4d(size_t d0, size_t d1, size_t d2, size_t d3)
    __attribute__((warn_unused_result));

/* A new tensor of zeros with the shape of t. */
tensor *tensor_new_like(const tensor *t) __attribute__((warn_unused_result));

/* A new tensor with the shape and the elements of t. */
tensor *tensor_new_copy(const tensor *t) __attribute__((warn_unused_result));

/* Frees t and its memory. NULL is fine; a view must not be passed. */
void tensor_free(tensor *t);

/*
 * A view of count rows of t, from row first on: the slices first .. first + count - 1 of the
 * outermost dimension, with t's rank. Stops the program when there are not that many.
 */
tensor tensor_rows(const tensor *t, size_t first, size_t count);

/*
 * A view of row i of t without its outermost dimension: of a matrix, a vector. t's rank is over 1.
 */
tensor tensor_row(const tensor *t, size_t i);

/*
 * A view of all of t under another shape of the given rank with as many elements. Stops the program
 * when the numbers of elements differ.
 */
tensor tensor_reshaped(const tensor *t, size_t rank, const size_t *shape);

/* A view of t as a matrix: its outermost dimension by all the others, N x (d1 * ... * dk). */
tensor tensor_flattened(const tensor *t);

/* A view with the given rank and shape (rank sizes) of the caller's memory at data. */
tensor tensor_over(real *data, size_t rank, const size_t *shape);

/* Whether a and b have the same rank and sizes. */
bool tensor_same_shape(const tensor *a, const tensor *b);

/* Writes value into every element of t. */
void tensor_fill(tensor *t, real value);

/*
 * Fills t in row-major order with evenly spaced numbers from first to last, both included:
 * t[i] = first + i * (last - first) / (size - 1), computed in double as NumPy's linspace does.
 */
void tensor_fill_linspace(tensor *t, double first, double last);

/* Copies the elements of from into to; the shapes may differ, the numbers of elements may not. */
void tensor_copy(const tensor *from, tensor *to);

/* Writes the transpose of a, rows x columns, to out, columns x rows. They must not overlap. */
void tensor_transpose(const tensor *a, tensor *out);

/* Elementwise, all of one size: out = a + b, out = a - b, out = a * b. out may be a or b. */
void tensor_add(const tensor *a, const tensor *b, tensor *out);
void tensor_subtract(const tensor *a, const tensor *b, tensor *out);
void tensor_multiply(const tensor *a, const tensor *b, tensor *out);

/*
 * Writes row into each row of t: t[i,j] = row[j]; and adds up the rows of t: out[j] = sum over i of
 * t[i,j], in the order of the rows, whatever out held.
 *
 * t         N x M   a tensor of another rank is taken as a matrix, as by tensor_flattened
 * row, out  M
 */
void tensor_fill_rows(const tensor *row, tensor *t);
void tensor_sum_rows(const tensor *t, tensor *out);

/* t = factor * t. */
void tensor_scale(tensor *t, real factor);

/* to = to + factor * from, elementwise (BLAS calls it axpy). */
void tensor_add_scaled(const tensor *from, real factor, tensor *to);

/* The sum of t's elements, their mean, and the sum of their squares, each added up in double. */
double tensor_sum(const tensor *t);
double tensor_mean(const tensor *t);
double tensor_sum_of_squares(const tensor *t);

/* The standard deviation of t's elements: their number is the divisor, as in NumPy's std. */
double tensor_std(const tensor *t);

/*
 * The index, in row-major order, of t's largest element; the first of several. t has at least one.
 */
size_t tensor_argmax(const tensor *t);

/* For each row of the matrix t, N x C: the column of its largest element, the first of several,
 * into out, N labels. */
void tensor_argmax_rows(const tensor *t, labels *out);

/* Whether no element of t is infinite or NaN. */
bool tensor_all_finite(const tensor *t);

/*
 * The course's relative error of a and b: max over i of |a_i - b_i| / max(1e-8, |a_i| + |b_i|). NaN
 * when an element of either is NaN, and when the sizes differ.
 * Source: CS231n assignment notebooks, rel_error.
 */
double relative_error(const tensor *a, const tensor *b);

/* The Frobenius norm of a - b: sqrt(sum over i of (a_i - b_i)^2). a and b have as many elements. */
double frobenius_distance(const tensor *a, const tensor *b);

/* New labels, count of them, all 0; labels_free frees those of y, which may be NULL. */
labels *labels_new(size_t count) __attribute__((warn_unused_result));
void labels_free(labels *y);

/* A view of count labels of y, from index first on. */
labels labels_slice(const labels *y, size_t first, size_t count);

/* The fraction, 0 to 1, of predicted that equals y. Both hold as many labels, at least one. */
double labels_accuracy(const labels *predicted, const labels *y);

/*
 * Copies row indices[i] of X into row i of X_out, and label indices[i] of y into label i of y_out,
 * for each of count indices: this is how to collect a minibatch. y and y_out may both be NULL.
 */
void gather_rows(const tensor *X, const labels *y, const size_t *indices, size_t count,
                 tensor *X_out, labels *y_out);

/*
 * Prints t to standard output, for a look while you debug: a line with the shape, the smallest and
 * the largest element, their mean, and how many are NaN or infinite, which none of the other three
 * counts. Then the numbers in brackets, to the character as NumPy's print writes an array of the
 * same type: with 8 digits after the point at most, and of more than 1000 elements only the first
 * and the last three of each dimension. Prints a line if t is NULL or was overwritten.
 */
void tensor_print(const tensor *t);

/*
 * Writes the shape of t into text, of size bytes, as "3 x 4 x 5", and returns text. For messages.
 */
const char *tensor_shape_text(const tensor *t, char *text, size_t size);

#endif
