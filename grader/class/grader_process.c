/* A grader's process. */
#include "grader_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

double grader_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

path_text grader_earlier(const char *folder)
{
    return path_of("%s/earlier.json", folder);
}

/*
 * A grading takes and gives back the same megabytes for each case, and forks while it has them: an
 * eighth of its processor time goes if it keeps them, in large pages.
 */
static const char KEEP_MEMORY[] = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:"
                                  "glibc.malloc.trim_threshold=1073741824";

/* In the child: becomes the grader. */
static void become_grader(const grader_call *call, const char *path, const char *folder,
                          pid_t parent)
{
    sigset_t none;
    char hand_in_path[1024];
    char seed[32];
    char out[1024];
    char root[1024];
    char build[1024];
    char cache[1024];
    path_text earlier = path_of("--earlier=%s", grader_earlier(folder).text);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int said = open(path_of("%s/said.txt", folder).text, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0); /* an interrupt from the terminal is the parent's to hand on */
    snprintf(hand_in_path, sizeof hand_in_path, "--submission=%s", path);
    snprintf(seed, sizeof seed, "--seed=%u", (unsigned)call->seed);
    snprintf(out, sizeof out, "--out=%s", folder);
    snprintf(root, sizeof root, "--root=%s", call->root);
    snprintf(build, sizeof build, "--build=%s", call->build);
    snprintf(cache, sizeof cache, "--cache=%s", call->cache);
    if (getppid() != parent || nothing < 0 || said < 0 || dup2(nothing, 0) < 0 ||
        dup2(nothing, 1) < 0 || dup2(said, 2) < 0)
        _exit(71);
    setenv("GLIBC_TUNABLES", KEEP_MEMORY, 0);
    execl(call->grader, call->grader, "--quiet", hand_in_path, seed, out, root, build, cache,
          earlier.text, NULL);
    fprintf(stderr, "%s: %s\n", call->grader, strerror(errno));
    _exit(72);
}

pid_t grader_start(const grader_call *call, const char *path, const char *folder)
{
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0)
        become_grader(call, path, folder, parent);
    return child;
}
