/* Where a program stops when a contract is broken. */
#include "stop.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_BROKEN = 70, EXIT_NOT_IMPLEMENTED = 3 };

static void stop_with_message(contract_event event, const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(event == CONTRACT_NOT_IMPLEMENTED ? EXIT_NOT_IMPLEMENTED : EXIT_BROKEN);
}

static contract_handler current_handler = stop_with_message;

void contract_set_handler(contract_handler handler)
{
    current_handler = handler != NULL ? handler : stop_with_message;
}

_Noreturn void contract_stop(contract_event event, const char *text)
{
    current_handler(event, text);
    abort(); /* a handler must not return */
}

_Noreturn void contract_failed(const char *function, const char *format, ...)
{
    char what[384];
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(text, sizeof text, "%.100s: %s", function, what);
    contract_stop(CONTRACT_BROKEN, text);
}
