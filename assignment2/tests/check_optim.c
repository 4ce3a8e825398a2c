/* Promises of optim.c. */
#include "check_support.h"
#include "optim.h"

typedef void (*step_function)(tensor *w, const tensor *dw, update_state *state);

/* Tensors of a published case, and a state with its settings. */
typedef struct scene {
    published_case *c;
    tensor *w, *dw;
    update_state state;
} scene;

static scene new_scene(published_case *c, const char *first, const char *second)
{
    update_settings settings = update_settings_default();
    scene s = {.c = c, .w = keep(published_input(c, "w")), .dw = keep(published_input(c, "dw"))};
    settings.learning_rate = published_input_number(c, "learning_rate");
    s.state = update_state_for(s.w, &settings);
    keep(s.state.first);
    keep(s.state.second);
    tensor *remembered = keep(published_input(c, first));
    tensor_copy(remembered, s.state.first);
    if (second != NULL)
        tensor_copy(keep(published_input(c, second)), s.state.second);
    return s;
}

static void expect_case(const scene *s, const char *name, const tensor *got)
{
    expect_published(name, got, keep(published_expected(s->c, name)), published_tolerance(s->c));
}

/* A single weight w = 1, its gradient, and a new state. */
typedef struct weight {
    tensor *w, *dw;
    update_state state;
} weight;

static weight new_weight(double gradient, double rate)
{
    update_settings settings = update_settings_default();
    weight one = {.w = keep(tensor_new_1d(1)), .dw = keep(tensor_new_1d(1))};
    settings.learning_rate = rate;
    one.state = update_state_for(one.w, &settings);
    keep(one.state.first);
    keep(one.state.second);
    one.w->data[0] = 1;
    one.dw->data[0] = (real)gradient;
    return one;
}

static void run(weight *one, step_function step, int count)
{
    for (int i = 0; i < count; i++)
        step(one->w, one->dw, &one->state);
}

START_TEST(test_sgd_steps_against_the_gradient)
{
    weight one = new_weight(4, 0.1);
    run(&one, sgd_step, 2);
    expect_number("w after two steps", (double)one.w->data[0], 0.2, 1e-12);
}
END_TEST

START_TEST(test_sgd_momentum_gives_the_published_figures)
{
    scene s = new_scene(published("sgd_momentum", 0), "velocity", NULL);
    sgd_momentum_step(s.w, s.dw, &s.state);
    expect_case(&s, "velocity", s.state.first);
    expect_case(&s, "next_w", s.w);
    published_case_close(s.c);
}
END_TEST

START_TEST(test_sgd_momentum_moves_by_the_new_velocity)
{
    weight one = new_weight(1, 0.1);
    hint("The velocity is -0.1 after the first step and -0.19 after the second.");
    run(&one, sgd_momentum_step, 2);
    expect_number("the velocity", (double)one.state.first->data[0], -0.19, 1e-12);
    expect_number("w after two steps", (double)one.w->data[0], 0.71, 1e-12);
}
END_TEST

START_TEST(test_rmsprop_gives_the_published_figures)
{
    scene s = new_scene(published("rmsprop", 0), "cache", NULL);
    rmsprop_step(s.w, s.dw, &s.state);
    expect_case(&s, "cache", s.state.first);
    expect_case(&s, "next_w", s.w);
    published_case_close(s.c);
}
END_TEST

START_TEST(test_rmsprop_adds_epsilon_outside_of_the_root)
{
    weight one = new_weight(1, 1);
    one.state.settings.epsilon = 0.1; /* the average is 0.01, its root 0.1 */
    hint("The step is divided by sqrt(average) + epsilon, here 0.2.");
    run(&one, rmsprop_step, 1);
    expect_number("w", (double)one.w->data[0], -4, 1e-9);
}
END_TEST

START_TEST(test_adam_gives_the_published_figures)
{
    scene s = new_scene(published("adam", 0), "m", "v");
    hint("The published case gives t as 5 before the step, and the step is number 6 there.");
    s.state.step = (size_t)published_input_number(s.c, "t");
    adam_step(s.w, s.dw, &s.state);
    expect_case(&s, "m", s.state.first);
    expect_case(&s, "v", s.state.second);
    expect_case(&s, "next_w", s.w);
    published_case_close(s.c);
}
END_TEST

