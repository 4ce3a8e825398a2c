/* Reading CIFAR-10's records. */
#include "cifar10.h"

#include <string.h>

const char *const cifar10_class_names[CIFAR10_CLASSES] = {
    "plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};

bool cifar10_check(const char *name, const uint8_t *bytes, size_t length, size_t *count, error *e)
{
    *count = length / CIFAR10_RECORD;
    if (length == 0 || length % CIFAR10_RECORD != 0)
        return error_set(e, "%s: %zu bytes are not whole records of %d: truncated, or no CIFAR-10",
                         name, length, CIFAR10_RECORD);
    for (size_t i = 0; i < *count; i++)
        if (bytes[i * CIFAR10_RECORD] >= CIFAR10_CLASSES)
            return error_set(e, "%s: record %zu has label %u, should be below %d", name, i,
                             bytes[i * CIFAR10_RECORD], CIFAR10_CLASSES);
    return true;
}

void cifar10_copy(const uint8_t *bytes, size_t count, uint8_t *pixels, uint8_t *classes)
{
    for (size_t i = 0; i < count; i++) {
        classes[i] = bytes[i * CIFAR10_RECORD];
        memcpy(pixels + i * CIFAR10_PIXELS, bytes + i * CIFAR10_RECORD + 1, CIFAR10_PIXELS);
    }
}
