/*
 * qd push read, tags and spi: what a platform sent, verified and read from the bytes that came.
 * For whoever writes a receiver and wants to know why a message is refused; receives nothing
 * itself.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"
#include "qiandian/push.h"

static const char platform[] = "douyin"; /* the only one whose pushes are known */

enum { BODY_BYTES = 16 * 1024 * 1024 };

/* ---- whose keys ---- */

typedef struct keys {
    char app_key[CLI_APP_KEY_MAX];
    base_secret secret;
} keys;

/* Of --shop, or --key with QD_SECRET. */
static qd_status find_keys(const cli_context *context, keys *out, qd_err *err) {
    const char *t_code = cli_text(context, "shop");
    const char *key = cli_text(context, "key");
    if (!t_code == !key) {
        return base_fail(err, QD_E_INVALID,
                         "whose message is it? give --shop, or --key (and the "
                         "secret in QD_SECRET)");
    }
    if (key) {
        const char *secret = getenv("QD_SECRET");
        if (!base_copy(out->app_key, sizeof out->app_key, base_str_of(key))) {
            return base_fail(err, QD_E_INVALID, "--key is longer than %zu bytes",
                             sizeof out->app_key - 1);
        }
        return secret && secret[0]
                   ? base_secret_set(&out->secret, base_str_of(secret), err)
                   : base_fail(err, QD_E_INVALID, "no secret: set QD_SECRET, or give --shop");
    }
    return cli_shop_keys(context, t_code, out->app_key, &out->secret, err);
}

/* ---- read ---- */

static const cli_option read_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "whose app's keys verify it" },
    { "key", 'k', CLI_TEXT, "KEY", NULL, 0, 0, "app key, instead of --shop; secret in QD_SECRET" },
    { "event-sign", 0, CLI_TEXT, "HEX", NULL, 0, 0, "header event-sign as it came" },
    { "app-id", 0, CLI_TEXT, "ID", NULL, 0, 0, "header app-id as it came" },
    { "unverified", 0, CLI_FLAG, NULL, NULL, 0, 0, "read it whoever sent it" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static const cli_column message_columns[] = {
    { "tag", CLI_KIND_TEXT, true },   { "event", CLI_KIND_NAME, true },
    { "title", CLI_KIND_TEXT, true }, { "msg_id", CLI_KIND_TEXT, true },
    { "data", CLI_KIND_TEXT, true },
};
enum { MESSAGE_COLUMNS = sizeof message_columns / sizeof message_columns[0] };

static cli_cell text_or_null(const char *text) {
    return text ? CLI_CELL_TEXT(text) : CLI_CELL_NULL;
}

static int print_rows(cli_context *context, const qd_push *push) {
    cli_rows *rows = cli_rows_new(context, message_columns, MESSAGE_COLUMNS);
    for (size_t i = 0; rows && i < qd_push_count(push); i++) {
        const qd_push_message *m = qd_push_at(push, i);
        cli_cell cells[MESSAGE_COLUMNS] = { CLI_CELL_TEXT(m->tag),
                                            text_or_null(m->event),
                                            text_or_null(m->title),
                                            CLI_CELL_TEXT(m->msg_id),
                                            { .text = { m->data, m->data_len } } };
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    return rows ? cli_rows_end(rows) : CLI_FAILED;
}

/* data as the value that it is: JSON, or the plain time of the test message. */
static yyjson_mut_val *data_value(yyjson_mut_doc *doc, const qd_push_message *m) {
    yyjson_doc *data = NULL;
    yyjson_mut_val *value;
    if (codec_json_read((base_str){ m->data, m->data_len }, 0, &data, NULL) == QD_OK) {
        value = yyjson_val_mut_copy(doc, yyjson_doc_get_root(data));
    } else {
        value = yyjson_mut_strncpy(doc, m->data, m->data_len);
    }
    yyjson_doc_free(data);
    return value;
}

static void add_text(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *name,
                     const char *text) {
    if (text) {
        yyjson_mut_obj_add_strcpy(doc, object, name, text);
    } else {
        yyjson_mut_obj_add_null(doc, object, name);
    }
}

static int print_document(const cli_context *context, const qd_push *push) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_val *list = yyjson_mut_arr(doc);
        yyjson_mut_doc_set_root(doc, list);
        for (size_t i = 0; i < qd_push_count(push); i++) {
            const qd_push_message *m = qd_push_at(push, i);
            yyjson_mut_val *value = yyjson_mut_arr_add_obj(doc, list);
            add_text(doc, value, "tag", m->tag);
            add_text(doc, value, "event", m->event);
            add_text(doc, value, "title", m->title);
            add_text(doc, value, "msg_id", m->msg_id);
            yyjson_mut_obj_add_val(doc, value, "data", data_value(doc, m));
        }
    }
    int code = cli_print_document(context, doc);
    yyjson_mut_doc_free(doc);
    return code;
}

static qd_status verify(const cli_context *context, base_str body, qd_err *err) {
    keys k = { .secret = { NULL, 0 } };
    qd_status status = find_keys(context, &k, err);
    if (status == QD_OK) {
        qd_push_request request = { .app_key = k.app_key,
                                    .app_secret = k.secret.ptr,
                                    .app_id = cli_text(context, "app-id"),
                                    .event_sign = cli_text(context, "event-sign"),
                                    .body = body.ptr,
                                    .body_len = body.len };
        status = qd_push_verify(platform, &request, err);
    }
    base_secret_clear(&k.secret);
    return status;
}

