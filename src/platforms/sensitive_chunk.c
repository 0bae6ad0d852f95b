/*
 * One chunk of sensitive texts: the call's parameters, and each answer back to its item. What came
 * from the platform is overwritten before it is freed, and so are the parameters.
 */
#include <stdio.h>
#include <string.h>

#include "platforms/sensitive_private.h"

/* How an action asks and answers. Douyin api-docs 15/982, 15/508, 15/487, 15/516. */
typedef struct wording {
    const char *list;   /* of the call */
    const char *text;   /* the item's text there */
    const char *kind;   /* NULL = not sent */
    const char *answer; /* list of the reply */
    const char *echo;   /* the item's text there */
    const char *made;   /* what was asked for */
} wording;

static const wording wordings[] = {
    [QD_SENSITIVE_DECRYPT] = { "cipher_infos", "cipher_text", NULL, "decrypt_infos", "cipher_text",
                               "decrypt_text" },
    [QD_SENSITIVE_MASK] = { "cipher_infos", "cipher_text", NULL, "decrypt_infos", "cipher_text",
                            "decrypt_text" },
    [QD_SENSITIVE_ENCRYPT] = { "batch_encrypt_list", "plain_text", "sensitive_type",
                               "encrypt_infos", "decrypt_text", "cipher_text" },
    [QD_SENSITIVE_INDEX] = { "plain_text_list", "plain_text", "encrypt_type",
                             "plain_to_encrypt_index_list", "plain", "search_index" },
};

const char *sensitive_method(const qd_app *app, qd_sensitive_action action) {
    static const char *const douyin[] = {
        [QD_SENSITIVE_DECRYPT] = "order.batchDecrypt",
        [QD_SENSITIVE_MASK] = "order.batchSensitive",
        [QD_SENSITIVE_ENCRYPT] = "order.batchEncrypt",
        [QD_SENSITIVE_INDEX] = "order.BatchSearchIndex",
    };
    const char *platform = cat_str(core_app_catalog(app)->name);
    if (strcmp(platform, "douyin") == 0) {
        return douyin[action];
    }
    bool solinkup = strcmp(platform, "solinkup") == 0;
    return solinkup && action == QD_SENSITIVE_DECRYPT ? "jinritemai.batchDecrypts" : NULL;
}

void sensitive_fail(sensitive_entry *entry, qd_status status, const char *code,
                    const char *message) {
    (void)base_copy(entry->code, sizeof entry->code, base_str_of(code));
    (void)base_copy(entry->message, sizeof entry->message, base_str_of(message));
    entry->open.status = status;
    entry->open.text = NULL;
    entry->open.is_virtual = false;
    entry->open.number = NULL;
    entry->open.extension = NULL;
}

/* ---- asking ---- */

static void add_member(base_buf *out, const char *name, const char *text) {
    codec_json_quote(out, base_str_of(name));
    base_buf_add_char(out, ':');
    codec_json_quote(out, base_str_of(text));
}

static void add_option(base_buf *out, const char *name, const char *text) {
    if (text) {
        base_buf_add_char(out, ',');
        add_member(out, name, text);
    }
}

static void add_item(const sensitive_run *run, const qd_sensitive_item *item, base_buf *out) {
    const wording *words = &wordings[run->action];
    base_buf_add_char(out, '{');
    add_member(out, words->text, item->text);
    if (run->action != QD_SENSITIVE_INDEX) {
        add_option(out, "auth_id", item->order_id);
    }
    if (words->kind) {
        base_buf_printf(out, ",\"%s\":%d", words->kind, (int)item->kind);
    }
    if (run->action == QD_SENSITIVE_ENCRYPT) {
        base_buf_printf(out, ",\"is_support_index\":%s", item->no_index ? "false" : "true");
    }
    base_buf_add_char(out, '}');
}

/* Room for all of it first: a buffer that grows leaves its old bytes behind. */
static void write_params(const sensitive_run *run, const size_t *picked, size_t count,
                         base_buf *out) {
    size_t most = 1024;
    for (size_t i = 0; i < count; i++) {
        const qd_sensitive_item *item = &run->items[picked[i]];
        size_t id = item->order_id ? strlen(item->order_id) : 0;
        most += 128 + 6 * (strlen(item->text) + id); /* \u0000 is the longest escape */
    }
    if (!base_buf_room(out, most)) {
        return;
    }
    base_buf_printf(out, "{\"%s\":[", wordings[run->action].list);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            base_buf_add_char(out, ',');
        }
        add_item(run, &run->items[picked[i]], out);
    }
    base_buf_add_char(out, ']');
    if (run->action == QD_SENSITIVE_DECRYPT) {
        add_option(out, "account_id", run->options->account_id);
        add_option(out, "account_type", run->options->account_type);
    } else if (run->action == QD_SENSITIVE_ENCRYPT) {
        add_option(out, "sensitive_scene", run->options->scene);
    }
    base_buf_add_char(out, '}');
}

