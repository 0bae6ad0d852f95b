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

#include "support/modelled.h"
#include "support/params.h"
#include "support/rig.h"

enum { PLATFORMS = 5, IN_FLIGHT = 48, SHOWN = 12 };

/* ---- what each platform says ---- */

/* The codes that the platforms' documents give (docs/sandbox.md tells the sandbox's reading). */
typedef struct rules {
    const char *platform;
    const char *missing, *mistyped, *signature, *retired;
    size_t methods, offline; /* at least, issue's counts */
} rules;

static const rules all_rules[PLATFORMS] = {
    { "douyin", "40002", "40004", "40003", "70000", 749, 0 },
    { "taobao", "40", "41", "25", "22", 4220, 442 },
};

typedef struct counts {
    size_t methods, offline, answered, refused_retired;
    size_t missing, mistyped, local, signed_wrong;
} counts;

/* One platform as a client has it: with the right secret, and with a wrong one. */
typedef struct face {
    const rules *rules;
    const cat_platform *platform;
    qd_app *app, *liar;
    qd_shop *shop, *liar_shop;
    qd_loop *loop, *liar_loop;
    counts counts;
} face;

typedef struct stage {
    rig rig;
    face faces[PLATFORMS];
    size_t face_count;
    modelled_values values[PLATFORMS];
} stage;

static stage strict, lenient; /* lenient: retired methods answer, too */
static bool every_mistake;
static size_t failures;

QD_PRINTF(1, 2) static void complain(const char *fmt, ...) {
    char line[1024];
    va_list args;
    if (failures++ >= SHOWN) {
        return;
    }
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    print_error("%s\n", line);
}

static void assert_no_failures(void) {
    size_t count = failures;
    failures = 0;
    if (count > 0) {
        fail_msg("%zu calls ended otherwise than they must", count);
    }
}

/* ---- many calls at once ---- */

typedef struct want {
    const cat_method *method;
    const char *code; /* NULL = success */
    const char *about;
    char *params;
} want;

static size_t in_flight;

static void ended(void *user, qd_reply *reply, const qd_err *err) {
    want *w = user;
    in_flight--;
    bool fine = w->code == NULL ? err->status == QD_OK : strcmp(err->code, w->code) == 0;
    if (!fine) {
        complain("%s %s: wanted %s, got %s %s %s: %s\n    %.300s", cat_str(w->method->name),
                 w->about, w->code != NULL ? w->code : "success", qd_status_name(err->status),
                 err->code, err->sub_code, err->message, w->params);
    }
    qd_reply_free(reply);
    free(w->params);
    free(w);
}

static void drain(qd_loop *loop, size_t until) {
    while (in_flight > until) {
        qd_loop_run(loop, 1000);
    }
}

/* Takes params. */
static void submit(qd_loop *loop, qd_shop *shop, const cat_method *method, char *params,
                   unsigned flags, const char *code, const char *about) {
    qd_err err;
    want *w = malloc(sizeof *w);
    assert_non_null(w);
    assert_non_null(params);
    *w = (want){ method, code, about, params };
    const qd_call_options options = { .flags = flags };
    drain(loop, IN_FLIGHT);
    qd_status status =
        qd_submit(loop, shop, cat_str(method->name), params, &options, ended, w, &err);
    if (status != QD_OK) {
        complain("%s %s: not sent: %s\n    %.300s", cat_str(method->name), about, err.message,
                 params);
        free(params);
        free(w);
        return;
    }
    in_flight++;
}

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

static bool sends_texts(const face *f) {
    return strcmp(f->rules->platform, "taobao") == 0;
}

/* ---- setting up ---- */

static const char *member(yyjson_val *object, const char *name) {
    const char *text = yyjson_get_str(yyjson_obj_get(object, name));
    return text != NULL ? text : "";
}

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

static void open_client(const rig *r, yyjson_val *truth, const char *secret, qd_app **out_app,
                        qd_shop **out_shop, qd_loop **out_loop) {
    qd_err err;
    const qd_app_options app = { .platform = member(truth, "platform"),
                                 .key = member(truth, "app_key"),
                                 .secret = secret != NULL ? secret : member(truth, "app_secret"),
                                 .calls_per_second = -1,
                                 .max_attempts = 2 };
    const char *session = member(truth, "session");
    const qd_shop_options shop = { .handle = "s",
                                   .shop_id = member(truth, "shop_id"),
                                   .session = session[0] == '\0' && secret != NULL ? "x" : session,
                                   .base_url = r->base_url };
    assert_ok(qd_app_new(&app, out_app, &err), &err);
    assert_ok(qd_shop_new(*out_app, &shop, out_shop, &err), &err);
    assert_ok(qd_loop_new(*out_app, out_loop, &err), &err);
}

