/*
 * What counts, in a folder or an archive alike: regular files whose base name is that of a module.
 * Nothing is ever extracted under a name that a student chose, no link is followed, and entries
 * that an operating system leaves behind (names that begin with a dot, __MACOSX) are not there.
 *
 * Of several files of one name the one in a folder assignmentN counts before those elsewhere, then
 * the one in fewer folders, then the last. One in the folder of another assignment never counts:
 * layers.c is in two of them.
 */
#include "submission_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_ENTRIES = 20000, MAX_FOLDERS_DOWN = 8, NAME_BYTES = 512 };

static const long long MAX_ARCHIVE_BYTES = 256LL << 20; /* unpacked, looked at and thrown away */

/* Where a file was found, the better the smaller. */
typedef enum place_kind { PLACE_ROOM, PLACE_ANYWHERE, PLACE_OTHER_ROOM } place_kind;

typedef struct place {
    place_kind kind;
    size_t depth;
} place;

typedef struct search {
    submission *s;
    unsigned assignment;
    place best[MAX_MODULES];     /* of what was taken so far */
    char near[MAX_MODULES][128]; /* a file whose name is almost that of the module */
    char archive[128];           /* the first archive that was met on the way */
    size_t entries;
    long long unpacked;
} search;

/* ---- modules ---- */

static void refuse(module_source *m, const char *why)
{
    free(m->text);
    m->text = NULL;
    m->length = 0;
    snprintf(m->problem, sizeof m->problem, "%s.c %s", m->name, why);
}

/* Why these bytes are no source; NULL when they are. */
static const char *not_a_text(const char *text, size_t length)
{
    static const char *const marks[] = {"\xff\xfe", "\xfe\xff"};
    for (size_t i = 0; i < 2; i++)
        if (length >= 2 && memcmp(text, marks[i], 2) == 0)
            return "is not a text file in UTF-8 but in UTF-16: save it as UTF-8";
    return memchr(text, '\0', length) != NULL ? "is not a text file" : NULL;
}

/* Takes over text (length bytes) as the module's source. */
static void accept(module_source *m, char *text, size_t length)
{
    const char *why = not_a_text(text, length);
    free(m->text);
    m->text = text;
    m->length = length;
    m->problem[0] = '\0';
    if (why != NULL)
        refuse(m, why);
}

/* ---- names ---- */

static bool is_separator(char c)
{
    return c == '/' || c == '\\'; /* some zips come from Windows */
}

static const char *base_of(const char *path)
{
    const char *base = path;
    for (const char *c = path; *c != '\0'; c++)
        if (is_separator(*c))
            base = c + 1;
    return base;
}

/* Whether a part of the path is what an operating system leaves behind. */
static bool is_left_behind(const char *path)
{
    static const char macosx[] = "__MACOSX";
    for (const char *part = path; part != NULL;) {
        size_t length = strcspn(part, "/\\");
        bool here = length == 1 || (length == 2 && part[1] == '.'); /* "." and ".." */
        if ((part[0] == '.' && !here) ||
            (length == strlen(macosx) && strncmp(part, macosx, length) == 0))
            return true;
        part = part[length] != '\0' ? part + length + 1 : NULL;
    }
    return false;
}

static place place_of(const char *path, unsigned assignment)
{
    place found = {.kind = PLACE_ANYWHERE};
    const char *base = base_of(path);
    const char *folder = path;
    for (const char *c = path; c < base; c++) {
        if (!is_separator(*c))
            continue;
        unsigned number = 0;
        int length = 0;
        if (sscanf(folder, "assignment%u%n", &number, &length) == 1 && folder + length == c)
            found.kind = number == assignment ? PLACE_ROOM : PLACE_OTHER_ROOM;
        found.depth++;
        folder = c + 1;
    }
    return found;
}

static int compare_places(place a, place b)
{
    if (a.kind != b.kind)
        return a.kind < b.kind ? -1 : 1;
    return a.depth < b.depth ? -1 : a.depth > b.depth;
}

/* The number of the module that the file at path is the source of, or -1. */
static int module_of(const search *look, const char *path)
{
    const char *base = base_of(path);
    for (size_t i = 0; i < look->s->count; i++) {
        size_t length = strlen(look->s->modules[i].name);
        if (strncmp(base, look->s->modules[i].name, length) == 0 &&
            strcmp(base + length, ".c") == 0)
            return (int)i;
    }
    return -1;
}

