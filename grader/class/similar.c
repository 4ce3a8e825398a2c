/*
 * Similar hand-ins.
 *
 * Theory of operation. Every hand-in is unpacked by the grader, in its sandbox, into a private
 * folder. Of module M of hand-in number I, what is not the stub's becomes the file M/I.c, its lines
 * at their places. sim_c compares all files of a module in one go and prints a line for each two
 * that share something; pairs that stand out are compared once more, for the lines that they share.
 */
#include "similar.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "contract.h"
#include "page.h"
#include "progress.h"
#include "whole_file.h"
#include "workspace.h"

enum { MOST_MODULES = 32, MOST_BYTES = 4 << 20, MOST_PAIRS = 100, LEAST_LENGTH = 400 };
static const double LEAST_SHARE = 50; /* percent */

typedef struct text {
    char *bytes;  /* lines end in null characters */
    char **lines; /* without blanks around them, none in the middle of a comparison */
    size_t count;
} text;

typedef struct comparison {
    const book *book;
    const course *course;
    const char *grader;
    workspace work;
    json_t *rows; /* the hand-ins: key, name, path */
    size_t count; /* of them */
    size_t unread;
    char said[512]; /* by the grader, of the last that it could not read */
    char modules[MOST_MODULES][64];
    size_t module_count;
    text stubs[MOST_MODULES];
    size_t *lengths; /* module m of hand-in i: [m * count + i], in characters */
    float *shares;   /* [(m * count + i) * count + j]: percent of i's that is found in j's */
} comparison;

/* ---- texts without the stub's lines ---- */

static void text_clear(text *t)
{
    free(t->bytes);
    free(t->lines);
    *t = (text){0};
}

/* Reads the file path into t; an empty text where there is no file. */
static void text_read(const char *path, text *t)
{
    error ignored;
    uint8_t *bytes;
    size_t length;
    *t = (text){0};
    if (access(path, R_OK) != 0 || !whole_file_read(path, MOST_BYTES, &bytes, &length, &ignored))
        return;
    t->bytes = realloc(bytes, length + 1);
    t->lines = calloc(length + 1, sizeof *t->lines);
    if (t->bytes == NULL || t->lines == NULL)
        contract_failed(__func__, "no memory");
    t->bytes[length] = '\0';
    for (char *line = t->bytes; line < t->bytes + length;) {
        char *end = memchr(line, '\n', (size_t)(t->bytes + length - line));
        if (end == NULL)
            end = t->bytes + length;
        *end = '\0';
        t->lines[t->count++] = line;
        line = end + 1;
    }
}

/* The length of line without blanks around it, and where it begins. */
static size_t core_of(const char *line, const char **begin)
{
    static const char blanks[] = " \t\r\f\v";
    *begin = line + strspn(line, blanks);
    size_t length = strlen(*begin);
    while (length > 0 && strchr(blanks, (*begin)[length - 1]) != NULL)
        length--;
    return length;
}

static bool has_line(const text *stub, const char *line)
{
    const char *begin;
    const char *other;
    size_t length = core_of(line, &begin);
    for (size_t i = 0; i < stub->count; i++)
        if (core_of(stub->lines[i], &other) == length && memcmp(begin, other, length) == 0)
            return true;
    return length == 0;
}

/* Writes the lines of t that are not in stub to the file path, and returns their characters. */
static size_t write_rest(const text *t, const text *stub, const char *path)
{
    size_t length = 0;
    const char *begin;
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return 0;
    for (size_t i = 0; i < t->count; i++) {
        if (!has_line(stub, t->lines[i])) {
            fputs(t->lines[i], file);
            length += core_of(t->lines[i], &begin);
        }
        fputc('\n', file);
    }
    fclose(file);
    return length;
}

/* ---- all hand-ins ---- */

static int is_module(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 2 && length < 60 && strcmp(entry->d_name + length - 2, ".c") == 0;
}

