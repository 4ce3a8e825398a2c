/*
 * Where the course lies on this machine.
 */
#ifndef GRADER_COURSE_H
#define GRADER_COURSE_H

#include "path.h"

typedef struct course {
    path_text root;  /* the folder of the top Makefile */
    path_text build; /* where workers are built: build/workers */
    path_text cache; /* of compiled modules (module_cache.h); "": none */
    unsigned assignment;
} course;

#endif
