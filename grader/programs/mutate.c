/*
 * mutate: writes mutants of one module, each with one small change, for prove to catch.
 *
 *     mutate REFERENCE.c STUB.c OUT COMPILER-OPTION...
 *
 * libclang finds the places: operators, whole and other numbers, calls that stand alone,
 * conditions, arguments that a call hands over, and arguments that a function of the module gets:
 * these are ignored, for a constant or for the next argument of their type. A line that the stub
 * has too is the course's own and stays. Each mutant is OUT/MODULE-LINE-COLUMN-WHAT/MODULE.c; the
 * change is a comment in its first line.
 */
#include <clang-c/Index.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contract.h"
#include "path.h"
#include "whole_file.h"

enum { SOURCE_BYTES = 1 << 20, WORD = 64 };

typedef struct mutation {
    const char *source; /* the whole file, ended by a zero */
    const char *stub;
    const char *out;
    char module[WORD];
    CXTranslationUnit unit;
    size_t count;
} mutation;

/* What an operator becomes. */
static const char *const operators[][2] = {
    {"+", "-"},   {"-", "+"},   {"*", "/"},   {"/", "*"},   {"<", "<="},  {"<=", "<"},
    {">", ">="},  {">=", ">"},  {"==", "!="}, {"!=", "=="}, {"&&", "||"}, {"||", "&&"},
    {"+=", "-="}, {"-=", "+="}, {"*=", "/="}, {"/=", "*="}, {"%", "*"},
};

/*
 * What stands in for an argument that is ignored: what a student might write down instead, of
 * settings the usual values.
 */
static const char *const reals[] = {"0.", "1.", "0.5", "0.9", "0.999", "1e-5", "1e-8", NULL};
static const char *const wholes[] = {"0", "1", "2", NULL};
static const char *const truths[] = {"false", "true", NULL};

/* The constants of a type, NULL if it is no number. */
static const char *const *constants_of(CXType type)
{
    switch (clang_getCanonicalType(type).kind) {
    case CXType_Float:
    case CXType_Double:
        return reals;
    case CXType_Bool:
        return truths;
    case CXType_UChar:
    case CXType_UShort:
    case CXType_UInt:
    case CXType_ULong:
    case CXType_Int:
    case CXType_Long:
    case CXType_Enum:
        return wholes;
    default:
        return NULL;
    }
}

/* ---- writing ---- */

typedef struct place {
    unsigned offset, length, line, column;
    unsigned shown; /* where the line starts that is shown */
    char text[WORD];
} place;

static place place_of(CXSourceRange range, const char *source)
{
    place p = {0};
    unsigned end;
    clang_getSpellingLocation(clang_getRangeStart(range), NULL, &p.line, &p.column, &p.offset);
    clang_getSpellingLocation(clang_getRangeEnd(range), NULL, NULL, NULL, &end);
    p.length = end - p.offset;
    p.shown = p.offset - (p.column - 1);
    snprintf(p.text, sizeof p.text, "%.*s", (int)(p.length < WORD ? p.length : WORD - 1),
             source + p.offset);
    return p;
}

static bool line_is_in_stub(const mutation *m, unsigned offset)
{
    char line[256];
    unsigned start = offset;
    while (start > 0 && m->source[start - 1] != '\n')
        start--;
    size_t length = strcspn(m->source + start, "\n");
    snprintf(line, sizeof line, "\n%.*s\n", (int)(length < 200 ? length : 200), m->source + start);
    return strstr(m->stub, line) != NULL;
}

/*
 * Writes the mutant that has the text replacement instead of length bytes from offset on. Its name
 * says what is changed, its first line that old becomes new.
 */
static void write_changed(mutation *m, const place *p, size_t length, const char *what,
                          const char *replacement, const char *old, const char *new)
{
    path_text folder = path_of("%s/%s-%u-%u-%s", m->out, m->module, p->line, p->column, what);
    path_text path = path_of("%s/%s.c", folder.text, m->module);
    if (mkdir(folder.text, 0755) != 0 && errno != EEXIST)
        contract_failed("mutate", "%s: %s", folder.text, strerror(errno));
    FILE *file = fopen(path.text, "we");
    if (file == NULL)
        contract_failed("mutate", "%s: %s", path.text, strerror(errno));
    size_t start = p->shown;
    size_t width = strcspn(m->source + start, "\n");
    while (width > 0 && m->source[start] == ' ') {
        start++;
        width--;
    }
    fprintf(file, "/* line %u: \"%s\" becomes \"%s\" in: %.*s */\n", p->line, old, new, (int)width,
            m->source + start);
    fprintf(file, "%.*s%s%s", (int)p->offset, m->source, replacement,
            m->source + p->offset + length);
    if (fclose(file) != 0)
        contract_failed("mutate", "%s: %s", path.text, strerror(errno));
    m->count++;
}

