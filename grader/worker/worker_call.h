/*
 * The call that a worker is serving. How requests come in and answers go out is each worker's own:
 * over pipes (worker.c), or from the page around it (common/site/web_worker.c).
 */
#ifndef GRADER_WORKER_CALL_H
#define GRADER_WORKER_CALL_H

#include "wire.h"

/* The request, and the memory into which its arguments' offsets count. */
extern wire_request worker_request;
extern unsigned char *worker_memory;

/* Calls the operation that the request names, and replies how it went. */
void worker_serve(void);

/* Answers the request with that status and a line of text; each worker defines it. */
void worker_reply(wire_status status, const char *text);

#endif
