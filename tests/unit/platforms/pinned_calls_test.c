/*
 * The most used calls of every platform as they must leave, written by hand from the platforms'
 * documents and from nothing that the catalogue says: verb, host, path, query, and the body as text
 * (body), as pairs of a form (form), as parts (parts) or as members (fields). Parameters that every
 * call carries are left out there; signatures are sign's own vectors. Some calls must be refused
 * here, naming the parameter. Nothing is sent: all of it is what a dry run shows.
 */
#include "kit.h"

enum { FILE_MAX = 1 << 20, CALLS_MIN = 200 };

static base_arena *arena;
static size_t failures;

QD_PRINTF(2, 3) static void complain(yyjson_val *entry, const char *fmt, ...) {
    char line[2048];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    failures++;
    char *params = yyjson_val_write(yyjson_obj_get(entry, "params"), 0, NULL);
    print_error("%s %.300s:\n  %s\n", yyjson_get_str(yyjson_obj_get(entry, "method")),
                params != NULL ? params : "", line);
    free(params);
}

static const char *text(yyjson_val *object, const char *name) {
    const char *found = yyjson_get_str(yyjson_obj_get(object, name));
    return found != NULL ? found : "";
}

/* ---- what every call carries ---- */

static const char *const common[] = {
    "app_key",    "method", "sign",       "sign_method", "timestamp",
    "v",          "format", "simplify",   "session",     "access_token",
    "partner_id", "appKey", "signMethod", "accessToken", NULL,
};

static bool is_common(const char *name, yyjson_val *wanted) {
    for (size_t i = 0; common[i] != NULL; i++) {
        if (strcmp(common[i], name) == 0) {
            return yyjson_obj_get(wanted, name) == NULL;
        }
    }
    return false;
}

/* ---- pairs ---- */

/* The pairs but the common ones must be the members of wanted, each once; session and
 * access_token may be among the common ones. */
static void compare_pairs(yyjson_val *entry, const char *where, base_str form, yyjson_val *wanted,
                          bool *out_token) {
    codec_pair *pairs = NULL;
    size_t count = 0, met = 0;
    qd_err err;
    assert_int_equal(codec_form_parse(form, arena, &pairs, &count, &err), QD_OK);
    for (size_t i = 0; i < count; i++) {
        const char *name = base_arena_dup(arena, pairs[i].name);
        if (strcmp(name, "session") == 0 || strcmp(name, "access_token") == 0) {
            *out_token = true;
        }
        if (strcmp(name, "method") == 0 && !base_str_is(pairs[i].value, text(entry, "method"))) {
            complain(entry, "the parameter method is %.*s", (int)pairs[i].value.len,
                     pairs[i].value.ptr);
        }
        if (is_common(name, wanted)) {
            continue;
        }
        yyjson_val *value = yyjson_obj_get(wanted, name);
        met++;
        if (value == NULL) {
            complain(entry, "%s holds %s=%.*s", where, name, (int)pairs[i].value.len,
                     pairs[i].value.ptr);
        } else if (!base_str_is(pairs[i].value, yyjson_get_str(value))) {
            complain(entry, "%s: %s is %.*s, must be %s", where, name, (int)pairs[i].value.len,
                     pairs[i].value.ptr, yyjson_get_str(value));
        }
    }
    if (met < yyjson_obj_size(wanted)) {
        complain(entry, "%s holds %zu of %zu parameters: %.*s", where, met, yyjson_obj_size(wanted),
                 (int)form.len, form.ptr);
    }
}

/* ---- parts ---- */

static bool has_part(base_str body, const char *head, const char *content) {
    char *part = base_arena_printf(arena, "%s\r\n\r\n%s\r\n--", head, content);
    return memmem(body.ptr, body.len, part, strlen(part)) != NULL;
}

