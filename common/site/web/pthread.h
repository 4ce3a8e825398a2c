/*
 * The part of POSIX threads that parallel.c uses, on a system that has none: no lock is free and no
 * thread starts, so the calling thread does all parts itself. Names and values are those of POSIX.
 */
#ifndef SITE_PTHREAD_H
#define SITE_PTHREAD_H

typedef int pthread_mutex_t, pthread_cond_t, pthread_t, pthread_once_t;

#define PTHREAD_MUTEX_INITIALIZER 0
#define PTHREAD_COND_INITIALIZER 0
#define PTHREAD_ONCE_INIT 0
#define NO_THREADS 1 /* the error of every call that would need one */

#define pthread_mutex_init(mutex, attributes) ((void)(mutex), (void)(attributes), 0)
#define pthread_mutex_trylock(mutex) ((void)(mutex), NO_THREADS)
#define pthread_mutex_lock(mutex) ((void)(mutex), NO_THREADS)
#define pthread_mutex_unlock(mutex) ((void)(mutex), NO_THREADS)
#define pthread_cond_init(condition, attributes) ((void)(condition), (void)(attributes), 0)
#define pthread_cond_wait(condition, mutex) ((void)(condition), (void)(mutex), NO_THREADS)
#define pthread_cond_signal(condition) ((void)(condition), 0)
#define pthread_cond_broadcast(condition) ((void)(condition), 0)
#define pthread_create(id, attributes, start, argument)                                            \
    ((void)(id), (void)(attributes), (void)(start), (void)(argument), NO_THREADS)
#define pthread_detach(id) ((void)(id), 0)
#define pthread_once(once, start) ((void)(once), (void)(start), NO_THREADS)
#define pthread_atfork(before, parent, child) ((void)(before), (void)(parent), (void)(child), 0)

#endif
