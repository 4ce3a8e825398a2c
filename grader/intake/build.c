/*
 * Building in the tool box: the modules are compiled one by one (compile.c), then the script
 * link-submission puts them together. What comes back is looked at by name only.
 */
#include "build.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build_script.h"
#include "compile.h"
#include "resources.h"

enum { LINK_ALL_SECONDS = 1200 };

/* What a build goes by, and the folders that it leaves in the workspace. */
typedef struct building {
    const course *course;
    unsigned layers;
    path_text base;    /* what a submission is linked with */
    path_text modules; /* what was compiled; no box writes it */
    path_text out;     /* what is linked */
} building;

static building building_in(const course *c, const char *workspace, unsigned layers)
{
    return (building){.course = c,
                      .layers = layers,
                      .base = path_of("%s/grader-base/assignment%u",
                                      absolute_path(c->build.text).text, c->assignment),
                      .modules = path_of("%s/modules", workspace),
                      .out = path_of("%s/out", workspace)};
}

/* Runs a script that links, with words (ended by NULL). */
static script_end run_linking(const building *b, const char *name, const char *const *words,
                              error *e)
{
    build_script script = {.name = name, .arguments = words, .seconds = LINK_ALL_SECONDS};
    build_script_see(&script, "KEEP", "/keep", path_of("%s/keep", b->base.text));
    build_script_see(&script, "BASE", "/base", path_of("%s/objects", b->base.text));
    build_script_see(&script, "MODULES", "/modules", b->modules);
    build_script_write(&script, "OUT", "/out", b->out);
    return build_script_run(&script, b->course, b->layers, e);
}

static void read_builds(const submission *s, const building *b, module_build *builds)
{
    for (size_t i = 0; i < s->count; i++) {
        const module_source *m = &s->modules[i];
        char *message = builds[i].message;
        builds[i].handed_in = m->text != NULL;
        builds[i].builds = builds[i].handed_in && file_is_in(b->modules.text, m->name, ".built") &&
                           !file_is_in(b->modules.text, m->name, ".failed") &&
                           !file_is_in(b->out.text, m->name, ".failed");
        read_log(b->modules.text, m->name, message, BUILD_MESSAGE);
        size_t length = strlen(message);
        read_log(b->out.text, m->name, message + length, BUILD_MESSAGE - length);
        if (!builds[i].handed_in)
            snprintf(message, BUILD_MESSAGE, "%s", m->problem);
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
    if (file_is_in(out, whole.text, "") && (!apart || file_is_in(out, without.text, "")))
        return true;
    char log[512];
    read_log(out, variant_names[variant], log, sizeof log);
    return error_set(e, "the %s worker could not be linked: %.300s", variant_names[variant], log);
}

/* Links the modules called names; stubs take the place of all of them if time runs out. */
static bool link_modules(const building *b, const char *const *names, size_t count, error *e)
{
    script_end how = run_linking(b, "link-submission", names, e);
    if (how == SCRIPT_OUT_OF_TIME) {
        for (size_t i = 0; i < count; i++)
            fail_module(b->modules.text, names[i], "all modules together take too long to link");
        how = run_linking(b, "link-submission", &names[count], e);
    }
    if (how != SCRIPT_DONE)
        return false;
    if (!file_is_in(b->out.text, "fault", ".log"))
        return true;
    char log[384];
    read_log(b->out.text, "fault", log, sizeof log);
    return error_set(e, "nothing could be built on this machine, which is our fault: %s", log);
}

/* Asks the compiler what it is, which goes to OUT/gcc.log, into name of size bytes. */
static bool ask_compiler(const building *b, char *name, size_t size, error *e)
{
    const char *const none[] = {NULL};
    build_script script = {.name = "name-compiler", .arguments = none, .seconds = LINK_ALL_SECONDS};
    build_script_write(&script, "OUT", "/out", b->out);
    if (build_script_run(&script, b->course, b->layers, e) != SCRIPT_DONE)
        return false;
    read_log(b->out.text, "gcc", name, size);
    return true;
}

static bool build_all(const building *b, const submission *s, const char *workspace,
                      submission_programs *programs, module_build *builds, error *e)
{
    const char *names[MAX_MODULES + 1];
    char compiler[1024];
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++)
        if (s->modules[i].text != NULL)
            names[count++] = s->modules[i].name;
    names[count] = NULL;
    if (mkdir(b->modules.text, 0755) != 0)
        return error_set(e, "%s: %s", b->modules.text, strerror(errno));
    if (!make_open_folder(b->out.text, e) || !ask_compiler(b, compiler, sizeof compiler, e) ||
        !compile_modules(b->course, s, workspace, b->modules.text, compiler, b->layers, e) ||
        !link_modules(b, names, count, e))
        return false;
    read_builds(s, b, builds);
    struct stat provided; /* for comparison; without anything there are no programs without it */
    path_text without = path_of("%s/keep/apart.without", b->base.text);
    bool apart = stat(without.text, &provided) == 0 && provided.st_size > 0;
    *programs = (submission_programs){0};
    for (case_variant v = 0; v < CASE_VARIANTS; v++)
        if (base_has_variant(b->course, variant_names[v]) && /* a student's tree has one of them */
            !find_programs(b->out.text, v, apart, programs, e))
            return false;
    return true;
}

bool build_submission(const course *c, const submission *s, const char *workspace, unsigned layers,
                      submission_programs *programs, module_build *builds, error *e)
{
    building b = building_in(c, workspace, layers);
    bool built = build_all(&b, s, workspace, programs, builds, e);
    bool whole = built;
    for (size_t i = 0; i < s->count && whole; i++)
        whole = builds[i].builds || !builds[i].handed_in;
    /* Where there is no room left, what does not build is not to blame. */
    return whole || (resources_room(workspace, e) && built);
}

bool build_without(const course *c, const char *parts, const bool variants[CASE_VARIANTS],
                   const char *workspace, unsigned layers, submission_programs *programs, error *e)
{
    building b = building_in(c, workspace, layers);
    const char *words[2 + CASE_VARIANTS] = {parts};
    size_t count = 1;
    for (case_variant v = 0; v < CASE_VARIANTS; v++)
        if (variants[v])
            words[count++] = variant_names[v];
    if (run_linking(&b, "build-composite", words, e) != SCRIPT_DONE)
        return false;
    *programs = (submission_programs){0};
    bool built = true;
    for (case_variant v = 0; v < CASE_VARIANTS; v++) {
        path_text name = path_of("without-%s-%s", parts, variant_names[v]);
        programs->whole[v] = program_at(v, path_of("%s/%s", b.out.text, name.text));
        built = built && (!variants[v] || file_is_in(b.out.text, name.text, ""));
    }
    return built || error_set(e, "it could not be linked without %s", parts);
}

void build_compiler(const char *workspace, char *name, size_t size)
{
    path_text out = path_of("%s/out", workspace);
    read_log(out.text, "gcc", name, size);
    name[strcspn(name, "\n")] = '\0';
}
