/*
 * What all kept methods share: the tables' look-up, refusals, parameters, the answer under
 * construction, records of the call's shop, pages. Knows no method's meaning.
 */
#include "sandbox/douyin/kept.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the tables ---- */

const kept_row *kept_find(base_str method) {
    static const kept_row *(*const tables[])(size_t *) = {
        kept_yunc_in_rows,     kept_yunc_out_rows, kept_yunc_stock_rows,   kept_yunc_more_rows,
        kept_warehouse_rows,   kept_fence_rows,    kept_iop_rows,          kept_iop_list_rows,
        kept_iop_waybill_rows, kept_supply_rows,   kept_supply_order_rows,
    };
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        size_t count = 0;
        const kept_row *rows = tables[t](&count);
        for (size_t i = 0; i < count; i++) {
            if (base_str_is(method, rows[i].method)) {
                return &rows[i];
            }
        }
    }
    return NULL;
}

bool kept_run(dyface_call *call) {
    kept k = { .call = call,
               .row = kept_find(base_str_of(cat_str(call->known->name))),
               .all = world_records(call->world),
               .doc = yyjson_mut_doc_new(NULL) };
    k.out = yyjson_mut_obj(k.doc);
    if (k.out == NULL) {
        yyjson_mut_doc_free(k.doc);
        return kept_full(&k);
    }
    bool ok = k.row->run(&k);
    if (ok) {
        generic_answer answer = generic_begin(call->face, call->known, call->params);
        generic_write_over(&answer, k.out, call->out);
    }
    for (size_t i = 0; i < k.read_count; i++) {
        yyjson_doc_free(k.read[i]);
    }
    yyjson_mut_doc_free(k.doc);
    return ok;
}

/* ---- refusals ---- */

bool kept_refuse(kept *k, const char *refusal, const char *fmt, ...) {
    static const struct {
        int code;
        const char *sub;
    } subs[] = { { 50002, "isv.business-failed" },
                 { 40004, "isv.parameter-invalid" },
                 { 40002, "isv.missing-parameter" },
                 { 20000, "isp.service-error" } };
    char line[400];
    char sub_code[64] = "";
    char digits[8] = "";
    const char *colon = strchr(refusal, ':');
    int64_t code = 0;
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    (void)base_copy(digits, sizeof digits, (base_str){ refusal, (size_t)(colon - refusal) });
    (void)base_str_to_i64(base_str_of(digits), &code);
    for (size_t i = 0; i < sizeof subs / sizeof subs[0]; i++) {
        if (subs[i].code == code) {
            (void)snprintf(sub_code, sizeof sub_code, "%s%s", subs[i].sub, colon);
        }
    }
    const cat_method_error *known =
        cat_method_error_find(k->call->known, base_str_of(digits), base_str_of(sub_code));
    const char *meaning = known != NULL ? cat_doc_str(known->meaning) : "";
    return dyface_fail(k->call, (int)code, sub_code, "%s%s%s", meaning,
                       *meaning != '\0' ? ": " : "", line);
}

bool kept_full(kept *k) {
    return dyface_fail(k->call, 20000, "isp.service-error:1",
                       "the sandbox keeps %d records at most, and %d bytes of text", RECORDS_MOST,
                       RECORDS_BYTES);
}

/* ---- parameters ---- */

base_str kept_text_of(kept *k, yyjson_val *object, const char *name) {
    base_str text = dyface_text_of(k->call, object, name);
    return text.ptr != NULL ? text : BASE_STR("");
}

base_str kept_text(kept *k, const char *name) {
    return kept_text_of(k, k->call->params, name);
}

int64_t kept_i64_of(yyjson_val *object, const char *name, int64_t fallback) {
    return dyface_i64_of(object, name, fallback);
}

/* A parameter that may have come as JSON text. */
static yyjson_val *nested(kept *k, yyjson_val *object, const char *name) {
    yyjson_val *value = yyjson_obj_get(object, name);
    if (yyjson_is_str(value) && yyjson_get_len(value) > 0) {
        return dyface_parse_nested(k->call,
                                   (base_str){ yyjson_get_str(value), yyjson_get_len(value) });
    }
    return value;
}

yyjson_val *kept_list(kept *k, yyjson_val *object, const char *name) {
    yyjson_val *value = nested(k, object, name);
    return yyjson_is_arr(value) ? value : NULL;
}

yyjson_val *kept_object(kept *k, yyjson_val *object, const char *name) {
    yyjson_val *value = nested(k, object, name);
    return yyjson_is_obj(value) ? value : NULL;
}

/* ---- the answer ---- */

/* A member that does not fit in memory is made up instead. */
static void put(kept *k, yyjson_mut_val *object, const char *name, yyjson_mut_val *value) {
    (void)yyjson_mut_obj_add(object, yyjson_mut_strcpy(k->doc, name), value);
}

void kept_put_text(kept *k, yyjson_mut_val *object, const char *name, base_str text) {
    put(k, object, name, yyjson_mut_strncpy(k->doc, text.ptr != NULL ? text.ptr : "", text.len));
}

void kept_put_i64(kept *k, yyjson_mut_val *object, const char *name, int64_t number) {
    put(k, object, name, yyjson_mut_sint(k->doc, number));
}

void kept_put_bool(kept *k, yyjson_mut_val *object, const char *name, bool flag) {
    put(k, object, name, yyjson_mut_bool(k->doc, flag));
}

yyjson_mut_val *kept_put_list(kept *k, yyjson_mut_val *object, const char *name) {
    yyjson_mut_val *list = yyjson_mut_arr(k->doc);
    put(k, object, name, list);
    return list;
}

