/* One line of text for the world's mistakes. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(error *e, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
    for (char *c = e->text; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    return false;
}
