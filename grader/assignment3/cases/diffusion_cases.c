/* Hidden cases of diffusion. */
#include "attempt.h"

enum { LINEAR, COSINE, SIGMOID, KINDS };
enum { NOISE, START, OBJECTIVES };

/* ---- the schedule ---- */

static void give_kind(attempt *a, size_t kind, size_t T)
{
    give_number(a, "kind", (double)kind);
    give_number(a, "T", (double)T);
    give_size(a, 'T', T);
}

static void check_beta(attempt *a, size_t kind, size_t T)
{
    give_kind(a, kind, T);
    call(a, "beta_schedule");
    expect_close(a, "beta");
}

CASE(beta_schedule_any_length, "the three kinds, with any number of steps")
{
    for (size_t kind = 0; kind < KINDS; kind++) {
        check_beta(a, kind, draw_size(a, 3, 60));
        check_beta(a, kind, draw_size(a, 61, 400));
    }
}

CASE(beta_schedule_short_and_long, "schedules of 1, 2 and 1000 steps",
     .needs = "beta_schedule_any_length", .stays = "the shortest schedules")
{
    for (size_t kind = 0; kind < KINDS; kind++) {
        check_beta(a, kind, 1);
        check_beta(a, kind, 2);
        check_beta(a, kind, 1000);
    }
}

static const char *const of_schedule[] = {"alpha_bar",   "alpha_bar_before", "start_share",
                                          "noisy_share", "step_deviation",   "weight"};
enum { OF_SCHEDULE = sizeof of_schedule / sizeof *of_schedule };

static void check_fill(attempt *a, size_t objective)
{
    give_number(a, "objective", (double)objective);
    call(a, "diffusion_schedule_fill");
    expect_close(a, "kept_objective");
    expect_close(a, "kept_beta");
    for (size_t i = 0; i < OF_SCHEDULE; i++)
        expect_close(a, of_schedule[i]);
}

CASE(schedule_any_beta, "all numbers of a schedule, of any variances")
{
    for (size_t objective = 0; objective < OBJECTIVES; objective++) {
        give_uniform(a, "beta", sizes1(draw_size(a, 5, 40)), 0.02, 0.6);
        check_fill(a, objective);
    }
}

CASE(schedule_short_and_long, "schedules of 1, 2 and 1000 steps", .needs = "schedule_any_beta",
     .stays = "the shortest schedules, and alpha_bar down to 1e-7")
{
    static const size_t lengths[] = {1, 2, 1000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        give_kind(a, COSINE, lengths[i]);
        if (!call_reference(a, "beta_schedule"))
            return;
        give_copy(a, "beta", reference(a, "beta"));
        check_fill(a, START);
        check_fill(a, NOISE);
    }
}

/* ---- pictures ---- */

/* N pictures of C x H x W, for conditions of K classes. */
typedef struct picture_sizes {
    size_t N, C, H, W, K, T;
} picture_sizes;

/* Sizes that all differ. */
static picture_sizes draw_picture_sizes(attempt *a)
{
    picture_sizes s = {0};
    s.N = draw_size(a, 4, 5);
    s.C = draw_size(a, 2, 3);
    s.H = draw_size(a, 6, 7);
    s.W = draw_size(a, 8, 9);
    s.K = draw_size(a, 10, 11);
    s.T = draw_size(a, 24, 40); /* over 20, where the linear variances are below 1 */
    return s;
}

static sizes shape_of(picture_sizes s)
{
    return sizes4(s.N, s.C, s.H, s.W);
}

/* Gives the numbers of a schedule, as the reference computes them. */
static void give_schedule(attempt *a, size_t kind, size_t T, size_t objective)
{
    give_kind(a, kind, T);
    give_number(a, "objective", (double)objective);
    if (!call_reference(a, "beta_schedule"))
        return;
    give_copy(a, "beta", reference(a, "beta"));
    if (!call_reference(a, "diffusion_schedule_fill"))
        return;
    for (size_t i = 0; i < OF_SCHEDULE; i++)
        give_copy(a, of_schedule[i], reference(a, of_schedule[i]));
}

