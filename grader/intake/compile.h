/*
 * Compiling the modules of a submission, each in a box of its own, which can write nothing but what
 * it makes of that module: one that breaks the compiler changes no other module's objects, and
 * none that a later submission is given.
 */
#ifndef GRADER_COMPILE_H
#define GRADER_COMPILE_H

#include "course.h"
#include "submission.h"

enum { MODULE_FILES = 8, MODULE_FILE = 80 };

/* The names of the files of a module that builds. */
typedef struct module_files {
    size_t count;
    char names[MODULE_FILES][MODULE_FILE];
} module_files;

/*
 * Compiles what s has of c's modules, or copies what was compiled before from c's cache, in the
 * private folder workspace with the sandbox layers given; compiler is what it calls itself. Writes
 * to the folder into, which exists, for each of them NAME.log with the compiler's words, and
 * NAME.failed, or NAME.built and what module_files_of lists. False and e when that could not be
 * done, which is our fault and not the student's.
 */
bool compile_modules(const course *c, const submission *s, const char *workspace, const char *into,
                     const char *compiler, unsigned layers, error *e)
    __attribute__((warn_unused_result));

/* Whether the workers of c's assignment are built in the variant called so: "double" ... */
bool base_has_variant(const course *c, const char *variant);

/* The files that a module called name of c has when it builds. */
module_files module_files_of(const course *c, const char *name);

/*
 * Copies the files from one folder, whose content is trusted as little as its maker, into another.
 * False when one of them is missing, no plain file, or cannot be written.
 */
bool module_files_copy(const module_files *files, const char *from, const char *into)
    __attribute__((warn_unused_result));

/*
 * Leaves word in the folder into that the module called name does not build, and why, as the
 * scripts do.
 */
void fail_module(const char *into, const char *name, const char *why);

#endif