static yyjson_val *first_shop(yyjson_val *shops, const char *platform, size_t nth) {
    size_t i, max;
    yyjson_val *shop;
    yyjson_arr_foreach(shops, i, max, shop) {
        if (strcmp(member(shop, "platform"), platform) == 0 && nth-- == 0) {
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

/* What the scripts start with. */
static void first_values(stage *s, yyjson_val *truth, size_t f) {
    modelled_values *values = &s->values[f];
    const char *platform = s->faces[f].rules->platform;
    int64_t now = yyjson_get_sint(yyjson_obj_get(truth, "as_of"));
    char text[BASE_TIME_TEXT], path[128];
    yyjson_val *shops = yyjson_obj_get(truth, "shops");
    yyjson_val *own = first_shop(shops, platform, 0);
    yyjson_val *other = first_shop(shops, platform, 1);
    if (modelled_script(platform) == NULL) {
        return;
    }
    assert_true(now > 0);
    set_number(values, "now", now);
    base_time_to_cn(now, text);
    modelled_set(values, "today", text);
    base_time_to_cn(now - 86400, text);
    modelled_set(values, "day_ago", text);
    modelled_set(values, "shop_id", member(own, "shop_id"));
    modelled_set(values, "nick", member(own, "nick"));
    (void)snprintf(path, sizeof path, "/_sandbox/code?shop_id=%s", member(other, "shop_id"));
    yyjson_doc *code = get_json(&s->rig, path);
    modelled_set(values, "code", member(yyjson_doc_get_root(code), "code"));
    yyjson_doc_free(code);
}

static void open_stage(stage *s) {
    yyjson_doc *doc = get_json(&s->rig, "/_sandbox/truth");
    yyjson_val *truth = yyjson_doc_get_root(doc);
    for (size_t i = 0; i < PLATFORMS && all_rules[i].platform != NULL; i++) {
        face *f = &s->faces[s->face_count];
        const char *name = all_rules[i].platform;
        yyjson_val *keys = first_shop(yyjson_obj_get(truth, "shops"), name, 0);
        keys = keys != NULL ? keys : first_shop(yyjson_obj_get(truth, "apps"), name, 0);
        assert_non_null(keys);
        f->rules = &all_rules[i];
        f->platform = cat_platform_find(name);
        assert_non_null(f->platform);
        open_client(&s->rig, keys, NULL, &f->app, &f->shop, &f->loop);
        open_client(&s->rig, keys, "a-secret-that-is-wrong", &f->liar, &f->liar_shop,
                    &f->liar_loop);
        first_values(s, truth, s->face_count++);
    }
    yyjson_doc_free(doc);
}

static void close_stage(stage *s) {
    for (size_t i = 0; i < s->face_count; i++) {
        face *f = &s->faces[i];
        qd_loop_free(f->loop);
        qd_loop_free(f->liar_loop);
        qd_shop_free(f->shop);
        qd_shop_free(f->liar_shop);
        qd_app_free(f->app);
        qd_app_free(f->liar);
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

static void modelled_methods_answer_with_real_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < strict.face_count; i++) {
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
            if (qd_call(f->shop, step->method, params, &reply, &err) == QD_OK) {
                modelled_keep(step, qd_reply_data_json(reply), &strict.values[i]);
            } else {
                complain("%s: %s %s: %s\n    %s", step->method, err.code, err.sub_code, err.message,
                         params);
            }
            free(params);
            qd_reply_free(reply);
        }
    }
    assert_no_failures();
}

static void each_live_method_answers(void **state) {
    (void)state;
    for (size_t i = 0; i < strict.face_count; i++) {
        face *f = &strict.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            f->counts.methods++;
            f->counts.offline += (method->flags & CAT_OFFLINE) != 0;
            if (method->flags & CAT_OFFLINE) {
                continue;
            }
            f->counts.answered++;
            if (!modelled_is(f->rules->platform, cat_str(method->name))) {
                yyjson_doc *params = valid(&strict, i, method);
                submit(f->loop, f->shop, method, text_of(yyjson_doc_get_root(params)), 0, NULL,
                       "valid");
                yyjson_doc_free(params);
            }
        }
        drain(f->loop, 0);
    }
    assert_no_failures();
}

static void retired_methods_say_so_unless_allowed(void **state) {
    (void)state;
    for (size_t i = 0; i < strict.face_count; i++) {
        face *f = &strict.faces[i];
        face *g = &lenient.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            if (!(method->flags & CAT_OFFLINE)) {
                continue;
            }
            yyjson_doc *params = valid(&lenient, i, method);
            yyjson_val *root = yyjson_doc_get_root(params);
            submit(f->loop, f->shop, method, text_of(root), 0, f->rules->retired, "retired");
            f->counts.refused_retired++;
            drain(f->loop, 0);
            submit(g->loop, g->shop, method, text_of(root), 0, NULL, "retired, allowed");
            drain(g->loop, 0);
            yyjson_doc_free(params);
        }
    }
    assert_no_failures();
}

