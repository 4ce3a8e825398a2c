/* The archive of the students' pages, by libarchive. */
#include "upload.h"

#include <archive.h>
#include <archive_entry.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "atomic_file.h"
#include "contract.h"
#include "path.h"
#include "whole_file.h"

enum { MOST_BYTES = 64 << 20 };

/* How much of name pattern matches at its beginning; 0: nothing. */
static int matched(const char *pattern, const char *name)
{
    regex_t expression;
    regmatch_t whole;
    if (regcomp(&expression, pattern, REG_EXTENDED) != 0)
        contract_failed(__func__, "%s: no regular expression", pattern);
    bool matches = regexec(&expression, name, 1, &whole, 0) == 0;
    regfree(&expression);
    return matches ? (int)whole.rm_eo : 0;
}

/* The name in the archive of the page of row. */
static path_text name_of(const json_t *row)
{
    const char *path = json_string_value(json_object_get(row, "path"));
    const char *source = json_string_value(json_object_get(row, "source"));
    const char *entry = path != NULL && strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : "";
    int ids = matched("^[^_]+_(LATE_)?[0-9]+_[0-9]+_", entry);
    if (source != NULL && strcmp(source, "Canvas") == 0 && ids > 0)
        return path_of("%.*sreport.html", ids, entry);
    if (source != NULL && strcmp(source, "Moodle") == 0)
        return path_of("%s/report.html", entry);
    return path_of("%s", json_string_value(json_object_get(row, "page")));
}

static bool put_page(struct archive *a, const char *name, const char *page, error *e)
{
    uint8_t *bytes;
    size_t length;
    if (!whole_file_read(page, MOST_BYTES, &bytes, &length, e))
        return false;
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname_utf8(entry, name);
    archive_entry_set_size(entry, (int64_t)length);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 315532800, 0); /* 1980, the earliest that a zip can say */
    bool put = archive_write_header(a, entry) == ARCHIVE_OK &&
               archive_write_data(a, bytes, length) == (la_ssize_t)length;
    archive_entry_free(entry);
    free(bytes);
    return put || error_set(e, "%s: %s", name, archive_error_string(a));
}

bool upload_write(const json_t *rows, const char *folder, const char *path, error *e)
{
    atomic_file out;
    size_t i;
    json_t *row;
    if (!atomic_file_open(&out, path, e))
        return false;
    struct archive *a = archive_write_new();
    archive_write_set_format_zip(a);
    bool written =
        archive_write_set_options(a, "zip:!experimental,hdrcharset=UTF-8") == ARCHIVE_OK &&
        archive_write_open_FILE(a, out.stream) == ARCHIVE_OK;
    if (!written)
        error_set(e, "%s: %s", path, archive_error_string(a));
    json_array_foreach(rows, i, row) {
        const char *page = json_string_value(json_object_get(row, "page"));
        written = written && (page == NULL || put_page(a, name_of(row).text,
                                                       path_of("%s/%s", folder, page).text, e));
    }
    written = archive_write_close(a) == ARCHIVE_OK && written;
    archive_write_free(a);
    if (written)
        return atomic_file_commit(&out, e);
    atomic_file_abandon(&out);
    return false;
}
