/*
 * Vocabularies: the words of captions and their numbers, and sentences as text.
 *
 * Word i of a vocabulary is the text words[i]. Four of them are special: <NULL> fills a row after
 * the sentence, <START> and <END> stand around it, <UNK> stands for each word that is not known. In
 * a file, word i is line i + 1.
 */
#ifndef COMMON_VOCABULARY_H
#define COMMON_VOCABULARY_H

#include "captions.h"
#include "error.h"

typedef struct vocabulary {
    size_t count;
    char **words;                   /* count */
    uint32_t *sorted;               /* count: the numbers, by their words' alphabet */
    uint32_t null, start, end, unk; /* the numbers of the special words */
} vocabulary;

/*
 * The vocabulary of the count words at words, which are copied, into v. False and e, which begins
 * with name, when a special word is missing, a word occurs twice, or one is empty or has a space in
 * it; v is then empty.
 */
bool vocabulary_make(vocabulary *v, const char *name, const char *const *words, size_t count,
                     error *e) __attribute__((warn_unused_result));

/*
 * Reads the vocabulary in the text file path, one word per line, into v. False and e for what
 * vocabulary_make refuses, and when the file cannot be read; v is then empty.
 */
bool vocabulary_load(vocabulary *v, const char *path, error *e) __attribute__((warn_unused_result));

/* Writes v to the file path, one word per line. False and e when that fails. */
bool vocabulary_save(const vocabulary *v, const char *path, error *e)
    __attribute__((warn_unused_result));

/* Frees what v holds and empties it; an empty vocabulary ({0}) is fine. */
void vocabulary_clear(vocabulary *v);

/* The number of word in v; that of <UNK> where it is not there. */
uint32_t vocabulary_find(const vocabulary *v, const char *word);

/*
 * The sentence in length words of a row, as text of at most size bytes, cut to fit, and returned:
 * the words with spaces between them, without <START> and <NULL>, up to the first <END>. A number
 * that is no word of v becomes "?".
 */
const char *sentence_text(const vocabulary *v, const uint32_t *words, size_t length, char *text,
                          size_t size);

/*
 * The way back: writes <START>, the numbers that text's words have in v, <END>, and <NULL> up to
 * length, to words. A longer sentence loses its last words; length is 2 or more. Spaces stand
 * between words.
 */
void sentence_encode(const vocabulary *v, const char *text, uint32_t *words, size_t length);

#endif
