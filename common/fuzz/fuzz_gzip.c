/* Whatever a file holds, whole_file_read gives at most what was allowed, or a reason. */
#include <stdlib.h>

#include "fuzz.h"
#include "whole_file.h"

enum { LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char path[FUZZ_PATH];
    int file = fuzz_file(bytes, length, path);
    uint8_t *content;
    size_t size;
    error e = {.text = ""};
    bool read = whole_file_read(path, LIMIT, &content, &size, &e);
    if (read ? content == NULL || size > LIMIT : content != NULL || e.text[0] == '\0')
        abort();
    free(content);
    close(file);
    return 0;
}
