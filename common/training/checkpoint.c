/* Parameters in files, after each epoch. */
#include "checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "npy.h"

enum { PATH_SIZE = 4096 };

static bool too_long(int length)
{
    return length < 0 || length >= PATH_SIZE;
}

bool checkpoint_save(const char *prefix, size_t epoch, const parameter *parameters, size_t count,
                     error *e)
{
    char folder[PATH_SIZE];
    char path[PATH_SIZE];
    if (too_long(snprintf(folder, sizeof folder, "%s_epoch_%zu", prefix, epoch)))
        return error_set(e, "the checkpoint's name is too long; choose a shorter prefix");
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return error_set(e, "%.300s: cannot make the folder of a checkpoint: %s", folder,
                         strerror(errno));
    for (size_t i = 0; i < count; i++) {
        if (too_long(snprintf(path, sizeof path, "%s/%s.npy", folder, parameters[i].name)))
            return error_set(e, "the checkpoint's name is too long; choose a shorter prefix");
        if (!npy_save(path, parameters[i].value, e))
            return false;
    }
    return true;
}
