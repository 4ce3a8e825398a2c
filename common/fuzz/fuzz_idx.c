/* Whatever bytes come, idx_parse gives an array that lies within them, or a reason. */
#include <stdlib.h>

#include "fuzz.h"
#include "idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    for (size_t rank = 1; rank <= IDX_MAX_RANK; rank += 2) {
        idx_array array;
        error e = {.text = ""};
        if (!idx_parse("fuzz", bytes, length, rank, &array, &e)) {
            if (e.text[0] == '\0')
                abort();
            continue;
        }
        size_t size = 1;
        for (size_t d = 0; d < rank; d++)
            size *= array.shape[d];
        if (array.values + size != bytes + length)
            abort();
    }
    return 0;
}
