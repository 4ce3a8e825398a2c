/*
 * What a class handed in: the entries of a folder, under the names that learning management systems
 * give them.
 */
#ifndef GRADER_HAND_IN_H
#define GRADER_HAND_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "error.h"
#include "path.h"

/* Who named an entry. */
typedef enum hand_in_source {
    FROM_CANVAS,     /* lastnamefirst_[LATE_]USER_SUBMISSION_file[-N].zip */
    FROM_MOODLE,     /* Name_NUMBER_assignsubmission_file_ */
    FROM_GRADESCOPE, /* submission_NUMBER, described in submission_metadata.yml */
    FROM_CLASSROOM,  /* a git clone called ASSIGNMENT-username */
    FROM_FOLDER,     /* any other folder or archive: its name is the student's */
} hand_in_source;

/* What results and pages call them: "Canvas", ... */
extern const char *const hand_in_sources[];

enum { HAND_IN_NAME = 256 };

/* One hand-in. Texts are UTF-8 whatever the names are. */
typedef struct hand_in {
    path_text path; /* the folder or archive, as the file system has it */
    hand_in_source source;
    char student[HAND_IN_NAME]; /* one word that tells students apart: a number or a name */
    char name[HAND_IN_NAME];    /* what people call the student, as far as the entry says */
    char email[HAND_IN_NAME];   /* "" where the entry does not say */
    char number[64];            /* the system's number of the student, or "" */
    unsigned attempt;           /* 0 for the first, by the entry's name */
    bool marked_late;           /* the entry's name says so */
    time_t submitted;           /* 0: the entry does not say */
    unsigned member;            /* of the group that handed it in; 0: the first, or the only one */
} hand_in;

typedef struct hand_in_list {
    hand_in *list;
    size_t count;
    char (*unknown)[HAND_IN_NAME]; /* entries that are no hand-in: reported, never graded */
    size_t unknown_count;
} hand_in_list;

/*
 * Reads the names in folder into all, ordered by student and attempt. A folder, or a file that may
 * be an archive or a module, is a hand-in, and one of each member of a group; hidden entries and
 * other files are unknown. False and e when the folder cannot be read or holds no hand-in.
 */
bool hand_ins_find(const char *folder, hand_in_list *all, error *e)
    __attribute__((warn_unused_result));

/* An empty hand-in more in all. Pointers into its list are void then. */
hand_in *hand_ins_add(hand_in_list *all);

/* Frees what all holds. */
void hand_ins_clear(hand_in_list *all);

/*
 * Copies bytes, a file's name for example, into text of size bytes as one line of UTF-8: what is
 * not UTF-8, and control characters, become '?'. Returns text.
 */
char *readable_line(const char *bytes, char *text, size_t size);

#endif
