/*
 * Every method of the catalogue, called through the library against the sandbox: with valid
 * parameters it answers; with one that is missing, mistyped or a wrong secret the platform refuses
 * with its code, and without asking it the library refuses the same parameters and names the
 * culprit. Retired methods say so. Counted, so that a loop over nothing fails.
 *
 * Each method gets one missing and one mistyped parameter, chosen by its name; --all tries every
 * one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/calls.h"
#include "support/modelled.h"
#include "support/params.h"
#include "support/rig.h"

enum { PLATFORMS = 5, WITH_SHOPS = 2 };

/* ---- what each platform says ---- */

/* The codes that the platforms' documents give (docs/sandbox.md tells the sandbox's reading). */
typedef struct rules {
    const char *platform;
    const char *missing, *mistyped, *retired;
    const char *signature, *token; /* wrong secret, wrong token; NULL = calls are not signed */
    size_t methods, offline;       /* at least: counts of the documents and SDKs */
    const char *made[4];           /* keys of app and creator that the library adds */
} rules;

static const rules all_rules[PLATFORMS] = {
    { "douyin", "40002", "40004", "70000", "40003", "40003", 749, 0, { NULL } },
    { "taobao", "40", "41", "22", "25", "27", 4220, 442, { NULL } },
    { "alliance",
      "10005",
      "10002",
      "2100004",
      NULL,
      "2190002",
      78,
      0,
      { "client_key", "client_secret", "open_id", NULL } },
    { "qianchuan", "40001", "40001", "40003", NULL, "40105", 135, 0, { "app_id", "secret", NULL } },
    { "solinkup", "__400", "__400", "__404", "__401", "__402", 10, 0, { "appKey", NULL } },
};

typedef struct counts {
    size_t methods, offline, answered, refused_retired;
    size_t missing, mistyped, local, signed_wrong;
} counts;

/* One platform as a client has it: with the right secret, and with a wrong one; through the
 * platform's own door, and (methods of the alliance) through the gateway of Douyin's shops. */
typedef struct face {
    const rules *rules;
    const cat_platform *platform;
    calls_client own, liar, gateway, gateway_liar;
    counts counts;
} face;

typedef struct stage {
    rig rig;
    face faces[PLATFORMS];
    modelled_values values[PLATFORMS];
} stage;

static stage strict, lenient; /* lenient: retired methods answer, too */
static const char WRONG[] = "a-secret-that-is-wrong";
static bool every_mistake;
/* ---- parameters ---- */

static char *text_of(yyjson_val *value) {
    char *text = yyjson_val_write(value, 0, NULL);
    assert_non_null(text);
    return text;
}

/* Valid parameters: of a modelled method those of its step, with the last values that were kept. */
static yyjson_doc *valid(const stage *s, size_t f, const cat_method *method) {
    const char *platform = s->faces[f].rules->platform;
    const modelled_step *step = modelled_script(platform);
    for (; step != NULL && step->method != NULL; step++) {
        if (strcmp(step->method, cat_str(method->name)) == 0) {
            yyjson_doc *doc = NULL;
            char *text = modelled_params(step, &s->values[f]);
            assert_int_equal(codec_json_read(base_str_of(text), 0, &doc, NULL), QD_OK);
            free(text);
            return doc;
        }
    }
    yyjson_doc *doc = params_valid(method);
    assert_non_null(doc);
    return doc;
}

/* Methods of the alliance that Douyin's gateway serves are signed and refused as its own. */
static bool is_gateway(const face *f, const cat_method *method) {
    return f->gateway.app != NULL && method->recipe != 0;
}

static const rules *rules_of(const face *f, const cat_method *method) {
    return is_gateway(f, method) ? &all_rules[0] : f->rules;
}

static const calls_client *client_of(const face *f, const cat_method *method) {
    return is_gateway(f, method) ? &f->gateway : &f->own;
}

/* ---- setting up ---- */

static yyjson_doc *get_json(rig *r, const char *path) {
    base_buf text;
    yyjson_doc *doc = NULL;
    qd_err err;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    rig_get(r, path, &text);
    assert_ok(codec_json_read(base_buf_str(&text), 0, &doc, &err), &err);
    base_buf_clear(&text);
    return doc;
}

