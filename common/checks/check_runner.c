/*
 * The output of each test goes to a file of its own, line by line, so that it is there after a
 * crash; only the beginning of endless output is kept.
 *
 * Theory of operation: Check forks a process for each test and tells nobody which test it runs, nor
 * whether a test was ended by exit(0), which it takes for a success. So a page of memory is shared
 * with the tests' processes: each counts itself there when it begins, leaves the name of the stub
 * that stopped it, and marks that it ran to its end. Check returns the results in the order in
 * which the tests were added, which is how each result is matched with its name.
 */
#include "check_runner.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "contract.h"

enum { MAX_PROMISES = 64, NAME_SIZE = 64, SECONDS = 4, MOST_TIMEOUTS = 2 };
enum { PRINTED_BYTES = 1 << 20, LINES_OF_BROKEN = 50, LINES_OF_OTHERS = 10 };

/* How a test went, as written by its own process. */
typedef struct note {
    char stub[NAME_SIZE]; /* the function that is not written yet; "" if none stopped the test */
    bool finished;
    bool not_tried; /* others had run out of time before */
    double began;
    int process;
} note;

/* Shared with the tests' processes. */
static struct notes {
    size_t started; /* tests so far */
    note of_test[MAX_PROMISES];
} * notes;

typedef enum verdict { HOLDS, BROKEN, NOT_BEGUN } verdict;

/* A module's promises, or the requested one, and the verdict on each. */
typedef struct run {
    const char *module;
    size_t count;
    promise promises[MAX_PROMISES];
    verdict verdicts[MAX_PROMISES];
} run;

static note *own_note(void)
{
    return &notes->of_test[notes->started - 1];
}