/* Gives t: the first two differ, and so do most of the others. */
static void give_steps(attempt *a, picture_sizes s)
{
    labels *t = give_labels(a, "t", s.N, s.T);
    if (t->data[1] == t->data[0])
        t->data[1] = (t->data[0] + 1) % (uint32_t)s.T;
}

static void check_mix(attempt *a, const char *operation, const char *from, const char *other,
                      const char *to)
{
    for (size_t kind = 0; kind < KINDS; kind++) {
        picture_sizes s = draw_picture_sizes(a);
        give_schedule(a, kind, s.T, draw_size(a, 0, 1));
        give_steps(a, s);
        give_normal(a, from, shape_of(s), 0, 1);
        give_normal(a, other, shape_of(s), 0.2, 1);
        call(a, operation);
        expect_close(a, to);
    }
}

CASE(q_sample_any_shape, "noise is added, to each picture as much as its step says")
{
    check_mix(a, "q_sample", "x_start", "noise", "x_t");
}

/* What hardly shows any more: alpha_bar of 1e-7 and less. */
static void check_start_at_the_end(attempt *a)
{
    picture_sizes s = draw_picture_sizes(a);
    s.T = 1000;
    give_schedule(a, COSINE, s.T, NOISE);
    labels *t = give_labels(a, "t", s.N, s.T);
    for (size_t n = 0; n < s.N; n++)
        t->data[n] = (uint32_t)(s.T - 1 - n);
    give_normal(a, "x_t", shape_of(s), 0, 1);
    give_normal(a, "noise", shape_of(s), 0, 1);
    call(a, "predict_start_from_noise");
    expect_close_within(a, "x_start", 1e-9);
}

CASE(predict_start_any_shape, "the start of pictures whose noise is known")
{
    check_mix(a, "predict_start_from_noise", "x_t", "noise", "x_start");
    check_start_at_the_end(a);
}

CASE(predict_noise_any_shape, "the noise of pictures whose start is known")
{
    check_mix(a, "predict_noise_from_start", "x_t", "x_start", "noise");
}

static void check_posterior(attempt *a, bool first_step)
{
    picture_sizes s = draw_picture_sizes(a);
    size_t kind = draw_size(a, 0, 2);
    size_t objective = draw_size(a, 0, 1);
    give_schedule(a, kind, s.T, objective);
    give_steps(a, s);
    if (first_step)
        for (size_t n = 0; n < s.N; n++)
            given_labels(a, "t")->data[n] = 0;
    give_normal(a, "x_start", shape_of(s), 0, 1);
    give_normal(a, "x_t", shape_of(s), 0.3, 1);
    call(a, "q_posterior");
    expect_close(a, "mean");
    expect_close(a, "deviation");
}

CASE(q_posterior_any_shape, "where pictures were one step earlier")
{
    for (size_t round = 0; round < 3; round++)
        check_posterior(a, false);
}

CASE(q_posterior_first_step, "before step 0 pictures are clean", .needs = "q_posterior_any_shape",
     .stays = "the deviation of 1e-10")
{
    check_posterior(a, true);
}

/* ---- training and sampling ---- */

/* Gives the linear model. Its answers go well beyond 1, so that a cut shows. */
static void give_model(attempt *a, picture_sizes s)
{
    size_t D = s.C * s.H * s.W;
    give_normal(a, "A", sizes2(D, D), 0, 0.1);
    give_normal(a, "b", sizes1(D), 0, 1);
    give_normal(a, "U", sizes2(s.K, D), 0, 0.4);
    give_normal(a, "s", sizes1(D), 0, 0.05);
    give_normal(a, "condition", sizes2(s.N, s.K), 0, 1);
}

static void give_loss(attempt *a, size_t kind, size_t objective)
{
    picture_sizes s = draw_picture_sizes(a);
    give_schedule(a, kind, s.T, objective);
    give_model(a, s);
    give_steps(a, s);
    give_normal(a, "x_start", shape_of(s), 0, 0.7);
    give_normal(a, "noise", shape_of(s), 0, 1);
}

static void check_loss(attempt *a, size_t kind, size_t objective)
{
    static const char *const outputs[] = {"loss", "dprediction", "dA", "db", "dU", "ds"};
    give_loss(a, kind, objective);
    call(a, "diffusion_loss");
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++)
        expect_close(a, outputs[i]);
}