/* The modules of the assignment, as the masters have them. */
static bool find_modules(comparison *x, error *e)
{
    struct dirent **entries = NULL;
    path_text folder =
        path_of("%s/grader/reference/assignment%u", x->course->root.text, x->course->assignment);
    int count = scandir(folder.text, &entries, is_module, alphasort);
    for (int i = 0; i < count; i++) {
        if (x->module_count < MOST_MODULES)
            snprintf(x->modules[x->module_count++], sizeof x->modules[0], "%.*s",
                     (int)strlen(entries[i]->d_name) - 2, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return x->module_count > 0 || error_set(e, "%s: no modules are there", folder.text);
}

static path_text part_of(const comparison *x, size_t module, size_t i)
{
    return path_of("%s/%s/%zu.c", x->work.folder.text, x->modules[module], i);
}

/* Unpacks hand-in i and writes what is its own. */
static void read_hand_in(comparison *x, size_t i)
{
    char from[PATH_MAX];
    char to[PATH_MAX];
    char root[PATH_MAX];
    path_text folder = path_of("%s/unpacked", x->work.folder.text);
    snprintf(from, sizeof from, "--submission=%s",
             json_string_value(json_object_get(json_array_get(x->rows, i), "path")));
    snprintf(to, sizeof to, "--unpack=%s", folder.text);
    snprintf(root, sizeof root, "--root=%s", x->course->root.text);
    const char *const argv[] = {x->grader, from, to, root, NULL};
    char said[512];
    if (command_run(argv, said, sizeof said) != 0) {
        said[strcspn(said, "\n")] = '\0';
        memcpy(x->said, said, sizeof said);
        x->unread++;
        return;
    }
    for (size_t m = 0; m < x->module_count; m++) {
        text t;
        text_read(path_of("%s/%s.c", folder.text, x->modules[m]).text, &t);
        if (t.count > 0)
            x->lengths[m * x->count + i] = write_rest(&t, &x->stubs[m], part_of(x, m, i).text);
        text_clear(&t);
    }
    folder_remove(folder.text);
}

static void read_all(comparison *x)
{
    for (size_t m = 0; m < x->module_count; m++) {
        text_read(path_of("%s/assignment%u/%s.c", x->course->root.text, x->course->assignment,
                          x->modules[m])
                      .text,
                  &x->stubs[m]);
        mkdir(path_of("%s/%s", x->work.folder.text, x->modules[m]).text, 0700);
    }
    progress bar = progress_start("reading the hand-ins", x->count);
    for (size_t i = 0; i < x->count; i++) {
        read_hand_in(x, i);
        progress_update(&bar, i + 1);
    }
    progress_finish(&bar);
}

/* ---- how alike ---- */

/* The number of the hand-in that a file of a module is of. */
static size_t number_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strtoul(slash != NULL ? slash + 1 : path, NULL, 10);
}

static const char CONSISTS[] = " consists for ";

/* Lines are "FILE consists for N % of FILE material". */
static void read_shares(comparison *x, size_t module, const char *path)
{
    char line[2048];
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        int share;
        int behind = 0;
        char *middle = strstr(line, CONSISTS);
        if (middle == NULL || sscanf(middle, " consists for %d %% of %n", &share, &behind) != 1)
            continue;
        *middle = '\0'; /* names may hold blanks */
        size_t i = number_of(line);
        size_t j = number_of(middle + behind);
        if (i < x->count && j < x->count)
            x->shares[(module * x->count + i) * x->count + j] = (float)share;
    }
    if (file != NULL)
        fclose(file);
}

static bool compare_module(comparison *x, size_t module, error *e)
{
    char said[512];
    char out[PATH_MAX];
    path_text folder = path_of("%s/%s", x->work.folder.text, x->modules[module]);
    path_text list = path_of("%s/shares", x->work.folder.text);
    snprintf(out, sizeof out, "-o%s", list.text);
    const char *const argv[] = {"sim_c", "-p", "-a", "-s",        "-t1",
                                "-T",    out,  "-R", folder.text, NULL};
    int status = command_run(argv, said, sizeof said);
    if (status != 0)
        return error_set(e, "sim_c: %.200s",
                         status < 0 ? "cannot be run; install similarity-tester" : said);
    read_shares(x, module, list.text);
    return true;
}

static double module_share(const comparison *x, size_t module, size_t i, size_t j)
{
    const float *shares = x->shares + module * x->count * x->count;
    float there = shares[i * x->count + j];
    float back = shares[j * x->count + i];
    return (double)(there < back ? there : back);
}

