/* Captioning data by name: made, or read from files and checked. */
#include "caption_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "npy.h"
#include "scenes.h"

enum { PATH_BYTES = 1024 };

static void part_clear(caption_part *part)
{
    captions_free(part->set.sentences);
    labels_free(part->set.image_idxs);
    tensor_free(part->set.features);
    free(part->pixels);
    free(part->scenes);
    *part = (caption_part){0};
}

void caption_data_clear(caption_data *d)
{
    vocabulary_clear(&d->vocabulary);
    part_clear(&d->train);
    part_clear(&d->validation);
    part_clear(&d->test);
}

/* ---- centring and scaling ---- */

/* Adds to sums, one per column, (x - mean)^power of each row of X; power is 1 or 2. */
static void add_powers(const tensor *X, const double *means, size_t power, double *sums)
{
    size_t D = X->shape[1];
    for (size_t i = 0; i < X->shape[0]; i++)
        for (size_t j = 0; j < D; j++) {
            double off = (double)X->data[i * D + j] - means[j];
            sums[j] += power == 1 ? off : off * off;
        }
}

/* X = (X - means) / deviations, column by column; a column that does not vary is only centred. */
static void scale_columns(tensor *X, const double *means, const double *deviations)
{
    size_t D = X->shape[1];
    for (size_t i = 0; i < X->shape[0]; i++)
        for (size_t j = 0; j < D; j++) {
            double off = (double)X->data[i * D + j] - means[j];
            X->data[i * D + j] = (real)(deviations[j] > 0 ? off / deviations[j] : off);
        }
}

void caption_data_standardize(caption_data *d)
{
    const tensor *train = d->train.set.features;
    tensor *const all[] = {d->train.set.features, d->validation.set.features, d->test.set.features};
    size_t D = train->shape[1];
    double count = (double)train->shape[0];
    double *sums = calloc(3 * D, sizeof *sums);
    if (sums == NULL)
        contract_failed(__func__, "no memory for %zu features", D);
    double *zeros = sums, *means = sums + D, *deviations = sums + 2 * D;
    add_powers(train, zeros, 1, means);
    for (size_t j = 0; j < D; j++)
        means[j] /= count;
    add_powers(train, means, 2, deviations);
    for (size_t j = 0; j < D; j++)
        deviations[j] = sqrt(deviations[j] / count);
    for (size_t k = 0; k < 3; k++)
        if (all[k] != NULL)
            scale_columns(all[k], means, deviations);
    free(sums);
}

/* ---- scenes ---- */

static void make_part(caption_part *part, scene_part which)
{
    scene_set made = scenes_make(which, scenes_in(which));
    *part = (caption_part){.set = {.sentences = made.sentences,
                                   .image_idxs = labels_new(made.sentences->count),
                                   .features = made.features},
                           .pixels = made.pixels,
                           .scenes = made.scenes};
    for (size_t i = 0; i < made.sentences->count; i++)
        part->set.image_idxs->data[i] = (uint32_t)(i / SENTENCES_PER_SCENE);
}

static bool load_scenes(caption_data *d)
{
    d->vocabulary = scenes_vocabulary();
    make_part(&d->train, SCENES_TRAIN);
    make_part(&d->validation, SCENES_VALIDATION);
    make_part(&d->test, SCENES_TEST);
    return true;
}

/* ---- files ---- */

/* A file of a set, while it is read. */
typedef struct array_file {
    char path[PATH_BYTES];
    tensor *values; /* NULL before */
} array_file;

/* Reads folder/PREFIXname.npy, an array of that rank with at least one number. */
static bool read_array(const char *folder, const char *prefix, const char *name, size_t rank,
                       array_file *file, error *e)
{
    file->values = NULL;
    snprintf(file->path, sizeof file->path, "%s/%s%s.npy", folder, prefix, name);
    if (!npy_load(file->path, &file->values, e))
        return false;
    char shape[128];
    if (file->values->rank != rank || file->values->size == 0)
        return error_set(e, "%s: its shape is %s, should be %s", file->path,
                         tensor_shape_text(file->values, shape, sizeof shape),
                         rank == 1 ? "one row of numbers" : "rows x columns");
    return true;
}

