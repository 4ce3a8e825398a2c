/*
 * Reading submissions. Nothing is ever extracted under a name that a student chose: entries of an
 * archive are read into memory when their base name is one of those wanted.
 */
#include "submission.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"

enum { MAX_ENTRIES = 20000, MAX_DEPTH = 3 };

static const long long MAX_ARCHIVE_BYTES = 256LL << 20; /* unpacked, looked at and thrown away */

static void refuse(module_source *m, const char *why)
{
    free(m->text);
    m->text = NULL;
    m->length = 0;
    snprintf(m->problem, sizeof m->problem, "%s.c %s", m->name, why);
}

/* Takes over text (length bytes) as the module's source. */
static void accept(module_source *m, char *text, size_t length)
{
    if (m->text != NULL)
        snprintf(m->problem, sizeof m->problem, "%s.c was handed in twice; the last one counts",
                 m->name);
    else
        m->problem[0] = '\0';
    free(m->text);
    m->text = text;
    m->length = length;
    if (memchr(text, '\0', length) != NULL)
        refuse(m, "is not a text file");
}

/* ---- folders ---- */

/* Reads the file open at fd. */
static void read_file(module_source *m, int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        refuse(m, "is not a regular file");
        return;
    }
    char *text = malloc(MODULE_BYTES + 1);
    size_t length = 0;
    while (text != NULL && length <= MODULE_BYTES) {
        ssize_t count = read(fd, text + length, MODULE_BYTES + 1 - length);
        if (count <= 0)
            break;
        length += (size_t)count;
    }
    if (text == NULL || length > MODULE_BYTES) {
        free(text);
        refuse(m, "is larger than a megabyte");
        return;
    }
    accept(m, text, length);
}

static void read_from_folder(int folder, unsigned assignment, submission *s)
{
    for (size_t i = 0; i < s->count; i++) {
        char name[128];
        module_source *m = &s->modules[i];
        snprintf(name, sizeof name, "%s.c", m->name);
        int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT) {
            snprintf(name, sizeof name, "assignment%u/%s.c", assignment, m->name);
            fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        }
        if (fd < 0) {
            refuse(m, errno == ELOOP    ? "is a symbolic link"
                      : errno == ENOENT ? "was not handed in"
                                        : "cannot be read");
            continue;
        }
        read_file(m, fd);
        close(fd);
    }
}

/* ---- archives ---- */

static module_source *wanted(submission *s, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    for (size_t i = 0; i < s->count; i++) {
        size_t length = strlen(s->modules[i].name);
        if (strncmp(base, s->modules[i].name, length) == 0 && strcmp(base + length, ".c") == 0)
            return &s->modules[i];
    }
    return NULL;
}

static void read_entry(struct archive *archive, struct archive_entry *entry, module_source *m)
{
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL) {
        refuse(m, "is not a regular file in the archive");
        return;
    }
    char *text = malloc(MODULE_BYTES + 1);
    size_t length = 0;
    while (text != NULL && length <= MODULE_BYTES) {
        la_ssize_t count = archive_read_data(archive, text + length, MODULE_BYTES + 1 - length);
        if (count <= 0)
            break;
        length += (size_t)count;
    }
    if (text == NULL || length > MODULE_BYTES) {
        free(text);
        refuse(m, "is larger than a megabyte");
        return;
    }
    accept(m, text, length);
}

/*
 * Passes over what is left of an entry, adding it to *unpacked; false once the archive has become
 * too large, by what it holds or by what was read to find that.
 */
static bool skip_rest(struct archive *archive, long long *unpacked)
{
    const void *block;
    size_t size;
    la_int64_t offset;
    while (archive_read_data_block(archive, &block, &size, &offset) == ARCHIVE_OK) {
        *unpacked += (long long)size;
        if (*unpacked > MAX_ARCHIVE_BYTES || offset > MAX_ARCHIVE_BYTES)
            return false;
    }
    return archive_filter_bytes(archive, 0) <= MAX_ARCHIVE_BYTES;
}

