/*
 * Diffusion: a UNet learns to take noise away from pictures, and draws new ones, of the class that
 * it is asked for. A classifier, which never saw them, says what it takes them for.
 *
 * What to look for: noising.png shows how pictures get lost in T steps, denoising.png how new ones
 * come out of noise; in which of the steps is it decided what a picture shows? samples.png and, for
 * more guidance, samples_2.png and samples_3.png have a column per class. Guided pictures are taken
 * for the class more often, and differ less. loss.png shows that the start is the harder to tell
 * the more noise lies on it; with OBJECTIVE=noise, the noise where there is little of it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "adam.h"
#include "classifier.h"
#include "contract.h"
#include "diffusion_sample.h"
#include "experiment.h"
#include "picture_data.h"
#include "plan_net.h"
#include "progress.h"
#include "unet_model.h"

enum { TESTED = 64, MOMENTS = 10, STRIPS = 4, BINS = 10, AVERAGED = 50, LEVELS = 2 };
enum { LEAST_WEIGHT = 1, MOST_WEIGHT = 5 };

/* The sizes of a run. */
typedef struct sizes {
    size_t E, M, T;                 /* of the UNet, and steps of diffusion */
    size_t batch;                   /* pictures an update of the UNet */
    size_t steps, classifier_steps; /* updates of both nets */
    size_t each;                    /* pictures to draw of each class */
} sizes;

/* One-hot rows for the classes y; a fifth of them, drawn, are zeros: any class. */
static void conditions_of(experiment *x, const labels *y, tensor *condition)
{
    tensor_fill(condition, 0);
    for (size_t n = 0; n < y->count; n++)
        if (random_integer(&x->random, 5) > 0)
            condition->data[n * condition->shape[1] + y->data[n]] = 1;
}

/* ---- training ---- */

/* Trains denoiser, whose parameters are in list, and keeps every loss in losses. */
static void train(experiment *x, const dataset *d, const diffusion_schedule *schedule,
                  const diffusion_model *denoiser, const parameter_list *list, double rate,
                  size_t batch, size_t steps, double *losses)
{
    const update_settings settings = adam_settings(rate, 0.9);
    optimizer o = optimizer_new(list->parameters, list->count, &rule_adam, &settings);
    tensor *X = tensor_new_4d(batch, d->channels, d->height, d->width);
    tensor *noise = tensor_new_like(X), *condition = tensor_new_2d(batch, d->class_count);
    labels *y = labels_new(batch), *t = labels_new(batch);
    progress bar = progress_start("UNet", steps);
    for (size_t step = 0; step < steps; step++) {
        draw_pictures(x, d, X, y);
        conditions_of(x, y, condition);
        labels_fill_random(t, &x->random, schedule->beta->size);
        tensor_fill_normal(noise, &x->random, 0, 1);
        losses[step] = diffusion_loss(schedule, denoiser, X, t, noise, condition);
        optimizer_step(&o);
        optimizer_decay(&o, 1 - 1 / (double)(steps - step)); /* in a straight line to 0 */
        progress_update(&bar, step + 1);
    }
    progress_finish(&bar);
    tensor *const all[] = {X, noise, condition};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    labels_free(y);
    labels_free(t);
    optimizer_clear(&o);
}

/* The loss of test pictures by the share of noise: bin i of BINS is step (i + 1/2) T / BINS. */
static void losses_by_step(experiment *x, const dataset *test, const diffusion_schedule *schedule,
                           const diffusion_model *denoiser, double *losses)
{
    tensor *X = tensor_new_4d(TESTED, test->channels, test->height, test->width);
    tensor *noise = tensor_new_like(X), *condition = tensor_new_2d(TESTED, test->class_count);
    labels *y = labels_new(TESTED), *t = labels_new(TESTED);
    next_pictures(test, 0, X, y);
    conditions_of(x, y, condition);
    for (size_t bin = 0; bin < BINS; bin++) {
        for (size_t n = 0; n < TESTED; n++)
            t->data[n] = (uint32_t)((2 * bin + 1) * schedule->beta->size / (2 * BINS));
        tensor_fill_normal(noise, &x->random, 0, 1);
        losses[bin] = diffusion_loss(schedule, denoiser, X, t, noise, condition);
    }
    tensor *const all[] = {X, noise, condition};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    labels_free(y);
    labels_free(t);
}

/* ---- pictures ---- */

