/* Whatever a file holds, cifar10_read gives records with labels in range, or a reason. */
#include <stdlib.h>

#include "cifar10.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[FUZZ_PATH];
    int file = fuzz_file(bytes, length, path);
    size_t count = length / CIFAR10_RECORD;
    uint8_t *pixels = malloc(count * CIFAR10_PIXELS + 1);
    uint8_t *classes = malloc(count + 1);
    error e = {.text = ""};
    if (pixels == NULL || classes == NULL)
        abort();
    if (cifar10_read(path, count, pixels, classes, &e)) {
        for (size_t i = 0; i < count; i++)
            if (classes[i] >= CIFAR10_CLASSES)
                abort();
    } else if (e.text[0] == '\0') {
        abort();
    }
    free(pixels);
    free(classes);
    close(file);
    return 0;
}
