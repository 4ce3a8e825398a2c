/*
 * Plots: how gnuplot is run to draw them. What it is told is in plot_commands.c.
 *
 * Theory of operation. plot_save makes a private folder with
 *
 *   data     the points of each series, a block each, two blank lines after it
 *   texts    the texts, as lines "number of the text, number of the byte"
 *   panels   the commands that draw, in which a text is only a variable T[7]
 *   start    the first commands: they read texts into T, and then the panels
 *
 * and runs `gnuplot -d -c start FOLDER`, which writes FOLDER/picture; what it says goes to
 * FOLDER/messages. The picture is then put in its place and the folder removed.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "atomic_file.h"
#include "plot_parts.h"

extern char **environ; /* NOLINT: which macOS does not declare */

/* The path of a file in the private folder. */
static const char *path_in(const char *folder, const char *name, char path[PLOT_PATH_SIZE])
{
    snprintf(path, PLOT_PATH_SIZE, "%s/%s", folder, name);
    return path;
}

/* Puts gnuplot's last words into words: the last line of its messages that is not empty. */
static void read_last_words(const char *folder, char *words, size_t size)
{
    char path[PLOT_PATH_SIZE], line[256];
    snprintf(words, size, "it said nothing");
    FILE *file = fopen(path_in(folder, "messages", path), "r");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[strspn(line, " \t")] != '\0')
            snprintf(words, size, "%s", line);
    }
    fclose(file);
}

/* Starts gnuplot; returns what posix_spawnp does. */
static int start_gnuplot(const char *folder, pid_t *process)
{
    char start[PLOT_PATH_SIZE], messages[PLOT_PATH_SIZE], argument[PLOT_FOLDER_SIZE];
    char program[] = "gnuplot", no_own_settings[] = "-d", call[] = "-c";
    snprintf(argument, sizeof argument, "%s", folder);
    path_in(folder, "start", start);
    path_in(folder, "messages", messages);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, messages, O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    char *arguments[] = {program, no_own_settings, call, start, argument, NULL};
    int failure = posix_spawnp(process, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static bool run_gnuplot(const char *folder, error *e)
{
    pid_t process;
    int status;
    int failure = start_gnuplot(folder, &process);
    if (failure == ENOENT)
        return error_set(e,
                         "gnuplot, which draws the plots, is not installed; on Debian and Ubuntu "
                         "'apt-get install gnuplot-nox' does it, on macOS 'brew install gnuplot'");
    if (failure != 0)
        return error_set(e, "gnuplot cannot be started: %s", strerror(failure));
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return error_set(e, "gnuplot got lost: %s", strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    char words[256];
    read_last_words(folder, words, sizeof words);
    return error_set(e, "gnuplot could not draw the plot: %s", words);
}

/* Puts the picture in its place. */
static bool deliver(const char *folder, const char *path, error *e)
{
    char picture[PLOT_PATH_SIZE], block[1 << 14];
    atomic_file out;
    FILE *in = fopen(path_in(folder, "picture", picture), "rb");
    if (in == NULL)
        return error_set(e, "gnuplot drew nothing: %s: %s", picture, strerror(errno));
    if (!atomic_file_open(&out, path, e)) {
        fclose(in);
        return false;
    }
    size_t count;
    while ((count = fread(block, 1, sizeof block, in)) > 0)
        fwrite(block, 1, count, out.stream);
    bool whole = ferror(in) == 0;
    fclose(in);
    if (whole)
        return atomic_file_commit(&out, e);
    atomic_file_abandon(&out);
    return error_set(e, "%s: cannot be read", picture);
}

static bool make_folder(char folder[PLOT_FOLDER_SIZE], error *e)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    int length = snprintf(folder, PLOT_FOLDER_SIZE, "%s/plot-XXXXXX", parent);
    if (length < 0 || length >= PLOT_FOLDER_SIZE)
        return error_set(e, "the name of the folder in TMPDIR is too long");
    if (mkdtemp(folder) == NULL)
        return error_set(e, "%s: cannot make a folder for a plot: %s; set TMPDIR to another place",
                         parent, strerror(errno));
    return true;
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"start", "data", "texts", "panels", "messages", "picture"};
    char path[PLOT_PATH_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_in(folder, names[i], path));
    rmdir(folder);
}

/* gnuplot's name for what draws a file with path's ending; NULL for an unknown one. */
static const char *terminal_for(const char *path)
{
    const char *ending = strrchr(path, '.');
    if (ending != NULL && strcmp(ending, ".png") == 0)
        return "pngcairo";
    return ending != NULL && strcmp(ending, ".svg") == 0 ? "svg" : NULL;
}

bool plot_save(const plot *p, const char *path, error *e)
{
    char folder[PLOT_FOLDER_SIZE];
    const char *terminal = terminal_for(path);
    if (terminal == NULL)
        return error_set(e, "%s: a plot's name ends in .png or .svg", path);
    if (!make_folder(folder, e))
        return false;
    bool done = plot_write_inputs(p, terminal, folder, e) && run_gnuplot(folder, e) &&
                deliver(folder, path, e);
    remove_folder(folder);
    return done;
}