static void compare_parts(yyjson_val *entry, base_str body, yyjson_val *wanted) {
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_val *file = yyjson_obj_get(wanted, "file");
    yyjson_obj_foreach(yyjson_obj_get(wanted, "text"), i, max, key, value) {
        char *head = base_arena_printf(arena, "Content-Disposition: form-data; name=\"%s\"",
                                       yyjson_get_str(key));
        if (!has_part(body, head, yyjson_get_str(value))) {
            complain(entry, "no part %s=%s in %.*s", yyjson_get_str(key), yyjson_get_str(value),
                     (int)body.len, body.ptr);
        }
    }
    char *head = base_arena_printf(
        arena, "Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s",
        text(file, "name"), text(file, "filename"), text(file, "content_type"));
    if (!has_part(body, head, text(file, "content"))) {
        complain(entry, "no file %s in %.*s", text(file, "name"), (int)body.len, body.ptr);
    }
}

/* ---- members ---- */

/* The body's members but the common ones are exactly these; all of the same values. */
static void compare_fields(yyjson_val *entry, base_str body, yyjson_val *wanted) {
    yyjson_doc *doc = NULL;
    size_t i, max, met = 0;
    yyjson_val *key, *value;
    if (codec_json_read(body, FILE_MAX, &doc, NULL) != QD_OK) {
        complain(entry, "the body is no JSON: %.*s", (int)body.len, body.ptr);
        return;
    }
    yyjson_obj_foreach(yyjson_doc_get_root(doc), i, max, key, value) {
        const char *name = yyjson_get_str(key);
        yyjson_val *other = yyjson_obj_get(wanted, name);
        if (is_common(name, wanted)) {
            continue;
        }
        met++;
        if (other == NULL || !yyjson_equals(value, other)) {
            complain(entry, "the body's %s is not as it must be: %.*s", name, (int)body.len,
                     body.ptr);
        }
    }
    if (met != yyjson_obj_size(wanted)) {
        complain(entry, "%zu members instead of %zu: %.*s", met, yyjson_obj_size(wanted),
                 (int)body.len, body.ptr);
    }
    yyjson_doc_free(doc);
}

/* ---- one call ---- */

static void compare_url(yyjson_val *entry, yyjson_val *wanted, const char *url, bool *out_token) {
    char *want =
        base_arena_printf(arena, "https://%s%s", text(wanted, "host"), text(wanted, "path"));
    const char *query = strchr(url, '?');
    size_t len = query != NULL ? (size_t)(query - url) : strlen(url);
    if (strlen(want) != len || memcmp(url, want, len) != 0) {
        complain(entry, "goes to %.*s, must go to %s", (int)len, url, want);
    }
    base_str pairs = base_str_of(query != NULL ? query + 1 : "");
    compare_pairs(entry, "the query", pairs, yyjson_obj_get(wanted, "query"), out_token);
}

static void compare_body(yyjson_val *entry, yyjson_val *wanted, base_str body, bool *out_token) {
    const char *whole = yyjson_get_str(yyjson_obj_get(wanted, "body"));
    yyjson_val *form = yyjson_obj_get(wanted, "form");
    yyjson_val *parts = yyjson_obj_get(wanted, "parts");
    yyjson_val *fields = yyjson_obj_get(wanted, "fields");
    if (whole != NULL && !base_str_is(body, whole)) {
        complain(entry, "the body is\n  %.*s\n  and must be\n  %s", (int)body.len, body.ptr, whole);
    }
    if (form != NULL) {
        compare_pairs(entry, "the form", body, form, out_token);
    }
    if (parts != NULL) {
        compare_parts(entry, body, parts);
    }
    if (fields != NULL) {
        compare_fields(entry, body, fields);
        *out_token = memmem(body.ptr, body.len, "\"accessToken\":", 14) != NULL;
    }
}

