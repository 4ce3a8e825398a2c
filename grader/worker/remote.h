/*
 * Remote calls: how a module in a worker calls another module's function that is not there, but in
 * the reference's worker.
 *
 * A composite (the two-layer net) whose layers are wrong is tried once more in a worker that holds
 * the submission without them. In place of the layers it is linked with functions that hand each
 * call on to the grader, which asks the reference's worker and hands back what that returned. So
 * the reference's code never shares an address space with a student's.
 *
 *     void relu_forward(const tensor *x, tensor *out)
 *     {
 *         remote_begin("relu_forward");
 *         remote_in("x", x);
 *         remote_out("out", out);
 *         remote_end();
 *     }
 *
 * Between remote_begin and remote_end arguments are named as in the operation's declaration, in its
 * order. A worker where nobody serves such calls ends.
 */
#ifndef GRADER_REMOTE_H
#define GRADER_REMOTE_H

#include "captions.h"

/* Starts a call of the operation. */
void remote_begin(const char *operation);

/* Hands over an input called name: the tensor t, the labels y, the captions words, the number. */
void remote_in(const char *name, const tensor *t);
void remote_in_labels(const char *name, const labels *y);
void remote_in_captions(const char *name, const captions *words);
void remote_in_number(const char *name, double number);

/* Asks for an output called name: into t, or as a number, which remote_end returns. */
void remote_out(const char *name, tensor *t);
void remote_out_number(const char *name);

/* Makes the call; the outputs are there when it returns. Returns the number that was asked for. */
real remote_end(void);

#endif
