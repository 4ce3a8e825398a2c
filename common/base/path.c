/* Making paths. */
#include "path.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "stop.h"

path_text path_of(const char *format, ...)
{
    path_text p;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(p.text, sizeof p.text, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof p.text)
        contract_failed(__func__, "a path is too long: %.60s...", p.text);
    return p;
}
