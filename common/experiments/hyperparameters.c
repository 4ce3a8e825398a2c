/* Hyperparameters: their names, which values they can have, and how they are read. */
#include "hyperparameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"

/* The values from least to most, without least where above is set; whole numbers only; or words. */
typedef struct known {
    const char *name, *what;
    double least, most;
    bool above, whole;
    const char *words[4];
} known;

static const known all_known[] = {
    {"RATE", "learning rate", 0, 1e9, true, false, {NULL}},
    {"REG", "regularization strength", 0, 1e12, false, false, {NULL}},
    {"HIDDEN", "units of a hidden layer", 1, 1e5, false, true, {NULL}},
    {"EPOCHS", "passes over the training images", 1, 1e4, false, true, {NULL}},
    {"SCALE", "standard deviation of the initial weights", 0, 1e3, true, false, {NULL}},
    {"DECAY", "factor of the learning rate after each epoch", 0, 1, true, false, {NULL}},
    {"KEEP", "dropout's probability to keep a unit", 0, 1, true, false, {NULL}},
    {"NORMALIZATION", "none, batch or layer", 0, 2, false, true, {"none", "batch", "layer"}},
    {"NET_RATE",
     "as RATE, of the net in an experiment with two parts",
     0,
     1e9,
     true,
     false,
     {NULL}},
    {"NET_REG", "as REG, likewise", 0, 1e12, false, false, {NULL}},
    {"STEPS", "updates of the parameters", 1, 1e7, false, true, {NULL}},
    {"TAU", "temperature of similarities", 0, 1e3, true, false, {NULL}},
    {"STYLE", "weight of the style", 0, 1e9, false, false, {NULL}},
    {"GUIDANCE", "weight of the condition in drawing", 0, 1e3, false, false, {NULL}},
    {"SCHEDULE", "linear, cosine or sigmoid", 0, 2, false, true, {"linear", "cosine", "sigmoid"}},
    {"FEATURES", "what is seen of a picture: cells or net", 0, 1, false, true, {"cells", "net"}},
    {"OBJECTIVE", "what is predicted: noise or start", 0, 1, false, true, {"noise", "start"}},
};
enum { KNOWN = sizeof all_known / sizeof *all_known };
_Static_assert((size_t)KNOWN <= (size_t)MOST_HYPERPARAMETERS, "there is room for all");

/* The index of the one whose name is the first length characters of name; KNOWN: there is none. */
static size_t find(const char *name, size_t length)
{
    size_t i = 0;
    while (i < KNOWN &&
           (strncmp(all_known[i].name, name, length) != 0 || all_known[i].name[length] != '\0'))
        i++;
    return i;
}

/* Whether value is one that k can have. */
static bool can_be(const known *k, double value)
{
    return value >= k->least && value <= k->most && !(k->above && value <= k->least) &&
           (!k->whole || value == floor(value));
}

/* Reads one value, which ends at a comma or at the end of text; returns where, or NULL. */
static const char *read_value(const known *k, const char *text, double *value)
{
    char *end;
    for (size_t i = 0; i < 4 && k->words[i] != NULL; i++) {
        size_t length = strlen(k->words[i]);
        *value = (double)i;
        if (strncmp(text, k->words[i], length) == 0 && strchr(",", text[length]) != NULL)
            return text + length;
    }
    *value = strtod(text, &end);
    bool sound = k->words[0] == NULL && end != text && strchr(",", *end) != NULL;
    return sound && can_be(k, *value) ? end : NULL;
}

static bool refuse(const known *k, const char *text, error *e)
{
    if (k->words[0] != NULL)
        return error_set(e, "%s: a value of %s is one of %s", text, k->name, k->what);
    return error_set(e, "%s: %s takes %s, %s %g and at most %g; or up to %d, with commas between",
                     text, k->name, k->whole ? "a whole number" : "a number",
                     k->above ? "above" : "at least", k->least, k->most, MOST_VALUES);
}

static int by_value(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

bool hyperparameters_read(hyperparameters *all, const char *text, error *e)
{
    const char *equals = strchr(text, '=');
    size_t i = equals != NULL ? find(text, (size_t)(equals - text)) : KNOWN;
    value_list list = {0};
    if (i == KNOWN)
        return error_set(e, "%s: there is no such argument; --help lists them", text);
    const char *rest = equals + 1;
    for (bool more = true; more; rest++) {
        if (list.count == MOST_VALUES)
            return refuse(&all_known[i], text, e);
        rest = read_value(&all_known[i], rest, &list.values[list.count++]);
        if (rest == NULL)
            return refuse(&all_known[i], text, e);
        more = *rest == ',';
    }
    qsort(list.values, list.count, sizeof *list.values, by_value);
    all->given[i] = list;
    return true;
}

value_list hyperparameters_ask(hyperparameters *all, const char *name, size_t count,
                               const double *plain)
{
    size_t i = find(name, strlen(name));
    if (i == KNOWN)
        contract_failed(__func__, "there is no hyperparameter %s", name);
    if (count < 1 || count > MOST_VALUES)
        contract_failed(__func__, "%s has %zu plain values, should have 1 to %d", name, count,
                        MOST_VALUES);
    value_list *used = &all->used[i];
    *used = all->given[i];
    if (used->count == 0) {
        used->count = count;
        memcpy(used->values, plain, count * sizeof *plain);
    }
    return *used;
}

bool hyperparameters_all_asked(const hyperparameters *all, error *e)
{
    char asked[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < KNOWN; i++)
        if (all->used[i].count > 0)
            used += (size_t)snprintf(asked + used, sizeof asked - used, "%s%s",
                                     used > 0 ? ", " : "", all_known[i].name);
    for (size_t i = 0; i < KNOWN; i++)
        if (all->given[i].count > 0 && all->used[i].count == 0)
            return error_set(e, "%s= changes nothing here; this experiment takes %s",
                             all_known[i].name, used > 0 ? asked : "no hyperparameter");
    return true;
}

static void print_values(const known *k, const value_list *list)
{
    printf(" %s", k->name);
    for (size_t j = 0; j < list->count; j++) {
        double value = list->values[j];
        putchar(j == 0 ? '=' : ',');
        if (k->words[0] != NULL)
            printf("%s", k->words[(size_t)value]);
        else
            printf("%g", value);
    }
}

void hyperparameters_print(const hyperparameters *all)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (all->used[i].count > 0 && can_be(&all_known[i], all->used[i].values[0]))
            print_values(&all_known[i], &all->used[i]);
}

tensor *value_list_tensor(const value_list *list)
{
    tensor *t = tensor_new_1d(list->count);
    for (size_t i = 0; i < list->count; i++)
        t->data[i] = (real)list->values[i];
    return t;
}

void hyperparameters_print_help(void)
{
    printf("and the hyperparameters that it has, one value or several to try, RATE=1e-4,1e-3:\n");
    for (size_t i = 0; i < KNOWN; i++)
        printf("  %-13s %s\n", all_known[i].name, all_known[i].what);
}
