/* What the layers are called, and which of them grading cannot do without. */
#include "sandbox.h"

#include <stdio.h>

static const struct {
    unsigned layer;
    const char *name;
} layer_names[] = {
    {SANDBOX_NAMESPACES, "namespaces"},   {SANDBOX_LANDLOCK, "Landlock"},
    {SANDBOX_SECCOMP, "seccomp"},         {SANDBOX_LIMITS, "resource limits"},
    {SANDBOX_TOOL_BOX, "boxed compiler"},
};

enum { LAYER_COUNT = sizeof layer_names / sizeof *layer_names };

const char *sandbox_layers_text(unsigned layers, char *text, size_t size)
{
    size_t used = 0;
    snprintf(text, size, "%s", "none");
    for (size_t i = 0; i < LAYER_COUNT; i++)
        if ((layers & layer_names[i].layer) != 0 && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     layer_names[i].name);
    return text;
}

bool sandbox_suffices(unsigned layers, error *e)
{
    unsigned needed = SANDBOX_SECCOMP | SANDBOX_LIMITS | SANDBOX_TOOL_BOX;
    if ((layers & needed) == needed && (layers & (SANDBOX_NAMESPACES | SANDBOX_LANDLOCK)) != 0)
        return true;
    char text[128];
    return error_set(e,
                     "this machine's sandbox is not sufficient for untrusted code: it offers %s; "
                     "needed are seccomp, resource limits, a boxed compiler (bubblewrap) and "
                     "namespaces or Landlock; `make doctor` says more, --unsafe grades anyway",
                     sandbox_layers_text(layers, text, sizeof text));
}
