/* Promises of diffusion.c. */
#include <string.h>

#include "diffusion.h"
#include "matmul.h"
#include "recurrent_checks.h"

/* ---- the schedule ---- */

static const beta_kind kinds[] = {BETA_LINEAR, BETA_COSINE, BETA_SIGMOID};

START_TEST(test_beta_schedule_gives_the_computed_figures)
{
    for (size_t i = 0; i < 3; i++) {
        published_case *c = published("beta_schedule", i);
        tensor *beta = kept_output(SHAPE((size_t)published_input_number(c, "T")));
        beta_schedule(kinds[i], beta);
        hint(i == 0 ? "The linear schedule goes from 1e-4 to 2e-2, times 1000/T."
                    : "beta is one minus the ratio of f at the end of the step and at its "
                      "beginning.");
        expect_case("beta", beta, c);
        published_case_close(c);
    }
}
END_TEST

START_TEST(test_beta_schedule_stays_below_one)
{
    for (size_t i = 1; i < 3; i++) {
        tensor *beta = kept_output(SHAPE(1000));
        beta_schedule(kinds[i], beta);
        hint("f ends at 0, so the last beta would be 1 and nothing could be divided by what is "
             "left: it is cut to 0.999.");
        expect_number("the last beta", (double)beta->data[999], 0.999, 1e-12);
    }
}
END_TEST

START_TEST(test_beta_schedule_of_one_step)
{
    tensor *beta = kept_output(SHAPE(1));
    beta_schedule(BETA_LINEAR, beta);
    expect_number("beta of the linear schedule", (double)beta->data[0], 0.1, 1e-12);
    beta_schedule(BETA_COSINE, beta);
    expect_number("beta of the cosine schedule", (double)beta->data[0], 0.999, 1e-12);
}
END_TEST

/* The schedules of this process, freed at its end with the rest. */
static diffusion_schedule new_schedule(size_t T)
{
    diffusion_schedule s = diffusion_schedule_new(T);
    tensor *const all[] = {s.beta,        s.alpha_bar,   s.alpha_bar_before,
                           s.start_share, s.noisy_share, s.deviation,
                           s.weight};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        poison(keep(all[i]));
    return s;
}

static diffusion_schedule filled(beta_kind kind, size_t T, diffusion_objective objective)
{
    diffusion_schedule s = new_schedule(T);
    tensor *beta = kept_output(SHAPE(T));
    beta_schedule(kind, beta);
    diffusion_schedule_fill(beta, objective, &s);
    return s;
}