START_TEST(test_adam_steps_by_the_learning_rate_at_first)
{
    const double gradients[] = {1e-4, 1, 1e4};
    hint("Both averages are corrected for their start at 0, with t = 1 in the first step: then "
         "the first step is as long as the learning rate, whatever the gradient.");
    for (size_t i = 0; i < 3; i++) {
        weight one = new_weight(gradients[i], 0.01);
        run(&one, adam_step, 1);
        ck_assert_msg(fabs((double)one.w->data[0] - 0.99) < 1e-5,
                      "with the gradient %g, w goes from 1 to %g, should go to 0.99", gradients[i],
                      (double)one.w->data[0]);
    }
}
END_TEST

START_TEST(test_adam_keeps_the_averages_uncorrected)
{
    weight one = new_weight(2, 0.01);
    hint("The state keeps m and v; their corrected values are used in the step only.");
    run(&one, adam_step, 2);
    expect_number("m", (double)one.state.first->data[0], 0.9 * 0.2 + 0.2, 1e-9);
    expect_number("v", (double)one.state.second->data[0], 0.999 * 0.004 + 0.004, 1e-9);
}
END_TEST

START_TEST(test_every_rule_counts_its_steps)
{
    for (size_t i = 0; i < OPTIM_RULES; i++) {
        weight one = new_weight(1, 0.01);
        run(&one, optim_rules[i]->step, 3);
        ck_assert_msg(one.state.step == 3, "%s: after three steps state->step is %zu",
                      optim_rules[i]->name, one.state.step);
    }
}
END_TEST

START_TEST(test_the_rules_take_their_settings_from_the_state)
{
    const struct {
        const char *name;
        step_function step;
        double w; /* after two steps with dw = 2 from w = 1, worked out by hand */
    } rules[] = {
        /* v = -0.2, then 0.5 * -0.2 - 0.2 */
        {"w of momentum", sgd_momentum_step, 1 - 0.2 - 0.3},
        /* c = 0.25 * 4, then 0.75 * 1 + 1; epsilon 1 */
        {"w of RMSProp", rmsprop_step, 1 - 0.2 / (1 + 1) - 0.2 / (sqrt(1.75) + 1)},
        /* the corrected averages are 2 and 4 in both steps; epsilon 1 */
        {"w of Adam", adam_step, 1 - 2 * 0.1 * 2 / (2 + 1)},
    };
    hint("momentum, decay_rate, beta1, beta2 and epsilon are those of state->settings: here 0.5, "
         "0.75, 0.5, 0.25 and 1.");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        weight one = new_weight(2, 0.1);
        one.state.settings.momentum = 0.5;
        one.state.settings.decay_rate = 0.75;
        one.state.settings.beta1 = 0.5;
        one.state.settings.beta2 = 0.25;
        one.state.settings.epsilon = 1;
        run(&one, rules[i].step, 2);
        expect_number(rules[i].name, (double)one.w->data[0], rules[i].w, 1e-12);
    }
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"sgd_step", test_sgd_steps_against_the_gradient},
        {"sgd_momentum_step", test_sgd_momentum_gives_the_published_figures},
        {"sgd_momentum_step", test_sgd_momentum_moves_by_the_new_velocity},
        {"rmsprop_step", test_rmsprop_gives_the_published_figures},
        {"rmsprop_step", test_rmsprop_adds_epsilon_outside_of_the_root},
        {"adam_step", test_adam_gives_the_published_figures},
        {"adam_step", test_adam_steps_by_the_learning_rate_at_first},
        {"adam_step", test_adam_keeps_the_averages_uncorrected},
        {"adam_step", test_every_rule_counts_its_steps},
        {"adam_step", test_the_rules_take_their_settings_from_the_state},
    };
    return check_module("optim", promises, sizeof promises / sizeof *promises);
}
