/*
 * Sentences about scenes: writing them, and telling whether one is true.
 *
 *   sentence = [lead] phrase | [lead] phrase relation phrase | [lead] phrase and phrase
 *            | phrase is relation phrase
 *   lead     = there is | this is | here is | there are | here are | a picture of | we see
 *   phrase   = (a | an | one | two | three) [size] [colour] noun
 *   size     = small | little | large | big
 *   colour   = red | crimson | green | blue | navy | yellow | orange | purple | white | black
 *   noun     = circle | disc | square | box | cross | plus | triangle | ring | diamond | shape
 *   relation = left of | to the left of | right of | to the right of | above | over | below | under
 *            | inside | in
 *
 * "two" and "three" go with a plural noun, "are" with these, and stand in a sentence of one phrase;
 * "an" stands before a vowel only. The words crimson and navy are rare: the vocabulary has them as
 * <UNK>, which stands where a colour may stand.
 *
 * A sentence is true of a scene when its phrases are, of different objects, and the relation is the
 * scene's. "a", "an" and "one" mean an object that is not one of several alike; "two" and "three"
 * mean that just as many objects fit the phrase. What a sentence leaves out is not held against it.
 */
#ifndef COMMON_SCENE_SENTENCES_H
#define COMMON_SCENE_SENTENCES_H

#include "scene.h"

enum { SCENE_SENTENCE_BYTES = 128, SCENE_SENTENCE_MOST_WORDS = 15 };

/*
 * Writes a true sentence about s, drawn from r, of 2 to SCENE_SENTENCE_MOST_WORDS words, to text,
 * which has SCENE_SENTENCE_BYTES bytes. Sizes are said in 45 % of the phrases, colours in 90 %; of
 * two objects both are named in 92 %, in 15 % with "and".
 */
void scene_write_sentence(const scene *s, random_state *r, char *text);

/* Whether sentence, words with spaces between them, is of the grammar above. */
bool scene_sentence_is_grammatical(const char *sentence);

/* Whether sentence is of the grammar and true of s. */
bool scene_sentence_is_true(const scene *s, const char *sentence);

/* The words of the vocabulary but the four special ones, by the alphabet: scene_word_count. */
extern const char *const scene_words[];
extern const size_t scene_word_count;

#endif
