/*
 * What the trusted side remembers of a worker: shared by worker_process.c, worker_start.c and
 * worker_wait.c only. w is the worker throughout.
 */
#ifndef GRADER_WORKER_STATE_H
#define GRADER_WORKER_STATE_H

#include <sys/types.h>

#include "worker_process.h"

struct worker {
    pid_t process; /* 0: ended, or started by somebody else */
    bool ended;    /* no call can be answered any more */
    int status;    /* of waitpid, once it has ended */
    int request, reply, output;
    unsigned char *memory;
    size_t real_size;
    bool sanitized;
    worker_server server;
    void *server_context;
    uint32_t calls;
    bool lied;
    size_t peak;
    double start_seconds;
    double served_seconds; /* how long we took for the calls that it asked for */
    char printed[WORKER_OUTPUT_KEPT];
    size_t printed_length;
    bool printed_cut;
};

/*
 * How much time a worker has had, in seconds, as the kernel counts it: on a processor, and asleep,
 * which is time that passed while it neither ran nor waited for a processor, nor for us.
 */
typedef struct worker_time {
    double cpu, asleep, wall;
} worker_time;

/* The time of w so far, measured from an arbitrary moment: only differences mean something. */
worker_time worker_time_now(const worker *w);

/* What passed from before until after. */
worker_time worker_time_between(worker_time before, worker_time after);

/* Limits of the time from the moment began, each in seconds. */
typedef struct deadline {
    worker_time began;
    double cpu, asleep, wall;
} deadline;

/*
 * The deadline of w for work that takes at most cpu_seconds on a processor. It may sleep twice as
 * long and two seconds more, since the pipes and the disk may let it wait; a loaded machine, on
 * which it waits for a processor, costs it nothing.
 */
deadline deadline_in(const worker *w, double cpu_seconds);

typedef enum waited {
    WAITED_DONE,
    WAITED_GONE,      /* the worker closed its end */
    WAITED_TOO_LONG,  /* its time is up */
    WAITED_TOO_LARGE, /* it holds more memory than it may */
} waited;

/*
 * Each moves size bytes, from what w replies or to its requests, draining what it prints, until
 * end. Nothing that w does or leaves undone makes them wait for longer.
 */
waited worker_receive(worker *w, void *bytes, size_t size, const deadline *end);
waited worker_send(worker *w, const void *bytes, size_t size, const deadline *end);

/* Takes what w has printed until now; once w has closed its output there is no more. */
void worker_drain(worker *w);

/* Notes how much memory w has used at most. */
void worker_read_peak(worker *w);

/* Ends the process of w, if there is one, and waits for it. */
void worker_end(worker *w);

/* Stops the process of w, or lets it go on. Only we can: in its own namespace it is the init. */
void worker_stop(worker *w);
void worker_continue(const worker *w);

#endif
