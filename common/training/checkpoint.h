/*
 * Checkpoints: the parameters of a model in files, one folder per epoch.
 */
#ifndef COMMON_CHECKPOINT_H
#define COMMON_CHECKPOINT_H

#include "error.h"
#include "optimizer.h"

/*
 * Writes the count parameters at parameters to PREFIX_epoch_N/NAME.npy, with prefix and epoch in
 * place of PREFIX and N; the folder is made where it is not there. False and e, naming the file,
 * where that is not possible.
 */
bool checkpoint_save(const char *prefix, size_t epoch, const parameter *parameters, size_t count,
                     error *e) __attribute__((warn_unused_result));

#endif
