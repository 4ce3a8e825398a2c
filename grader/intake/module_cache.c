/*
 * Keeping what was compiled.
 *
 * An entry is written under a temporary name and renamed when it is whole. Beside a module's files
 * lies the hash of their bytes, so that one which a power cut left half written is found out,
 * removed and made again. Of two who add the same entry, the second finds it there and drops its
 * own.
 */
#include "module_cache.h"

#include <dirent.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox.h"
#include "workspace.h"

/* Adds length bytes with their length before them, so that no two lists of texts are the same. */
static void add_bytes(struct sha256_ctx *context, const void *bytes, size_t length)
{
    uint64_t size = length;
    sha256_update(context, sizeof size, (const uint8_t *)&size);
    sha256_update(context, length, bytes);
}

static void add_text(struct sha256_ctx *context, const char *text)
{
    add_bytes(context, text, strlen(text));
}

/* Adds the file of the folder by its name and content; one that is missing, as missing. */
static bool add_file(struct sha256_ctx *context, const char *folder, const char *name)
{
    char block[1 << 15];
    size_t count;
    FILE *file = fopen(path_of("%s/%s", folder, name).text, "re");
    add_text(context, name);
    if (file == NULL) {
        add_text(context, "missing");
        return false;
    }
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        add_bytes(context, block, count);
    bool read = ferror(file) == 0;
    fclose(file);
    return read;
}

static void write_hash(struct sha256_ctx *context, char hash[65])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Adds all files of the folder, in the order of their names. False when one cannot be read. */
static bool add_folder(struct sha256_ctx *context, const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_visible, alphasort);
    bool added = count >= 0;
    for (int i = 0; i < count; i++) {
        added = added && add_file(context, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return added;
}

static path_text base_of(const course *c)
{
    return path_of("%s/grader-base/assignment%u", c->build.text, c->assignment);
}

void module_cache_open(const course *c, const char *compiler, unsigned layers, module_cache *m)
{
    struct sha256_ctx context;
    path_text tools = path_of("%s/grader/intake/build-tools", c->root.text);
    path_text headers = path_of("%s/course", base_of(c).text);
    *m = (module_cache){.course = c};
    if (c->cache.text[0] == '\0')
        return;
    mkdir(c->cache.text, 0700);
    sha256_init(&context);
    add_text(&context, compiler);
    add_text(&context, (layers & SANDBOX_TOOL_BOX) != 0 ? "boxed" : "unboxed"); /* as paths are */
    m->used = access(c->cache.text, W_OK) == 0 &&
              add_file(&context, tools.text, "compile-module") &&
              add_file(&context, tools.text, "limits.sh") &&
              add_folder(&context, path_of("%s/common", headers.text).text) &&
              add_folder(&context, path_of("%s/assignment%u", headers.text, c->assignment).text);
    add_file(&context, path_of("%s/keep", base_of(c).text).text, "apart.without");
    write_hash(&context, m->shared);
}

/* Where the module's entry lies. */
static path_text entry_of(const module_cache *m, const module_source *source)
{
    char hash[65];
    struct sha256_ctx context;
    path_text keep = path_of("%s/keep", base_of(m->course).text);
    module_files files = module_files_of(m->course, source->name);
    sha256_init(&context);
    add_text(&context, m->shared);
    add_file(&context, keep.text, path_of("%s.symbols", source->name).text);
    add_file(&context, keep.text, path_of("%s.without", source->name).text);
    for (size_t i = 0; i < files.count; i++)
        add_text(&context, files.names[i]);
    add_bytes(&context, source->text, source->length);
    write_hash(&context, hash);
    return path_of("%s/%s", m->course->cache.text, hash);
}

/* The hash of the files, as they lie in the folder. */
static void hash_files(const module_files *files, const char *folder, char hash[65])
{
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < files->count; i++)
        add_file(&context, folder, files->names[i]);
    write_hash(&context, hash);
}

/* Whether the entry says that the files should have that hash. */
static bool entry_says(const char *entry, const char *hash)
{
    char text[65] = "";
    FILE *file = fopen(path_of("%s/sum", entry).text, "re");
    bool same = file != NULL && fgets(text, sizeof text, file) != NULL && strcmp(text, hash) == 0;
    if (file != NULL)
        fclose(file);
    return same;
}

bool module_cache_fetch(const module_cache *m, const module_source *source, const char *into)
{
    char hash[65];
    if (!m->used)
        return false;
    path_text entry = entry_of(m, source);
    if (access(entry.text, F_OK) != 0)
        return false;
    module_files files = module_files_of(m->course, source->name);
    if (module_files_copy(&files, entry.text, into)) {
        hash_files(&files, into, hash);
        if (entry_says(entry.text, hash))
            return true;
    }
    for (size_t i = 0; i < files.count; i++)
        unlink(path_of("%s/%s", into, files.names[i]).text);
    folder_remove(entry.text);
    return false;
}

static bool write_sum(const char *folder, const char *hash)
{
    FILE *file = fopen(path_of("%s/sum", folder).text, "wxe");
    bool written = file != NULL && fputs(hash, file) >= 0;
    return file != NULL && fclose(file) == 0 && written;
}

void module_cache_store(const module_cache *m, const module_source *source, const char *from)
{
    char hash[65];
    path_text made = path_of("%s/" MODULE_CACHE_NEW "XXXXXX", m->course->cache.text);
    module_files files = module_files_of(m->course, source->name);
    if (!m->used || mkdtemp(made.text) == NULL)
        return;
    hash_files(&files, from, hash);
    if (!module_files_copy(&files, from, made.text) || !write_sum(made.text, hash) ||
        rename(made.text, entry_of(m, source).text) != 0)
        folder_remove(made.text);
}
