/*
 * grade: grades one submission of one assignment.
 *
 * Theory of operation. The grader is the trusted side. It reads the modules that were handed in,
 * has them compiled and linked in the tool box into three workers (double, float, with sanitizers),
 * and tries every case of the rubric: inputs are drawn from the seed, the reference's worker and a
 * fresh worker of the submission are asked, the outputs are compared here. Ten times a second the
 * result is written whole. No code of a submission ever runs in this process.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "assignment.h"
#include "audience.h"
#include "blame.h"
#include "course_hash.h"
#include "course_options.h"
#include "diagnosis.h"
#include "evidence.h"
#include "parallel.h"
#include "progress.h"
#include "resources.h"
#include "result.h"
#include "workspace.h"

typedef struct options {
    course_options shared;
    const char *submission, *out, *unpack, *earlier;
    bool unsafe, quiet, doctor;
} options;

enum { OPTION_UNSAFE = 1000, OPTION_DOCTOR, OPTION_UNPACK, OPTION_CACHE, OPTION_EARLIER };
enum { PAUSE_MILLISECONDS = 100 };

static const struct argp_option option_list[] = {
    {"submission", 's', "PATH", 0, "a folder or an archive; default: the room itself", 0},
    {"out", 'o', "DIR", 0, "where result.json and report.html go", 0},
    {"quiet", 'q', NULL, 0, "print errors only", 0},
    {"unsafe", OPTION_UNSAFE, NULL, 0, "grade even without the essential sandbox layers", 0},
    {"unpack", OPTION_UNPACK, "DIR", 0, "only write the modules that were handed in to DIR", 0},
    {"cache", OPTION_CACHE, "DIR", 0, "keep there what was compiled, for other gradings", 0},
    {"earlier", OPTION_EARLIER, "FILE", 0,
     "a result.json of the same submission: try no case again that comes to the same", 0},
    {"doctor", OPTION_DOCTOR, NULL, 0, "print which sandbox layers this machine has, and end", 0},
    {0},
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->shared;
        return 0;
    case 's':
        o->submission = value;
        return 0;
    case 'o':
        o->out = value;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case OPTION_UNSAFE:
        o->unsafe = true;
        return 0;
    case OPTION_UNPACK:
        o->unpack = value;
        return 0;
    case OPTION_CACHE:
        o->shared.course.cache = path_of("%s", value);
        return 0;
    case OPTION_EARLIER:
        o->earlier = value;
        return 0;
    case OPTION_DOCTOR:
        o->doctor = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected word: %s", value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- the room of a grading on disk ---- */

/* Makes the folder, which option names, with all that it lies in. */
static bool make_folders(const char *option, const char *folder, error *e)
{
    if (folder[0] == '\0')
        return error_set(e, "%s is empty: it should name a folder", option);
    path_text part = path_of("%s", folder);
    for (char *c = part.text + 1;; c++) {
        if (*c != '/' && *c != '\0')
            continue;
        char kept = *c;
        *c = '\0';
        if (mkdir(part.text, 0755) != 0 && errno != EEXIST)
            return error_set(e, "%s: %s", part.text, strerror(errno));
        *c = kept;
        if (kept == '\0')
            return true;
    }
}

/* ---- the cases ---- */

static bool module_builds(const grade_record *record)
{
    for (size_t i = 0; i < record->submission->count; i++)
        if (record->builds[i].handed_in && !record->builds[i].builds)
            return false;
    return true;
}

/* A stub that stands in for a module that does not build is no stub of the student's. */
static void tell_unbuilt_from_stub(const grade_record *record, case_result *r)
{
    if (r->state != CASE_NOT_IMPLEMENTED || r->missing[0] == '\0' || module_builds(record))
        return;
    for (size_t i = 0; i < record->submission->count; i++) {
        const module_source *m = &record->submission->modules[i];
        if (!record->builds[i].handed_in || record->builds[i].builds)
            continue;
        if (m->text != NULL && memmem(m->text, m->length, r->missing, strlen(r->missing)) == NULL)
            continue;
        r->state = CASE_DOES_NOT_BUILD;
        snprintf(r->message, sizeof r->message, "%s.c does not build", m->name);
        return;
    }
}

static bool write_result(grade_record *record, const char *path, error *e)
{
    json_t *json = result_json(record);
    bool written = result_write(json, path, e);
    json_decref(json);
    return written;
}

/* Whether it is *next, a time on the clock, which is then moved on by PAUSE_MILLISECONDS. */
static bool is_due(double *next)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    double now = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
    bool due = now >= *next;
    if (due)
        *next = now + 1e-3 * PAUSE_MILLISECONDS;
    return due;
}

