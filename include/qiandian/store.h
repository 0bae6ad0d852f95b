/*
 * libqiandian-store: tokens that survive the program, in the same encrypted SQLite database that
 * `qd` uses. A library of its own, so that an embedder who keeps tokens elsewhere links no SQLite.
 *
 * A store may be used from any thread and by several processes at once.
 */
#ifndef QIANDIAN_STORE_H
#define QIANDIAN_STORE_H

#include "qiandian/error.h"
#include "qiandian/sys/token_store.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qd_store qd_store;

typedef struct qd_store_options {
    const char
        *home; /* state directory, made when missing (mode 0700); holds qiandian.db and its key */
    const char *key_file; /* NULL = <home>/qiandian.key, made on first use (0600); QD_KEY in the
                             environment (64 hex digits) wins */
} qd_store_options;

/* Brings the database to this program's schema first.
 * @retval QD_E_INVALID no home  @retval QD_E_CORRUPT the key does not fit, or the database is
 * damaged
 * @retval QD_E_UNSUPPORTED a newer program wrote it  @retval QD_E_IO  @retval QD_E_BUSY */
QD_API QD_NODISCARD qd_status qd_store_open(const qd_store_options *options, qd_store **out_store,
                                            qd_err *err);
/* Every shop that uses its tokens must have been freed. NULL is accepted. */
QD_API void qd_store_close(qd_store *store);
/* For qd_shop_options.token_store. Borrowed: it lives as long as the store; do not free it. */
QD_API qd_token_store *qd_store_tokens(qd_store *store);

#ifdef __cplusplus
}
#endif
#endif