/* Row i shows training picture i: clean, then after 1, ... of T steps, the last one after all. */
static void show_noising(experiment *x, const dataset *d, const diffusion_schedule *schedule)
{
    size_t T = schedule->beta->size;
    tensor *X = tensor_new_4d(STRIPS, d->channels, d->height, d->width);
    tensor *noise = tensor_new_like(X), *noisy = tensor_new_like(X);
    tensor *all = tensor_new_4d(STRIPS * MOMENTS, d->channels, d->height, d->width);
    labels *t = labels_new(STRIPS);
    next_pictures(d, 0, X, NULL);
    tensor_fill_normal(noise, &x->random, 0, 1);
    for (size_t moment = 0; moment < MOMENTS; moment++) {
        for (size_t n = 0; n < STRIPS && moment > 0; n++)
            t->data[n] = (uint32_t)((moment - 1) * (T - 1) / (MOMENTS - 2));
        q_sample(schedule, X, t, noise, noisy);
        for (size_t n = 0; n < STRIPS; n++) {
            tensor from = tensor_row(moment == 0 ? X : noisy, n);
            tensor to = tensor_row(all, n * MOMENTS + moment);
            tensor_copy(&from, &to);
        }
    }
    image picture = image_montage(all, MOMENTS, 2, -1, 1);
    experiment_picture(x, &picture, 2, "noising.png");
    tensor *const used[] = {X, noise, noisy, all};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++)
        tensor_free(used[i]);
    labels_free(t);
}

/* Keeps the first STRIPS pictures at MOMENTS of the drawing, the last one at its end. */
typedef struct strips {
    size_t T;
    tensor *all; /* STRIPS MOMENTS x C x H x W, a row a picture */
} strips;

static void watch(void *context, size_t step, const tensor *pictures)
{
    const strips *s = context;
    size_t done = s->T - 1 - step;
    for (size_t moment = 0; moment < MOMENTS; moment++) {
        if (moment * (s->T - 1) / (MOMENTS - 1) != done)
            continue;
        for (size_t n = 0; n < STRIPS; n++) {
            tensor from = tensor_row(pictures, n);
            tensor to = tensor_row(s->all, n * MOMENTS + moment);
            tensor_copy(&from, &to);
        }
    }
}

/*
 * Draws rows of pictures, a column per class, and returns the share that the classifier takes for
 * their class. Saves them as file, and how the first ones came to be as strip_file; either may be
 * NULL.
 */
static double draw_classes(experiment *x, const dataset *d, const diffusion_schedule *schedule,
                           const diffusion_model *denoiser, net *classifier, size_t row_count,
                           double guidance, const char *file, const char *strip_file)
{
    size_t K = d->class_count, N = row_count * K;
    tensor *condition = tensor_new_2d(N, K);
    tensor *pictures = tensor_new_4d(N, d->channels, d->height, d->width);
    strips s = {schedule->beta->size,
                tensor_new_4d(STRIPS * MOMENTS, d->channels, d->height, d->width)};
    labels *asked = labels_new(N), *seen = labels_new(N);
    for (size_t n = 0; n < N; n++) {
        asked->data[n] = (uint32_t)(n % K);
        condition->data[n * K + n % K] = 1;
    }
    diffusion_sample(schedule, denoiser, condition, (real)guidance, &x->random, watch, &s,
                     pictures);
    classify(classifier, K, pictures, seen);
    double share = labels_accuracy(seen, asked);
    if (file != NULL) {
        tensor some = tensor_rows(pictures, 0, K * (row_count < MOMENTS ? row_count : MOMENTS));
        image picture = image_montage(&some, K, 2, -1, 1);
        experiment_picture(x, &picture, 2, file);
    }
    if (strip_file != NULL) {
        image picture = image_montage(s.all, MOMENTS, 2, -1, 1);
        experiment_picture(x, &picture, 2, strip_file);
    }
    tensor *const all[] = {condition, pictures, s.all};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    labels_free(asked);
    labels_free(seen);
    return share;
}

static void draw_losses(experiment *x, const double *losses, size_t steps, const double *by_step)
{
    double at[BINS];
    for (size_t i = 0; i < BINS; i++)
        at[i] = ((double)i + 0.5) / BINS;
    plot *p = plot_new("Loss", "update", "loss");
    plot_line(p, NULL, NULL, losses, steps);
    plot_logarithmic(p, false, true);
    plot_next_panel(p, "Loss of test pictures", "step / T", "loss");
    plot_line(p, NULL, at, by_step, BINS);
    plot_logarithmic(p, false, true);
    experiment_plot(x, p, "loss.png");
}

/* Draws with every guidance that is to be tried, and says what the classifier takes them for. */
static void draw_all(experiment *x, const dataset *d, const diffusion_schedule *schedule,
                     const diffusion_model *denoiser, net *classifier, size_t rows,
                     const value_list *guidance)
{
    static const char *const names[] = {"share_right", "share_right_2", "share_right_3"};
    static const char *const files[] = {"samples.png", "samples_2.png", "samples_3.png"};
    for (size_t i = 0; i < guidance->count && i < 3; i++) {
        double start = experiment_seconds();
        double share = draw_classes(x, d, schedule, denoiser, classifier, rows, guidance->values[i],
                                    files[i], i == 0 ? "denoising.png" : NULL);
        printf("Guidance %g, %s: of %zu pictures %.3f are taken for their class, in %.1f s\n",
               guidance->values[i], files[i], rows * d->class_count, share,
               experiment_seconds() - start);
        experiment_result(x, names[i], share);
    }
}

