/* What a submission cannot do, in every set of layers that this machine offers. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "under_sanitizer.h"
#include "worker_process.h"

static const char *const forbidden[] = {
    "read_password_file",
    "read_own_environment",
    "read_this_folder",
    "write_a_file",
    "open_a_socket",
    "open_a_local_socket",
    "make_a_process",
    "make_a_thread",
    "start_a_shell",
    "kill_the_grader",
    "read_the_graders_memory",
    "trace_the_grader",
    "find_other_descriptors",
    "cut_the_shared_memory",
    "raise_its_own_limits",
    "take_all_memory",
    "mount_something",
    "enter_a_new_namespace",
    "see_secrets_in_the_environment",
};

enum { FORBIDDEN = sizeof forbidden / sizeof *forbidden };

/* Sets of layers: all, and what is left where the kernel or a host refuses one. */
static const unsigned layer_sets[] = {
    SANDBOX_NAMESPACES | SANDBOX_LANDLOCK | SANDBOX_SECCOMP | SANDBOX_LIMITS,
    SANDBOX_LANDLOCK | SANDBOX_SECCOMP | SANDBOX_LIMITS,
    SANDBOX_NAMESPACES | SANDBOX_SECCOMP | SANDBOX_LIMITS,
    SANDBOX_SECCOMP | SANDBOX_LIMITS,
};

enum { LAYER_SETS = sizeof layer_sets / sizeof *layer_sets };

static worker_program attacker(bool sanitized)
{
    return (worker_program){
        .path = path_of("build/workers/%s/attack-worker", sanitized ? "sanitized" : "double"),
        .real_size = sizeof(double),
        .sanitized = sanitized};
}

static unsigned offered_layers(void)
{
    static unsigned layers;
    worker_program program = attacker(false);
    if (layers == 0)
        layers = worker_probe(&program);
    return layers;
}

static worker *open_attacker(bool sanitized, unsigned layers)
{
    start_failure why;
    worker_program program = attacker(sanitized);
    worker *w = worker_open(&program, layers, &why);
    ck_assert_msg(w != NULL, "no worker: %s", why.reason.text);
    return w;
}

/* Calls an attack in a fresh worker; *worked is what it says of itself. */
static call_outcome attack(const char *name, bool sanitized, unsigned layers, double limit,
                           double *worked)
{
    call_outcome outcome;
    worker *w = open_attacker(sanitized, layers);
    wire_request request = {.argument_count = 1};
    snprintf(request.operation, sizeof request.operation, "%s", name);
    request.arguments[0] = (wire_argument){
        .name = "worked", .kind = WIRE_OUTPUT_NUMBER, .rank = 1, .shape = {1}, .offset = 64};
    *worked = -1;
    memcpy(worker_memory(w) + 64, worked, sizeof *worked);
    worker_call(w, &request, limit, &outcome);
    memcpy(worked, worker_memory(w) + 64, sizeof *worked);
    worker_close(w);
    return outcome;
}

START_TEST(test_forbidden_things_do_not_work)
{
    const char *name = forbidden[_i % FORBIDDEN];
    unsigned layers = layer_sets[_i / FORBIDDEN];
    char text[128];
    double worked;
    if ((layers & offered_layers()) != layers)
        return; /* this machine does not offer the set */
    call_outcome outcome = attack(name, false, layers, 5, &worked);
    sandbox_layers_text(layers, text, sizeof text);
    bool killed = outcome.end == CALL_CRASHED || outcome.end == CALL_EXITED;
    ck_assert_msg(killed || (outcome.end == CALL_DONE && worked == 0),
                  "%s worked with %s (end %d, signal %d, answer %g)", name, text, outcome.end,
                  outcome.signal, worked);
}
END_TEST

static call_outcome attack_in_all_layers(const char *name, double limit)
{
    double worked;
    return attack(name, false, offered_layers() & layer_sets[0], limit, &worked);
}

/* What the sanitizer build may not do either; it may read the libraries of /usr. */
static const char *const forbidden_when_sanitized[] = {
    "read_password_file",      "write_a_file",          "open_a_socket",
    "open_a_local_socket",     "make_a_process",        "kill_the_grader",
    "read_the_graders_memory", "trace_the_grader",      "find_other_descriptors",
    "cut_the_shared_memory",   "keep_a_shared_segment", "keep_a_nameless_file",
    "outlive_the_grader",      "mount_something",       "enter_a_new_namespace",
};

enum {
    FORBIDDEN_WHEN_SANITIZED = sizeof forbidden_when_sanitized / sizeof *forbidden_when_sanitized
};