static yyjson_val *first_shop(yyjson_val *shops, const char *platform, size_t nth) {
    size_t i, max;
    yyjson_val *shop;
    yyjson_arr_foreach(shops, i, max, shop) {
        if (strcmp(calls_member(shop, "platform"), platform) == 0 && nth-- == 0) {
            return shop;
        }
    }
    return NULL;
}

static void set_number(modelled_values *values, const char *name, int64_t number) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)number);
    modelled_set(values, name, text);
}

/* A fresh authorisation code of a shop, or of a platform's one account. */
static yyjson_doc *new_code(stage *s, const char *parameter, const char *value) {
    char path[160];
    (void)snprintf(path, sizeof path, "/_sandbox/code?%s=%s", parameter, value);
    return get_json(&s->rig, path);
}

/* The platforms without shops of the world: their account consents. */
static void authorise(stage *s, const face *f) {
    qd_err err;
    yyjson_doc *code = new_code(s, "platform", f->rules->platform);
    const char *text = calls_member(yyjson_doc_get_root(code), "code");
    assert_ok(qd_shop_authorise(f->own.shop, text, &err), &err);
    yyjson_doc_free(code);
}

/* What the scripts start with. */
static void first_values(stage *s, yyjson_val *truth, size_t f, yyjson_val *keys) {
    modelled_values *values = &s->values[f];
    const char *platform = s->faces[f].rules->platform;
    int64_t now = yyjson_get_sint(yyjson_obj_get(truth, "as_of"));
    char text[BASE_TIME_TEXT];
    yyjson_val *other = first_shop(yyjson_obj_get(truth, "shops"), platform, 1);
    assert_true(now > 0);
    set_number(values, "now", now);
    base_time_to_cn(now, text);
    modelled_set(values, "today", text);
    base_time_to_cn(now - 86400, text);
    modelled_set(values, "day_ago", text);
    modelled_set(values, "key", calls_member(keys, "app_key"));
    modelled_set(values, "secret", calls_member(keys, "app_secret"));
    modelled_set(values, "account", calls_member(keys, "account"));
    modelled_set(
        values, "advertiser",
        calls_member(first_shop(yyjson_obj_get(truth, "apps"), "qianchuan", 0), "account"));
    modelled_set(values, "shop_id", calls_member(keys, "shop_id"));
    modelled_set(values, "nick", calls_member(keys, "nick"));
    yyjson_doc *code = other != NULL ? new_code(s, "shop_id", calls_member(other, "shop_id"))
                                     : new_code(s, "platform", platform);
    modelled_set(values, "code", calls_member(yyjson_doc_get_root(code), "code"));
    yyjson_doc_free(code);
}

/* The gateway knows the shops' app and token, whatever platform its methods are filed under. */
static void open_gateway(stage *s, yyjson_val *truth, face *f) {
    qd_err err;
    qd_reply *reply = NULL;
    yyjson_doc *doc = NULL;
    char params[160];
    yyjson_val *keys = first_shop(yyjson_obj_get(truth, "shops"), "douyin", 0);
    (void)snprintf(params, sizeof params,
                   "{\"code\":\"\",\"grant_type\":\"authorization_self\",\"shop_id\":\"%s\"}",
                   calls_member(keys, "shop_id"));
    assert_ok(qd_call(s->faces[0].own.shop, "token.create", params, &reply, &err), &err);
    assert_int_equal(codec_json_read(base_str_of(qd_reply_data_json(reply)), 0, &doc, NULL), QD_OK);
    const char *token = calls_member(yyjson_doc_get_root(doc), "access_token");
    calls_client_open(s->rig.base_url, f->rules->platform, keys, NULL, token, &f->gateway);
    calls_client_open(s->rig.base_url, f->rules->platform, keys, WRONG, "x", &f->gateway_liar);
    yyjson_doc_free(doc);
    qd_reply_free(reply);
}

