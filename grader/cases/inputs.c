/* Drawing and giving inputs. */
#include <stdio.h>
#include <string.h>

#include "attempt_state.h"
#include "contract.h"

static sizes sizes_of(size_t rank, size_t d0, size_t d1, size_t d2, size_t d3)
{
    return (sizes){.rank = rank, .size = {d0, d1, d2, d3, 1, 1}};
}

sizes sizes1(size_t d0)
{
    return sizes_of(1, d0, 1, 1, 1);
}

sizes sizes2(size_t d0, size_t d1)
{
    return sizes_of(2, d0, d1, 1, 1);
}

sizes sizes3(size_t d0, size_t d1, size_t d2)
{
    return sizes_of(3, d0, d1, d2, 1);
}

sizes sizes4(size_t d0, size_t d1, size_t d2, size_t d3)
{
    return sizes_of(4, d0, d1, d2, d3);
}

random_state *case_stream(attempt *a)
{
    return &a->random;
}

size_t draw_size(attempt *a, size_t low, size_t high)
{
    return low + random_integer(&a->random, high - low + 1);
}

double draw_number(attempt *a, double low, double high)
{
    return low + (high - low) * random_uniform(&a->random);
}

tensor *give_zeros(attempt *a, const char *name, sizes shape)
{
    binding *bound = bindings_renew(&a->given.inputs, name);
    bound->tensor = tensor_new(shape.rank, shape.size);
    return bound->tensor;
}

tensor *give_normal(attempt *a, const char *name, sizes shape, double mean, double deviation)
{
    tensor *t = give_zeros(a, name, shape);
    tensor_fill_normal(t, &a->random, mean, deviation);
    return t;
}

tensor *give_uniform(attempt *a, const char *name, sizes shape, double low, double high)
{
    tensor *t = give_zeros(a, name, shape);
    tensor_fill_uniform(t, &a->random, low, high);
    return t;
}

tensor *give_copy(attempt *a, const char *name, const tensor *values)
{
    tensor *copy = tensor_new_copy(values); /* values may be what name held until now */
    binding *bound = bindings_renew(&a->given.inputs, name);
    bound->tensor = copy;
    return copy;
}

labels *give_labels(attempt *a, const char *name, size_t count, size_t class_count)
{
    binding *bound = bindings_renew(&a->given.inputs, name);
    bound->labels = labels_new(count);
    labels_fill_random(bound->labels, &a->random, class_count);
    return bound->labels;
}

void give_captions(attempt *a, const char *name, const captions *values)
{
    size_t size = values->count * values->length;
    binding *bound = bindings_renew(&a->given.inputs, name);
    bound->labels = labels_new(size);
    bound->length = values->length;
    for (size_t i = 0; i < size; i++)
        bound->labels->data[i] = values->words[i];
}

labels *give_words(attempt *a, const char *name, size_t count, size_t length, size_t word_count)
{
    labels *words = give_labels(a, name, count * length, word_count);
    bindings_find(&a->given.inputs, name)->length = length;
    return words;
}

void give_number(attempt *a, const char *name, double value)
{
    bindings_renew(&a->given.inputs, name)->number =
        a->definition->variant == CASE_FLOAT ? (double)(float)value : value;
}

void give_size(attempt *a, char letter, size_t value)
{
    a->given.letters[(unsigned char)letter & 127] = value;
}

published_case *open_published(attempt *a, const char *function, size_t index)
{
    error e;
    published_case *c = published_case_open(a->grading->published.text, function, index, &e);
    if (c == NULL)
        attempt_end(a, CASE_NOT_GRADED, "our fault: %s", e.text);
    return c;
}

void give_published(attempt *a, const published_case *c, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tensor *values = published_input(c, names[i]);
        give_copy(a, names[i], values);
        tensor_free(values);
    }
}

static binding *find_or_stop(bindings *b, const char *name, const char *what)
{
    binding *bound = bindings_find(b, name);
    if (bound == NULL)
        contract_failed("case", "no %s is called %s", what, name);
    return bound;
}

tensor *given(attempt *a, const char *name)
{
    return find_or_stop(&a->given.inputs, name, "input")->tensor;
}

labels *given_labels(attempt *a, const char *name)
{
    return find_or_stop(&a->given.inputs, name, "input")->labels;
}

double given_number(attempt *a, const char *name)
{
    return find_or_stop(&a->given.inputs, name, "input")->number;
}

const tensor *got(attempt *a, const char *name)
{
    return find_or_stop(&a->got, name, "output")->tensor;
}

const labels *got_labels(attempt *a, const char *name)
{
    return find_or_stop(&a->got, name, "output")->labels;
}

double got_number(attempt *a, const char *name)
{
    return find_or_stop(&a->got, name, "output")->number;
}

const tensor *reference(attempt *a, const char *name)
{
    return find_or_stop(&a->reference, name, "output")->tensor;
}

const labels *reference_labels(attempt *a, const char *name)
{
    return find_or_stop(&a->reference, name, "output")->labels;
}

double reference_number(attempt *a, const char *name)
{
    return find_or_stop(&a->reference, name, "output")->number;
}