START_TEST(test_forbidden_things_do_not_work_in_the_sanitizer_build)
{
    const char *name = forbidden_when_sanitized[_i % FORBIDDEN_WHEN_SANITIZED];
    unsigned layers = layer_sets[_i / FORBIDDEN_WHEN_SANITIZED];
    char text[128];
    double worked;
    if ((layers & offered_layers()) != layers)
        return;
    call_outcome outcome = attack(name, true, layers, 20, &worked);
    sandbox_layers_text(layers, text, sizeof text);
    bool killed = outcome.end == CALL_CRASHED || outcome.end == CALL_EXITED;
    ck_assert_msg(killed || (outcome.end == CALL_DONE && worked == 0),
                  "%s worked with %s (end %d, signal %d, answer %g)", name, text, outcome.end,
                  outcome.signal, worked);
}
END_TEST

START_TEST(test_an_endless_loop_is_cut_at_its_deadline)
{
    call_outcome outcome = attack_in_all_layers("loop_for_ever", 0.3);
    ck_assert_int_eq(outcome.end, CALL_TIMED_OUT);
    ck_assert(outcome.cpu_seconds < 2);
}
END_TEST

START_TEST(test_a_sleeper_is_cut_by_the_wall_clock)
{
    ck_assert_int_eq(attack_in_all_layers("sleep_for_ever", 0.1).end, CALL_TIMED_OUT);
}
END_TEST

START_TEST(test_a_flood_of_output_is_drained_and_costs_nothing)
{
    ck_assert_int_eq(attack_in_all_layers("print_a_flood", 10).end, CALL_DONE);
}
END_TEST

START_TEST(test_leaving_with_status_0_is_no_answer)
{
    call_outcome outcome = attack_in_all_layers("leave", 5);
    ck_assert_int_eq(outcome.end, CALL_EXITED);
    ck_assert_int_eq(outcome.code, 0);
}
END_TEST

START_TEST(test_a_crash_is_named_by_its_signal)
{
    call_outcome outcome = attack_in_all_layers("crash", 5);
    ck_assert_int_eq(outcome.end, CALL_CRASHED);
    ck_assert_int_eq(outcome.signal, SIGSEGV);
}
END_TEST

START_TEST(test_a_forged_reply_is_a_lie)
{
    call_outcome outcome = attack_in_all_layers("forge_a_reply", 5);
    ck_assert_int_eq(outcome.end, CALL_LIED);
    ck_assert_uint_lt(strlen(outcome.text), sizeof outcome.text);
}
END_TEST

START_TEST(test_nothing_is_computed_after_the_reply)
{
    call_outcome outcome;
    double first, later;
    worker *w = open_attacker(false, offered_layers() & layer_sets[_i]);
    wire_request request = {.operation = "reply_early", .argument_count = 1};
    request.arguments[0] = (wire_argument){
        .name = "worked", .kind = WIRE_OUTPUT_NUMBER, .rank = 1, .shape = {1}, .offset = 64};
    worker_call(w, &request, 2, &outcome);
    ck_assert_int_eq(outcome.end, CALL_DONE);
    memcpy(&first, worker_memory(w) + 64, sizeof first);
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    memcpy(&later, worker_memory(w) + 64, sizeof later);
    ck_assert_double_eq(first, later);
    worker_close(w);
}
END_TEST

START_TEST(test_a_failed_assertion_is_told_from_a_crash)
{
    double worked;
    ck_assert_int_eq(attack_in_all_layers("abort_itself", 5).end, CALL_ABORTED);
    ck_assert_int_eq(attack("abort_itself", false, SANDBOX_SECCOMP, 5, &worked).end, CALL_ABORTED);
}
END_TEST

START_TEST(test_too_much_memory_is_cut_where_no_limit_of_the_kernel_holds)
{
    double worked;
    ck_assert_int_eq(attack("fill_memory", true, offered_layers(), 60, &worked).end,
                     CALL_TOO_LARGE);
}
END_TEST

/* ---- nothing that a worker leaves undone makes the grader wait ---- */

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static call_outcome call_attack(worker *w, const char *name, double limit)
{
    call_outcome outcome;
    wire_request request = {.argument_count = 1};
    snprintf(request.operation, sizeof request.operation, "%s", name);
    request.arguments[0] = (wire_argument){
        .name = "worked", .kind = WIRE_OUTPUT_NUMBER, .rank = 1, .shape = {1}, .offset = 64};
    worker_call(w, &request, limit, &outcome);
    return outcome;
}

static bool serve_nothing(void *calls, worker *w, const wire_request *asked)
{
    (void)w;
    (void)asked;
    ++*(int *)calls;
    return true;
}

