/*
 * Where tokens live: load, lock, compare-and-swap (weaker stability promise: sys/).
 *
 * libqiandian-store implements it over SQLite; an embedder without a database gets one in memory
 * from qd_token_store_memory(). All functions may be called from any thread.
 */
#ifndef QIANDIAN_SYS_TOKEN_STORE_H
#define QIANDIAN_SYS_TOKEN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "qiandian/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { QD_TOKEN_TEXT_MAX = 1024, QD_TOKEN_LEVELS = 4 };

/* One token pair as stored. Wipe with qd_token_clear() after use. */
typedef struct qd_token {
    char access[QD_TOKEN_TEXT_MAX];
    char refresh[QD_TOKEN_TEXT_MAX]; /* "" when the platform gives none */
    int64_t expires_at;              /* UTC seconds; 0 = not known */
    int64_t refresh_expires_at;      /* UTC seconds; 0 = not known */
    int64_t obtained_at;             /* UTC seconds */
    int64_t version;                 /* 0 = no token stored yet; grows by one with every save */
    /* The intent record: set before a refresh is sent, cleared by the save that follows. When it is
     * found set by a process that holds the lock, an earlier one died between asking and storing.
     */
    int64_t intent_at;   /* UTC seconds when a refresh was begun; 0 = none */
    int64_t retry_after; /* UTC seconds before which a refused refresh is not repeated; 0 = none */
    int32_t failures;    /* refused refreshes in a row */
    bool revoked;        /* the platform said so: only a new authorisation helps */
    int64_t quiet_until; /* UTC seconds: the pair came back unchanged and is not asked for again
                            before; 0 = none */
    /* The platform's last refusal, told again as long as it holds; "" = none. */
    char refused_code[32];
    char refused_sub_code[96];
    char refused_message[256];
    /* UTC seconds when a session's rights end apart from the session itself: TOP's r1, r2
     * (reading), w1, w2 (writing), in this order; 0 = not told. Kept with the pair. */
    int64_t level_ends[QD_TOKEN_LEVELS];
} qd_token;

typedef struct qd_token_store qd_token_store;
struct qd_token_store {
    /* @retval QD_OK also when none is stored (version 0)
     * @retval QD_E_NOT_FOUND the shop was removed  @retval QD_E_CORRUPT wrong key  @retval QD_E_IO
     */
    qd_status (*load)(qd_token_store *self, const char *handle, const char *environment,
                      qd_token *out_token, qd_err *err);
    /* Durable before it returns. Stores `token` as version expected+1 if the stored version is
     * still `expected`.
     * @retval QD_E_STALE somebody saved meanwhile  @retval QD_E_IO nothing was changed */
    qd_status (*save)(qd_token_store *self, const char *handle, const char *environment,
                      const qd_token *token, int64_t expected, qd_err *err);
    /* One holder per (handle, environment) over all threads and processes; freed by the kernel when
     * a holder dies. Never blocks: @retval QD_E_BUSY another holder, ask again later. */
    qd_status (*try_lock)(qd_token_store *self, const char *handle, const char *environment,
                          void **out_lock, qd_err *err);
    void (*unlock)(qd_token_store *self, void *lock);
    void (*free)(qd_token_store *self);
};

/* Tokens in memory, one process. The caller frees it with its free member. NULL when out of memory.
 */
QD_API qd_token_store *qd_token_store_memory(void);

/* Overwrites the texts so that no copy of the token stays behind. NULL is accepted. */
QD_API void qd_token_clear(qd_token *token);

#ifdef __cplusplus
}
#endif
#endif
