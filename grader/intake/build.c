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

#include "contract.h"
#include "path.h"

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
        builds[i].builds = builds[i].handed_in && !exists(out, m->name, ".failed");
        read_log(out, m->name, builds[i].message, sizeof builds[i].message);
        if (!builds[i].handed_in)
            snprintf(builds[i].message, sizeof builds[i].message, "%s", m->problem);
    }
}

/* Whether the list of symbols at path has a line that is name. */
static bool lists(const char *path, const char *name)
{
    char line[256];
    bool found = false;
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        found = strcmp(line, name) == 0;
    }
    if (file != NULL)
        fclose(file);
    return found;
}

/*
 * Notes which operations are functions of modules that may not use what is provided for comparison.
 * Whether there are any.
 */
static bool note_apart(const char *keep, const submission *s, grading *g)
{
    struct stat status;
    bool any = false;
    for (size_t i = 0; i < s->count; i++) {
        const char *module = s->modules[i].name;
        if (stat(path_of("%s/%s.without", keep, module).text, &status) != 0 || status.st_size == 0)
            continue;
        any = true;
        path_text symbols = path_of("%s/%s.symbols", keep, module);
        for (size_t d = 0; g->declarations[d].name != NULL; d++)
            g->is_apart[d] |= lists(symbols.text, g->declarations[d].name);
    }
    return any;
}

static const char *const variants[CASE_VARIANTS] = {
    [CASE_DOUBLE] = "double", [CASE_FLOAT] = "float", [CASE_SANITIZED] = "sanitized"};

bool build_submission(const course *c, const submission *s, const char *workspace, grading *g,
                      module_build *builds, error *e)
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
    script_end how =
        run_script("build-submission", names, places, PLACES, c->assignment, g->layers, e);
    if (how == SCRIPT_OUT_OF_TIME) { /* by the submission: stubs take its place */
        for (size_t i = 0; i < count; i++)
            fail_module(out, names[i], "the modules together take too long to build");
        how = run_script("build-submission", &names[count], places, PLACES, c->assignment,
                         g->layers, e);
    }
    if (how != SCRIPT_DONE)
        return false;
    if (exists(out, "fault", ".log")) {
        char log[384];
        read_log(out, "fault", log, sizeof log);
        return error_set(e, "nothing could be built on this machine, by our own fault: %s", log);
    }
    read_builds(s, out, builds);
    bool has_apart = note_apart(places[PLACE_KEEP].outside.text, s, g);
    for (size_t v = 0; v < CASE_VARIANTS; v++) {
        worker_program *program = &g->subject[v];
        path_text name = path_of("worker-%s", variants[v]);
        *program = (worker_program){.path = path_of("%s/%s", out, name.text),
                                    .real_size = v == CASE_FLOAT ? sizeof(float) : sizeof(double),
                                    .sanitized = v == CASE_SANITIZED};
        path_text apart = path_of("apart-worker-%s", variants[v]);
        g->apart[v] = *program;
        g->apart[v].path = has_apart ? path_of("%s/%s", out, apart.text) : path_of("%s", "");
        if ((exists(out, name.text, "") && (!has_apart || exists(out, apart.text, ""))) ||
            access(path_of("%s/%s", places[PLACE_BASE].outside.text, variants[v]).text, F_OK) != 0)
            continue; /* there, or not asked for: a student's tree has no base for it */
        char log[512];
        read_log(out, variants[v], log, sizeof log);
        return error_set(e, "the %s worker could not be linked: %.300s", variants[v], log);
    }
    return true;
}

bool build_composite(const course *c, const composite *built, const char *workspace, grading *g,
                     worker_program *programs, error *e)
{
    place places[PLACES];
    const char *const words[] = {built->parts, NULL};
    set_places(c, workspace, places);
    const char *out = places[PLACE_OUT].outside.text;
    if (run_script("build-composite", words, places, PLACES, c->assignment, g->layers, e) !=
        SCRIPT_DONE)
        return false;
    for (size_t v = 0; v < CASE_VARIANTS; v++)
        programs[v] =
            (worker_program){.path = path_of("%s/without-%s-%s", out, built->parts, variants[v]),
                             .real_size = v == CASE_FLOAT ? sizeof(float) : sizeof(double),
                             .sanitized = v == CASE_SANITIZED};
    return exists(out, path_of("without-%s-double", built->parts).text, "") ||
           error_set(e, "%s could not be linked without %s", built->module, built->parts);
}

void build_compiler(const char *workspace, char *name, size_t size)
{
    path_text out = path_of("%s/out", workspace);
    read_log(out.text, "gcc", name, size);
    name[strcspn(name, "\n")] = '\0';
}
