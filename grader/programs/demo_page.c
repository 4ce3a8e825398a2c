/*
 * demo-page: draws the page that leads to all that `make demo` made.
 *
 * Usage: demo-page FOLDER STYLESHEET CAPTIONS. Reads FOLDER/samples.tsv, a line a sample (its name,
 * such as assignment1/stub, a tab, what it is), with FOLDER/NAME/result.json and report.html of
 * each, and FOLDER/experiments.tsv, of the same form, with FOLDER/experiments/NAME/findings.txt and
 * pictures. CAPTIONS has, in that form, too, what to see in an experiment or a picture
 * (NAME/PICTURE). Writes FOLDER/index.html and prints the table of scores.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "page.h"
#include "path.h"

/* The line of text without its newline. */
static void chomp(char *line)
{
    line[strcspn(line, "\n")] = '\0';
}

/* One sample's row: its name, what it is and its whole result. */
static bool add_sample(page *p, const char *folder, const char *name, const char *what, error *e)
{
    json_error_t parse_error;
    path_text file = path_of("%s/%s/result.json", folder, name);
    json_t *result = json_load_file(file.text, 0, &parse_error);
    if (result == NULL)
        return error_set(e, "%s:%d: %s", file.text, parse_error.line, parse_error.text);
    printf("  %-31s %6.2f of %.0f   %s\n", name,
           json_number_value(json_object_get(result, "score")),
           json_number_value(json_object_get(result, "max_score")), what);
    json_object_del(result, "cases"); /* the report has them */
    json_t *row = json_pack("{s:s, s:s, s:o}", "name", name, "what", what, "result", result);
    page_add_json(p, "sample", row);
    json_decref(row);
    return true;
}

/* What a line of a list is about: NAME, a tab, WHAT. */
typedef bool (*add_line)(page *p, const char *folder, const char *name, const char *what, error *e);

static bool add_list(page *p, const char *folder, const char *list, add_line add, error *e)
{
    char line[512];
    FILE *file = fopen(list, "re");
    bool added = file != NULL || error_set(e, "%s: %s", list, strerror(errno));
    while (added && fgets(line, sizeof line, file) != NULL) {
        chomp(line);
        char *tab = strchr(line, '\t');
        if (tab == NULL)
            continue;
        *tab = '\0';
        added = add(p, folder, line, tab + 1, e);
    }
    if (file != NULL)
        fclose(file);
    return added;
}

static int is_picture(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && (strcmp(dot, ".png") == 0 || strcmp(dot, ".svg") == 0);
}

/* What the pictures tell. */
static bool add_caption(page *p, const char *folder, const char *name, const char *what, error *e)
{
    (void)folder;
    (void)e;
    json_t *row = json_pack("{s:s, s:s}", "name", name, "text", what);
    page_add_json(p, "caption", row);
    json_decref(row);
    return true;
}

/* Whether a line of an experiment's output is for programs, or of use in a terminal only. */
static bool is_for_programs(const char *line)
{
    return strncmp(line, "RESULT", 6) == 0 || strncmp(line, "The pictures are in", 19) == 0;
}

/* The findings of one experiment, line by line, and its pictures. */
static bool add_experiment(page *p, const char *folder, const char *name, const char *what,
                           error *e)
{
    char line[512];
    struct dirent **pictures;
    bool added = true;
    path_text home = path_of("%s/experiments/%s", folder, name);
    json_t *findings = json_array();
    FILE *file = fopen(path_of("%s/findings.txt", home.text).text, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        chomp(line);
        if (!is_for_programs(line))
            json_array_append_new(findings, json_string(line));
    }
    if (file != NULL)
        fclose(file);
    json_t *row = json_pack("{s:s, s:s, s:o}", "name", name, "what", what, "findings", findings);
    page_add_json(p, "experiment", row);
    json_decref(row);
    int count = scandir(home.text, &pictures, is_picture, alphasort);
    for (int i = 0; i < count; i++) {
        path_text picture = path_of("%s/%s", home.text, pictures[i]->d_name);
        path_text picture_name = path_of("%s/%s", name, pictures[i]->d_name);
        added = added && page_add_picture(p, picture.text, picture_name.text, e);
        free(pictures[i]);
    }
    if (count >= 0)
        free(pictures);
    return added;
}

/* That a class was graded, too. */
static void add_class(page *p, const char *folder)
{
    json_t *there = json_true();
    if (access(path_of("%s/class/report/class.html", folder).text, R_OK) == 0)
        page_add_json(p, "class", there);
    json_decref(there);
}

/* That the site is built, beside the folder. */
static void add_site(page *p, const char *folder)
{
    json_t *there = json_true();
    if (access(path_of("%s/../site/index.html", folder).text, R_OK) == 0)
        page_add_json(p, "site", there);
    json_decref(there);
}

int main(int argc, char **argv)
{
    error e = {""};
    if (argc != 4) {
        fprintf(stderr, "usage: demo-page FOLDER STYLESHEET CAPTIONS\n");
        return 2;
    }
    page *p = page_new("demo");
    path_text index = path_of("%s/index.html", argv[1]);
    path_text samples = path_of("%s/samples.tsv", argv[1]);
    path_text experiments = path_of("%s/experiments.tsv", argv[1]);
    bool made = add_list(p, argv[1], samples.text, add_sample, &e) &&
                add_list(p, argv[1], experiments.text, add_experiment, &e) &&
                add_list(p, argv[1], argv[3], add_caption, &e);
    add_class(p, argv[1]);
    add_site(p, argv[1]);
    made = made && page_save(p, argv[2], index.text, &e);
    page_free(p);
    if (made)
        return 0;
    fprintf(stderr, "demo-page: %s\n", e.text);
    return 1;
}
