/*
 * Reading sentences about scenes: the grammar of scene_sentences.h, by recursive descent, and then
 * the question whether the scene is as they say.
 */
#include <stdio.h>
#include <string.h>

#include "scene_sentences.h"

enum { MOST_WORDS = 32, WORD_BYTES = 16, ANY = -1 };

/* A sentence cut into words, and how far it is read. */
typedef struct reader {
    size_t count, at;
    char words[MOST_WORDS][WORD_BYTES];
} reader;

typedef struct phrase {
    size_t count;                /* 1, 2 or 3 */
    int large, shape;            /* ANY where it is not said */
    bool colours[SCENE_COLOURS]; /* which it may have */
} phrase;

typedef enum relation { NO_RELATION, TOGETHER, LEFT, RIGHT, ABOVE, BELOW, INSIDE } relation;

typedef struct statement {
    phrase first, second;
    relation relation; /* NO_RELATION: there is no second phrase */
} statement;

/* False where a word is longer than any that we know, or there are too many. */
static bool cut_words(const char *sentence, reader *r)
{
    r->count = r->at = 0;
    for (const char *at = sentence + strspn(sentence, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (r->count == MOST_WORDS || length >= WORD_BYTES)
            return false;
        snprintf(r->words[r->count++], WORD_BYTES, "%.*s", (int)length, at);
        at += length;
    }
    return true;
}

/* The word that comes next; "" at the end. */
static const char *next(const reader *r)
{
    return r->at < r->count ? r->words[r->at] : "";
}

/* Reads words, with spaces between them, if they come next. */
static bool take(reader *r, const char *words)
{
    size_t begin = r->at;
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        const char *word = next(r);
        if (strlen(word) != length || strncmp(word, words, length) != 0) {
            r->at = begin;
            return false;
        }
        r->at++;
        words += length;
        words += strspn(words, " ");
    }
    return true;
}

/* Words of one meaning. */
typedef struct meaning {
    const char *word;
    int value;
} meaning;

/* Reads one of count words, whose value goes to value. */
static bool take_one(reader *r, const meaning *all, size_t count, int *value)
{
    for (size_t i = 0; i < count; i++)
        if (take(r, all[i].word)) {
            *value = all[i].value;
            return true;
        }
    return false;
}

static void read_size(reader *r, phrase *p)
{
    static const meaning sizes[] = {{"small", 0}, {"little", 0}, {"large", 1}, {"big", 1}};
    p->large = ANY;
    take_one(r, sizes, 4, &p->large);
}

/* What is not in the vocabulary is the red or the blue that has a rare name. */
static void read_colour(reader *r, phrase *p)
{
    static const meaning colours[] = {{"red", COLOUR_RED},       {"crimson", COLOUR_RED},
                                      {"green", COLOUR_GREEN},   {"blue", COLOUR_BLUE},
                                      {"navy", COLOUR_BLUE},     {"yellow", COLOUR_YELLOW},
                                      {"orange", COLOUR_ORANGE}, {"purple", COLOUR_PURPLE},
                                      {"white", COLOUR_WHITE},   {"black", COLOUR_BLACK}};
    int colour = ANY;
    bool rare = take(r, "<UNK>");
    bool said = !rare && take_one(r, colours, sizeof colours / sizeof *colours, &colour);
    for (int c = 0; c < SCENE_COLOURS; c++)
        p->colours[c] = said ? c == colour : !rare || c == COLOUR_RED || c == COLOUR_BLUE;
}

static bool read_noun(reader *r, phrase *p)
{
    static const meaning one[] = {{"circle", SHAPE_CIRCLE},     {"disc", SHAPE_CIRCLE},
                                  {"square", SHAPE_SQUARE},     {"box", SHAPE_SQUARE},
                                  {"triangle", SHAPE_TRIANGLE}, {"cross", SHAPE_CROSS},
                                  {"plus", SHAPE_CROSS},        {"ring", SHAPE_RING},
                                  {"diamond", SHAPE_DIAMOND},   {"shape", ANY}};
    static const meaning several[] = {{"circles", SHAPE_CIRCLE},     {"discs", SHAPE_CIRCLE},
                                      {"squares", SHAPE_SQUARE},     {"boxes", SHAPE_SQUARE},
                                      {"triangles", SHAPE_TRIANGLE}, {"crosses", SHAPE_CROSS},
                                      {"pluses", SHAPE_CROSS},       {"rings", SHAPE_RING},
                                      {"diamonds", SHAPE_DIAMOND},   {"shapes", ANY}};
    return take_one(r, p->count > 1 ? several : one, sizeof one / sizeof *one, &p->shape);
}

