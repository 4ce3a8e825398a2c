/*
 * Running a script of build-tools in the tool box.
 */
#ifndef GRADER_BUILD_SCRIPT_H
#define GRADER_BUILD_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "course.h"
#include "error.h"
#include "sandbox.h"

enum { MAX_PLACES = 6 };

/* A folder that the script reads or writes, by the name of its variable. */
typedef struct script_place {
    const char *variable, *inside; /* "OUT", "/out" */
    path_text outside;
    bool writable;
} script_place;

typedef struct build_script {
    const char *name;             /* of its file in build-tools */
    const char *const *arguments; /* ended by NULL */
    script_place places[MAX_PLACES];
    size_t place_count;
    double seconds; /* of the clock, then it is ended */
} build_script;

typedef enum script_end { SCRIPT_DONE, SCRIPT_OUT_OF_TIME, SCRIPT_FAILED } script_end;

/* Adds to s the folder outside, which the script knows as variable, and which lies at inside. */
void build_script_see(build_script *s, const char *variable, const char *inside, path_text outside);

/* The same for a folder that it may write, too: s, variable, inside and outside as above. */
void build_script_write(build_script *s, const char *variable, const char *inside,
                        path_text outside);

/*
 * Starts s for the assignment of c in the tool box, with the layers given, and notes in running
 * what ends it. The script knows ROOM, TOOLS and its places. False and e when it cannot be started.
 */
bool build_script_start(const build_script *s, const course *c, unsigned layers,
                        running_tool *running, error *e) __attribute__((warn_unused_result));

/* Waits for running. Unless it was done, e says why. */
script_end build_script_end(const running_tool *running, error *e);

/* Both: runs s for c with the layers given; e says why it was not done. */
script_end build_script_run(const build_script *s, const course *c, unsigned layers, error *e);

/* The path from the root, of one that exists: scripts change their folder. */
path_text absolute_path(const char *path);

/* Makes the folder path, which whoever runs in a box may write. False and e when that fails. */
bool make_open_folder(const char *path, error *e) __attribute__((warn_unused_result));

/* Whether the folder has a file, no link, that is called name and ending. */
bool file_is_in(const char *folder, const char *name, const char *ending);

/* Reads the beginning of the folder's file name.log into text, of size bytes; "" without one. */
void read_log(const char *folder, const char *name, char *text, size_t size);

#endif