/* Whether a file called base looks as if it were meant to be the module: "knn (1).c", "knn.C". */
static bool is_near(const char *base, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = base; *at != '\0'; at++) {
        if (strncasecmp(at, name, length) != 0)
            continue;
        unsigned char before = at > base ? (unsigned char)at[-1] : ' ';
        unsigned char after = (unsigned char)at[length];
        bool named_c = strcasestr(at + length, ".c") != NULL;
        if (!isalnum(before) && !isalpha(after) &&
            !(after == '_' && isalpha((unsigned char)at[length + 1])) && named_c &&
            strncmp(base, "check_", 6) != 0)
            return true;
    }
    return false;
}

static void note_near(search *look, const char *path)
{
    const char *base = base_of(path);
    for (size_t i = 0; i < look->s->count; i++)
        if (look->near[i][0] == '\0' && is_near(base, look->s->modules[i].name))
            snprintf(look->near[i], sizeof look->near[i], "%s", path);
}

static void note_archive(search *look, const char *path)
{
    static const char *const endings[] = {".zip", ".tar", ".tgz", ".gz", ".xz",
                                          ".bz2", ".zst", ".7z",  ".rar"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings && look->archive[0] == '\0'; i++)
        if (length > strlen(endings[i]) &&
            strcasecmp(path + length - strlen(endings[i]), endings[i]) == 0)
            snprintf(look->archive, sizeof look->archive, "%s", path);
}

/*
 * Whether the file at path counts for a module, as far as its name and place say; *module is its
 * number. What does not may be near to one.
 */
static bool is_wanted(search *look, const char *path, int *module)
{
    if (is_left_behind(path))
        return false;
    *module = module_of(look, path);
    place here = place_of(path, look->assignment);
    if (*module < 0 || here.kind == PLACE_OTHER_ROOM) {
        note_near(look, path);
        note_archive(look, path);
        return false;
    }
    const module_source *m = &look->s->modules[*module];
    return m->text == NULL || compare_places(here, look->best[*module]) <= 0;
}

/* Says of a module that was there before that it is there again. */
static void note_again(const search *look, int module, place here, bool there_before)
{
    module_source *m = &look->s->modules[module];
    if (there_before && m->text != NULL && compare_places(here, look->best[module]) == 0)
        snprintf(m->problem, sizeof m->problem, "%s.c was handed in twice; the last one counts",
                 m->name);
}

/* Takes text as the source of the module, found at path. */
static void take(search *look, int module, const char *path, char *text, size_t length)
{
    module_source *m = &look->s->modules[module];
    bool there_before = m->text != NULL;
    place here = place_of(path, look->assignment);
    accept(m, text, length);
    note_again(look, module, here, there_before);
    look->best[module] = here;
}

/* ---- texts ---- */

/* Puts the next bytes of a text there; how many, 0 at the end, less than 0 where it failed. */
typedef ssize_t text_source(void *from, void *bytes, size_t most);

static ssize_t file_source(void *fd, void *bytes, size_t most)
{
    return read(*(int *)fd, bytes, most);
}

static ssize_t archive_source(void *archive, void *bytes, size_t most)
{
    return archive_read_data(archive, bytes, most);
}

/*
 * Reads a text to its end or to one byte more than a module may have. NULL without memory. The
 * last count of the source is in *last: less than 0 where reading failed.
 */
static char *read_text(text_source *source, void *from, size_t *length, ssize_t *last)
{
    size_t room = 0;
    char *text = NULL;
    *length = 0;
    do {
        if (*length == room) {
            room = room == 0 ? 1 << 14 : room < MODULE_BYTES ? 4 * room : room + 1;
            char *larger = realloc(text, room);
            if (larger == NULL) {
                free(text);
                return NULL;
            }
            text = larger;
        }
        *last = source(from, text + *length, room - *length);
        if (*last > 0)
            *length += (size_t)*last;
    } while (*last > 0 && *length <= MODULE_BYTES);
    return text;
}

/* ---- folders ---- */

/* Opens a file of the folder that is open at fd, through no link and never above it. */
static int open_beneath(int fd, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
    return (int)syscall(SYS_openat2, fd, path, &how, sizeof how);
}

