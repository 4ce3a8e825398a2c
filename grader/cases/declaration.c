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

/* Reads the letters up to the closing bracket. */
static void read_sizes(const char *signature, const char **text, char closing,
                       declared_argument *argument)
{
    for (; **text != closing; (*text)++) {
        if (**text == ',')
            continue;
        if (**text == '\0' || argument->rank >= WIRE_MAX_RANK)
            contract_failed(__func__, "%s has no proper shape in: %s", argument->name, signature);
        argument->sizes[argument->rank++] = **text;
    }
    (*text)++;
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
            read_name(signature, &text, argument->same_as);
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
