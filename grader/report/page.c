/* Pages by way of XML and a stylesheet. */
#include "page.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "contract.h"

enum { LARGEST_PICTURE = 8 << 20 };

struct page {
    xmlDocPtr document;
    xmlNodePtr root;
};

static const xmlChar *xml(const char *text)
{
    return (const xmlChar *)text;
}

page *page_new(const char *root_name)
{
    page *p = malloc(sizeof *p);
    if (p == NULL)
        contract_failed(__func__, "no memory");
    p->document = xmlNewDoc(xml("1.0"));
    p->root = xmlNewNode(NULL, xml(root_name));
    xmlDocSetRootElement(p->document, p->root);
    return p;
}

void page_free(page *p)
{
    if (p == NULL)
        return;
    xmlFreeDoc(p->document);
    free(p);
}

static void add_value(xmlNodePtr parent, const char *name, const json_t *value)
{
    const char *key;
    size_t i;
    json_t *child;
    char number[40];
    if (json_is_string(value) || json_is_boolean(value)) {
        const char *text = json_is_string(value) ? json_string_value(value)
                           : json_is_true(value) ? "true"
                                                 : "false";
        xmlNewTextChild(parent, NULL, xml(name), xml(text));
    } else if (json_is_number(value)) {
        snprintf(number, sizeof number, "%.10g", json_number_value(value));
        xmlNewTextChild(parent, NULL, xml(name), xml(number));
    } else {
        xmlNodePtr node = xmlNewChild(parent, NULL, xml(name), NULL);
        json_array_foreach(value, i, child)
            add_value(node, "item", child);
        json_object_foreach((json_t *)(uintptr_t)value, key, child)
            add_value(node, key, child);
    }
}

void page_add_json(page *p, const char *name, const json_t *value)
{
    add_value(p->root, name, value);
}

/* ---- pictures ---- */

static bool add_svg(page *p, xmlNodePtr plot, const char *path, error *e)
{
    xmlDocPtr svg =
        xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (svg == NULL)
        return error_set(e, "%s: no SVG picture", path);
    xmlNodePtr root = xmlDocCopyNode(xmlDocGetRootElement(svg), p->document, 1);
    if (root != NULL)
        xmlAddChild(plot, root);
    xmlFreeDoc(svg);
    return true;
}

static bool add_png(xmlNodePtr plot, const char *path, error *e)
{
    FILE *file = fopen(path, "re");
    uint8_t *bytes = malloc(LARGEST_PICTURE);
    char *text = calloc(1, BASE64_ENCODE_RAW_LENGTH(LARGEST_PICTURE) + 1);
    bool read = file != NULL && bytes != NULL && text != NULL;
    if (read) {
        size_t length = fread(bytes, 1, LARGEST_PICTURE, file);
        base64_encode_raw(text, length, bytes);
        xmlNewTextChild(plot, NULL, xml("png"), xml(text));
    } else {
        error_set(e, "%s: %s", path, strerror(errno));
    }
    if (file != NULL)
        fclose(file);
    free(bytes);
    free(text);
    return read;
}

bool page_add_picture(page *p, const char *path, const char *name, error *e)
{
    size_t length = strlen(path);
    xmlNodePtr plot = xmlNewChild(p->root, NULL, xml("plot"), NULL);
    xmlNewProp(plot, xml("name"), xml(name));
    if (length > 4 && strcmp(path + length - 4, ".svg") == 0)
        return add_svg(p, plot, path, e);
    return add_png(plot, path, e);
}

/* ---- the page ---- */

static bool write_page(xsltStylesheetPtr style, xmlDocPtr html, const char *path, error *e)
{
    atomic_file out;
    if (!atomic_file_open(&out, path, e))
        return false;
    if (xsltSaveResultToFile(out.stream, html, style) >= 0)
        return atomic_file_commit(&out, e);
    atomic_file_abandon(&out);
    return error_set(e, "%s: the page could not be written", path);
}

bool page_save(const page *p, const char *stylesheet, const char *path, error *e)
{
    bool saved = false;
    xsltStylesheetPtr style = xsltParseStylesheetFile(xml(stylesheet));
    xmlDocPtr html = style != NULL ? xsltApplyStylesheet(style, p->document, NULL) : NULL;
    if (html != NULL)
        saved = write_page(style, html, path, e);
    else
        error_set(e, "%s is missing, no stylesheet, or fails", stylesheet);
    xmlFreeDoc(html);
    xsltFreeStylesheet(style);
    xsltCleanupGlobals();
    return saved;
}