/* Copies the whole numbers in file, each below limit, to out; what says what they are. */
static bool copy_numbers(const array_file *file, size_t limit, const char *what, uint32_t *out,
                         error *e)
{
    for (size_t i = 0; i < file->values->size; i++) {
        double value = (double)file->values->data[i];
        if (!(value >= 0 && value < (double)limit && floor(value) == value))
            return error_set(e, "%s: number %zu is %g, should be a whole one below %zu, the %s",
                             file->path, i, value, limit, what);
        out[i] = (uint32_t)value;
    }
    return true;
}

static bool check_features(const array_file *file, error *e)
{
    if (tensor_all_finite(file->values))
        return true;
    return error_set(e, "%s: holds NaN or infinite numbers", file->path);
}

static bool fill_part(const array_file *sentences, const array_file *image_idxs,
                      array_file *features, size_t word_count, caption_part *part, error *e)
{
    size_t count = sentences->values->shape[0], length = sentences->values->shape[1];
    part->set.sentences = captions_new(count, length);
    part->set.image_idxs = labels_new(count);
    part->set.features = features->values;
    features->values = NULL;
    if (image_idxs->values->size != count)
        return error_set(e, "%s: has %zu numbers, should have %zu, one per sentence",
                         image_idxs->path, image_idxs->values->size, count);
    return copy_numbers(sentences, word_count, "number of words in vocab.txt",
                        part->set.sentences->words, e) &&
           copy_numbers(image_idxs, part->set.features->shape[0], "number of pictures",
                        part->set.image_idxs->data, e);
}

/* Reads the three files of a part. */
static bool read_part(const char *folder, const char *prefix, const char *idxs_name,
                      size_t word_count, caption_part *part, error *e)
{
    array_file sentences = {0}, image_idxs = {0}, features = {0};
    bool done = read_array(folder, prefix, "captions", 2, &sentences, e) &&
                read_array(folder, prefix, idxs_name, 1, &image_idxs, e) &&
                read_array(folder, prefix, "features", 2, &features, e) &&
                check_features(&features, e) &&
                fill_part(&sentences, &image_idxs, &features, word_count, part, e);
    tensor_free(sentences.values);
    tensor_free(image_idxs.values);
    tensor_free(features.values);
    return done;
}

static bool load_vocabulary(const char *folder, caption_data *d, error *e)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/vocab.txt", folder);
    return vocabulary_load(&d->vocabulary, path, e);
}

static bool load_coco(const char *folder, caption_data *d, error *e)
{
    const caption_set *train = &d->train.set, *validation = &d->validation.set;
    if (!load_vocabulary(folder, d, e) ||
        !read_part(folder, "train_", "image_idxs", d->vocabulary.count, &d->train, e) ||
        !read_part(folder, "val_", "image_idxs", d->vocabulary.count, &d->validation, e))
        return false;
    if (train->sentences->length != validation->sentences->length)
        return error_set(e,
                         "%s/val_captions.npy: sentences of %zu words, those to train with of "
                         "%zu: these files do not belong together",
                         folder, validation->sentences->length, train->sentences->length);
    if (train->features->shape[1] != validation->features->shape[1])
        return error_set(e,
                         "%s/val_features.npy: %zu numbers per picture, those to train with "
                         "%zu: these files do not belong together",
                         folder, validation->features->shape[1], train->features->shape[1]);
    return true;
}

/* ---- one set, split by is_val ---- */

/* The part of all whose pictures have in_part[picture] == wanted; pictures are numbered anew. */
static void split_part(const caption_set *all, const uint32_t *in_part, uint32_t wanted,
                       caption_part *part)
{
    size_t P = all->features->shape[0], D = all->features->shape[1], T = all->sentences->length;
    size_t pictures = 0, count = 0;
    labels *number = labels_new(P); /* the new one of each picture */
    for (size_t p = 0; p < P; p++)
        if (in_part[p] == wanted)
            number->data[p] = (uint32_t)pictures++;
    for (size_t i = 0; i < all->sentences->count; i++)
        count += in_part[all->image_idxs->data[i]] == wanted;
    part->set =
        (caption_set){captions_new(count, T), labels_new(count), tensor_new_2d(pictures, D)};
    for (size_t p = 0; p < P; p++)
        if (in_part[p] == wanted)
            memcpy(part->set.features->data + number->data[p] * D, all->features->data + p * D,
                   D * sizeof(real));
    for (size_t i = 0, row = 0; i < all->sentences->count; i++) {
        uint32_t picture = all->image_idxs->data[i];
        if (in_part[picture] != wanted)
            continue;
        memcpy(part->set.sentences->words + row * T, all->sentences->words + i * T,
               T * sizeof(uint32_t));
        part->set.image_idxs->data[row++] = number->data[picture];
    }
    labels_free(number);
}