static bool grade_cases(grade_record *record, grading *g, const char *result_path, error *e)
{
    progress bar = progress_start("grading", record->rubric->case_count);
    bool written = true;
    double next = 0;
    for (size_t i = 0; written && i < record->rubric->case_count; i++) {
        if (!earlier_keeps(&record->earlier, &record->rubric->cases[i]) &&
            rubric_case_may_be_tried(record->rubric, i, record->cases)) {
            attempt_case(g, record->rubric->cases[i].definition, &record->cases[i]);
            tell_unbuilt_from_stub(record, &record->cases[i]);
        }
        record->graded = i + 1;
        progress_update(&bar, record->graded);
        if (is_due(&next)) /* to sync it after each would take longer than most cases */
            written = write_result(record, result_path, e);
    }
    progress_finish(&bar);
    return written && write_result(record, result_path, e);
}

/* Says why cases failed; the result is whole before, and says more afterwards. */
static bool explain(const options *o, grade_record *record, const char *folder, grading *g,
                    const char *result_path, error *e)
{
    mistake_list known;
    if (!mistakes_load(&o->shared.course, &known, e))
        return false;
    grading_start_explaining(g);
    blame_parts(&o->shared.course, assignment_composites, record->rubric, record->submission,
                record->builds, folder, g, record->cases, record->graded);
    diagnose(g, record->rubric, &known, record->cases, record->graded);
    mistakes_clear(&known);
    result_changed(record);
    return write_result(record, result_path, e);
}

static bool write_reports(const options *o, grade_record *record, const char *out, error *e)
{
    json_t *whole = result_json(record);
    json_t *json = audience_view(whole, NULL, "instructor", e);
    json_decref(whole);
    path_text opened;
    bool written = report_draw(json, &o->shared.course, out, &opened, e);
    if (written && !o->quiet) {
        report_terminal(json, isatty(STDOUT_FILENO) != 0);
        char *absolute = realpath(opened.text, NULL);
        printf("  report: %s\n", absolute != NULL ? absolute : opened.text);
        free(absolute);
    }
    json_decref(json);
    return written;
}

/* Reads the rubric and what was handed in for its modules, which are to be known to the grader. */
static bool read_both(const options *o, const char *rubric_path, const char *submission_path,
                      rubric *r, submission *s, error *e)
{
    const char *names[MAX_MODULES];
    const course *c = &o->shared.course;
    if (!rubric_load(rubric_path, r, e))
        return false;
    judge_join_questions(r, assignment_composites, assignment_judge_parts);
    for (size_t i = 0; i < r->module_count; i++) {
        names[i] = r->modules[i].name;
        path_text symbols = path_of("%s/grader-base/assignment%u/keep/%s.symbols", c->build.text,
                                    c->assignment, names[i]);
        if (access(symbols.text, R_OK) != 0)
            return error_set(e, "%s: there is no module called %s, or the grader is not built",
                             rubric_path, names[i]);
    }
    return submission_read(submission_path, c->assignment, names, r->module_count, s, e);
}

/* Puts the result of nothing graded yet in the place of an older one, whose report goes. */
static bool start_result(grade_record *record, const char *result_path, const char *out, error *e)
{
    bool written = write_result(record, result_path, e);
    unlink(path_of("%s/report.html", out).text);
    return written;
}

/* Whether no case was left without a judgement; that would be our own fault. */
static bool all_judged(const grade_record *record, error *e)
{
    size_t lost = 0;
    for (size_t i = 0; i < record->graded; i++)
        lost += record->cases[i].state == CASE_NOT_GRADED;
    return lost == 0 ||
           error_set(e, "%zu cases could not be graded, which is our fault; the result says why",
                     lost);
}

/* The last part of path, without slashes behind it, as shells write them behind a folder's name. */
static path_text base_name(const char *path)
{
    path_text name = path_of("%s", path);
    size_t length = strlen(name.text);
    while (length > 1 && name.text[length - 1] == '/')
        name.text[--length] = '\0';
    const char *slash = strrchr(name.text, '/');
    return slash != NULL && slash[1] != '\0' ? path_of("%s", slash + 1) : name;
}

static bool judge(const options *o, grade_record *record, const char *folder, grading *g,
                  const char *result_path, error *e)
{
    return grade_cases(record, g, result_path, e) && explain(o, record, folder, g, result_path, e);
}

/* Takes from the earlier result, if one is named, what is the same now that record is built. */
static void keep_earlier(const options *o, grade_record *record)
{
    json_t *now = result_json(record);
    if (o->earlier != NULL)
        (void)!earlier_open(o->earlier, now, record->rubric, record->question_hashes, record->cases,
                            &record->earlier);
    json_decref(now);
}

/*
 * Judges the built submission of record. If something runs out on the way, which is counted over
 * all cases, nothing is kept of an earlier result.
 */
