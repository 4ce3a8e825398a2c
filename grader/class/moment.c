/* Moments by strptime and timegm, which know no local time. */
#include "moment.h"

#include <ctype.h>
#include <string.h>

bool moment_read(const char *text, time_t *moment)
{
    struct tm parts = {0};
    const char *rest = strptime(text, "%Y-%m-%d", &parts);
    if (rest == NULL || (*rest != 'T' && *rest != ' '))
        return false;
    rest = strptime(rest + 1, "%H:%M:%S", &parts);
    if (rest == NULL)
        return false;
    if (*rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    struct tm zone = {0};
    rest = strptime(rest + strspn(rest, " "),
                    strncmp(rest + strspn(rest, " "), "UTC", 3) == 0 ? "UTC" : "%z", &zone);
    if (rest == NULL || *rest != '\0')
        return false;
    *moment = timegm(&parts) - zone.tm_gmtoff;
    return true;
}

moment_words moment_text(time_t moment)
{
    moment_words words = {""};
    struct tm parts;
    if (moment != 0 && gmtime_r(&moment, &parts) != NULL)
        strftime(words.text, sizeof words.text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return words;
}
