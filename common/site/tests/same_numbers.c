/*
 * same_numbers FILE: makes the calls of a JSON file, which a page drew and made, with a native
 * build of the same functions, and compares what came out. Prints a line for each operation that
 * differs, and how many were equal to the last bit. Fails where one differs by more than 1e-12 of
 * the largest element of its tensor, or stops on one side only; and if more than one in twenty did
 * not take the drawn shapes.
 */
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "web_worker.h"
#include "wire.h"

static const char *text_of(const json_t *of, const char *key)
{
    return json_string_value(json_object_get(of, key));
}

static uint32_t kind_of(const json_t *argument, bool is_output)
{
    const char *kind = text_of(argument, "kind");
    uint32_t first = strcmp(kind, "tensor") == 0   ? WIRE_INPUT_TENSOR
                     : strcmp(kind, "labels") == 0 ? WIRE_INPUT_LABELS
                                                   : WIRE_INPUT_NUMBER;
    return first + is_output;
}

static void *hand_over(const json_t *argument, bool is_output)
{
    uint32_t d[WIRE_MAX_RANK] = {0};
    const json_t *shape = json_object_get(argument, "shape");
    for (size_t i = 0; i < json_array_size(shape); i++)
        d[i] = (uint32_t)json_integer_value(json_array_get(shape, i));
    snprintf(web_text(), WIRE_NAME, "%s", text_of(argument, "name"));
    return web_argument(kind_of(argument, is_output), (uint32_t)json_array_size(shape), d[0], d[1],
                        d[2], d[3], d[4], d[5]);
}

static double element(const void *data, size_t i, bool is_labels)
{
    return is_labels ? ((const uint32_t *)data)[i] : ((const double *)data)[i];
}

static void fill(void *data, const json_t *argument)
{
    const json_t *numbers = json_object_get(argument, "data");
    bool is_labels = strcmp(text_of(argument, "kind"), "labels") == 0;
    for (size_t i = 0; i < json_array_size(numbers); i++) {
        double number = json_number_value(json_array_get(numbers, i));
        if (is_labels)
            ((uint32_t *)data)[i] = (uint32_t)number;
        else
            ((double *)data)[i] = number;
    }
}

/* The largest finite number that the page got for an output. */
static double largest_of(const json_t *argument)
{
    size_t i;
    json_t *number;
    double largest = 0;
    json_array_foreach(json_object_get(argument, "data"), i, number)
        largest = fmax(largest, fabs(json_number_value(number)));
    return largest;
}

/*
 * How far data is from the numbers that the page got, null for NaN, as a part of the tensor's
 * largest. A tensor that is nothing but rounding beside largest, the largest number of the call, is
 * compared with that: the gradient of the keys' bias, which is 0.
 */
static double difference(const void *data, const json_t *argument, double largest)
{
    const json_t *numbers = json_object_get(argument, "data");
    bool is_labels = strcmp(text_of(argument, "kind"), "labels") == 0;
    double own = largest_of(argument);
    double most = 0;
    for (size_t i = 0; i < json_array_size(numbers); i++) {
        const json_t *number = json_array_get(numbers, i);
        double page = json_is_null(number) ? NAN : json_number_value(number);
        double native = element(data, i, is_labels);
        if (isfinite(page) != isfinite(native))
            return INFINITY;
        if (isfinite(page))
            most = fmax(most, fabs(page - native));
    }
    return most == 0 ? 0 : most / (own > 1e-12 * largest ? own : largest);
}

/* Makes the call in a process of its own, since a broken contract ends it. Whether all is well. */
static bool try_call(const json_t *call, int *equal, int *stopped)
{
    const char *operation = text_of(call, "operation");
    const json_t *inputs = json_object_get(call, "inputs");
    const json_t *outputs = json_object_get(call, "outputs");
    bool page_stopped = *text_of(call, "problem") != '\0';
    int status;
    size_t i;
    json_t *argument;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        void *places[WIRE_MAX_ARGUMENTS] = {NULL};
        double most = 0;
        double largest = 0;
        snprintf(web_text(), WIRE_NAME, "%s", operation);
        web_begin((uint32_t)(json_array_size(inputs) + json_array_size(outputs)), 1 << 22);
        json_array_foreach(inputs, i, argument)
            fill(hand_over(argument, false), argument);
        json_array_foreach(outputs, i, argument)
            places[i] = hand_over(argument, true);
        if (web_call() != WIRE_DONE)
            _exit(WIRE_CONTRACT);
        json_array_foreach(outputs, i, argument)
            largest = fmax(largest, largest_of(argument));
        json_array_foreach(outputs, i, argument)
            most =
                places[i] == NULL ? INFINITY : fmax(most, difference(places[i], argument, largest));
        if (most > 0)
            printf("%s differs by %.1e of the largest element\n", operation, most);
        fflush(stdout);
        _exit(most == 0 ? 0 : most <= 1e-12 ? 100 : 101);
    }
    if (waitpid(child, &status, 0) != child)
        return false;
    bool native_stopped =
        !WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) < 100);
    if (page_stopped || native_stopped) {
        ++*stopped;
        if (page_stopped != native_stopped) {
            printf("%s stops on one side only: %s\n", operation, text_of(call, "problem"));
            return false;
        }
        return true;
    }
    *equal += WEXITSTATUS(status) == 0;
    return WEXITSTATUS(status) <= 100;
}

int main(int argc, char **argv)
{
    json_error_t e;
    size_t i;
    json_t *call;
    int equal = 0;
    int stopped = 0;
    int wrong = 0;
    json_t *calls = argc == 2 ? json_load_file(argv[1], 0, &e) : NULL;
    if (calls == NULL) {
        fprintf(stderr, "usage: same_numbers FILE, with the calls of a page as JSON\n");
        return 2;
    }
    json_array_foreach(calls, i, call)
        wrong += !try_call(call, &equal, &stopped);
    printf("%zu operations: %d equal to the bit, %d did not take the drawn shapes, %d wrong\n",
           json_array_size(calls), equal, stopped, wrong);
    bool most_made = (size_t)stopped * 20 <= json_array_size(calls);
    json_decref(calls);
    return wrong == 0 && equal > 0 && most_made ? 0 : 1;
}
