/*
 * UNDER_SANITIZER is 1 where AddressSanitizer is compiled in, by gcc or by clang, and 0 elsewhere.
 * It reserves terabytes of addresses and makes system calls of its own.
 */
#ifndef COMMON_UNDER_SANITIZER_H
#define COMMON_UNDER_SANITIZER_H

#ifdef __has_feature
#define UNDER_SANITIZER __has_feature(address_sanitizer)
#elif defined __SANITIZE_ADDRESS__
#define UNDER_SANITIZER 1
#else
#define UNDER_SANITIZER 0
#endif

#endif
