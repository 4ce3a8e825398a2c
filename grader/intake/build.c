/*
 * Building in the tool box. The scripts build-submission and compile-module do the work inside;
 * what comes back is looked at by name only.
 */
#include "build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"
#include "resources.h"
#include "stop.h"

enum { MAX_WORDS = 16 + MAX_MODULES, MAX_SETTINGS = 8 };

/* A folder that the scripts read or write, by the name of their variable. */
typedef struct place {
    const char *variable, *inside;
    path_text outside;
    bool writable;
} place;

enum { PLACE_KEEP = 1, PLACE_BASE = 2, PLACE_SUBMISSION = 4, PLACE_OUT = 5, PLACES = 6 };

static bool write_modules(const submission *s, const char *folder, unsigned assignment, error *e)
{
    path_text room = path_of("%s/assignment%u", folder, assignment);
    if (mkdir(folder, 0755) != 0 || mkdir(room.text, 0755) != 0)
        return error_set(e, "%s: %s", room.text, strerror(errno));
    return submission_write(s, room.text, e) || s->handed_in == 0;
}

/* The first part of the file NAME.EXTENSION of the folder, as text; "" when there is none. */
static void read_log(const char *folder, const char *name, char *text, size_t size)
{
    text[0] = '\0';
    int fd = open(path_of("%s/%s.log", folder, name).text, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t length = read(fd, text, size - 1);
    text[length > 0 ? length : 0] = '\0';
    close(fd);
}

static bool exists(const char *folder, const char *name, const char *ending)
{
    struct stat status;
    return lstat(path_of("%s/%s%s", folder, name, ending).text, &status) == 0 &&
           S_ISREG(status.st_mode);
}

typedef enum script_end { SCRIPT_DONE, SCRIPT_OUT_OF_TIME, SCRIPT_FAILED } script_end;

/* Runs a script of the build tools with words (ended by NULL) in the tool box. */
static script_end run_script(const char *name, const char *const *arguments, const place *places,
                             size_t place_count, unsigned assignment, unsigned layers, error *e)
{
    bool boxed = (layers & SANDBOX_TOOL_BOX) != 0;
    path_text settings[MAX_SETTINGS];
    path_text script, scratch;
    const char *words[MAX_WORDS];
    sandbox_mount mounts[MAX_SETTINGS];
    char output[1024];
    size_t count = 0;
    path_text room = path_of("ROOM=assignment%u", assignment);
    words[count++] = "/usr/bin/env";
    words[count++] = room.text;
    if (!boxed) { /* its temporary files go where it may write anyway */
        scratch = path_of("TMPDIR=%s", places[PLACE_OUT].outside.text);
        words[count++] = scratch.text;
    }
    for (size_t i = 0; i < place_count; i++) {
        const place *p = &places[i];
        const char *where = boxed ? p->inside : p->outside.text;
        mounts[i] = (sandbox_mount){
            .outside = p->outside.text, .inside = p->inside, .writable = p->writable};
        settings[i] = path_of("%s=%s", p->variable, where);
        words[count++] = settings[i].text;
        if (strcmp(p->variable, "TOOLS") == 0)
            script = path_of("%s/%s", where, name);
    }
    words[count++] = "sh";
    words[count++] = script.text;
    for (size_t i = 0; arguments[i] != NULL && count + 1 < MAX_WORDS; i++)
        words[count++] = arguments[i];
    words[count] = NULL;
    sandbox_tool tool = {
        .argv = words, .mounts = mounts, .mount_count = place_count, .seconds = 1200};
    int status = sandbox_run_tool(&tool, layers, output, sizeof output, e);
    if (status > 0)
        error_set(e, "building failed (%d): %s", status, output);
    return status == 0                     ? SCRIPT_DONE
           : status == SANDBOX_OUT_OF_TIME ? SCRIPT_OUT_OF_TIME
                                           : SCRIPT_FAILED;
}

/* The path from the root: the scripts change their folder. */
static path_text absolute(const char *path)
{
    char *whole = realpath(path, NULL);
    path_text result = path_of("%s", whole != NULL ? whole : path);
    free(whole);
    return result;
}

static void set_places(const course *c, const char *workspace, place places[PLACES])
{
    path_text build = absolute(c->build.text);
    path_text root = absolute(c->root.text);
    path_text base = path_of("%s/grader-base/assignment%u", build.text, c->assignment);
    const place all[PLACES] = {
        {"COURSE", "/course", path_of("%s/course", base.text), false},
        {"KEEP", "/keep", path_of("%s/keep", base.text), false},
        {"BASE", "/base", path_of("%s/objects", base.text), false},
        {"TOOLS", "/tools", path_of("%s/grader/intake/build-tools", root.text), false},
        {"SUBMISSION", "/submission", path_of("%s/submission", workspace), false},
        {"OUT", "/out", path_of("%s/out", workspace), true},
    };
    memcpy(places, all, sizeof all);
}

/* Leaves word that a module does not build, and why, as the scripts do. */
static void fail_module(const char *out, const char *name, const char *why)
{
    const char *const files[][2] = {{".failed", ""}, {".log", why}};
    for (size_t i = 0; i < 2; i++) {
        path_text path = path_of("%s/%s%s", out, name, files[i][0]);
        unlink(path.text);
        int fd = open(path.text, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0 || write(fd, files[i][1], strlen(files[i][1])) < 0)
            contract_failed(__func__, "%s: %s", path.text, strerror(errno));
        close(fd);
    }
}

static void read_builds(const submission *s, const char *out, module_build *builds)
{
    for (size_t i = 0; i < s->count; i++) {
        const module_source *m = &s->modules[i];
        builds[i].handed_in = m->text != NULL;
        builds[i].builds = builds[i].handed_in && !exists(out, m->name, ".failed") &&
                           exists(out, m->name, ".built");
        read_log(out, m->name, builds[i].message, sizeof builds[i].message);
        if (!builds[i].handed_in)
            snprintf(builds[i].message, sizeof builds[i].message, "%s", m->problem);
    }
}

const char *const variant_names[CASE_VARIANTS] = {
    [CASE_DOUBLE] = "double", [CASE_FLOAT] = "float", [CASE_SANITIZED] = "sanitized"};

static worker_program program_at(case_variant variant, path_text path)
{
    return (worker_program){.path = path,
                            .real_size = variant == CASE_FLOAT ? sizeof(float) : sizeof(double),
                            .sanitized = variant == CASE_SANITIZED};
}

/* Whether the workers of a variant are in out; or else what the linker said, in e. */
static bool find_programs(const char *out, case_variant variant, bool apart,
                          submission_programs *programs, error *e)
{
    path_text whole = path_of("worker-%s", variant_names[variant]);
    path_text without = path_of("apart-%s", whole.text);
    programs->whole[variant] = program_at(variant, path_of("%s/%s", out, whole.text));
    programs->apart[variant] =
        program_at(variant, apart ? path_of("%s/%s", out, without.text) : path_of("%s", ""));
    if (exists(out, whole.text, "") && (!apart || exists(out, without.text, "")))
        return true;
    char log[512];
    read_log(out, variant_names[variant], log, sizeof log);
    return error_set(e, "the %s worker could not be linked: %.300s", variant_names[variant], log);
}

/* Runs build-submission for the modules called names; stubs take their place if time runs out. */
static bool run_build(const place *places, const char *const *names, size_t count,
                      unsigned assignment, unsigned layers, error *e)
{
    const char *out = places[PLACE_OUT].outside.text;
    script_end how = run_script("build-submission", names, places, PLACES, assignment, layers, e);
    if (how == SCRIPT_OUT_OF_TIME) {
        for (size_t i = 0; i < count; i++)
            fail_module(out, names[i], "all modules together take too long to build");
        how = run_script("build-submission", &names[count], places, PLACES, assignment, layers, e);
    }
    if (how != SCRIPT_DONE)
        return false;
    if (!exists(out, "fault", ".log"))
        return true;
    char log[384];
    read_log(out, "fault", log, sizeof log);
    return error_set(e, "nothing could be built on this machine, which is our fault: %s", log);
}

static bool build_all(const course *c, const submission *s, const char *workspace, unsigned layers,
                      submission_programs *programs, module_build *builds, error *e)
{
    place places[PLACES];
    const char *names[MAX_MODULES + 1];
    size_t count = 0;
    set_places(c, workspace, places);
    const char *out = places[PLACE_OUT].outside.text;
    for (size_t i = 0; i < s->count; i++)
        if (s->modules[i].text != NULL)
            names[count++] = s->modules[i].name;
    names[count] = NULL;
    if (!write_modules(s, places[PLACE_SUBMISSION].outside.text, c->assignment, e))
        return false;
    if (mkdir(out, 0777) != 0 || chmod(out, 0777) != 0)
        return error_set(e, "%s: %s", out, strerror(errno));
    if (!run_build(places, names, count, c->assignment, layers, e))
        return false;
    read_builds(s, out, builds);
    struct stat provided; /* for comparison; without anything there are no programs without it */
    path_text without = path_of("%s/apart.without", places[PLACE_KEEP].outside.text);
    bool apart = stat(without.text, &provided) == 0 && provided.st_size > 0;
    *programs = (submission_programs){0};
    for (case_variant v = 0; v < CASE_VARIANTS; v++) {
        path_text base = path_of("%s/%s", places[PLACE_BASE].outside.text, variant_names[v]);
        if (access(base.text, F_OK) == 0 && /* a student's tree has one of them */
            !find_programs(out, v, apart, programs, e))
            return false;
    }
    return true;
}

bool build_submission(const course *c, const submission *s, const char *workspace, unsigned layers,
                      submission_programs *programs, module_build *builds, error *e)
{
    bool built = build_all(c, s, workspace, layers, programs, builds, e);
    bool whole = built;
    for (size_t i = 0; i < s->count && whole; i++)
        whole = builds[i].builds || !builds[i].handed_in;
    /* Where there is no room left, what does not build is not to blame. */
    return whole || (resources_room(workspace, e) && built);
}

bool build_without(const course *c, const char *parts, const bool variants[CASE_VARIANTS],
                   const char *workspace, unsigned layers, submission_programs *programs, error *e)
{
    place places[PLACES];
    const char *words[2 + CASE_VARIANTS] = {parts};
    size_t count = 1;
    set_places(c, workspace, places);
    const char *out = places[PLACE_OUT].outside.text;
    for (case_variant v = 0; v < CASE_VARIANTS; v++)
        if (variants[v])
            words[count++] = variant_names[v];
    if (run_script("build-composite", words, places, PLACES, c->assignment, layers, e) !=
        SCRIPT_DONE)
        return false;
    *programs = (submission_programs){0};
    bool built = true;
    for (case_variant v = 0; v < CASE_VARIANTS; v++) {
        path_text name = path_of("without-%s-%s", parts, variant_names[v]);
        programs->whole[v] = program_at(v, path_of("%s/%s", out, name.text));
        built = built && (!variants[v] || exists(out, name.text, ""));
    }
    return built || error_set(e, "it could not be linked without %s", parts);
}

void build_compiler(const char *workspace, char *name, size_t size)
{
    path_text out = path_of("%s/out", workspace);
    read_log(out.text, "gcc", name, size);
    name[strcspn(name, "\n")] = '\0';
}
