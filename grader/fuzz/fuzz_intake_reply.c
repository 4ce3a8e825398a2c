/*
 * Whatever the program that reads archives says, the grader has modules that are texts, and lines
 * about them, or a reason why not.
 *
 * An input is a row of headers, each with its magic number left out and the module's bytes behind
 * it; one that begins with 255 is an answer as it stands.
 */
#include <ctype.h>

#include "fuzz/fuzz.h"
#include "fuzz/take.h"
#include "intake_reply.h"
#include "intake_wire.h"

enum { AS_IT_STANDS = 255, MODULES = 3, LONGEST = 1 << 16 };

typedef struct answer {
    uint8_t bytes[LONGEST];
    size_t length;
} answer;

static void add(answer *a, const void *bytes, size_t length)
{
    if (a->length + length > LONGEST)
        return;
    memcpy(a->bytes + a->length, bytes, length);
    a->length += length;
}

/* A header that is in order or nearly so, and what follows it. */
static void add_module(taking *from, uint32_t number, answer *a)
{
    uint8_t text[INTAKE_TEXT];
    intake_header header = {.magic = INTAKE_MAGIC, .module = number};
    size_t kind = take_below(from, 16);
    if (kind == 0)
        header.module = (uint32_t)take_number(from);
    else if (kind == 1)
        header.module = INTAKE_ERROR;
    header.present = kind == 2 ? (uint32_t)take_number(from) : kind < 12;
    size_t length = take_below(from, 64);
    header.length = kind == 3 ? (uint32_t)take_number(from) : (uint32_t)length;
    take_bytes(from, header.text, take_below(from, INTAKE_TEXT) + 1);
    add(a, &header, sizeof header);
    take_bytes(from, text, length);
    if (header.present != 0)
        add(a, text, length);
}

static void make_answer(taking *from, answer *a)
{
    a->length = 0;
    if (from->left > 0 && *from->next == AS_IT_STANDS) {
        add(a, from->next + 1, from->left - 1);
        return;
    }
    for (uint32_t i = 0; i < MODULES && from->left > 0; i++)
        add_module(from, i, a);
    add(a, &(intake_header){.magic = INTAKE_MAGIC, .module = INTAKE_END}, sizeof(intake_header));
}

static void check_line(const char *line, size_t size)
{
    if (memchr(line, '\0', size) == NULL)
        abort();
    for (; *line != '\0'; line++)
        if (iscntrl((unsigned char)*line))
            abort();
}

static void check_module(const module_source *m)
{
    check_line(m->problem, sizeof m->problem);
    if (m->text == NULL ? m->length != 0 : m->length > MODULE_BYTES || strlen(m->text) != m->length)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static answer a;
    char path[FUZZ_PATH];
    taking from = {bytes, length};
    error e = {.text = ""};
    submission s = {.count = MODULES,
                    .modules = {{.name = "knn"}, {.name = "softmax"}, {.name = "layers"}}};
    make_answer(&from, &a);
    int file = fuzz_file(a.bytes, a.length, path);
    if (lseek(file, 0, SEEK_SET) != 0)
        abort();
    if (intake_receive(file, "fuzz", &s, &e)) {
        for (size_t i = 0; i < MODULES; i++)
            check_module(&s.modules[i]);
    } else {
        check_line(e.text, sizeof e.text);
        if (e.text[0] == '\0')
            abort();
    }
    submission_clear(&s);
    close(file);
    return 0;
}
