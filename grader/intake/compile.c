/*
 * Compiling modules, two at a time. What a box made is copied by name, and as bytes: a process that
 * outlived its box could still write to a file of its own, but not to our copy.
 */
#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "build.h"
#include "build_script.h"
#include "module_cache.h"
#include "stop.h"

enum { AT_A_TIME = 2, COMPILE_ALL_SECONDS = 1200 };

/* All that is compiled for one submission. */
typedef struct compilation {
    const course *course;
    const char *workspace, *into;
    unsigned layers;
    module_cache cache;
    double deadline; /* on the clock, for all modules together */
} compilation;

/* A module in its box. */
typedef struct compiling {
    const module_source *module;
    path_text out;
    running_tool running;
} compiling;

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- files ---- */

bool base_has_variant(const course *c, const char *variant)
{
    return access(path_of("%s/grader-base/assignment%u/objects/%s", c->build.text, c->assignment,
                          variant)
                      .text,
                  F_OK) == 0;
}

static void add_file(module_files *files, const char *name, const char *kind, const char *ending)
{
    snprintf(files->names[files->count++], MODULE_FILE, "%s.%s%s", name, kind, ending);
}

module_files module_files_of(const course *c, const char *name)
{
    module_files files = {0};
    add_file(&files, name, "log", "");
    add_file(&files, name, "built", "");
    for (case_variant v = 0; v < CASE_VARIANTS; v++)
        if (base_has_variant(c, variant_names[v]))
            add_file(&files, name, variant_names[v], ".o");
    return files;
}

static bool copy_bytes(int from, int into)
{
    char block[1 << 15];
    ssize_t count;
    while ((count = read(from, block, sizeof block)) > 0)
        if (write(into, block, (size_t)count) != count)
            return false;
    return count == 0;
}

static bool copy_file(const char *from, const char *into)
{
    struct stat status;
    int source = open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (source < 0)
        return false;
    int target = open(into, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    bool copied = target >= 0 && fstat(source, &status) == 0 && S_ISREG(status.st_mode) &&
                  copy_bytes(source, target);
    close(source);
    if (target >= 0 && close(target) != 0)
        copied = false;
    return copied;
}

bool module_files_copy(const module_files *files, const char *from, const char *into)
{
    for (size_t i = 0; i < files->count; i++)
        if (!copy_file(path_of("%s/%s", from, files->names[i]).text,
                       path_of("%s/%s", into, files->names[i]).text))
            return false;
    return true;
}

void fail_module(const char *into, const char *name, const char *why)
{
    const char *const files[][2] = {{".failed", ""}, {".log", why}};
    for (size_t i = 0; i < 2; i++) {
        path_text path = path_of("%s/%s%s", into, name, files[i][0]);
        unlink(path.text);
        int fd = open(path.text, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0 || write(fd, files[i][1], strlen(files[i][1])) < 0)
            contract_failed(__func__, "%s: %s", path.text, strerror(errno));
        close(fd);
    }
}

/* ---- one module ---- */

/* Writes the module, alone, to the room of a folder that is made for it. */
static bool write_alone(const module_source *m, const char *folder, unsigned assignment, error *e)
{
    path_text room = path_of("%s/assignment%u", folder, assignment);
    const submission alone = {.count = 1, .modules = {*m}, .handed_in = 1};
    if (mkdir(folder, 0755) != 0 || mkdir(room.text, 0755) != 0)
        return error_set(e, "%s: %s", room.text, strerror(errno));
    return submission_write(&alone, room.text, e);
}

static bool start_compiling(const compilation *all, const module_source *m, compiling *one,
                            error *e)
{
    const course *c = all->course;
    const char *words[CASE_VARIANTS + 2] = {m->name};
    size_t count = 1;
    path_text base =
        path_of("%s/grader-base/assignment%u", absolute_path(c->build.text).text, c->assignment);
    path_text box = path_of("%s/box-%s", all->workspace, m->name);
    path_text source = path_of("%s/submission", box.text);
    double left = all->deadline - seconds_now();
    *one = (compiling){.module = m, .out = path_of("%s/out", box.text)};
    if (mkdir(box.text, 0755) != 0)
        return error_set(e, "%s: %s", box.text, strerror(errno));
    if (!write_alone(m, source.text, c->assignment, e) || !make_open_folder(one->out.text, e))
        return false;
    for (case_variant v = 0; v < CASE_VARIANTS; v++)
        if (base_has_variant(c, variant_names[v]))
            words[count++] = variant_names[v];
    build_script script = {
        .name = "compile-module", .arguments = words, .seconds = left > 0 ? left : 0};
    build_script_see(&script, "COURSE", "/course", path_of("%s/course", base.text));
    build_script_see(&script, "KEEP", "/keep", path_of("%s/keep", base.text));
    build_script_see(&script, "SUBMISSION", "/submission", source);
    build_script_write(&script, "OUT", "/out", one->out);
    return build_script_start(&script, c, all->layers, &one->running, e);
}

/* Takes over what the box made of the module; only what builds is worth to be kept. */
static bool take_over(const compilation *all, const compiling *one, error *e)
{
    const module_source *m = one->module;
    const char *out = one->out.text;
    char log[384];
    if (file_is_in(out, "fault", ".log")) {
        read_log(out, "fault", log, sizeof log);
        return error_set(e, "nothing could be built on this machine, which is our fault: %s", log);
    }
    module_files files = module_files_of(all->course, m->name);
    if (!file_is_in(out, m->name, ".failed") && module_files_copy(&files, out, all->into)) {
        module_cache_store(&all->cache, m, all->into);
        return true;
    }
    char said[BUILD_MESSAGE];
    read_log(out, m->name, said, sizeof said);
    fail_module(all->into, m->name, said);
    return true;
}

static bool end_compiling(const compilation *all, const compiling *one, error *e)
{
    switch (build_script_end(&one->running, e)) {
    case SCRIPT_DONE:
        return take_over(all, one, e);
    case SCRIPT_OUT_OF_TIME:
        fail_module(all->into, one->module->name, "all modules together take too long to build");
        return true;
    default:
        return false;
    }
}

/* ---- all of them ---- */

bool compile_modules(const course *c, const submission *s, const char *workspace, const char *into,
                     const char *compiler, unsigned layers, error *e)
{
    compiling at_work[AT_A_TIME];
    size_t started = 0;
    size_t ended = 0;
    bool works = true;
    error more;
    compilation all = {.course = c,
                       .workspace = workspace,
                       .into = into,
                       .layers = layers,
                       .deadline = seconds_now() + COMPILE_ALL_SECONDS};
    module_cache_open(c, compiler, layers, &all.cache);
    for (size_t i = 0; i < s->count && works; i++) {
        const module_source *m = &s->modules[i];
        if (m->text == NULL || module_cache_fetch(&all.cache, m, into))
            continue;
        if (started - ended == AT_A_TIME)
            works = end_compiling(&all, &at_work[ended++ % AT_A_TIME], e);
        if (works)
            works = start_compiling(&all, m, &at_work[started % AT_A_TIME], e);
        started += works;
    }
    for (; ended < started; ended++)
        if (!end_compiling(&all, &at_work[ended % AT_A_TIME], works ? e : &more))
            works = false;
    return works;
}