/* Reads what is left of the file at fd; NULL and why when it is no source. */
static char *read_file(int fd, size_t *length, const char **why)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        *why = "is not a regular file";
        return NULL;
    }
    ssize_t last;
    char *text = read_text(file_source, &fd, length, &last);
    if (text != NULL && last == 0)
        return text;
    *why = text != NULL && last > 0 ? "is larger than a megabyte" : "cannot be read";
    free(text);
    return NULL;
}

static void take_file(search *look, int folder, const char *path, int module)
{
    module_source *m = &look->s->modules[module];
    const char *why = NULL;
    size_t length;
    int fd = open_beneath(folder, path, O_RDONLY);
    char *text = fd >= 0 ? read_file(fd, &length, &why) : NULL;
    if (text != NULL)
        take(look, module, path, text, length);
    else if (m->text == NULL)
        refuse(m, why != NULL ? why : errno == ELOOP ? "is a symbolic link" : "cannot be read");
    if (fd >= 0)
        close(fd);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in the folder at fd, in their order; the caller frees them. */
static char **list_folder(int fd, size_t *count)
{
    DIR *folder = fdopendir(dup(fd));
    char **names = calloc(MAX_ENTRIES, sizeof *names);
    const struct dirent *entry;
    *count = 0;
    while (folder != NULL && names != NULL && *count < MAX_ENTRIES &&
           (entry = readdir(folder)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            (names[*count] = strdup(entry->d_name)) != NULL)
            ++*count;
    if (folder != NULL)
        closedir(folder);
    if (names != NULL)
        qsort(names, *count, sizeof *names, compare_names);
    return names;
}

/* Looks into the folder at path below that at top; "" is top itself. */
static void look_into(search *look, int top, const char *path, int depth)
{
    size_t count;
    int fd = path[0] == '\0' ? dup(top) : open_beneath(top, path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return;
    char **names = list_folder(fd, &count);
    for (size_t i = 0; i < count; i++) {
        char inner[NAME_BYTES];
        struct stat status;
        int module;
        bool fits = snprintf(inner, sizeof inner, "%s%s%s", path, path[0] != '\0' ? "/" : "",
                             names[i]) < (int)sizeof inner;
        if (fits && look->entries++ < MAX_ENTRIES &&
            fstatat(fd, names[i], &status, AT_SYMLINK_NOFOLLOW) == 0) {
            if (S_ISDIR(status.st_mode) && depth > 0 && !is_left_behind(names[i]))
                look_into(look, top, inner, depth - 1);
            else if (!S_ISDIR(status.st_mode) && is_wanted(look, inner, &module))
                take_file(look, top, inner, module);
        }
        free(names[i]);
    }
    free(names);
    close(fd);
}

/* ---- archives ---- */

/* What libarchive has to say about its last failure; where a gzip breaks off it says nothing. */
static const char *reason(struct archive *archive)
{
    const char *text = archive_error_string(archive);
    return text != NULL ? text : "it breaks off";
}

static bool read_entry(search *look, struct archive *archive, struct archive_entry *entry,
                       const char *path, int module, error *e)
{
    module_source *m = &look->s->modules[module];
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL) {
        refuse(m, archive_entry_filetype(entry) == AE_IFLNK
                      ? "is a symbolic link in the archive"
                      : "is not a regular file in the archive");
        return true;
    }
    size_t length;
    ssize_t last = 0;
    char *text = read_text(archive_source, archive, &length, &last);
    if (text == NULL || last < 0 || length > MODULE_BYTES) {
        free(text);
        if (last < 0)
            return error_set(e, "is damaged: %s cannot be read (%s)", base_of(path),
                             reason(archive));
        refuse(m, "is larger than a megabyte");
        return true;
    }
    look->unpacked += (long long)length;
    take(look, module, path, text, length);
    return true;
}

/*
 * Passes over what is left of an entry; false once the archive has become too large, by what it
 * holds or by what was read to find that.
 */
static bool skip_rest(search *look, struct archive *archive)
{
    const void *block;
    size_t size;
    la_int64_t offset;
    while (archive_read_data_block(archive, &block, &size, &offset) == ARCHIVE_OK) {
        look->unpacked += (long long)size;
        if (look->unpacked > MAX_ARCHIVE_BYTES || offset > MAX_ARCHIVE_BYTES)
            return false;
    }
    return archive_filter_bytes(archive, 0) <= MAX_ARCHIVE_BYTES;
}

static bool read_entries(search *look, struct archive *archive, error *e)
{
    struct archive_entry *entry;
    int status = ARCHIVE_OK;
    for (; look->entries < MAX_ENTRIES; look->entries++) {
        int module;
        status = archive_read_next_header(archive, &entry);
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            break;
        if (archive_entry_is_encrypted(entry))
            return error_set(e, "is encrypted: hand it in without a password");
        const char *path = archive_entry_pathname_utf8(entry);
        if (path == NULL)
            path = archive_entry_pathname(entry);
        if (path != NULL && is_wanted(look, path, &module) &&
            !read_entry(look, archive, entry, path, module, e))
            return false;
        if (!skip_rest(look, archive))
            return error_set(e, "unpacks to more than %lld MB: hand in the modules only",
                             MAX_ARCHIVE_BYTES >> 20);
    }
    if (status == ARCHIVE_EOF)
        return true;
    if (look->entries == MAX_ENTRIES)
        return error_set(e, "holds more than %d files: hand in the modules only", MAX_ENTRIES);
    return error_set(e, "is damaged (%s)", reason(archive));
}

/* Formats that people send, and none that starts another program. */
static void allow_formats(struct archive *archive)
{
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_7zip(archive);
}

static bool read_archive(search *look, int fd, error *e)
{
    struct archive *archive = archive_read_new();
    if (archive == NULL)
        return error_set(e, "cannot be read: no memory");
    allow_formats(archive);
    bool read = false;
    if (archive_read_open_fd(archive, fd, 1 << 16) == ARCHIVE_OK)
        read = read_entries(look, archive, e);
    else if (strstr(reason(archive), "Unrecognized") == NULL)
        error_set(e, "is damaged (%s)", reason(archive));
    else
        error_set(e, "is neither a folder, nor a module, nor an archive that can be read: zip, 7z, "
                     "or tar, compressed with gzip, bzip2, xz or zstd");
    archive_read_free(archive);
    return read;
}

/* ---- all of it ---- */

static size_t count_handed_in(const submission *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        count += s->modules[i].text != NULL;
    return count;
}

/* Says of modules that are not there which file may have been meant. */
static void hint_at_names(search *look)
{
    for (size_t i = 0; i < look->s->count; i++) {
        module_source *m = &look->s->modules[i];
        if (m->text == NULL && look->near[i][0] != '\0' && strstr(m->problem, "handed in") != NULL)
            snprintf(m->problem, sizeof m->problem, "%s.c was not handed in; there is `%.100s`",
                     m->name, look->near[i]);
    }
}

static bool read_folder(search *look, int fd, error *e)
{
    look_into(look, fd, "", MAX_FOLDERS_DOWN);
    if (count_handed_in(look->s) > 0 || look->archive[0] == '\0')
        return true;
    int inner = open_beneath(fd, look->archive, O_RDONLY); /* an archive in a folder, and no more */
    if (inner < 0)
        return true;
    bool read = read_archive(look, inner, e);
    close(inner);
    return read;
}

bool submission_find(int fd, const char *name, unsigned assignment, submission *s, error *e)
{
    struct stat status;
    search *look = calloc(1, sizeof *look);
    if (look == NULL || fstat(fd, &status) != 0) {
        free(look);
        return error_set(e, "cannot be read: %s", strerror(errno));
    }
    look->s = s;
    look->assignment = assignment;
    for (size_t i = 0; i < s->count; i++)
        refuse(&s->modules[i], "was not handed in");
    bool read;
    if (S_ISDIR(status.st_mode)) {
        read = read_folder(look, fd, e);
    } else if (S_ISREG(status.st_mode) && module_of(look, name) >= 0) {
        const char *why = NULL;
        size_t length;
        char *text = read_file(fd, &length, &why);
        read = true;
        if (text != NULL)
            take(look, module_of(look, name), base_of(name), text, length);
        else
            refuse(&s->modules[module_of(look, name)], why);
    } else if (S_ISREG(status.st_mode)) {
        read = read_archive(look, fd, e);
    } else {
        read = error_set(e, "is neither a folder nor an archive");
    }
    hint_at_names(look);
    free(look);
    return read;
}
