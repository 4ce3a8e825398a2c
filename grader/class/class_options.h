/*
 * The options of the class program.
 */
#ifndef GRADER_CLASS_OPTIONS_H
#define GRADER_CLASS_OPTIONS_H

#include "class_grading.h"
#include "course_options.h"

typedef struct class_options {
    const char *command; /* grade, report ...; NULL: none was given */
    const char *submissions, *book, *roster, *due, *late, *grader;
    const char *format, *out, *column;
    const char *group, *sentence, *shard;
    unsigned long assignment, jobs; /* jobs 0: not given */
    class_engine engine;
    bool names, accept;
    course_options shared;
} class_options;

/*
 * Reads the argc words of argv into o; what is not given is NULL, 0 or false, but assignment is 1,
 * and format "csv". Ends the program with a line and status 2 where a word is none.
 */
void class_options_read(int argc, char **argv, class_options *o);

#endif