/* Whether sentences of both parts are there. */
static bool check_is_val(const char *path, const caption_set *all, const labels *is_val, error *e)
{
    size_t held_out = 0;
    for (size_t i = 0; i < all->sentences->count; i++)
        held_out += is_val->data[all->image_idxs->data[i]];
    if (held_out > 0 && held_out < all->sentences->count)
        return true;
    return error_set(e, "%s: all sentences are in one part", path);
}

/* Reads which pictures of all are for validation into *is_val, new labels that are the caller's. */
static bool read_is_val(const char *folder, const caption_set *all, labels **is_val, error *e)
{
    array_file file = {0};
    size_t pictures = all->features->shape[0];
    *is_val = labels_new(pictures);
    bool good = read_array(folder, "", "is_val", 1, &file, e);
    if (good && file.values->size != pictures)
        good = error_set(e, "%s: has %zu numbers, should have %zu, one per picture", file.path,
                         file.values->size, pictures);
    good = good && copy_numbers(&file, 2, "number of parts", (*is_val)->data, e) &&
           check_is_val(file.path, all, *is_val, e);
    tensor_free(file.values);
    return good;
}

static bool load_flickr8k(const char *folder, caption_data *d, error *e)
{
    caption_part all = {0};
    labels *is_val = NULL;
    bool loaded = load_vocabulary(folder, d, e) &&
                  read_part(folder, "", "caption_image_idxs", d->vocabulary.count, &all, e) &&
                  read_is_val(folder, &all.set, &is_val, e);
    if (loaded) {
        split_part(&all.set, is_val->data, 0, &d->train);
        split_part(&all.set, is_val->data, 1, &d->validation);
    }
    labels_free(is_val);
    part_clear(&all);
    return loaded;
}

/* ---- by name ---- */

static bool load_folder(const char *name, const char *directory, caption_data *d, error *e)
{
    bool coco = strcmp(name, "coco") == 0;
    const char *usual = coco ? "datasets/coco-captioning" : "datasets/flickr8k";
    const char *how = coco ? "coco-captioning" : "flickr8k --from FILE.npz";
    const char *folder = directory != NULL ? directory : usual;
    error why = {{0}};
    if (coco ? load_coco(folder, d, &why) : load_flickr8k(folder, d, &why))
        return true;
    return error_set(e, "%s (to get it: run datasets/fetch %s, or name its folder)", why.text, how);
}

bool caption_data_load(const char *name, const char *directory, caption_data *d, error *e)
{
    bool loaded;
    *d = (caption_data){0};
    if (strcmp(name, "scenes") == 0)
        loaded = load_scenes(d);
    else if (strcmp(name, "coco") == 0 || strcmp(name, "flickr8k") == 0)
        loaded = load_folder(name, directory, d, e);
    else
        loaded = error_set(e,
                           "there is no captioning data called %s; there are scenes, coco and "
                           "flickr8k",
                           name);
    if (loaded)
        caption_data_standardize(d);
    else
        caption_data_clear(d);
    return loaded;
}

void caption_part_pictures(const caption_part *part, const size_t *indices, size_t count, tensor *X)
{
    if (part->pixels == NULL)
        contract_failed(__func__, "this part has features only, no pictures");
    check_shape_4d(__func__, "X", X, count, 3, SCENE_SIDE, SCENE_SIDE);
    for (size_t n = 0; n < count; n++) {
        if (indices[n] >= part->set.features->shape[0])
            contract_failed(__func__, "picture %zu asked for, there are %zu", indices[n],
                            part->set.features->shape[0]);
        for (size_t i = 0; i < SCENE_PIXELS; i++)
            X->data[n * SCENE_PIXELS + i] = part->pixels[indices[n] * SCENE_PIXELS + i];
    }
}
