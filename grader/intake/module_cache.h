/*
 * What was compiled before: a folder with a folder for each module that built, named by the hash of
 * all that its objects depend on. It belongs to the grader; no box sees it. It may be removed at
 * any time, and several graders may use it at once, on one machine or on several.
 *
 * A single grading has none, nor has a student's tree (unboxed_intake.c).
 */
#ifndef GRADER_MODULE_CACHE_H
#define GRADER_MODULE_CACHE_H

#include "compile.h"

/* With this begins the name of what is being added; left by a grader that was killed, it may go. */
#define MODULE_CACHE_NEW ".new-"

typedef struct module_cache {
    const course *course;
    bool used;
    char shared[65]; /* the hash of what all modules' objects depend on */
} module_cache;

/*
 * Opens into m the folder that c names as its cache, for what that compiler makes in the sandbox
 * layers given. Where there is none, or it cannot be used, m is empty and keeps nothing.
 */
void module_cache_open(const course *c, const char *compiler, unsigned layers, module_cache *m);

/*
 * Copies what m has of the module source to the folder into. False when that is nothing, or
 * damaged, and into has nothing of it then.
 */
bool module_cache_fetch(const module_cache *m, const module_source *source, const char *into)
    __attribute__((warn_unused_result));

/* Adds the files of the module source, which builds, to m from the folder from. */
void module_cache_store(const module_cache *m, const module_source *source, const char *from);

#endif
