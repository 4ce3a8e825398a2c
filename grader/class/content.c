/* Hashing hand-ins, whose names are walked in their order by fts. */
#include "content.h"

#include <errno.h>
#include <fts.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* What cannot be read counts as that: the grader says so when it comes to it. */
static void add_bytes(struct sha256_ctx *context, const char *path)
{
    static const uint8_t unreadable[] = "unreadable";
    uint8_t block[1 << 16];
    size_t count;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        sha256_update(context, sizeof unreadable, unreadable);
        return;
    }
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        sha256_update(context, count, block);
    fclose(file);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

bool content_hash(const char *path, char *hash, error *e)
{
    char copy[4096];
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    struct stat status;
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    if (lstat(path, &status) != 0)
        return error_set(e, "%s: %s", path, strerror(errno));
    snprintf(copy, sizeof copy, "%s", path);
    sha256_init(&context);
    FTS *walk = fts_open((char *const[]){copy, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    if (walk == NULL)
        return error_set(e, "%s: %s", path, strerror(errno));
    FTSENT *entry;
    if (S_ISREG(status.st_mode) && strlen(name) > 2 && strcmp(name + strlen(name) - 2, ".c") == 0)
        sha256_update(&context, strlen(name), (const uint8_t *)name); /* which module it is */
    while ((entry = fts_read(walk)) != NULL) {
        const char *inside = entry->fts_path + strlen(path);
        if (entry->fts_info == FTS_DP)
            continue;
        if (strcmp(entry->fts_name, ".git") == 0)
            fts_set(walk, entry, FTS_SKIP);
        sha256_update(&context, strlen(inside) + 1, (const uint8_t *)inside);
        if (entry->fts_info == FTS_F)
            add_bytes(&context, entry->fts_path);
    }
    fts_close(walk);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
    return true;
}
