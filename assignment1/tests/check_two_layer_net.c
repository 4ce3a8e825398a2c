/* Promises of two_layer_net.c. */
#include "check_support.h"
#include "two_layer_net.h"
#include "two_layer_net_model.h"

/* A net, examples, and room for gradients, all of which belong to the test. */
typedef struct problem {
    two_layer_net *net, *gradients;
    tensor *X;
    labels *y;
} problem;

static void poison_net(two_layer_net *net)
{
    poison(net->W1);
    poison(net->b1);
    poison(net->W2);
    poison(net->b2);
}

static problem problem_new(size_t D, size_t H, size_t C, tensor *X, labels *y)
{
    problem p = {
        .net = two_layer_net_new(D, H, C), .gradients = two_layer_net_new(D, H, C), .X = X, .y = y};
    poison_net(p.gradients);
    return p;
}

static void problem_clear(problem *p)
{
    two_layer_net_free(p->net);
    two_layer_net_free(p->gradients);
    tensor_free(p->X);
    labels_free(p->y);
}

static void take_input(const published_case *c, const char *name, tensor *to)
{
    tensor *value = published_input(c, name);
    tensor_copy(value, to);
    tensor_free(value);
}

/* The net of 5, 50 and 7 units and the three examples of the published case c. */
static problem published_problem(const published_case *c)
{
    problem p =
        problem_new(5, 50, 7, published_input(c, "X"), labels_of(3, (const uint32_t[]){0, 5, 1}));
    take_input(c, "W1", p.net->W1);
    take_input(c, "b1", p.net->b1);
    take_input(c, "W2", p.net->W2);
    take_input(c, "b2", p.net->b2);
    return p;
}

/* A small net with biases, and 6 images of 2 x 2 x 3, all drawn. */
static problem drawn_problem(real reg)
{
    random_state r;
    random_seed(&r, 231);
    problem p = problem_new(12, 7, 4, tensor_new_4d(6, 2, 2, 3), labels_new(6));
    p.net->reg = reg;
    tensor_fill_normal(p.net->W1, &r, 0, 0.5);
    tensor_fill_normal(p.net->b1, &r, 0, 0.5);
    tensor_fill_normal(p.net->W2, &r, 0, 0.5);
    tensor_fill_normal(p.net->b2, &r, 0, 0.5);
    tensor_fill_normal(p.X, &r, 0, 1);
    labels_fill_random(p.y, &r, 4);
    return p;
}

START_TEST(test_two_layer_net_init_draws_weights_of_the_published_deviation)
{
    published_case *c = published("two_layer_net initialization", 0);
    two_layer_net *net = two_layer_net_new(5, 50, 7);
    random_state r;
    double scale = published_input_number(c, "weight_scale");
    double allowed = published_expected_number(c, "difference");
    random_seed(&r, (uint32_t)published_input_number(c, "seed"));
    poison_net(net);
    two_layer_net_init(net, (real)scale, &r);
    expect_number("the standard deviation of W1", tensor_std(net->W1), scale, allowed / scale);
    expect_number("the standard deviation of W2", tensor_std(net->W2), scale, allowed / scale);
    two_layer_net_free(net);
    published_case_close(c);
}
END_TEST

START_TEST(test_two_layer_net_init_draws_W1_before_W2)
{
    two_layer_net *net = two_layer_net_new(3, 4, 2);
    random_state r;
    random_seed(&r, 7);
    tensor *W1 = normal_2d(&r, 3, 4, 0.25);
    tensor *W2 = normal_2d(&r, 4, 2, 0.25);
    poison_net(net);
    random_seed(&r, 7);
    hint("The header says in which order the numbers are drawn.");
    two_layer_net_init(net, 0.25, &r);
    expect_close("W1", net->W1, W1, 1e-12);
    expect_close("W2", net->W2, W2, 1e-12);
    tensor_free(W1);
    tensor_free(W2);
    two_layer_net_free(net);
}
END_TEST

START_TEST(test_two_layer_net_init_sets_the_biases_to_zero_and_leaves_reg)
{
    two_layer_net *net = two_layer_net_new(3, 4, 2);
    random_state r;
    random_seed(&r, 7);
    poison_net(net);
    net->reg = 0.5;
    two_layer_net_init(net, 1, &r);
    expect_values("b1", net->b1, (const double[]){0, 0, 0, 0}, 0);
    expect_values("b2", net->b2, (const double[]){0, 0}, 0);
    expect_number("reg", (double)net->reg, 0.5, 0);
    two_layer_net_free(net);
}
END_TEST

START_TEST(test_two_layer_net_scores_gives_the_published_figures)
{
    published_case *c = published("two_layer_net scores", 0);
    problem p = published_problem(c);
    tensor *expected = published_expected(c, "scores");
    tensor *scores = output_like(expected);
    two_layer_net_scores(p.net, p.X, scores);
    expect_published("scores", scores, expected, published_tolerance(c));
    tensor_free(expected);
    tensor_free(scores);
    problem_clear(&p);
    published_case_close(c);
}
END_TEST

