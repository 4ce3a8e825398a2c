/* Reading Gradescope's metadata with libyaml. */
#include "gradescope_export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "moment.h"

/*
 * The value of a key in a mapping, its leading colon (Ruby's symbols have one) or not; else NULL.
 */
static yaml_node_t *member(yaml_document_t *document, yaml_node_t *mapping, const char *key)
{
    if (mapping == NULL || mapping->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *p = mapping->data.mapping.pairs.start;
         p < mapping->data.mapping.pairs.top; p++) {
        yaml_node_t *k = yaml_document_get_node(document, p->key);
        if (k == NULL || k->type != YAML_SCALAR_NODE)
            continue;
        const char *text = (const char *)k->data.scalar.value;
        if (strcmp(text[0] == ':' ? text + 1 : text, key) == 0)
            return yaml_document_get_node(document, p->value);
    }
    return NULL;
}

static const char *text_of(const yaml_node_t *node)
{
    return node != NULL && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value
                                                          : "";
}

/* What entry says of person, one of those who handed in. */
static void describe(yaml_document_t *document, yaml_node_t *entry, yaml_node_t *person, hand_in *h)
{
    h->source = FROM_GRADESCOPE;
    readable_line(text_of(member(document, person, "name")), h->name, sizeof h->name);
    readable_line(text_of(member(document, person, "email")), h->email, sizeof h->email);
    readable_line(text_of(member(document, person, "sid")), h->number, sizeof h->number);
    const char *one = h->email[0] != '\0' ? h->email : h->number[0] != '\0' ? h->number : h->name;
    if (one[0] != '\0')
        snprintf(h->student, sizeof h->student, "%.250s", one);
    moment_read(text_of(member(document, entry, "created_at")), &h->submitted);
}

/* Describes hand-in i of all by entry; all gets one more for each further member of a group. */
static void describe_all(yaml_document_t *document, yaml_node_t *entry, hand_in_list *all, size_t i)
{
    yaml_node_t *people = member(document, entry, "submitters");
    bool listed = people != NULL && people->type == YAML_SEQUENCE_NODE;
    size_t count = 0;
    if (listed)
        count = (size_t)(people->data.sequence.items.top - people->data.sequence.items.start);
    const hand_in plain = all->list[i];
    for (size_t k = 0; k == 0 || k < count; k++) {
        yaml_node_t *person =
            k < count ? yaml_document_get_node(document, people->data.sequence.items.start[k])
                      : NULL;
        hand_in *h = k == 0 ? &all->list[i] : hand_ins_add(all);
        *h = plain;
        h->member = (unsigned)k;
        describe(document, entry, person, h);
    }
}

bool gradescope_describe(const char *folder, hand_in_list *all, error *e)
{
    yaml_parser_t parser;
    yaml_document_t document;
    path_text path = path_of("%s/%s", folder, GRADESCOPE_METADATA);
    FILE *file = fopen(path.text, "re");
    if (file == NULL)
        return errno == ENOENT || error_set(e, "%s: %s", path.text, strerror(errno));
    if (yaml_parser_initialize(&parser) == 0) {
        fclose(file);
        return error_set(e, "%s: no memory to read it", path.text);
    }
    yaml_parser_set_input_file(&parser, file);
    bool read = yaml_parser_load(&parser, &document) != 0;
    if (read) {
        yaml_node_t *root = yaml_document_get_root_node(&document);
        size_t count = all->count;
        for (size_t i = 0; i < count; i++) {
            yaml_node_t *entry = member(&document, root, strrchr(all->list[i].path.text, '/') + 1);
            if (entry != NULL)
                describe_all(&document, entry, all, i);
        }
        yaml_document_delete(&document);
    } else {
        error_set(e, "%s:%zu: %s; export the submissions again", path.text,
                  parser.problem_mark.line + 1,
                  parser.problem != NULL ? parser.problem : "no YAML");
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return read;
}
