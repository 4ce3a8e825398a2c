/* Hashing what judges. */
#include "course_hash.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static bool hash_file(struct sha256_ctx *context, const char *path, error *e)
{
    uint8_t block[1 << 16];
    FILE *file = fopen(path, "re");
    size_t count;
    if (file == NULL)
        return error_set(e, "%s: %s; build the grader first", path, strerror(errno));
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        sha256_update(context, count, block);
    fclose(file);
    return true;
}

/* The hash of what context has had so far, which goes on. */
static void write_hash(const struct sha256_ctx *context, char *hash)
{
    struct sha256_ctx copy = *context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&copy, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

bool course_hash(const course *c, const char *program, course_hashes *hashes, error *e)
{
    struct sha256_ctx context;
    path_text points = path_of("%s/grader/assignment%u/rubric.json", c->root.text, c->assignment);
    path_text judge = path_of("%s/double/reference-worker-%u", c->build.text, c->assignment);
    sha256_init(&context);
    if (!hash_file(&context, program, e) || !hash_file(&context, judge.text, e))
        return false;
    write_hash(&context, hashes->judge);
    if (!hash_file(&context, points.text, e))
        return false;
    write_hash(&context, hashes->course);
    return true;
}

static void add_text(struct sha256_ctx *context, const char *text)
{
    sha256_update(context, strlen(text) + 1, (const uint8_t *)text);
}

static void add_family(const rubric *r, const judge_part *parts, size_t family,
                       struct sha256_ctx *context)
{
    for (size_t i = 0; i < r->module_count; i++)
        if (r->questions[r->modules[i].question].family == family) {
            add_text(context, r->questions[r->modules[i].question].name);
            add_text(context, r->modules[i].name);
            add_text(context, judge_part_hash(parts, r->modules[i].name));
        }
    for (size_t i = 0; i < r->case_count; i++)
        if (r->questions[r->cases[i].question].family == family) {
            add_text(context, r->questions[r->cases[i].question].name);
            add_text(context, r->cases[i].definition->name);
            add_text(context, judge_part_hash(parts, r->cases[i].definition->file));
        }
}

void question_hashes(const rubric *r, const judge_part *parts, question_hash *hashes)
{
    for (size_t q = 0; q < r->question_count; q++) {
        struct sha256_ctx context;
        sha256_init(&context);
        add_text(&context, judge_part_hash(parts, ""));
        add_family(r, parts, r->questions[q].family, &context);
        write_hash(&context, hashes[q].text);
    }
}
