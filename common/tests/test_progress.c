/* Progress bars: what arrives at the other end of a pipe, and of a terminal. */
#include "progress.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Shows a bar of a thousand steps for the given seconds on the file as standard error. */
static void show_bar(int file, const char *text, double seconds)
{
    int kept = dup(STDERR_FILENO);
    dup2(file, STDERR_FILENO);
    double start = now(), passed = 0;
    progress bar = progress_start(text, 1000);
    while (passed < seconds) {
        progress_update(&bar, (size_t)(1000 * passed / seconds));
        passed = now() - start;
    }
    progress_update(&bar, 1000);
    progress_finish(&bar);
    dup2(kept, STDERR_FILENO);
    close(kept);
}

/* A new terminal of the given width: where a program writes, and where its screen can be read. */
static void open_terminal(unsigned short columns, int *program, int *screen)
{
    *screen = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(*screen, 0);
    ck_assert_int_eq(grantpt(*screen), 0);
    ck_assert_int_eq(unlockpt(*screen), 0);
    *program = open(ptsname(*screen), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(*program, 0);
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    ck_assert_int_eq(ioctl(*screen, TIOCSWINSZ, &size), 0);
}

/* Shows a bar on a terminal of the given width and reads what was written to it. */
static void read_screen(unsigned short columns, const char *text, double seconds, char *out,
                        size_t size)
{
    int program, screen;
    open_terminal(columns, &program, &screen);
    show_bar(program, text, seconds);
    fcntl(screen, F_SETFL, O_NONBLOCK);
    size_t length = 0;
    ssize_t count;
    while ((count = read(screen, out + length, size - 1 - length)) > 0)
        length += (size_t)count;
    out[length] = '\0';
    close(program);
    close(screen);
}

START_TEST(test_progress_is_quiet_in_a_pipe)
{
    int ends[2];
    char byte;
    ck_assert_int_eq(pipe(ends), 0);
    show_bar(ends[1], "training", 0.25);
    close(ends[1]);
    ck_assert_int_eq(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}
END_TEST

START_TEST(test_progress_shows_a_bar_on_a_terminal)
{
    char out[4096];
    read_screen(80, "training", 0.35, out, sizeof out);
    ck_assert_ptr_eq(strstr(out, "\rtraining [#"), out);
    ck_assert_ptr_nonnull(strstr(out, "/1000"));
    ck_assert_ptr_nonnull(strstr(out, "%"));
    ck_assert_ptr_null(strchr(out, '\n'));
}
END_TEST

START_TEST(test_progress_draws_at_most_ten_times_a_second)
{
    char out[4096];
    read_screen(80, "training", 0.55, out, sizeof out);
    size_t drawn = 0;
    for (const char *c = out; (c = strstr(c, "training")) != NULL; c++)
        drawn++;
    ck_assert_uint_ge(drawn, 1);
    ck_assert_uint_le(drawn, 6); /* the last update may come late on a busy machine */
}
END_TEST

START_TEST(test_progress_shows_nothing_of_what_is_quickly_done)
{
    char out[4096];
    read_screen(80, "training", 0, out, sizeof out);
    ck_assert_str_eq(out, "");
}
END_TEST

/* Plays out on a screen of one line, and returns the line without blanks at its end. */
static const char *play(const char *out, char *line, size_t columns)
{
    size_t at = 0;
    memset(line, ' ', columns);
    for (; *out != '\0'; out++) {
        if (*out == '\r') {
            at = 0;
            continue;
        }
        ck_assert_msg(at < columns, "the line runs over the terminal's edge");
        line[at++] = *out;
    }
    while (columns > 0 && line[columns - 1] == ' ')
        columns--;
    line[columns] = '\0';
    ck_assert_uint_eq(at, 0); /* the next writer begins at the left */
    return line;
}

START_TEST(test_progress_leaves_a_blank_line)
{
    char out[4096], line[81];
    read_screen(80, "training", 0.35, out, sizeof out);
    ck_assert_str_eq(play(out, line, 80), "");
}
END_TEST

START_TEST(test_progress_fits_a_narrow_terminal)
{
    char out[4096], line[21];
    read_screen(20, "a text that is longer than the terminal", 0.25, out, sizeof out);
    ck_assert_ptr_nonnull(strstr(out, "\ra text that is long"));
    ck_assert_str_eq(play(out, line, 20), "");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("progress");
    tcase_add_test(tests, test_progress_is_quiet_in_a_pipe);
    tcase_add_test(tests, test_progress_shows_a_bar_on_a_terminal);
    tcase_add_test(tests, test_progress_draws_at_most_ten_times_a_second);
    tcase_add_test(tests, test_progress_shows_nothing_of_what_is_quickly_done);
    tcase_add_test(tests, test_progress_leaves_a_blank_line);
    tcase_add_test(tests, test_progress_fits_a_narrow_terminal);
    return run_suite("progress", tests);
}
