/* Captioning data: scenes, and both layouts of files, with one line for each bad file. */
#include "caption_data.h"

#include "expected_stop.h"
#include "matmul.h"
#include "npy.h"
#include "scene_sentences.h"
#include "scenes.h"
#include "scratch_folder.h"
#include "suite.h"

enum { T = 4, D = 3, WORDS = 6 };

static const char vocabulary_text[] = "<NULL>\n<START>\n<END>\n<UNK>\na\nred\n";

/* Writes name.npy of that shape, with values that follow one another as the function says. */
static void write_array(const char *name, size_t rank, const size_t *shape, double (*value)(size_t))
{
    error e = {{0}};
    char file[64];
    tensor *t = tensor_new(rank, shape);
    for (size_t i = 0; i < t->size; i++)
        t->data[i] = (real)value(i);
    snprintf(file, sizeof file, "%s.npy", name);
    ck_assert_msg(npy_save(scratch_path(file), t, &e), "%s", e.text);
    tensor_free(t);
}

static double word(size_t i)
{
    return (double)(i % WORDS);
}

static double picture_of_two(size_t i)
{
    return (double)(i % 2);
}

static double picture_of_five(size_t i)
{
    return (double)(3 * i % 5);
}

static double feature(size_t i)
{
    return i % D == 2 ? 7 : 100 * (double)(i % D) + (double)(i * i % 13);
}

static double held_out(size_t i)
{
    return i == 1 || i == 4;
}

static double wrong_word(size_t i)
{
    return i == 5 ? WORDS : 0;
}

static double half(size_t i)
{
    return (double)i / 2;
}

static double not_finite(size_t i)
{
    return i == 3 ? (double)NAN : 0;
}

static double nothing(size_t i)
{
    return 0 * (double)i;
}

/* 4 sentences about 2 pictures to train with, 2 sentences about 2 pictures to validate. */
static void write_coco(void)
{
    write_scratch("vocab.txt", vocabulary_text, sizeof vocabulary_text - 1);
    write_array("train_captions", 2, (size_t[]){4, T}, word);
    write_array("train_image_idxs", 1, (size_t[]){4}, picture_of_two);
    write_array("train_features", 2, (size_t[]){2, D}, feature);
    write_array("val_captions", 2, (size_t[]){2, T}, word);
    write_array("val_image_idxs", 1, (size_t[]){2}, picture_of_two);
    write_array("val_features", 2, (size_t[]){2, D}, feature);
}

/* 10 sentences about 5 pictures, of which 1 and 4 are held out. */
static void write_flickr8k(void)
{
    write_scratch("vocab.txt", vocabulary_text, sizeof vocabulary_text - 1);
    write_array("captions", 2, (size_t[]){10, T}, word);
    write_array("caption_image_idxs", 1, (size_t[]){10}, picture_of_five);
    write_array("features", 2, (size_t[]){5, D}, feature);
    write_array("is_val", 1, (size_t[]){5}, held_out);
}

static caption_data load(const char *name)
{
    caption_data d;
    error e = {{0}};
    ck_assert_msg(caption_data_load(name, scratch_folder, &d, &e), "%s", e.text);
    check_caption_set("test", "train", &d.train.set);
    check_caption_set("test", "validation", &d.validation.set);
    return d;
}

/* Each column of X has mean 0 and deviation 1, or is 0. */
static void expect_standardized(const tensor *X)
{
    size_t count = X->shape[0], columns = X->shape[1];
    for (size_t j = 0; j < columns; j++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < count; i++) {
            sum += (double)X->data[i * columns + j];
            squares += (double)X->data[i * columns + j] * (double)X->data[i * columns + j];
        }
        ck_assert_double_eq_tol(sum / (double)count, 0, 1e-4);
        ck_assert(squares == 0 || fabs(squares / (double)count - 1) < 1e-4);
    }
}

