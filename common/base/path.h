/*
 * Paths: text of bounded length, made with printf's formats.
 */
#ifndef GRADER_PATH_H
#define GRADER_PATH_H

typedef struct path_text {
    char text[768];
} path_text;

/*
 * The path that format and what follows make, as printf does. Stops the program when it is too
 * long.
 */
path_text path_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
