/*
 * Generative adversarial nets: three of them learn to draw what the data set shows, and every 250
 * steps draw 16 pictures from the same noise. The fourth picture is of the game itself.
 *
 * What to look for: in cross_entropy.png, least_squares.png and convolutional.png each row is later
 * than the one above, and each column is one vector of noise. Pictures get sharper, but do they
 * also differ from column to column? In losses.png neither player's loss goes to 0: when one gets
 * better, the other's task gets harder. cycle.png shows why such a game need not end: x is to make
 * f = x y small, y is to make it large, and each follows its own gradient.
 */
#include <stdio.h>
#include <stdlib.h>

#include "adam.h"
#include "contract.h"
#include "experiment.h"
#include "gan.h"
#include "gan_losses.h"
#include "picture_data.h"
#include "plan_net.h"
#include "progress.h"

enum { NOISE = 96, SHOWN = 16, EVERY = 250, AVERAGED = 100 };

/* One of the three games. */
typedef struct game {
    const char *title, *file;
    gan_kind kind;
    void (*discriminator)(gan_sizes sizes, layer_plan *plan);
    void (*generator)(gan_sizes sizes, layer_plan *plan);
    const char *discriminator_result, *generator_result;
    size_t batch, steps, every;
} game;

/* A row of pictures that G makes of noise, put below those that are there: row is its number. */
static void show_progress(net *G, const tensor *noise, size_t row, tensor *all)
{
    tensor place = tensor_rows(all, row * SHOWN, SHOWN);
    G->forward(G->self, noise, &place);
}

/* The steps of a game. The losses receive one number a step, progress its rows of pictures. */
static void play(experiment *x, const dataset *train, const game *g, double rate, net *D, net *G,
                 double *D_losses, double *G_losses, tensor *pictures)
{
    const update_settings settings = adam_settings(rate, 0.5);
    optimizer D_learns = optimizer_new(D->parameters, D->parameter_count, &rule_adam, &settings);
    optimizer G_learns = optimizer_new(G->parameters, G->parameter_count, &rule_adam, &settings);
    tensor *noise = tensor_new_2d(g->batch, NOISE), *shown = tensor_new_2d(SHOWN, NOISE);
    tensor *images = tensor_new_2d(g->batch, dataset_dimension(train));
    tensor *fake = tensor_new_like(images);
    progress bar = progress_start(g->title, g->steps);
    sample_noise(&x->random, shown);
    for (size_t step = 0; step < g->steps; step++) {
        if (step % g->every == 0)
            show_progress(G, shown, step / g->every, pictures);
        draw_pictures(x, train, images, NULL);
        sample_noise(&x->random, noise);
        D_losses[step] = gan_discriminator_step(D, G, images, noise, g->kind, fake);
        optimizer_step(&D_learns);
        sample_noise(&x->random, noise);
        G_losses[step] = gan_generator_step(G, D, noise, g->kind, fake);
        optimizer_step(&G_learns);
        progress_update(&bar, step + 1);
    }
    progress_finish(&bar);
    show_progress(G, shown, g->steps / g->every, pictures);
    tensor *const all[] = {noise, shown, images, fake};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tensor_free(all[i]);
    optimizer_clear(&D_learns);
    optimizer_clear(&G_learns);
}

