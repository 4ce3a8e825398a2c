/* The course's published numbers, out of JSON. */
#include "published_case.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"

struct published_case {
    char *path;
    json_t *file; /* the whole file, which keeps the case alive */
    const json_t *inputs, *expected;
    const char *function;
    double tolerance;
};

/* A value of a case, with what a message about it has to name. */
typedef struct entry {
    const published_case *c;
    const char *name;
    const json_t *value;
} entry;

/* Stops the program over an entry: which one, and what is wrong with it. */
_Noreturn static void entry_failed(entry v, const char *what)
{
    contract_failed("published_case", "%.150s, %.50s: \"%.50s\" %s", v.c->path, v.c->function,
                    v.name, what);
}

/* The index-th case of function among cases, or NULL. */
static const json_t *find_case(const json_t *cases, const char *function, size_t index)
{
    size_t i;
    const json_t *one;
    json_array_foreach(cases, i, one) {
        const char *name = json_string_value(json_object_get(one, "function"));
        if (name != NULL && strcmp(name, function) == 0 && index-- == 0)
            return one;
    }
    return NULL;
}

/* Points c at its case in c->file. */
static bool take_case(published_case *c, const char *path, const char *function, size_t index,
                      error *e)
{
    const json_t *cases = json_object_get(c->file, "cases");
    if (!json_is_array(cases))
        return error_set(e, "%s: has no list of \"cases\"; is this a file of published cases?",
                         path);
    const json_t *one = find_case(cases, function, index);
    if (one == NULL)
        return error_set(e, "%s: has no case %zu for the function \"%s\"", path, index, function);
    c->function = json_string_value(json_object_get(one, "function"));
    c->inputs = json_object_get(one, "inputs");
    c->expected = json_object_get(one, "expected");
    const json_t *tolerance = json_object_get(one, "max_rel_error");
    c->tolerance = json_number_value(tolerance);
    if (!json_is_object(c->inputs) || !json_is_object(c->expected) || !json_is_number(tolerance))
        return error_set(e,
                         "%s: a case for \"%s\" lacks one of \"inputs\", \"expected\" and "
                         "\"max_rel_error\"",
                         path, function);
    return true;
}

published_case *published_case_open(const char *path, const char *function, size_t index, error *e)
{
    json_error_t problem;
    published_case *c = calloc(1, sizeof *c);
    if (c == NULL || (c->path = strdup(path)) == NULL)
        contract_failed(__func__, "no memory");
    c->file = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (c->file == NULL && problem.line > 0)
        error_set(e, "%s, line %d: %s", path, problem.line, problem.text);
    else if (c->file == NULL)
        error_set(e, "%s: cannot read the published cases: %s", path, problem.text);
    else if (take_case(c, path, function, index, e))
        return c;
    published_case_close(c);
    return NULL;
}

void published_case_close(published_case *c)
{
    if (c == NULL)
        return;
    json_decref(c->file);
    free(c->path);
    free(c);
}

static entry find_entry(const published_case *c, const json_t *among, const char *name)
{
    entry v = {.c = c, .name = name, .value = json_object_get(among, name)};
    if (v.value == NULL)
        entry_failed(v, "is not there");
    return v;
}

static double number_of(entry v)
{
    if (!json_is_number(v.value))
        entry_failed(v, "is not a number");
    return json_number_value(v.value);
}

typedef struct shape {
    size_t rank;
    size_t sizes[TENSOR_MAX_RANK];
} shape;

static void add_size(entry v, shape *s, size_t size)
{
    if (s->rank == TENSOR_MAX_RANK)
        entry_failed(v, "has too many dimensions");
    s->sizes[s->rank++] = size;
}

/* The shape that a list of sizes gives. */
static shape shape_listed(entry v, const json_t *sizes)
{
    shape s = {0};
    size_t i;
    const json_t *size;
    json_array_foreach(sizes, i, size) {
        if (!json_is_integer(size) || json_integer_value(size) < 1)
            entry_failed(v, "has a shape with something else than positive integers");
        add_size(v, &s, (size_t)json_integer_value(size));
    }
    if (s.rank == 0)
        entry_failed(v, "has no shape");
    return s;
}

/* The shape that nested arrays have along their first elements. */
static shape shape_nested(entry v)
{
    shape s = {0};
    for (const json_t *part = v.value; json_is_array(part); part = json_array_get(part, 0))
        add_size(v, &s, json_array_size(part));
    return s;
}