START_TEST(test_scenes_have_three_parts_with_pictures_and_scenes)
{
    caption_data d;
    error e;
    ck_assert(caption_data_load("scenes", NULL, &d, &e));
    const caption_part *parts[] = {&d.train, &d.validation, &d.test};
    for (size_t p = 0; p < SCENE_PARTS; p++) {
        check_caption_set("test", "part", &parts[p]->set);
        ck_assert_uint_eq(parts[p]->set.features->shape[0], scenes_in((scene_part)p));
        ck_assert_uint_eq(parts[p]->set.features->shape[1], 384);
        ck_assert_uint_eq(parts[p]->set.sentences->count, 5 * scenes_in((scene_part)p));
    }
    expect_standardized(d.train.set.features);
    for (size_t i = 0; i < 1000; i++) { /* each sentence is about the picture that it names */
        char text[SCENE_SENTENCE_BYTES];
        const captions *c = d.test.set.sentences;
        sentence_text(&d.vocabulary, c->words + i * c->length, c->length, text, sizeof text);
        ck_assert(scene_sentence_is_true(&d.test.scenes[d.test.set.image_idxs->data[i]], text));
    }
    tensor *X = tensor_new_4d(2, 3, 32, 32);
    caption_part_pictures(&d.test, (size_t[]){999, 3}, 2, X);
    for (size_t i = 0; i < SCENE_PIXELS; i++)
        ck_assert(X->data[i] == (real)d.test.pixels[(size_t)999 * SCENE_PIXELS + i]);
    tensor_free(X);
    caption_data_clear(&d);
}
END_TEST

/* ---- what the features of scenes show ---- */

enum { INPUTS = 385, STEPS = 120 }; /* 384 features, and 1 */

static size_t shape_of_first(const scene *s)
{
    return s->objects[0].shape;
}

static size_t size_of_first(const scene *s)
{
    return s->objects[0].large;
}

static size_t kind_of(const scene *s)
{
    return s->kind;
}

/* The features, and a 1, of those scenes of part that are of a kind from first to last, N x 385,
 * and what label says of them. */
static tensor *choose(const caption_part *part, scene_kind first, scene_kind last,
                      size_t (*label)(const scene *), labels **y)
{
    size_t count = 0, pictures = part->set.features->shape[0];
    for (size_t i = 0; i < pictures; i++)
        count += part->scenes[i].kind >= first && part->scenes[i].kind <= last;
    tensor *X = tensor_new_2d(count, INPUTS);
    *y = labels_new(count);
    for (size_t i = 0, row = 0; i < pictures; i++) {
        const scene *s = &part->scenes[i];
        if (s->kind < first || s->kind > last)
            continue;
        memcpy(X->data + row * INPUTS, part->set.features->data + i * (INPUTS - 1),
               (INPUTS - 1) * sizeof(real));
        X->data[row * INPUTS + INPUTS - 1] = 1;
        (*y)->data[row++] = (uint32_t)label(s);
    }
    return X;
}

/* Turns scores, N x C, into the gradient of the mean softmax loss. */
static void softmax_gradient(tensor *scores, const labels *y)
{
    for (size_t i = 0; i < y->count; i++) {
        tensor row = tensor_row(scores, i);
        real largest = row.data[tensor_argmax(&row)];
        double sum = 0;
        for (size_t c = 0; c < row.size; c++)
            sum += (double)(row.data[c] = exp(row.data[c] - largest));
        tensor_scale(&row, (real)(1 / sum));
        row.data[y->data[i]] -= 1;
    }
    tensor_scale(scores, (real)(1 / (double)y->count));
}

/* The accuracy on validation scenes of a linear classifier of their features. */
static double read_out(const caption_data *d, scene_kind first, scene_kind last, size_t classes,
                       size_t (*label)(const scene *))
{
    labels *y, *y_new;
    tensor *X = choose(&d->train, first, last, label, &y);
    tensor *X_new = choose(&d->validation, first, last, label, &y_new);
    tensor *W = tensor_new_2d(INPUTS, classes), *dW = tensor_new_like(W), *v = tensor_new_like(W);
    tensor *scores = tensor_new_2d(y->count, classes);
    tensor *scores_new = tensor_new_2d(y_new->count, classes);
    labels *predicted = labels_new(y_new->count);
    for (size_t step = 0; step < STEPS; step++) { /* gradient descent with momentum */
        matmul(X, W, scores);
        softmax_gradient(scores, y);
        matmul_transposed_left(X, scores, dW);
        tensor_scale(v, (real)0.9);
        tensor_add_scaled(dW, (real)-0.02, v);
        tensor_add(W, v, W);
    }
    matmul(X_new, W, scores_new);
    tensor_argmax_rows(scores_new, predicted);
    double accuracy = labels_accuracy(predicted, y_new);
    tensor *const tensors[] = {X, X_new, W, dW, v, scores, scores_new};
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        tensor_free(tensors[i]);
    labels_free(y);
    labels_free(y_new);
    labels_free(predicted);
    return accuracy;
}

