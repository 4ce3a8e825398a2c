/* MT19937 and NumPy's ways of drawing from it. */
#include "random.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "multiversion.h"

enum { WORDS = 624, MIDDLE = 397 };

void random_seed(random_state *r, uint32_t seed)
{
    r->key[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++)
        r->key[i] = 1812433253U * (r->key[i - 1] ^ (r->key[i - 1] >> 30)) + i;
    r->position = WORDS;
    r->has_normal = false;
    r->waiting_normal = 0;
}

/* The next word after this one and the one that follows it, with the one that lies MIDDLE on. */
static inline uint32_t twisted(uint32_t word, uint32_t next, uint32_t middle)
{
    uint32_t joined = (word & 0x80000000U) | (next & 0x7fffffffU);
    return middle ^ (joined >> 1) ^ (-(joined & 1U) & 0x9908b0dfU);
}

/* Makes the next 624 words of the sequence. In loops whose words do not depend on one another. */
MULTIVERSION
static void refill(random_state *r)
{
    uint32_t *key = r->key;
    for (size_t i = 0; i < WORDS - MIDDLE; i++)
        key[i] = twisted(key[i], key[i + 1], key[i + MIDDLE]);
    for (size_t i = WORDS - MIDDLE; i < WORDS - 1; i++)
        key[i] = twisted(key[i], key[i + 1], key[i + MIDDLE - WORDS]);
    key[WORDS - 1] = twisted(key[WORDS - 1], key[0], key[MIDDLE - 1]);
    r->position = 0;
}

/* What is drawn for a word of the sequence. */
static inline uint32_t tempered(uint32_t word)
{
    word ^= word >> 11;
    word ^= (word << 7) & 0x9d2c5680U;
    word ^= (word << 15) & 0xefc60000U;
    return word ^ (word >> 18);
}

uint32_t random_u32(random_state *r)
{
    if (r->position >= WORDS)
        refill(r);
    return tempered(r->key[r->position++]);
}

/* The number in [0, 1) that two draws make. */
static inline double uniform_of(uint32_t first, uint32_t second)
{
    uint32_t high = first >> 5; /* 27 bits */
    uint32_t low = second >> 6; /* 26 bits */
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

double random_uniform(random_state *r)
{
    uint32_t first = random_u32(r);
    return uniform_of(first, random_u32(r));
}

double random_normal(random_state *r)
{
    if (r->has_normal) {
        r->has_normal = false;
        return r->waiting_normal;
    }
    double x1, x2, square;
    do {
        x1 = 2.0 * random_uniform(r) - 1.0;
        x2 = 2.0 * random_uniform(r) - 1.0;
        square = x1 * x1 + x2 * x2;
    } while (square >= 1.0 || square == 0.0);
    double factor = sqrt(-2.0 * log(square) / square);
    r->waiting_normal = factor * x1;
    r->has_normal = true;
    return factor * x2;
}

/* Uniform in 0 .. largest: draws as many bits as largest has until the number fits. */
static uint32_t random_up_to(random_state *r, uint32_t largest)
{
    if (largest == 0)
        return 0;
    uint32_t mask = UINT32_MAX >> __builtin_clz(largest);
    uint32_t value;
    do
        value = random_u32(r) & mask;
    while (value > largest);
    return value;
}

size_t random_integer(random_state *r, size_t n)
{
    if (n < 1 || n - 1 > UINT32_MAX)
        contract_failed(__func__, "n is %zu, should be 1 to 2^32", n);
    return random_up_to(r, (uint32_t)(n - 1));
}

void random_choice(random_state *r, size_t n, size_t count, bool replace, size_t *out)
{
    if (replace) {
        for (size_t i = 0; i < count; i++)
            out[i] = random_integer(r, n);
        return;
    }
    if (count > n)
        contract_failed(__func__, "%zu of %zu cannot be drawn without replacement", count, n);
    size_t *order = malloc((n + 1) * sizeof *order);
    if (order == NULL)
        contract_failed(__func__, "no memory for %zu indices", n);
    random_permutation(r, n, order);
    memcpy(out, order, count * sizeof *out);
    free(order);
}

void random_shuffle(random_state *r, size_t *out, size_t count)
{
    for (size_t i = count; i-- > 1;) {
        size_t j = random_up_to(r, (uint32_t)i);
        size_t held = out[i];
        out[i] = out[j];
        out[j] = held;
    }
}

void random_permutation(random_state *r, size_t count, size_t *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = i;
    random_shuffle(r, out, count);
}

/* The count numbers that the words at key make, two words each. */
MULTIVERSION
static void fill_from_words(const uint32_t *key, size_t count, double *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = uniform_of(tempered(key[2 * i]), tempered(key[2 * i + 1]));
}

/*
 * As many pairs of normals as the words that are left give, but no more than most, into pairs; the
 * same as random_normal draws. Returns how many: one try in five gives none, and near the end of
 * the words there are none. In loops, for compilers to make vector instructions of.
 */
static size_t fill_pairs(random_state *r, size_t most, double (*pairs)[2])
{
    double uniform[WORDS / 2];
    double square[WORDS / 4];
    double logarithm[WORDS / 4];
    size_t tries = (WORDS - r->position) / 4;
    size_t count = 0;
    if (tries > most)
        tries = most;
    fill_from_words(r->key + r->position, 2 * tries, uniform);
    r->position += 4 * tries;
    for (size_t i = 0; i < tries; i++) {
        double x1 = 2.0 * uniform[2 * i] - 1.0;
        double x2 = 2.0 * uniform[2 * i + 1] - 1.0;
        pairs[count][0] = x2;
        pairs[count][1] = x1;
        square[count] = x1 * x1 + x2 * x2;
        count += square[count] < 1.0 && square[count] != 0.0;
    }
    for (size_t i = 0; i < count; i++)
        logarithm[i] = log(square[i]);
    for (size_t i = 0; i < count; i++) {
        double factor = sqrt(-2.0 * logarithm[i] / square[i]);
        pairs[i][0] *= factor;
        pairs[i][1] *= factor;
    }
    return count;
}

void tensor_fill_normal(tensor *t, random_state *r, double mean, double deviation)
{
    double pairs[WORDS / 4][2];
    for (size_t i = 0; i < t->size;) {
        size_t count = r->has_normal ? 0 : fill_pairs(r, (t->size - i) / 2, pairs);
        for (size_t k = 0; k < count; k++, i += 2) {
            t->data[i] = (real)(mean + deviation * pairs[k][0]);
            t->data[i + 1] = (real)(mean + deviation * pairs[k][1]);
        }
        if (count == 0)
            t->data[i++] = (real)(mean + deviation * random_normal(r));
    }
}

void tensor_fill_uniform(tensor *t, random_state *r, double low, double high)
{
    double block[WORDS / 2];
    for (size_t i = 0; i < t->size;) {
        size_t pairs = (WORDS - r->position) / 2;
        if (pairs == 0) { /* at the end of the words */
            t->data[i++] = (real)(low + (high - low) * random_uniform(r));
            continue;
        }
        if (pairs > t->size - i)
            pairs = t->size - i;
        fill_from_words(r->key + r->position, pairs, block);
        r->position += 2 * pairs;
        for (size_t k = 0; k < pairs; k++)
            t->data[i + k] = (real)(low + (high - low) * block[k]);
        i += pairs;
    }
}

void labels_fill_random(labels *y, random_state *r, size_t class_count)
{
    for (size_t i = 0; i < y->count; i++)
        y->data[i] = (uint32_t)random_integer(r, class_count);
}
