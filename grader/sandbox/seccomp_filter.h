/*
 * The worker's seccomp filter: which system calls student code may make.
 */
#ifndef GRADER_SECCOMP_FILTER_H
#define GRADER_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <sys/types.h>

/*
 * The filter as a BPF program, made by libseccomp, and only once for any self; NULL when that
 * fails. Computing, memory, the three pipes and the clock are allowed; what is useless in the box
 * but asked for by the C library or OpenBLAS is answered with EPERM; anything else kills the
 * process. self is the only process that may be sent signals, as abort does; 0 where a pid
 * namespace holds no other.
 */
const struct sock_fprog *seccomp_worker_filter(pid_t self);

/* The same for read-submission, which may compute, read files and answer, and nothing else. */
const struct sock_fprog *seccomp_reader_filter(void);

/*
 * The same for the sanitizer build, which may do all but: make other processes (threads are what
 * AddressSanitizer watches memory with), use the network, change namespaces or look into others,
 * keep memory that no limit counts (shared segments, message queues, nameless files), and forget to
 * die with the grader.
 */
const struct sock_fprog *seccomp_sanitized_filter(void);

#endif