/* ---- answers ---- */

static base_str text_of(yyjson_val *row, const char *name) {
    yyjson_val *value = yyjson_obj_get(row, name);
    return (base_str){ yyjson_get_str(value), yyjson_get_len(value) };
}

/* An id, which some write as a number. */
static bool same_id(yyjson_val *value, const char *id) {
    int64_t number = 0, wanted = 0;
    if (yyjson_is_str(value)) {
        return id && strcmp(yyjson_get_str(value), id) == 0;
    }
    return codec_json_i64(value, &number) && base_str_to_i64(base_str_of(id), &wanted) &&
           number == wanted;
}

static bool row_fits(const sensitive_run *run, const qd_sensitive_item *item, yyjson_val *row,
                     bool strict) {
    base_str echo = text_of(row, wordings[run->action].echo);
    yyjson_val *id = yyjson_obj_get(row, "auth_id");
    bool id_fits = yyjson_is_null(id) || !id || same_id(id, item->order_id);
    if (run->action == QD_SENSITIVE_INDEX) {
        id_fits = true;
    }
    return base_str_is(echo, item->text) && (id_fits || !strict);
}

/* The answer's row for the n-th item asked: they come in the order of the question, but nothing
 * says that they must. Encryption may not repeat the plain text: then its place tells. */
static yyjson_val *find_row(const sensitive_run *run, yyjson_val *rows, size_t nth, size_t asked,
                            const qd_sensitive_item *item) {
    yyjson_val *here = yyjson_arr_get(rows, nth), *row;
    size_t i, count;
    for (int strict = 1; strict >= 0; strict--) {
        if (here && row_fits(run, item, here, strict)) {
            return here;
        }
        yyjson_arr_foreach(rows, i, count, row) {
            if (row_fits(run, item, row, strict)) {
                return row;
            }
        }
    }
    bool by_place = run->action == QD_SENSITIVE_ENCRYPT && yyjson_arr_size(rows) == asked &&
                    text_of(here, wordings[run->action].echo).len == 0;
    return by_place && same_id(yyjson_obj_get(here, "auth_id"), item->order_id) ? here : NULL;
}

static bool is_digits(base_str text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return text.len > 0;
}

/* "18400913965-7576": the number and what is dialled after it. */
static bool split_virtual(base_str text, base_str *out_number, base_str *out_extension) {
    const char *dash = text.len > 0 ? memchr(text.ptr, '-', text.len) : NULL;
    if (!dash) {
        return false;
    }
    *out_number = (base_str){ text.ptr, (size_t)(dash - text.ptr) };
    *out_extension = (base_str){ dash + 1, text.len - out_number->len - 1 };
    /* A mobile number: land lines have a dash of their own (010-88886666). */
    return out_number->len == 11 && out_number->ptr[0] == '1' && is_digits(*out_number) &&
           is_digits(*out_extension);
}

static qd_status read_virtual(yyjson_val *row, base_str text, sensitive_entry *entry, qd_err *err) {
    bool told = false;
    base_str number = text_of(row, "phone_no_a");
    base_str extension = text_of(row, "phone_no_b");
    (void)codec_json_bool(yyjson_obj_get(row, "is_virtual_tel"), &told);
    base_str left, right;
    bool split = split_virtual(text, &left, &right);
    bool given = told && number.len > 0;
    if (!told && !split) {
        return QD_OK;
    }
    if (!given) {
        number = split ? left : text;
        extension = split ? right : (base_str){ NULL, 0 };
    }
    qd_status status = base_secret_set(&entry->number, number, err);
    if (status == QD_OK) {
        status = base_secret_set(&entry->extension, extension, err);
    }
    int64_t expires = 0;
    (void)codec_json_i64(yyjson_obj_get(row, "expire_time"), &expires);
    entry->open.expires_at = expires > 100000000000 ? expires / 1000 : expires; /* milliseconds? */
    entry->open.is_virtual = true;
    entry->open.number = entry->number.ptr;
    entry->open.extension = entry->extension.ptr;
    return status;
}

static qd_sensitive_kind kind_of(const sensitive_run *run, const qd_sensitive_item *item,
                                 yyjson_val *row) {
    int64_t told = 0;
    qd_cipher cipher = { .kind = QD_SENSITIVE_UNKNOWN };
    if (codec_json_i64(yyjson_obj_get(row, "data_type"), &told) && told > 0 &&
        told <= QD_SENSITIVE_OWN_PHONE) {
        return (qd_sensitive_kind)told;
    }
    if (item->kind == QD_SENSITIVE_UNKNOWN && run->action <= QD_SENSITIVE_MASK) {
        (void)qd_cipher_parse(item->text, &cipher);
        return cipher.kind;
    }
    return item->kind;
}