/* One input x, two hidden units x and -x, and scores that are the hidden units. */
static problem absolute_problem(void)
{
    problem p = problem_new(1, 2, 2, matrix(2, 1, (const double[]){3, -4}),
                            labels_of(2, (const uint32_t[]){0, 1}));
    p.net->W1->data[0] = 1;
    p.net->W1->data[1] = -1;
    p.net->W2->data[0] = p.net->W2->data[3] = 1;
    return p;
}

START_TEST(test_two_layer_net_scores_cuts_negative_hidden_units)
{
    problem p = absolute_problem();
    tensor *scores = output_2d(2, 2);
    hint("The hidden units are x and -x, and W2 is the identity: the ReLU leaves 3 0 and 0 4.");
    two_layer_net_scores(p.net, p.X, scores);
    expect_values("scores", scores, (const double[]){3, 0, 0, 4}, 1e-12);
    tensor_free(scores);
    problem_clear(&p);
}
END_TEST

START_TEST(test_two_layer_net_scores_takes_images)
{
    problem p = drawn_problem(0);
    tensor flat = tensor_flattened(p.X);
    tensor *expected = tensor_new_2d(6, 4);
    tensor *scores = output_2d(6, 4);
    two_layer_net_scores(p.net, &flat, expected);
    two_layer_net_scores(p.net, p.X, scores);
    expect_close("scores", scores, expected, 1e-12);
    tensor_free(expected);
    tensor_free(scores);
    problem_clear(&p);
}
END_TEST

static void check_published_loss(size_t index, const char *sentence)
{
    published_case *c = published("two_layer_net loss", index);
    problem p = published_problem(c);
    p.net->reg = (real)published_input_number(c, "reg");
    hint(sentence);
    expect_number("the loss", (double)two_layer_net_loss(p.net, p.X, p.y, p.gradients),
                  published_expected_number(c, "loss"), published_tolerance(c));
    problem_clear(&p);
    published_case_close(c);
}

START_TEST(test_two_layer_net_loss_gives_the_published_figure)
{
    check_published_loss(0, NULL);
}
END_TEST

START_TEST(test_two_layer_net_loss_gives_the_published_figure_with_regularization)
{
    check_published_loss(1, "49.7195 would say that the factor 0.5 is missing.");
}
END_TEST

START_TEST(test_two_layer_net_loss_does_not_regularize_the_biases)
{
    problem p = drawn_problem(0);
    double without = (double)two_layer_net_loss(p.net, p.X, p.y, p.gradients);
    p.net->reg = 4;
    double with = (double)two_layer_net_loss(p.net, p.X, p.y, p.gradients);
    double squares = tensor_sum_of_squares(p.net->W1) + tensor_sum_of_squares(p.net->W2);
    hint("0.5 * reg * (sum(W1^2) + sum(W2^2)); b1 and b2 are not regularized.");
    expect_number("the part of the loss that reg 4 adds", with - without, 0.5 * 4 * squares, 1e-10);
    problem_clear(&p);
}
END_TEST

/* For the gradients: the loss as a function of one parameter, which is changed in place. */
static double loss_of_parameter(const tensor *value, void *context)
{
    const problem *p = context;
    (void)value;
    return (double)two_layer_net_loss(p->net, p->X, p->y, p->gradients);
}

/* Compares the gradient with respect to the parameter called name with finite differences. */
static void check_gradient_by(const char *name, real reg, size_t which)
{
    problem p = drawn_problem(reg);
    tensor *values[] = {p.net->W1, p.net->b1, p.net->W2, p.net->b2};
    tensor *gradients[] = {p.gradients->W1, p.gradients->b1, p.gradients->W2, p.gradients->b2};
    two_layer_net_loss(p.net, p.X, p.y, p.gradients);
    tensor *got = tensor_new_copy(gradients[which]);
    expect_gradient(name, got, loss_of_parameter, &p, values[which]);
    tensor_free(got);
    problem_clear(&p);
}

static const struct parameter_name {
    const char *name;
    real reg;
    size_t which;
} parameter_names[] = {{"gradients->W1 (reg 0)", 0, 0},     {"gradients->b1 (reg 0)", 0, 1},
                       {"gradients->W2 (reg 0)", 0, 2},     {"gradients->b2 (reg 0)", 0, 3},
                       {"gradients->W1 (reg 0.7)", 0.7, 0}, {"gradients->b1 (reg 0.7)", 0.7, 1},
                       {"gradients->W2 (reg 0.7)", 0.7, 2}, {"gradients->b2 (reg 0.7)", 0.7, 3}};

static void check_gradients(size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++)
        check_gradient_by(parameter_names[i].name, parameter_names[i].reg,
                          parameter_names[i].which);
}

START_TEST(test_two_layer_net_loss_gives_the_gradients_of_the_second_layer)
{
    hint("dW2 needs the output of the ReLU.");
    check_gradients(2, 3);
}
END_TEST

