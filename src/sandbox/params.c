/*
 * What both faces ask of a request: its parameters from query and form, and whether a timestamp is
 * near enough. Knows no method and no error code.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/sandbox_private.h"

bool face_params_read(face_call *call, bool with_body, face_params *out) {
    codec_pair *query = NULL;
    codec_pair *form = NULL;
    size_t query_count = 0;
    size_t form_count = 0;
    if (codec_form_parse(call->request->query, call->arena, &query, &query_count, NULL) != QD_OK) {
        return false;
    }
    if (with_body &&
        codec_form_parse(call->request->body, call->arena, &form, &form_count, NULL) != QD_OK) {
        return false;
    }
    codec_pair *all =
        base_arena_alloc(call->arena, (query_count + form_count + 1) * sizeof(codec_pair));
    if (all == NULL) {
        return false;
    }
    size_t count = 0;
    for (size_t i = 0; i < query_count + form_count; i++) {
        const codec_pair *pair = i < query_count ? &query[i] : &form[i - query_count];
        bool seen = false;
        for (size_t k = 0; k < count && !seen; k++) {
            seen = base_str_eq(all[k].name, pair->name);
        }
        if (!seen) {
            all[count++] = *pair;
        }
    }
    out->items = all;
    out->is_file = NULL;
    out->count = count;
    return true;
}

bool face_param(const face_params *params, const char *name, base_str *out) {
    for (size_t i = 0; i < params->count; i++) {
        if (base_str_is(params->items[i].name, name)) {
            *out = params->items[i].value;
            return true;
        }
    }
    return false;
}

base_str face_param_text(const face_params *params, const char *name) {
    base_str value = { "", 0 };
    (void)face_param(params, name, &value);
    return value;
}

void face_add_json(base_buf *out, const yyjson_val *value) {
    if (codec_json_write(value, out, NULL) != QD_OK) {
        out->failed = true;
    }
}

static bool within(int64_t a, int64_t b, int64_t most) {
    return a > b ? a - b <= most : b - a <= most;
}

bool face_time_near(const face_call *call, int64_t utc_s, int64_t skew_s) {
    /* A world that was started in the past is played with by clients that live today. */
    return within(utc_s, call->now, skew_s) || within(utc_s, base_now(call->sb->clock), skew_s);
}

void face_count_refusal(face_call *call, const char *platform, int code, const char *sub_code) {
    char name[FACE_COUNTER_NAME];
    (void)snprintf(name, sizeof name, "%s %d%s%s", platform, code, sub_code[0] != '\0' ? " " : "",
                   sub_code);
    face_count(&call->sb->refusals, base_str_of(name));
}
