/*
 * Clients of a sandbox, and many calls at once on their loops, each with the code in which it must
 * end. What ends otherwise is shown (the first few) and counted; a test asks at its end.
 */
#ifndef TESTS_SUPPORT_CALLS_H
#define TESTS_SUPPORT_CALLS_H

#include "catalog/catalog.h"
#include "qiandian/qiandian.h"

typedef struct calls_client {
    qd_app *app;
    qd_shop *shop;
    qd_loop *loop;
} calls_client;

/* A member's text, "" when it is absent. */
const char *calls_member(yyjson_val *object, const char *name);
/* keys: app_key, app_secret and shop_id as the sandbox's truth tells them; secret NULL = theirs. */
void calls_client_open(const char *base_url, const char *platform, yyjson_val *keys,
                       const char *secret, const char *session, calls_client *out);
void calls_client_close(calls_client *client);

/* Takes params. code: NULL = success, "*" = any answer; about: for messages. One client's calls are
 * open at a time.
 */
void calls_submit(const calls_client *client, const cat_method *method, char *params,
                  unsigned flags, const char *code, const char *about);
/* Runs until at most so many are open. */
void calls_drain(size_t until);

QD_PRINTF(1, 2) void calls_complain(const char *fmt, ...);
/* Fails the test when there were complaints since the last time. */
void calls_assert_fine(void);

#endif
