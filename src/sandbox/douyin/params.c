/*
 * Business parameters of a gateway call: presence and types by the method's hand-written rule, and
 * typed access. Vendor clients differ: numbers come as numbers or decimal text, nulls and empty
 * texts stand for absent, nested values come as JSON text.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/douyin/douyin_private.h"

static bool is_absent(yyjson_val *value) {
    return value == NULL || yyjson_is_null(value) ||
           (yyjson_is_str(value) && yyjson_get_len(value) == 0);
}

static yyjson_val *member(dyface_call *call, const char *name) {
    yyjson_val *value = yyjson_obj_get(call->params, name);
    return is_absent(value) ? NULL : value;
}

bool dyface_has(dyface_call *call, const char *name) {
    return member(call, name) != NULL;
}

int64_t dyface_i64_of(yyjson_val *object, const char *name, int64_t fallback) {
    int64_t number = fallback;
    yyjson_val *value = yyjson_obj_get(object, name);
    return !is_absent(value) && codec_json_i64(value, &number) ? number : fallback;
}

int64_t dyface_i64(dyface_call *call, const char *name, int64_t fallback) {
    return dyface_i64_of(call->params, name, fallback);
}

bool dyface_bool(dyface_call *call, const char *name, bool fallback) {
    bool flag = fallback;
    yyjson_val *value = member(call, name);
    return value != NULL && codec_json_bool(value, &flag) ? flag : fallback;
}

base_str dyface_text_of(dyface_call *call, yyjson_val *object, const char *name) {
    base_str text = { NULL, 0 };
    yyjson_val *value = yyjson_obj_get(object, name);
    if (is_absent(value) || !codec_json_text(value, call->face->arena, &text)) {
        text = (base_str){ NULL, 0 };
    }
    return text;
}

base_str dyface_text(dyface_call *call, const char *name) {
    return dyface_text_of(call, call->params, name);
}

yyjson_val *dyface_parse_nested(dyface_call *call, base_str json) {
    yyjson_doc *doc = NULL;
    if (call->doc_count == 1 + DYFACE_NESTED ||
        codec_json_read(json, LIMIT_REQUEST_BYTES, &doc, NULL) != QD_OK) {
        return NULL;
    }
    call->docs[call->doc_count++] = doc;
    return yyjson_doc_get_root(doc);
}

static yyjson_val *nested(dyface_call *call, yyjson_val *value) {
    if (value != NULL && yyjson_is_str(value)) {
        base_str text = { yyjson_get_str(value), yyjson_get_len(value) };
        return dyface_parse_nested(call, text);
    }
    return value;
}

yyjson_val *dyface_array(dyface_call *call, const char *name) {
    yyjson_val *value = nested(call, member(call, name));
    return value != NULL && yyjson_is_arr(value) ? value : NULL;
}

/* ---- the rule "page*i name:s" ---- */

static const char *type_problem(dyface_call *call, yyjson_val *value, char type) {
    int64_t number;
    bool flag;
    switch (type) {
    case 'i':
        return codec_json_i64(value, &number) ? NULL : "is an integer";
    case 'b':
        return codec_json_bool(value, &flag) ? NULL : "is a boolean";
    case 's':
        return yyjson_is_obj(value) || yyjson_is_arr(value) ? "is a text" : NULL;
    case 'n':
        return yyjson_is_num(value) || yyjson_is_str(value) || yyjson_is_raw(value) ? NULL
                                                                                    : "is a number";
    case 'a': {
        size_t docs = call->doc_count;
        yyjson_val *list = nested(call, value);
        bool ok = list != NULL && yyjson_is_arr(list);
        while (call->doc_count > docs) { /* the handler parses it again */
            yyjson_doc_free(call->docs[--call->doc_count]);
        }
        return ok ? NULL : "is an array";
    }
    default:
        return NULL;
    }
}

static bool check_one(dyface_call *call, base_str name, bool required, char type) {
    char key[64];
    (void)base_copy(key, sizeof key, name);
    yyjson_val *value = member(call, key);
    if (value == NULL) {
        if (!required) {
            return true;
        }
        char sub_code[48];
        (void)snprintf(sub_code, sizeof sub_code, "isv.missing-parameter:%d",
                       call->method->missing_n);
        return dyface_fail(call, 40002, sub_code, "%s is required", key);
    }
    const char *problem = type_problem(call, value, type);
    return problem == NULL || dyface_invalid(call, call->method->invalid_n, key, problem);
}

bool dyface_params_check(dyface_call *call) {
    const char *at = call->method->params;
    while (*at != '\0') {
        size_t len = strcspn(at, "*:");
        if (at[len] == '\0') {
            break;
        }
        if (!check_one(call, (base_str){ at, len }, at[len] == '*', at[len + 1])) {
            return false;
        }
        at += len + 2;
        at += strspn(at, " ");
    }
    return true;
}
