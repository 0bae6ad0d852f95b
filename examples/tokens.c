/*
 * Keeps a token from one run to the next: example_tokens HOME. The first run stores one by hand, as
 * a program does after an owner has authorised a shop; the next finds it. A shop made with this
 * token store renews it by itself.
 */
#include <stdio.h>
#include <string.h>

#include "qiandian/qiandian.h"
#include "qiandian/store.h"

static int complain(const qd_err *err) {
    fprintf(stderr, "error: %s\n", err->message);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s HOME\n", argv[0]);
        return 2;
    }
    qd_err err = QD_ERR_INIT;
    qd_store *store = NULL;
    qd_token token;
    const qd_store_options options = { .home = argv[1] };
    if (qd_store_open(&options, &store, &err) != QD_OK) {
        return complain(&err);
    }
    qd_token_store *tokens = qd_store_tokens(store);
    int failed = 0;
    if (tokens->load(tokens, "tb-example", "sandbox", &token, &err) != QD_OK) {
        failed = complain(&err);
    } else if (token.version > 0) {
        printf("kept version %lld\n", (long long)token.version);
    } else {
        snprintf(token.access, sizeof token.access, "%s", "a-session-of-the-sandbox");
        if (tokens->save(tokens, "tb-example", "sandbox", &token, 0, &err) != QD_OK) {
            failed = complain(&err);
        } else {
            printf("stored\n");
        }
    }
    qd_token_clear(&token);
    qd_store_close(store);
    return failed;
}
