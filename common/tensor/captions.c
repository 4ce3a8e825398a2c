/* Captions: sentences as rows of word numbers. */
#include "captions.h"

#include <stdlib.h>

#include "contract.h"

captions *captions_new(size_t count, size_t length)
{
    size_t size = 0;
    captions *c = malloc(sizeof *c);
    if (c == NULL || __builtin_mul_overflow(count, length, &size) ||
        (c->words = calloc(size > 0 ? size : 1, sizeof *c->words)) == NULL)
        contract_failed(__func__, "no memory for %zu sentences of %zu words", count, length);
    c->count = count;
    c->length = length;
    return c;
}

void captions_free(captions *c)
{
    if (c == NULL)
        return;
    free(c->words);
    free(c);
}

void check_captions(const char *function, const char *name, const captions *c, size_t count,
                    size_t length, size_t word_count)
{
    if (c == NULL)
        contract_failed(function, "%s is NULL", name);
    if (c->count != count || c->length != length)
        contract_failed(function, "%s holds %zu x %zu words, should hold %zu x %zu", name, c->count,
                        c->length, count, length);
    for (size_t i = 0; word_count != SIZE_MAX && i < count * length; i++)
        if (c->words[i] >= word_count)
            contract_failed(function, "%s[%zu,%zu] is %u, should be below %zu", name, i / length,
                            i % length, (unsigned)c->words[i], word_count);
}
