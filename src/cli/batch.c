/*
 * qd batch: many calls of one shop in as few requests as the platform's batch endpoint takes
 * (Taobao). The calls come as lines of JSON, the outcomes go in the same order. Packing and
 * telling is the library's.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"
#include "qiandian/batch.h"

enum { REPLIES_BYTES = 1024 * 1024 * 1024, CALLS_MOST = 100000 };

static const cli_option batch_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "t_code of the shop" },
    { "per-request", 0, CLI_INT, "N", "20", 1, 40, "calls in one request" },
    { "no-validate", 0, CLI_FLAG, NULL, NULL, 0, 0, "send the parameters without checking them" },
    { "no-retry", 0, CLI_FLAG, NULL, NULL, 0, 0, "each request once" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* The calls as read: texts live in `docs` and `texts`. */
typedef struct calls {
    qd_batch_call *rows;
    yyjson_doc **docs;
    char **texts; /* the parameters of each */
    size_t count, room;
} calls;

static void calls_free(calls *c) {
    for (size_t i = 0; i < c->count; i++) {
        yyjson_doc_free(c->docs[i]);
        free(c->texts[i]);
    }
    free(c->rows);
    free(c->docs);
    free(c->texts);
}

static bool grow(calls *c) {
    size_t room = c->room ? c->room * 2 : 64;
    qd_batch_call *rows = realloc(c->rows, room * sizeof *rows);
    c->rows = rows ? rows : c->rows;
    yyjson_doc **docs = rows ? realloc(c->docs, room * sizeof(yyjson_doc *)) : NULL;
    c->docs = docs ? docs : c->docs;
    char **texts = docs ? realloc(c->texts, room * sizeof(char *)) : NULL;
    c->texts = texts ? texts : c->texts;
    c->room = texts ? room : c->room;
    return texts != NULL;
}

/* {"method":"...","params":{...}} */
static qd_status add_line(calls *c, base_str line, size_t number, qd_err *err) {
    yyjson_doc *doc = NULL;
    if (c->count == CALLS_MOST) {
        return base_fail(err, QD_E_INVALID, "more than %d calls", (int)CALLS_MOST);
    }
    if (c->count == c->room && !grow(c)) {
        return base_fail(err, QD_E_NOMEM, "out of memory for calls");
    }
    if (codec_json_read(line, LIMIT_REQUEST_BYTES, &doc, err) != QD_OK) {
        (void)base_err_prefix(err, "line %zu", number);
        err->status = QD_E_INVALID;
        return err->status;
    }
    yyjson_val *root = yyjson_doc_get_root(doc);
    const char *method = yyjson_get_str(yyjson_obj_get(root, "method"));
    yyjson_val *params = yyjson_obj_get(root, "params");
    char *text = params ? yyjson_val_write(params, 0, NULL) : strdup("{}");
    if (!method || (params && !yyjson_is_obj(params)) || !text) {
        yyjson_doc_free(doc);
        free(text);
        return base_fail(err, QD_E_INVALID,
                         "line %zu: a call is {\"method\":\"...\",\"params\":{}}", number);
    }
    c->docs[c->count] = doc;
    c->texts[c->count] = text;
    c->rows[c->count++] = (qd_batch_call){ method, text };
    return QD_OK;
}

static qd_status read_calls(const char *path, calls *out, qd_err *err) {
    base_buf text;
    base_buf_init(&text, LIMIT_REPLY_BYTES);
    const char *from = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
    qd_status status = base_file_read(from, LIMIT_REPLY_BYTES, &text, err);
    const char *at = text.len > 0 ? base_buf_text(&text) : "";
    const char *end = at + text.len;
    for (size_t number = 1; status == QD_OK && at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((newline ? newline : end) - at);
        bool blank = strspn(at, " \t\r") >= len;
        status = blank ? QD_OK : add_line(out, (base_str){ at, len }, number, err);
        at += len + 1;
    }
    base_buf_clear(&text);
    return status == QD_OK && out->count == 0
               ? base_fail(err, QD_E_INVALID, "%s: no calls in it", path)
               : status;
}

/* ---- outcomes ---- */