/* Of hand-ins i and j, in percent; -1 when too little of theirs is their own. */
static double pair_share(const comparison *x, size_t i, size_t j)
{
    double sum = 0;
    double weight = 0;
    for (size_t m = 0; m < x->module_count; m++) {
        size_t one = x->lengths[m * x->count + i];
        size_t other = x->lengths[m * x->count + j];
        double least = (double)(one < other ? one : other);
        sum += least * module_share(x, m, i, j);
        weight += least;
    }
    return weight >= LEAST_LENGTH ? sum / weight : -1;
}

/* ---- pairs that stand out ---- */

typedef struct pair {
    size_t i, j;
    double share;
} pair;

static int by_share(const void *a, const void *b)
{
    const pair *x = a;
    const pair *y = b;
    return x->share != y->share ? (x->share < y->share) - (x->share > y->share)
           : x->i != y->i       ? (x->i > y->i) - (x->i < y->i)
                                : (x->j > y->j) - (x->j < y->j);
}

/* All pairs of x, most alike first, in new memory. */
static pair *all_pairs(const comparison *x, size_t *count)
{
    pair *pairs = calloc(x->count * x->count / 2 + 1, sizeof *pairs);
    if (pairs == NULL)
        contract_failed(__func__, "no memory");
    *count = 0;
    for (size_t i = 0; i < x->count; i++)
        for (size_t j = i + 1; j < x->count; j++) {
            double share = pair_share(x, i, j);
            if (share >= 0)
                pairs[(*count)++] = (pair){i, j, share};
        }
    qsort(pairs, *count, sizeof *pairs, by_share);
    return pairs;
}

/* Beyond which a pair stands out: Tukey's outer fence, and at least half. */
static double fence(const pair *pairs, size_t count)
{
    if (count == 0)
        return LEAST_SHARE;
    double upper = pairs[count / 4].share;
    double lower = pairs[count - 1 - count / 4].share;
    double most = upper + 3 * (upper - lower);
    return most > LEAST_SHARE ? most : LEAST_SHARE;
}

/* ---- the page ---- */

/* The lines of t, those of them marked that shared says are in both. */
static json_t *lines_json(const text *t, const bool *shared)
{
    char line[400];
    json_t *lines = json_array();
    for (size_t i = 0; i < t->count; i++)
        json_array_append_new(lines, json_pack("{s:s, s:b}", "text",
                                               readable_line(t->lines[i], line, sizeof line),
                                               "shared", (int)shared[i]));
    return lines;
}

static void mark(bool *shared, size_t count, int first, int last)
{
    for (int i = first; i <= last; i++)
        if (i >= 1 && (size_t)i <= count)
            shared[i - 1] = true;
}

/*
 * Marks the lines that the files of a module of i and j share. sim_c prints them as
 * "FILE: line 3-20 |FILE: line 5-22 [104]", and breaks long lines at the bar's place.
 */
static void mark_shared(const comparison *x, size_t module, const pair *p, const text *t,
                        bool **shared)
{
    char said[256];
    char out[PATH_MAX];
    char line[4096];
    path_text list = path_of("%s/runs", x->work.folder.text);
    path_text one = part_of(x, module, p->i);
    path_text other = part_of(x, module, p->j);
    snprintf(out, sizeof out, "-o%s", list.text);
    const char *const argv[] = {"sim_c", "-n",     "-s",       "-T", "-w2000",
                                out,     one.text, other.text, NULL};
    command_run(argv, said, sizeof said);
    FILE *file = fopen(list.text, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *bar = strchr(line, '|');
        if (bar == NULL)
            continue;
        *bar = '\0';
        for (const char *half = line; half != NULL; half = half == line ? bar + 1 : NULL) {
            int first;
            int last;
            const char *place = strstr(half, ": line ");
            if (place == NULL || sscanf(place, ": line %d-%d", &first, &last) != 2)
                continue;
            int side = number_of(half) == p->i ? 0 : 1;
            mark(shared[side], t[side].count, first, last);
        }
    }
    if (file != NULL)
        fclose(file);
}

