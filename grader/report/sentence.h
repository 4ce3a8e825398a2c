/*
 * Sentences about a case. A result keeps what is known of it in parts (result.h); here they become
 * words, for one reader, at the last moment: what a reader may not see is never in a sentence of
 * his, so that nothing has to be cut out of it.
 */
#ifndef GRADER_SENTENCE_H
#define GRADER_SENTENCE_H

#include <jansson.h>
#include <stdbool.h>

/* What a reader may see of a case beside what came out and where. */
typedef struct reader {
    bool sees_expected; /* how it should have been, and with what it was called */
    bool sees_program;  /* the words that the program chose */
} reader;

/*
 * Says why the case c of a result did not pass, as far as r may see it: "" where it passed and
 * there is nothing to say. A new JSON text.
 */
json_t *sentence_of_case(const json_t *c, reader r) __attribute__((warn_unused_result));

/*
 * text, words of a stranger, as lines that nobody can take for ours: each begins with "  | " and
 * has at most QUOTE_WIDTH characters of text, broken at blanks where there are some. A new JSON
 * text without a newline at its end.
 */
enum { QUOTE_WIDTH = 76 };
json_t *quoted_text(const char *text) __attribute__((warn_unused_result));

#endif