/* An item's own refusal: {"err_no":200001,"err_msg":"..."}. */
static bool row_failed(yyjson_val *row, const char *text, sensitive_entry *entry) {
    int64_t number = 0;
    char code[24] = "", message[256] = "";
    if (!codec_json_i64(yyjson_obj_get(row, "err_no"), &number) || number == 0) {
        return false;
    }
    (void)snprintf(code, sizeof code, "%lld", (long long)number);
    (void)base_copy(message, sizeof message, text_of(row, "err_msg"));
    bool repeats = *text && strstr(message, text) != NULL;
    sensitive_fail(entry, QD_E_PLATFORM, code,
                   repeats ? "the platform's words repeat the text and are withheld" : message);
    return true;
}

static qd_status fill(const sensitive_run *run, const qd_sensitive_item *item, yyjson_val *row,
                      sensitive_entry *entry, qd_err *err) {
    if (!row) {
        sensitive_fail(entry, QD_E_PROTOCOL, "", "the answer has no row for this text");
        return QD_OK;
    }
    entry->open.kind = kind_of(run, item, row);
    if (row_failed(row, item->text, entry)) {
        return QD_OK;
    }
    base_str made = text_of(row, wordings[run->action].made);
    if (made.len == 0) {
        sensitive_fail(entry, QD_E_PROTOCOL, "", "the platform's answer to this text is empty");
        return QD_OK;
    }
    qd_status status = base_secret_set(&entry->text, made, err);
    if (status == QD_OK && run->action == QD_SENSITIVE_DECRYPT &&
        entry->open.kind != QD_SENSITIVE_ADDRESS && entry->open.kind != QD_SENSITIVE_NAME) {
        status = read_virtual(row, made, entry, err);
    }
    entry->open.text = entry->text.ptr;
    entry->open.status = status;
    return status;
}

/* ---- wiping what the platform sent ---- */

static void wipe_value(yyjson_val *value) {
    size_t i, count;
    yyjson_val *key, *item;
    if (yyjson_is_str(value)) {
        /* The document's own copy, which is about to be freed. */
        base_wipe((void *)(uintptr_t)yyjson_get_str(value), yyjson_get_len(value));
    } else if (yyjson_is_obj(value)) {
        yyjson_obj_foreach(value, i, count, key, item) {
            wipe_value(item);
        }
    } else if (yyjson_is_arr(value)) {
        yyjson_arr_foreach(value, i, count, item) {
            wipe_value(item);
        }
    }
}

static void wipe_reply(qd_reply *reply) {
    if (reply) {
        size_t len = 0;
        const char *body = qd_reply_body(reply, &len);
        wipe_value(core_reply_data(reply));
        base_wipe((void *)(uintptr_t)body, len);
        qd_reply_free(reply);
    }
}

/* The platform's words may repeat what it was asked to encrypt. */
static void withhold(const sensitive_run *run, const size_t *picked, size_t count, qd_err *err) {
    for (size_t i = 0; run->action >= QD_SENSITIVE_ENCRYPT && i < count; i++) {
        if (strstr(err->message, run->items[picked[i]].text)) {
            (void)base_copy(err->message, sizeof err->message,
                            BASE_STR("the platform's words repeat a text and are withheld"));
        }
    }
}

/* Some of a call's texts may fail while it is a success, or (50002 isv.business-failed:300008) a
 * failure that carries the answers all the same: the rows decide. */
qd_status sensitive_ask(const sensitive_run *run, const size_t *picked, size_t count,
                        int64_t deadline_ms, qd_err *err) {
    qd_err reason = QD_ERR_INIT;
    qd_reply *reply = NULL;
    qd_call_options options = { .deadline_ms = deadline_ms };
    base_buf params;
    base_buf_init(&params, LIMIT_REQUEST_BYTES);
    write_params(run, picked, count, &params);
    qd_status status = base_buf_check(&params, "the parameters", &reason);
    if (status == QD_OK) {
        status =
            qd_call_with(run->shop, run->method, base_buf_text(&params), &options, &reply, &reason);
    }
    base_buf_wipe(&params);
    yyjson_val *rows =
        reply ? yyjson_obj_get(core_reply_data(reply), wordings[run->action].answer) : NULL;
    if (yyjson_is_arr(rows) && yyjson_arr_size(rows) > 0) {
        status = QD_OK;
    } else if (status == QD_OK) {
        status = base_fail(&reason, QD_E_PROTOCOL, "%s: the answer has no %s", run->method,
                           wordings[run->action].answer);
    }
    for (size_t i = 0; i < count && status == QD_OK; i++) {
        const qd_sensitive_item *item = &run->items[picked[i]];
        status = fill(run, item, find_row(run, rows, i, count, item),
                      &run->result->entries[picked[i]], &reason);
    }
    wipe_reply(reply);
    withhold(run, picked, count, &reason);
    if (status != QD_OK && err) {
        *err = reason;
    }
    return status;
}
