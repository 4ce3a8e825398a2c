/* Drawing pictures: which steps are undone, with which noise, and how predictions are guided. */
#include "diffusion_sample.h"

#include "checks/check_support.h"
#include "tests/suite.h"

enum { N = 2, T = 3, K = 4, MOST_CALLS = 2 * T };

/* Predicts its condition's first number, in every pixel; notes the steps. */
typedef struct plain_model {
    size_t calls;
    uint32_t steps[MOST_CALLS];
} plain_model;

static void plain_forward(void *self, const tensor *x, const labels *t, const tensor *condition,
                          tensor *out)
{
    plain_model *m = self;
    (void)x;
    ck_assert_uint_lt(m->calls, MOST_CALLS);
    m->steps[m->calls++] = t->data[N - 1];
    for (size_t i = 0; i < out->size; i++)
        out->data[i] = condition->data[i / (out->size / N) * K];
}

static void plain_backward(void *self, const tensor *dout)
{
    (void)self;
    (void)dout;
}

typedef struct scene {
    diffusion_schedule schedule;
    plain_model plain;
    diffusion_model model;
    tensor *condition, *x;
    random_state random;
} scene;

static void new_scene(scene *s)
{
    *s = (scene){.schedule = diffusion_schedule_new(T),
                 .condition = keep(tensor_new_2d(N, K)),
                 .x = kept_output(SHAPE(N, 1, 2, 3))};
    s->model = (diffusion_model){&s->plain, plain_forward, plain_backward};
    tensor *beta = keep(tensor_new_1d(T));
    tensor_fill(beta, (real)0.4);
    diffusion_schedule_fill(beta, PREDICT_START, &s->schedule);
    s->condition->data[0] = (real)0.25;
    s->condition->data[K] = (real)-0.5;
    random_seed(&s->random, 231);
}

static void note_step(void *context, size_t step, const tensor *x)
{
    size_t *left = context;
    ck_assert(tensor_all_finite(x));
    ck_assert_uint_eq(step, --*left);
}

/* Expects the pictures to be of one number each. */
static void expect_pictures(const tensor *x, double first, double second)
{
    for (size_t i = 0; i < x->size; i++)
        ck_assert_double_eq_tol((double)x->data[i], i < x->size / N ? first : second, 1e-6);
}

START_TEST(test_sampling_undoes_all_steps_down_to_0)
{
    scene s;
    new_scene(&s);
    size_t left = T;
    diffusion_sample(&s.schedule, &s.model, s.condition, 0, &s.random, note_step, &left, s.x);
    ck_assert_uint_eq(left, 0);
    ck_assert_uint_eq(s.plain.calls, T);
    ck_assert_uint_eq(s.plain.steps[0], T - 1);
    ck_assert_uint_eq(s.plain.steps[T - 1], 0);
    expect_pictures(s.x, 0.25, -0.5); /* the last start that was predicted */
    diffusion_schedule_clear(&s.schedule);
    ck_assert_ptr_null(s.schedule.beta);
}
END_TEST

START_TEST(test_guided_sampling_asks_twice_and_moves_away_from_the_plain_prediction)
{
    scene s;
    new_scene(&s);
    diffusion_sample(&s.schedule, &s.model, s.condition, 1, &s.random, NULL, NULL, s.x);
    ck_assert_uint_eq(s.plain.calls, MOST_CALLS);
    expect_pictures(s.x, 0.5, -1); /* twice the condition's less that of zeros */
    diffusion_schedule_clear(&s.schedule);
}
END_TEST

START_TEST(test_sampling_draws_the_same_from_the_same_seed)
{
    scene s;
    new_scene(&s);
    tensor_fill(s.schedule.deviation, 1); /* so that the last noise shows */
    random_state random = s.random;
    diffusion_sample(&s.schedule, &s.model, s.condition, 0, &s.random, NULL, NULL, s.x);
    tensor *first = keep(tensor_new_copy(s.x));
    s.plain.calls = 0;
    diffusion_sample(&s.schedule, &s.model, s.condition, 0, &random, NULL, NULL, s.x);
    expect_close("x", s.x, first, 0);
    s.plain.calls = 0;
    diffusion_sample(&s.schedule, &s.model, s.condition, 0, &s.random, NULL, NULL, s.x);
    ck_assert(frobenius_distance(s.x, first) > 1e-3);
    diffusion_schedule_clear(&s.schedule);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("diffusion_sample");
    tcase_add_test(tests, test_sampling_undoes_all_steps_down_to_0);
    tcase_add_test(tests, test_guided_sampling_asks_twice_and_moves_away_from_the_plain_prediction);
    tcase_add_test(tests, test_sampling_draws_the_same_from_the_same_seed);
    return run_suite("diffusion_sample", tests);
}