/* The mutant that has replacement in place p, unless the course's own line stands there. */
static void write_mutant(mutation *m, const place *p, const char *what, const char *replacement)
{
    char old[WORD * 4];
    snprintf(old, sizeof old, "%.*s", (int)p->length, m->source + p->offset);
    for (char *c = old; *c != '\0'; c++)
        *c = *c == '\n' ? ' ' : *c; /* the first line is one line */
    if (!line_is_in_stub(m, p->offset))
        write_changed(m, p, p->length, what, replacement, old, replacement);
}

/* ---- finding ---- */

/* The operands of an expression, one or two, as offsets. */
typedef struct operands {
    unsigned count;
    unsigned start[2], end[2];
} operands;

static enum CXChildVisitResult note_operand(CXCursor cursor, CXCursor parent, CXClientData data)
{
    operands *found = data;
    CXSourceRange range = clang_getCursorExtent(cursor);
    (void)parent;
    if (found->count < 2) {
        clang_getSpellingLocation(clang_getRangeStart(range), NULL, NULL, NULL,
                                  &found->start[found->count]);
        clang_getSpellingLocation(clang_getRangeEnd(range), NULL, NULL, NULL,
                                  &found->end[found->count]);
    }
    found->count++;
    return CXChildVisit_Continue;
}

/* The operator is the token that stands between the operands, or beside the only one. */
static void mutate_operator(mutation *m, CXCursor cursor)
{
    CXToken *tokens;
    unsigned count;
    operands found = {0};
    clang_visitChildren(cursor, note_operand, &found);
    clang_tokenize(m->unit, clang_getCursorExtent(cursor), &tokens, &count);
    for (unsigned i = 0; i < count && found.count > 0; i++) {
        place p = place_of(clang_getTokenExtent(m->unit, tokens[i]), m->source);
        bool between = found.count == 2 ? p.offset >= found.end[0] && p.offset < found.start[1]
                                        : p.offset < found.start[0] || p.offset >= found.end[0];
        bool unary = found.count == 1 && p.length == 1; /* a sign or a star, not ++ */
        for (size_t k = 0; k < sizeof operators / sizeof *operators && between && !unary; k++)
            if (strcmp(p.text, operators[k][0]) == 0)
                write_mutant(m, &p, "operator", operators[k][1]);
    }
    clang_disposeTokens(m->unit, tokens, count);
}

static void mutate_number(mutation *m, CXCursor cursor, bool whole)
{
    char replacement[2 * WORD];
    place p = place_of(clang_getCursorExtent(cursor), m->source);
    if (whole)
        snprintf(replacement, sizeof replacement, "%lu", strtoul(p.text, NULL, 10) + 1);
    else
        snprintf(replacement, sizeof replacement, "(2 * %s)", p.text);
    write_mutant(m, &p, "number", replacement);
}

/* A call that is a statement by itself is left out; what only frees memory is left in. */
static void mutate_call(mutation *m, CXCursor cursor, CXCursor parent)
{
    CXString name = clang_getCursorSpelling(cursor);
    const char *text = clang_getCString(name);
    size_t length = strlen(text);
    bool frees = length >= 4 && strcmp(text + length - 4, "free") == 0;
    if (clang_getCursorKind(parent) == CXCursor_CompoundStmt && !frees) {
        place p = place_of(clang_getCursorExtent(cursor), m->source);
        write_mutant(m, &p, "call", "");
    }
    clang_disposeString(name);
}

/* ---- what is decided and handed over ---- */

static enum CXChildVisitResult note_first(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    *(CXCursor *)data = cursor;
    return CXChildVisit_Break;
}

/* A condition always or never holds. */
static void mutate_condition(mutation *m, CXCursor cursor)
{
    CXCursor condition = clang_getNullCursor();
    clang_visitChildren(cursor, note_first, &condition);
    place p = place_of(clang_getCursorExtent(condition), m->source);
    write_mutant(m, &p, "never", "false");
    write_mutant(m, &p, "always", "true");
}

/* 0 for what is no call and no function. */
static unsigned argument_count(CXCursor cursor)
{
    int count = clang_Cursor_getNumArguments(cursor);
    return count > 0 ? (unsigned)count : 0;
}

static bool same_type(CXCursor a, CXCursor b)
{
    return clang_equalTypes(clang_getCanonicalType(clang_getCursorType(a)),
                            clang_getCanonicalType(clang_getCursorType(b))) != 0;
}