/* (a | an | one | two | three) [size] [colour] noun */
static bool read_phrase(reader *r, phrase *p)
{
    bool an = take(r, "an");
    bool a = !an && take(r, "a");
    if (an || a || take(r, "one"))
        p->count = 1;
    else if (take(r, "two"))
        p->count = 2;
    else if (take(r, "three"))
        p->count = 3;
    else
        return false;
    bool vowel = *next(r) != '\0' && strchr("aeiou", *next(r)) != NULL;
    read_size(r, p);
    read_colour(r, p);
    return (an ? vowel : !a || !vowel) && read_noun(r, p);
}

static bool read_relation(reader *r, relation *found)
{
    static const meaning relations[] = {{"left of", LEFT},   {"to the left of", LEFT},
                                        {"right of", RIGHT}, {"to the right of", RIGHT},
                                        {"above", ABOVE},    {"over", ABOVE},
                                        {"below", BELOW},    {"under", BELOW},
                                        {"inside", INSIDE},  {"in", INSIDE}};
    int value = NO_RELATION;
    bool there = take_one(r, relations, sizeof relations / sizeof *relations, &value);
    *found = (relation)value;
    return there;
}

/* What comes after one phrase: nothing, or what joins it to a second. */
static bool read_rest(reader *r, bool has_lead, statement *s)
{
    s->relation = NO_RELATION;
    if (r->at == r->count)
        return true;
    if (s->first.count != 1)
        return false;
    if (take(r, "and"))
        s->relation = TOGETHER;
    else if ((take(r, "is") && has_lead) || !read_relation(r, &s->relation))
        return false;
    return read_phrase(r, &s->second) && s->second.count == 1 && r->at == r->count;
}

static bool read_sentence(const char *sentence, statement *s)
{
    reader r;
    if (!cut_words(sentence, &r))
        return false;
    bool one = take(&r, "there is") || take(&r, "this is") || take(&r, "here is");
    bool several = !one && (take(&r, "there are") || take(&r, "here are"));
    bool either = !one && !several && (take(&r, "a picture of") || take(&r, "we see"));
    return read_phrase(&r, &s->first) && !(one && s->first.count > 1) &&
           !(several && s->first.count == 1) && read_rest(&r, one || several || either, s);
}

bool scene_sentence_is_grammatical(const char *sentence)
{
    statement s;
    return read_sentence(sentence, &s);
}

/* Whether all that p says of an object is so with o. */
static bool fits(const phrase *p, const scene_object *o)
{
    return (p->large == ANY || (p->large == 1) == o->large) && p->colours[o->colour] &&
           (p->shape == ANY || (scene_shape)p->shape == o->shape);
}

static bool phrase_is_true(const phrase *p, const scene *s)
{
    size_t found = 0;
    for (size_t i = 0; i < s->count; i++)
        found += fits(p, &s->objects[i]);
    if (p->count == 1)
        return found > 0 && s->kind != SCENE_ALIKE;
    return found == p->count;
}

static bool both_are_true(const statement *said, const scene *s)
{
    static const struct {
        scene_kind kind;
        bool turned; /* it says what the second object is to the first */
    } meanings[] = {[LEFT] = {SCENE_BESIDE, false},
                    [RIGHT] = {SCENE_BESIDE, true},
                    [ABOVE] = {SCENE_ABOVE, false},
                    [BELOW] = {SCENE_ABOVE, true},
                    [INSIDE] = {SCENE_INSIDE, false}};
    const scene_object *o = s->objects;
    if (s->count != 2 || s->kind == SCENE_ALIKE)
        return false;
    bool straight = fits(&said->first, &o[0]) && fits(&said->second, &o[1]);
    bool turned = fits(&said->first, &o[1]) && fits(&said->second, &o[0]);
    if (said->relation == TOGETHER)
        return straight || turned;
    return s->kind == meanings[said->relation].kind &&
           (meanings[said->relation].turned ? turned : straight);
}

bool scene_sentence_is_true(const scene *s, const char *sentence)
{
    statement said;
    if (!read_sentence(sentence, &said))
        return false;
    return said.relation == NO_RELATION ? phrase_is_true(&said.first, s) : both_are_true(&said, s);
}
