/* Reading rosters with libcsv. */
#include "roster.h"

#include <csv.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contract.h"
#include "whole_file.h"

enum { COLUMNS = 256, ROSTER_BYTES = 64 << 20 };

typedef struct column_field {
    const char *title;
    size_t offset, size;
} column_field;

#define FIELD(title, member)                                                                       \
    {                                                                                              \
        title, offsetof(roster_row, member), sizeof(((roster_row *)NULL)->member)                  \
    }

/* What columns are called; case does not matter. */
static const column_field titles[] = {
    FIELD("student", name),
    FIELD("name", name),
    FIELD("full name", name),
    FIELD("student name", name),
    FIELD("first name", first),
    FIELD("first_name", first),
    FIELD("firstname", first),
    FIELD("last name", last),
    FIELD("last_name", last),
    FIELD("lastname", last),
    FIELD("surname", last),
    FIELD("id", id),
    FIELD("identifier", id),
    FIELD("student_id", id),
    FIELD("student id", id),
    FIELD("roster_identifier", id),
    FIELD("sis user id", sis_id),
    FIELD("sid", sis_id),
    FIELD("id number", sis_id),
    FIELD("sis login id", login),
    FIELD("username", login),
    FIELD("login", login),
    FIELD("email", email),
    FIELD("email address", email),
    FIELD("e-mail", email),
    FIELD("github_username", github),
    FIELD("github username", github),
    FIELD("section", section),
    FIELD("sections", section),
};

typedef struct reading {
    roster *into;
    const column_field *columns[COLUMNS];
    size_t column;
    roster_row row;
    bool in_head;
} reading;

static void take_field(void *bytes, size_t length, void *data)
{
    reading *r = data;
    char raw[HAND_IN_NAME];
    char text[HAND_IN_NAME];
    snprintf(raw, sizeof raw, "%.*s", (int)length, bytes != NULL ? (const char *)bytes : "");
    readable_line(raw, text, sizeof text);
    size_t i = r->column++;
    if (i >= COLUMNS)
        return;
    if (!r->in_head) {
        const column_field *f = r->columns[i];
        if (f != NULL)
            snprintf((char *)&r->row + f->offset, f->size, "%s", text);
        return;
    }
    const char *title = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
    for (size_t k = 0; k < sizeof titles / sizeof *titles; k++)
        if (strcasecmp(title, titles[k].title) == 0)
            r->columns[i] = &titles[k];
}

/* Canvas has rows for points and posting above the students, and a test student below. */
static bool is_student(const roster_row *row)
{
    return strstr(row->name, "Points Possible") == NULL &&
           strcasecmp(row->name, "Student, Test") != 0 && roster_key(row)[0] != '\0';
}

static void end_row(int end, void *data)
{
    reading *r = data;
    (void)end;
    if (!r->in_head) {
        roster_row *row = &r->row;
        if (row->name[0] == '\0' && (row->first[0] != '\0' || row->last[0] != '\0'))
            snprintf(row->name, sizeof row->name, "%.120s%s%.120s", row->first,
                     row->first[0] != '\0' ? " " : "", row->last);
        if (is_student(row)) {
            roster *into = r->into;
            into->rows = realloc(into->rows, (into->count + 1) * sizeof *into->rows);
            if (into->rows == NULL)
                contract_failed("roster_read", "no memory");
            into->rows[into->count++] = *row;
        }
    }
    r->in_head = false;
    r->column = 0;
    r->row = (roster_row){0};
}

bool roster_read(const char *path, roster *r, error *e)
{
    uint8_t *bytes;
    size_t length;
    struct csv_parser parser;
    reading state = {.into = r, .in_head = true};
    *r = (roster){0};
    if (!whole_file_read(path, ROSTER_BYTES, &bytes, &length, e))
        return false;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        contract_failed(__func__, "no memory");
    const uint8_t *line_end = memchr(bytes, '\n', length);
    size_t line = line_end != NULL ? (size_t)(line_end - bytes) : length;
    if (memchr(bytes, ';', line) != NULL && memchr(bytes, ',', line) == NULL)
        csv_set_delim(&parser, ';');
    size_t read = csv_parse(&parser, bytes, length, take_field, end_row, &state);
    bool whole = read == length && csv_fini(&parser, take_field, end_row, &state) == 0;
    csv_free(&parser);
    free(bytes);
    if (whole && r->count > 0)
        return true;
    if (!whole)
        error_set(e, "%s: no CSV from byte %zu on: a quotation mark that nothing ends?", path,
                  read);
    else
        error_set(e,
                  "%s: no student: its first line should name columns such as ID, Email, Student",
                  path);
    roster_clear(r);
    return false;
}

void roster_clear(roster *r)
{
    free(r->rows);
    *r = (roster){0};
}

static bool same(const char *a, const char *b)
{
    return a[0] != '\0' && strcasecmp(a, b) == 0;
}

/* "Last, First" is "First Last", too. */
static bool same_name(const roster_row *row, const char *name)
{
    char turned[HAND_IN_NAME];
    const char *comma = strstr(row->name, ", ");
    if (comma == NULL)
        return same(row->name, name);
    snprintf(turned, sizeof turned, "%s %.*s", comma + 2, (int)(comma - row->name), row->name);
    return same(row->name, name) || same(turned, name);
}

static bool is_of(const roster_row *row, const hand_in *h)
{
    char participant[96];
    snprintf(participant, sizeof participant, "Participant %s", h->number);
    switch (h->source) {
    case FROM_CANVAS:
        return same(row->id, h->number);
    case FROM_MOODLE:
        return same(row->id, h->number) || same(row->id, participant) || same_name(row, h->name);
    case FROM_GRADESCOPE:
        return same(row->email, h->email) || same(row->sis_id, h->number);
    case FROM_CLASSROOM:
        return same(row->github, h->name);
    default:
        return same(row->login, h->name) || same(row->id, h->name) || same(row->email, h->name) ||
               same(row->github, h->name) || same(row->sis_id, h->name) || same_name(row, h->name);
    }
}

const roster_row *roster_find(const roster *r, const hand_in *h)
{
    for (size_t i = 0; i < r->count; i++)
        if (is_of(&r->rows[i], h))
            return &r->rows[i];
    return NULL;
}

const char *roster_key(const roster_row *row)
{
    const char *const keys[] = {row->id,     row->email,  row->login,
                                row->sis_id, row->github, row->name};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i][0] != '\0')
            return keys[i];
    return "";
}