static bool is_literal(const char *text)
{
    return text[strspn(text, "0123456789.e-")] == '\0' || strcmp(text, "true") == 0 ||
           strcmp(text, "false") == 0;
}

/*
 * Arguments that a call of the course's functions hands over become constants, or the next argument
 * of their type. Of the constants for whole numbers 1 is enough: most are counts.
 */
static void mutate_arguments(mutation *m, CXCursor call)
{
    char what[WORD];
    CXCursor called = clang_getCursorReferenced(call);
    unsigned count = argument_count(call);
    CXString name = clang_getCursorSpelling(called);
    bool says = strcmp(clang_getCString(name), "contract_failed") == 0; /* words, no results */
    clang_disposeString(name);
    if (says || clang_Location_isInSystemHeader(clang_getCursorLocation(called)) != 0)
        return;
    for (unsigned i = 0; i < count; i++) {
        CXCursor argument = clang_Cursor_getArgument(call, i);
        place p = place_of(clang_getCursorExtent(argument), m->source);
        const char *const *constants = constants_of(clang_getCursorType(argument));
        for (size_t k = constants == wholes; constants != NULL && constants[k] != NULL; k++) {
            snprintf(what, sizeof what, "handed-%zu", k);
            if (!is_literal(p.text))
                write_mutant(m, &p, what, constants[k]);
            if (constants == wholes)
                break;
        }
        for (unsigned k = i + 1; k < count; k++) {
            CXCursor next = clang_Cursor_getArgument(call, k);
            place other = place_of(clang_getCursorExtent(next), m->source);
            if (same_type(argument, next)) {
                if (strcmp(other.text, p.text) != 0)
                    write_mutant(m, &p, "handed-next", other.text);
                break;
            }
        }
    }
}

/* A function of the module whose arguments are being ignored, each by a first statement. */
typedef struct ignoring {
    mutation *m;
    place body;          /* from behind its first bracket on */
    const char *name;    /* the argument's */
    const char *type;    /* of the structure it points to, NULL: it is one */
    const char *pointer; /* "->" or "." */
    const char *text;    /* the function's */
} ignoring;

static void ignore_argument(const ignoring *g, const char *what, const char *statement,
                            const char *old, const char *new)
{
    char name[2 * WORD];
    char text[8 * WORD];
    snprintf(name, sizeof name, "ignored-%s-%s", what, new);
    snprintf(text, sizeof text, " %s", statement);
    write_changed(g->m, &g->body, 0, name, text, old, new);
}

static enum CXVisitorResult ignore_member(CXCursor member, CXClientData data)
{
    const ignoring *g = data;
    char statement[6 * WORD];
    char old[2 * WORD];
    CXString name = clang_getCursorSpelling(member);
    const char *text = clang_getCString(name);
    const char *const *constants = constants_of(clang_getCursorType(member));
    snprintf(old, sizeof old, "%s%s%s", g->name, g->pointer, text);
    if (strstr(g->text, old) == NULL) /* what is not used cannot be ignored */
        constants = NULL;
    for (size_t k = 0; constants != NULL && constants[k] != NULL; k++) {
        if (g->type != NULL)
            snprintf(statement, sizeof statement,
                     "%s ignored_ = *%s; ignored_.%s = %s; %s = &ignored_;", g->type, g->name, text,
                     constants[k], g->name);
        else
            snprintf(statement, sizeof statement, "%s = %s;", old, constants[k]);
        ignore_argument(g, text, statement, old, constants[k]);
    }
    clang_disposeString(name);
    return CXVisit_Continue;
}

/* A structure's members; a tensor's are its shape, which nobody can ignore. */
static void ignore_members(ignoring *g, CXType type)
{
    CXType record = type;
    bool points = clang_getCanonicalType(type).kind == CXType_Pointer;
    if (points)
        record = clang_getPointeeType(type);
    CXType plain = clang_getCanonicalType(record);
    CXString name = clang_getTypeSpelling(record);
    const char *text = clang_getCString(name);
    bool is_constant = strncmp(text, "const ", 6) == 0;
    text += is_constant ? 6 : 0;
    g->type = points && is_constant ? text : NULL;
    g->pointer = points ? "->" : ".";
    if (plain.kind == CXType_Record && strcmp(text, "tensor") != 0)
        clang_Type_visitFields(plain, ignore_member, g);
    clang_disposeString(name);
}

static enum CXChildVisitResult note_body(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_CompoundStmt)
        *(CXCursor *)data = cursor;
    return CXChildVisit_Continue;
}

/* The text in a place, in new memory. */
static char *copy_of(const mutation *m, const place *p)
{
    char *text = calloc(p->length + 1, 1);
    if (text == NULL)
        contract_failed("mutate", "no memory");
    memcpy(text, m->source + p->offset, p->length);
    return text;
}

