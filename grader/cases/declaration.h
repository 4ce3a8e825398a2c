/*
 * Declarations: what the trusted side knows about an operation.
 *
 * An operation is declared once: its name, its arguments with their shapes, and how exact its
 * results must be in each precision. The comparison with the reference comes from this.
 *
 * The signature is a line such as
 *
 *     W[D,C] X[N,D] y{N} reg -> loss dW[D,C]
 *
 * inputs before the arrow, outputs behind it. name[...] is a tensor, name{N} labels, name{N,T}
 * captions, a bare name a number. A letter is a size: bound by the inputs, and the same wherever it
 * occurs. [N,*] is N and any further sizes; =x is the shape of x, an input that stands before it.
 */
#ifndef GRADER_DECLARATION_H
#define GRADER_DECLARATION_H

#include <stdbool.h>
#include <stddef.h>

#include "wire.h"

typedef struct declaration {
    const char *module; /* whose function it calls: "layers" */
    const char *name;
    const char *signature;
    /* What |got - expected| may be, as a part of the largest |expected| in the tensor. */
    double tolerance_double, tolerance_float;
    const struct parsed_signature *parsed; /* by declarations_parse */
} declaration;

/* An entry of an assignment's table of declarations; its signature is parsed later. */
#define DECLARE(module_, name_, signature_, tolerance_double_, tolerance_float_)                   \
    {                                                                                              \
        .module = (module_), .name = (name_), .signature = (signature_),                           \
        .tolerance_double = (tolerance_double_), .tolerance_float = (tolerance_float_)             \
    }

/* One argument of a parsed signature. */
typedef struct declared_argument {
    char name[WIRE_NAME];
    wire_kind kind;
    size_t rank;               /* sizes given; 0 for a number and for same_as */
    char sizes[WIRE_MAX_RANK]; /* letters; '*' for any further sizes */
    char same_as[WIRE_NAME];   /* "" or the argument whose shape this one has */
} declared_argument;

typedef struct parsed_signature {
    size_t count;
    declared_argument arguments[WIRE_MAX_ARGUMENTS];
} parsed_signature;

/* Takes signature apart into parsed. Stops the program when it is not well formed: it is ours. */
void declaration_parse(const char *signature, parsed_signature *parsed);

/*
 * Parses the signatures of declarations (ended by an empty name) that are not parsed yet. They stay
 * until the program ends.
 */
void declarations_parse(declaration *declarations);

/*
 * The declaration of the operation called name among an assignment's declarations (ended by an
 * empty name), or NULL.
 */
const declaration *declaration_find(const declaration *declarations, const char *name);

/* Whether declarations (ended by an empty name) hold name, as an operation of module. */
bool declaration_is_of(const declaration *declarations, const char *name, const char *module);

/* How many declarations there are before the empty one. */
size_t declaration_count(const declaration *declarations);

#endif