/* {"method","ok","reply"} or {"method","ok","error"}: replies as the platform wrote them. */
static void add_outcome(base_buf *out, const qd_batch_call *call, const qd_batch_result *result) {
    bool ok = result->err.status == QD_OK;
    size_t len = 0;
    const char *body = result->reply ? qd_reply_body(result->reply, &len) : NULL;
    base_buf_add_text(out, "{\"method\":");
    codec_json_quote(out, base_str_of(call->method));
    base_buf_printf(out, ",\"ok\":%s", ok ? "true" : "false");
    if (ok && body) {
        base_buf_add_text(out, ",\"reply\":");
        base_buf_add(out, body, len);
    }
    if (!ok) {
        yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
        if (doc) {
            yyjson_mut_doc_set_root(doc, cli_error_value(doc, &result->err));
            base_buf_add_text(out, ",\"error\":");
            (void)!codec_json_write_mut(doc, false, out, NULL);
        }
        yyjson_mut_doc_free(doc);
    }
    base_buf_add_char(out, '}');
}

/* The exit code of the worst outcome. Every outcome is printed unless all of them failed: then, as
 * everywhere, there is nothing but the error. */
static int print_outcomes(const cli_context *context, const calls *c,
                          const qd_batch_result *results) {
    qd_err err = QD_ERR_INIT;
    base_buf text;
    const qd_err *worst = NULL;
    int code = CLI_OK;
    size_t good = 0;
    base_buf_init(&text, REPLIES_BYTES);
    base_buf_add_char(&text, '[');
    for (size_t i = 0; i < c->count; i++) {
        base_buf_add_text(&text, i > 0 ? "," : "");
        add_outcome(&text, &c->rows[i], &results[i]);
        int one = cli_exit_of(results[i].err.status);
        int worse = cli_exit_worse(code, one);
        worst = worse != code ? &results[i].err : worst;
        good += one == CLI_OK;
        code = worse;
    }
    base_buf_add_char(&text, ']');
    if (good == 0 && worst) {
        code = cli_fail(context, worst);
    } else if (base_buf_check(&text, "the outcomes", &err) != QD_OK) {
        code = cli_fail(context, &err);
    } else {
        int printed = cli_print_json(context, base_buf_str(&text));
        code = printed != CLI_OK ? printed : code;
        if (printed == CLI_OK && worst) {
            (void)cli_fail(context, worst);
        }
    }
    base_buf_clear(&text);
    return code;
}

/* ---- the command ---- */

static int send_calls(const cli_context *context, qd_shop *shop, const calls *c) {
    qd_err err = QD_ERR_INIT;
    qd_batch_result *results = calloc(c->count, sizeof *results);
    const qd_batch_options options = {
        .flags = (cli_flag(context, "no-validate") ? (unsigned)QD_CALL_NO_VALIDATE : 0u) |
                 (cli_flag(context, "no-retry") ? (unsigned)QD_CALL_NO_RETRY : 0u),
        .per_request = (size_t)cli_int(context, "per-request"),
    };
    qd_status status = results ? qd_call_batch(shop, c->rows, c->count, &options, results, &err)
                               : base_fail(&err, QD_E_NOMEM, "out of memory");
    int code = status == QD_OK ? print_outcomes(context, c, results) : cli_fail(context, &err);
    qd_batch_clear(results, results ? c->count : 0);
    free(results);
    return code;
}

static int run_batch(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    calls c = { .rows = NULL };
    store *db = NULL;
    jobs_fleet *fleet = NULL;
    qd_shop *shop = NULL;
    const char *t_code = cli_text(context, "shop");
    qd_status status =
        t_code ? read_calls(context->operands[0], &c, &err)
               : base_fail(&err, QD_E_INVALID, "--shop is missing; qd shop list shows the t_codes");
    if (status == QD_OK) {
        status = cli_store_open(context, &db, &err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(db, NULL, &fleet, &err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_shop(fleet, t_code, &shop, &err);
    }
    int code = status == QD_OK ? send_calls(context, shop, &c) : cli_fail(context, &err);
    calls_free(&c);
    jobs_fleet_free(fleet);
    store_close(db);
    return code;
}

const cli_command cli_batch = { "batch",
                                "FILE",
                                1,
                                1,
                                "many calls of a Taobao shop in few requests",
                                "echo '{\"method\":\"taobao.time.get\",\"params\":{}}' | qd batch "
                                "- --shop tb-2130001 -o ndjson",
                                batch_options,
                                CLI_ENGINE(run_batch) };
