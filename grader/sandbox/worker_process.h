/*
 * A worker process as the trusted side sees it: started in a box, called with a deadline, never
 * believed. w is the worker throughout.
 */
#ifndef GRADER_WORKER_PROCESS_H
#define GRADER_WORKER_PROCESS_H

#include "path.h"
#include "sandbox.h"
#include "wire.h"

enum { WORKER_OUTPUT_KEPT = 1 << 16 };

/* A worker program on disk. */
typedef struct worker_program {
    path_text path;   /* of the executable */
    size_t real_size; /* 4: float, 8: double */
    bool sanitized;   /* the dynamic build with AddressSanitizer */
} worker_program;

/* How a call ended. */
typedef enum call_end {
    CALL_DONE,            /* outputs are there to be judged */
    CALL_NOT_IMPLEMENTED, /* text: which function */
    CALL_CONTRACT,        /* text: which contract was broken */
    CALL_NO_OPERATION,    /* the worker does not know it: our fault, or a lie */
    CALL_CRASHED,         /* signal says by what; text: the sanitizer's sentence, if there is one */
    CALL_ABORTED,         /* it called abort: a failed assertion, damaged memory */
    CALL_EXITED,          /* the process ended by itself, with code */
    CALL_TIMED_OUT,       /* the deadline passed */
    CALL_TOO_LARGE,       /* it held more memory than a worker may */
    CALL_KILLED,          /* somebody else killed it: where memory is short, the kernel does */
    CALL_LIED,            /* a reply that makes no sense */
} call_end;

typedef struct call_outcome {
    call_end end;
    int signal, code;
    double cpu_seconds;  /* measured outside, by the kernel's clock of the worker's process */
    double used_seconds; /* these, and the time that it slept */
    double limit_seconds;
    char text[WIRE_TEXT];
} call_outcome;

typedef struct worker worker;

enum { WORKER_START_SECONDS = 5 }; /* of processor time, until a worker is ready */

/* Why there is no worker. */
typedef struct start_failure {
    enum {
        START_OUR_FAULT, /* no line of the program has run: no memory, no process, no sandbox */
        START_PROGRAM, /* it ran and did not become ready; a control run tells whose fault it is */
    } blame;
    double seconds; /* that the program used, running or asleep */
    error reason;
} start_failure;

/*
 * A worker running program in a box with the given layers, stopped until it is called. NULL when
 * there is none; why, which is filled in any case, then says whose fault that is.
 */
worker *worker_open(const worker_program *program, unsigned layers, start_failure *why)
    __attribute__((warn_unused_result));

/*
 * Answers a call that the worker w asks for in the middle of another (remote.h): asked is hostile,
 * its arguments lie in w's memory. False when it makes no sense, or could not be answered.
 */
typedef bool (*worker_server)(void *context, worker *w, const wire_request *asked);

/* Lets server, with its context, answer such calls of w from now on. */
void worker_serve(worker *w, worker_server server, void *context);

/* The descriptors that a worker expects at WIRE_REQUEST_FD, WIRE_REPLY_FD and WIRE_MEMORY_FD. */
typedef struct worker_handover {
    int request, reply, memory;
} worker_handover;

/*
 * The grader's end of a worker that somebody else will start, with what is to be handed over to it,
 * whose reals have real_size bytes. NULL and e when that cannot be made.
 */
worker *worker_open_detached(size_t real_size, worker_handover *handed, error *e)
    __attribute__((warn_unused_result));

/* Sends request to such a worker w, as its only one; nobody waits for the reply. */
void worker_post(worker *w, wire_request *request);

/* Ends the worker at once and frees all of it. NULL is fine. */
void worker_close(worker *w);

/* The shared memory, and its size in bytes: the caller lays arguments out in it. */
unsigned char *worker_memory(worker *w);
size_t worker_memory_size(const worker *w);

/* Bytes of a real in this worker. */
size_t worker_real_size(const worker *w);

/*
 * Sends request (its magic and call number are filled in here) and waits for the reply, at most
 * limit_seconds of processor time, and twice that plus two seconds asleep; fills outcome. Time that
 * the worker waits for a processor, or for us, is not its own. A worker that did not answer is dead
 * afterwards and every further call ends the same way.
 */
void worker_call(worker *w, wire_request *request, double limit_seconds, call_outcome *outcome);

/*
 * What the worker printed so far: *length bytes, not cleaned: hostile. At most WORKER_OUTPUT_KEPT
 * are kept, and *cut says whether more came.
 */
const char *worker_output(const worker *w, size_t *length, bool *cut);

/* How long it took the worker until it said that it is ready, in seconds, running or asleep. */
double worker_start_seconds(const worker *w);

/* The most memory, in bytes, that the worker has used so far; 0 when it is not known. */
size_t worker_peak_memory(const worker *w);

/* The sandbox layers that this machine offers, each tried with a real worker of program. */
unsigned worker_probe(const worker_program *program);

#endif
