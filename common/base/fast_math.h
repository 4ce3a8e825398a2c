/*
 * Exponentials and what is made of them, without a branch and without a call, so that compilers
 * turn a loop over them into vector instructions. They are meant for loops in MULTIVERSION
 * functions (multiversion.h); for single numbers the library's are as good. Include it last.
 *
 * Theory of operation. e^x = 2^n e^r with a whole n and r between -ln(2)/2 and ln(2)/2, where a few
 * terms of Taylor's series give e^r - 1. To round to n, a number is added that leaves no place for
 * digits behind the point; the last bits of that sum are then n, and n shifted into the place of an
 * exponent is 2^n.
 *
 * Errors are counted in ulp, the distance of the true result's two neighbours.
 */
#ifndef COMMON_FAST_MATH_H
#define COMMON_FAST_MATH_H

#include <string.h>

#include "real.h"

/*
 * gcc makes a multiply and an add one instruction, and a vector of what has a condition, only where
 * it is told that nobody looks at floating-point exceptions. This holds for all that follows.
 */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=fast", "no-trapping-math")
#endif

/* Inlined whatever it costs: a call would be for one number, and for any processor. */
#define FAST_MATH static inline __attribute__((always_inline))

#ifdef REAL_IS_DOUBLE
typedef uint64_t real_bits;
#define FAST_MATH_ROUNDER (0x1.8p52 + 1023) /* its last bits are the exponent's offset */
#define FAST_MATH_MANTISSA 52
#define FAST_MATH_LN2_HIGH 0x1.62e42feep-1 /* so short that n times it is exact */
#define FAST_MATH_LN2_LOW 0x1.a39ef35793c76p-33
#define FAST_MATH_LEAST (-750.0) /* e^x is 0 below */
#define FAST_MATH_MOST 710.0     /* and infinite above */
#else
typedef uint32_t real_bits;
#define FAST_MATH_ROUNDER (0x1.8p23f + 127)
#define FAST_MATH_MANTISSA 23
#define FAST_MATH_LN2_HIGH 0x1.62ep-1f
#define FAST_MATH_LN2_LOW 0x1.0bfbe8p-15f
#define FAST_MATH_LEAST (-105.0f)
#define FAST_MATH_MOST 89.0f
#endif

/* 2^n for rounded = n + FAST_MATH_ROUNDER, where an exponent of a real can be n. */
FAST_MATH real power_of_two(real rounded)
{
    real_bits bits;
    memcpy(&bits, &rounded, sizeof bits);
    bits <<= FAST_MATH_MANTISSA;
    memcpy(&rounded, &bits, sizeof bits);
    return rounded;
}

/* e^r - 1 for r between -ln(2)/2 and ln(2)/2: the terms that rounding does not hide. */
FAST_MATH real exp_minus_1_near_0(real r)
{
    real s = (real)(1.0 / 5040);
#ifdef REAL_IS_DOUBLE
    s = 1.0 / 6227020800;
    s = s * r + 1.0 / 479001600;
    s = s * r + 1.0 / 39916800;
    s = s * r + 1.0 / 3628800;
    s = s * r + 1.0 / 362880;
    s = s * r + 1.0 / 40320;
    s = s * r + 1.0 / 5040;
#endif
    s = s * r + (real)(1.0 / 720);
    s = s * r + (real)(1.0 / 120);
    s = s * r + (real)(1.0 / 24);
    s = s * r + (real)(1.0 / 6);
    s = s * r + (real)0.5;
    return s * (r * r) + r;
}

/* x as n ln(2) + r: n + FAST_MATH_ROUNDER into rounded, and r is returned. */
FAST_MATH real split_exponent(real x, real *rounded)
{
    *rounded = x * (real)1.44269504088896340736 + FAST_MATH_ROUNDER;
    real n = *rounded - FAST_MATH_ROUNDER;
    return (x - n * FAST_MATH_LN2_HIGH) - n * FAST_MATH_LN2_LOW;
}

/* e^x for any x, NaN and infinities too; error below 2 ulp. */
FAST_MATH real fast_exp_of(real x)
{
    x = FAST_MATH_MOST < x ? FAST_MATH_MOST : x;
    x = FAST_MATH_LEAST > x ? FAST_MATH_LEAST : x;
    real rounded;
    real r = split_exponent(x, &rounded);
    real n = rounded - FAST_MATH_ROUNDER;
    real half = n * (real)0.5 + FAST_MATH_ROUNDER; /* 2^n alone may be too large, or too small */
    real rest = n - (half - FAST_MATH_ROUNDER) + FAST_MATH_ROUNDER;
    return (1 + exp_minus_1_near_0(r)) * power_of_two(half) * power_of_two(rest);
}