static void open_stage(stage *s) {
    yyjson_doc *doc = get_json(&s->rig, "/_sandbox/truth");
    yyjson_val *truth = yyjson_doc_get_root(doc);
    for (size_t i = 0; i < PLATFORMS; i++) {
        face *f = &s->faces[i];
        const char *name = all_rules[i].platform;
        yyjson_val *keys = first_shop(yyjson_obj_get(truth, "shops"), name, 0);
        bool has_shops = keys != NULL;
        keys = has_shops ? keys : first_shop(yyjson_obj_get(truth, "apps"), name, 0);
        assert_non_null(keys);
        f->rules = &all_rules[i];
        f->platform = cat_platform_find(name);
        assert_non_null(f->platform);
        const char *session = calls_member(keys, "session");
        calls_client_open(s->rig.base_url, name, keys, NULL, session, &f->own);
        calls_client_open(s->rig.base_url, name, keys, WRONG, *session != '\0' ? session : "x",
                          &f->liar);
        if (!has_shops) {
            authorise(s, f);
        }
        if (strcmp(name, "alliance") == 0) {
            open_gateway(s, truth, f);
        }
        first_values(s, truth, i, keys);
    }
    yyjson_doc_free(doc);
}

static void close_stage(stage *s) {
    for (size_t i = 0; i < PLATFORMS; i++) {
        calls_client_close(&s->faces[i].own);
        calls_client_close(&s->faces[i].liar);
        calls_client_close(&s->faces[i].gateway);
        calls_client_close(&s->faces[i].gateway_liar);
    }
    rig_stop(&s->rig);
}

static int set_up(void **state) {
    (void)state;
    const sandbox_options options = {
        .seed = 7, .shops = 4, .orders = 60000, .faults = "none", .now = 1700028800
    };
    const sandbox_options offline = {
        .seed = 7, .shops = 4, .orders = 40, .now = 1700028800, .allow_offline = true
    };
    rig_start(&strict.rig, &options);
    rig_start(&lenient.rig, &offline);
    open_stage(&strict);
    open_stage(&lenient);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    /* The later process holds what the earlier one waits for. */
    close_stage(&lenient);
    close_stage(&strict);
    return 0;
}

/* ---- the tests ---- */

/* A page for people: it leads on to the app's own page, and that is its answer. */
static bool is_page(const cat_method *method) {
    return strcmp(cat_str(method->name), "oauth.authorize") == 0;
}

static void modelled_methods_answer_with_real_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < PLATFORMS; i++) {
        face *f = &strict.faces[i];
        const modelled_step *step = modelled_script(f->rules->platform);
        for (; step != NULL && step->method != NULL; step++) {
            qd_reply *reply = NULL;
            qd_err err;
            const cat_method *method = cat_find(f->platform, base_str_of(step->method));
            assert_non_null(method);
            if (method->flags & CAT_OFFLINE) {
                continue;
            }
            char *params = modelled_params(step, &strict.values[i]);
            if (qd_call(f->own.shop, step->method, params, &reply, &err) == QD_OK) {
                modelled_keep(step, qd_reply_data_json(reply), &strict.values[i]);
            } else if (!(is_page(method) && err.http_status == 302)) {
                calls_complain("%s: %s %s: %s\n    %s", step->method, err.code, err.sub_code,
                               err.message, params);
            }
            free(params);
            qd_reply_free(reply);
        }
        if (i >= WITH_SHOPS) {
            authorise(&strict, f); /* the script has used up the token */
        }
    }
    calls_assert_fine();
}

static void each_live_method_answers(void **state) {
    (void)state;
    for (size_t i = 0; i < PLATFORMS; i++) {
        face *f = &strict.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            f->counts.methods++;
            f->counts.offline += (method->flags & CAT_OFFLINE) != 0;
            if (method->flags & CAT_OFFLINE) {
                continue;
            }
            f->counts.answered++;
            /* Some of alliance's are the shop gateway's, where the world answers them. */
            bool modelled = modelled_is(f->rules->platform, cat_str(method->name)) ||
                            (is_gateway(f, method) && modelled_is("douyin", cat_str(method->name)));
            if (!modelled) {
                yyjson_doc *params = valid(&strict, i, method);
                calls_submit(client_of(f, method), method, text_of(yyjson_doc_get_root(params)), 0,
                             NULL, "valid");
                yyjson_doc_free(params);
            }
        }
        calls_drain(0);
    }
    calls_assert_fine();
}

