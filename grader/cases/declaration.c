/* Reading signatures. */
#include "declaration.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"

/* Copies the name at *text (letters, digits, underscores) and moves past it. */
static void read_name(const char *signature, const char **text, char *name)
{
    size_t length = 0;
    while (isalnum((unsigned char)**text) || **text == '_') {
        if (length + 1 >= WIRE_NAME)
            contract_failed(__func__, "a name is too long in: %s", signature);
        name[length++] = *(*text)++;
    }
    name[length] = '\0';
    if (length == 0)
        contract_failed(__func__, "a name is missing at '%s' in: %s", *text, signature);
}

/* Whether an argument may have one more size called size: letters, then * for a tensor's others. */
static bool may_follow(const declared_argument *argument, char size, char closing)
{
    size_t most = closing == ']' ? WIRE_MAX_RANK : 2;
    if (argument->rank >= most ||
        (argument->rank > 0 && argument->sizes[argument->rank - 1] == '*'))
        return false;
    return isalpha((unsigned char)size) || (size == '*' && closing == ']');
}

/* Reads the letters up to the closing bracket. */
static void read_sizes(const char *signature, const char **text, char closing,
                       declared_argument *argument)
{
    for (; **text != closing; (*text)++) {
        if (**text == ',')
            continue;
        if (!may_follow(argument, **text, closing))
            contract_failed(__func__, "%s has no proper shape in: %s", argument->name, signature);
        argument->sizes[argument->rank++] = **text;
    }
    if (argument->rank == 0)
        contract_failed(__func__, "%s has no proper shape in: %s", argument->name, signature);
    (*text)++;
}

/* Stops the program if the last argument has the name of another. */
static void check_name(const char *signature, const parsed_signature *parsed)
{
    const declared_argument *last = &parsed->arguments[parsed->count - 1];
    for (const declared_argument *other = parsed->arguments; other < last; other++)
        if (strcmp(other->name, last->name) == 0)
            contract_failed(__func__, "%s is there twice in: %s", last->name, signature);
}

/* Reads the name of the input whose shape an argument has; it stands before the argument. */
static void read_same_as(const char *signature, const char **text, const parsed_signature *parsed,
                         declared_argument *argument)
{
    read_name(signature, text, argument->same_as);
    for (const declared_argument *input = parsed->arguments; input < argument; input++)
        if (strcmp(input->name, argument->same_as) == 0 &&
            (input->kind == WIRE_INPUT_TENSOR || input->kind == WIRE_INPUT_LABELS ||
             input->kind == WIRE_INPUT_NUMBER))
            return;
    contract_failed(__func__, "%s has the shape of %s, which is no input before it in: %s",
                    argument->name, argument->same_as, signature);
}

void declaration_parse(const char *signature, parsed_signature *parsed)
{
    bool output = false;
    *parsed = (parsed_signature){.count = 0};
    for (const char *text = signature; *text != '\0';) {
        if (*text == ' ') {
            text++;
            continue;
        }
        if (strncmp(text, "->", 2) == 0) {
            output = true;
            text += 2;
            continue;
        }
        if (parsed->count >= WIRE_MAX_ARGUMENTS)
            contract_failed(__func__, "too many arguments in: %s", signature);
        declared_argument *argument = &parsed->arguments[parsed->count++];
        read_name(signature, &text, argument->name);
        check_name(signature, parsed);
        argument->kind = output ? WIRE_OUTPUT_NUMBER : WIRE_INPUT_NUMBER;
        if (*text == '[') {
            text++;
            argument->kind = output ? WIRE_OUTPUT_TENSOR : WIRE_INPUT_TENSOR;
            read_sizes(signature, &text, ']', argument);
        } else if (*text == '{') {
            text++;
            argument->kind = output ? WIRE_OUTPUT_LABELS : WIRE_INPUT_LABELS;
            read_sizes(signature, &text, '}', argument);
        } else if (*text == '=') {
            text++;
            argument->kind = output ? WIRE_OUTPUT_TENSOR : WIRE_INPUT_TENSOR;
            read_same_as(signature, &text, parsed, argument);
        }
    }
}

void declarations_parse(declaration *declarations)
{
    for (declaration *d = declarations; d->name != NULL; d++) {
        parsed_signature *parsed = d->parsed == NULL ? malloc(sizeof *parsed) : NULL;
        if (d->parsed != NULL)
            continue;
        if (parsed == NULL)
            contract_failed(__func__, "no memory");
        declaration_parse(d->signature, parsed);
        d->parsed = parsed;
    }
}

const declaration *declaration_find(const declaration *declarations, const char *name)
{
    for (const declaration *d = declarations; d->name != NULL; d++)
        if (strcmp(d->name, name) == 0)
            return d;
    return NULL;
}

bool declaration_is_of(const declaration *declarations, const char *name, const char *module)
{
    const declaration *d = declaration_find(declarations, name);
    return d != NULL && strcmp(d->module, module) == 0;
}

size_t declaration_count(const declaration *declarations)
{
    size_t count = 0;
    while (declarations[count].name != NULL)
        count++;
    return count;
}