static json_t *module_json(const comparison *x, size_t module, const pair *p)
{
    text t[2] = {{.bytes = NULL}};
    bool *shared[2];
    for (int side = 0; side < 2; side++) {
        text_read(part_of(x, module, side == 0 ? p->i : p->j).text, &t[side]);
        shared[side] = calloc(t[side].count + 1, sizeof *shared[side]);
        if (shared[side] == NULL)
            contract_failed(__func__, "no memory");
    }
    mark_shared(x, module, p, t, shared);
    json_t *m = json_pack("{s:s, s:i, s:o, s:o}", "name", x->modules[module], "share",
                          (int)module_share(x, module, p->i, p->j), "one",
                          lines_json(&t[0], shared[0]), "other", lines_json(&t[1], shared[1]));
    for (int side = 0; side < 2; side++) {
        text_clear(&t[side]);
        free(shared[side]);
    }
    return m;
}

static json_t *pair_json(const comparison *x, const pair *p)
{
    json_t *modules = json_array();
    for (size_t m = 0; m < x->module_count; m++)
        if (module_share(x, m, p->i, p->j) >= LEAST_SHARE)
            json_array_append_new(modules, module_json(x, m, p));
    return json_pack("{s:O, s:O, s:i, s:o}", "one",
                     json_object_get(json_array_get(x->rows, p->i), "name"), "other",
                     json_object_get(json_array_get(x->rows, p->j), "name"), "share",
                     (int)(p->share + 0.5), "modules", modules);
}

static bool write_page(const comparison *x, const char *path, size_t *count, error *e)
{
    size_t pair_count;
    pair *pairs = all_pairs(x, &pair_count);
    double least = fence(pairs, pair_count);
    json_t *list = json_array();
    *count = 0;
    for (size_t i = 0; i < pair_count && pairs[i].share > least; i++) {
        ++*count;
        if (i < MOST_PAIRS)
            json_array_append_new(list, pair_json(x, &pairs[i]));
    }
    json_t *about = json_pack(
        "{s:i, s:i, s:i, s:i, s:i, s:i}", "assignment", (int)x->course->assignment, "unread",
        (int)x->unread, "hand_ins", (int)x->count, "least", (int)(least + 0.5), "median",
        pair_count > 0 ? (int)(pairs[pair_count / 2].share + 0.5) : 0, "pairs", (int)*count);
    page *p = page_new("similar");
    page_add_json(p, "about", about);
    page_add_json(p, "pairs", list);
    path_text stylesheet = path_of("%s/grader/class/similar.xsl", x->course->root.text);
    bool written = page_save(p, stylesheet.text, path, e);
    page_free(p);
    json_decref(about);
    json_decref(list);
    free(pairs);
    return written;
}

static const char HAND_INS[] =
    "SELECT t.key, CASE WHEN t.name = '' THEN t.key ELSE t.name END AS name, CAST(s.path AS TEXT)"
    " AS path FROM submission s JOIN student t ON t.id = s.student WHERE s.counts AND s.member = 0"
    " ORDER BY t.key";

bool similar_report(const book *b, const course *c, const char *grader, const char *path,
                    similar_sums *sums, error *e)
{
    comparison x = {.book = b, .course = c, .grader = grader, .rows = book_rows(b, HAND_INS)};
    x.count = json_array_size(x.rows);
    bool done = find_modules(&x, e) && workspace_open(&x.work, e);
    if (!done) {
        json_decref(x.rows);
        return false;
    }
    x.lengths = calloc(x.module_count * x.count + 1, sizeof *x.lengths);
    x.shares = calloc(x.module_count * x.count * x.count + 1, sizeof *x.shares);
    if (x.lengths == NULL || x.shares == NULL)
        contract_failed(__func__, "no memory");
    read_all(&x);
    if (x.unread == x.count)
        done = error_set(e, "none of the %zu hand-ins could be read: %.200s", x.count,
                         x.said[0] != '\0' ? x.said : "the grader said nothing");
    for (size_t m = 0; done && m < x.module_count; m++)
        done = compare_module(&x, m, e);
    done = done && write_page(&x, path, &sums->pairs, e);
    sums->unread = x.unread;
    workspace_close(&x.work);
    for (size_t m = 0; m < x.module_count; m++)
        text_clear(&x.stubs[m]);
    free(x.lengths);
    free(x.shares);
    json_decref(x.rows);
    return done;
}
