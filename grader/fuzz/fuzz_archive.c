/*
 * Whatever an archive holds, reading it gives modules that are texts, or a line about each that is
 * missing, or a reason why it cannot be read at all.
 *
 * An input is an archive; one that begins with 1 says how to make an archive, by format, filter and
 * entries, and which of its bytes to change then.
 */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "fuzz/fuzz.h"
#include "fuzz/take.h"
#include "submission_reader.h"

enum { MADE = 1, LARGEST_ARCHIVE = 8 << 20, MOST_ENTRIES = 6, MOST_CHANGES = 3 };

/* ---- making an archive ---- */

static void choose_format(taking *from, struct archive *a)
{
    static int (*const formats[])(struct archive *) = {
        archive_write_set_format_pax_restricted, archive_write_set_format_zip,
        archive_write_set_format_gnutar, archive_write_set_format_ustar,
        archive_write_set_format_v7tar};
    enum { CHOICES = 16 }; /* compressing takes time: most are not compressed */
    static int (*const filters[CHOICES])(struct archive *) = {[2] = archive_write_add_filter_gzip,
                                                              [3] = archive_write_add_filter_bzip2,
                                                              [4] = archive_write_add_filter_zstd};
    formats[take_below(from, sizeof formats / sizeof *formats)](a);
    size_t filter = take_below(from, CHOICES);
    if (filters[filter] != NULL)
        filters[filter](a);
    archive_write_set_bytes_in_last_block(a, 1);
    archive_write_set_options(a, "gzip:!timestamp");
    bool stored = take_below(from, 8) != 1;
    if (archive_format(a) == ARCHIVE_FORMAT_ZIP && stored)
        archive_write_zip_set_compression_store(a);
}

/* A name that students send, or nearly so. */
static void take_name(taking *from, char *name, size_t size)
{
    static const char *const names[] = {
        "knn.c",         "me/softmax.c",     "assignment1/layers.c",   "assignment2/layers.c",
        "../../knn.c",   "__MACOSX/._knn.c", "me\\assignment1\\knn.c", "knn (1).c",
        "softmax.c.txt", "inner.zip",        "\303\234bung/knn.c"};
    const char *chosen = names[take_below(from, sizeof names / sizeof *names)];
    size_t length = strlen(chosen);
    memcpy(name, chosen, length + 1);
    if (take_below(from, 4) == 0)
        name[take_below(from, length)] = (char)(take_below(from, 255) + 1);
    else if (take_below(from, 8) == 0)
        length += take_bytes(from, name + length, take_below(from, size - length - 1));
    name[length] = '\0';
}

static void add_entry(taking *from, struct archive *a)
{
    static const unsigned types[] = {AE_IFREG, AE_IFREG, AE_IFREG, AE_IFREG, AE_IFLNK,
                                     AE_IFDIR, AE_IFIFO, AE_IFBLK, AE_IFREG};
    static char content[MODULE_BYTES + 64];
    char name[64];
    struct archive_entry *entry = archive_entry_new();
    take_name(from, name, sizeof name);
    archive_entry_set_pathname(entry, name);
    size_t type = take_below(from, sizeof types / sizeof *types);
    archive_entry_set_filetype(entry, types[type]);
    archive_entry_set_perm(entry, 0644);
    if (types[type] == AE_IFLNK)
        archive_entry_set_symlink(entry, "/etc/passwd");
    else if (type == sizeof types / sizeof *types - 1)
        archive_entry_set_hardlink(entry, "knn.c");
    size_t length = types[type] == AE_IFREG ? take_below(from, 64) : 0;
    take_bytes(from, content, length);
    bool large = take_below(from, 64) == 1 && take_below(from, 8) == 1;
    archive_entry_set_size(entry, (la_int64_t)(large ? sizeof content : length));
    if (archive_write_header(a, entry) == ARCHIVE_OK)
        archive_write_data(a, content, large ? sizeof content : length);
    archive_entry_free(entry);
}

/* Makes an archive of at most LARGEST_ARCHIVE bytes; its length, 0 where it became larger. */
static size_t make_archive(taking *from, uint8_t *bytes)
{
    size_t used = 0;
    struct archive *a = archive_write_new();
    if (a == NULL)
        abort();
    choose_format(from, a);
    size_t entries = take_below(from, MOST_ENTRIES);
    if (archive_write_open_memory(a, bytes, LARGEST_ARCHIVE, &used) != ARCHIVE_OK)
        abort();
    for (size_t i = 0; i <= entries; i++)
        add_entry(from, a);
    archive_write_free(a);
    for (int i = 0; i < MOST_CHANGES && from->left > 0 && used > 0; i++)
        bytes[take_number(from) % used] = (uint8_t)take_below(from, 256);
    return used;
}

/* ---- what has to hold ---- */

static void check_module(const module_source *m)
{
    if (m->text == NULL && m->problem[0] == '\0')
        abort();
    if (m->text != NULL && (m->length > MODULE_BYTES || memchr(m->text, '\0', m->length) != NULL))
        abort();
    if (memchr(m->problem, '\0', sizeof m->problem) == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static uint8_t made[LARGEST_ARCHIVE];
    char path[FUZZ_PATH];
    error e = {.text = ""};
    submission s = {.count = 3,
                    .modules = {{.name = "knn"}, {.name = "softmax"}, {.name = "layers"}}};
    setlocale(LC_CTYPE, "C.UTF-8"); /* as read_submission.c does */
    if (length > 0 && bytes[0] == MADE) {
        taking from = {bytes + 1, length - 1};
        length = make_archive(&from, made);
        bytes = made;
    }
    int file = fuzz_file(bytes, length, path);
    if (lseek(file, 0, SEEK_SET) != 0)
        abort();
    bool read = submission_find(file, "handin", 1, &s, &e);
    for (size_t i = 0; i < s.count && read; i++)
        check_module(&s.modules[i]);
    if (!read && e.text[0] == '\0')
        abort();
    submission_clear(&s);
    close(file);
    return 0;
}
