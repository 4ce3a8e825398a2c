/*
 * mutate: writes mutants of one module, each with one small change, for prove to catch.
 *
 *     mutate REFERENCE.c STUB.c OUT COMPILER-OPTION...
 *
 * libclang finds the places: operators, whole and other numbers, and calls that stand alone. A line
 * that the stub has too is the course's own and stays. Each mutant is OUT/MODULE-LINE-COLUMN-WHAT/
 * MODULE.c; the change is a comment in its first line.
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

/* ---- writing ---- */

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

static void write_mutant(mutation *m, unsigned offset, unsigned length, unsigned line,
                         unsigned column, const char *what, const char *replacement)
{
    path_text folder = path_of("%s/%s-%u-%u-%s", m->out, m->module, line, column, what);
    path_text path = path_of("%s/%s.c", folder.text, m->module);
    if (line_is_in_stub(m, offset))
        return;
    if (mkdir(folder.text, 0755) != 0 && errno != EEXIST)
        contract_failed("mutate", "%s: %s", folder.text, strerror(errno));
    FILE *file = fopen(path.text, "we");
    if (file == NULL)
        contract_failed("mutate", "%s: %s", path.text, strerror(errno));
    size_t start = offset - (column - 1);
    size_t width = strcspn(m->source + start, "\n");
    while (width > 0 && m->source[start] == ' ') {
        start++;
        width--;
    }
    fprintf(file, "/* line %u: \"%.*s\" becomes \"%s\" in: %.*s */\n", line, (int)length,
            m->source + offset, replacement, (int)width, m->source + start);
    fprintf(file, "%.*s%s%s", (int)offset, m->source, replacement, m->source + offset + length);
    if (fclose(file) != 0)
        contract_failed("mutate", "%s: %s", path.text, strerror(errno));
    m->count++;
}

/* ---- finding ---- */

typedef struct place {
    unsigned offset, length, line, column;
    char text[WORD];
} place;

static place place_of(CXSourceRange range, const char *source)
{
    place p = {0};
    unsigned end;
    clang_getSpellingLocation(clang_getRangeStart(range), NULL, &p.line, &p.column, &p.offset);
    clang_getSpellingLocation(clang_getRangeEnd(range), NULL, NULL, NULL, &end);
    p.length = end - p.offset;
    snprintf(p.text, sizeof p.text, "%.*s", (int)(p.length < WORD ? p.length : WORD - 1),
             source + p.offset);
    return p;
}

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
                write_mutant(m, p.offset, p.length, p.line, p.column, "operator", operators[k][1]);
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
    write_mutant(m, p.offset, p.length, p.line, p.column, "number", replacement);
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
        write_mutant(m, p.offset, p.length, p.line, p.column, "call", "");
    }
    clang_disposeString(name);
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
