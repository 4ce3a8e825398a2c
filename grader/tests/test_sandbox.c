/* What a submission cannot do, in every set of layers that this machine offers. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static worker_program attacker(void)
{
    const char *path = getenv("ATTACK_WORKER");
    return (worker_program){
        .path = path_of("%s", path != NULL ? path : "build/workers/double/attack-worker"),
        .real_size = sizeof(double)};
}

static unsigned offered_layers(void)
{
    static unsigned layers;
    worker_program program = attacker();
    if (layers == 0)
        layers = worker_probe(&program);
    return layers;
}

/* Calls an attack in a fresh worker; *worked is what it says of itself. */
static call_outcome attack(const char *name, unsigned layers, double limit, double *worked)
{
    error e = {""};
    worker_program program = attacker();
    call_outcome outcome;
    worker *w = worker_open(&program, layers, &e);
    ck_assert_msg(w != NULL, "no worker: %s", e.text);
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
    call_outcome outcome = attack(name, layers, 5, &worked);
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
    return attack(name, offered_layers() & layer_sets[0], limit, &worked);
}

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
    error e;
    worker_program program = attacker();
    call_outcome outcome;
    double first, later;
    worker *w = worker_open(&program, offered_layers() & layer_sets[_i], &e);
    wire_request request = {.operation = "reply_early", .argument_count = 1};
    request.arguments[0] = (wire_argument){
        .name = "worked", .kind = WIRE_OUTPUT_NUMBER, .rank = 1, .shape = {1}, .offset = 64};
    ck_assert_ptr_nonnull(w);
    worker_call(w, &request, 2, &outcome);
    ck_assert_int_eq(outcome.end, CALL_DONE);
    memcpy(&first, worker_memory(w) + 64, sizeof first);
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    memcpy(&later, worker_memory(w) + 64, sizeof later);
    ck_assert_double_eq(first, later);
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
    error e;
    worker_program program = attacker();
    call_outcome outcome;
    worker *w = worker_open(&program, offered_layers() & layer_sets[0], &e);
    wire_request request = {.argument_count = 1};
    request.arguments[0] = (wire_argument){
        .name = "worked", .kind = WIRE_OUTPUT_NUMBER, .rank = 1, .shape = {1}, .offset = 64};
    ck_assert_ptr_nonnull(w);
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
    tcase_add_test(attacks, test_an_endless_loop_is_cut_at_its_deadline);
    tcase_add_test(attacks, test_a_sleeper_is_cut_by_the_wall_clock);
    tcase_add_test(attacks, test_a_flood_of_output_is_drained_and_costs_nothing);
    tcase_add_test(attacks, test_leaving_with_status_0_is_no_answer);
    tcase_add_test(attacks, test_a_crash_is_named_by_its_signal);
    tcase_add_test(attacks, test_a_forged_reply_is_a_lie);
    tcase_add_loop_test(attacks, test_nothing_is_computed_after_the_reply, 0, LAYER_SETS);
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