static void retired_methods_say_so_unless_allowed(void **state) {
    (void)state;
    for (size_t i = 0; i < PLATFORMS; i++) {
        face *f = &strict.faces[i];
        face *g = &lenient.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            if (!(method->flags & CAT_OFFLINE)) {
                continue;
            }
            yyjson_doc *params = valid(&lenient, i, method);
            yyjson_val *root = yyjson_doc_get_root(params);
            calls_submit(client_of(f, method), method, text_of(root), 0,
                         rules_of(f, method)->retired, "retired");
            f->counts.refused_retired++;
            calls_drain(0);
            calls_submit(client_of(g, method), method, text_of(root), 0, NULL, "retired, allowed");
            calls_drain(0);
            yyjson_doc_free(params);
        }
    }
    calls_assert_fine();
}

/* Without asking the platform: refused, and the message names the culprit. */
static void expect_local(face *f, const cat_method *method, const char *params, const char *name) {
    qd_err err;
    qd_reply *reply = NULL;
    const qd_call_options options = { .flags = QD_CALL_DRY_RUN };
    qd_status status = qd_call_with(client_of(f, method)->shop, cat_str(method->name), params,
                                    &options, &reply, &err);
    if (status != QD_E_INVALID || strstr(err.message, name) == NULL ||
        strstr(err.message, cat_str(method->name)) == NULL) {
        calls_complain("%s: locally %s must be refused, got %s: %s\n    %.300s",
                       cat_str(method->name), name, qd_status_name(status),
                       status == QD_OK ? "" : err.message, params);
    }
    qd_reply_free(reply);
    f->counts.local++;
}

/* Where a mistyped value is not judged by the catalogue's types. Keep this short. */
static const char *const lenient_methods[] = {
    /* Nested members of modelled methods: of a wrong type they are read as absent. */
    "order.searchList",
    "order.logisticsAddMultiPack",
    "order.logisticsAddSinglePack",
    /* The source has this path for two methods: the sandbox judges by the other one. */
    "uni_promotion.ad.name.update",
};

static const char *code_of(const rules *of, const cat_method *method, params_mistake mistake) {
    if (mistake == PARAMS_MISSING) {
        return of->missing;
    }
    for (size_t i = 0; i < sizeof lenient_methods / sizeof lenient_methods[0]; i++) {
        if (strcmp(lenient_methods[i], cat_str(method->name)) == 0) {
            return "*";
        }
    }
    return of->mistyped;
}

static size_t try_mistakes(face *f, const cat_method *method, yyjson_val *params,
                           params_mistake mistake) {
    const rules *of = rules_of(f, method);
    const params_rules how = { mistake, strcmp(of->platform, "taobao") == 0, of->made };
    char name[96];
    size_t count = params_mistake_count(method, params, &how);
    size_t first = 0;
    if (!every_mistake && count > 0) {
        const char *p = cat_str(method->name); /* another one for each name, always the same */
        for (; *p != '\0'; p++) {
            first = first * 31 + (unsigned char)*p;
        }
        first %= count;
        count = first + 1;
    }
    for (size_t n = first; n < count; n++) {
        char *mutant = params_mutant(method, params, &how, n, name);
        assert_non_null(mutant);
        expect_local(f, method, mutant, name);
        calls_submit(client_of(f, method), method, mutant, QD_CALL_NO_VALIDATE,
                     code_of(of, method, mistake),
                     mistake == PARAMS_MISSING ? "missing" : "mistyped");
    }
    return count - first;
}

static void mistakes_are_refused_with_their_codes(void **state) {
    (void)state;
    for (size_t i = 0; i < PLATFORMS; i++) {
        face *f = &strict.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            if ((method->flags & CAT_OFFLINE) || is_page(method)) { /* a page says it in words */
                continue;
            }
            yyjson_doc *params = valid(&strict, i, method);
            yyjson_val *root = yyjson_doc_get_root(params);
            f->counts.missing += try_mistakes(f, method, root, PARAMS_MISSING);
            f->counts.mistyped += try_mistakes(f, method, root, PARAMS_MISTYPED);
            yyjson_doc_free(params);
        }
        calls_drain(0);
    }
    calls_assert_fine();
}