static bool judge_what_changed(const options *o, grade_record *record, const char *folder,
                               grading *g, const char *result_path, error *e)
{
    keep_earlier(o, record);
    bool judged = judge(o, record, folder, g, result_path, e);
    if (!judged || record->earlier.result == NULL || !(g->ran_out || g->explanations_cut))
        return judged;
    earlier_close(&record->earlier);
    record->graded = 0;
    result_changed(record);
    evidence_clear(g->evidence);
    grading_forget_slowness(g);
    g->ran_out = g->explanations_cut = false;
    return judge(o, record, folder, g, result_path, e);
}

/* Grades what record names, whose builds are to be filled too; reports go to the folder out. */
static bool fill_record(const options *o, grade_record *record, module_build *builds,
                        const workspace *work, grading *g, const char *out, error *e)
{
    const char *folder = work->folder.text;
    path_text result_path = path_of("%s/result.json", out);
    if (!start_result(record, result_path.text, out, e) ||
        !build_submission(&o->shared.course, record->submission, folder, g->layers, &g->subject,
                          builds, e))
        return false;
    build_compiler(folder, record->compiler, sizeof record->compiler);
    return judge_what_changed(o, record, folder, g, result_path.text, e) &&
           write_reports(o, record, out, e) && all_judged(record, e);
}

static bool grade(const options *o, grading *g, error *e)
{
    static rubric r;
    static submission s;
    static module_build builds[MAX_MODULES];
    static evidence kept;
    question_hash each[MAX_QUESTIONS];
    course_hashes hashes;
    workspace work;
    bool graded = false;
    case_result *cases = NULL;
    path_text rubric_path = path_of("%s/grader/assignment%u/rubric.json",
                                    o->shared.course.root.text, o->shared.course.assignment);
    path_text room =
        path_of("%s/assignment%u", o->shared.course.root.text, o->shared.course.assignment);
    const char *submission_path = o->submission != NULL ? o->submission : room.text;
    if (!read_both(o, rubric_path.text, submission_path, &r, &s, e))
        return false;
    if (s.keyed)
        g->seed = s.seed;
    if (o->unpack != NULL)
        return make_folders("--unpack", o->unpack, e) && submission_write(&s, o->unpack, e);
    path_text out = o->out != NULL
                        ? path_of("%s", o->out)
                        : path_of("%s/build/grade/assignment%u", o->shared.course.root.text,
                                  o->shared.course.assignment);
    if (!course_hash(&o->shared.course, "/proc/self/exe", &hashes, e) ||
        !make_folders("--out", out.text, e))
        return false;
    if (!workspace_open(&work, e))
        return false;
    cases = calloc(r.case_count, sizeof *cases);
    if (cases == NULL) {
        error_set(e, "no memory");
        goto done;
    }
    g->evidence = &kept;
    question_hashes(&r, assignment_judge_parts, each);
    path_text name = base_name(submission_path);
    grade_record record = {.rubric = &r,
                           .submission = &s,
                           .builds = builds,
                           .grading = g,
                           .submission_name = name.text,
                           .hashes = &hashes,
                           .question_hashes = each,
                           .cases = cases};
    graded = fill_record(o, &record, builds, &work, g, out.text, e);
    result_changed(&record);
    earlier_close(&record.earlier);
done:
    evidence_clear(&kept);
    grading_close(g);
    workspace_close(&work);
    free(cases);
    submission_clear(&s);
    return graded;
}

/* ---- doctor ---- */

static bool doctor(unsigned layers)
{
    static const unsigned each[] = {SANDBOX_NAMESPACES, SANDBOX_LANDLOCK, SANDBOX_SECCOMP,
                                    SANDBOX_LIMITS, SANDBOX_TOOL_BOX};
    error e;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        char name[64];
        printf("%-18s %s\n", sandbox_layers_text(each[i], name, sizeof name),
               (layers & each[i]) != 0 ? "works" : "not on this machine");
    }
    if (sandbox_suffices(layers, &e)) {
        printf("This machine can grade untrusted submissions.\n");
        return true;
    }
    printf("%s\n", e.text);
    return false;
}

int main(int argc, char **argv)
{
    static const struct argp parser = {
        option_list,          parse_option, NULL, "Grades one submission of one assignment.",
        course_options_child, NULL,         NULL};
    static options o;
    static grading g;
    error e = {""};
    o.shared = course_options_default(assignment_number);
    argp_parse(&parser, argc, argv, 0, NULL, &o);
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    parallel_set_threads(1);
    grading_open(&o.shared.course, assignment_declarations, o.shared.seed, &g);
    g.composites = assignment_composites;
    if (!resources_suffice(&e)) {
        fprintf(stderr, "grade: %s\n", e.text);
        return 1;
    }
    g.layers = worker_probe(&g.probe_program[0]);
    if (o.doctor)
        return doctor(g.layers) ? 0 : 1;
    if (!o.unsafe && !sandbox_suffices(g.layers, &e)) {
        fprintf(stderr, "grade: %s\n", e.text);
        return 1;
    }
    if (grade(&o, &g, &e))
        return 0;
    fprintf(stderr, "grade: %s\n", e.text);
    return 1;
}
