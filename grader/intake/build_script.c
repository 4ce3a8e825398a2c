/* Running a script of build-tools; what it leaves is looked at by name only. */
#include "build_script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stop.h"
#include "submission.h"

enum { MAX_WORDS = 16 + MAX_MODULES };

static void add_place(build_script *s, script_place added)
{
    if (s->place_count == MAX_PLACES)
        contract_failed(__func__, "%s sees more than %d folders", s->name, MAX_PLACES);
    s->places[s->place_count++] = added;
}

void build_script_see(build_script *s, const char *variable, const char *inside, path_text outside)
{
    add_place(s, (script_place){variable, inside, outside, false});
}

void build_script_write(build_script *s, const char *variable, const char *inside,
                        path_text outside)
{
    add_place(s, (script_place){variable, inside, outside, true});
}

bool build_script_start(const build_script *s, const course *c, unsigned layers,
                        running_tool *running, error *e)
{
    build_script all = *s;
    bool boxed = (layers & SANDBOX_TOOL_BOX) != 0;
    path_text settings[MAX_PLACES];
    path_text script;
    path_text room = path_of("ROOM=assignment%u", c->assignment);
    const char *temporary = "/tmp";
    const char *words[MAX_WORDS] = {"/usr/bin/env", room.text};
    size_t count = 2;
    sandbox_mount mounts[MAX_PLACES];
    path_text tools = path_of("%s/grader/intake/build-tools", absolute_path(c->root.text).text);
    build_script_see(&all, "TOOLS", "/tools", tools);
    for (size_t i = 0; i < all.place_count; i++) {
        const script_place *p = &all.places[i];
        const char *where = boxed ? p->inside : p->outside.text;
        mounts[i] = (sandbox_mount){
            .outside = p->outside.text, .inside = p->inside, .writable = p->writable};
        settings[i] = path_of("%s=%s", p->variable, where);
        words[count++] = settings[i].text;
        if (p->writable && !boxed) /* temporary files go where it may write anyway */
            temporary = where;
    }
    path_text scratch = path_of("TMPDIR=%s", temporary);
    words[count++] = scratch.text;
    script = path_of("%s/%s", boxed ? "/tools" : tools.text, s->name);
    words[count++] = "sh";
    words[count++] = script.text;
    for (size_t i = 0; s->arguments[i] != NULL && count + 1 < MAX_WORDS; i++)
        words[count++] = s->arguments[i];
    words[count] = NULL;
    const sandbox_tool tool = {
        .argv = words, .mounts = mounts, .mount_count = all.place_count, .seconds = s->seconds};
    return sandbox_start_tool(&tool, layers, running, e);
}

script_end build_script_end(const running_tool *running, error *e)
{
    char output[1024];
    int status = sandbox_end_tool(running, output, sizeof output, e);
    if (status > 0)
        error_set(e, "building failed (%d): %s", status, output);
    return status == 0                     ? SCRIPT_DONE
           : status == SANDBOX_OUT_OF_TIME ? SCRIPT_OUT_OF_TIME
                                           : SCRIPT_FAILED;
}

script_end build_script_run(const build_script *s, const course *c, unsigned layers, error *e)
{
    running_tool running;
    return build_script_start(s, c, layers, &running, e) ? build_script_end(&running, e)
                                                         : SCRIPT_FAILED;
}

path_text absolute_path(const char *path)
{
    char *whole = realpath(path, NULL);
    path_text result = path_of("%s", whole != NULL ? whole : path);
    free(whole);
    return result;
}

bool make_open_folder(const char *path, error *e)
{
    return (mkdir(path, 0777) == 0 && chmod(path, 0777) == 0) ||
           error_set(e, "%s: %s", path, strerror(errno));
}

bool file_is_in(const char *folder, const char *name, const char *ending)
{
    struct stat status;
    return lstat(path_of("%s/%s%s", folder, name, ending).text, &status) == 0 &&
           S_ISREG(status.st_mode);
}

void read_log(const char *folder, const char *name, char *text, size_t size)
{
    text[0] = '\0';
    int fd = open(path_of("%s/%s.log", folder, name).text,
                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t length = read(fd, text, size - 1);
    text[length > 0 ? length : 0] = '\0';
    close(fd);
}
