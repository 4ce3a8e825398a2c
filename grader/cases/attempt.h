/*
 * Attempts: one graded case, tried against one submission. This is the language in which cases are
 * written.
 *
 *     CASE(svm_naive_any_shape, "the loss and its gradient, for any shape")
 *     {
 *         size_t N = draw_size(a, 1, 40), D = draw_size(a, 1, 30), C = draw_size(a, 2, 12);
 *         give_normal(a, "W", sizes2(D, C), 0, 0.5);
 *         give_normal(a, "X", sizes2(N, D), 0, 1);
 *         give_labels(a, "y", N, C);
 *         give_number(a, "reg", draw_number(a, 0, 50));
 *         call(a, "svm_loss_naive");
 *         expect_close(a, "loss");
 *         expect_close(a, "dW");
 *     }
 *
 * A call asks the reference's worker and the subject's worker with the same inputs. A call that
 * fails (a crash, a stub, the time is up, an input was changed, something was written past an end)
 * ends the attempt: all that follows does nothing.
 *
 * A case earns points by what expect_... found right, never by nothing having failed. Expectations
 * are grouped by the output that they look at: a group holds when all its expectations held, and a
 * case with some groups right and some wrong earns that part of its points. require() takes all
 * points away when it does not hold and never gives any.
 *
 * Throughout, a is the attempt, and name that of an input or output in the declaration.
 *
 * In the float variant every number that is given is rounded to float first, so that both workers
 * see the same.
 */
#ifndef GRADER_ATTEMPT_H
#define GRADER_ATTEMPT_H

#include "build.h"
#include "captions.h"
#include "declaration.h"
#include "judge.h"
#include "published_case.h"
#include "random.h"
#include "tensor.h"
#include "worker_process.h"

typedef struct attempt attempt;

typedef struct case_definition {
    const char *name;  /* "svm_naive_any_shape": unique, the rubric's key */
    const char *title; /* what it shows, as a sentence's part */
    void (*run)(attempt *a);
    const char *file; /* its source, from the course's folder */
    case_variant variant;
    const char *needs; /* a case without which this one is skipped; NULL: none */
    bool published;    /* ships with the room; else hidden */
    const char
        *stays; /* why the case is kept although others catch the same mistakes; NULL: none does */
    struct case_definition *next;
} case_definition;

/* Adds the case added to those that the grader knows; what CASE does before main. */
void case_register(case_definition *added);

/* The first of all cases, in the order of their names, linked by next. */
const case_definition *case_first(void);

/*
 * Defines and registers a case: its name, its title, then any further fields: .variant =
 * CASE_FLOAT, .needs = "...".
 */
