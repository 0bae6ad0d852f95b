/*
 * Typed arguments to parameters: walks a struct by its descriptors and writes JSON, then calls as
 * anybody does. Refuses only what cannot be written (no number, no JSON, no UTF-8); what the method
 * demands is the validation's to say.
 */
#include <string.h>

#include "core/core_private.h"
#include "qiandian/args.h"

enum { DEEPEST = 32 };

typedef struct writer {
    const qd_api *api;
    yyjson_mut_doc *doc;
    qd_err *err;
} writer;

/* Where we are: "goods_details[1].price". */
typedef struct site {
    const struct site *up;
    const char *name;
    size_t index; /* of the item that we are in; SIZE_MAX = none */
} site;

/* How the generated structs write a list of any type. */
typedef struct any_list {
    const void *items;
    size_t count;
} any_list;

static void write_site(const site *at, base_buf *out) {
    if (at->up) {
        write_site(at->up, out);
        base_buf_add_char(out, '.');
    }
    base_buf_add_text(out, at->name);
    if (at->index != SIZE_MAX) {
        base_buf_printf(out, "[%zu]", at->index);
    }
}

static size_t depth_of(const site *at) {
    size_t depth = 0;
    for (; at; at = at->up) {
        depth++;
    }
    return depth;
}

static qd_status refuse(const writer *w, const site *at, const char *what) {
    base_buf place;
    base_buf_init(&place, 256);
    write_site(at, &place);
    qd_status status =
        base_fail(w->err, QD_E_INVALID, "%s: %s: %s", w->api->method, base_buf_text(&place), what);
    base_buf_clear(&place);
    return status;
}

static qd_status no_memory(const writer *w) {
    return base_fail(w->err, QD_E_NOMEM, "out of memory for parameters");
}

/* ---- single values ---- */

/* Texts stay the caller's: the document is written out before the call begins. */
static qd_status put_text(const writer *w, const site *at, const char *text, yyjson_mut_val **out) {
    base_str str = base_str_of(text);
    if (!base_utf8_valid(str)) {
        return refuse(w, at, "is not UTF-8");
    }
    *out = yyjson_mut_strn(w->doc, str.ptr, str.len);
    return *out ? QD_OK : no_memory(w);
}

static qd_status put_decimal(const writer *w, const site *at, const char *text,
                             yyjson_mut_val **out) {
    yyjson_val number = { 0 };
    const char *end = yyjson_read_number(text, &number, YYJSON_READ_NUMBER_AS_RAW, NULL, NULL);
    if (!end || *end) {
        return refuse(w, at, "must be a number such as 12.30");
    }
    *out = yyjson_mut_raw(w->doc, text);
    return *out ? QD_OK : no_memory(w);
}

