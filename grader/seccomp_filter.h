/*
 * The worker's seccomp filter: which system calls student code may make.
 */
#ifndef GRADER_SECCOMP_FILTER_H
#define GRADER_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>

/*
 * The filter as a BPF program, made once by libseccomp; NULL when that fails. Computing, memory,
 * the three pipes and the clock are allowed; what is useless in the box but asked for by the C
 * library or OpenBLAS is answered with EPERM; anything else kills the process. alone says that the
 * process has a pid namespace of its own, and may signal itself.
 */
const struct sock_fprog *seccomp_worker_filter(bool alone);

/*
 * The filter for the sanitizer build, as a descriptor that bubblewrap can read; -1 when that fails.
 * All is allowed but other processes (threads are what AddressSanitizer watches memory with), the
 * network, and what changes namespaces or looks into others.
 */
int seccomp_sanitized_filter(void);

#endif
