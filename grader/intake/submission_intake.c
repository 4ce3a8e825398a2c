/*
 * The intake of what strangers hand in.
 *
 * A stranger's bytes are looked at by another program, read-submission, which has given up all
 * rights and hands the modules back over a pipe (intake_reply.c).
 */
#include "submission.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "intake_reply.h"
#include "intake_wire.h"
#include "path.h"
#include "stop.h"

/* ---- starting the program ---- */

/* It lies beside the grading programs, or, for the tests, a folder above them. */
static path_text reader_program(void)
{
    char own[sizeof(path_text)];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(own, '/');
        if (slash == NULL)
            break;
        *slash = '\0';
        path_text program = path_of("%s/read-submission", own);
        if (access(program.text, X_OK) == 0)
            return program;
    }
    return path_of("%s", "");
}

_Noreturn static void become_reader(const char *program, int submission_fd, int reply_fd,
                                    char *const *argv)
{
    char *const environment[] = {NULL};
    int from[2] = {fcntl(submission_fd, F_DUPFD, 20), fcntl(reply_fd, F_DUPFD, 20)};
    int nothing = open("/dev/null", O_RDWR);
    if (from[0] < 0 || from[1] < 0 || nothing < 0)
        _exit(1);
    for (int fd = 0; fd < 3; fd++)
        dup2(nothing, fd);
    if (dup2(from[0], INTAKE_SUBMISSION_FD) < 0 || dup2(from[1], INTAKE_REPLY_FD) < 0)
        _exit(1);
    for (int fd = INTAKE_REPLY_FD + 1; fd < 64; fd++)
        close(fd);
    execve(program, argv, environment);
    _exit(1);
}

/* Starts the program for what is open at fd; *reply is where its answer comes from. */
static pid_t start_reader(int fd, const char *name, unsigned assignment, const submission *s,
                          int *reply, error *e)
{
    int ends[2];
    char number[16];
    char own_name[] = "read-submission";
    char called[256];
    char *argv[MAX_MODULES + 4] = {own_name, number, called};
    path_text program = reader_program();
    snprintf(number, sizeof number, "%u", assignment);
    snprintf(called, sizeof called, "%s", name);
    for (size_t i = 0; i < s->count; i++)
        argv[i + 3] = (char *)(uintptr_t)s->modules[i].name;
    if (program.text[0] == '\0' || pipe2(ends, O_CLOEXEC) != 0) {
        error_set(e, "the program read-submission cannot be started; build the grader first");
        return -1;
    }
    pid_t child = fork();
    if (child == 0)
        become_reader(program.text, fd, ends[1], argv);
    close(ends[1]);
    *reply = ends[0];
    if (child > 0)
        return child;
    error_set(e, "read-submission: no process: %s", strerror(errno));
    close(ends[0]);
    return -1;
}

/* ---- all of it ---- */

static void hash_modules(submission *s)
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    for (size_t i = 0; i < s->count; i++) {
        const module_source *m = &s->modules[i];
        char header[160];
        int length = snprintf(header, sizeof header, "%s %zu\n", m->name, m->length);
        sha256_update(&context, (size_t)length, (const uint8_t *)header);
        if (m->text != NULL)
            sha256_update(&context, m->length, (const uint8_t *)m->text);
    }
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(s->hash + 2 * i, 3, "%02x", digest[i]);
}

static void draw_seed(submission *s)
{
    struct hmac_sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    const char *key = getenv("SEED_KEY");
    s->keyed = key != NULL && key[0] != '\0';
    if (!s->keyed)
        return;
    hmac_sha256_set_key(&context, strlen(key), (const uint8_t *)key);
    hmac_sha256_update(&context, strlen(s->hash), (const uint8_t *)s->hash);
    hmac_sha256_digest(&context, sizeof digest, digest);
    memcpy(&s->seed, digest, sizeof s->seed);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

bool submission_read(const char *path, unsigned assignment, const char *const *names, size_t count,
                     submission *s, error *e)
{
    int reply;
    *s = (submission){.count = count < MAX_MODULES ? count : MAX_MODULES};
    for (size_t i = 0; i < s->count; i++)
        s->modules[i].name = names[i];
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return error_set(e, "%s: %s; SUBMISSION should be a folder, a module or an archive", path,
                         strerror(errno));
    pid_t child = start_reader(fd, name_of(path), assignment, s, &reply, e);
    close(fd);
    if (child < 0)
        return false;
    bool read = intake_receive(reply, path, s, e);
    close(reply);
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    if (!read) {
        submission_clear(s);
        return false;
    }
    for (size_t i = 0; i < s->count; i++)
        s->handed_in += s->modules[i].text != NULL;
    hash_modules(s);
    draw_seed(s);
    return true;
}
