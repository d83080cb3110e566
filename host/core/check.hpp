#pragma once
#include <cstdio>
#include <cstdlib>

// CEDAR_CHECK(condition): a programmer's mistake. Prints place and condition, aborts; on in every build.
// What can happen in operation is a Result (error.hpp), never a check.
#define CEDAR_CHECK(condition)                                                                 \
    do {                                                                                       \
        if (!(condition)) [[unlikely]] {                                                       \
            std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                      \
        }                                                                                      \
    } while (false)
