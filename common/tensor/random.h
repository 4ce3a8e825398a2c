/*
 * Random numbers, the same as NumPy's legacy RandomState draws.
 *
 * The generator is MT19937 with Knuth's seeding, so random_seed(&r, 231) gives the stream that
 * np.random.seed(231) gives in the course's notebooks, to the last bit.
 *
 * A random_state is a plain struct that the caller owns: copying it copies the stream.
 *
 * Source: Matsumoto and Nishimura, "Mersenne Twister", 1998; NumPy's documentation of RandomState.
 */
#ifndef COMMON_RANDOM_H
#define COMMON_RANDOM_H

#include "tensor.h"

typedef struct random_state {
    uint32_t key[624];
    size_t position;       /* next word of key; 624: all are used up */
    bool has_normal;       /* the polar method makes normals in pairs: */
    double waiting_normal; /* the second one is kept here */
} random_state;

/* Starts r's stream from seed, as np.random.seed(seed). */
void random_seed(random_state *r, uint32_t seed);

/* The next 32 bits. */
uint32_t random_u32(random_state *r);

/* Uniform in [0, 1), as np.random.rand(): 53 bits of two draws. */
double random_uniform(random_state *r);

/* Standard normal, as np.random.randn(): Marsaglia's polar method, the second of a pair first. */
double random_normal(random_state *r);

/* Uniform in 0 .. n - 1, as np.random.randint(n), by masked rejection. n is 1 to 2^32. */
size_t random_integer(random_state *r, size_t n);

/*
 * count indices from 0 .. n - 1 into out, as np.random.choice(n, count, replace=...). With replace
 * each is random_integer(r, n); without, they are the first entries of a permutation, and count may
 * not exceed n.
 */
void random_choice(random_state *r, size_t n, size_t count, bool replace, size_t *out);

/* Shuffles the count entries of out, as np.random.shuffle. */
void random_shuffle(random_state *r, size_t *out, size_t count);

/* A random order of 0 .. count - 1 into out, as np.random.permutation(count). */
void random_permutation(random_state *r, size_t count, size_t *out);

/*
 * Fills t in row-major order with mean + deviation * random_normal(r): normal numbers of that mean
 * and standard deviation.
 */
void tensor_fill_normal(tensor *t, random_state *r, double mean, double deviation);

/* Fills t in row-major order with low + (high - low) * random_uniform(r). */
void tensor_fill_uniform(tensor *t, random_state *r, double low, double high);

/* Fills y with random_integer(r, class_count), as np.random.randint(class_count, size=N). */
void labels_fill_random(labels *y, random_state *r, size_t class_count);

#endif
