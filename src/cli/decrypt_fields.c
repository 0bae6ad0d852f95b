/*
 * The encrypted fields of a stored order: every text of its document that has the form of cipher
 * text, wherever it stands, each once. What a field is follows from its name until the platform
 * tells.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/decrypt_private.h"

enum { PATH_BYTES = 512 };

static qd_sensitive_kind kind_of(const char *path) {
    static const struct {
        const char *part;
        qd_sensitive_kind kind;
    } names[] = {
        { "card_no", QD_SENSITIVE_ID_CARD }, { "tel", QD_SENSITIVE_PHONE },
        { "mobile", QD_SENSITIVE_PHONE },    { "phone", QD_SENSITIVE_PHONE },
        { "detail", QD_SENSITIVE_ADDRESS },  { "receiver", QD_SENSITIVE_NAME },
        { "name", QD_SENSITIVE_NAME },
    };
    const char *dot = strrchr(path, '.');
    const char *name = dot ? dot + 1 : path;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strstr(name, names[i].part)) {
            return names[i].kind;
        }
    }
    return QD_SENSITIVE_UNKNOWN;
}

static char *copy(base_str text) {
    char *made = malloc(text.len + 1);
    if (made) {
        (void)base_copy(made, text.len + 1, text);
    }
    return made;
}

qd_status decrypt_fields_add(decrypt_fields *fields, const char *order_id, const char *path,
                             base_str cipher, qd_err *err) {
    if (fields->count == fields->room) {
        size_t room = fields->room ? fields->room * 2 : 64;
        decrypt_field *items = realloc(fields->items, room * sizeof *items);
        if (!items) {
            return base_fail(err, QD_E_NOMEM, "out of memory for %zu texts", room);
        }
        fields->items = items;
        fields->room = room;
    }
    decrypt_field *made = &fields->items[fields->count++];
    *made = (decrypt_field){ .order_id = copy(base_str_of(order_id)),
                             .path = copy(base_str_of(path)),
                             .cipher = copy(cipher),
                             .kind = kind_of(path) };
    return made->order_id && made->path && made->cipher
               ? QD_OK
               : base_fail(err, QD_E_NOMEM, "out of memory for a text");
}

void decrypt_fields_clear(decrypt_fields *fields) {
    for (size_t i = 0; i < fields->count; i++) {
        free(fields->items[i].order_id);
        free(fields->items[i].path);
        free(fields->items[i].cipher);
    }
    free(fields->items);
    *fields = (decrypt_fields){ .items = NULL };
}

/* ---- the document ---- */

typedef struct walk {
    decrypt_fields *fields;
    const char *order_id;
    size_t first; /* of this order */
    qd_err *err;
} walk;

static bool is_known(const walk *w, const char *cipher) {
    for (size_t i = w->first; i < w->fields->count; i++) {
        if (strcmp(w->fields->items[i].cipher, cipher) == 0) {
            return true;
        }
    }
    return false;
}

static qd_status walk_value(const walk *w, yyjson_val *value, char path[PATH_BYTES]) {
    size_t len = strlen(path), i, count;
    yyjson_val *key, *item;
    qd_status status = QD_OK;
    if (yyjson_is_str(value)) {
        const char *text = yyjson_get_str(value);
        base_str cipher = { text, yyjson_get_len(value) };
        bool wanted = qd_cipher_parse(text, NULL) && !is_known(w, text);
        return wanted ? decrypt_fields_add(w->fields, w->order_id, path, cipher, w->err) : QD_OK;
    }
    if (yyjson_is_obj(value)) {
        yyjson_obj_foreach(value, i, count, key, item) {
            (void)snprintf(path + len, PATH_BYTES - len, "%s%s", len ? "." : "",
                           yyjson_get_str(key));
            status = status == QD_OK ? walk_value(w, item, path) : status;
        }
    } else if (yyjson_is_arr(value)) {
        yyjson_arr_foreach(value, i, count, item) {
            (void)snprintf(path + len, PATH_BYTES - len, "[%zu]", i);
            status = status == QD_OK ? walk_value(w, item, path) : status;
        }
    }
    path[len] = '\0';
    return status;
}

static bool keep_payload(void *user, const store_table *table, const store_value *values) {
    int64_t *payload = user;
    (void)table;
    const store_value *id = &values[ORDERS_PAYLOAD_ID];
    *payload = id->is_null || !id->set ? 0 : id->i64;
    return false;
}

static qd_status read_document(store *store, const char *shop, const char *order_id,
                               yyjson_doc **out_doc, qd_err *err) {
    int64_t payload = -1;
    store_filter filter = {
        .table = TABLE_ORDERS, .shop = shop, .key = order_id, .time_column = -1
    };
    base_buf text;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    qd_status status = store_select(store, &filter, keep_payload, &payload, err);
    if (status == QD_OK && payload <= 0) {
        status = base_fail(err, QD_E_NOT_FOUND,
                           payload < 0 ? "order %.64s is not stored: qd sync orders --shop %.40s "
                                         "reads it, or give --text with --order"
                                       : "no document is kept of order %.64s of shop %.40s",
                           order_id, shop);
    }
    if (status == QD_OK) {
        status = store_payload(store, payload, &text, err);
    }
    if (status == QD_OK) {
        status = codec_json_read(base_buf_str(&text), LIMIT_DOCUMENT_BYTES, out_doc, err);
    }
    base_buf_clear(&text);
    return status;
}

qd_status decrypt_fields_of_order(decrypt_fields *fields, store *store, const char *shop,
                                  const char *order_id, qd_err *err) {
    yyjson_doc *doc = NULL;
    char path[PATH_BYTES] = "";
    walk w = { .fields = fields, .order_id = order_id, .first = fields->count, .err = err };
    qd_status status = read_document(store, shop, order_id, &doc, err);
    if (status == QD_OK) {
        status = walk_value(&w, yyjson_doc_get_root(doc), path);
    }
    if (status == QD_OK && fields->count == w.first) {
        status = base_fail(err, QD_E_NOT_FOUND, "order %.64s has no encrypted fields", order_id);
    }
    yyjson_doc_free(doc);
    return status;
}
