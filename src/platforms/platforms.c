/*
 * The list of platforms, what their files share, and the public entry: qd_app_new() finds the
 * platform by name. Nothing here knows how any of them signs or answers.
 */
#include <string.h>

#include "platforms/platforms_private.h"

static const core_platform *const all[] = { &platforms_douyin, &platforms_taobao,
                                            &platforms_alliance, &platforms_qianchuan,
                                            &platforms_solinkup };

const core_platform *platforms_at(size_t index) {
    return index < sizeof all / sizeof all[0] ? all[index] : NULL;
}

const core_platform *platforms_find(const char *name) {
    for (size_t i = 0; name && i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i]->name, name) == 0) {
            return all[i];
        }
    }
    return NULL;
}

qd_status qd_app_new(const qd_app_options *options, qd_app **out_app, qd_err *err) {
    *out_app = NULL;
    const core_platform *platform = platforms_find(options->platform);
    if (!platform) {
        return base_fail(err, QD_E_INVALID,
                         "unknown platform \"%s\": douyin, taobao, alliance, qianchuan or solinkup",
                         options->platform ? options->platform : "");
    }
    return core_app_new(platform, options, out_app, err);
}

const char *qd_version(void) {
    return QD_VERSION_TEXT;
}

int64_t platforms_ban_seconds(base_str text) {
    static const char before[] = "ban will last for ";
    const char *at = text.len ? memmem(text.ptr, text.len, before, sizeof before - 1) : NULL;
    int64_t seconds = 0;
    if (!at) {
        return 0;
    }
    for (at += sizeof before - 1; at < text.ptr + text.len && *at >= '0' && *at <= '9'; at++) {
        seconds = seconds * 10 + (*at - '0');
        if (seconds > 86400 * 31) {
            return 86400 * 31; /* a quota of the day is the longest ban seen */
        }
    }
    return seconds;
}

char *platforms_url(base_arena *arena, const char *base, const char *path) {
    if (strncmp(path, "http://", 7) == 0 || strncmp(path, "https://", 8) == 0) {
        return base_arena_printf(arena, "%s", path);
    }
    return base_arena_printf(arena, "%s/%s", base, *path == '/' ? path + 1 : path);
}

base_str platforms_text(yyjson_val *object, const char *name, base_arena *arena) {
    base_str text = { "", 0 };
    if (!codec_json_text(yyjson_obj_get(object, name), arena, &text)) {
        return (base_str){ "", 0 };
    }
    return text;
}

base_str platforms_join(base_arena *arena, base_str a, base_str b) {
    if (a.len == 0 || b.len == 0 || base_str_eq(a, b)) {
        return a.len ? a : b;
    }
    char *both = base_arena_printf(arena, "%.*s: %.*s", (int)(a.len < 512 ? a.len : 512), a.ptr,
                                   (int)(b.len < 1024 ? b.len : 1024), b.ptr);
    return both ? base_str_of(both) : a;
}

qd_status platforms_settle(base_arena *arena, base_buf *buf, const char *what, base_str *out,
                           qd_err *err) {
    qd_status status = base_buf_check(buf, what, err);
    if (status == QD_OK) {
        char *copy = base_arena_dup(arena, base_buf_str(buf));
        *out = (base_str){ copy, buf->len };
        status = copy ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory for %s", what);
    }
    base_buf_clear(buf);
    return status;
}

qd_status platforms_token_text(yyjson_val *object, const char *name, bool needed,
                               char out[QD_TOKEN_TEXT_MAX], qd_err *err) {
    yyjson_val *value = yyjson_obj_get(object, name);
    size_t len = yyjson_get_len(value);
    out[0] = '\0';
    if (!yyjson_is_str(value) || len == 0) {
        return needed ? base_fail(err, QD_E_PROTOCOL, "the token answer has no %s", name) : QD_OK;
    }
    if (len >= QD_TOKEN_TEXT_MAX || strlen(yyjson_get_str(value)) != len) {
        return base_fail(err, QD_E_PROTOCOL, "the token answer's %s is no token of up to %d bytes",
                         name, QD_TOKEN_TEXT_MAX - 1);
    }
    memcpy(out, yyjson_get_str(value), len + 1);
    return QD_OK;
}

qd_status platforms_grant(core_token_call *out, const char *grant, const char *name, base_str value,
                          qd_err *err) {
    base_buf_printf(&out->params, "{\"grant_type\":\"%s\",\"%s\":", grant, name);
    codec_json_quote(&out->params, value);
    base_buf_add_char(&out->params, '}');
    return base_buf_check(&out->params, "a token call", err);
}

int64_t platforms_end_of_life(yyjson_val *object, const char *name, int64_t now) {
    int64_t value = 0;
    bool told = codec_json_i64(yyjson_obj_get(object, name), &value) && value > 0 &&
                value < (int64_t)1 << 40;
    return told ? now + value : 0;
}