/*
 * Fills schedule with that kind of noise for that objective. Where the start is predicted, a step's
 * weight falls from thousands to nothing as noise grows, though what a picture shows is decided in
 * the noisy steps: weights are cut to LEAST_WEIGHT .. MOST_WEIGHT.
 *
 * Sources: Salimans and Ho, "Progressive distillation", 2022 (at least 1); Hang et al., "Efficient
 * diffusion training via min-SNR weighting strategy", 2023 (at most 5).
 */
static void fill_schedule(beta_kind kind, diffusion_objective objective,
                          diffusion_schedule *schedule)
{
    tensor *beta = tensor_new_like(schedule->beta);
    beta_schedule(kind, beta);
    diffusion_schedule_fill(beta, objective, schedule);
    for (size_t t = 0; t < schedule->weight->size; t++) {
        real *weight = &schedule->weight->data[t];
        if (*weight < LEAST_WEIGHT)
            *weight = LEAST_WEIGHT;
        if (*weight > MOST_WEIGHT)
            *weight = MOST_WEIGHT;
    }
    tensor_free(beta);
}

/* The classifier that judges the pictures. */
static net train_judge(experiment *x, const dataset *d, const dataset *test, size_t steps)
{
    net classifier = new_classifier(x, d);
    train_classifier(x, &classifier, d, 2e-3, steps);
    double accuracy = classifier_accuracy(&classifier, test, x->quick ? 500 : 0);
    printf("Classifier: test accuracy %.3f\n", accuracy);
    experiment_result(x, "classifier_accuracy", accuracy);
    return classifier;
}

/* Trains the denoiser and shows its losses. */
static void train_and_show(experiment *x, const dataset *d, const dataset *test,
                           const diffusion_schedule *schedule, const diffusion_model *denoiser,
                           const parameter_list *list, double rate, size_t batch, size_t steps)
{
    double by_step[BINS], start = experiment_seconds();
    double *losses = calloc(steps, sizeof *losses);
    if (losses == NULL)
        contract_failed(__func__, "no memory");
    train(x, d, schedule, denoiser, list, rate, batch, steps, losses);
    losses_by_step(x, test, schedule, denoiser, by_step);
    printf("UNet: loss %.3f, after %zu updates %.4f, in %.1f s\n", losses[0], steps,
           mean_of_last(losses, steps, AVERAGED), experiment_seconds() - start);
    experiment_result(x, "loss", mean_of_last(losses, steps, AVERAGED));
    draw_losses(x, losses, steps, by_step);
    free(losses);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("diffusion", argc, argv);
    dataset d, test;
    const sizes full = {16, 64, 200, 16, 7000, 600, 10}, quick = {8, 32, 40, 16, 170, 40, 2};
    const sizes *z = x.quick ? &quick : &full;
    static const double some[] = {1}, all[] = {0, 1, 3};
    double rate = experiment_value(&x, "RATE", 2e-3);
    size_t steps = (size_t)experiment_value(&x, "STEPS", (double)z->steps);
    value_list guidance = experiment_values(&x, "GUIDANCE", x.quick ? 1 : 3, x.quick ? some : all);
    beta_kind kind = (beta_kind)experiment_value(&x, "SCHEDULE", BETA_COSINE);
    diffusion_objective objective =
        (diffusion_objective)experiment_value(&x, "OBJECTIVE", PREDICT_START);
    experiment_load(&x, &d, &test);
    diffusion_schedule schedule = diffusion_schedule_new(z->T);
    fill_schedule(kind, objective, &schedule);
    show_noising(&x, &d, &schedule);
    net judge = train_judge(&x, &d, &test, z->classifier_steps);
    trainable_unet t = trainable_unet_new(&(unet_settings){.channels = d.channels,
                                                           .E = z->E,
                                                           .M = z->M,
                                                           .K = d.class_count,
                                                           .level_count = LEVELS,
                                                           .blocks = 1});
    unet_init(&t, &x.random);
    unet_model m = unet_model_new(&t);
    diffusion_model denoiser = unet_as_model(&m);
    train_and_show(&x, &d, &test, &schedule, &denoiser, &t.list, rate, z->batch, steps);
    draw_all(&x, &d, &schedule, &denoiser, &judge, z->each, &guidance);
    experiment_finish(&x);
    net_of_plan_clear(&judge);
    unet_model_clear(&m);
    trainable_unet_clear(&t);
    diffusion_schedule_clear(&schedule);
    dataset_clear(&d);
    dataset_clear(&test);
    return 0;
}
