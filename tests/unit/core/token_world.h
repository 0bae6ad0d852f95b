/*
 * A scripted platform that gives tokens and believes in one of them, for the tests of the token
 * keeper. It looks itself that whoever asks has written that down, and that no token is used before
 * it is stored.
 */
#ifndef TESTS_UNIT_CORE_TOKEN_WORLD_H
#define TESTS_UNIT_CORE_TOKEN_WORLD_H

#include "fixture.h"

#define METHOD "order.searchList"
#define PARAMS "{\"page\":0,\"size\":10}"

/* What the platform believes. */
typedef struct token_world {
    const char *valid;        /* the access token that it accepts */
    const char *next;         /* what a refresh gives */
    const char *next_refresh; /* the refresh token with it; NULL = "r-" and the access token */
    const char *created;      /* what a create gives; NULL = refused */
    bool refresh_refused;
    bool revoked; /* old tokens are revoked, not expired */
    bool wrong_secret;
    int token_status; /* HTTP status of token calls; 0 = 200 */
    int refreshes, creates, calls;
} token_world;

static inline void token_world_give(fixture *f, net_fake_reply *out, const char *access) {
    token_world *world = f->pointer;
    char refresh[64];
    snprintf(refresh, sizeof refresh, "r-%s", access);
    world->valid = access;
    test_answer(f, out,
                "{\"code\":10000,\"data\":{\"access_token\":\"%s\",\"refresh_token\":\"%s\","
                "\"expires_in\":604800}}",
                access, world->next_refresh ? world->next_refresh : refresh);
}

static inline void token_world_play(fixture *f, int index, const qd_http_request *request,
                                    net_fake_reply *out) {
    token_world *world = f->pointer;
    char expected[64];
    (void)index;
    bool refresh = test_is(request, "token.refresh");
    if (refresh || test_is(request, "token.create")) {
        *(refresh ? &world->refreshes : &world->creates) += 1;
        /* Whoever asks has written down that it asks. */
        assert_true(test_stored(f).intent_at > 0);
        if (world->wrong_secret) {
            test_answer(f, out, "{\"code\":40003,\"sub_code\":\"isv.signature-invalid\"}");
        } else if (world->token_status) {
            out->reply.status = world->token_status;
            test_answer(f, out, "down");
        } else if (refresh ? !world->refresh_refused : world->created != NULL) {
            token_world_give(f, out, refresh ? world->next : world->created);
        } else {
            test_answer(f, out, "{\"code\":50002,\"sub_code\":\"isv.business-failed:31009\"}");
        }
        return;
    }
    world->calls++;
    snprintf(expected, sizeof expected, "token=%s&", world->valid);
    if (strstr(request->url, expected)) {
        /* A token is used only when it is the stored one (or was given by hand). */
        qd_token stored = test_stored(f);
        assert_true(strcmp(stored.access, world->valid) == 0 || stored.version == 0);
        test_answer(f, out, "{\"code\":10000,\"data\":{}}");
    } else if (world->revoked) {
        test_answer(f, out, "{\"code\":30001,\"sub_code\":\"dop.authorization-closed\"}");
    } else {
        test_answer(f, out, "{\"code\":40003,\"sub_code\":\"isv.access-token-expired\"}");
    }
}

/* The fixture's shop before a platform that accepts its token "a1" and gives "a2" next. */
static inline void token_world_open(fixture *f, token_world *world) {
    *world = (token_world){ .valid = "a1", .next = "a2" };
    test_open(f, token_world_play, NULL);
    f->pointer = world;
}

static inline qd_status token_world_call(fixture *f, qd_err *err) {
    qd_reply *reply = NULL;
    qd_status status = qd_call(f->shop, METHOD, PARAMS, &reply, err);
    qd_reply_free(reply);
    return status;
}

/* Changes what is stored, as another process would. */
static inline void token_world_store(fixture *f, const qd_token *token) {
    assert_int_equal(
        f->store->save(f->store, "t1", "production", token, test_stored(f).version, NULL), QD_OK);
}

#endif
