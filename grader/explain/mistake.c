/* Finding the known mistakes. */
#include "mistake.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract.h"

enum { MOST_RUNNING = 48 };

static const char HEAD[] = "Module: ";
static const char CHANGE[] = "--- ";

/*
 * The module, and the paragraph between the head and the change, its lines joined, into text.
 */
static bool read_sentence(FILE *file, mistake *m, char *text, size_t size)
{
    char line[256];
    bool in_head = true;
    bool ended = false;
    text[0] = '\0';
    if (fgets(line, sizeof line, file) == NULL || strncmp(line, HEAD, strlen(HEAD)) != 0)
        return false;
    snprintf(m->module, sizeof m->module, "%.*s", (int)strcspn(line + strlen(HEAD), "\n"),
             line + strlen(HEAD));
    while (!ended && fgets(line, sizeof line, file) != NULL) {
        size_t used = strlen(text);
        line[strcspn(line, "\n")] = '\0';
        ended = strncmp(line, CHANGE, strlen(CHANGE)) == 0;
        if (!in_head && !ended && line[0] != '\0')
            snprintf(text + used, size - used, "%s%s", used > 0 ? " " : "", line);
        in_head = in_head && line[0] != '\0';
    }
    return ended && text[0] != '\0';
}

static bool add_sentence(const course *c, const char *name, mistake *m, error *e)
{
    path_text path =
        path_of("%s/grader/assignment%u/mistakes/%s.diff", c->root.text, c->assignment, name);
    char sentence[MISTAKE_TEXT / 2];
    FILE *file = fopen(path.text, "re");
    if (file == NULL)
        return error_set(e, "%s: %s; make mistakes builds anew", path.text, strerror(errno));
    bool read = read_sentence(file, m, sentence, sizeof sentence);
    fclose(file);
    if (!read)
        return error_set(e, "%s: has no \"Module:\" line, no sentence or no change", path.text);
    size_t used = strlen(m->text);
    snprintf(m->text + used, sizeof m->text - used, "%s%s", used > 0 ? " And: " : "", sentence);
    return true;
}

static bool read_mistake(const course *c, const char *folder, const char *name, mistake *m,
                         error *e)
{
    *m = (mistake){
        .program = {.path = path_of("%s/%s/worker", folder, name), .real_size = sizeof(double)}};
    snprintf(m->name, sizeof m->name, "%.*s", (int)strcspn(name, "~"), name);
    char first[MISTAKE_NAME];
    snprintf(first, sizeof first, "%s", m->name);
    char *second = strchr(first, '+');
    if (second == NULL)
        return add_sentence(c, first, m, e);
    *second++ = '\0';
    m->pair = true;
    return add_sentence(c, first, m, e) && add_sentence(c, second, m, e);
}

static int compare(const void *a, const void *b)
{
    const mistake *x = a;
    const mistake *y = b;
    int module = strcmp(x->module, y->module);
    if (x->pair != y->pair)
        return x->pair - y->pair;
    return module != 0 ? module : strcmp(x->name, y->name);
}

bool mistakes_load(const course *c, mistake_list *all, error *e)
{
    path_text folder = path_of("%s/mistakes-%u", c->build.text, c->assignment);
    struct dirent **entries = NULL;
    bool loaded = true;
    *all = (mistake_list){0};
    int count = scandir(folder.text, &entries, NULL, NULL);
    all->list = calloc(count > 0 ? (size_t)count : 1, sizeof *all->list);
    if (all->list == NULL)
        contract_failed(__func__, "no memory");
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        bool built = access(path_of("%s/%s/worker", folder.text, name).text, X_OK) == 0;
        if (loaded && built && name[0] != '.')
            loaded = read_mistake(c, folder.text, name, &all->list[all->count++], e);
        free(entries[i]);
    }
    free(entries);
    if (loaded)
        qsort(all->list, all->count, sizeof *all->list, compare);
    else
        mistakes_clear(all);
    return loaded;
}

/*
 * The mistakes whose workers run, so that there are never more than a few: each holds descriptors
 * and memory, and there are hundreds of mistakes.
 */
static mistake *running[MOST_RUNNING];
static size_t next_place;

static void stop_running(mistake *m)
{
    worker_close(m->running);
    m->running = NULL;
    for (size_t i = 0; i < MOST_RUNNING; i++)
        if (running[i] == m)
            running[i] = NULL;
}

static void start_running(mistake *m)
{
    start_failure ignored;
    mistake **place = &running[next_place++ % MOST_RUNNING];
    if (*place != NULL)
        stop_running(*place);
    m->running = worker_open(&m->program, 0, &ignored); /* our own code: it needs no box */
    *place = m;
}

bool mistake_answer(mistake *m, recorded_call *c, bindings *out)
{
    if (m->running == NULL)
        start_running(m);
    if (m->running != NULL && evidence_replay(c, m->running, out))
        return true;
    stop_running(m);
    return false;
}

void mistakes_clear(mistake_list *all)
{
    for (size_t i = 0; i < all->count; i++)
        stop_running(&all->list[i]);
    free(all->list);
    *all = (mistake_list){0};
}
