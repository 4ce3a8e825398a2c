/* Diffusion: schedules, noise, loss and steps. diffusion.h specifies each function. */
#include "diffusion.h"

#include "contract.h"

/* ---- the schedule ---- */

void beta_schedule(beta_kind kind, tensor *beta)
{
    check_rank(__func__, "beta", beta, 1);
    if (beta->shape[0] == 0)
        contract_failed(__func__, "beta has no steps");
    if (kind != BETA_LINEAR && kind != BETA_COSINE && kind != BETA_SIGMOID)
        contract_failed(__func__, "kind is %d, which is no kind of schedule", (int)kind);
    /*
     * TODO: tensor_fill_linspace makes the linear one. For the others write a function f(kind, u)
     * in double first. What would 1 - beta be in the last step if beta were not cut?
     */
    NOT_IMPLEMENTED(kind, beta);
}

void diffusion_schedule_fill(const tensor *beta, diffusion_objective objective,
                             diffusion_schedule *schedule)
{
    check_schedule(__func__, schedule);
    check_shape_1d(__func__, "beta", beta, schedule->beta->shape[0]);
    /*
     * TODO: one loop over t, with the product so far in a double. What is it before the first step?
     */
    NOT_IMPLEMENTED(beta, objective, schedule);
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

void q_sample(const diffusion_schedule *schedule, const tensor *x_start, const labels *t,
              const tensor *noise, tensor *x_t)
{
    check_pictures(__func__, schedule, "x_start", x_start, t);
    check_same_shape(__func__, "noise", noise, x_start);
    check_same_shape(__func__, "x_t", x_t, x_start);
    /* TODO: picture n takes alpha_bar of step t->data[n]. */
    NOT_IMPLEMENTED(schedule, x_start, t, noise, x_t);
}

void predict_start_from_noise(const diffusion_schedule *schedule, const tensor *x_t,
                              const labels *t, const tensor *noise, tensor *x_start)
{
    check_pictures(__func__, schedule, "x_t", x_t, t);
    check_same_shape(__func__, "noise", noise, x_t);
    check_same_shape(__func__, "x_start", x_start, x_t);
    /* TODO: solve the equation of q_sample for x_start. */
    NOT_IMPLEMENTED(schedule, x_t, t, noise, x_start);
}

void predict_noise_from_start(const diffusion_schedule *schedule, const tensor *x_t,
                              const labels *t, const tensor *x_start, tensor *noise)
{
    check_pictures(__func__, schedule, "x_t", x_t, t);
    check_same_shape(__func__, "x_start", x_start, x_t);
    check_same_shape(__func__, "noise", noise, x_t);
    /* TODO: solve the same equation for the noise. */
    NOT_IMPLEMENTED(schedule, x_t, t, x_start, noise);
}

/* ---- training and sampling ---- */

void q_posterior(const diffusion_schedule *schedule, const tensor *x_start, const tensor *x_t,
                 const labels *t, tensor *mean, tensor *deviation)
{
    check_pictures(__func__, schedule, "x_start", x_start, t);
    check_same_shape(__func__, "x_t", x_t, x_start);
    check_same_shape(__func__, "mean", mean, x_start);
    check_shape_1d(__func__, "deviation", deviation, x_start->shape[0]);
    /* TODO: the schedule has all that is needed: look it up for each picture's step. */
    NOT_IMPLEMENTED(schedule, x_start, x_t, t, mean, deviation);
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
    /*
     * TODO: make the noisy pictures, let model->forward(model->self, ...) predict, and compare with
     * the target. What is the gradient of L with respect to one number of the prediction?
     */
    return NOT_IMPLEMENTED(schedule, model, x_start, t, noise, condition);
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
    /*
     * TODO: labels_new makes the steps that the model and q_posterior want, all of them t. Two of
     * your functions then do most of it.
     */
    NOT_IMPLEMENTED(schedule, model, x_t, t, noise, condition, x_before);
}

void guide(const tensor *conditional, const tensor *unconditional, real scale, tensor *out)
{
    check_same_shape(__func__, "unconditional", unconditional, conditional);
    check_same_shape(__func__, "out", out, conditional);
    /* TODO: the header's formula. What comes out at scale 0? */
    NOT_IMPLEMENTED(conditional, unconditional, scale, out);
}

void time_embedding(const labels *t, tensor *out)
{
    check_rank(__func__, "out", out, 2);
    check_labels(__func__, "t", t, out->shape[0], SIZE_MAX);
    if (out->shape[1] < 4 || out->shape[1] % 2 != 0)
        contract_failed(__func__, "out has %zu columns, should have an even number from 4 on",
                        out->shape[1]);
    /* TODO: column i and column E/2 + i share an angle. */
    NOT_IMPLEMENTED(t, out);
}
