/*
 * What libqiandian-store exports, over the room's own door: opening, closing and the tokens. Rows,
 * claims and audits stay inside until their door is as settled as this one.
 */
#include "qiandian/store.h"

#include "store/store.h"

static store *inner(qd_store *outer) {
    return (store *)(void *)outer;
}

qd_status qd_store_open(const qd_store_options *options, qd_store **out_store, qd_err *err) {
    if (options == NULL || options->home == NULL || options->home[0] == '\0') {
        return base_fail(err, QD_E_INVALID, "qd_store_open needs a home directory");
    }
    store_options own = STORE_OPTIONS_INIT;
    own.home = options->home;
    own.key_file = options->key_file;
    store *opened = NULL;
    qd_status status = store_open(&own, &opened, err);
    if (status == QD_OK) {
        *out_store = (qd_store *)(void *)opened;
    }
    return status;
}

void qd_store_close(qd_store *outer) {
    store_close(inner(outer));
}

qd_token_store *qd_store_tokens(qd_store *outer) {
    return store_tokens(inner(outer));
}