START_TEST(test_a_linear_classifier_reads_shapes_sizes_and_kinds_of_scenes_from_features)
{
    caption_data d;
    error e;
    ck_assert(caption_data_load("scenes", NULL, &d, &e));
    double shape = read_out(&d, SCENE_ONE, SCENE_ONE, SCENE_SHAPES, shape_of_first);
    double size = read_out(&d, SCENE_ONE, SCENE_ONE, 2, size_of_first);
    double kind = read_out(&d, SCENE_BESIDE, SCENE_ABOVE, SCENE_KINDS, kind_of);
    ck_assert_msg(shape > 0.78 && size > 0.96 && kind > 0.97, "shape %.3f, size %.3f, kind %.3f",
                  shape, size, kind);
    caption_data_clear(&d);
}
END_TEST

START_TEST(test_the_files_of_coco_are_read_as_they_are)
{
    write_coco();
    caption_data d = load("coco");
    ck_assert_uint_eq(d.vocabulary.count, WORDS);
    ck_assert_uint_eq(d.train.set.sentences->count, 4);
    ck_assert_uint_eq(d.validation.set.sentences->count, 2);
    for (size_t i = 0; i < (size_t)4 * T; i++)
        ck_assert_uint_eq(d.train.set.sentences->words[i], i % WORDS);
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(d.train.set.image_idxs->data[i], i % 2);
    expect_standardized(d.train.set.features);
    ck_assert_double_eq((double)d.train.set.features->data[2], 0); /* a feature that never varies */
    ck_assert(d.test.set.sentences == NULL && d.train.pixels == NULL && d.train.scenes == NULL);
    caption_data_clear(&d);
    caption_data_clear(&d);
}
END_TEST

START_TEST(test_the_file_of_flickr8k_is_split_and_its_pictures_numbered_anew)
{
    static const uint32_t train[] = {0, 2, 1, 0, 2, 1}; /* of pictures 0 3 1 4 2 0 3 1 4 2 */
    static const uint32_t held[] = {0, 1, 0, 1};
    static const size_t train_rows[] = {0, 1, 4, 5, 6, 9}, held_rows[] = {2, 3, 7, 8};
    write_flickr8k();
    caption_data d = load("flickr8k");
    ck_assert_uint_eq(d.train.set.sentences->count, 6);
    ck_assert_uint_eq(d.validation.set.sentences->count, 4);
    ck_assert_mem_eq(d.train.set.image_idxs->data, train, sizeof train);
    ck_assert_mem_eq(d.validation.set.image_idxs->data, held, sizeof held);
    for (size_t i = 0; i < 6; i++)
        ck_assert_uint_eq(d.train.set.sentences->words[i * T + 1], (train_rows[i] * T + 1) % WORDS);
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(d.validation.set.sentences->words[i * T], held_rows[i] * T % WORDS);
    expect_standardized(d.train.set.features); /* by the training pictures alone */
    double between = feature(4 * D) - feature(1 * D), scale = 0; /* of the pictures held out */
    for (size_t p = 0; p < 4; p += p == 0 ? 2 : 1) {
        double off = feature(p * D) - (feature(0) + feature(2 * D) + feature(3 * D)) / 3;
        scale += off * off / 3;
    }
    ck_assert_double_eq_tol((double)d.validation.set.features->data[D] -
                                (double)d.validation.set.features->data[0],
                            between / sqrt(scale), 1e-4);
    caption_data_clear(&d);
}
END_TEST