/* Writes the numbers of part, nested arrays of depth t->rank - d, to t from *position on. */
static void fill_nested(entry v, const json_t *part, size_t d, tensor *t, size_t *position)
{
    if (d == t->rank) {
        if (!json_is_number(part))
            entry_failed(v, "has something else than numbers in its arrays");
        t->data[(*position)++] = (real)json_number_value(part);
        return;
    }
    if (!json_is_array(part) || json_array_size(part) != t->shape[d])
        entry_failed(v, "has arrays of different lengths");
    for (size_t i = 0; i < t->shape[d]; i++)
        fill_nested(v, json_array_get(part, i), d + 1, t, position);
}

static tensor *nested_tensor(entry v)
{
    shape s = shape_nested(v);
    tensor *t = tensor_new(s.rank, s.sizes);
    size_t position = 0;
    fill_nested(v, v.value, 0, t, &position);
    return t;
}

/* The transpose of t, which is freed, as v's "then" demands it in words. */
static tensor *transposed(entry v, const char *then, tensor *t)
{
    char only[80];
    if (t->rank != 2)
        entry_failed(v, "has a \"then\" but is no matrix");
    snprintf(only, sizeof only, "transpose to (%zu, %zu)", t->shape[1], t->shape[0]);
    if (strcmp(then, only) != 0)
        entry_failed(v, "has a \"then\" that is not its transpose");
    tensor *out = tensor_new_2d(t->shape[1], t->shape[0]);
    tensor_transpose(t, out);
    tensor_free(t);
    return out;
}

static tensor *linspace_tensor(entry v)
{
    const json_t *ends = json_object_get(v.value, "linspace");
    const json_t *first = json_array_get(ends, 0);
    const json_t *last = json_array_get(ends, 1);
    if (json_array_size(ends) != 2 || !json_is_number(first) || !json_is_number(last))
        entry_failed(v, "has no \"linspace\" of two numbers");
    shape s = shape_listed(v, json_object_get(v.value, "shape"));
    tensor *t = tensor_new(s.rank, s.sizes);
    tensor_fill_linspace(t, json_number_value(first), json_number_value(last));
    const char *then = json_string_value(json_object_get(v.value, "then"));
    return then != NULL ? transposed(v, then, t) : t;
}

static tensor *tensor_of(entry v)
{
    if (json_is_array(v.value))
        return nested_tensor(v);
    if (!json_is_object(v.value))
        entry_failed(v, "is not a tensor");
    return linspace_tensor(v);
}

tensor *published_input(const published_case *c, const char *name)
{
    return tensor_of(find_entry(c, c->inputs, name));
}

/* Writes the whole numbers of the array list to out, one for each of its elements. */
static void fill_list(entry v, const json_t *list, uint32_t *out)
{
    size_t i;
    const json_t *one;
    json_array_foreach(list, i, one) {
        json_int_t number = json_integer_value(one);
        if (!json_is_integer(one) || number < 0 || number > UINT32_MAX)
            entry_failed(v, "has something else than whole numbers in its list");
        out[i] = (uint32_t)number;
    }
}

labels *published_input_labels(const published_case *c, const char *name)
{
    entry v = find_entry(c, c->inputs, name);
    if (!json_is_array(v.value))
        entry_failed(v, "is not a list of classes");
    labels *y = labels_new(json_array_size(v.value));
    fill_list(v, v.value, y->data);
    return y;
}

static captions *captions_of(entry v)
{
    const json_t *first = json_array_get(v.value, 0);
    if (!json_is_array(first))
        entry_failed(v, "is not a list of sentences");
    captions *c = captions_new(json_array_size(v.value), json_array_size(first));
    for (size_t n = 0; n < c->count; n++) {
        const json_t *sentence = json_array_get(v.value, n);
        if (!json_is_array(sentence) || json_array_size(sentence) != c->length)
            entry_failed(v, "has sentences of different lengths");
        fill_list(v, sentence, c->words + n * c->length);
    }
    return c;
}

captions *published_input_captions(const published_case *c, const char *name)
{
    return captions_of(find_entry(c, c->inputs, name));
}

double published_input_number(const published_case *c, const char *name)
{
    return number_of(find_entry(c, c->inputs, name));
}

tensor *published_expected(const published_case *c, const char *name)
{
    return tensor_of(find_entry(c, c->expected, name));
}

captions *published_expected_captions(const published_case *c, const char *name)
{
    return captions_of(find_entry(c, c->expected, name));
}

double published_expected_number(const published_case *c, const char *name)
{
    return number_of(find_entry(c, c->expected, name));
}

double published_tolerance(const published_case *c)
{
    return c->tolerance;
}
