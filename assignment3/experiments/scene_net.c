/* A net that learns to say what is in a scene, and what it sees in one. */
#include "scene_net.h"

#include <math.h>
#include <stdio.h>

#include "adam.h"
#include "classifier.h"
#include "picture_data.h"
#include "plan_net.h"
#include "progress.h"

enum { BATCH = 64, CHUNK = 500, OBJECTS = 2, CONVOLUTIONS = 3, NONE = 1 };

/* The questions: kind, with how many are alike, then shape, colour and size of both objects. */
enum { QUESTIONS = 1 + 3 * OBJECTS, KINDS = SCENE_KINDS + 1 };
static const size_t answers[QUESTIONS] = {
    KINDS, SCENE_SHAPES, SCENE_COLOURS, 2, SCENE_SHAPES + NONE, SCENE_COLOURS + NONE, 2 + NONE};

static size_t count_answers(void)
{
    size_t sum = 0;
    for (size_t i = 0; i < QUESTIONS; i++)
        sum += answers[i];
    return sum;
}

/* The right answer to each question. */
static void describe(const scene *s, uint32_t right[QUESTIONS])
{
    right[0] = s->count == SCENE_MOST_OBJECTS ? SCENE_KINDS : s->kind;
    for (size_t i = 0; i < OBJECTS; i++) {
        const scene_object *o = &s->objects[i];
        bool there = i < s->count;
        right[1 + 3 * i] = there ? o->shape : SCENE_SHAPES;
        right[2 + 3 * i] = there ? o->colour : SCENE_COLOURS;
        right[3 + 3 * i] = there ? o->large : 2;
    }
}

/* The pictures' bytes as numbers from -1 to 1. */
static void take_pixels(const uint8_t *pixels, tensor *X)
{
    for (size_t i = 0; i < X->size; i++)
        X->data[i] = pixels[i] / (real)127.5 - 1;
}

/* Draws new scenes, paints them into X, and says into right, QUESTIONS a scene, what they are. */
static void draw_scenes(experiment *x, tensor *X, uint32_t *right)
{
    for (size_t n = 0; n < X->shape[0]; n++) {
        uint8_t pixels[SCENE_PIXELS];
        scene s = scene_draw(&x->random);
        scene_paint(&s, &x->random, pixels);
        tensor row = tensor_row(X, n);
        take_pixels(pixels, &row);
        describe(&s, right + n * QUESTIONS);
    }
}

/* Column first and as many more as part has of each row of all, into part or, if back, from it. */
static void copy_columns(tensor *all, size_t first, tensor *part, bool back)
{
    size_t width = part->shape[1];
    for (size_t n = 0; n < part->shape[0]; n++)
        for (size_t j = 0; j < width; j++) {
            real *a = &all->data[n * all->shape[1] + first + j], *b = &part->data[n * width + j];
            *(back ? a : b) = *(back ? b : a);
        }
}

/*
 * The sum of the questions' softmax losses, with its gradient in dscores, and how many answers are
 * right in *right_ones. scores are N x all answers; right has QUESTIONS answers a row.
 */
static double judge(tensor *scores, const uint32_t *right, tensor *dscores, size_t *right_ones)
{
    double loss = 0;
    size_t first = 0, N = scores->shape[0];
    labels *y = labels_new(N), *said = labels_new(N);
    *right_ones = 0;
    for (size_t i = 0; i < QUESTIONS; i++) {
        tensor *part = tensor_new_2d(N, answers[i]), *dpart = tensor_new_like(part);
        for (size_t n = 0; n < N; n++)
            y->data[n] = right[n * QUESTIONS + i];
        copy_columns(scores, first, part, false);
        loss += (double)softmax_loss_of(part, y, dpart);
        copy_columns(dscores, first, dpart, true);
        tensor_argmax_rows(part, said);
        *right_ones += (size_t)lround(labels_accuracy(said, y) * (double)N);
        first += answers[i];
        tensor_free(part);
        tensor_free(dpart);
    }
    labels_free(y);
    labels_free(said);
    return loss;
}