/*
 * e^x for x <= 0, minus infinity and NaN too, in fewer steps; error below 2 ulp, but what is under
 * 1.3e-38 (in double 2.5e-308) is 0.
 */
FAST_MATH real fast_exp_of_negative(real x)
{
    const real least = sizeof(real) == 4 ? (real)-87.3 : (real)-708.3;
    real inside = least > x ? least : x;
    real rounded;
    real r = split_exponent(inside, &rounded);
    real power = power_of_two(rounded);
    return least > x ? 0 : exp_minus_1_near_0(r) * power + power;
}

/* 1 / (1 + e^-x) for any x; error below 2 ulp, but what is under 1.3e-38 (2.5e-308) is 0. */
FAST_MATH real fast_sigmoid_of(real x)
{
    real t = fast_exp_of_negative(x < 0 ? x : -x);
    real quotient = (x < 0 ? t : 1) / (1 + t);
    return x < 0 && t < (real)0.5 ? t - t * quotient : quotient; /* 1 + t lost digits of t */
}

/*
 * tanh(x) for any x; error below 2 ulp. With t = e^(-2 |x|), its size is (1 - t) / (1 + t). For
 * small x it is computed from t - 1, so that no digits cancel: with h = (1 - t) / 2 it is
 * h / (1 - h), or h plus h times that, which rounds less. Beyond, 1 - 2 t / (1 + t) does.
 */
FAST_MATH real fast_tanh_of(real x)
{
    const real least = sizeof(real) == 4 ? -40 : -80; /* the result is 1 long before */
    const real far = (real)-1.1;
    real twice = x < 0 ? 2 * x : -2 * x;
    twice = least > twice ? least : twice;
    real rounded;
    real r = split_exponent(twice, &rounded);
    real power = power_of_two(rounded);
    real p = exp_minus_1_near_0(r) * power;
    real t = p + power;
    real e = p + (power - 1);          /* t - 1 */
    real lost = p - (e - (power - 1)); /* in that sum's rounding */
    real h = (real)-0.5 * e;
    real quotient = (twice > far ? h : t) / ((real)0.5 + (real)0.5 * t);
    real size = twice > far ? h + (h * quotient - (real)0.75 * lost) : 1 - quotient;
    return x < 0 ? -size : size;
}

/*
 * What is left of the normal distribution beyond x >= 0, Phi(-x) = erfc(x / sqrt(2)) / 2, and
 * e^(-x^2 / 2) into bell; absolute error below 7e-8, in double 2e-16. Their quotient falls slowly
 * from 1/2: it is a polynomial in x / (x + 3), fitted so that its error times bell is least.
 */
FAST_MATH real fast_normal_tail(real x, real *bell)
{
    const real most = sizeof(real) == 4 ? 6 : 9; /* beyond, nothing is left */
    real inside = most < x ? most : x;
    real w = inside / (inside + 3);
#ifdef REAL_IS_DOUBLE
    real s = 0.003437796147739147;
    s = s * w - 0.011663856865400954;
    s = s * w + 0.014797809675075817;
    s = s * w - 0.012322792516260934;
    s = s * w + 0.010217952242963672;
    s = s * w - 0.00045136661466353494;
    s = s * w - 2.3929675277324446e-05;
    s = s * w - 0.009851993751356708;
    s = s * w - 0.013715717323826112;
    s = s * w + 0.006088284597025927;
    s = s * w + 0.052793664838649855;
    s = s * w + 0.04742504667099639;
    s = s * w - 0.15576841092323693;
    s = s * w - 0.28730736484392866;
    s = s * w + 1.0531731587960256;
    s = s * w - 1.1968268412042995;
#else
    real s = -0.0324145003f;
    s = s * w + 0.08239035f;
    s = s * w + 0.0364224074f;
    s = s * w - 0.153583261f;
    s = s * w - 0.287535538f;
    s = s * w + 1.05318432f;
    s = s * w - 1.19682702f;
#endif
    *bell = fast_exp_of_negative(x * x * (real)-0.5);
    return *bell * (s * w + (real)0.5);
}

#endif