static void compare(yyjson_val *entry, yyjson_val *shown) {
    yyjson_val *wanted = yyjson_obj_get(entry, "expect");
    yyjson_val *headers = yyjson_obj_get(shown, "headers");
    yyjson_val *must = yyjson_obj_get(wanted, "token");
    yyjson_val *body = yyjson_obj_get(shown, "body");
    bool token = yyjson_obj_get(headers, "access-token") != NULL ||
                 yyjson_obj_get(headers, "Access-Token") != NULL;
    if (strcmp(text(shown, "method"), text(wanted, "verb")) != 0) {
        complain(entry, "is a %s, must be a %s", text(shown, "method"), text(wanted, "verb"));
    }
    compare_url(entry, wanted, text(shown, "url"), &token);
    compare_body(entry, wanted, (base_str){ yyjson_get_str(body), yyjson_get_len(body) }, &token);
    if (yyjson_is_bool(must) && yyjson_get_bool(must) != token) {
        complain(entry, "goes %s a token", token ? "with" : "without");
    }
}

static qd_shop *new_shop(const char *platform, qd_app **out_app, const qd_clock *clock) {
    qd_err err;
    qd_shop *shop = NULL;
    const qd_app_options app = {
        .platform = platform, .key = "AppKey@1", .secret = "secret", .clock = clock
    };
    /* Only Qimen's calls need one here: their customerId. */
    bool top = strcmp(platform, "taobao") == 0;
    const qd_shop_options options = { .session = "token", .shop_id = top ? "C1" : NULL };
    assert_int_equal(qd_app_new(&app, out_app, &err), QD_OK);
    assert_int_equal(qd_shop_new(*out_app, &options, &shop, &err), QD_OK);
    return shop;
}

static void run(yyjson_val *entry, const qd_clock *clock) {
    qd_err err;
    qd_app *app = NULL;
    qd_reply *reply = NULL;
    const qd_call_options options = { .flags = QD_CALL_DRY_RUN };
    const char *refused = yyjson_get_str(yyjson_obj_get(entry, "refused"));
    qd_shop *shop = new_shop(text(entry, "platform"), &app, clock);
    char *params = yyjson_val_write(yyjson_obj_get(entry, "params"), 0, NULL);
    qd_status status = qd_call_with(shop, text(entry, "method"), params, &options, &reply, &err);
    if (refused != NULL) {
        if (status != QD_E_INVALID || strstr(err.message, refused) == NULL) {
            complain(entry, "must be refused because of %s: %s", refused,
                     status == QD_OK ? "is not" : err.message);
        }
    } else if (status != QD_OK) {
        complain(entry, "%s", err.message);
    } else {
        size_t len = 0;
        const char *body = qd_reply_body(reply, &len);
        yyjson_doc *shown = NULL;
        assert_int_equal(codec_json_read((base_str){ body, len }, FILE_MAX, &shown, &err), QD_OK);
        compare(entry, yyjson_doc_get_root(shown));
        yyjson_doc_free(shown);
    }
    free(params);
    qd_reply_free(reply);
    qd_shop_free(shop);
    qd_app_free(app);
}

static void pinned_calls_leave_as_the_documents_say(void **state) {
    (void)state;
    base_buf file;
    qd_err err;
    yyjson_doc *doc = NULL;
    size_t i, max;
    yyjson_val *entry;
    base_buf_init(&file, FILE_MAX);
    assert_int_equal(
        base_file_read(QD_SOURCE_DIR "/tests/data/pinned_calls.json", FILE_MAX, &file, &err),
        QD_OK);
    assert_int_equal(codec_json_read(base_buf_str(&file), FILE_MAX, &doc, &err), QD_OK);
    kit k;
    memset(&k, 0, sizeof k);
    k.wall_ms = (int64_t)KIT_NOW * 1000;
    k.mono_ms = 1;
    k.clock = (qd_clock){ &k, kit_wall, kit_mono, kit_sleep, kit_random };
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, max, entry) {
        arena = base_arena_new(LIMIT_CALL_ARENA);
        run(entry, &k.clock);
        base_arena_free(arena);
    }
    assert_true(max >= CALLS_MIN);
    yyjson_doc_free(doc);
    base_buf_clear(&file);
    if (failures > 0) {
        fail_msg("%zu differences in %zu calls", failures, max);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pinned_calls_leave_as_the_documents_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
