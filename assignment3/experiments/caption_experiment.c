/* Data, training and pictures for the experiments with sentences. */
#include "caption_experiment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adam.h"
#include "scene_net.h"
#include "scene_sentences.h"
#include "text_image.h"

enum { TEXT_BYTES = 256, SHOWN = 4, NET_STEPS = 3000, QUICK_STEPS = 100 };

_Noreturn static void stop(const experiment *x, const error *e)
{
    fprintf(stderr, "%s: %s\n", x->name, e->text);
    exit(2);
}

void load_captions(experiment *x, caption_data *data)
{
    error e;
    double start = experiment_seconds();
    bool by_net = experiment_value(x, "FEATURES", 0) != 0;
    experiment_all_asked(x);
    if (!caption_data_load(x->data, x->directory, data, &e))
        stop(x, &e);
    const caption_set *train = &data->train.set;
    printf("%s: %zu sentences about %zu pictures of %zu numbers, %zu words in the vocabulary"
           " (%.1f s)\n",
           x->data, train->sentences->count, train->features->shape[0], train->features->shape[1],
           data->vocabulary.count, experiment_seconds() - start);
    if (!by_net)
        return;
    if (data->train.pixels == NULL) {
        error_set(&e, "FEATURES=net is for scenes; of %s there are no pictures", x->data);
        stop(x, &e);
    }
    learn_scene_features(x, data, x->quick ? QUICK_STEPS : NET_STEPS);
}

caption_set draw_sentences(experiment *x, const caption_set *set, size_t count)
{
    size_t *indices = calloc(count, sizeof *indices);
    if (indices == NULL)
        abort();
    random_choice(&x->random, set->sentences->count, count, false, indices);
    caption_set subset = caption_subset(set, indices, count);
    free(indices);
    return subset;
}

double last_losses(const caption_result *result, size_t count)
{
    double sum = 0;
    if (count > result->iteration_count)
        count = result->iteration_count;
    for (size_t i = 0; i < count; i++)
        sum += result->loss_history[result->iteration_count - 1 - i];
    return sum / (double)count;
}

void train_talker(experiment *x, talker *t, const caption_set *set, const caption_training *how,
                  const char *what, caption_result *result)
{
    error e;
    double start = experiment_seconds();
    caption_options options = caption_options_default();
    options.rule = &rule_adam;
    options.settings.learning_rate = how->rate;
    options.learning_rate_decay = how->decay;
    options.linear_decay = how->linear;
    options.batch_size = how->batch;
    options.epoch_count = how->epochs;
    options.verbose = false;
    if (!caption_train(&t->model, set, &options, &x->random, result, &e))
        stop(x, &e);
    printf("%s, %s: loss %.3f, after %zu steps %.4g, in %.1f s\n", t->name, what,
           result->loss_history[0], result->iteration_count, last_losses(result, 10),
           experiment_seconds() - start);
}

/* What t says about the first count pictures of features. */
static captions *say(const talker *t, const tensor *features, size_t count, size_t length)
{
    captions *said = captions_new(count, length);
    tensor rows = tensor_rows(features, 0, count);
    t->sample(t->model.self, &rows, said);
    return said;
}

static size_t count_words(const char *text)
{
    size_t count = text[0] != '\0';
    for (; *text != '\0'; text++)
        count += *text == ' ';
    return count < MOST_WORDS ? count : MOST_WORDS - 1;
}

double share_of_true_sentences(const talker *t, const caption_data *data, const caption_part *part,
                               size_t most, truth *counts)
{
    truth ours = {0};
    size_t count = part->set.features->shape[0], length = part->set.sentences->length - 1;
    size_t true_ones = 0;
    if (part->scenes == NULL)
        return NAN;
    if (count > most)
        count = most;
    captions *said = say(t, part->set.features, count, length);
    for (size_t i = 0; i < count; i++) {
        char text[TEXT_BYTES];
        sentence_text(&data->vocabulary, said->words + i * length, length, text, sizeof text);
        bool is_true = scene_sentence_is_true(&part->scenes[i], text);
        ours.said[count_words(text)]++;
        ours.true_ones[count_words(text)] += is_true;
        true_ones += is_true;
    }
    captions_free(said);
    if (counts != NULL)
        *counts = ours;
    return (double)true_ones / (double)count;
}

/* Row to of text and X: what t says about the picture of sentence i of set, and that sentence. */
static void show_one(const talker *t, const caption_data *data, const caption_part *part,
                     const caption_set *set, size_t i, const char *what, tensor *place, char *text)
{
    char said[TEXT_BYTES], given[TEXT_BYTES];
    size_t picture = set->image_idxs->data[i], length = set->sentences->length;
    tensor features = tensor_rows(set->features, picture, 1);
    captions *words = say(t, &features, 1, length - 1);
    sentence_text(&data->vocabulary, words->words, length - 1, said, sizeof said);
    sentence_text(&data->vocabulary, set->sentences->words + i * length, length, given,
                  sizeof given);
    const char *verdict = "";
    if (part->scenes != NULL)
        verdict = scene_sentence_is_true(&part->scenes[picture], said) ? " [true]" : " [false]";
    snprintf(text, (size_t)3 * TEXT_BYTES, "%s: %s%s\nwriter: %s", what, said, verdict, given);
    if (place != NULL)
        caption_part_pictures(part, &picture, 1, place);
    captions_free(words);
}

void show_sentences(const experiment *x, const talker *t, const caption_data *data,
                    const caption_set *set, const char *file)
{
    enum { FACTOR = 8 };
    char texts[SHOWN][3 * TEXT_BYTES];
    const char *list[SHOWN];
    bool pictures = data->train.pixels != NULL;
    tensor *X = pictures ? tensor_new_4d(SHOWN, 3, SCENE_SIDE, SCENE_SIDE) : NULL;
    for (size_t i = 0; i < SHOWN; i++) {
        bool seen = i < SHOWN / 2;
        const caption_part *part = seen ? &data->train : &data->validation;
        tensor place;
        if (pictures)
            place = tensor_rows(X, i, 1);
        /* Sentences of one scene lie together: every tenth is another scene's. */
        show_one(t, data, part, seen ? set : &part->set, seen ? i : 10 * i, seen ? "seen" : "new",
                 pictures ? &place : NULL, texts[i]);
        printf("  %s\n", texts[i]);
        list[i] = texts[i];
    }
    image picture = image_captioned_montage(X, list, SHOWN, SHOWN, FACTOR, 0, 255);
    experiment_picture(x, &picture, 1, file);
    tensor_free(X);
}
