/*
 * Eigenvectors by Jacobi's method: a rotation in the plane of two coordinates makes one entry off
 * the diagonal 0; going round all of them again and again, they all vanish, and the product of the
 * rotations holds the eigenvectors.
 */
#include "symmetric_eigen.h"

#include <stdlib.h>

#include "contract.h"

enum { MOST_ROUNDS = 60 };

/* What is taken apart: a, which becomes diagonal, and v, the product of the rotations; D x D. */
typedef struct rotation_state {
    size_t D;
    double *a, *v;
} rotation_state;

/* Rotates the numbers p and q, stride apart from the next ones, count times. */
static void rotate(double *p, double *q, size_t stride, size_t count, double c, double s)
{
    for (size_t i = 0; i < count; i++) {
        double first = p[i * stride], second = q[i * stride];
        p[i * stride] = c * first - s * second;
        q[i * stride] = s * first + c * second;
    }
}

/* Makes entry (p, q) of a zero. */
static void clear_entry(rotation_state *r, size_t p, size_t q)
{
    size_t D = r->D;
    double off = r->a[p * D + q];
    if (off == 0)
        return;
    double theta = (r->a[q * D + q] - r->a[p * D + p]) / (2 * off);
    double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    rotate(r->a + p, r->a + q, D, D, c, s);
    rotate(r->a + p * D, r->a + q * D, 1, D, c, s);
    rotate(r->v + p, r->v + q, D, D, c, s);
}

/* The sum of squares off the diagonal, as a part of all. */
static double left_over(const rotation_state *r)
{
    double off = 0, all = 0;
    for (size_t p = 0; p < r->D; p++)
        for (size_t q = 0; q < r->D; q++) {
            double square = r->a[p * r->D + q] * r->a[p * r->D + q];
            all += square;
            off += p == q ? 0 : square;
        }
    return all > 0 ? off / all : 0;
}

/* Writes eigenvalue from of r, with its vector, to place to of the outputs. */
static void write_pair(const rotation_state *r, size_t from, size_t to, tensor *values,
                       tensor *vectors)
{
    size_t D = r->D;
    values->data[to] = (real)r->a[from * D + from];
    for (size_t i = 0; i < D; i++)
        vectors->data[i * D + to] = (real)r->v[i * D + from];
}

/* Each eigenvalue to the place that as many smaller ones leave it. */
static void write_rising(const rotation_state *r, tensor *values, tensor *vectors)
{
    size_t D = r->D;
    for (size_t j = 0; j < D; j++) {
        size_t place = 0;
        for (size_t k = 0; k < D; k++) {
            double other = r->a[k * D + k], own = r->a[j * D + j];
            place += other < own || (other == own && k < j);
        }
        write_pair(r, j, place, values, vectors);
    }
}

void symmetric_eigen(const tensor *A, tensor *values, tensor *vectors)
{
    check_rank(__func__, "A", A, 2);
    size_t D = A->shape[0];
    check_shape_2d(__func__, "A", A, D, D);
    check_shape_1d(__func__, "values", values, D);
    check_shape_2d(__func__, "vectors", vectors, D, D);
    rotation_state r = {D, calloc(D * D + 1, sizeof *r.a), calloc(D * D + 1, sizeof *r.v)};
    if (r.a == NULL || r.v == NULL)
        contract_failed(__func__, "there is no memory for matrices of %zu x %zu", D, D);
    for (size_t i = 0; i < D * D; i++) {
        r.a[i] = (double)A->data[i];
        r.v[i] = i / D == i % D;
    }
    for (int round = 0; round < MOST_ROUNDS && left_over(&r) > 1e-32; round++)
        for (size_t p = 0; p < D; p++)
            for (size_t q = p + 1; q < D; q++)
                clear_entry(&r, p, q);
    write_rising(&r, values, vectors);
    free(r.a);
    free(r.v);
}
