/*
 * The trusted end of the wire.
 *
 * Theory of operation. A request and a reply are messages of fixed size; whatever arrives is
 * checked field by field. The pipe of replies closing means that the process is gone: then, and
 * only then, it is waited for.
 *
 * Between calls the worker is stopped, so that one that replies before it has computed gains no
 * moment to do so in while nobody counts its time.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "worker_state.h"

/* What one call may ask of the reference (remote.h): a net's training asks some thousand times. */
enum { MAX_SERVED_CALLS = 20000, MAX_SERVED_SECONDS = 60 };

size_t worker_real_size(const worker *w)
{
    return w->real_size;
}

const char *worker_output(const worker *w, size_t *length, bool *cut)
{
    *length = w->printed_length;
    *cut = w->printed_cut;
    return w->printed;
}

double worker_start_seconds(const worker *w)
{
    return w->start_seconds;
}

size_t worker_peak_memory(const worker *w)
{
    return w->peak;
}

/* Adds what stands in the line at found, up to its end, to the outcome's text. */
static void add_line(const worker *w, const char *found, call_outcome *outcome)
{
    size_t used = strlen(outcome->text);
    const char *stop = w->printed + w->printed_length;
    const char *end = memchr(found, '\n', (size_t)(stop - found));
    snprintf(outcome->text + used, sizeof outcome->text - used, "%.*s",
             (int)((end != NULL ? end : stop) - found), found);
}

/*
 * Takes the sanitizer's sentence from what was printed: its kind of error, and the first line of
 * the stack that lies in a module, "in NAME assignmentN/FILE:LINE".
 */
static void find_sanitizer_sentence(const worker *w, call_outcome *outcome)
{
    static const char *const marks[] = {"ERROR: AddressSanitizer: ", "runtime error: "};
    outcome->text[0] = '\0';
    for (size_t m = 0; m < 2; m++) {
        const char *found = memmem(w->printed, w->printed_length, marks[m], strlen(marks[m]));
        if (found == NULL)
            continue;
        found += strlen(marks[m]);
        size_t rest = (size_t)(w->printed + w->printed_length - found);
        const char *space = m == 0 ? memchr(found, ' ', rest) : NULL;
        if (space != NULL)
            snprintf(outcome->text, sizeof outcome->text, "%.*s", (int)(space - found), found);
        else
            add_line(w, found, outcome);
        const char *file = memmem(found, rest, " assignment", strlen(" assignment"));
        while (file != NULL && file > found && memcmp(file - 1, "\n", 1) != 0 &&
               memcmp(file, " in ", 4) != 0)
            file--;
        if (file != NULL && file > found && *file == ' ')
            add_line(w, file, outcome);
        return;
    }
}

static void describe_death(worker *w, call_outcome *outcome)
{
    for (int i = 0; w->process != 0 && i < 50; i++) { /* the pipe closes a little before the end */
        if (waitpid(w->process, &w->status, WNOHANG) == w->process)
            w->process = 0;
        else
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    worker_end(w);
    worker_drain(w);
    outcome->signal = WIFSIGNALED(w->status) ? WTERMSIG(w->status) : 0;
    outcome->code = WIFEXITED(w->status) ? WEXITSTATUS(w->status) : 0;
    outcome->end = outcome->signal == SIGKILL ? CALL_KILLED
                   : outcome->signal != 0     ? CALL_CRASHED
                                              : CALL_EXITED;
    if (!w->sanitized)
        return;
    find_sanitizer_sentence(w, outcome);
    if (outcome->text[0] != '\0')
        outcome->end = CALL_CRASHED;
}

static void read_reply(const wire_reply *reply, worker *w, call_outcome *outcome)
{
    static const struct {
        bool ends_a_call;
        call_end end;
    } meanings[] = {[WIRE_DONE] = {true, CALL_DONE},
                    [WIRE_NOT_IMPLEMENTED] = {true, CALL_NOT_IMPLEMENTED},
                    [WIRE_CONTRACT] = {true, CALL_CONTRACT},
                    [WIRE_NO_OPERATION] = {true, CALL_NO_OPERATION},
                    [WIRE_ABORTED] = {true, CALL_ABORTED}};
    bool known =
        reply->status < sizeof meanings / sizeof *meanings && meanings[reply->status].ends_a_call;
    w->lied = !known || reply->magic != WIRE_MAGIC || reply->call != w->calls ||
              reply->real_size != w->real_size;
    outcome->end = w->lied ? CALL_LIED : meanings[reply->status].end;
    snprintf(outcome->text, sizeof outcome->text, "%.*s", WIRE_TEXT - 1, reply->text);
}

static double wall_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Answers one call that the worker asks for, and waits for its next reply. */
static waited serve_call(worker *w, wire_reply *reply, const deadline *end)
{
    wire_request asked;
    waited how = worker_receive(w, &asked, sizeof asked, end);
    if (how != WAITED_DONE)
        return how;
    double began = wall_seconds();
    bool served = w->server(w->server_context, w, &asked);
    w->served_seconds += wall_seconds() - began;
    wire_reply answer = {.magic = WIRE_MAGIC, .status = served ? WIRE_DONE : WIRE_NO_OPERATION};
    how = worker_send(w, &answer, sizeof answer, end);
    return how == WAITED_DONE ? worker_receive(w, reply, sizeof *reply, end) : how;
}

void worker_serve(worker *w, worker_server server, void *context)
{
    w->server = server;
    w->server_context = context;
}

/* Sends the request and waits for the reply, answering what the worker asks for meanwhile. */
static waited converse(worker *w, const wire_request *request, wire_reply *reply,
                       const deadline *end)
{
    double served_before = w->served_seconds;
    waited how = worker_send(w, request, sizeof *request, end);
    if (how == WAITED_DONE)
        how = worker_receive(w, reply, sizeof *reply, end);
    for (int served = 0; how == WAITED_DONE && w->server != NULL && reply->status == WIRE_CALLS;
         served++) {
        if (served == MAX_SERVED_CALLS || w->served_seconds - served_before > MAX_SERVED_SECONDS)
            return WAITED_TOO_LONG;
        how = serve_call(w, reply, end);
    }
    return how;
}

void worker_call(worker *w, wire_request *request, double limit_seconds, call_outcome *outcome)
{
    wire_reply reply;
    *outcome = (call_outcome){.limit_seconds = limit_seconds};
    if (w->ended || w->lied) {
        describe_death(w, outcome);
        if (w->lied)
            outcome->end = CALL_LIED;
        return;
    }
    request->magic = WIRE_MAGIC;
    request->call = ++w->calls;
    deadline end = deadline_in(w, limit_seconds);
    worker_continue(w);
    waited how = converse(w, request, &reply, &end);
    if (how == WAITED_DONE)
        worker_stop(w);
    worker_time passed = worker_time_between(end.began, worker_time_now(w));
    outcome->cpu_seconds = passed.cpu;
    outcome->used_seconds = passed.cpu + passed.asleep;
    worker_read_peak(w);
    if (how == WAITED_DONE) {
        read_reply(&reply, w, outcome);
    } else if (how == WAITED_GONE) {
        describe_death(w, outcome);
    } else {
        worker_end(w);
        outcome->end = how == WAITED_TOO_LARGE ? CALL_TOO_LARGE : CALL_TIMED_OUT;
    }
    worker_drain(w);
}