/* The function's arguments are ignored, one at a time. */
static void mutate_function(mutation *m, CXCursor function)
{
    CXCursor body = clang_getNullCursor();
    unsigned count = argument_count(function);
    place whole = place_of(clang_getCursorExtent(function), m->source);
    char *text = copy_of(m, &whole);
    if (clang_isCursorDefinition(function) == 0 || strstr(m->stub, text) != NULL) { /* given */
        free(text);
        return;
    }
    clang_visitChildren(function, note_body, &body);
    ignoring g = {.m = m, .body = place_of(clang_getCursorExtent(body), m->source), .text = text};
    g.body.shown = whole.shown;
    g.body.offset++;
    g.body.column++;
    for (unsigned i = 0; i < count; i++) {
        CXCursor argument = clang_Cursor_getArgument(function, i);
        CXString name = clang_getCursorSpelling(argument);
        CXType type = clang_getCursorType(argument);
        const char *const *constants = constants_of(type);
        char statement[4 * WORD];
        g.name = clang_getCString(name);
        for (size_t k = 0; constants != NULL && constants[k] != NULL; k++) {
            snprintf(statement, sizeof statement, "%s = %s;", g.name, constants[k]);
            ignore_argument(&g, g.name, statement, g.name, constants[k]);
        }
        for (unsigned k = i + 1; k < count; k++) {
            CXCursor next = clang_Cursor_getArgument(function, k);
            CXString other = clang_getCursorSpelling(next);
            const char *neighbour = clang_getCString(other);
            bool same = same_type(argument, next);
            snprintf(statement, sizeof statement, "%s = %s;", g.name, neighbour);
            if (same)
                ignore_argument(&g, g.name, statement, g.name, neighbour);
            clang_disposeString(other);
            if (same)
                break;
        }
        ignore_members(&g, type);
        clang_disposeString(name);
    }
    free(text);
}

static enum CXChildVisitResult visit(CXCursor cursor, CXCursor parent, CXClientData data)
{
    mutation *m = data;
    if (clang_Location_isFromMainFile(clang_getCursorLocation(cursor)) == 0)
        return CXChildVisit_Continue;
    switch (clang_getCursorKind(cursor)) {
    case CXCursor_BinaryOperator:
    case CXCursor_CompoundAssignOperator:
    case CXCursor_UnaryOperator:
        mutate_operator(m, cursor);
        break;
    case CXCursor_IntegerLiteral:
        mutate_number(m, cursor, true);
        break;
    case CXCursor_FloatingLiteral:
        mutate_number(m, cursor, false);
        break;
    case CXCursor_CallExpr:
        mutate_call(m, cursor, parent);
        mutate_arguments(m, cursor);
        break;
    case CXCursor_IfStmt:
    case CXCursor_ConditionalOperator:
        mutate_condition(m, cursor);
        break;
    case CXCursor_FunctionDecl:
        mutate_function(m, cursor);
        break;
    default:
        break;
    }
    return CXChildVisit_Recurse;
}

static char *read_text(const char *path)
{
    uint8_t *bytes;
    size_t length;
    error e;
    if (!whole_file_read(path, SOURCE_BYTES, &bytes, &length, &e))
        contract_failed("mutate", "%s", e.text);
    char *text = realloc(bytes, length + 1);
    if (text == NULL)
        contract_failed("mutate", "no memory");
    text[length] = '\0';
    return text;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: mutate REFERENCE.c STUB.c OUT COMPILER-OPTION...\n");
        return 1;
    }
    mutation m = {.source = read_text(argv[1]), .stub = read_text(argv[2]), .out = argv[3]};
    const char *base = strrchr(argv[1], '/');
    base = base != NULL ? base + 1 : argv[1];
    snprintf(m.module, sizeof m.module, "%.*s", (int)strcspn(base, "."), base);
    CXIndex index = clang_createIndex(0, 1);
    m.unit = clang_parseTranslationUnit(index, argv[1], (const char *const *)argv + 4, argc - 4,
                                        NULL, 0, CXTranslationUnit_None);
    if (m.unit == NULL || clang_getNumDiagnostics(m.unit) > 0) {
        fprintf(stderr, "mutate: %s: libclang cannot read it\n", argv[1]);
        return 1;
    }
    clang_visitChildren(clang_getTranslationUnitCursor(m.unit), visit, &m);
    printf("%s: %zu mutants\n", m.module, m.count);
    clang_disposeTranslationUnit(m.unit);
    clang_disposeIndex(index);
    return 0;
}