#define CASE(name_, ...)                                                                           \
    static void case_##name_(attempt *a);                                                          \
    __attribute__((constructor)) static void register_##name_(void)                                \
    {                                                                                              \
        static case_definition self = {                                                            \
            .name = #name_, .run = case_##name_, .file = __FILE__, .title = __VA_ARGS__};          \
        case_register(&self);                                                                      \
    }                                                                                              \
    static void case_##name_(attempt *a)

/* ---- drawing and giving inputs ---- */

/* Up to four sizes of a tensor that is to be given. */
typedef struct sizes {
    size_t rank;
    size_t size[TENSOR_MAX_RANK];
} sizes;

/* The sizes d0, d0 x d1, d0 x d1 x d2, d0 x d1 x d2 x d3. */
sizes sizes1(size_t d0);
sizes sizes2(size_t d0, size_t d1);
sizes sizes3(size_t d0, size_t d1, size_t d2);
sizes sizes4(size_t d0, size_t d1, size_t d2, size_t d3);

/* The case's own random stream, which the grading seed and the case's name determine. */
random_state *case_stream(attempt *a);

/* A whole number from low to high, both included; a number between low and high. */
size_t draw_size(attempt *a, size_t low, size_t high);
double draw_number(attempt *a, double low, double high);

/*
 * Each gives the input called name to the calls that follow, in place of what had that name, and
 * returns it to be looked at or changed before the call: normal numbers with that mean and
 * deviation, uniform ones from low to high, zeros, a copy of values, count labels below
 * class_count. The attempt owns them.
 */
tensor *give_normal(attempt *a, const char *name, sizes shape, double mean, double deviation);
tensor *give_uniform(attempt *a, const char *name, sizes shape, double low, double high);
tensor *give_zeros(attempt *a, const char *name, sizes shape);
tensor *give_copy(attempt *a, const char *name, const tensor *values);
labels *give_labels(attempt *a, const char *name, size_t count, size_t class_count);

/*
 * Gives captions as the input called name: a copy of values; count sentences of length words below
 * word_count, which are returned as labels, row by row.
 */
void give_captions(attempt *a, const char *name, const captions *values);
labels *give_words(attempt *a, const char *name, size_t count, size_t length, size_t word_count);

/* Gives value as the number called name. */
void give_number(attempt *a, const char *name, double value);

/* The input called name that was given last. */
tensor *given(attempt *a, const char *name);
labels *given_labels(attempt *a, const char *name);
double given_number(attempt *a, const char *name);

/* Says that an output's size letter is value, where no input determines it (a history's length). */
void give_size(attempt *a, char letter, size_t value);

/*
 * The published check case of a function (published_case.h), the index-th of several, from the
 * room's own file. The caller closes it. NULL when it cannot be read: the attempt has then ended,
 * by our fault.
 */
published_case *open_published(attempt *a, const char *function, size_t index);

/* Gives the inputs of c called names (count of them), as tensors, under the same names. */
void give_published(attempt *a, const published_case *c, const char *const *names, size_t count);

/* ---- calling ---- */

/*
 * Calls the operation with what was given, first the reference, then the subject. False when the
 * attempt has ended. The outputs were filled with NaN before, and with fill_outputs, until the next
 * call, with value instead.
 */
bool call(attempt *a, const char *operation);
void fill_outputs(attempt *a, double value);

/*
 * Calls the operation of the reference alone, whose outputs are then read by reference_... : a tool
 * for judging what the subject returned.
 */
bool call_reference(attempt *a, const char *operation);

/* Ends the subject's worker; the next call starts a fresh one. */
void restart(attempt *a);

/* Whether the attempt has ended early. */
bool ended(const attempt *a);

/* What the subject and the reference returned from the last call; valid until the next. */
const tensor *got(attempt *a, const char *name);
const labels *got_labels(attempt *a, const char *name);
double got_number(attempt *a, const char *name);
const tensor *reference(attempt *a, const char *name);
const labels *reference_labels(attempt *a, const char *name);
double reference_number(attempt *a, const char *name);

/* ---- judging ---- */

/*
 * Expects the output called name to be what the reference returned, within the operation's
 * tolerance (labels: equal).
 */
void expect_close(attempt *a, const char *name);

/* The same with a tolerance of its own. */
void expect_close_within(attempt *a, const char *name, double tolerance);

/* Expects the output called name to be expected, a tensor or a number, within tolerance. */
void expect_tensor(attempt *a, const char *name, const tensor *expected, double tolerance);
void expect_number(attempt *a, const char *name, double expected, double tolerance);

/* Expects the captions called name to be expected, word by word. */
void expect_captions(attempt *a, const char *name, const captions *expected);

/*
 * Stands in a format of expect or require before that part of the sentence that tells how it should
 * have been, what was given, or a number that the program chose. Not every reader may see it.
 */
#define EXPECTED "\x1d"

/*
 * Expects that holds, for the group; when not, the sentence (printf's format) is the case's
 * message.
 */
void expect(attempt *a, const char *group, bool holds, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Takes all points away unless holds, and says why (format, as printf's). */
void require(attempt *a, bool holds, const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Calls the operation several times in turns with the float reference and expects the subject's
 * processor time to be at most limit times the reference's (medians), and all outputs to be right
 * in each. give gives the inputs, others each time: there is nothing to remember from the last.
 */
void expect_speed(attempt *a, const char *operation, void (*give)(attempt *a), double limit);

#endif
