/*
 * The book of a class: a folder with book.sqlite, in which is who handed in what and every result that
 * a grading gave, and results/, with each grading's result.json and report.html. README.md has the
 * tables.
 *
 * Results are only ever added. A row is added when all of a grading is on the disk; whatever is in
 * results/ without a row is of a grading that did not end, and goes when the book is opened again.
 */
#ifndef GRADER_BOOK_H
#define GRADER_BOOK_H

#include <jansson.h>
#include <sqlite3.h>

#include "roster.h"

enum { BOOK_VERSION = 1, HASH_TEXT = 65 };

typedef struct book {
    sqlite3 *database;
    path_text folder;
    int lock; /* -1: for reading only */
} book;

/*
 * Opens the book in folder, which is made where there is none, for writing, and removes what gradings
 * that did not end left. False and e when somebody else has it open for writing (e says who), it is of
 * another version, or cannot be written.
 */
bool book_open(const char *folder, book *b, error *e) __attribute__((warn_unused_result));

/* Opens a book that is there for reading, beside one who writes. */
bool book_open_to_read(const char *folder, book *b, error *e) __attribute__((warn_unused_result));

void book_close(book *b);

/* ---- SQL ---- */

/* Prepares a statement of ours; one that is wrong stops the program. Ended by sqlite3_finalize. */
sqlite3_stmt *book_prepare(const book *b, const char *sql);

/* Runs statement to its end and finalizes it. False and e when the book cannot take it. */
bool book_run(const book *b, sqlite3_stmt *statement, error *e) __attribute__((warn_unused_result));

/* Begins a change that is made whole or not at all; ended by COMMIT, or ROLLBACK on an error. */
bool book_execute(const book *b, const char *sql, error *e) __attribute__((warn_unused_result));

/* The rows of a statement that has no parameters, as an array of objects by the columns' names. */
json_t *book_rows(const book *b, const char *sql) __attribute__((warn_unused_result));

/* The first column of the first row of a statement without parameters as a number; 0 without a row. */
int64_t book_number(const book *b, const char *sql);

/* ---- what stands in it ---- */

/* The value of a setting ("assignment", "seed", "due"), in a buffer of size bytes; "" if none. */
const char *book_setting(const book *b, const char *name, char *value, size_t size);
bool book_set(const book *b, const char *name, const char *value, error *e)
    __attribute__((warn_unused_result));

/*
 * Notes who is in the class and what was handed in: those of roster become students (none leaves), each
 * hand-in a submission with the hash of its content, of a student who may be a stranger to the roster.
 * Which of a student's submissions counts is decided anew: the last one before due, or, where all are
 * late, the last; due 0: there is no deadline.
 */
bool book_note_class(const book *b, const roster *r, const hand_in_list *all, time_t due, error *e)
    __attribute__((warn_unused_result));

/*
 * Adds what a grading of submission gave: result, whose files are in results/folder. In one
 * transaction, with its questions, cases and the end of the attempt in the journal.
 */
bool book_add_result(const book *b, int64_t submission, int64_t attempt, const char *content,
                     const char *folder, double seconds, const json_t *result, error *e)
    __attribute__((warn_unused_result));

/* Notes in the journal that a grading of submission begins; its number is in *attempt. */
bool book_begin_attempt(const book *b, int64_t submission, int64_t *attempt, error *e)
    __attribute__((warn_unused_result));

/* Notes that it ended without a result: why, and whether it was the submission that ended it. */
bool book_end_attempt(const book *b, int64_t attempt, const char *reason, bool died, error *e)
    __attribute__((warn_unused_result));

/* SHA-256, in hexadecimal, over all counted submissions' results without timings and machine. */
bool book_hash(const book *b, char hash[HASH_TEXT], error *e) __attribute__((warn_unused_result));

#endif