/* A contract was broken, or a stub was called: the test ends here. */
static void end_by_contract(contract_event event, const char *text)
{
    if (event == CONTRACT_NOT_IMPLEMENTED)
        snprintf(own_note()->stub, NAME_SIZE, "%.*s", (int)strcspn(text, " "), text);
    ck_abort_msg("stopped by a broken contract: %s", text);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The file for test i's output; "" when it prints to the terminal, as in a debugger. */
static void name_output(size_t i, char *path, size_t size)
{
    const char *prefix = getenv("CHECK_OUTPUT");
    path[0] = '\0';
    if (prefix != NULL)
        snprintf(path, size, "%s.%zu", prefix, i);
}

/* A file that has grown too long takes no more; the test goes on. */
static void redirect_output(void)
{
    char path[4096];
    const struct rlimit limit = {PRINTED_BYTES, PRINTED_BYTES};
    name_output(notes->started - 1, path, sizeof path);
    setvbuf(stdout, NULL, _IOLBF, 0);
    int fd = path[0] != '\0' ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644) : -1;
    if (fd < 0)
        return;
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    close(fd);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* How many tests before this one timed out: the time until the next one began tells. */
static size_t count_timeouts(void)
{
    size_t count = 0;
    for (size_t i = 0; i + 1 < notes->started; i++)
        count += !notes->of_test[i].finished && !notes->of_test[i].not_tried &&
                 notes->of_test[i + 1].began - notes->of_test[i].began > SECONDS - 0.5;
    return count;
}

static void begin_test(void)
{
    notes->started++;
    own_note()->process = (int)getpid();
    own_note()->began = seconds_now();
    redirect_output();
    contract_set_handler(end_by_contract);
    own_note()->not_tried = count_timeouts() >= MOST_TIMEOUTS;
    if (own_note()->not_tried)
        ck_abort_msg("not run: %d tests before it timed out", MOST_TIMEOUTS);
}

static void end_test(void)
{
    own_note()->finished = true;
}

static bool starts_function(const run *r, size_t i)
{
    return i == 0 || strcmp(r->promises[i].function, r->promises[i - 1].function) != 0;
}

static Suite *make_suite(const run *r)
{
    Suite *suite = suite_create(r->module);
    TCase *current = NULL;
    for (size_t i = 0; i < r->count; i++) {
        if (starts_function(r, i)) {
            current = tcase_create(r->promises[i].function);
            tcase_add_checked_fixture(current, begin_test, end_test);
            tcase_set_timeout(current, SECONDS);
            suite_add_tcase(suite, current);
        }
        tcase_add_test(current, r->promises[i].test);
    }
    return suite;
}

static verdict judge(size_t i, TestResult *result)
{
    if (notes->of_test[i].stub[0] != '\0')
        return NOT_BEGUN;
    return tr_rtype(result) == CK_PASS && notes->of_test[i].finished ? HOLDS : BROKEN;
}

/* Prints a line of a sanitizer's report if it names the error, or the place in the source file. */
static bool tell_line(const char *line, const char *source)
{
    const char *problem = strstr(line, "ERROR: ");
    const char *frame = strstr(line, " in ");
    bool located = frame != NULL && strstr(frame, source) != NULL;
    if (problem != NULL) {
        const char *address = strstr(problem, " on address ");
        size_t length = address != NULL ? (size_t)(address - problem) : strcspn(problem, "\n");
        printf("    %.*s\n", (int)length, problem);
    }
    if (located)
        printf("   %s", frame);
    return located;
}

/* Opens the sanitizer's report on the test with this note; NULL: there is none. */
static FILE *open_sanitizer_report(const note *n, char *path, size_t size)
{
    const char *prefix = getenv("CHECK_SANITIZER_LOG");
    snprintf(path, size, "%s.%d", prefix != NULL ? prefix : "", n->process);
    return fopen(path, "r");
}

/* Whether that report is about memory which was not freed. */
static bool is_leak(const note *n)
{
    char path[4096];
    char line[1024];
    bool found = false;
    FILE *report = open_sanitizer_report(n, path, sizeof path);
    while (report != NULL && !found && fgets(line, sizeof line, report) != NULL)
        found = strstr(line, "ERROR: LeakSanitizer") != NULL;
    if (report != NULL)
        fclose(report);
    return found;
}

/* Prints the gist of the sanitizer's report on the test with this note. */
static void tell_sanitizer(const run *r, const note *n)
{
    char path[4096];
    char line[1024];
    char source[NAME_SIZE + 8];
    snprintf(source, sizeof source, "/%s.c:", r->module);
    FILE *report = open_sanitizer_report(n, path, sizeof path);
    if (report == NULL)
        return;
    while (fgets(line, sizeof line, report) != NULL && !tell_line(line, source))
        ;
    printf("    (the sanitizer's full report is in %s)\n", path);
    fclose(report);
}

/* Whether backward's gradients are compared with finite differences of forward. */
static bool is_forward_of(const char *forward, const char *backward)
{
    static const char word[] = "backward";
    const char *at = strstr(backward, word);
    size_t before = at != NULL ? (size_t)(at - backward) : 0;
    return at != NULL && strncmp(forward, backward, before) == 0 &&
           strncmp(forward + before, "forward", strlen("forward")) == 0 &&
           strcmp(at + strlen(word), forward + before + strlen("forward")) == 0;
}

/* Says so if a gradient was compared with finite differences of a function that is wrong itself. */
static void tell_what_comes_first(const run *r, size_t i, const char *message)
{
    if (strstr(message, "finite differences") == NULL)
        return;
    for (size_t k = 0; k < r->count; k++) {
        const char *forward = r->promises[k].function;
        if (r->verdicts[k] != BROKEN || !is_forward_of(forward, r->promises[i].function))
            continue;
        printf("    These are finite differences of your %s, which fails tests of its own: fix it "
               "first.\n",
               forward);
        return;
    }
}

/* Prints the first lines of test i's output, if there is any. */
static void tell_printed(size_t i, size_t most)
{
    char path[4096];
    char line[512];
    size_t count = 0;
    name_output(i, path, sizeof path);
    FILE *file = path[0] != '\0' ? fopen(path, "r") : NULL;
    while (file != NULL && fgets(line, sizeof line, file) != NULL && count++ < most)
        printf("    | %.*s\n", (int)strcspn(line, "\n"), line);
    if (count > most) {
        while (fgets(line, sizeof line, file) != NULL)
            count++;
        printf("    | ... %zu more lines in %s\n", count - most, path);
    }
    if (file != NULL)
        fclose(file);
}

/* Explains the signal that ended a test. */
static void tell_signal(const promise *p, const char *message)
{
    const char *found = strstr(message, "signal ");
    int number = atoi(found + strlen("signal "));
    if (number == SIGABRT)
        printf("%s aborted: a failed assertion, or damaged memory\n", p->function);
    else
        printf("%s crashed (%s): make check-asan says where, make debug TEST=%s goes there\n",
               p->function, found, p->test->name);
}

/* Prints the failure of promise i. */
static void tell(const run *r, size_t i, TestResult *result)
{
    const promise *p = &r->promises[i];
    const char *message = tr_msg(result);
    printf("%s:%d: %s\n    ", p->test->file, p->test->line, p->test->name);
    if (tr_rtype(result) == CK_PASS)
        printf("%s ended the program with exit(0)\n", p->function);
    else if (tr_rtype(result) == CK_FAILURE)
        printf("%s: %s\n", p->function, message);
    else if (strstr(message, "timeout") != NULL)
        printf("%s timed out after %d s: does one of its loops never end?\n", p->function, SECONDS);
    else if (strstr(message, "signal") != NULL)
        tell_signal(p, message);
    else if (is_leak(&notes->of_test[i]))
        printf("%s leaks memory: free every tensor that it allocates\n", p->function);
    else
        printf("%s ended the program: %s\n", p->function, message);
    tell_what_comes_first(r, i, message);
    tell_sanitizer(r, &notes->of_test[i]);
    tell_printed(i, LINES_OF_BROKEN);
}

/* Shows the output of a test that does not fail: a student may have wanted to see it. */
static void tell_passing_output(const run *r, size_t i)
{
    char path[4096];
    struct stat status;
    name_output(i, path, sizeof path);
    if (path[0] == '\0' || stat(path, &status) != 0 || status.st_size == 0 ||
        r->verdicts[i] == NOT_BEGUN)
        return;
    printf("%s printed:\n", r->promises[i].test->name);
    tell_printed(i, LINES_OF_OTHERS);
}

/* Prints each function that is not begun; "f (waits for g)" when g's stub stopped its tests. */
static void print_not_begun(const run *r)
{
    const char *separator = "; not begun: ";
    for (size_t i = 0; i < r->count; i++) {
        const char *function = r->promises[i].function;
        const char *stub = notes->of_test[i].stub;
        bool listed = !starts_function(r, i) && r->verdicts[i - 1] == NOT_BEGUN;
        if (r->verdicts[i] != NOT_BEGUN || listed)
            continue;
        printf("%s%s", separator, function);
        if (strcmp(stub, function) != 0)
            printf(" (waits for %s)", stub);
        separator = ", ";
    }
}

static void print_summary(const run *r)
{
    size_t counts[3] = {0};
    for (size_t i = 0; i < r->count; i++)
        counts[r->verdicts[i]]++;
    printf("%-18s ", r->module);
    if (counts[NOT_BEGUN] == r->count) {
        printf("not begun\n");
        return;
    }
    printf("%zu of %zu tests pass", counts[HOLDS], r->count - counts[NOT_BEGUN]);
    print_not_begun(r);
    printf("\n");
}

/* Runs the suite and prints the failures; returns whether there are none. */
static bool run_suite(run *r)
{
    bool sound = true;
    size_t not_tried = 0;
    SRunner *runner = srunner_create(make_suite(r));
    srunner_run_all(runner, CK_SILENT);
    TestResult **results = srunner_results(runner);
    for (size_t i = 0; i < r->count; i++)
        r->verdicts[i] = judge(i, results[i]);
    for (size_t i = 0; i < r->count; i++) {
        if (r->verdicts[i] != BROKEN) {
            tell_passing_output(r, i);
            continue;
        }
        sound = false;
        if (notes->of_test[i].not_tried)
            not_tried++;
        else
            tell(r, i, results[i]);
    }
    if (not_tried > 0)
        printf("%s: %zu more tests were not run, since %d timed out\n", r->module, not_tried,
               MOST_TIMEOUTS);
    free(results);
    srunner_free(runner);
    return sound;
}

/* Unsets the variables that would make Check leave out tests or write files. */
static void forget_filters(void)
{
    static const char *const names[] = {
        "CK_RUN_SUITE",     "CK_RUN_CASE",          "CK_INCLUDE_TAGS",      "CK_EXCLUDE_TAGS",
        "CK_LOG_FILE_NAME", "CK_XML_LOG_FILE_NAME", "CK_TAP_LOG_FILE_NAME", "CK_DEFAULT_TIMEOUT"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

static void choose(run *r, const promise *promises, size_t count)
{
    const char *only = getenv("CHECK_TEST");
    bool all = only == NULL || only[0] == '\0';
    for (size_t i = 0; i < count && r->count < MAX_PROMISES; i++)
        if (all || strcmp(only, promises[i].test->name) == 0)
            r->promises[r->count++] = promises[i];
}

int check_module(const char *module, const promise *promises, size_t count)
{
    run r = {.module = module};
    choose(&r, promises, count);
    if (r.count == 0 || count > MAX_PROMISES) {
        fprintf(stderr, "%s: no test of that name, or more than %d\n", module, MAX_PROMISES);
        return 2;
    }
    notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (notes == MAP_FAILED) {
        perror(module);
        return 2;
    }
    forget_filters();
    bool sound = run_suite(&r);
    print_summary(&r);
    return sound ? 0 : 1;
}