START_TEST(test_schedule_gives_the_computed_figures)
{
    published_case *c = published("diffusion_schedule", 0);
    diffusion_schedule s = filled(BETA_COSINE, 8, PREDICT_START);
    ck_assert_msg(s.objective == PREDICT_START, "the schedule's objective was not written");
    hint("alpha_bar is the product of 1 - beta; before the first step it is 1.");
    expect_case("alpha_bar", s.alpha_bar, c);
    expect_case("alpha_bar_before", s.alpha_bar_before, c);
    expect_case("start_share", s.start_share, c);
    expect_case("noisy_share", s.noisy_share, c);
    hint("A deviation is the root of a variance, which is kept above 1e-20.");
    expect_case("deviation", s.deviation, c);
    hint("With the objective start, a step counts alpha_bar / (1 - alpha_bar).");
    expect_case("weight", s.weight, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_schedule_gives_the_computed_figures_of_1000_steps)
{
    published_case *c = published("diffusion_schedule", 1);
    diffusion_schedule s = filled(BETA_SIGMOID, 1000, PREDICT_NOISE);
    tensor *at = kept_input(c, "at");
    tensor *alpha_bar = keep(tensor_new_like(at)), *deviation = keep(tensor_new_like(at));
    for (size_t i = 0; i < at->size; i++) {
        alpha_bar->data[i] = s.alpha_bar->data[(size_t)at->data[i]];
        deviation->data[i] = s.deviation->data[(size_t)at->data[i]];
    }
    expect_case("alpha_bar", alpha_bar, c);
    expect_case("deviation", deviation, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_schedule_copies_beta_and_the_objective)
{
    tensor *beta = kept_output(SHAPE(5)), *ones = keep(tensor_new_1d(5));
    beta_schedule(BETA_SIGMOID, beta);
    tensor *copy = keep(tensor_new_copy(beta));
    diffusion_schedule s = new_schedule(5);
    s.objective = PREDICT_START;
    diffusion_schedule_fill(beta, PREDICT_NOISE, &s);
    ck_assert_msg(s.objective == PREDICT_NOISE, "the schedule's objective was not written");
    expect_close("schedule->beta", s.beta, copy, 0);
    expect_unchanged("beta", beta, copy);
    tensor_fill(ones, 1);
    hint("With the objective noise, every step counts the same.");
    expect_close("weight", s.weight, ones, 0);
}
END_TEST

START_TEST(test_schedule_is_computed_in_double)
{
    diffusion_schedule s = filled(BETA_COSINE, 1000, PREDICT_NOISE);
    tensor *expected = keep(tensor_new_1d(1000));
    double product = 1;
    for (size_t t = 0; t < 1000; t++)
        expected->data[t] = (real)(product *= 1 - (double)s.beta->data[t]);
    hint("A product of 1000 factors, kept in float, has too few digits: keep it in a double.");
    expect_published("alpha_bar", s.alpha_bar, expected, 1e-10);
}
END_TEST

/* ---- one equation ---- */

START_TEST(test_q_sample_gives_the_computed_figures)
{
    published_case *c = published("q_sample", 0);
    diffusion_schedule s = filled(BETA_COSINE, 8, PREDICT_NOISE);
    tensor *x_start = kept_input(c, "x_start"), *x_t = kept_output(SHAPE(2, 1, 2, 3));
    labels *t = published_input_labels(c, "t");
    q_sample(&s, x_start, t, kept_input(c, "noise"), x_t);
    hint("Each picture has its own t, and both factors are roots.");
    expect_case("x_t", x_t, c);
    labels_free(t);
    published_case_close(c);
}
END_TEST

START_TEST(test_predict_start_gives_the_published_figures)
{
    published_case *c = published("predict_start_from_noise", 0);
    diffusion_schedule s = filled(BETA_SIGMOID, 1000, PREDICT_NOISE);
    tensor *x_t = kept_input(c, "x_t"), *x_start = keep(output_like(x_t));
    labels *t = published_input_labels(c, "t");
    predict_start_from_noise(&s, x_t, t, kept_input(c, "noise"), x_start);
    hint("Without its noise a picture is still shrunk by the root of alpha_bar.");
    expect_case("x_start", x_start, c);
    labels_free(t);
    published_case_close(c);
}
END_TEST

START_TEST(test_predict_noise_gives_the_published_figures)
{
    published_case *c = published("predict_noise_from_start", 0);
    diffusion_schedule s = filled(BETA_SIGMOID, 1000, PREDICT_NOISE);
    tensor *x_t = kept_input(c, "x_t"), *noise = keep(output_like(x_t));
    labels *t = published_input_labels(c, "t");
    predict_noise_from_start(&s, x_t, t, kept_input(c, "x_start"), noise);
    expect_case("noise", noise, c);
    labels_free(t);
    published_case_close(c);
}
END_TEST

/* ---- training and sampling ---- */

enum { N = 3, C = 2, H = 2, W = 4, D = C * H * W, K = 5, T = 20 };

/* prediction = x A + b + condition U + 0.1 t, of flattened pictures: a model that sees all. */
typedef struct linear_model {
    tensor *A, *b, *U; /* D x D, D, K x D; U may be NULL */
    tensor *x;         /* of the last forward */
    tensor *dout, *dA; /* of the last backward */
    uint32_t steps[N]; /* of the last forward */
    size_t forwards, backwards;
} linear_model;

static void linear_forward(void *self, const tensor *x, const labels *t, const tensor *condition,
                           tensor *out)
{
    linear_model *m = self;
    size_t size = m->b->size;
    tensor rows = tensor_reshaped(x, 2, (const size_t[]){x->shape[0], size});
    tensor results = tensor_reshaped(out, 2, rows.shape);
    ck_assert_msg(t->count == x->shape[0], "the model was given %zu steps for %zu pictures",
                  t->count, x->shape[0]);
    matmul(&rows, m->A, &results);
    if (m->U != NULL) {
        ck_assert_msg(condition != NULL, "the model was given no condition");
        matmul_general(false, false, 1, condition, m->U, 1, &results);
    }
    for (size_t i = 0; i < out->size; i++)
        out->data[i] +=
            m->b->data[i % size] + (m->U == NULL ? 0 : (real)0.1 * (real)t->data[i / size]);
    if (m->x == NULL)
        m->x = keep(tensor_new_like(x));
    tensor_copy(x, m->x);
    memcpy(m->steps, t->data, t->count * sizeof *t->data);
    m->forwards++;
}

static void linear_backward(void *self, const tensor *dout)
{
    linear_model *m = self;
    ck_assert_msg(m->forwards > 0, "the model's backward was called before its forward");
    if (m->dout == NULL) {
        m->dout = keep(tensor_new_like(dout));
        m->dA = keep(tensor_new_like(m->A));
    }
    tensor_copy(dout, m->dout);
    matmul_transposed_left(m->x, dout, m->dA);
    m->backwards++;
}

static diffusion_model model_of(linear_model *m)
{
    return (diffusion_model){m, linear_forward, linear_backward};
}

typedef struct scene {
    diffusion_schedule schedule;
    linear_model linear;
    diffusion_model model; /* of linear */
    tensor *x_start, *noise, *condition;
    uint32_t steps[N];
    labels t; /* over steps */
} scene;

/* A scene of T steps; it must not move, since its model points to it. */
static void new_scene(scene *s, diffusion_objective objective)
{
    random_state r;
    random_seed(&r, 231);
    *s = (scene){.schedule = filled(BETA_COSINE, T, objective),
                 .linear = {.A = kept_normal(&r, 0, 0.5, SHAPE(D, D)),
                            .b = kept_normal(&r, 0, 0.5, SHAPE(D)),
                            .U = kept_normal(&r, 0, 0.5, SHAPE(K, D))},
                 .x_start = kept_normal(&r, 0, 1, SHAPE(N, C, H, W)),
                 .noise = kept_normal(&r, 0, 1, SHAPE(N, C, H, W)),
                 .condition = kept_normal(&r, 0, 1, SHAPE(N, K)),
                 .steps = {7, 0, 15}};
    s->t = (labels){N, s->steps};
    s->model = model_of(&s->linear);
}

static double loss_of(const tensor *changed, void *context)
{
    scene *s = context;
    (void)changed; /* part of the scene, changed in place */
    return (double)diffusion_loss(&s->schedule, &s->model, s->x_start, &s->t, s->noise,
                                  s->condition);
}

START_TEST(test_the_three_forms_undo_one_another)
{
    scene s;
    new_scene(&s, PREDICT_NOISE);
    tensor *x_t = keep(output_like(s.noise)), *got = keep(output_like(s.noise));
    q_sample(&s.schedule, s.x_start, &s.t, s.noise, x_t);
    predict_start_from_noise(&s.schedule, x_t, &s.t, s.noise, got);
    hint("Noise was added by q_sample, and taken away again.");
    expect_close("x_start", got, s.x_start, 1e-10);
    predict_noise_from_start(&s.schedule, x_t, &s.t, s.x_start, got);
    expect_close("noise", got, s.noise, 1e-10);
}
END_TEST

START_TEST(test_q_posterior_gives_the_computed_figures)
{
    published_case *c = published("q_posterior", 0);
    diffusion_schedule s = filled(BETA_COSINE, 8, PREDICT_NOISE);
    tensor *mean = kept_output(SHAPE(2, 1, 2, 3)), *deviation = kept_output(SHAPE(2));
    labels *t = published_input_labels(c, "t");
    q_posterior(&s, kept_input(c, "x_start"), kept_input(c, "x_t"), t, mean, deviation);
    expect_case("mean", mean, c);
    expect_case("deviation", deviation, c);
    labels_free(t);
    published_case_close(c);
}
END_TEST

START_TEST(test_q_posterior_of_step_0_is_the_start)
{
    scene s;
    new_scene(&s, PREDICT_NOISE);
    tensor *mean = keep(output_like(s.noise)), *deviation = kept_output(SHAPE(N));
    memset(s.steps, 0, sizeof s.steps);
    q_posterior(&s.schedule, s.x_start, s.noise, &s.t, mean, deviation);
    hint("Before step 0 a picture is clean: the share of the start is 1.");
    expect_close("mean", mean, s.x_start, 1e-10);
    expect_values("deviation", deviation, (const double[N]){1e-10, 1e-10, 1e-10}, 1e-9);
}
END_TEST

START_TEST(test_diffusion_loss_gives_the_computed_figures)
{
    published_case *c = published("diffusion_loss", 0);
    diffusion_schedule s = filled(BETA_LINEAR, 40, PREDICT_NOISE);
    linear_model m = {.A = kept_input(c, "A"), .b = kept_input(c, "b")};
    diffusion_model model = model_of(&m);
    labels *t = published_input_labels(c, "t");
    double loss = (double)diffusion_loss(&s, &model, kept_input(c, "x_start"), t,
                                         kept_input(c, "noise"), NULL);
    hint("The loss is the mean over all numbers, not their sum.");
    expect_number("the loss", loss, published_expected_number(c, "loss"), 1e-9);
    ck_assert_msg(m.backwards == 1, "the model's backward was called %zu times, should be once",
                  m.backwards);
    expect_case("dprediction", m.dout, c);
    expect_case("dA", m.dA, c);
    labels_free(t);
    published_case_close(c);
}
END_TEST

/* The loss of a scene by its formula: of a target, with weights. */
static double expected_loss(const scene *s, const tensor *target)
{
    tensor *x_t = keep(output_like(target)), *prediction = keep(output_like(target));
    linear_model m = s->linear;
    q_sample(&s->schedule, s->x_start, &s->t, s->noise, x_t);
    linear_forward(&m, x_t, &s->t, s->condition, prediction);
    double loss = 0;
    for (size_t i = 0; i < target->size; i++) {
        double difference = (double)(prediction->data[i] - target->data[i]);
        loss += (double)s->schedule.weight->data[s->t.data[i / D]] * difference * difference;
    }
    return loss / (double)target->size;
}

START_TEST(test_diffusion_loss_compares_with_what_the_objective_says)
{
    scene s;
    new_scene(&s, PREDICT_NOISE);
    hint("The objective noise: the model predicts the noise, and every step counts the same.");
    expect_number("the loss", loss_of(NULL, &s), expected_loss(&s, s.noise), 1e-10);
    new_scene(&s, PREDICT_START);
    hint("The objective start: the model predicts the clean picture; steps have weights.");
    expect_number("the loss", loss_of(NULL, &s), expected_loss(&s, s.x_start), 1e-10);
}
END_TEST

START_TEST(test_diffusion_loss_gives_the_gradient)
{
    for (int objective = PREDICT_NOISE; objective <= PREDICT_START; objective++) {
        scene s;
        new_scene(&s, (diffusion_objective)objective);
        loss_of(NULL, &s);
        ck_assert_msg(s.linear.forwards == 1 && s.linear.backwards == 1,
                      "the model's forward was called %zu times and its backward %zu times, should "
                      "be once each",
                      s.linear.forwards, s.linear.backwards);
        tensor *dA = keep(tensor_new_copy(s.linear.dA));
        hint("The gradient that goes into the model's backward is 2 weight (prediction - target) "
             "over the number of all numbers.");
        expect_gradient("dA", dA, loss_of, &s, s.linear.A);
    }
}
END_TEST

START_TEST(test_diffusion_loss_leaves_its_inputs_as_they_were)
{
    scene s;
    new_scene(&s, PREDICT_START);
    tensor *x_start = keep(tensor_new_copy(s.x_start)), *noise = keep(tensor_new_copy(s.noise));
    double first = loss_of(NULL, &s);
    expect_unchanged("x_start", s.x_start, x_start);
    expect_unchanged("noise", s.noise, noise);
    hint("This is the second call with the same inputs.");
    expect_number("the loss", loss_of(NULL, &s), first, 0);
}
END_TEST

START_TEST(test_p_sample_gives_the_computed_figures)
{
    published_case *c = published("p_sample", 0);
    diffusion_schedule s = filled(BETA_COSINE, 8, PREDICT_START);
    linear_model m = {.A = kept_input(c, "A"), .b = kept_input(c, "b")};
    diffusion_model model = model_of(&m);
    tensor *x_before = kept_output(SHAPE(2, 1, 2, 3));
    p_sample(&s, &model, kept_input(c, "x_t"), (size_t)published_input_number(c, "t"),
             kept_input(c, "noise"), NULL, x_before);
    hint("The predicted start is cut to -1..1 before the mean is made of it.");
    expect_case("x_before", x_before, c);
    published_case_close(c);
}
END_TEST

/* x_before of a scene at step t by its formula. */
static tensor *expected_before(const scene *s, uint32_t t)
{
    const diffusion_schedule *schedule = &s->schedule;
    tensor *out = keep(output_like(s->x_start));
    linear_model m = s->linear;
    uint32_t numbers[N] = {t, t, t};
    linear_forward(&m, s->x_start, &(labels){N, numbers}, s->condition, out);
    double left = (double)schedule->alpha_bar->data[t];
    for (size_t i = 0; i < out->size; i++) {
        double start = (double)out->data[i], x = (double)s->x_start->data[i];
        if (schedule->objective == PREDICT_NOISE)
            start = (x - sqrt(1 - left) * start) / sqrt(left);
        start = start < -1 ? -1 : start > 1 ? 1 : start;
        out->data[i] = (real)((double)schedule->start_share->data[t] * start +
                              (double)schedule->noisy_share->data[t] * x +
                              (double)(schedule->deviation->data[t] * s->noise->data[i]));
    }
    return out;
}

static tensor *kept_p_sample(scene *s, size_t t)
{
    tensor *out = keep(output_like(s->x_start));
    p_sample(&s->schedule, &s->model, s->x_start, t, s->noise, s->condition, out);
    return out;
}

START_TEST(test_p_sample_takes_the_prediction_for_what_the_objective_says)
{
    scene s;
    new_scene(&s, PREDICT_NOISE);
    hint("The objective noise: the prediction is solved for the start.");
    expect_close("x_before", kept_p_sample(&s, 3), expected_before(&s, 3), 1e-10);
    new_scene(&s, PREDICT_START);
    hint("The objective start: the prediction is the start.");
    expect_close("x_before", kept_p_sample(&s, 11), expected_before(&s, 11), 1e-10);
}
END_TEST

START_TEST(test_p_sample_asks_the_model_about_its_step)
{
    scene s;
    new_scene(&s, PREDICT_NOISE);
    kept_p_sample(&s, 9);
    expect_labels("the steps that the model was given", &(labels){N, s.linear.steps},
                  &(labels){N, (uint32_t[N]){9, 9, 9}});
    ck_assert_msg(s.linear.backwards == 0, "the model's backward was called; nothing is trained");
}
END_TEST

START_TEST(test_p_sample_of_step_0_is_the_predicted_start)
{
    scene s;
    new_scene(&s, PREDICT_START);
    hint("At step 0 the deviation is 1e-10, so the noise does not show.");
    expect_close("x_before", kept_p_sample(&s, 0), expected_before(&s, 0), 1e-10);
}
END_TEST

START_TEST(test_p_sample_leaves_its_inputs_as_they_were)
{
    scene s;
    new_scene(&s, PREDICT_NOISE);
    tensor *x_t = keep(tensor_new_copy(s.x_start)), *noise = keep(tensor_new_copy(s.noise));
    kept_p_sample(&s, 5);
    expect_unchanged("x_t", s.x_start, x_t);
    expect_unchanged("noise", s.noise, noise);
}
END_TEST

START_TEST(test_guide_gives_the_computed_figures)
{
    published_case *c = published("guide", 0);
    tensor *out = kept_output(SHAPE(1, 1, 2, 3));
    guide(kept_input(c, "conditional"), kept_input(c, "unconditional"),
          (real)published_input_number(c, "scale"), out);
    hint("The weights are scale + 1 and -scale.");
    expect_case("out", out, c);
    published_case_close(c);
}
END_TEST

START_TEST(test_guide_of_scale_0_is_the_conditional_prediction)
{
    scene s;
    new_scene(&s, PREDICT_NOISE);
    tensor *out = keep(output_like(s.noise));
    guide(s.noise, s.x_start, 0, out);
    expect_close("out", out, s.noise, 0);
}
END_TEST

START_TEST(test_time_embedding_gives_the_computed_figures)
{
    published_case *c = published("time_embedding", 0);
    labels *t = published_input_labels(c, "t");
    tensor *out = kept_output(SHAPE(t->count, (size_t)published_input_number(c, "dim")));
    time_embedding(t, out);
    hint("All sines come first; frequencies go from 1 to 1/10000, both included.");
    expect_case("out", out, c);
    labels_free(t);
    published_case_close(c);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"beta_schedule", test_beta_schedule_gives_the_computed_figures},
        {"beta_schedule", test_beta_schedule_stays_below_one},
        {"beta_schedule", test_beta_schedule_of_one_step},
        {"diffusion_schedule_fill", test_schedule_gives_the_computed_figures},
        {"diffusion_schedule_fill", test_schedule_gives_the_computed_figures_of_1000_steps},
        {"diffusion_schedule_fill", test_schedule_copies_beta_and_the_objective},
        {"diffusion_schedule_fill", test_schedule_is_computed_in_double},
        {"q_sample", test_q_sample_gives_the_computed_figures},
        {"predict_start_from_noise", test_predict_start_gives_the_published_figures},
        {"predict_start_from_noise", test_the_three_forms_undo_one_another},
        {"predict_noise_from_start", test_predict_noise_gives_the_published_figures},
        {"q_posterior", test_q_posterior_gives_the_computed_figures},
        {"q_posterior", test_q_posterior_of_step_0_is_the_start},
        {"diffusion_loss", test_diffusion_loss_gives_the_computed_figures},
        {"diffusion_loss", test_diffusion_loss_compares_with_what_the_objective_says},
        {"diffusion_loss", test_diffusion_loss_gives_the_gradient},
        {"diffusion_loss", test_diffusion_loss_leaves_its_inputs_as_they_were},
        {"p_sample", test_p_sample_gives_the_computed_figures},
        {"p_sample", test_p_sample_takes_the_prediction_for_what_the_objective_says},
        {"p_sample", test_p_sample_asks_the_model_about_its_step},
        {"p_sample", test_p_sample_of_step_0_is_the_predicted_start},
        {"p_sample", test_p_sample_leaves_its_inputs_as_they_were},
        {"guide", test_guide_gives_the_computed_figures},
        {"guide", test_guide_of_scale_0_is_the_conditional_prediction},
        {"time_embedding", test_time_embedding_gives_the_computed_figures},
    };
    return check_module("diffusion", promises, sizeof promises / sizeof *promises);
}
