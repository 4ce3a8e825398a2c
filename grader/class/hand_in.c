/* Recognizing hand-ins by their names. */
#include "hand_in.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract.h"
#include "gradescope_export.h"

const char *const hand_in_sources[] = {"Canvas", "Moodle", "Gradescope", "GitHub Classroom",
                                       "a folder"};

char *readable_line(const char *bytes, char *text, size_t size)
{
    snprintf(text, size, "%s", bytes);
    json_t *whole = json_string(text);
    for (char *c = text; *c != '\0'; c++) {
        bool foreign = whole == NULL && (*c & 0x80) != 0;
        size_t control = control_length(c);
        memset(c, '?', foreign ? 1 : control);
    }
    json_decref(whole);
    return text;
}

/* ---- names ---- */

enum { GROUPS = 6 };

/* Whether the name fits; a pattern that is none stops the program. */
static bool matches(const char *pattern, const char *name, regmatch_t *groups)
{
    regex_t expression;
    if (regcomp(&expression, pattern, REG_EXTENDED | REG_NEWLINE) != 0)
        contract_failed(__func__, "%s is no pattern", pattern);
    bool found = regexec(&expression, name, GROUPS, groups, 0) == 0;
    regfree(&expression);
    return found;
}

static void copy_group(const char *name, regmatch_t group, char *text, size_t size)
{
    char part[HAND_IN_NAME];
    snprintf(part, sizeof part, "%.*s", (int)(group.rm_eo - group.rm_so), name + group.rm_so);
    readable_line(part, text, size);
}

static bool is_archive(const char *name)
{
    regmatch_t groups[GROUPS];
    return matches("\\.(zip|ZIP|7z|tar|tar\\.(gz|bz2|xz|zst)|tgz|tbz2?|txz|c)$", name, groups);
}

/* Canvas: the second try of a file called hw.zip is hw-1.zip. */
static bool read_canvas(const char *name, hand_in *h)
{
    regmatch_t g[GROUPS];
    char try[16];
    if (!matches("^([^_]+)(_LATE)?_([0-9]+)_([0-9]+)_(.*)$", name, g))
        return false;
    h->source = FROM_CANVAS;
    copy_group(name, g[1], h->name, sizeof h->name);
    copy_group(name, g[3], h->number, sizeof h->number);
    h->marked_late = g[2].rm_so >= 0;
    if (matches("-([0-9]+)(\\.[A-Za-z][A-Za-z0-9.]*)?$", name, g)) {
        copy_group(name, g[1], try, sizeof try);
        h->attempt = (unsigned)strtoul(try, NULL, 10);
    }
    snprintf(h->student, sizeof h->student, "canvas %s", h->number);
    return true;
}

static bool read_moodle(const char *name, hand_in *h)
{
    regmatch_t g[GROUPS];
    if (!matches("^(.*)_([0-9]+)_assignsubmission_file_?(.*)$", name, g))
        return false;
    h->source = FROM_MOODLE;
    copy_group(name, g[1], h->name, sizeof h->name);
    copy_group(name, g[2], h->number, sizeof h->number);
    snprintf(h->student, sizeof h->student, "moodle %s", h->number);
    return true;
}

/* name as a key: what is no readable character stands as %XX, so that two names stay two. */
static void key_of(const char *name, char *key, size_t size)
{
    char line[HAND_IN_NAME];
    size_t used = 0;
    readable_line(name, line, sizeof line);
    key[0] = '\0';
    for (size_t i = 0; name[i] != '\0' && used + 4 < size; i++)
        used += (size_t)snprintf(key + used, size - used, name[i] == line[i] ? "%c" : "%%%02X",
                                 (unsigned char)name[i]);
}

/* Without the endings of an archive. */
static void read_plain(const char *name, bool folder, hand_in *h)
{
    regmatch_t g[GROUPS];
    char part[HAND_IN_NAME];
    h->source = FROM_FOLDER;
    readable_line(name, h->name, sizeof h->name);
    if (!folder &&
        (matches("^(.+)\\.tar\\.[a-z0-9]+$", name, g) || matches("^(.+)\\.[A-Za-z0-9]+$", name, g)))
        copy_group(name, g[1], h->name, sizeof h->name);
    snprintf(part, sizeof part, "%.*s", (int)strlen(h->name), name);
    key_of(part, h->student, sizeof h->student);
}

