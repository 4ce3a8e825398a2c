/*
 * How read-submission hands modules back to the grader: headers of fixed size, each followed by the
 * bytes of a module, and one that ends them. Not a byte of it is believed without a check.
 */
#ifndef GRADER_INTAKE_WIRE_H
#define GRADER_INTAKE_WIRE_H

#include <stdint.h>

enum {
    INTAKE_SUBMISSION_FD = 3, /* what was handed in, open for reading */
    INTAKE_REPLY_FD = 4,
    INTAKE_MAGIC = 0x494e5441,
    INTAKE_END = 0xffff,   /* the number of no module: read; text is "" */
    INTAKE_ERROR = 0xfffe, /* it could not be read; text says why */
    INTAKE_TEXT = 256,
};

typedef struct intake_header {
    uint32_t magic;
    uint32_t module;  /* its number, in the order of the names that were asked for */
    uint32_t present; /* 1: length bytes follow; 0: it is missing, or was refused */
    uint32_t length;
    char text[INTAKE_TEXT]; /* what is to be said about it */
} intake_header;

#endif