static qd_status put_json(const writer *w, const site *at, const char *text, yyjson_mut_val **out) {
    yyjson_doc *doc = NULL;
    qd_err why;
    qd_status status = codec_json_read(base_str_of(text), LIMIT_REQUEST_BYTES, &doc, &why);
    if (status != QD_OK) {
        return status == QD_E_NOMEM ? no_memory(w) : refuse(w, at, why.message);
    }
    *out = yyjson_val_mut_copy(w->doc, yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
    return *out ? QD_OK : no_memory(w);
}

/* As the parameters' JSON writes a file, see qd_call(). */
static qd_status put_file(const writer *w, const site *at, const qd_file *file,
                          yyjson_mut_val **out) {
    yyjson_mut_val *name = NULL, *type = NULL;
    base_buf text;
    base_buf_init(&text, LIMIT_REQUEST_BYTES);
    codec_base64_encode(&text, (base_str){ file->data, file->len });
    qd_status status = base_buf_check(&text, "a file", w->err);
    if (status == QD_OK && file->name) {
        status = put_text(w, at, file->name, &name);
    }
    if (status == QD_OK && file->content_type) {
        status = put_text(w, at, file->content_type, &type);
    }
    if (status == QD_OK) {
        yyjson_mut_doc *doc = w->doc;
        yyjson_mut_val *inner = yyjson_mut_obj(doc);
        yyjson_mut_val *data = yyjson_mut_strncpy(doc, base_buf_text(&text), text.len);
        *out = yyjson_mut_obj(doc);
        bool fine = *out && inner && data && yyjson_mut_obj_add_val(doc, *out, "$file", inner) &&
                    (!name || yyjson_mut_obj_add_val(doc, inner, "name", name)) &&
                    (!type || yyjson_mut_obj_add_val(doc, inner, "content_type", type)) &&
                    yyjson_mut_obj_add_val(doc, inner, "base64", data);
        status = fine ? QD_OK : no_memory(w);
    }
    base_buf_clear(&text);
    return status;
}

/* ---- lists ---- */

static qd_status put_texts(const writer *w, const site *at, const qd_texts *list,
                           yyjson_mut_val **out) {
    *out = yyjson_mut_arr(w->doc);
    for (size_t i = 0; *out && i < list->count; i++) {
        const site here = { at->up, at->name, i };
        yyjson_mut_val *item = NULL;
        if (!list->items[i]) {
            return refuse(w, &here, "is NULL");
        }
        qd_status status = put_text(w, &here, list->items[i], &item);
        if (status != QD_OK) {
            return status;
        }
        if (!yyjson_mut_arr_append(*out, item)) {
            return no_memory(w);
        }
    }
    return *out ? QD_OK : no_memory(w);
}

static qd_status put_ints(const writer *w, const qd_ints *list, yyjson_mut_val **out) {
    *out = yyjson_mut_arr(w->doc);
    for (size_t i = 0; *out && i < list->count; i++) {
        if (!yyjson_mut_arr_add_sint(w->doc, *out, list->items[i])) {
            return no_memory(w);
        }
    }
    return *out ? QD_OK : no_memory(w);
}

/* ---- structs ---- */

static qd_status put_struct(const writer *w, const site *up, const qd_arg *rows, size_t count,
                            const void *args, yyjson_mut_val **out);

static qd_status put_structs(const writer *w, const site *at, const qd_arg *arg,
                             const any_list *list, yyjson_mut_val **out) {
    *out = yyjson_mut_arr(w->doc);
    for (size_t i = 0; *out && i < list->count; i++) {
        const site here = { at->up, at->name, i };
        const void *one = (const char *)list->items + i * arg->item_size;
        yyjson_mut_val *item = NULL;
        qd_status status = put_struct(w, &here, arg->fields, arg->field_count, one, &item);
        if (status != QD_OK) {
            return status;
        }
        if (!yyjson_mut_arr_append(*out, item)) {
            return no_memory(w);
        }
    }
    return *out ? QD_OK : no_memory(w);
}

/* What a pointer member points to; NULL = absent. All of them look alike where C runs with POSIX.
 */
static const void *pointer_at(const void *place) {
    const void *pointer;
    memcpy(&pointer, place, sizeof pointer);
    return pointer;
}

/* One member; *out stays NULL when it is absent. */
static qd_status put(const writer *w, const site *at, const qd_arg *arg, const void *place,
                     yyjson_mut_val **out) {
    const void *pointer = NULL;
    any_list list;
    int64_t number = 0;
    switch (arg->kind) {
    case QD_ARG_TEXT:
        return (pointer = pointer_at(place)) ? put_text(w, at, pointer, out) : QD_OK;
    case QD_ARG_DECIMAL:
        return (pointer = pointer_at(place)) ? put_decimal(w, at, pointer, out) : QD_OK;
    case QD_ARG_JSON:
        return (pointer = pointer_at(place)) ? put_json(w, at, pointer, out) : QD_OK;
    case QD_ARG_OBJECT:
        return (pointer = pointer_at(place))
                   ? put_struct(w, at, arg->fields, arg->field_count, pointer, out)
                   : QD_OK;
    case QD_ARG_TEXTS:
        return pointer_at(place) ? put_texts(w, at, place, out) : QD_OK;
    case QD_ARG_INTS:
        return pointer_at(place) ? put_ints(w, place, out) : QD_OK;
    case QD_ARG_OBJECTS:
        memcpy(&list, place, sizeof list);
        return list.items ? put_structs(w, at, arg, &list, out) : QD_OK;
    case QD_ARG_FILE:
        return ((const qd_file *)place)->data ? put_file(w, at, place, out) : QD_OK;
    case QD_ARG_INT:
        memcpy(&number, place, sizeof number);
        *out = yyjson_mut_sint(w->doc, number);
        break;
    case QD_ARG_OPT_INT:
        if (!((const qd_opt_int *)place)->given) {
            return QD_OK;
        }
        *out = yyjson_mut_sint(w->doc, ((const qd_opt_int *)place)->value);
        break;
    case QD_ARG_BOOL:
        *out = yyjson_mut_bool(w->doc, *(const bool *)place);
        break;
    case QD_ARG_OPT_BOOL:
        if (!((const qd_opt_bool *)place)->given) {
            return QD_OK;
        }
        *out = yyjson_mut_bool(w->doc, ((const qd_opt_bool *)place)->value);
        break;
    default:
        return base_fail(w->err, QD_E_UNSUPPORTED,
                         "%s: %s: the header is newer than this library (kind %u)", w->api->method,
                         arg->name, arg->kind);
    }
    return *out ? QD_OK : no_memory(w);
}

/* The members of an extra_json over those that are there. */
static qd_status put_extra(const writer *w, const site *at, const char *text,
                           yyjson_mut_val *object) {
    yyjson_mut_val *extra = NULL;
    qd_status status = put_json(w, at, text, &extra);
    if (status != QD_OK) {
        return status;
    }
    if (!yyjson_mut_is_obj(extra)) {
        return refuse(w, at, "must be a JSON object");
    }
    size_t i, max;
    yyjson_mut_val *key, *value;
    yyjson_mut_obj_foreach(extra, i, max, key, value) {
        (void)yyjson_mut_obj_remove_keyn(object, yyjson_mut_get_str(key), yyjson_mut_get_len(key));
    }
    yyjson_mut_obj_iter iter = yyjson_mut_obj_iter_with(extra);
    while ((key = yyjson_mut_obj_iter_next(&iter))) {
        value = yyjson_mut_obj_iter_get_val(key);
        if (yyjson_mut_is_null(value)) {
            continue;
        }
        yyjson_mut_val *copy = yyjson_mut_val_mut_copy(w->doc, value);
        yyjson_mut_val *name =
            yyjson_mut_strn(w->doc, yyjson_mut_get_str(key), yyjson_mut_get_len(key));
        if (!copy || !yyjson_mut_obj_add(object, name, copy)) {
            return no_memory(w);
        }
    }
    return QD_OK;
}

static qd_status put_struct(const writer *w, const site *up, const qd_arg *rows, size_t count,
                            const void *args, yyjson_mut_val **out) {
    yyjson_mut_val *object = yyjson_mut_obj(w->doc);
    if (!object) {
        return no_memory(w);
    }
    if (depth_of(up) > DEEPEST) {
        return base_fail(w->err, QD_E_INVALID, "%s: nested too deeply", w->api->method);
    }
    for (size_t i = 0; args && i < count; i++) {
        const qd_arg *arg = &rows[i];
        const void *place = (const char *)args + arg->offset;
        const site here = { up, arg->name, SIZE_MAX };
        yyjson_mut_val *value = NULL;
        if (arg->kind == QD_ARG_EXTRA) {
            const char *text = pointer_at(place);
            const site extra = { up, "extra_json", SIZE_MAX };
            qd_status status = text ? put_extra(w, &extra, text, object) : QD_OK;
            if (status != QD_OK) {
                return status;
            }
            continue;
        }
        qd_status status = put(w, &here, arg, place, &value);
        if (status != QD_OK) {
            return status;
        }
        if (value && !yyjson_mut_obj_add(object, yyjson_mut_str(w->doc, arg->name), value)) {
            return no_memory(w);
        }
    }
    *out = object;
    return QD_OK;
}

/* ---- calling ---- */

static qd_status write_args(const qd_api *api, const void *args, base_buf *out, qd_err *err) {
    yyjson_mut_val *root = NULL;
    const writer w = { api, yyjson_mut_doc_new(NULL), err };
    if (!w.doc) {
        return no_memory(&w);
    }
    qd_status status = put_struct(&w, NULL, api->args, api->arg_count, args, &root);
    if (status == QD_OK) {
        yyjson_mut_doc_set_root(w.doc, root);
        status = codec_json_write_mut(w.doc, false, out, err);
    }
    yyjson_mut_doc_free(w.doc);
    return status;
}

qd_status qd_call_args(qd_shop *shop, const qd_api *api, const void *args,
                       const qd_call_options *options, qd_reply **out_reply, qd_err *err) {
    base_buf params;
    base_buf_init(&params, LIMIT_REQUEST_BYTES);
    *out_reply = NULL;
    qd_status status = write_args(api, args, &params, err);
    if (status == QD_OK) {
        status = qd_call_with(shop, api->method, base_buf_text(&params), options, out_reply, err);
    }
    base_buf_clear(&params);
    return status;
}

qd_status qd_submit_args(qd_loop *loop, qd_shop *shop, const qd_api *api, const void *args,
                         const qd_call_options *options, qd_call_done_fn done, void *user,
                         qd_err *err) {
    base_buf params;
    base_buf_init(&params, LIMIT_REQUEST_BYTES);
    qd_status status = write_args(api, args, &params, err);
    if (status == QD_OK) {
        status =
            qd_submit(loop, shop, api->method, base_buf_text(&params), options, done, user, err);
    }
    base_buf_clear(&params);
    return status;
}
