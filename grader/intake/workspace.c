/*
 * Workspaces.
 *
 * A grader that is killed cannot clean up. Each holds a lock on its folder, which the kernel drops
 * when it ends: whoever comes next removes the folders that nobody holds. One that was made a
 * moment ago may not be locked yet and is left alone.
 */
#include "workspace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { YOUNG_SECONDS = 60 };

static const char PREFIX[] = "grading-";

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

void folder_remove(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* The folder at path, open and locked, if nobody else holds it; else -1. */
static int lock_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void remove_if_abandoned(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
        time(NULL) - status.st_mtime < YOUNG_SECONDS)
        return;
    int fd = lock_folder(path);
    if (fd < 0)
        return;
    folder_remove(path);
    close(fd);
}

static void remove_abandoned(const char *base)
{
    DIR *folder = opendir(base);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
            remove_if_abandoned(path_of("%s/%s", base, entry->d_name).text);
    if (folder != NULL)
        closedir(folder);
}

bool workspace_open(workspace *w, error *e)
{
    const char *chosen = getenv("TMPDIR");
    const char *base = chosen != NULL && chosen[0] != '\0' ? chosen : "/tmp";
    remove_abandoned(base);
    w->folder = path_of("%s/%sXXXXXX", base, PREFIX);
    if (mkdtemp(w->folder.text) == NULL)
        return error_set(e, "%s: no folder can be made there: %s", base, strerror(errno));
    w->lock = lock_folder(w->folder.text);
    if (w->lock >= 0)
        return true;
    rmdir(w->folder.text);
    return error_set(e, "%s: it cannot be locked: %s", w->folder.text, strerror(errno));
}

void workspace_close(workspace *w)
{
    folder_remove(w->folder.text);
    close(w->lock);
}