/* ---- entries ---- */

static void add_unknown(hand_in_list *all, const char *name)
{
    all->unknown = realloc(all->unknown, (all->unknown_count + 1) * sizeof *all->unknown);
    if (all->unknown == NULL)
        contract_failed("hand_ins_find", "no memory");
    readable_line(name, all->unknown[all->unknown_count++], HAND_IN_NAME);
}

static void add_entry(const char *folder, const char *name, hand_in_list *all)
{
    struct stat status;
    hand_in h = {0};
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, GRADESCOPE_METADATA) == 0)
        return;
    if (strlen(folder) + strlen(name) + 2 > sizeof h.path.text) {
        add_unknown(all, name);
        return;
    }
    h.path = path_of("%s/%s", folder, name);
    bool there = lstat(h.path.text, &status) == 0;
    bool is_folder = there && S_ISDIR(status.st_mode);
    bool is_file = there && S_ISREG(status.st_mode) && is_archive(name);
    if (name[0] == '.' || strcmp(name, "__MACOSX") == 0 || (!is_folder && !is_file)) {
        add_unknown(all, name);
        return;
    }
    if (!read_canvas(name, &h) && !read_moodle(name, &h))
        read_plain(name, is_folder, &h);
    *hand_ins_add(all) = h;
}

/* Clones of one assignment share what stands before their last common dash: it is no name. */
static void name_clones(hand_in_list *all)
{
    size_t shared = 0;
    const char *first = NULL;
    for (size_t i = 0; i < all->count; i++) {
        hand_in *h = &all->list[i];
        if (h->source != FROM_FOLDER || strlen(h->path.text) + 6 > sizeof h->path.text ||
            access(path_of("%s/.git", h->path.text).text, F_OK) != 0)
            continue;
        size_t same = 0;
        while (first != NULL && h->name[same] != '\0' && h->name[same] == first[same])
            same++;
        shared = first == NULL ? strlen(h->name) : same < shared ? same : shared;
        first = first == NULL ? h->name : first;
        h->source = FROM_CLASSROOM;
    }
    while (shared > 0 && first[shared - 1] != '-')
        shared--;
    for (size_t i = 0; i < all->count && shared > 0; i++) {
        hand_in *h = &all->list[i];
        if (h->source == FROM_CLASSROOM && strlen(h->name) > shared)
            memmove(h->name, h->name + shared, strlen(h->name + shared) + 1);
        if (h->source == FROM_CLASSROOM)
            snprintf(h->student, sizeof h->student, "%s", h->name);
    }
}

static int compare(const void *a, const void *b)
{
    const hand_in *x = a;
    const hand_in *y = b;
    int student = strcmp(x->student, y->student);
    if (student != 0)
        return student;
    if (x->attempt != y->attempt)
        return x->attempt < y->attempt ? -1 : 1;
    return strcmp(x->path.text, y->path.text);
}

bool hand_ins_find(const char *folder, hand_in_list *all, error *e)
{
    struct dirent **entries = NULL;
    *all = (hand_in_list){0};
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return error_set(e, "%s: %s; SUBMISSIONS= is the folder of what the class handed in",
                         folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        add_entry(folder, entries[i]->d_name, all);
        free(entries[i]);
    }
    free(entries);
    name_clones(all);
    bool read = gradescope_describe(folder, all, e);
    if (read && all->count == 0)
        read = error_set(e, "%s: holds no hand-in; each should be a folder or an archive", folder);
    if (read)
        qsort(all->list, all->count, sizeof *all->list, compare);
    else
        hand_ins_clear(all);
    return read;
}

hand_in *hand_ins_add(hand_in_list *all)
{
    all->list = realloc(all->list, (all->count + 1) * sizeof *all->list);
    if (all->list == NULL)
        contract_failed(__func__, "no memory");
    all->list[all->count] = (hand_in){0};
    return &all->list[all->count++];
}

void hand_ins_clear(hand_in_list *all)
{
    free(all->list);
    free(all->unknown);
    *all = (hand_in_list){0};
}
