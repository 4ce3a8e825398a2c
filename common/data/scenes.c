/* The made captioning set, each scene from a stream of its own. */
#include "scenes.h"

#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "parallel.h"
#include "scene_features.h"
#include "scene_sentences.h"

enum { SEED = 231, SPECIAL_WORDS = 4, MOST_WORDS = 128 };

static const size_t sizes[SCENE_PARTS] = {SCENES_IN_TRAIN, SCENES_IN_VALIDATION, SCENES_IN_TEST};

/* The number of each part's first stream: one part follows the other. */
static const uint32_t first_streams[SCENE_PARTS] = {0, SCENES_IN_TRAIN,
                                                    SCENES_IN_TRAIN + SCENES_IN_VALIDATION};

size_t scenes_in(scene_part part)
{
    return sizes[part];
}

/* Starts the stream of scene index of part. */
static void seed_for(random_state *r, scene_part part, size_t index)
{
    random_seed(r, SEED * UINT32_C(0x9E3779B9) + first_streams[part] + (uint32_t)index);
}

/* What the threads share. */
typedef struct work {
    scene_part part;
    const vocabulary *words;
    scene_set *set;
} work;

static void make_scene(const work *w, size_t index)
{
    random_state r;
    char text[SCENE_SENTENCE_BYTES];
    scene *s = &w->set->scenes[index];
    uint8_t *pixels = w->set->pixels + index * SCENE_PIXELS;
    seed_for(&r, w->part, index);
    *s = scene_draw(&r);
    for (size_t k = 0; k < SENTENCES_PER_SCENE; k++) {
        size_t row = index * SENTENCES_PER_SCENE + k;
        scene_write_sentence(s, &r, text);
        sentence_encode(w->words, text, w->set->sentences->words + row * SCENES_LENGTH,
                        SCENES_LENGTH);
    }
    scene_paint(s, &r, pixels);
    scene_features(pixels, w->set->features->data + index * SCENE_FEATURES);
}

static void make_some(const void *argument, size_t index, size_t count)
{
    const work *w = argument;
    size_t end = parallel_begin(w->set->count, 1, index + 1, count);
    for (size_t i = parallel_begin(w->set->count, 1, index, count); i < end; i++)
        make_scene(w, i);
}

static scene_set set_new(size_t count)
{
    scene_set set = {.count = count,
                     .scenes = calloc(count + 1, sizeof *set.scenes),
                     .pixels = calloc(count + 1, SCENE_PIXELS),
                     .sentences = captions_new(count * SENTENCES_PER_SCENE, SCENES_LENGTH),
                     .features = tensor_new_2d(count, SCENE_FEATURES)};
    if (set.scenes == NULL || set.pixels == NULL)
        contract_failed("scenes_make", "no memory for %zu scenes", count);
    return set;
}

scene_set scenes_make(scene_part part, size_t count)
{
    if (count > scenes_in(part))
        contract_failed(__func__, "%zu scenes asked for, there are %zu", count, scenes_in(part));
    scene_set set = set_new(count);
    vocabulary words = scenes_vocabulary();
    const work w = {.part = part, .words = &words, .set = &set};
    run_in_parallel(parallel_threads((double)count), make_some, &w); /* one takes 100 us and more */
    vocabulary_clear(&words);
    return set;
}

void scene_set_clear(scene_set *set)
{
    free(set->scenes);
    free(set->pixels);
    captions_free(set->sentences);
    tensor_free(set->features);
    *set = (scene_set){0};
}

vocabulary scenes_vocabulary(void)
{
    const char *words[MOST_WORDS] = {"<NULL>", "<START>", "<END>", "<UNK>"};
    vocabulary v;
    error e;
    memcpy(words + SPECIAL_WORDS, scene_words, scene_word_count * sizeof *words);
    if (!vocabulary_make(&v, "scenes", words, SPECIAL_WORDS + scene_word_count, &e))
        contract_failed(__func__, "%s", e.text);
    return v;
}