/* Plays g with new nets, from the seed, saves what they draw, and adds its losses to p. */
static void play_game(experiment *x, const dataset *train, const game *g, double rate, plot *p)
{
    layer_plan D_plan, G_plan;
    const gan_sizes sizes = {NOISE, train->channels, train->height};
    experiment_seed_again(x);
    g->discriminator(sizes, &D_plan);
    g->generator(sizes, &G_plan);
    net D = net_of_plan(&D_plan, &x->random), G = net_of_plan(&G_plan, &x->random);
    tensor *pictures = tensor_new_4d((g->steps / g->every + 1) * SHOWN, train->channels,
                                     train->height, train->width);
    double *losses = calloc(2 * g->steps, sizeof *losses), start = experiment_seconds();
    if (losses == NULL)
        contract_failed(__func__, "no memory");
    play(x, train, g, rate, &D, &G, losses, losses + g->steps, pictures);
    double D_loss = mean_of_last(losses, g->steps, AVERAGED);
    double G_loss = mean_of_last(losses + g->steps, g->steps, AVERAGED);
    printf("%s, %zu and %zu parameters: after %zu steps losses %.3f and %.3f, in %.1f s\n",
           g->title, layer_plan_parameters(&D_plan), layer_plan_parameters(&G_plan), g->steps,
           D_loss, G_loss, experiment_seconds() - start);
    experiment_result(x, g->discriminator_result, D_loss);
    experiment_result(x, g->generator_result, G_loss);
    plot_line(p, "discriminator", NULL, losses, g->steps);
    plot_line(p, "generator", NULL, losses + g->steps, g->steps);
    image picture = image_montage(pictures, SHOWN, 2, -1, 1);
    experiment_picture(x, &picture, 1, g->file);
    free(losses);
    tensor_free(pictures);
    net_of_plan_clear(&D);
    net_of_plan_clear(&G);
}

/* f = x y from (1, 1): x goes down and y up along their gradients, first both at once, then in
 * turn, as the players above do. */
static void draw_cycle(const experiment *x)
{
    enum { STEPS = 60 };
    const double rate = 0.2;
    double xs[2][STEPS + 1], ys[2][STEPS + 1];
    for (size_t in_turn = 0; in_turn < 2; in_turn++) {
        xs[in_turn][0] = ys[in_turn][0] = 1;
        for (size_t i = 0; i < STEPS; i++) {
            double before = xs[in_turn][i], after = before - rate * ys[in_turn][i];
            xs[in_turn][i + 1] = after;
            ys[in_turn][i + 1] = ys[in_turn][i] + rate * (in_turn == 1 ? after : before);
        }
    }
    plot *p = plot_new("f = xy, both at once", "x", "y");
    plot_line(p, NULL, xs[0], ys[0], STEPS + 1);
    plot_next_panel(p, "f = xy, in turn", "x", "y");
    plot_line(p, NULL, xs[1], ys[1], STEPS + 1);
    experiment_plot(x, p, "cycle.png");
}

static void show_real_pictures(experiment *x, const dataset *train)
{
    tensor *pictures = tensor_new_4d(SHOWN, train->channels, train->height, train->width);
    next_pictures(train, 0, pictures, NULL);
    image picture = image_montage(pictures, SHOWN, 2, -1, 1);
    experiment_picture(x, &picture, 1, "real.png");
    tensor_free(pictures);
}

int main(int argc, char **argv)
{
    experiment x = experiment_start("gan", argc, argv);
    dataset train, test;
    double rate = experiment_value(&x, "RATE", 1e-3);
    size_t steps = (size_t)experiment_value(&x, "STEPS", x.quick ? 100 : 2500);
    experiment_load(&x, &train, &test);
    size_t every = steps < EVERY ? steps : EVERY, fewer = (steps + 4) / 5;
    size_t batch = x.quick ? 32 : 128;
    const game games[] = {
        {"Cross-entropy", "cross_entropy.png", GAN_CROSS_ENTROPY, gan_discriminator_plan,
         gan_generator_plan, "discriminator_loss", "generator_loss", batch, steps, every},
        {"Least squares", "least_squares.png", GAN_LEAST_SQUARES, gan_discriminator_plan,
         gan_generator_plan, "ls_discriminator_loss", "ls_generator_loss", batch, steps, every},
        {"Convolutional", "convolutional.png", GAN_CROSS_ENTROPY, dcgan_discriminator_plan,
         dcgan_generator_plan, "dc_discriminator_loss", "dc_generator_loss", batch, fewer,
         fewer < EVERY ? fewer : EVERY}};
    draw_cycle(&x);
    show_real_pictures(&x, &train);
    plot *p = plot_new(games[0].title, "step", "loss");
    for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
        if (i > 0)
            plot_next_panel(p, games[i].title, "step", "loss");
        play_game(&x, &train, &games[i], rate, p);
    }
    experiment_plot(&x, p, "losses.png");
    experiment_finish(&x);
    dataset_clear(&train);
    dataset_clear(&test);
    return 0;
}
