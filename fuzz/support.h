/* What the fuzzers share. */
#ifndef FUZZ_SUPPORT_H
#define FUZZ_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, so that the input counts as a finding. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fuzz_fail(__FILE__, __LINE__, #condition);                                             \
        }                                                                                          \
    } while (0)
__attribute__((noreturn)) void fuzz_fail(const char *file, int line, const char *condition);

/* The input up to the next line feed; *rest moves behind it. */
base_str fuzz_line(base_str *rest);
/* A folder that is removed when the program ends; in memory where the machine has such a place. */
const char *fuzz_dir(void);
/* The system's clock but for its wall, which stands still at FUZZ_NOW. */
enum { FUZZ_NOW = 1668960000 };
const qd_clock *fuzz_clock(void);

#endif
