/* Threads that do the parts of a call together, and wait for the next call. */
#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#include "stop.h"

static size_t most_threads = 1;

void parallel_set_threads(int count)
{
    if (count < 1 || count > PARALLEL_MOST_THREADS)
        contract_failed(__func__, "count is %d, should be 1 to %d", count, PARALLEL_MOST_THREADS);
    most_threads = (size_t)count;
}

size_t parallel_threads(double worth)
{
    if (worth < (double)most_threads)
        return worth < 1 ? 1 : (size_t)worth;
    return most_threads;
}

/*
 * The pool. Thread i, from 1 on, does part i of every task of more than i parts. A task begins when
 * its number goes up, and has ended when every thread has seen it and done its part.
 */
static struct {
    pthread_mutex_t in_use; /* held by the call that is under way */
    pthread_mutex_t lock;   /* of the two conditions */
    pthread_cond_t begun, ended;
    size_t threads; /* that were started, the calling one included */
    pthread_t ids[PARALLEL_MOST_THREADS];
    int kept_off; /* the processor on which the others do not run; -1: none */
    parallel_part part;
    const void *argument;
    size_t count;
    _Atomic size_t number; /* of the task */
    _Atomic size_t left;   /* threads that have not done their part */
} pool = {.in_use = PTHREAD_MUTEX_INITIALIZER,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .begun = PTHREAD_COND_INITIALIZER,
          .ended = PTHREAD_COND_INITIALIZER,
          .threads = 1,
          .kept_off = -1};

static inline void pause_briefly(void)
{
#ifdef __x86_64__
    __builtin_ia32_pause();
#endif
}

/* Whether a task after the one of that number begins within a moment. */
static bool begins_soon(size_t number)
{
    enum { TRIES = 1000 }; /* some 30 microseconds */
    for (int i = 0; i < TRIES; i++) {
        if (pool.number != number)
            return true;
        pause_briefly();
    }
    return false;
}

static bool ends_soon(void)
{
    enum { TRIES = 1000 };
    for (int i = 0; i < TRIES; i++) {
        if (pool.left == 0)
            return true;
        pause_briefly();
    }
    return false;
}

/* Waits for the task after the one of that number and returns its number. */
static size_t next_task(size_t number)
{
    if (!begins_soon(number)) {
        pthread_mutex_lock(&pool.lock);
        while (pool.number == number)
            pthread_cond_wait(&pool.begun, &pool.lock);
        pthread_mutex_unlock(&pool.lock);
    }
    return pool.number;
}

/* The argument of a pool's thread: its index, and the number of the last task before its start. */
typedef struct place {
    size_t index, number;
} place;

static place places[PARALLEL_MOST_THREADS];

static void *work(void *argument)
{
    const place *own = argument;
    size_t number = own->number;
    for (;;) {
        number = next_task(number);
        if (own->index < pool.count)
            pool.part(pool.argument, own->index, pool.count);
        if (--pool.left == 0) {
            pthread_mutex_lock(&pool.lock);
            pthread_cond_signal(&pool.ended);
            pthread_mutex_unlock(&pool.lock);
        }
    }
    return NULL;
}

/* In the child of a fork none of the threads exists. */
static void forget_threads(void)
{
    pthread_mutex_init(&pool.in_use, NULL);
    pthread_mutex_init(&pool.lock, NULL);
    pthread_cond_init(&pool.begun, NULL);
    pthread_cond_init(&pool.ended, NULL);
    pool.threads = 1;
    pool.kept_off = -1;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forget_threads);
}

/* Starts missing threads; returns whether there are count of them. */
static bool have_threads(size_t count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    for (; pool.threads < count; pool.threads++) {
        place *p = &places[pool.threads];
        *p = (place){pool.threads, pool.number};
        if (pthread_create(&pool.ids[pool.threads], NULL, work, p) != 0)
            return false;
        pthread_detach(pool.ids[pool.threads]);
        pool.kept_off = -1;
    }
    return true;
}

/*
 * Keeps the pool's threads off the processor that the calling thread is on. Woken there they would
 * wait for it: Linux moves a thread to an idle processor only after some milliseconds, which is
 * longer than most calls.
 */
static void keep_off_this_processor(void)
{
#ifdef __linux__
    cpu_set_t others;
    int here = sched_getcpu();
    if (here == pool.kept_off || here < 0)
        return;
    pool.kept_off = here;
    if (sched_getaffinity(0, sizeof others, &others) != 0 || CPU_COUNT(&others) < 2)
        return;
    CPU_CLR((size_t)here, &others);
    for (size_t i = 1; i < pool.threads; i++)
        pthread_setaffinity_np(pool.ids[i], sizeof others, &others);
#endif
}

/* Runs one task on the pool, which this call has locked. */
static void run_task(size_t count, parallel_part part, const void *argument)
{
    keep_off_this_processor();
    pthread_mutex_lock(&pool.lock);
    pool.part = part;
    pool.argument = argument;
    pool.count = count;
    pool.left = pool.threads - 1;
    pool.number++;
    pthread_cond_broadcast(&pool.begun);
    pthread_mutex_unlock(&pool.lock);
    part(argument, 0, count);
    if (!ends_soon()) {
        pthread_mutex_lock(&pool.lock);
        while (pool.left != 0)
            pthread_cond_wait(&pool.ended, &pool.lock);
        pthread_mutex_unlock(&pool.lock);
    }
}

void run_in_parallel(size_t count, parallel_part part, const void *argument)
{
    bool shared = false;
    if (count < 1 || count > PARALLEL_MOST_THREADS)
        contract_failed(__func__, "count is %zu, should be 1 to %d", count, PARALLEL_MOST_THREADS);
    if (count > 1 && pthread_mutex_trylock(&pool.in_use) == 0) {
        shared = have_threads(count);
        if (shared)
            run_task(count, part, argument);
        pthread_mutex_unlock(&pool.in_use);
    }
    for (size_t i = 0; i < count && !shared; i++)
        part(argument, i, count);
}

size_t parallel_begin(size_t size, size_t grain, size_t index, size_t count)
{
    if (index == count)
        return size;
    return size / grain * index / count * grain;
}