START_TEST(test_a_worker_that_asks_and_never_reads_the_answers_is_cut)
{
    int calls = 0;
    double began = seconds_of(CLOCK_MONOTONIC);
    worker *w = open_attacker(_i == 1, offered_layers());
    worker_serve(w, serve_nothing, &calls);
    ck_assert_int_eq(call_attack(w, "ask_and_never_read", 0.2).end, CALL_TIMED_OUT);
    ck_assert_int_gt(calls, 10);
    worker_close(w);
    ck_assert(seconds_of(CLOCK_MONOTONIC) - began < 20);
}
END_TEST

START_TEST(test_a_worker_that_asks_for_ever_is_cut)
{
    int calls = 0;
    worker *w = open_attacker(false, offered_layers());
    worker_serve(w, serve_nothing, &calls);
    ck_assert_int_eq(call_attack(w, "ask_for_ever", 1000).end, CALL_TIMED_OUT);
    worker_close(w);
}
END_TEST

START_TEST(test_a_worker_that_answers_without_reading_is_cut)
{
    call_outcome outcome;
    worker *w = open_attacker(_i == 1, offered_layers());
    int answered = 0;
    while ((outcome = call_attack(w, "answer_in_advance", 0.1)).end == CALL_DONE)
        answered++;
    ck_assert_int_eq(outcome.end, CALL_TIMED_OUT);
    ck_assert_int_lt(answered, 100); /* until the pipe of requests is full */
    worker_close(w);
}
END_TEST

START_TEST(test_a_small_pipe_does_not_stop_the_grader)
{
    worker *w = open_attacker(true, offered_layers());
    call_attack(w, "shrink_its_pipe", 5);
    ck_assert_int_eq(call_attack(w, "shrink_its_pipe", 5).end, CALL_DONE);
    worker_close(w);
}
END_TEST

START_TEST(test_a_closed_output_costs_the_grader_no_time)
{
    double before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    ck_assert_int_eq(attack_in_all_layers("close_its_output_and_sleep", 1).end, CALL_DONE);
    ck_assert(seconds_of(CLOCK_PROCESS_CPUTIME_ID) - before < 0.5);
}
END_TEST

/* ---- who is to blame when there is no worker ---- */

static start_failure failure_of(const char *path, unsigned layers)
{
    start_failure why;
    worker_program program = {.path = path_of("%s", path), .real_size = sizeof(double)};
    ck_assert_ptr_null(worker_open(&program, layers, &why));
    return why;
}

START_TEST(test_what_fails_before_the_program_runs_is_our_fault)
{
    start_failure why = failure_of("build/no-such-worker", offered_layers());
    ck_assert_int_eq(why.blame, START_OUR_FAULT);
    why = failure_of("/usr/bin/true", offered_layers()); /* no libraries for it in the box */
    ck_assert_int_eq(why.blame, START_OUR_FAULT);
    ck_assert_msg(strstr(why.reason.text, "starting the program") != NULL, "%s", why.reason.text);
}
END_TEST

START_TEST(test_too_few_descriptors_are_our_fault)
{
    struct rlimit files = {.rlim_cur = 8, .rlim_max = 1024};
    offered_layers();
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    start_failure why = failure_of("build/workers/double/attack-worker", offered_layers());
    ck_assert_int_eq(why.blame, START_OUR_FAULT);
}
END_TEST

/* AddressSanitizer's own memory would not fit into this limit either. */
#if !UNDER_SANITIZER
START_TEST(test_too_little_memory_is_our_fault)
{
    offered_layers();
    struct rlimit memory = {.rlim_cur = 256 << 20, .rlim_max = 256 << 20};
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &memory), 0);
    start_failure why = failure_of("build/workers/double/attack-worker", offered_layers());
    ck_assert_int_eq(why.blame, START_OUR_FAULT);
}
END_TEST
#endif

START_TEST(test_a_program_that_leaves_at_once_may_be_to_blame)
{
    start_failure why = failure_of("/usr/bin/true", SANDBOX_LIMITS);
    ck_assert_int_eq(why.blame, START_PROGRAM);
    ck_assert_msg(strstr(why.reason.text, "ended before") != NULL, "%s", why.reason.text);
}
END_TEST

START_TEST(test_a_program_that_is_never_ready_is_cut)
{
    start_failure why = failure_of("/usr/bin/yes", SANDBOX_LIMITS);
    ck_assert_int_eq(why.blame, START_PROGRAM);
    ck_assert_msg(strstr(why.reason.text, "to start") != NULL, "%s", why.reason.text);
    ck_assert(why.seconds >= WORKER_START_SECONDS);
}
END_TEST

