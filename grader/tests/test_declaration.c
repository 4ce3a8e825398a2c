/* Signatures: what is well formed is taken apart, all else stops the program in words. */
#include <check.h>

#include "declaration.h"
#include "tests/suite.h"

enum { BROKEN = 70 }; /* the exit status of a broken contract */

static parsed_signature parsed;

START_TEST(test_an_argument_may_have_the_shape_of_an_input_before_it)
{
    declaration_parse("x[N,*] mask=x -> dx=mask", &parsed);
    ck_assert_uint_eq(parsed.count, 3);
    ck_assert_int_eq(parsed.arguments[1].kind, WIRE_INPUT_TENSOR);
    ck_assert_int_eq(parsed.arguments[2].kind, WIRE_OUTPUT_TENSOR);
    ck_assert_str_eq(parsed.arguments[2].same_as, "mask");
}
END_TEST

static const char *const ill_formed[] = {
    "x[N] -> dx=X",          /* there is none */
    "x[N] -> out[N] dx=out", /* it is an output */
    "x[N] -> dx=dx",         /* it is itself */
    "mask=x x[N]",           /* it comes later */
    "x[N,1] -> loss",        /* no letter */
    "x[*,N] -> loss",        /* * is all that follows */
    "x[A,B,C,D,E,F,G]",      /* more than a tensor may have */
    "x[] -> loss",           /* no size at all */
    "x[N",                   /* no end */
    "y{N,T,D}",              /* labels have one, captions two */
    "y{*}",                  /* and each is known */
    "x[N] x[N,D] -> loss",   /* twice */
    "x[N] -> x[N]",          /* twice, too */
    "x[N] ! -> loss",        /* no name */
};

START_TEST(test_what_is_not_well_formed_stops_the_program_in_words)
{
    declaration_parse(ill_formed[_i], &parsed);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("declaration");
    tcase_add_test(tests, test_an_argument_may_have_the_shape_of_an_input_before_it);
    tcase_add_loop_exit_test(tests, test_what_is_not_well_formed_stops_the_program_in_words, BROKEN,
                             0, sizeof ill_formed / sizeof *ill_formed);
    return run_suite("declaration", tests);
}
