/* Minibatches and subsets of sentences. */
#include "caption_set.h"

#include <string.h>

#include "contract.h"

void check_caption_set(const char *function, const char *name, const caption_set *set)
{
    if (set->sentences == NULL || set->image_idxs == NULL || set->features == NULL)
        contract_failed(function, "%s is not complete", name);
    check_rank(function, "features", set->features, 2);
    check_labels(function, "image_idxs", set->image_idxs, set->sentences->count,
                 set->features->shape[0]);
}

/* Copies sentence from of set to row to of sentences. */
static void copy_sentence(const caption_set *set, size_t from, size_t to, captions *sentences)
{
    size_t length = sentences->length;
    memcpy(sentences->words + to * length, set->sentences->words + from * length,
           length * sizeof *sentences->words);
}

void caption_minibatch(const caption_set *set, random_state *r, tensor *features,
                       captions *sentences, labels *pictures)
{
    size_t count = set->sentences->count, D = set->features->shape[1];
    if (count < 1)
        contract_failed(__func__, "set has no sentences");
    check_captions(__func__, "sentences", sentences, sentences->count, set->sentences->length,
                   SIZE_MAX);
    check_shape_2d(__func__, "features", features, sentences->count, D);
    if (pictures != NULL)
        check_labels(__func__, "pictures", pictures, sentences->count, SIZE_MAX);
    for (size_t i = 0; i < sentences->count; i++) {
        size_t drawn = random_integer(r, count);
        size_t picture = set->image_idxs->data[drawn];
        copy_sentence(set, drawn, i, sentences);
        memcpy(features->data + i * D, set->features->data + picture * D, D * sizeof(real));
        if (pictures != NULL)
            pictures->data[i] = (uint32_t)picture;
    }
}

caption_set caption_subset(const caption_set *set, const size_t *indices, size_t count)
{
    caption_set subset = {.sentences = captions_new(count, set->sentences->length),
                          .image_idxs = labels_new(count),
                          .features = set->features};
    for (size_t i = 0; i < count; i++) {
        if (indices[i] >= set->sentences->count)
            contract_failed(__func__, "sentence %zu asked for, there are %zu", indices[i],
                            set->sentences->count);
        copy_sentence(set, indices[i], i, subset.sentences);
        subset.image_idxs->data[i] = set->image_idxs->data[indices[i]];
    }
    return subset;
}

void caption_subset_clear(caption_set *subset)
{
    captions_free(subset->sentences);
    labels_free(subset->image_idxs);
    *subset = (caption_set){0};
}
