/*
 * The grader's side of remote calls (remote.h).
 */
#ifndef GRADER_REMOTE_SERVER_H
#define GRADER_REMOTE_SERVER_H

#include "attempt_state.h"

/*
 * A worker_server: answers the request asked of w, by the reference's worker of as many bytes a
 * real. context is the attempt that is being made. Every field of the request is checked against
 * the declaration of the operation, which has to be one of the module that stands for another.
 */
bool remote_serve(void *context, worker *w, const wire_request *asked);

#endif