START_TEST(test_two_layer_net_loss_gives_the_gradients_of_the_first_layer)
{
    hint("On its way back to the first layer the gradient passes through the ReLU.");
    check_gradients(0, 1);
}
END_TEST

START_TEST(test_two_layer_net_loss_gives_the_gradients_with_regularization)
{
    hint("The regularization adds reg * W to dW1 and dW2, and nothing to db1 and db2.");
    check_gradients(4, 7);
}
END_TEST

START_TEST(test_two_layer_net_predict_takes_the_class_of_the_largest_score)
{
    problem p = absolute_problem();
    labels *predicted = output_labels(2);
    hint("The scores are 3 0 and 0 4.");
    two_layer_net_predict(p.net, p.X, predicted);
    expect_labels("predicted", predicted, p.y);
    labels_free(predicted);
    problem_clear(&p);
}
END_TEST

START_TEST(test_two_layer_net_predict_takes_the_smallest_of_equal_classes)
{
    problem p = drawn_problem(0);
    labels *predicted = output_labels(6);
    labels *expected = labels_of(6, (const uint32_t[]){1, 1, 1, 1, 1, 1});
    tensor_fill(p.net->W2, 0);
    tensor_fill(p.net->b2, 2);
    p.net->b2->data[0] = 1;
    hint("The scores of every example are 1 2 2 2.");
    two_layer_net_predict(p.net, p.X, predicted);
    expect_labels("predicted", predicted, expected);
    labels_free(predicted);
    labels_free(expected);
    problem_clear(&p);
}
END_TEST

/* 60 points on a ring around 60 others: no straight line separates them, a hidden layer does. */
static problem ring_problem(void)
{
    random_state r;
    problem p = problem_new(2, 16, 2, tensor_new_2d(120, 2), labels_new(120));
    for (size_t i = 0; i < 120; i++) {
        double angle = (double)i * 2.399963; /* the golden angle spreads them evenly */
        double radius = i % 2 == 0 ? 0.7 : 2;
        p.X->data[2 * i] = (real)(radius * cos(angle));
        p.X->data[2 * i + 1] = (real)(radius * sin(angle));
        p.y->data[i] = (uint32_t)(i % 2);
    }
    random_seed(&r, 231);
    tensor_fill_normal(p.net->W1, &r, 0, 0.5);
    tensor_fill_normal(p.net->W2, &r, 0, 0.5);
    return p;
}

START_TEST(test_two_layer_net_loss_trains_what_no_line_separates)
{
    problem p = ring_problem();
    double first = (double)two_layer_net_loss(p.net, p.X, p.y, p.gradients);
    double last = first;
    for (size_t step = 0; step < 300; step++) {
        tensor_add_scaled(p.gradients->W1, -0.5, p.net->W1);
        tensor_add_scaled(p.gradients->b1, -0.5, p.net->b1);
        tensor_add_scaled(p.gradients->W2, -0.5, p.net->W2);
        tensor_add_scaled(p.gradients->b2, -0.5, p.net->b2);
        last = (double)two_layer_net_loss(p.net, p.X, p.y, p.gradients);
    }
    ck_assert_msg(last < 0.1, "300 descent steps took the loss from %.3g to %.3g, not below 0.1",
                  first, last);
    problem_clear(&p);
}
END_TEST

int main(void)
{
    const promise promises[] = {
        {"two_layer_net_init", test_two_layer_net_init_draws_weights_of_the_published_deviation},
        {"two_layer_net_init", test_two_layer_net_init_draws_W1_before_W2},
        {"two_layer_net_init", test_two_layer_net_init_sets_the_biases_to_zero_and_leaves_reg},
        {"two_layer_net_scores", test_two_layer_net_scores_gives_the_published_figures},
        {"two_layer_net_scores", test_two_layer_net_scores_cuts_negative_hidden_units},
        {"two_layer_net_scores", test_two_layer_net_scores_takes_images},
        {"two_layer_net_loss", test_two_layer_net_loss_gives_the_published_figure},
        {"two_layer_net_loss",
         test_two_layer_net_loss_gives_the_published_figure_with_regularization},
        {"two_layer_net_loss", test_two_layer_net_loss_does_not_regularize_the_biases},
        {"two_layer_net_loss", test_two_layer_net_loss_gives_the_gradients_of_the_second_layer},
        {"two_layer_net_loss", test_two_layer_net_loss_gives_the_gradients_of_the_first_layer},
        {"two_layer_net_loss", test_two_layer_net_loss_gives_the_gradients_with_regularization},
        {"two_layer_net_loss", test_two_layer_net_loss_trains_what_no_line_separates},
        {"two_layer_net_predict", test_two_layer_net_predict_takes_the_class_of_the_largest_score},
        {"two_layer_net_predict", test_two_layer_net_predict_takes_the_smallest_of_equal_classes},
    };
    return check_module("two_layer_net", promises, sizeof promises / sizeof *promises);
}