/* As the grader does it: nobody may look into it, and it need not be root. */
START_TEST(test_an_ordinary_user_has_every_layer_too)
{
    const unsigned nobody = 65534;
    char folder[] = "/tmp/test-sandbox-XXXXXX";
    unsigned wanted = offered_layers() & layer_sets[0];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chmod(folder, 0755), 0);
    path_text copied = path_of("%s/attack-worker", folder);
    ck_assert_int_eq(system(path_of("cp %s %s && chmod 755 %s", attacker(_i == 1).path.text,
                                    copied.text, copied.text)
                                .text),
                     0);
    if (geteuid() == 0)
        ck_assert(setgid(nobody) == 0 && setuid(nobody) == 0);
    ck_assert_int_eq(prctl(PR_SET_DUMPABLE, 0), 0);
    start_failure why;
    worker_program program = attacker(_i == 1);
    program.path = copied;
    worker *w = worker_open(&program, wanted, &why);
    ck_assert_msg(w != NULL, "%s", why.reason.text);
    worker_close(w);
}
END_TEST

START_TEST(test_closing_every_descriptor_is_no_answer)
{
    call_end end = attack_in_all_layers("close_everything", 2).end;
    ck_assert(end == CALL_EXITED || end == CALL_CRASHED);
}
END_TEST

START_TEST(test_a_worker_that_lied_is_not_believed_again)
{
    call_outcome outcome;
    worker *w = open_attacker(false, offered_layers() & layer_sets[0]);
    wire_request request = {.argument_count = 1};
    request.arguments[0] = (wire_argument){
        .name = "worked", .kind = WIRE_OUTPUT_NUMBER, .rank = 1, .shape = {1}, .offset = 64};
    snprintf(request.operation, sizeof request.operation, "forge_a_reply");
    worker_call(w, &request, 2, &outcome);
    worker_call(w, &request, 2, &outcome);
    ck_assert_int_eq(outcome.end, CALL_LIED);
    worker_close(w);
}
END_TEST

START_TEST(test_an_operation_that_is_not_there_is_said_so)
{
    ck_assert_int_eq(attack_in_all_layers("nothing_of_the_kind", 2).end, CALL_NO_OPERATION);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sandbox");
    TCase *attacks = tcase_create("attacks");
    signal(SIGPIPE, SIG_IGN);
    tcase_set_timeout(attacks, 60);
    tcase_add_loop_test(attacks, test_forbidden_things_do_not_work, 0, FORBIDDEN * LAYER_SETS);
    tcase_add_loop_test(attacks, test_forbidden_things_do_not_work_in_the_sanitizer_build, 0,
                        FORBIDDEN_WHEN_SANITIZED * (LAYER_SETS - 1));
    tcase_add_test(attacks, test_an_endless_loop_is_cut_at_its_deadline);
    tcase_add_test(attacks, test_a_sleeper_is_cut_by_the_wall_clock);
    tcase_add_test(attacks, test_a_flood_of_output_is_drained_and_costs_nothing);
    tcase_add_test(attacks, test_leaving_with_status_0_is_no_answer);
    tcase_add_test(attacks, test_a_crash_is_named_by_its_signal);
    tcase_add_test(attacks, test_a_forged_reply_is_a_lie);
    tcase_add_loop_test(attacks, test_nothing_is_computed_after_the_reply, 0, LAYER_SETS);
    tcase_add_test(attacks, test_a_failed_assertion_is_told_from_a_crash);
    tcase_add_test(attacks, test_too_much_memory_is_cut_where_no_limit_of_the_kernel_holds);
    tcase_add_loop_test(attacks, test_a_worker_that_asks_and_never_reads_the_answers_is_cut, 0, 2);
    tcase_add_test(attacks, test_a_worker_that_asks_for_ever_is_cut);
    tcase_add_loop_test(attacks, test_a_worker_that_answers_without_reading_is_cut, 0, 2);
    tcase_add_test(attacks, test_a_small_pipe_does_not_stop_the_grader);
    tcase_add_test(attacks, test_a_closed_output_costs_the_grader_no_time);
    tcase_add_test(attacks, test_what_fails_before_the_program_runs_is_our_fault);
    tcase_add_test(attacks, test_too_few_descriptors_are_our_fault);
#if !UNDER_SANITIZER
    tcase_add_test(attacks, test_too_little_memory_is_our_fault);
#endif
    tcase_add_test(attacks, test_a_program_that_leaves_at_once_may_be_to_blame);
    tcase_add_test(attacks, test_a_program_that_is_never_ready_is_cut);
    tcase_add_loop_test(attacks, test_an_ordinary_user_has_every_layer_too, 0, 2);
    tcase_add_test(attacks, test_closing_every_descriptor_is_no_answer);
    tcase_add_test(attacks, test_a_worker_that_lied_is_not_believed_again);
    tcase_add_test(attacks, test_an_operation_that_is_not_there_is_said_so);
    suite_add_tcase(suite, attacks);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int bad = srunner_ntests_failed(runner) > 0 || srunner_ntests_run(runner) == 0;
    srunner_free(runner);
    return bad;
}