/* Without asking the platform: refused, and the message names the culprit. */
static void expect_local(face *f, const cat_method *method, const char *params, const char *name) {
    qd_err err;
    qd_reply *reply = NULL;
    const qd_call_options options = { .flags = QD_CALL_DRY_RUN };
    qd_status status = qd_call_with(f->shop, cat_str(method->name), params, &options, &reply, &err);
    if (status != QD_E_INVALID || strstr(err.message, name) == NULL ||
        strstr(err.message, cat_str(method->name)) == NULL) {
        complain("%s: locally %s must be refused, got %s: %s\n    %.300s", cat_str(method->name),
                 name, qd_status_name(status), status == QD_OK ? "" : err.message, params);
    }
    qd_reply_free(reply);
    f->counts.local++;
}

static size_t try_mistakes(face *f, const cat_method *method, yyjson_val *params,
                           params_mistake mistake) {
    bool missing = mistake == PARAMS_MISSING;
    const char *code = missing ? f->rules->missing : f->rules->mistyped;
    char name[96];
    size_t count = params_mistake_count(method, params, mistake, sends_texts(f));
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
        char *mutant = params_mutant(method, params, mistake, sends_texts(f), n, name);
        assert_non_null(mutant);
        expect_local(f, method, mutant, name);
        submit(f->loop, f->shop, method, mutant, QD_CALL_NO_VALIDATE, code,
               missing ? "missing" : "mistyped");
    }
    return count - first;
}

static void mistakes_are_refused_with_their_codes(void **state) {
    (void)state;
    for (size_t i = 0; i < strict.face_count; i++) {
        face *f = &strict.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            if (method->flags & CAT_OFFLINE) {
                continue;
            }
            yyjson_doc *params = valid(&strict, i, method);
            yyjson_val *root = yyjson_doc_get_root(params);
            f->counts.missing += try_mistakes(f, method, root, PARAMS_MISSING);
            f->counts.mistyped += try_mistakes(f, method, root, PARAMS_MISTYPED);
            yyjson_doc_free(params);
        }
        drain(f->loop, 0);
    }
    assert_no_failures();
}

/* dingtalk.* is called with a session and nothing else (DingTalk's SDK): no secret, no refusal. */
static bool is_unsigned(const cat_method *method) {
    return strncmp(cat_str(method->name), "dingtalk.", 9) == 0;
}

static void a_wrong_secret_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < strict.face_count; i++) {
        face *f = &strict.faces[i];
        for (size_t m = 0; m < f->platform->method_count; m++) {
            const cat_method *method = cat_method_at(f->platform, m);
            if (method->flags & CAT_OFFLINE) {
                continue;
            }
            yyjson_doc *params = valid(&strict, i, method);
            submit(f->liar_loop, f->liar_shop, method, text_of(yyjson_doc_get_root(params)), 0,
                   is_unsigned(method) ? NULL : f->rules->signature, "wrong secret");
            f->counts.signed_wrong++;
            yyjson_doc_free(params);
        }
        drain(f->liar_loop, 0);
    }
    assert_no_failures();
}

static void nothing_was_left_out(void **state) {
    (void)state;
    for (size_t i = 0; i < strict.face_count; i++) {
        const face *f = &strict.faces[i];
        const counts *c = &f->counts;
        print_message("%-10s %zu methods, %zu answered, %zu retired; refused: %zu missing, %zu "
                      "mistyped, %zu wrong secret; %zu locally\n",
                      f->rules->platform, c->methods, c->answered, c->refused_retired, c->missing,
                      c->mistyped, c->signed_wrong, c->local);
        assert_true(c->methods >= f->rules->methods);
        assert_true(c->offline >= f->rules->offline);
        assert_int_equal(c->answered + c->refused_retired, c->methods);
        assert_int_equal(c->signed_wrong, c->answered);
        assert_int_equal(c->local, c->missing + c->mistyped);
        assert_true(c->missing > 0 && c->mistyped > 0);
    }
    assert_int_equal(strict.face_count, PLATFORMS);
}

int main(int argc, char **argv) {
    every_mistake = argc > 1 && strcmp(argv[1], "--all") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modelled_methods_answer_with_real_rows),
        cmocka_unit_test(each_live_method_answers),
        cmocka_unit_test(retired_methods_say_so_unless_allowed),
        cmocka_unit_test(mistakes_are_refused_with_their_codes),
        cmocka_unit_test(a_wrong_secret_is_refused),
        cmocka_unit_test(nothing_was_left_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
