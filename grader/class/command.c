/* Running a command. */
#include "command.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGUMENTS = 16 };

int command_run(const char *const argv[], char *text, size_t size)
{
    int ends[2];
    pid_t process;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    char *arguments[MOST_ARGUMENTS] = {NULL};
    for (size_t i = 0; i + 1 < MOST_ARGUMENTS && argv[i] != NULL; i++)
        memcpy(&arguments[i], &argv[i], sizeof argv[i]); /* posix_spawn changes none of them */
    text[0] = '\0';
    if (arguments[0] == NULL || pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int failure = posix_spawnp(&process, arguments[0], &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    char block[4096];
    while (failure == 0 && (got = read(ends[0], block, sizeof block)) > 0) {
        size_t left = size - 1 - length;
        size_t kept = (size_t)got < left ? (size_t)got : left;
        memcpy(text + length, block, kept);
        length += kept;
    }
    text[length] = '\0';
    close(ends[0]);
    int status = -1;
    if (failure != 0 || waitpid(process, &status, 0) != process)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
