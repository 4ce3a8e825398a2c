/* Reading the options of the class program. */
#include "class_options.h"

#include <argp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_GRADER = 1000,
    OPTION_COLUMN,
    OPTION_NAMES,
    OPTION_ACCEPT,
    OPTION_GROUP,
    OPTION_SENTENCE,
    OPTION_ENGINE,
    OPTION_SHARD,
    OPTION_LATE
};

static const struct argp_option option_list[] = {
    {"assignment", 'a', "N", 0, "which assignment the class handed in", 0},
    {"submissions", 's', "DIR", 0, "what it handed in: a folder of folders and archives", 0},
    {"book", 'b', "DIR", 0, "the class's book", 0},
    {"roster", 'r', "FILE", 0, "who is in the class, as CSV", 0},
    {"due", 'd', "MOMENT", 0, "the deadline, as 2026-10-14T23:59:00+02:00", 0},
    {"late", OPTION_LATE, "FILE", 0, "the rule by which late submissions lose points", 0},
    {"jobs", 'j', "N", 0, "how many submissions are graded at a time", 0},
    {"engine", OPTION_ENGINE, "NAME", 0, "where graders run: local, or slurm for a cluster", 0},
    {"shard", OPTION_SHARD, "FILE", 0, "the work of a task of the cluster", 0},
    {"format", 'f', "NAME", 0, "of the gradebook", 0},
    {"column", OPTION_COLUMN, "TITLE", 0, "the assignment's title in the gradebook", 0},
    {"out", 'o', "PATH", 0, "the file, or the folder, to write", 0},
    {"names", OPTION_NAMES, NULL, 0, "the class's page names students", 0},
    {"group", OPTION_GROUP, "CASE:GOT", 0, "a group of equal wrong results", 0},
    {"sentence", OPTION_SENTENCE, "TEXT", 0, "what those who are in it read; empty: no more", 0},
    {"accept", OPTION_ACCEPT, NULL, 0, "a regrading's results count from now on", 0},
    {"grader", OPTION_GRADER, "FILE", 0, "the program that grades one submission", 0},
    {0},
};

/* Those that are taken as they stand. */
static const struct {
    int key;
    size_t place; /* in class_options */
} texts[] = {{'s', offsetof(class_options, submissions)},
             {'b', offsetof(class_options, book)},
             {'r', offsetof(class_options, roster)},
             {'d', offsetof(class_options, due)},
             {'f', offsetof(class_options, format)},
             {'o', offsetof(class_options, out)},
             {OPTION_LATE, offsetof(class_options, late)},
             {OPTION_COLUMN, offsetof(class_options, column)},
             {OPTION_GROUP, offsetof(class_options, group)},
             {OPTION_SENTENCE, offsetof(class_options, sentence)},
             {OPTION_SHARD, offsetof(class_options, shard)},
             {OPTION_GRADER, offsetof(class_options, grader)}};

static unsigned long number(struct argp_state *state, const char *name, const char *text,
                            unsigned long least, unsigned long most)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value < least || value > most)
        argp_failure(state, 2, 0, "%s=%s: should be a whole number from %lu to %lu", name, text,
                     least, most);
    return value;
}

static class_engine engine(struct argp_state *state, const char *name)
{
    if (strcmp(name, "local") != 0 && strcmp(name, "slurm") != 0)
        argp_failure(state, 2, 0, "ENGINE=%s: should be local or slurm", name);
    return strcmp(name, "slurm") == 0 ? ENGINE_SLURM : ENGINE_LOCAL;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    class_options *o = state->input;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (key == texts[i].key) {
            memcpy((char *)o + texts[i].place, &value, sizeof value);
            return 0;
        }
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->shared;
        return 0;
    case 'a':
        o->assignment = number(state, "ASSIGNMENT", value, 1, 9);
        return 0;
    case 'j':
        o->jobs = number(state, "JOBS", value, 1, 64);
        return 0;
    case OPTION_NAMES:
        o->names = true;
        return 0;
    case OPTION_ACCEPT:
        o->accept = true;
        return 0;
    case OPTION_ENGINE:
        o->engine = engine(state, value);
        return 0;
    case ARGP_KEY_ARG:
        if (o->command != NULL)
            argp_error(state, "unexpected word: %s", value);
        o->command = value;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void class_options_read(int argc, char **argv, class_options *o)
{
    static const struct argp parser = {option_list,
                                       parse_option,
                                       "grade|regrade|status|gradebook|report|similar|name",
                                       "Grades a class, and tells what is in its book.",
                                       course_options_child,
                                       NULL,
                                       NULL};
    *o = (class_options){
        .assignment = 1, .format = "csv", .column = "", .shared = course_options_default(1)};
    argp_parse(&parser, argc, argv, 0, NULL, o);
}
