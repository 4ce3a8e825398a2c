/*
 * The roster: who is in the class, from the CSV file that a learning management system exports.
 */
#ifndef GRADER_ROSTER_H
#define GRADER_ROSTER_H

#include "hand_in.h"

/* What is known of a student; "" where the roster has no such column. */
typedef struct roster_row {
    char name[HAND_IN_NAME]; /* Student, Name, Full name; or First Name and Last Name together */
    char first[HAND_IN_NAME], last[HAND_IN_NAME];
    char id[64];     /* ID (Canvas), Identifier (Moodle: Participant 123), student_id */
    char sis_id[64]; /* SIS User ID, SID, ID number */
    char login[128]; /* SIS Login ID, Username */
    char email[HAND_IN_NAME];
    char github[128]; /* github_username */
    char section[128];
} roster_row;

typedef struct roster {
    roster_row *rows;
    size_t count;
} roster;

/*
 * Reads into r the CSV file path, with commas or semicolons, whose first line names the columns:
 * Canvas's gradebook, Moodle's grading worksheet, Gradescope's and GitHub Classroom's rosters, or a
 * file with such columns. Canvas's rows that are no students are left out. False and e when it
 * cannot be read, names no column that tells students apart, or has no student.
 */
bool roster_read(const char *path, roster *r, error *e) __attribute__((warn_unused_result));

/* Frees what r holds. */
void roster_clear(roster *r);

/* The row in r of the student who handed in h, by number, address, login or full name; or NULL. */
const roster_row *roster_find(const roster *r, const hand_in *h);

/* What tells the student in row from others: the first of id, email, login, ... that is there. */
const char *roster_key(const roster_row *row);

#endif
