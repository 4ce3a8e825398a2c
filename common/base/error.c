/* One line of text for the world's mistakes. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

size_t control_length(const char *c)
{
    const unsigned char *u = (const unsigned char *)c;
    if (u[0] < ' ' || u[0] == 127)
        return 1;
    if (u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0) /* a terminal takes U+009B for ESC [ */
        return 2;
    if (u[0] == 0xd8 && u[1] == 0x9c)
        return 2;
    bool marks = u[0] == 0xe2 && u[1] == 0x80 &&
                 (u[2] == 0x8e || u[2] == 0x8f || (u[2] >= 0xa8 && u[2] <= 0xae));
    bool isolates = u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9;
    return marks || isolates ? 3 : 0;
}

bool error_set(error *e, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
    for (char *c = e->text; *c != '\0'; c++)
        memset(c, '?', control_length(c));
    return false;
}
