/*
 * The sandbox's life: options, the world's clock, which face a request is for, and the door with
 * sockets. Knows of the platforms their paths only: the faces stand in folders of their own.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/sandbox_private.h"

enum {
    DEFAULT_SKEW_S = 600,
    LISTEN_THREADS = 2,
    CALL_ARENA = LIMIT_CALL_ARENA,
};

qd_status sandbox_new(const sandbox_options *options, sandbox **out_sandbox, qd_err *err) {
    sandbox *sb = calloc(1, sizeof *sb);
    if (sb == NULL) {
        return base_fail(err, QD_E_NOMEM, "sandbox: out of memory");
    }
    (void)pthread_mutex_init(&sb->lock, NULL);
    sb->clock = options->clock != NULL ? options->clock : qd_clock_system();
    sb->seed = options->seed;
    sb->allow_offline = options->allow_offline;
    sb->skew_s = options->skew_s > 0 ? options->skew_s : DEFAULT_SKEW_S;
    sb->mono_start_ms = sb->clock->mono_ms(sb->clock->self);
    sb->start_ms = options->now != 0 ? options->now * 1000 : sb->clock->wall_ms(sb->clock->self);
    world_options make = {
        .seed = options->seed,
        .shops = options->shops,
        .orders = options->orders,
        .start_now = sb->start_ms / 1000,
        .prerender = options->prerender,
    };
    qd_status st = face_plan_parse(options->faults, &sb->plan, err);
    if (st == QD_OK && (options->limit < 0 || options->limit > FACE_LIMIT_MAX)) {
        st = base_fail(err, QD_E_INVALID, "sandbox: the limit is 0 to %d calls a second",
                       FACE_LIMIT_MAX);
    }
    if (st == QD_OK) {
        face_rule each = { .platform = FACE_PLATFORMS, .per_second = options->limit };
        (void)face_limit_set(&sb->limits, &each); /* the first rule: there is room */
        sb->arena = base_arena_new(CALL_ARENA);
        st = sb->arena != NULL ? QD_OK : base_fail(err, QD_E_NOMEM, "sandbox: out of memory");
    }
    if (st == QD_OK) {
        st = world_new(&make, &sb->world, err);
    }
    if (st == QD_OK) {
        st = face_tokens_new(sb, err);
    }
    if (st != QD_OK) {
        sandbox_free(sb);
        return st;
    }
    face_apps_init(sb);
    face_dingtalk_init(sb);
    face_tool_init(sb, options->tool_shops);
    *out_sandbox = sb;
    return QD_OK;
}

void sandbox_free(sandbox *sb) {
    if (sb == NULL) {
        return;
    }
    world_free(sb->world);
    base_arena_free(sb->arena);
    free(sb->open);
    face_bills_free(sb);
    free(sb->tokens);
    (void)pthread_mutex_destroy(&sb->lock);
    free(sb);
}

/* ---- the world's time ---- */

int64_t face_now_ms(const sandbox *sb) {
    if (sb->frozen) {
        return sb->frozen_ms;
    }
    return sb->start_ms + (sb->clock->mono_ms(sb->clock->self) - sb->mono_start_ms);
}

int64_t sandbox_now_ms(sandbox *sb) {
    (void)pthread_mutex_lock(&sb->lock);
    int64_t now_ms = face_now_ms(sb);
    (void)pthread_mutex_unlock(&sb->lock);
    return now_ms;
}

static void freeze_locked(sandbox *sb, bool frozen) {
    int64_t now_ms = face_now_ms(sb);
    if (sb->frozen && !frozen) {
        sb->start_ms = now_ms;
        sb->mono_start_ms = sb->clock->mono_ms(sb->clock->self);
    }
    sb->frozen = frozen;
    sb->frozen_ms = now_ms;
}

void sandbox_freeze(sandbox *sb, bool frozen) {
    (void)pthread_mutex_lock(&sb->lock);
    freeze_locked(sb, frozen);
    (void)pthread_mutex_unlock(&sb->lock);
}

void face_freeze(sandbox *sb, bool frozen) {
    freeze_locked(sb, frozen);
}