CASE(diffusion_loss_of_noise, "the loss of a model that predicts the noise")
{
    for (size_t kind = 0; kind < KINDS; kind++)
        check_loss(a, kind, NOISE);
}

CASE(diffusion_loss_of_start, "the loss of a model that predicts the start")
{
    for (size_t kind = 0; kind < KINDS; kind++)
        check_loss(a, kind, START);
}

static void check_p_sample(attempt *a, size_t kind, size_t objective, bool first_step)
{
    picture_sizes s = draw_picture_sizes(a);
    give_schedule(a, kind, s.T, objective);
    give_model(a, s);
    give_number(a, "t", first_step ? 0 : (double)draw_size(a, 1, s.T - 1));
    give_normal(a, "x_t", shape_of(s), 0, 1);
    give_normal(a, "noise", shape_of(s), 0, 1);
    call(a, "p_sample");
    expect_close(a, "x_before");
}

CASE(p_sample_of_noise, "a step back with a model that predicts the noise")
{
    for (size_t kind = 0; kind < KINDS; kind++)
        check_p_sample(a, kind, NOISE, false);
}

CASE(p_sample_of_start, "a step back with a model that predicts the start")
{
    for (size_t kind = 0; kind < KINDS; kind++)
        check_p_sample(a, kind, START, false);
}

CASE(p_sample_first_step, "step 0 leaves the predicted start", .needs = "p_sample_of_start",
     .stays = "the last step of a sample, where the noise does not show")
{
    check_p_sample(a, COSINE, START, true);
    check_p_sample(a, LINEAR, NOISE, true);
}

CASE(guide_any_shape, "predictions with and without a condition put together")
{
    for (size_t round = 0; round < 3; round++) {
        picture_sizes s = draw_picture_sizes(a);
        give_normal(a, "conditional", shape_of(s), 0, 1);
        give_normal(a, "unconditional", shape_of(s), 0, 1);
        give_number(a, "scale", round == 0 ? 0 : draw_number(a, 0.5, 4));
        call(a, "guide");
        expect_close(a, "out");
    }
}

static void check_time_embedding(attempt *a, size_t E)
{
    size_t N = draw_size(a, 5, 9);
    give_labels(a, "t", N, 1000);
    give_size(a, 'E', E);
    call(a, "time_embedding");
    expect_close(a, "out");
}

CASE(time_embedding_any_size, "a vector for each step, of any even length")
{
    check_time_embedding(a, 4);
    check_time_embedding(a, 2 * draw_size(a, 3, 6));
    check_time_embedding(a, 2 * draw_size(a, 7, 20));
}

/* ---- all of it ---- */

static void check_some(attempt *a)
{
    check_mix(a, "q_sample", "x_start", "noise", "x_t");
    check_posterior(a, false);
    check_loss(a, COSINE, START);
    check_p_sample(a, LINEAR, NOISE, false);
    check_time_embedding(a, 10);
}

CASE(diffusion_called_twice, "nothing is left from the call before",
     .needs = "diffusion_loss_of_start", .stays = "outputs that hold numbers already")
{
    fill_outputs(a, 3);
    check_some(a);
    fill_outputs(a, -2);
    check_some(a);
}

CASE(diffusion_float, "diffusion in float", .variant = CASE_FLOAT,
     .needs = "diffusion_loss_of_start", .stays = "that float is enough")
{
    give_kind(a, COSINE, 1000);
    if (!call_reference(a, "beta_schedule"))
        return;
    give_copy(a, "beta", reference(a, "beta"));
    check_fill(a, NOISE);
    check_some(a);
}

CASE(diffusion_memory, "no memory error in diffusion", .variant = CASE_SANITIZED)
{
    check_beta(a, COSINE, 7);
    give_uniform(a, "beta", sizes1(9), 0.02, 0.6);
    check_fill(a, START);
    check_some(a);
    check_mix(a, "predict_start_from_noise", "x_t", "noise", "x_start");
    check_mix(a, "predict_noise_from_start", "x_t", "x_start", "noise");
    check_p_sample(a, LINEAR, START, true);
}
