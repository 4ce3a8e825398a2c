/* Pictures, texts and patches in one space. shared_space.h specifies each function. */
#include "shared_space.h"

#include "contract.h"
#include "matmul.h"

/* Stops the program unless a and b, called so, are matrices of as many columns. */
static void check_rows(const char *function, const char *a_name, const tensor *a,
                       const char *b_name, const tensor *b)
{
    check_rank(function, a_name, a, 2);
    check_rank(function, b_name, b, 2);
    check_shape_2d(function, b_name, b, b->shape[0], a->shape[1]);
}

#ifdef SOLUTION
static real dot(const real *a, const real *b, size_t count)
{
    real sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* New rows: the directions of those of z; the caller frees them. */
static tensor *directions(const tensor *z)
{
    size_t D = z->shape[1];
    tensor *u = tensor_new_copy(z);
    for (size_t n = 0; n < z->shape[0]; n++) {
        tensor row = tensor_row(u, n);
        tensor_scale(&row, 1 / sqrt(dot(row.data, row.data, D)));
    }
    return u;
}
#endif

void cosine_similarities(const tensor *a, const tensor *b, tensor *S)
{
    check_rows(__func__, "a", a, "b", b);
    check_shape_2d(__func__, "S", S, a->shape[0], b->shape[0]);
#ifdef SOLUTION
    tensor *u = directions(a), *v = directions(b);
    matmul_transposed_right(u, v, S);
    tensor_free(u);
    tensor_free(v);
#else
    /* TODO: divide the rows of both by their lengths; then it is one product. */
    NOT_IMPLEMENTED(a, b, S);
#endif
}

#ifdef SOLUTION
/* Each row of scores becomes its softmax. Returns the cross-entropy, summed; row n's class is n. */
static double softmax_rows(tensor *scores)
{
    size_t N = scores->shape[0];
    double loss = 0;
    for (size_t n = 0; n < N; n++) {
        tensor row = tensor_row(scores, n);
        real largest = row.data[tensor_argmax(&row)], right = row.data[n] - largest, sum = 0;
        for (size_t m = 0; m < N; m++) {
            row.data[m] = exp(row.data[m] - largest);
            sum += row.data[m];
        }
        loss += log(sum) - right;
        tensor_scale(&row, 1 / sum);
    }
    return loss;
}

/* scores become the gradient of L with respect to them; returns L. */
static real loss_of_scores(tensor *scores)
{
    size_t N = scores->shape[0];
    tensor *columns = tensor_new_like(scores), *turned = tensor_new_like(scores);
    tensor_transpose(scores, columns);
    double loss = softmax_rows(scores);
    loss += softmax_rows(columns);
    tensor_transpose(columns, turned);
    tensor_add(scores, turned, scores);
    for (size_t n = 0; n < N; n++)
        scores->data[n * N + n] -= 2;
    tensor_scale(scores, 1 / (2 * (real)N));
    tensor_free(columns);
    tensor_free(turned);
    return loss / (2 * N);
}

/* dz, the gradient with respect to directions u, becomes that with respect to the rows of z. */
static void directions_backward(const tensor *z, const tensor *u, tensor *dz)
{
    size_t D = z->shape[1];
    for (size_t n = 0; n < z->shape[0]; n++) {
        const real *row = z->data + n * D, *direction = u->data + n * D;
        real *gradient = dz->data + n * D;
        real along = dot(gradient, direction, D), length = sqrt(dot(row, row, D));
        for (size_t d = 0; d < D; d++)
            gradient[d] = (gradient[d] - along * direction[d]) / length;
    }
}
#endif

real clip_loss(const tensor *images, const tensor *texts, real tau, tensor *dimages, tensor *dtexts)
{
    check_rank(__func__, "images", images, 2);
    check_same_shape(__func__, "texts", texts, images);
    check_same_shape(__func__, "dimages", dimages, images);
    check_same_shape(__func__, "dtexts", dtexts, texts);
    if (!(tau > 0))
        contract_failed(__func__, "tau is %g, should be over 0", (double)tau);
#ifdef SOLUTION
    tensor *u = directions(images), *v = directions(texts);
    tensor *scores = tensor_new_2d(images->shape[0], images->shape[0]);
    matmul_general(false, true, 1 / tau, u, v, 0, scores);
    real loss = loss_of_scores(scores);
    matmul_general(false, false, 1 / tau, scores, v, 0, dimages);
    matmul_general(true, false, 1 / tau, scores, u, 0, dtexts);
    directions_backward(images, u, dimages);
    directions_backward(texts, v, dtexts);
    tensor_free(u);
    tensor_free(v);
    tensor_free(scores);
    return loss;
#else
    /*
     * TODO: the scores are a product, of the directions of both. Over the rows this is a softmax
     * loss with the classes 0, 1, 2, ...; over the columns it is the same for the transpose.
     */
    return NOT_IMPLEMENTED(images, texts, tau, dimages, dtexts);
#endif
}

void zero_shot_classify(const tensor *images, const tensor *texts, labels *predicted)
{
    check_rows(__func__, "images", images, "texts", texts);
    check_labels(__func__, "predicted", predicted, images->shape[0], SIZE_MAX);
#ifdef SOLUTION
    tensor *S = tensor_new_2d(images->shape[0], texts->shape[0]);
    cosine_similarities(images, texts, S);
    tensor_argmax_rows(S, predicted);
    tensor_free(S);
#else
    /* TODO: tensor_argmax_rows of tensor.h takes the first of several. */
    NOT_IMPLEMENTED(images, texts, predicted);
#endif
}

void retrieve(const tensor *query, const tensor *images, labels *indices)
{
    check_rank(__func__, "images", images, 2);
    check_shape_1d(__func__, "query", query, images->shape[1]);
    check_labels(__func__, "indices", indices, indices->count, SIZE_MAX);
    if (indices->count > images->shape[0])
        contract_failed(__func__, "%zu images are asked for, of %zu", indices->count,
                        images->shape[0]);
#ifdef SOLUTION
    tensor *S = tensor_new_2d(1, images->shape[0]);
    tensor row = tensor_reshaped(query, 2, (const size_t[]){1, query->size});
    cosine_similarities(&row, images, S);
    for (size_t i = 0; i < indices->count; i++) {
        indices->data[i] = tensor_argmax(S);
        S->data[indices->data[i]] = -INFINITY;
    }
    tensor_free(S);
#else
    /* TODO: the similarities of all; then the largest, and again without it, k times. */
    NOT_IMPLEMENTED(query, images, indices);
#endif
}

#ifdef SOLUTION
static void mean_of_rows(const tensor *X, tensor *mean)
{
    size_t N = X->shape[0], D = X->shape[1];
    for (size_t d = 0; d < D; d++) {
        double sum = 0;
        for (size_t n = 0; n < N; n++)
            sum += X->data[n * D + d];
        mean->data[d] = sum / N;
    }
}

/* New rows: X without the mean; the caller frees them. */
static tensor *centred(const tensor *X, const tensor *mean)
{
    tensor *rows = tensor_new_copy(X);
    for (size_t i = 0; i < rows->size; i++)
        rows->data[i] -= mean->data[i % mean->size];
    return rows;
}

/* Column j of vectors into row, turned so that the entry of largest magnitude is positive. */
static void take_column(const tensor *vectors, size_t j, tensor *row)
{
    size_t D = row->size, largest = 0;
    for (size_t d = 0; d < D; d++) {
        row->data[d] = vectors->data[d * D + j];
        largest = fabs(row->data[d]) > fabs(row->data[largest]) ? d : largest;
    }
    if (row->data[largest] < 0)
        tensor_scale(row, -1);
}
#endif

void principal_components(const tensor *X, tensor *mean, tensor *components)
{
    check_rows(__func__, "X", X, "components", components);
    check_shape_1d(__func__, "mean", mean, X->shape[1]);
    if (components->shape[0] > X->shape[1])
        contract_failed(__func__, "%zu components are asked for, of %zu", components->shape[0],
                        X->shape[1]);
#ifdef SOLUTION
    size_t D = X->shape[1];
    mean_of_rows(X, mean);
    tensor *rows = centred(X, mean), *covariance = tensor_new_2d(D, D);
    tensor *values = tensor_new_1d(D), *vectors = tensor_new_2d(D, D);
    matmul_general(true, false, 1 / (real)X->shape[0], rows, rows, 0, covariance);
    symmetric_eigen(covariance, values, vectors);
    for (size_t j = 0; j < components->shape[0]; j++) {
        tensor row = tensor_row(components, j);
        take_column(vectors, D - 1 - j, &row);
    }
    tensor_free(rows);
    tensor_free(covariance);
    tensor_free(values);
    tensor_free(vectors);
#else
    /*
     * TODO: centre the rows, multiply, and call symmetric_eigen, whose header says in which order
     * its vectors come, and how they lie.
     */
    NOT_IMPLEMENTED(X, mean, components);
#endif
}

#ifdef SOLUTION
/* Scales each column of t to 0..1. */
static void scale_columns(tensor *t)
{
    size_t N = t->shape[0], columns = t->shape[1];
    for (size_t j = 0; j < columns; j++) {
        real least = t->data[j], most = t->data[j];
        for (size_t n = 0; n < N; n++) {
            real p = t->data[n * columns + j];
            least = p < least ? p : least;
            most = p > most ? p : most;
        }
        real range = most > least ? most - least : 1;
        for (size_t n = 0; n < N; n++)
            t->data[n * columns + j] = (t->data[n * columns + j] - least) / range;
    }
}
#endif

void component_colours(const tensor *X, const tensor *mean, const tensor *components,
                       tensor *colours)
{
    check_rows(__func__, "X", X, "components", components);
    check_shape_1d(__func__, "mean", mean, X->shape[1]);
    check_shape_2d(__func__, "colours", colours, X->shape[0], components->shape[0]);
#ifdef SOLUTION
    tensor *rows = centred(X, mean);
    matmul_transposed_right(rows, components, colours);
    scale_columns(colours);
    tensor_free(rows);
#else
    /* TODO: the projections are one product; then each of its columns has a scale of its own. */
    NOT_IMPLEMENTED(X, mean, components, colours);
#endif
}

real mean_iou(const labels *predicted, const labels *truth, size_t classes)
{
    check_labels(__func__, "predicted", predicted, predicted->count, classes);
    check_labels(__func__, "truth", truth, predicted->count, classes);
#ifdef SOLUTION
    double sum = 0;
    size_t occurring = 0;
    for (size_t k = 0; k < classes; k++) {
        size_t both = 0, either = 0;
        for (size_t i = 0; i < truth->count; i++) {
            both += predicted->data[i] == k && truth->data[i] == k;
            either += predicted->data[i] == k || truth->data[i] == k;
        }
        sum += either > 0 ? (double)both / either : 0;
        occurring += either > 0;
    }
    return sum / occurring;
#else
    /* TODO: for each class count two numbers; a class that has no pixel at all does not count. */
    return NOT_IMPLEMENTED(predicted, truth, classes);
#endif
}