static const struct {
    const char *name, *file;
    size_t rank, shape[2];
    double (*value)(size_t);
    const char *says;
} bad[] = {
    {"coco",
     "train_captions",
     2,
     {4, T},
     wrong_word,
     "number 5 is 6, should be a whole one below 6"},
    {"coco", "train_captions", 2, {4, T}, half, "number 1 is 0.5, should be a whole one"},
    {"coco", "train_captions", 1, {4}, word, "its shape is 4, should be rows x columns"},
    {"coco", "train_captions", 2, {0, T}, word, "its shape is 0 x 4, should be rows"},
    {"coco", "train_image_idxs", 1, {3}, picture_of_two, "has 3 numbers, should have 4"},
    {"coco", "train_image_idxs", 1, {4}, picture_of_five, "below 2, the number of pictures"},
    {"coco", "train_features", 2, {2, D}, not_finite, "holds NaN or infinite numbers"},
    {"coco", "val_captions", 2, {2, T + 1}, word, "sentences of 5 words, those to train with of 4"},
    {"coco", "val_features", 2, {2, D + 1}, feature, "4 numbers per picture"},
    {"flickr8k", "is_val", 1, {5}, feature, "below 2, the number of parts"},
    {"flickr8k", "is_val", 1, {4}, held_out, "has 4 numbers, should have 5, one per picture"},
    {"flickr8k", "is_val", 1, {5}, nothing, "all sentences are in one part"},
    {"flickr8k", "caption_image_idxs", 1, {10}, half, "number 1 is 0.5"},
};

START_TEST(test_a_bad_file_gets_one_line_that_names_it_and_says_how_to_get_it)
{
    caption_data d;
    error e = {{0}};
    write_coco();
    write_flickr8k();
    write_array(bad[_i].file, bad[_i].rank, bad[_i].shape, bad[_i].value);
    ck_assert(!caption_data_load(bad[_i].name, scratch_folder, &d, &e));
    ck_assert_msg(strstr(e.text, bad[_i].file) && strstr(e.text, bad[_i].says) &&
                      strstr(e.text, "datasets/fetch"),
                  "%s", e.text);
    ck_assert(d.train.set.sentences == NULL && d.vocabulary.words == NULL);
}
END_TEST

START_TEST(test_a_missing_file_and_an_unknown_name_are_refused)
{
    caption_data d;
    error e = {{0}};
    write_coco();
    remove(scratch_path("val_image_idxs.npy"));
    ck_assert(!caption_data_load("coco", scratch_folder, &d, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "val_image_idxs.npy"));
    ck_assert(!caption_data_load("flickr8k", "/dev/null", &d, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "/dev/null/vocab.txt"));
    ck_assert(!caption_data_load("cifar10", NULL, &d, &e));
    ck_assert_str_eq(e.text, "there is no captioning data called cifar10; there are scenes, coco "
                             "and flickr8k");
}
END_TEST

static void without_pictures(void)
{
    const caption_part part = {0};
    caption_part_pictures(&part, NULL, 0, tensor_new_4d(1, 3, 32, 32));
}

START_TEST(test_pictures_that_are_not_there_stop)
{
    static const expected_stop stop = {
        without_pictures, "caption_part_pictures: this part has features only, no pictures"};
    run_to_stop(&stop);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("caption_data");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_scenes_have_three_parts_with_pictures_and_scenes);
    tcase_add_test(tests,
                   test_a_linear_classifier_reads_shapes_sizes_and_kinds_of_scenes_from_features);
    tcase_add_test(tests, test_the_files_of_coco_are_read_as_they_are);
    tcase_add_test(tests, test_the_file_of_flickr8k_is_split_and_its_pictures_numbered_anew);
    tcase_add_loop_test(tests, test_a_bad_file_gets_one_line_that_names_it_and_says_how_to_get_it,
                        0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, test_a_missing_file_and_an_unknown_name_are_refused);
    tcase_add_exit_test(tests, test_pictures_that_are_not_there_stop, STOPPED_WELL);
    if (!make_scratch_folder())
        return 1;
    int status = run_suite("caption_data", tests);
    remove_scratch_folder();
    return status;
}
