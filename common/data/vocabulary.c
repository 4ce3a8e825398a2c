/* The words of captions and their numbers. */
#include "vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "contract.h"
#include "whole_file.h"

enum { MOST_WORDS = 1 << 20, LARGEST_FILE = 1 << 26 };

/* Memory for count things of size bytes, or no program. */
static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL)
        contract_failed("vocabulary", "no memory for %zu words", count);
    return memory;
}

void vocabulary_clear(vocabulary *v)
{
    for (size_t i = 0; v->words != NULL && i < v->count; i++)
        free(v->words[i]);
    free(v->words);
    free(v->sorted);
    *v = (vocabulary){0};
}

static int by_word(const void *a, const void *b, void *words)
{
    char *const *text = words;
    return strcmp(text[*(const uint32_t *)a], text[*(const uint32_t *)b]);
}

static void sort_words(vocabulary *v)
{
    for (size_t i = 0; i < v->count; i++)
        v->sorted[i] = (uint32_t)i;
    qsort_r(v->sorted, v->count, sizeof *v->sorted, by_word, v->words);
}

/* The number of word, or v->count where it is not there: binary search. */
static size_t find(const vocabulary *v, const char *word)
{
    size_t low = 0, high = v->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(word, v->words[v->sorted[middle]]);
        if (order == 0)
            return v->sorted[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return v->count;
}

uint32_t vocabulary_find(const vocabulary *v, const char *word)
{
    size_t number = find(v, word);
    return number < v->count ? (uint32_t)number : v->unk;
}

static bool check_words(const vocabulary *v, const char *name, error *e)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->words[i][0] == '\0' || strpbrk(v->words[i], " \t\r") != NULL)
            return error_set(e, "%s: word %zu is empty or has a space in it; one word per line",
                             name, i);
    for (size_t i = 1; i < v->count; i++)
        if (strcmp(v->words[v->sorted[i - 1]], v->words[v->sorted[i]]) == 0)
            return error_set(e, "%s: the word %s occurs twice", name, v->words[v->sorted[i]]);
    return true;
}

static bool find_special(vocabulary *v, const char *name, error *e)
{
    static const char *const names[] = {"<NULL>", "<START>", "<END>", "<UNK>"};
    uint32_t *const numbers[] = {&v->null, &v->start, &v->end, &v->unk};
    for (size_t i = 0; i < 4; i++) {
        size_t number = find(v, names[i]);
        if (number == v->count)
            return error_set(e, "%s: the word %s is missing; a vocabulary has it", name, names[i]);
        *numbers[i] = (uint32_t)number;
    }
    return true;
}

bool vocabulary_make(vocabulary *v, const char *name, const char *const *words, size_t count,
                     error *e)
{
    *v = (vocabulary){.count = count,
                      .words = allocate(count, sizeof *v->words),
                      .sorted = allocate(count, sizeof *v->sorted)};
    for (size_t i = 0; i < count; i++) {
        size_t bytes = strlen(words[i]) + 1;
        v->words[i] = allocate(bytes, 1);
        memcpy(v->words[i], words[i], bytes);
    }
    sort_words(v);
    if (check_words(v, name, e) && find_special(v, name, e))
        return true;
    vocabulary_clear(v);
    return false;
}

/* Cuts text, of length bytes, at its line ends, and notes where each line begins; their number. */
static size_t cut_lines(char *text, size_t length, const char **lines)
{
    size_t count = 0;
    for (size_t begin = 0; begin < length;) {
        char *end = memchr(text + begin, '\n', length - begin);
        lines[count++] = text + begin;
        if (end == NULL)
            break;
        *end = '\0';
        begin = (size_t)(end - text) + 1;
    }
    return count;
}

static bool make_of_bytes(vocabulary *v, const char *path, const uint8_t *bytes, size_t length,
                          error *e)
{
    size_t most = 1;
    for (size_t i = 0; i < length; i++)
        most += bytes[i] == '\n';
    if (most > MOST_WORDS || memchr(bytes, '\0', length) != NULL)
        return error_set(e, "%s: no vocabulary: a text of one word per line", path);
    char *text = allocate(length + 1, 1); /* ends with a zero */
    const char **lines = allocate(most, sizeof *lines);
    memcpy(text, bytes, length);
    size_t count = cut_lines(text, length, lines);
    bool made = vocabulary_make(v, path, lines, count, e);
    free(lines);
    free(text);
    return made;
}

bool vocabulary_load(vocabulary *v, const char *path, error *e)
{
    uint8_t *bytes;
    size_t length;
    *v = (vocabulary){0};
    if (!whole_file_read(path, LARGEST_FILE, &bytes, &length, e))
        return false;
    bool made = make_of_bytes(v, path, bytes, length, e);
    free(bytes);
    return made;
}

bool vocabulary_save(const vocabulary *v, const char *path, error *e)
{
    atomic_file out;
    if (!atomic_file_open(&out, path, e))
        return false;
    for (size_t i = 0; i < v->count; i++)
        fprintf(out.stream, "%s\n", v->words[i]);
    return atomic_file_commit(&out, e);
}

const char *sentence_text(const vocabulary *v, const uint32_t *words, size_t length, char *text,
                          size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t t = 0; t < length && words[t] != v->end && used < size; t++) {
        if (words[t] == v->null || words[t] == v->start)
            continue;
        const char *word = words[t] < v->count ? v->words[words[t]] : "?";
        used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? " " : "", word);
    }
    return text;
}

void sentence_encode(const vocabulary *v, const char *text, uint32_t *words, size_t length)
{
    char word[64];
    int used;
    size_t t = 0;
    if (length < 2)
        contract_failed(__func__, "length is %zu, should be 2 or more", length);
    words[t++] = v->start;
    for (; t + 1 < length && sscanf(text, " %63[^ ]%n", word, &used) == 1; text += used)
        words[t++] = vocabulary_find(v, word);
    words[t++] = v->end;
    while (t < length)
        words[t++] = v->null;
}