static bool read_from_archive(const char *path, submission *s, error *e)
{
    struct archive_entry *entry;
    bool read = false;
    int status = ARCHIVE_OK;
    long long unpacked = 0;
    struct archive *archive = archive_read_new();
    if (archive == NULL)
        return error_set(e, "%s: no memory", path);
    archive_read_support_filter_all(archive);
    archive_read_support_format_all(archive);
    if (archive_read_open_filename(archive, path, 1 << 16) != ARCHIVE_OK) {
        error_set(e, "%s is neither a folder nor an archive that can be read (%s)", path,
                  archive_error_string(archive));
        goto done;
    }
    for (int entries = 0; entries < MAX_ENTRIES; entries++) {
        status = archive_read_next_header(archive, &entry);
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            break;
        const char *name = archive_entry_pathname(entry);
        module_source *m = name != NULL ? wanted(s, name) : NULL;
        if (m != NULL)
            read_entry(archive, entry, m);
        if (!skip_rest(archive, &unpacked)) {
            error_set(e, "%s unpacks to more than %lld MB: hand in the modules only", path,
                      MAX_ARCHIVE_BYTES >> 20);
            goto done;
        }
    }
    read = status == ARCHIVE_EOF;
    if (!read)
        error_set(e, "%s is damaged or no archive (%s)", path,
                  archive_error_string(archive) != NULL ? archive_error_string(archive)
                                                        : "too many entries");
done:
    archive_read_free(archive);
    return read;
}

/* ---- both ---- */

static void hash_modules(submission *s)
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    for (size_t i = 0; i < s->count; i++) {
        const module_source *m = &s->modules[i];
        char header[160];
        int length = snprintf(header, sizeof header, "%s %zu\n", m->name, m->length);
        sha256_update(&context, (size_t)length, (const uint8_t *)header);
        if (m->text != NULL)
            sha256_update(&context, m->length, (const uint8_t *)m->text);
    }
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(s->hash + 2 * i, 3, "%02x", digest[i]);
}

/* The only entry of the folder, or "". */
static path_text only_entry(const char *folder)
{
    path_text found = path_of("%s", "");
    int count = 0;
    DIR *open_folder = opendir(folder);
    const struct dirent *entry;
    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        found = path_of("%s/%s", folder, entry->d_name);
        count++;
    }
    if (open_folder != NULL)
        closedir(open_folder);
    return count == 1 ? found : path_of("%s", "");
}

static size_t count_handed_in(const submission *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += s->modules[i].text != NULL;
    return count;
}

/* Reads path, and what it is wrapped around, up to depth folders down. */
static bool read_path(const char *path, unsigned assignment, submission *s, int depth, error *e)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (depth < MAX_DEPTH ? O_NOFOLLOW : 0));
    struct stat status;
    bool read = true;
    if (fd < 0 || fstat(fd, &status) != 0) {
        read = error_set(e, "%s: %s; SUBMISSION is to be a folder or an archive", path,
                         strerror(errno));
    } else if (S_ISDIR(status.st_mode)) {
        path_text inner = only_entry(path);
        read_from_folder(fd, assignment, s);
        if (count_handed_in(s) == 0 && depth > 0 && inner.text[0] != '\0')
            read = read_path(inner.text, assignment, s, depth - 1, e);
    } else if (S_ISREG(status.st_mode)) {
        read = read_from_archive(path, s, e);
    } else {
        read = error_set(e, "%s is neither a folder nor an archive", path);
    }
    if (fd >= 0)
        close(fd);
    return read;
}

bool submission_read(const char *path, unsigned assignment, const char *const *names, size_t count,
                     submission *s, error *e)
{
    *s = (submission){.count = count < MAX_MODULES ? count : MAX_MODULES};
    for (size_t i = 0; i < s->count; i++) {
        s->modules[i].name = names[i];
        refuse(&s->modules[i], "was not handed in");
    }
    if (!read_path(path, assignment, s, MAX_DEPTH, e))
        return false;
    s->handed_in = count_handed_in(s);
    hash_modules(s);
    return true;
}

bool submission_write(const submission *s, const char *folder, error *e)
{
    if (s->handed_in == 0)
        return error_set(e, "none of the modules was handed in");
    for (size_t i = 0; i < s->count; i++) {
        const module_source *m = &s->modules[i];
        if (m->text == NULL)
            continue;
        path_text path = path_of("%s/%s.c", folder, m->name);
        FILE *file = fopen(path.text, "we");
        bool written = file != NULL && fwrite(m->text, 1, m->length, file) == m->length;
        if ((file != NULL && fclose(file) != 0) || !written)
            return error_set(e, "%s: %s", path.text, strerror(errno));
    }
    return true;
}

void submission_clear(submission *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->modules[i].text);
    *s = (submission){0};
}
