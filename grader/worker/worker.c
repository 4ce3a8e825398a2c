/*
 * The worker: holds one implementation of an assignment's modules and serves its operations.
 *
 * Theory of operation. The grader starts a fresh worker for each case, in a sandbox, with pipes and
 * shared memory in place (see wire.h). The worker says that it is ready, then answers requests
 * until the pipe closes. A request names an operation and its arguments; tensors lie in the
 * shared memory, where student code works on them directly: the grader, not the worker, fills
 * outputs with NaN before the call and looks afterwards which inputs changed and what was written
 * past an end.
 *
 * Nothing here is trusted by the grader: student code in this process may do as it likes. There is
 * nothing in here worth knowing: no case, no expected value, no score.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract.h"
#include "parallel.h"
#include "wire.h"
#include "worker_call.h"

static bool write_all(int fd, const void *bytes, size_t size)
{
    const char *next = bytes;
    while (size > 0) {
        ssize_t count = write(fd, next, size);
        if (count <= 0)
            return false;
        next += count;
        size -= (size_t)count;
    }
    return true;
}

static bool read_all(int fd, void *bytes, size_t size)
{
    char *next = bytes;
    while (size > 0) {
        ssize_t count = read(fd, next, size);
        if (count <= 0)
            return false;
        next += count;
        size -= (size_t)count;
    }
    return true;
}

void worker_reply(wire_status status, const char *text)
{
    wire_reply answer = {.magic = WIRE_MAGIC,
                         .call = worker_request.call,
                         .status = (uint32_t)status,
                         .real_size = sizeof(real)};
    snprintf(answer.text, sizeof answer.text, "%s", text);
    fflush(NULL);
    if (!write_all(WIRE_REPLY_FD, &answer, sizeof answer))
        _exit(1);
}

/*
 * As the init of its pid namespace a process does not die of its own SIGABRT; what abort does
 * instead looks like a crash. The C library may be in any state: nothing but a write is safe.
 */
static void leave_on_abort(int signal)
{
    static wire_reply answer;
    (void)signal;
    answer = (wire_reply){.magic = WIRE_MAGIC,
                          .call = worker_request.call,
                          .status = WIRE_ABORTED,
                          .real_size = sizeof(real)};
    write_all(WIRE_REPLY_FD, &answer, sizeof answer);
    _exit(1);
}

static void leave_on_contract(contract_event event, const char *text)
{
    worker_reply(event == CONTRACT_NOT_IMPLEMENTED ? WIRE_NOT_IMPLEMENTED : WIRE_CONTRACT, text);
    _exit(0);
}

int main(void)
{
    struct stat status;
    if (fstat(WIRE_MEMORY_FD, &status) != 0)
        return 1;
    size_t size = (size_t)status.st_size;
    worker_memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_MEMORY_FD, 0);
    if (worker_memory == MAP_FAILED)
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    parallel_set_threads(1);
    contract_set_handler(leave_on_contract);
    signal(SIGABRT, leave_on_abort);
    worker_reply(WIRE_READY, "");
    while (read_all(WIRE_REQUEST_FD, &worker_request, sizeof worker_request))
        worker_serve();
    return 0;
}
