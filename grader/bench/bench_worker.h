/*
 * The benchmark as a worker, so that a client can time it in turns with other libraries.
 *
 * One request a line, one answer of JSON a line:
 *
 *   list                 the names of the items, a list
 *   time NAME SECONDS    makes NAME's data and runs it once, if that was not done; then runs it for
 *                        about SECONDS; the mean seconds of one run, a number. Where the peers
 *                        time only a part of the work, as bench_item's scale says, of that part
 *   drop                 frees all data; true
 *
 * What cannot be done is answered by a text that says why.
 */
#ifndef GRADER_BENCH_BENCH_WORKER_H
#define GRADER_BENCH_BENCH_WORKER_H

/* Serves requests on standard input until it ends. */
void bench_serve(void);

#endif
