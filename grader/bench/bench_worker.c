/* Answers the requests of a client that times several libraries in turns. */
#include "bench_worker.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_item.h"

enum { MOST_ITEMS = 32 };

/* The items' data: NULL for those that were not asked for. */
typedef struct server {
    bench_state *states[MOST_ITEMS];
} server;

static json_t *list_items(void)
{
    json_t *names = json_array();
    for (size_t i = 0; i < bench_item_count; i++)
        json_array_append_new(names, json_string(bench_items[i].name));
    return names;
}

static json_t *drop(server *s)
{
    for (size_t i = 0; i < bench_item_count; i++) {
        bench_state_free(s->states[i]);
        s->states[i] = NULL;
    }
    return json_true();
}

static json_t *time_item(server *s, const char *name, double seconds)
{
    const bench_item *item = bench_item_find(name);
    if (item == NULL)
        return json_sprintf("there is no item %s", name);
    bench_state **state = &s->states[item - bench_items];
    if (*state == NULL) {
        *state = bench_state_new(item);
        item->run(*state);
    }
    return json_real(bench_time(item, *state, seconds) / item->scale);
}

static json_t *answer_to(server *s, const char *line)
{
    char word[16];
    char name[64];
    double seconds;
    int count = sscanf(line, "%15s %63s %lf", word, name, &seconds);
    if (count == 1 && strcmp(word, "list") == 0)
        return list_items();
    if (count == 1 && strcmp(word, "drop") == 0)
        return drop(s);
    if (count == 3 && strcmp(word, "time") == 0)
        return time_item(s, name, seconds);
    return json_string("a request is 'list', 'time NAME SECONDS' or 'drop'");
}

void bench_serve(void)
{
    server s = {{NULL}};
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) >= 0) {
        json_t *answer = answer_to(&s, line);
        json_dumpf(answer, stdout, JSON_ENCODE_ANY);
        putchar('\n');
        fflush(stdout);
        json_decref(answer);
    }
    json_decref(drop(&s));
    free(line);
}
