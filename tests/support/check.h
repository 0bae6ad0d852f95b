/* cmocka with what our tests need beside it. */
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A call that must succeed: shows the error's message when it does not. */
#define assert_ok(call, err)                                                                       \
    do {                                                                                           \
        if ((call) != QD_OK) {                                                                     \
            fail_msg("%s: %s", #call, (err)->message);                                             \
        }                                                                                          \
    } while (0)

#endif