static int run_read(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    base_buf file;
    base_str body = BASE_STR("");
    qd_push *push = NULL;
    base_buf_init(&file, BODY_BYTES);
    bool piped = strcmp(context->operands[0], "-") == 0;
    qd_status status = cli_read_value(piped ? "@-" : context->operands[0], &file, &body, &err);
    if (status == QD_OK && !cli_flag(context, "unverified")) {
        status = verify(context, body, &err);
    }
    if (status == QD_OK) {
        status = qd_push_parse(platform, body.ptr, body.len, &push, &err);
    }
    int code;
    if (status != QD_OK) {
        code = cli_fail(context, &err);
    } else {
        code =
            cli_wants_document(context) ? print_document(context, push) : print_rows(context, push);
    }
    qd_push_free(push);
    base_buf_wipe(&file);
    return code;
}

const cli_command cli_push_read = {
    "push read",
    "@FILE|-",
    1,
    1,
    "a Douyin push as it came: verified, and its messages",
    "qd push read @body.json --shop dy-4463798 --event-sign 9d65...",
    read_options,
    CLI_ENGINE(run_read)
};

/* ---- tags ---- */

static const cli_option no_options[] = { { NULL, 0, 0, NULL, NULL, 0, 0, NULL } };

static const cli_column tag_columns[] = { { "tag", CLI_KIND_TEXT, true },
                                          { "event", CLI_KIND_NAME, true },
                                          { "title", CLI_KIND_TEXT, true } };
enum { TAG_COLUMNS = sizeof tag_columns / sizeof tag_columns[0] };

static int run_tags(cli_context *context) {
    cli_rows *rows = cli_rows_new(context, tag_columns, TAG_COLUMNS);
    qd_push_kind kind;
    for (size_t i = 0; rows && qd_push_kind_at(platform, i, &kind); i++) {
        cli_cell cells[TAG_COLUMNS] = { CLI_CELL_TEXT(kind.tag), CLI_CELL_TEXT(kind.event),
                                        CLI_CELL_TEXT(kind.title) };
        if (!cli_rows_add(rows, cells)) {
            break;
        }
    }
    return rows ? cli_rows_end(rows) : CLI_FAILED;
}

const cli_command cli_push_tags = { "push tags",
                                    "",
                                    0,
                                    0,
                                    "the kinds of Douyin push that have a struct",
                                    "qd push tags",
                                    no_options,
                                    CLI_ENGINE(run_tags) };

/* ---- spi ---- */

static const cli_option spi_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "whose app's keys verify it" },
    { "key", 'k', CLI_TEXT, "KEY", NULL, 0, 0, "app key, instead of --shop; secret in QD_SECRET" },
    { "path", 0, CLI_TEXT, "PATH", NULL, 0, 0, "of the URL: tells which SPI it is" },
    { "body", 'b', CLI_TEXT, "@FILE", NULL, 0, 0, "of a POST" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

static int print_spi(cli_context *context, const qd_spi *call) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    const char *params = qd_spi_params(call);
    if (doc) {
        yyjson_doc *parsed = NULL;
        yyjson_mut_val *root = yyjson_mut_obj(doc);
        yyjson_mut_doc_set_root(doc, root);
        add_text(doc, root, "name", qd_spi_name(call));
        add_text(doc, root, "timestamp", qd_spi_timestamp(call));
        if (codec_json_read(base_str_of(params), 0, &parsed, NULL) == QD_OK) {
            yyjson_mut_obj_add_val(doc, root, "params",
                                   yyjson_val_mut_copy(doc, yyjson_doc_get_root(parsed)));
        } else {
            add_text(doc, root, "params", params);
        }
        yyjson_doc_free(parsed);
    }
    int code = cli_print_record(context, doc);
    yyjson_mut_doc_free(doc);
    return code;
}

static int run_spi(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    keys k = { .secret = { NULL, 0 } };
    base_buf file;
    base_str body = BASE_STR("");
    qd_spi *call = NULL;
    const char *given = cli_text(context, "body");
    base_buf_init(&file, BODY_BYTES);
    qd_status status = given ? cli_read_value(given, &file, &body, &err) : QD_OK;
    if (status == QD_OK) {
        status = find_keys(context, &k, &err);
    }
    if (status == QD_OK) {
        qd_spi_request request = { .app_key = k.app_key,
                                   .app_secret = k.secret.ptr,
                                   .path = cli_text(context, "path"),
                                   .query = context->operands[0],
                                   .body = given ? body.ptr : NULL,
                                   .body_len = body.len };
        status = qd_spi_verify(platform, &request, &call, &err);
    }
    int code = status == QD_OK ? print_spi(context, call) : cli_fail(context, &err);
    qd_spi_free(call);
    base_secret_clear(&k.secret);
    base_buf_wipe(&file);
    return code;
}

const cli_command cli_push_spi = {
    "push spi",
    "QUERY",
    1,
    1,
    "a Douyin SPI call as it came: verified, and its parameters",
    "qd push spi 'app_key=7...&param_json=...&sign=...&timestamp=...' --shop dy-4463798",
    spi_options,
    CLI_ENGINE(run_spi)
};
