/* Diffusion: schedules, noise, loss and steps. diffusion.h specifies each function. */
#include "diffusion.h"

#include "contract.h"

/* ---- the schedule ---- */

#ifdef SOLUTION
static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* What is left of the picture's variance after the part u of all steps, times a constant. */
static double left_after(beta_kind kind, double u)
{
    if (kind == BETA_SIGMOID)
        return sigmoid(3) - sigmoid(6 * u - 3);
    double c = cos(acos(-1.0) / 2 * (u + 0.008) / 1.008);
    return c * c;
}
#endif

void beta_schedule(beta_kind kind, tensor *beta)
{
    check_rank(__func__, "beta", beta, 1);
    if (beta->shape[0] == 0)
        contract_failed(__func__, "beta has no steps");
    if (kind != BETA_LINEAR && kind != BETA_COSINE && kind != BETA_SIGMOID)
        contract_failed(__func__, "kind is %d, which is no kind of schedule", (int)kind);
#ifdef SOLUTION
    size_t T = beta->shape[0];
    if (kind == BETA_LINEAR) {
        tensor_fill_linspace(beta, 0.1 / T, 20.0 / T);
        return;
    }
    for (size_t t = 0; t < T; t++) {
        double u = t;
        double b = 1 - left_after(kind, (u + 1) / T) / left_after(kind, u / T);
        beta->data[t] = fmin(fmax(b, 0), 0.999);
    }
#else
    /*
     * TODO: tensor_fill_linspace makes the linear one. For the others write a function f(kind, u)
     * in double first. What would 1 - beta be in the last step if beta were not cut?
     */
    NOT_IMPLEMENTED(kind, beta);
#endif
}

void diffusion_schedule_fill(const tensor *beta, diffusion_objective objective,
                             diffusion_schedule *schedule)
{
    check_schedule(__func__, schedule);
    check_shape_1d(__func__, "beta", beta, schedule->beta->shape[0]);
#ifdef SOLUTION
    double product = 1;
    schedule->objective = objective;
    tensor_copy(beta, schedule->beta);
    for (size_t t = 0; t < beta->shape[0]; t++) {
        double b = beta->data[t], before = product;
        product *= 1 - b;
        double left = 1 - product;
        schedule->alpha_bar->data[t] = product;
        schedule->alpha_bar_before->data[t] = before;
        schedule->start_share->data[t] = b * sqrt(before) / left;
        schedule->noisy_share->data[t] = (1 - before) * sqrt(1 - b) / left;
        schedule->deviation->data[t] = sqrt(fmax(b * (1 - before) / left, 1e-20));
        schedule->weight->data[t] = objective == PREDICT_NOISE ? 1 : product / left;
    }
#else
    /*
     * TODO: one loop over t, with the product so far in a double. What is it before the first step?
     */
    NOT_IMPLEMENTED(beta, objective, schedule);
#endif
}

/* ---- one equation, solved three ways ---- */

/* Stops the program unless schedule is whole, x, called name, holds pictures and t their steps. */
static void check_pictures(const char *function, const diffusion_schedule *schedule,
                           const char *name, const tensor *x, const labels *t)
{
    check_schedule(function, schedule);
    check_rank(function, name, x, 4);
    check_labels(function, "t", t, x->shape[0], schedule->beta->shape[0]);
}

#ifdef SOLUTION
/* out[n] = a[n] x[n] + b[n] y[n] for each picture n. */
static void mix(const tensor *a, const tensor *x, const tensor *b, const tensor *y, tensor *out)
{
    for (size_t n = 0; n < x->shape[0]; n++) {
        size_t count = x->size / x->shape[0];
        for (size_t i = n * count; i < (n + 1) * count; i++)
            out->data[i] = a->data[n] * x->data[i] + b->data[n] * y->data[i];
    }
}

/* The two factors of the equation, for the pictures' steps. */
typedef struct factors {
    tensor *start, *noise; /* N each */
} factors;

static factors factors_new(const diffusion_schedule *schedule, const labels *t)
{
    factors f = {tensor_new_1d(t->count), tensor_new_1d(t->count)};
    for (size_t n = 0; n < t->count; n++) {
        real alpha_bar = schedule->alpha_bar->data[t->data[n]];
        f.start->data[n] = sqrt(alpha_bar);
        f.noise->data[n] = sqrt(1 - alpha_bar);
    }
    return f;
}