void face_advance(sandbox *sb, int64_t seconds) {
    sb->start_ms += seconds * 1000;
    sb->frozen_ms += seconds * 1000;
    sb->advanced_ms += seconds * 1000;
}

/* ---- requests ---- */

void face_refuse_plain(face_call *call, int status, const char *message) {
    call->response->status = status;
    base_buf_reset(&call->response->body);
    base_buf_add_text(&call->response->body, "{\"error\":");
    codec_json_quote(&call->response->body, base_str_of(message));
    base_buf_add_text(&call->response->body, "}");
}

/* "//order/searchList" -> "/order/searchList": the vendor's Go SDK sends the double slash. */
static base_str collapse_slashes(base_str path, base_arena *arena) {
    char *copy = base_arena_dup(arena, path);
    if (copy == NULL) {
        return path;
    }
    size_t len = 0;
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '/' || len == 0 || copy[len - 1] != '/') {
            copy[len++] = path.ptr[i];
        }
    }
    return (base_str){ copy, len };
}

static bool begins(base_str text, const char *with) {
    size_t len = strlen(with);
    return text.len >= len && memcmp(text.ptr, with, len) == 0;
}

static bool is_top(base_str path) {
    static const char *const paths[] = { "/router/rest",   "/router/batch", "/router/qimen/service",
                                         "/router/qmtest", "/token",        "/gettoken" };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (base_str_is(path, paths[i])) {
            return true;
        }
    }
    return false;
}

static void route(face_call *call) {
    base_str path = collapse_slashes(call->request->path, call->arena);
    if (begins(path, "/_sandbox/")) {
        face_control(call, path);
        return;
    }
    bool get = base_str_is(call->request->method, "GET");
    if (!get && !base_str_is(call->request->method, "POST")) {
        face_refuse_plain(call, 405, "the platforms take GET and POST");
        return;
    }
    if (face_oauth(call, path)) {
        return;
    }
    call->number = ++call->sb->calls;
    /* Alliance calls of the Douyin gateway begin alike, and say app_key and sign in the query. */
    base_str query = call->request->query;
    bool gateway = query.len > 0 && memmem(query.ptr, query.len, "app_key=", 8) != NULL;
    void (*face)(face_call * call, base_str path) = face_douyin;
    call->platform = FACE_ON_DOUYIN;
    if (begins(path, "/_files/")) {
        face = face_files;
    } else if (is_top(path)) {
        call->platform = FACE_ON_TAOBAO;
        face = face_taobao;
    } else if (begins(path, "/open_api/")) {
        call->platform = FACE_ON_QIANCHUAN;
        face = face_qianchuan;
    } else if (begins(path, "/openapi/") || begins(path, "/trigger/api/")) {
        call->platform = FACE_ON_SOLINKUP;
        face = face_solinkup;
    } else if (begins(path, "/oauth/") || begins(path, "/ecom/") ||
               (begins(path, "/alliance/") && !gateway)) {
        call->platform = FACE_ON_ALLIANCE;
        face = face_alliance;
    }
    face(call, path);
}

void sandbox_handle(sandbox *sb, const httpd_request *request, httpd_response *response) {
    (void)pthread_mutex_lock(&sb->lock);
    base_arena_reset(sb->arena);
    face_call call = {
        .sb = sb,
        .request = request,
        .response = response,
        .arena = sb->arena,
        .now = face_now_ms(sb) / 1000,
    };
    route(&call);
    /* advance moves the time while its request is handled. */
    base_time_to_http(face_now_ms(sb) / 1000, response->date);
    (void)pthread_mutex_unlock(&sb->lock);
}

static void serve(void *user, const httpd_request *request, httpd_response *response) {
    sandbox_handle(user, request, response);
}

qd_status sandbox_listen(sandbox *sb, uint16_t port, httpd **out_server, qd_err *err) {
    httpd_options options = {
        .port = port,
        .threads = LISTEN_THREADS,
        .handler = serve,
        .user = sb,
    };
    return httpd_start(&options, out_server, err);
}

qd_status sandbox_truth(sandbox *sb, base_buf *out, qd_err *err) {
    (void)pthread_mutex_lock(&sb->lock);
    qd_status st = face_truth(sb, false, out, err);
    (void)pthread_mutex_unlock(&sb->lock);
    return st;
}