yyjson_mut_val *kept_put_object(kept *k, yyjson_mut_val *object, const char *name) {
    yyjson_mut_val *made = yyjson_mut_obj(k->doc);
    put(k, object, name, made);
    return made;
}

yyjson_mut_val *kept_push(kept *k, yyjson_mut_val *list, const char *seed) {
    yyjson_mut_val *made = yyjson_mut_obj(k->doc);
    (void)yyjson_mut_arr_append(list, made);
    kept_put_text(k, made, "#", base_str_of(seed));
    return made;
}

void kept_push_text(kept *k, yyjson_mut_val *list, base_str text) {
    (void)yyjson_mut_arr_add_strncpy(k->doc, list, text.ptr != NULL ? text.ptr : "", text.len);
}

void kept_put_copy(kept *k, yyjson_mut_val *object, const char *name, yyjson_val *value) {
    if (value != NULL) {
        put(k, object, name, yyjson_val_mut_copy(k->doc, value));
    }
}

void kept_answer_pair(kept *k, int64_t code, base_str text) {
    kept_put_i64(k, k->out, "code", code);
    kept_put_text(k, k->out, "msg", code == 0 ? BASE_STR("success") : text);
}

/* ---- records ---- */

record *kept_get(kept *k, kept_kind kind, base_str key) {
    return records_find(k->all, k->call->shop, kind, key);
}

record *kept_add(kept *k, kept_kind kind, base_str key, record *holder) {
    record *it = records_add(k->all, k->call->shop, kind, key, holder, k->call->now);
    if (it == NULL && key.len > RECORD_KEY_BYTES) {
        (void)dyface_invalid(k->call, 1, k->row->key != NULL ? k->row->key : "the number",
                             "is too long");
    } else if (it == NULL) {
        (void)kept_full(k);
    }
    return it;
}

bool kept_tag(kept *k, record *it, base_str tag) {
    it->modified = k->call->now;
    return records_set_tag(k->all, it, tag) || kept_full(k);
}

bool kept_params(kept *k, record *it) {
    size_t len = 0;
    char *text = yyjson_val_write(k->call->params, 0, &len);
    it->modified = k->call->now;
    bool ok = text != NULL && records_set_document(k->all, it, (base_str){ text, len });
    free(text);
    return ok || kept_full(k);
}

bool kept_keep(kept *k, record *it, yyjson_mut_val *object) {
    size_t len = 0;
    char *text = yyjson_mut_val_write(object, 0, &len);
    it->modified = k->call->now;
    bool ok = text != NULL && records_set_document(k->all, it, (base_str){ text, len });
    free(text);
    return ok || kept_full(k);
}

yyjson_val *kept_document(kept *k, const record *it) {
    yyjson_doc *doc = NULL;
    if (*it->document == '\0' || k->read_count == KEPT_READ ||
        codec_json_read(base_str_of(it->document), 0, &doc, NULL) != QD_OK) {
        return NULL;
    }
    k->read[k->read_count++] = doc;
    return yyjson_doc_get_root(doc);
}

bool kept_event(kept *k, record *it, base_str what) {
    char cut[RECORD_KEY_BYTES];
    (void)base_copy(cut, sizeof cut, what);
    record *event = kept_add(k, KEPT_EVENT, BASE_STR(""), it);
    it->modified = k->call->now;
    return event != NULL && kept_tag(k, event, base_str_of(cut));
}

base_str kept_pair(kept *k, base_str a, base_str b) {
    char *text =
        base_arena_printf(k->call->face->arena, "%.*s|%.*s", (int)a.len, a.ptr != NULL ? a.ptr : "",
                          (int)b.len, b.ptr != NULL ? b.ptr : "");
    return base_str_of(text);
}

base_str kept_number(kept *k, const char *prefix, const char *what, base_str of, unsigned digits) {
    char text[64];
    uint64_t hash = base_mix(k->call->face->sb->seed, k->call->shop);
    hash = base_mix(base_mix(hash, generic_hash(base_str_of(what))), generic_hash(of));
    size_t len = (size_t)snprintf(text, sizeof text, "%s", prefix);
    for (unsigned i = 0; i < digits && len + 1 < sizeof text; i++) {
        hash = base_mix(hash, i + 1);
        text[len++] = (char)(i == 0 ? '1' + hash % 9 : '0' + hash % 10);
    }
    text[len] = '\0';
    return base_str_of(base_arena_dup(k->call->face->arena, base_str_of(text)));
}

static base_str once_key(kept *k, base_str key) {
    return kept_pair(k, base_str_of(k->row->method), key);
}

bool kept_done_before(kept *k, base_str key) {
    return key.len > 0 && kept_get(k, KEPT_ONCE, once_key(k, key)) != NULL;
}

bool kept_done_now(kept *k, base_str key) {
    return key.len == 0 || kept_add(k, KEPT_ONCE, once_key(k, key), NULL) != NULL;
}

/* ---- pages ---- */

bool kept_page_of(kept *k, const char *page, int first, const char *size, int most,
                  const char *refusal, kept_page *out) {
    int64_t at = kept_i64_of(k->call->params, page, first);
    int64_t rows = kept_i64_of(k->call->params, size, most);
    if (at < first || at > INT32_MAX) {
        return kept_refuse(k, refusal, "%s begins with %d", page, first);
    }
    if (rows < 1 || rows > most) {
        return kept_refuse(k, refusal, "%s is 1 to %d", size, most);
    }
    *out = (kept_page){ (at - first) * rows, rows };
    return true;
}

bool kept_on_page(const kept_page *page, int64_t *seen) {
    int64_t at = (*seen)++;
    return at >= page->offset && at < page->offset + page->size;
}