static void factors_clear(factors *f)
{
    tensor_free(f->start);
    tensor_free(f->noise);
}
#endif

void q_sample(const diffusion_schedule *schedule, const tensor *x_start, const labels *t,
              const tensor *noise, tensor *x_t)
{
    check_pictures(__func__, schedule, "x_start", x_start, t);
    check_same_shape(__func__, "noise", noise, x_start);
    check_same_shape(__func__, "x_t", x_t, x_start);
#ifdef SOLUTION
    factors f = factors_new(schedule, t);
    mix(f.start, x_start, f.noise, noise, x_t);
    factors_clear(&f);
#else
    /* TODO: picture n takes alpha_bar of step t->data[n]. */
    NOT_IMPLEMENTED(schedule, x_start, t, noise, x_t);
#endif
}

void predict_start_from_noise(const diffusion_schedule *schedule, const tensor *x_t,
                              const labels *t, const tensor *noise, tensor *x_start)
{
    check_pictures(__func__, schedule, "x_t", x_t, t);
    check_same_shape(__func__, "noise", noise, x_t);
    check_same_shape(__func__, "x_start", x_start, x_t);
#ifdef SOLUTION
    factors f = factors_new(schedule, t);
    for (size_t n = 0; n < t->count; n++) {
        real start = f.start->data[n];
        f.noise->data[n] /= -start;
        f.start->data[n] = 1 / start;
    }
    mix(f.start, x_t, f.noise, noise, x_start);
    factors_clear(&f);
#else
    /* TODO: solve the equation of q_sample for x_start. */
    NOT_IMPLEMENTED(schedule, x_t, t, noise, x_start);
#endif
}

void predict_noise_from_start(const diffusion_schedule *schedule, const tensor *x_t,
                              const labels *t, const tensor *x_start, tensor *noise)
{
    check_pictures(__func__, schedule, "x_t", x_t, t);
    check_same_shape(__func__, "x_start", x_start, x_t);
    check_same_shape(__func__, "noise", noise, x_t);
#ifdef SOLUTION
    factors f = factors_new(schedule, t);
    for (size_t n = 0; n < t->count; n++) {
        real share = f.noise->data[n];
        f.start->data[n] /= -share;
        f.noise->data[n] = 1 / share;
    }
    mix(f.noise, x_t, f.start, x_start, noise);
    factors_clear(&f);
#else
    /* TODO: solve the same equation for the noise. */
    NOT_IMPLEMENTED(schedule, x_t, t, x_start, noise);
#endif
}

/* ---- training and sampling ---- */

void q_posterior(const diffusion_schedule *schedule, const tensor *x_start, const tensor *x_t,
                 const labels *t, tensor *mean, tensor *deviation)
{
    check_pictures(__func__, schedule, "x_start", x_start, t);
    check_same_shape(__func__, "x_t", x_t, x_start);
    check_same_shape(__func__, "mean", mean, x_start);
    check_shape_1d(__func__, "deviation", deviation, x_start->shape[0]);
#ifdef SOLUTION
    tensor *start = tensor_new_like(deviation), *noisy = tensor_new_like(deviation);
    for (size_t n = 0; n < t->count; n++) {
        size_t step = t->data[n];
        start->data[n] = schedule->start_share->data[step];
        noisy->data[n] = schedule->noisy_share->data[step];
        deviation->data[n] = schedule->deviation->data[step];
    }
    mix(start, x_start, noisy, x_t, mean);
    tensor_free(start);
    tensor_free(noisy);
#else
    /* TODO: the schedule has all that is needed: look it up for each picture's step. */
    NOT_IMPLEMENTED(schedule, x_start, x_t, t, mean, deviation);
#endif
}

/* Stops the program unless model is whole. */
static void check_model(const char *function, const diffusion_model *model)
{
    if (model == NULL || model->forward == NULL || model->backward == NULL)
        contract_failed(function, "model is NULL, or has no function forward or backward");
}

