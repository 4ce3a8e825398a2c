/*
 * The book of a class: a folder with book.sqlite, in which is who handed in what and every result
 * that a grading gave, and results/, with each grading's result.json and report.html. README.md has
 * the tables.
 *
 * Results are only ever added. A row is added when all of a grading is on the disk; whatever is in
 * results/ without a row is of a grading that is running, or that was killed: class_run.h.
 */
#ifndef GRADER_BOOK_H
#define GRADER_BOOK_H

#include <jansson.h>
#include <sqlite3.h>

#include "roster.h"

enum { BOOK_VERSION = 3, HASH_TEXT = 65 };

typedef struct book {
    sqlite3 *database;
    path_text folder;
    int lock; /* -1: for reading only */
} book;

/*
 * Opens the book in folder for writing into *b, and makes one where there is none. False and e when
 * another process has it open for writing (e says which), when it is of another version, or when it
 * cannot be written.
 */
bool book_open(const char *folder, book *b, error *e) __attribute__((warn_unused_result));

/*
 * Opens the book in folder for reading into *b, beside a process that may be writing it. False and
 * e when there is none, or it cannot be read.
 */
bool book_open_to_read(const char *folder, book *b, error *e) __attribute__((warn_unused_result));

/* Closes b; others may write it then. */
void book_close(book *b);

/* ---- SQL ---- */

/*
 * Prepares sql, a statement of ours, in b; one that is wrong stops the program. Ended by
 * sqlite3_finalize.
 */
sqlite3_stmt *book_prepare(const book *b, const char *sql);

/* Runs statement to its end and finalizes it. False and e when the book b cannot take it. */
bool book_run(const book *b, sqlite3_stmt *statement, error *e) __attribute__((warn_unused_result));

/* Runs the statements sql in b. False and e when one of them fails. */
bool book_execute(const book *b, const char *sql, error *e) __attribute__((warn_unused_result));

/*
 * The rows that sql, a statement without parameters, gives in b, as a new array of objects with the
 * columns' names.
 */
json_t *book_rows(const book *b, const char *sql) __attribute__((warn_unused_result));

/* The number in the first column of the first row that sql gives in b; 0 without a row. */
int64_t book_number(const book *b, const char *sql);

/* ---- what stands in it ---- */

/*
 * Copies the setting of b called name ("assignment", "seed", "due" ...) into value, of size bytes,
 * and returns value; "" if it is not set.
 */
const char *book_setting(const book *b, const char *name, char *value, size_t size);

/* Gives the setting of b called name the value. False and e when the book cannot be written. */
bool book_set(const book *b, const char *name, const char *value, error *e)
    __attribute__((warn_unused_result));

/*
 * Notes in b who is in the class and what was handed in. The rows of r become students; none is
 * ever removed. Each hand-in of all becomes a submission with the hash of its content, of a student
 * of the roster or of a stranger. Decides which of a student's submissions counts: the last one
 * before due, or, where all are late, the last; due 0 means no deadline. False and e when a hand-in
 * cannot be read or the book cannot be written; nothing is noted then.
 */
bool book_note_class(const book *b, const roster *r, const hand_in_list *all, time_t due, error *e)
    __attribute__((warn_unused_result));

/*
 * Gives the group of b's results that returned the same in the case called case_name, as alike or
 * got say (README.md), and that no known mistake explains, a sentence, which their reports carry
 * from now on; an empty one takes it away. False and e when there is no such group, or the book
 * cannot be written.
 */
bool book_name_group(const book *b, const char *case_name, const char *alike, const char *sentence,
                     error *e) __attribute__((warn_unused_result));

/* The sentence of b's group of alike in case_name, as a new JSON text; NULL: nobody gave it one. */
json_t *book_group_name(const book *b, const char *case_name, const char *alike)
    __attribute__((warn_unused_result));

/*
 * Adds to b what a grading of submission gave, in one transaction: result, whose files are in
 * results/folder, with its questions and cases, and the end of attempt in the journal.
 * content is the hash of what was graded, seconds how long that took. False and e when the book
 * cannot be written.
 */
bool book_add_result(const book *b, int64_t submission, int64_t attempt, const char *content,
                     const char *folder, double seconds, const json_t *result, error *e)
    __attribute__((warn_unused_result));

/*
 * Notes in the journal of b that a grading of submission by the course of that hash begins, and
 * writes its number into *attempt. False and e when the book cannot be written.
 */
bool book_begin_attempt(const book *b, int64_t submission, const char *course, int64_t *attempt,
                        error *e) __attribute__((warn_unused_result));

/*
 * Notes in the journal of b that attempt ended: the reason where it gave no result, else NULL, and
 * whether its grader died. False and e when the book cannot be written.
 */
bool book_end_attempt(const book *b, int64_t attempt, const char *reason, bool died, error *e)
    __attribute__((warn_unused_result));

/*
 * Writes SHA-256, in hexadecimal, of the latest results of all submissions in b that count, without
 * timings and machine, into hash. False and e when a result cannot be read.
 */
bool book_hash(const book *b, char hash[HASH_TEXT], error *e) __attribute__((warn_unused_result));

#endif
