/* See token_bench.h. */
#include "support/token_bench.h"

#define PARAMS "{\"page\":0,\"size\":10}"

void token_bench_close(token_live *l) {
    qd_shop_free(l->shop);
    qd_app_free(l->app);
    if (l->probed) {
        token_probe_clear(&l->probe);
    }
    store_close(l->store);
}

bool token_bench_try_open(token_bench *b, probe_step kill_at, const qd_clock *clock, token_live *l,
                          qd_err *err) {
    base_secret secret = { NULL, 0 };
    store_options options = STORE_OPTIONS_INIT;
    memset(l, 0, sizeof *l);
    options.home = b->rig.dir.path;
    bool ok = store_open(&options, &l->store, err) == QD_OK &&
              store_app_secret(l->store, "douyin", b->shop.app_key, &secret, err) == QD_OK;
    if (ok) {
        ok = l->probed = token_probe_init(&l->probe, store_tokens(l->store), b->journal, kill_at);
    }
    if (ok) {
        qd_app_options app = { .platform = "douyin",
                               .key = b->shop.app_key,
                               .secret = secret.ptr,
                               .clock = clock,
                               .transport_make = token_probe_transport,
                               .transport_user = &l->probe };
        ok = qd_app_new(&app, &l->app, err) == QD_OK;
    }
    base_secret_clear(&secret);
    if (ok) {
        qd_shop_options shop = { .handle = b->shop.t_code,
                                 .environment = b->shop.environment,
                                 .shop_id = b->self_use ? b->shop.shop_id : NULL,
                                 .base_url = b->rig.base_url,
                                 .token_store = &l->probe.tokens };
        ok = qd_shop_new(l->app, &shop, &l->shop, err) == QD_OK;
    }
    if (!ok) {
        token_bench_close(l);
    }
    return ok;
}

void token_bench_open(token_bench *b, const qd_clock *clock, token_live *l) {
    qd_err err = QD_ERR_INIT;
    if (!token_bench_try_open(b, PROBE_NONE, clock, l, &err)) {
        fail_msg("%s", err.message);
    }
}

qd_status token_bench_call(qd_shop *shop, qd_err *err) {
    qd_reply *reply = NULL;
    qd_err_clear(err);
    qd_status status = qd_call(shop, TOKEN_METHOD, PARAMS, &reply, err);
    qd_reply_free(reply);
    return status;
}

qd_token token_bench_token(token_live *l, const char *handle, const char *environment) {
    qd_token token;
    qd_err err;
    qd_token_store *tokens = store_tokens(l->store);
    assert_ok(tokens->load(tokens, handle, environment, &token, &err), &err);
    return token;
}

qd_token token_bench_stored(token_bench *b, token_live *l) {
    return token_bench_token(l, b->shop.t_code, b->shop.environment);
}

void token_bench_store(token_bench *b, token_live *l, const qd_token *token) {
    qd_err err;
    qd_token_store *tokens = store_tokens(l->store);
    assert_ok(
        tokens->save(tokens, b->shop.t_code, b->shop.environment, token, token->version, &err),
        &err);
}

void token_bench_post(token_bench *b, const char *page) {
    char path[160];
    snprintf(path, sizeof path, "/_sandbox/%s%sshop_id=%s", page, strchr(page, '?') ? "&" : "?",
             b->shop.shop_id);
    rig_post(&b->rig, path);
}

void token_bench_authorise(token_bench *b, token_live *l) {
    char path[128], code[128];
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    snprintf(path, sizeof path, "/_sandbox/code?shop_id=%s", b->shop.shop_id);
    rig_get(&b->rig, path, &text);
    assert_ok(codec_json_read(base_buf_str(&text), 0, &doc, &err), &err);
    base_copy(code, sizeof code,
              base_str_of(yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(doc), "code"))));
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    assert_ok(qd_shop_authorise(l->shop, code, &err), &err);
}

void token_bench_start(token_bench *b, uint64_t seed, bool self_use) {
    char t_code[40];
    qd_err err;
    token_live l;
    sandbox_options world = { .seed = seed, .shops = 1, .orders = 20 };
    rig_start(&b->rig, &world);
    rig_open(&b->rig);
    rig_connect(&b->rig);
    rig_shop(&b->rig, "douyin", 0, t_code);
    assert_ok(store_shop_get(b->rig.store, t_code, &b->shop, &err), &err);
    b->self_use = self_use;
    if (!self_use) {
        /* The same shop through an app that needs its owner's consent. */
        store_shop tool = b->shop;
        tool.shop_id[0] = tool.t_code[0] = '\0';
        assert_ok(store_shop_add(b->rig.store, &tool, &err), &err);
        base_copy(b->shop.t_code, sizeof b->shop.t_code, base_str_of(tool.t_code));
    }
    rig_close(&b->rig);
    snprintf(b->journal, sizeof b->journal, "%s/journal", b->rig.dir.path);
    token_bench_open(b, NULL, &l);
    if (!self_use) {
        token_bench_authorise(b, &l);
    }
    assert_ok(token_bench_call(l.shop, &err), &err);
    token_bench_close(&l);
}