real diffusion_loss(const diffusion_schedule *schedule, const diffusion_model *model,
                    const tensor *x_start, const labels *t, const tensor *noise,
                    const tensor *condition)
{
    check_pictures(__func__, schedule, "x_start", x_start, t);
    check_same_shape(__func__, "noise", noise, x_start);
    check_model(__func__, model);
#ifdef SOLUTION
    const tensor *target = schedule->objective == PREDICT_NOISE ? noise : x_start;
    tensor *x_t = tensor_new_like(x_start), *prediction = tensor_new_like(x_start);
    q_sample(schedule, x_start, t, noise, x_t);
    model->forward(model->self, x_t, t, condition, prediction);
    double loss = 0;
    size_t size = x_start->size, count = size / x_start->shape[0];
    for (size_t i = 0; i < size; i++) {
        real weight = schedule->weight->data[t->data[i / count]] / size;
        real difference = prediction->data[i] - target->data[i];
        loss += weight * difference * difference;
        prediction->data[i] = 2 * weight * difference; /* from here on the gradient */
    }
    model->backward(model->self, prediction);
    tensor_free(x_t);
    tensor_free(prediction);
    return loss;
#else
    /*
     * TODO: make the noisy pictures, let model->forward(model->self, ...) predict, and compare with
     * the target. What is the gradient of L with respect to one number of the prediction?
     */
    return NOT_IMPLEMENTED(schedule, model, x_start, t, noise, condition);
#endif
}

void p_sample(const diffusion_schedule *schedule, const diffusion_model *model, const tensor *x_t,
              size_t t, const tensor *noise, const tensor *condition, tensor *x_before)
{
    check_schedule(__func__, schedule);
    check_model(__func__, model);
    check_rank(__func__, "x_t", x_t, 4);
    if (t >= schedule->beta->shape[0])
        contract_failed(__func__, "t is %zu, and there are %zu steps", t, schedule->beta->shape[0]);
    check_same_shape(__func__, "noise", noise, x_t);
    check_same_shape(__func__, "x_before", x_before, x_t);
#ifdef SOLUTION
    tensor *prediction = tensor_new_like(x_t), *start = tensor_new_like(x_t);
    tensor *deviation = tensor_new_1d(x_t->shape[0]);
    labels *steps = labels_new(x_t->shape[0]);
    for (size_t n = 0; n < steps->count; n++)
        steps->data[n] = (uint32_t)t;
    model->forward(model->self, x_t, steps, condition, prediction);
    if (schedule->objective == PREDICT_NOISE)
        predict_start_from_noise(schedule, x_t, steps, prediction, start);
    else
        tensor_copy(prediction, start);
    for (size_t i = 0; i < start->size; i++)
        start->data[i] = fmin(fmax(start->data[i], -1), 1);
    q_posterior(schedule, start, x_t, steps, x_before, deviation);
    tensor_add_scaled(noise, deviation->data[0], x_before);
    labels_free(steps);
    tensor_free(deviation);
    tensor_free(start);
    tensor_free(prediction);
#else
    /*
     * TODO: labels_new makes the steps that the model and q_posterior want, all of them t. Two of
     * your functions then do most of it.
     */
    NOT_IMPLEMENTED(schedule, model, x_t, t, noise, condition, x_before);
#endif
}

void guide(const tensor *conditional, const tensor *unconditional, real scale, tensor *out)
{
    check_same_shape(__func__, "unconditional", unconditional, conditional);
    check_same_shape(__func__, "out", out, conditional);
#ifdef SOLUTION
    for (size_t i = 0; i < out->size; i++)
        out->data[i] = (scale + 1) * conditional->data[i] - scale * unconditional->data[i];
#else
    /* TODO: the header's formula. What comes out at scale 0? */
    NOT_IMPLEMENTED(conditional, unconditional, scale, out);
#endif
}

void time_embedding(const labels *t, tensor *out)
{
    check_rank(__func__, "out", out, 2);
    check_labels(__func__, "t", t, out->shape[0], SIZE_MAX);
    if (out->shape[1] < 4 || out->shape[1] % 2 != 0)
        contract_failed(__func__, "out has %zu columns, should have an even number from 4 on",
                        out->shape[1]);
#ifdef SOLUTION
    size_t half = out->shape[1] / 2;
    for (size_t n = 0; n < t->count; n++)
        for (size_t i = 0; i < half; i++) {
            double part = i;
            double angle = t->data[n] * pow(10000.0, -part / (half - 1));
            out->data[n * 2 * half + i] = sin(angle);
            out->data[n * 2 * half + half + i] = cos(angle);
        }
#else
    /* TODO: column i and column E/2 + i share an angle. */
    NOT_IMPLEMENTED(t, out);
#endif
}
