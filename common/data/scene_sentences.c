/*
 * Writing sentences about scenes. scene_truth.c reads them.
 *
 * Each draw is a statement of its own, so that every compiler draws in the same order.
 */
#include "scene_sentences.h"

#include <stdio.h>
#include <string.h>

const char *const scene_words[] = {
    "a",        "above",  "an",       "and",       "are",     "below",  "big",     "black",
    "blue",     "box",    "boxes",    "circle",    "circles", "cross",  "crosses", "diamond",
    "diamonds", "disc",   "discs",    "green",     "here",    "in",     "inside",  "is",
    "large",    "left",   "little",   "of",        "one",     "orange", "over",    "picture",
    "plus",     "pluses", "purple",   "red",       "right",   "ring",   "rings",   "see",
    "shape",    "shapes", "small",    "square",    "squares", "the",    "there",   "this",
    "three",    "to",     "triangle", "triangles", "two",     "under",  "we",      "white",
    "yellow"};
const size_t scene_word_count = sizeof scene_words / sizeof *scene_words;

/* How often. */
static const double SAYS_SIZE = 0.45, SAYS_COLOUR = 0.9, SAYS_RARE = 0.02, SAYS_SHAPE = 0.03;
static const double SAYS_ONE = 0.12, NAMES_ALONE = 0.08, SAYS_AND = 0.15;

static const char *const colour_words[SCENE_COLOURS] = {"red",    "green",  "blue",  "yellow",
                                                        "orange", "purple", "white", "black"};

typedef struct noun {
    const char *one, *several;
} noun;

static const noun nouns[SCENE_SHAPES][2] = {
    {{"circle", "circles"}, {"disc", "discs"}},
    {{"square", "squares"}, {"box", "boxes"}},
    {{"triangle", "triangles"}, {"triangle", "triangles"}},
    {{"cross", "crosses"}, {"plus", "pluses"}},
    {{"ring", "rings"}, {"ring", "rings"}},
    {{"diamond", "diamonds"}, {"diamond", "diamonds"}},
};

/* A sentence on the way: text of SCENE_SENTENCE_BYTES bytes. */
static void say(char *text, const char *words)
{
    size_t used = strlen(text);
    snprintf(text + used, SCENE_SENTENCE_BYTES - used, "%s%s", used > 0 ? " " : "", words);
}

static bool happens(random_state *r, double probability)
{
    return random_uniform(r) < probability;
}

static const char *draw_size(random_state *r, const scene_object *o)
{
    static const char *const words[2][2] = {{"small", "little"}, {"large", "big"}};
    if (!happens(r, SAYS_SIZE))
        return NULL;
    return words[o->large][random_integer(r, 2)];
}

static const char *draw_colour(random_state *r, const scene_object *o)
{
    if (!happens(r, SAYS_COLOUR))
        return NULL;
    bool rare = happens(r, SAYS_RARE);
    if (rare && o->colour == COLOUR_RED)
        return "crimson";
    if (rare && o->colour == COLOUR_BLUE)
        return "navy";
    return colour_words[o->colour];
}

static const char *draw_noun(random_state *r, const scene_object *o, bool several)
{
    static const noun shape = {"shape", "shapes"};
    const noun *chosen = &nouns[o->shape][random_integer(r, 2)];
    if (happens(r, SAYS_SHAPE))
        chosen = &shape;
    return several ? chosen->several : chosen->one;
}

/* (a | an | one | two | three) [size] [colour] noun */
static void say_phrase(char *text, random_state *r, const scene_object *o, size_t count)
{
    const char *size = draw_size(r, o);
    const char *colour = draw_colour(r, o);
    const char *word = draw_noun(r, o, count > 1);
    const char *first = size != NULL ? size : colour != NULL ? colour : word;
    bool one = happens(r, SAYS_ONE);
    if (count > 1)
        say(text, count == 2 ? "two" : "three");
    else if (one)
        say(text, "one");
    else
        say(text, strchr("aeiou", first[0]) != NULL ? "an" : "a");
    if (size != NULL)
        say(text, size);
    if (colour != NULL)
        say(text, colour);
    say(text, word);
}

/* How a sentence begins; of several objects without "this", which has no plural here. */
static void say_lead(char *text, random_state *r, size_t choice, bool several)
{
    static const char *const one[] = {"there is", "here is", "a picture of", "we see", "this is"};
    static const char *const more[] = {"there are", "here are", "a picture of", "we see"};
    if (several) {
        size_t other = random_integer(r, 5);
        if (other < 4)
            say(text, more[other]);
    } else if (choice < 5) {
        say(text, one[choice]);
    }
}

/* What the first object is to the second, or the second to the first where turned is true. */
static void say_relation(char *text, random_state *r, scene_kind kind, bool turned)
{
    static const char *const words[2][2][2] = {
        {{"left of", "to the left of"}, {"above", "over"}},
        {{"right of", "to the right of"}, {"below", "under"}}};
    static const char *const inside[] = {"inside", "in"};
    size_t choice = random_integer(r, 2);
    say(text, kind == SCENE_INSIDE ? inside[choice] : words[turned][kind == SCENE_ABOVE][choice]);
}

/* Both of two objects, by "and" or by their relation. Of what is inside nothing turns it round. */
static void say_both(char *text, random_state *r, const scene *s)
{
    bool with_and = happens(r, SAYS_AND);
    bool turned = happens(r, 0.5) && (with_and || s->kind != SCENE_INSIDE);
    size_t choice = random_integer(r, with_and ? 6 : 7);
    say_lead(text, r, choice, false);
    say_phrase(text, r, &s->objects[turned], 1);
    if (with_and) {
        say(text, "and");
    } else {
        if (choice == 6)
            say(text, "is");
        say_relation(text, r, s->kind, turned);
    }
    say_phrase(text, r, &s->objects[!turned], 1);
}

void scene_write_sentence(const scene *s, random_state *r, char *text)
{
    text[0] = '\0';
    if (s->count > 1 && s->kind != SCENE_ALIKE && !happens(r, NAMES_ALONE)) {
        say_both(text, r, s);
        return;
    }
    size_t count = s->kind == SCENE_ALIKE ? s->count : 1;
    size_t which = random_integer(r, count > 1 ? 1 : s->count);
    size_t choice = random_integer(r, 6);
    say_lead(text, r, choice, count > 1);
    say_phrase(text, r, &s->objects[which], count);
}
