/* Which layers this machine offers: each is tried. */
#include "worker_process.h"

/* Twice: what fails once on a loaded machine is no reason to do without a layer. */
static bool starts_with(const worker_program *program, unsigned layers)
{
    start_failure ignored;
    worker *w = worker_open(program, layers, &ignored);
    if (w == NULL)
        w = worker_open(program, layers, &ignored);
    worker_close(w);
    return w != NULL;
}

static bool tool_box_works(void)
{
    char output[256];
    error ignored;
    sandbox_tool tool = {.argv = (const char *const[]){"/usr/bin/true", NULL}, .seconds = 60};
    bool works = false;
    for (int times = 0; times < 2 && !works; times++)
        works = sandbox_run_tool(&tool, SANDBOX_TOOL_BOX, output, sizeof output, &ignored) == 0;
    return works;
}

unsigned worker_probe(const worker_program *program)
{
    unsigned candidates = SANDBOX_NAMESPACES | SANDBOX_LANDLOCK | SANDBOX_SECCOMP | SANDBOX_LIMITS;
    unsigned found = 0;
    if (starts_with(program, candidates))
        found = candidates;
    else
        for (unsigned layer = 1; layer < SANDBOX_TOOL_BOX; layer <<= 1)
            if (starts_with(program, layer))
                found |= layer;
    return found | (tool_box_works() ? SANDBOX_TOOL_BOX : 0);
}