/* dingtalk.* is called with a session and nothing else (DingTalk's SDK): no secret, no refusal. */
static bool is_unsigned(const cat_method *method) {
    return strncmp(cat_str(method->name), "dingtalk.", 9) == 0;
}

static void a_wrong_secret_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < PLATFORMS; i++) {
        face *f = &strict.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            const char *code = rules_of(f, method)->signature;
            if ((method->flags & CAT_OFFLINE) || code == NULL) {
                continue;
            }
            yyjson_doc *params = valid(&strict, i, method);
            calls_submit(is_gateway(f, method) ? &f->gateway_liar : &f->liar, method,
                         text_of(yyjson_doc_get_root(params)), 0, is_unsigned(method) ? NULL : code,
                         "wrong secret");
            f->counts.signed_wrong++;
            yyjson_doc_free(params);
        }
        calls_drain(0);
    }
    calls_assert_fine();
}

/* The first method of each platform that needs a token and that no script calls. */
static void a_wrong_token_is_refused(void **state) {
    (void)state;
    yyjson_doc *doc = get_json(&strict.rig, "/_sandbox/truth");
    yyjson_val *truth = yyjson_doc_get_root(doc);
    for (size_t i = 0; i < PLATFORMS; i++) {
        face *f = &strict.faces[i];
        const char *list = i < WITH_SHOPS ? "shops" : "apps";
        const cat_method *method = NULL;
        for (size_t m = 0; method == NULL; m++) {
            const cat_method *at = cat_method_at(f->platform, m % f->platform->method_count);
            bool again = m >= f->platform->method_count; /* every one is modelled: any will do */
            bool fits = at->auth == CAT_AUTH_SHOP && !(at->flags & CAT_OFFLINE) &&
                        !is_gateway(f, at) &&
                        (again || !modelled_is(f->rules->platform, cat_str(at->name)));
            method = fits ? at : NULL;
        }
        calls_client stranger;
        calls_client_open(strict.rig.base_url, f->rules->platform,
                          first_shop(yyjson_obj_get(truth, list), f->rules->platform, 0), NULL,
                          "no-such-token", &stranger);
        yyjson_doc *params = valid(&strict, i, method);
        calls_submit(&stranger, method, text_of(yyjson_doc_get_root(params)), QD_CALL_NO_RETRY,
                     f->rules->token, "wrong token");
        calls_drain(0);
        yyjson_doc_free(params);
        calls_client_close(&stranger);
    }
    yyjson_doc_free(doc);
    calls_assert_fine();
}

static void nothing_was_left_out(void **state) {
    (void)state;
    for (size_t i = 0; i < PLATFORMS; i++) {
        const face *f = &strict.faces[i];
        const counts *c = &f->counts;
        print_message("%-10s %zu methods, %zu answered, %zu retired; refused: %zu missing, %zu "
                      "mistyped, %zu wrong secret; %zu locally\n",
                      f->rules->platform, c->methods, c->answered, c->refused_retired, c->missing,
                      c->mistyped, c->signed_wrong, c->local);
        assert_true(c->methods >= f->rules->methods);
        assert_true(c->offline >= f->rules->offline);
        assert_int_equal(c->answered + c->refused_retired, c->methods);
        assert_true(f->rules->signature == NULL || c->signed_wrong == c->answered);
        assert_int_equal(c->local, c->missing + c->mistyped);
        assert_true(c->missing > 0 && c->mistyped > 0);
    }
}

int main(int argc, char **argv) {
    every_mistake = argc > 1 && strcmp(argv[1], "--all") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modelled_methods_answer_with_real_rows),
        cmocka_unit_test(each_live_method_answers),
        cmocka_unit_test(retired_methods_say_so_unless_allowed),
        cmocka_unit_test(mistakes_are_refused_with_their_codes),
        cmocka_unit_test(a_wrong_secret_is_refused),
        cmocka_unit_test(a_wrong_token_is_refused),
        cmocka_unit_test(nothing_was_left_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