static net new_net(experiment *x)
{
    layer_plan plan;
    layer_plan_begin(&plan, 3, SCENE_SIDE, SCENE_SIDE);
    for (size_t i = 0; i < CONVOLUTIONS; i++) {
        plan_conv(&plan, (size_t)32 << i, 3, (conv_shape){1, 1});
        plan_relu(&plan);
        plan_max_pool(&plan, 2);
    }
    plan_reshape(&plan, plan.shape[0] * plan.shape[1] * plan.shape[2], 1, 1);
    plan_affine(&plan, SCENE_NET_FEATURES);
    plan_relu(&plan);
    plan_affine(&plan, count_answers());
    return net_of_plan(&plan, &x->random);
}
enum { LAST_BUT_ONE = 3 * CONVOLUTIONS + 2 }; /* the ReLU behind the first affine layer */

static void train(experiment *x, net *n, size_t steps)
{
    const update_settings settings = adam_settings(3e-3, 0.9);
    optimizer o = optimizer_new(n->parameters, n->parameter_count, &rule_adam, &settings);
    tensor *X = tensor_new_2d(BATCH, SCENE_PIXELS);
    tensor *scores = tensor_new_2d(BATCH, count_answers()), *dscores = tensor_new_like(scores);
    static uint32_t right[BATCH * QUESTIONS];
    progress bar = progress_start("Scene net", steps);
    for (size_t step = 0; step < steps; step++) {
        size_t right_ones;
        draw_scenes(x, X, right);
        n->forward(n->self, X, scores);
        (void)judge(scores, right, dscores, &right_ones);
        net_clear_gradients(n);
        n->backward(n->self, dscores, NULL);
        optimizer_step(&o);
        optimizer_decay(&o, 1 - 1 / (double)(steps - step)); /* in a straight line to 0 */
        progress_update(&bar, step + 1);
    }
    progress_finish(&bar);
    tensor *const all[] = {X, scores, dscores};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    optimizer_clear(&o);
}

/* Gives part's pictures what n sees in them; the share of n's answers that are right. */
static double look(net *n, caption_part *part)
{
    size_t count = part->set.features->shape[0], right_ones = 0;
    tensor *features = tensor_new_2d(count, SCENE_NET_FEATURES);
    for (size_t first = 0; first < count; first += CHUNK) {
        size_t some = count - first < CHUNK ? count - first : CHUNK, right_here;
        uint32_t right[CHUNK * QUESTIONS];
        tensor *X = tensor_new_2d(some, SCENE_PIXELS);
        tensor *scores = tensor_new_2d(some, count_answers()), *dscores = tensor_new_like(scores);
        take_pixels(part->pixels + first * SCENE_PIXELS, X);
        for (size_t i = 0; i < some; i++)
            describe(&part->scenes[first + i], right + i * QUESTIONS);
        n->forward(n->self, X, scores);
        (void)judge(scores, right, dscores, &right_here);
        right_ones += right_here;
        tensor seen = net_of_plan_result(n, LAST_BUT_ONE);
        tensor from = tensor_reshaped(&seen, 2, (size_t[]){some, SCENE_NET_FEATURES});
        tensor to = tensor_rows(features, first, some);
        tensor_copy(&from, &to);
        tensor *const all[] = {X, scores, dscores};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            tensor_free(all[i]);
    }
    tensor_free(part->set.features);
    part->set.features = features;
    return (double)right_ones / (double)(count * QUESTIONS);
}

void learn_scene_features(experiment *x, caption_data *data, size_t steps)
{
    double start = experiment_seconds();
    net n = new_net(x);
    train(x, &n, steps);
    look(&n, &data->train);
    double accuracy = look(&n, &data->validation);
    look(&n, &data->test);
    caption_data_standardize(data);
    printf("Scene net: %.3f of its answers about new scenes are right, in %.1f s\n", accuracy,
           experiment_seconds() - start);
    experiment_result(x, "scene_net_accuracy", accuracy);
    net_of_plan_clear(&n);
}
