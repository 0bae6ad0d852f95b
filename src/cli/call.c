/*
 * qd call: any method of a shop's platform. Checks, signs, waits and repeats as the library does;
 * prints the platform's reply, or a part of it. Parameters are call_params.c's, walks over all
 * pages call_pages.c's, words for errors call_explain.c's.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/api_private.h"
#include "cli/call_private.h"

enum { HEADERS_MAX = CLI_REPEATS_MAX, REPLY_BYTES = 1024 * 1024 * 1024 };

static const cli_option call_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "t_code of the shop" },
    { "param-json", 'j', CLI_TEXT, "J", NULL, 0, 0,
      "a JSON object of parameters (or @file); name=value adds to it" },
    { "all-pages", 'a', CLI_FLAG, NULL, NULL, 0, 0,
      "read every page of a listing: one JSON array of its rows" },
    { "result", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "only the part that most callers want, without the platform's envelope" },
    { "page-form", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "one page of a listing as total, page, size, has_more, next, items, however it calls them" },
    { "dry-run", 'n', CLI_FLAG, NULL, NULL, 0, 0,
      "check, build and sign, send nothing: shows the request with secrets masked" },
    { "explain-error", 'e', CLI_FLAG, NULL, NULL, 0, 0,
      "when it fails: what the code means for this method, and what helps" },
    { "no-validate", 0, CLI_FLAG, NULL, NULL, 0, 0, "send the parameters without checking them" },
    { "no-retry", 0, CLI_FLAG, NULL, NULL, 0, 0, "one attempt" },
    { "raw", 0, CLI_TEXT, "PATH", NULL, 0, 0,
      "for a method that the catalogue lacks: its path or URL; nothing is checked" },
    { "http-method", 0, CLI_TEXT, "M", NULL, 0, 0, "GET or POST, of a --raw call (POST)" },
    { "send-token", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "a --raw URL of a foreign host gets the token, too" },
    { "header", 0, CLI_TEXTS, "H", NULL, 0, 0,
      "a further header, 'Name: value'; may be given several times" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* ---- the shop ---- */

/* The method by its wire name, or by what the documents call it. */
static void find_method(calling *c) {
    const char *given = c->context->operands[0];
    c->name = given;
    c->method = cat_find(c->platform, base_str_of(given));
    if (!c->method && !cli_text(c->context, "raw")) {
        const cat_method *found;
        if (api_find_method(c->platform, given, &found, NULL) == QD_OK) {
            c->method = found;
            c->name = cat_str(found->name);
        }
    }
}

static qd_status open_shop(calling *c, qd_err *err) {
    store_shop row;
    c->t_code = cli_text(c->context, "shop");
    if (!c->t_code) {
        return base_fail(err, QD_E_INVALID, "--shop is missing; qd shop list shows the t_codes");
    }
    qd_status status = cli_store_open(c->context, &c->store, err);
    if (status == QD_OK) {
        status = store_shop_get(c->store, c->t_code, &row, err);
    }
    if (status == QD_OK && row.removed_at) {
        status = base_fail(err, QD_E_NOT_FOUND, "shop %s was removed", c->t_code);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(c->store, NULL, &c->fleet, err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_shop(c->fleet, c->t_code, &c->shop, err);
    }
    if (status == QD_OK) {
        c->platform = cat_platform_find(row.platform);
        find_method(c);
    }
    return status;
}

static void close_shop(calling *c) {
    jobs_fleet_free(c->fleet);
    store_close(c->store);
}

/* ---- options of the call ---- */

/* "Name: value" as two texts, the first of them in `text`. */
static qd_status split_header(const char *given, base_buf *text, qd_http_header *out, qd_err *err) {
    const char *colon = strchr(given, ':');
    if (!colon || colon == given) {
        return base_fail(err, QD_E_INVALID, "--header takes 'Name: value', not '%.60s'", given);
    }
    size_t len = (size_t)(colon - given);
    if (len >= 128) {
        return base_fail(err, QD_E_INVALID, "--header: the name is longer than 127 characters");
    }
    base_buf_add(text, given, len);
    out->name = base_buf_text(text);
    out->value = colon + 1 + strspn(colon + 1, " \t");
    return base_buf_check(text, "a header", err);
}

typedef struct sending {
    qd_call_options options;
    qd_http_header headers[HEADERS_MAX];
    base_buf names[HEADERS_MAX];
} sending;

static qd_status read_options(const cli_context *context, sending *s, qd_err *err) {
    const char *given, *http = cli_text(context, "http-method");
    s->options.raw_path = cli_text(context, "raw");
    s->options.http_method = http;
    s->options.headers = s->headers;
    s->options.flags |= cli_flag(context, "dry-run") ? QD_CALL_DRY_RUN : 0u;
    s->options.flags |= cli_flag(context, "no-retry") ? QD_CALL_NO_RETRY : 0u;
    s->options.flags |= cli_flag(context, "no-validate") ? QD_CALL_NO_VALIDATE : 0u;
    s->options.flags |= cli_flag(context, "send-token") ? QD_CALL_SEND_TOKEN : 0u;
    s->options.flags |= s->options.raw_path ? QD_CALL_NO_VALIDATE : 0u;
    for (size_t i = 0; i < HEADERS_MAX; i++) {
        base_buf_init(&s->names[i], LIMIT_CONF_BYTES);
    }
    if (http && strcmp(http, "GET") != 0 && strcmp(http, "POST") != 0) {
        return base_fail(err, QD_E_INVALID, "--http-method takes GET or POST, not '%.20s'", http);
    }
    if (http && !s->options.raw_path) {
        return base_fail(err, QD_E_INVALID,
                         "--http-method belongs to --raw: the catalogue knows the others'");
    }
    bool form = cli_flag(context, "page-form");
    if (form && (cli_flag(context, "all-pages") || cli_flag(context, "dry-run") ||
                 cli_flag(context, "result"))) {
        return base_fail(err, QD_E_INVALID,
                         "--page-form goes neither with --all-pages, --dry-run nor --result");
    }
    bool pages = cli_flag(context, "all-pages");
    if (pages && (s->options.raw_path || cli_flag(context, "dry-run") ||
                  cli_flag(context, "result") || cli_given(context, "header"))) {
        return base_fail(err, QD_E_INVALID,
                         "--all-pages goes neither with --raw, --dry-run, --result nor --header");
    }
    qd_status status = QD_OK;
    for (size_t i = 0; status == QD_OK && (given = cli_nth(context, "header", i)) != NULL; i++) {
        status = split_header(given, &s->names[i], &s->headers[i], err);
        s->options.header_count = i + 1;
    }
    return status;
}

static void clear_options(sending *s) {
    for (size_t i = 0; i < HEADERS_MAX; i++) {
        base_buf_clear(&s->names[i]);
    }
}

/* ---- printing ---- */

/* The log says so, too, where it is shown; with JSON standard error belongs to the error. */
static void warn_offline(const calling *c) {
    const cli_context *context = c->context;
    bool json = context->format == CLI_JSON || context->format == CLI_NDJSON;
    bool logged = (context->verbose || (context->err_terminal && context->format == CLI_TABLE)) &&
                  !cli_flag(context, "no-validate");
    if (c->method && (c->method->flags & CAT_OFFLINE) && !json && !logged) {
        fprintf(stderr, "qd: warning: %s: the platform has retired this method\n", c->name);
    }
}

/* The result key's part of the answer; the inner part where the catalogue names none. */
static int print_result(const calling *c, qd_reply *reply) {
    qd_err err = QD_ERR_INIT;
    yyjson_doc *doc = NULL;
    base_buf text;
    base_buf_init(&text, REPLY_BYTES);
    const char *key = c->method ? cat_str(c->method->result_key) : "";
    const char *data = qd_reply_data_json(reply);
    qd_status status = data ? codec_json_read(base_str_of(data), REPLY_BYTES, &doc, &err)
                            : base_fail(&err, QD_E_NOMEM, "out of memory");
    if (status == QD_OK) {
        yyjson_val *part = codec_json_at(yyjson_doc_get_root(doc), key);
        status = part ? codec_json_write(part, &text, &err)
                      : base_fail(&err, QD_E_NOT_FOUND, "--result: the answer has no %s", key);
    }
    int code = status == QD_OK ? cli_print_json(c->context, base_buf_str(&text))
                               : cli_fail(c->context, &err);
    yyjson_doc_free(doc);
    base_buf_clear(&text);
    return code;
}

static int print_page(const calling *c, qd_reply *reply) {
    qd_err err = QD_ERR_INIT;
    base_buf text;
    base_buf_init(&text, REPLY_BYTES);
    int code = call_page_form(reply, &text, &err) == QD_OK
                   ? cli_print_json(c->context, base_buf_str(&text))
                   : cli_fail(c->context, &err);
    base_buf_clear(&text);
    return code;
}

/* What a program has to know of an idempotent write, where standard error is for people. */
static void tell_key(const calling *c, const qd_reply *reply) {
    const cli_context *context = c->context;
    bool json = context->format == CLI_JSON || context->format == CLI_NDJSON;
    const char *param = NULL;
    const char *key = qd_reply_key(reply, &param);
    if (key && context->verbose) {
        fprintf(stderr, "qd: idempotency key: %s=%s\n", param, key);
    }
    if (qd_reply_was_done(reply) && !json) {
        fprintf(stderr,
                "qd: %s: an attempt whose answer was lost had done it; this is the answer "
                "to the repeat\n",
                c->name);
    }
}

/* An answer in XML (Qimen's, or format=xml): as it came; its tree where JSON is asked for. */
static int print_xml(const calling *c, qd_reply *reply, base_str body) {
    const char *tree = cli_wants_document(c->context) ? qd_reply_data_json(reply) : NULL;
    if (tree) {
        return cli_print_json(c->context, base_str_of(tree));
    }
    bool good = fwrite(body.ptr, 1, body.len, stdout) == body.len &&
                (body.ptr[body.len - 1] == '\n' || fputc('\n', stdout) != EOF);
    return good ? CLI_OK : CLI_FAILED;
}

static int print_reply(const calling *c, qd_reply *reply) {
    size_t len = 0;
    const char *body = qd_reply_body(reply, &len);
    tell_key(c, reply);
    if (c->context->verbose) {
        fprintf(stderr, "qd: HTTP %d, %d attempts, %lld us, request id %s\n",
                qd_reply_http_status(reply), qd_reply_attempts(reply),
                (long long)qd_reply_total_us(reply), qd_reply_request_id(reply));
    }
    if (cli_flag(c->context, "result") && !cli_flag(c->context, "dry-run")) {
        return print_result(c, reply);
    }
    if (cli_flag(c->context, "page-form")) {
        return print_page(c, reply);
    }
    bool xml = len > 0 && body[0] == '<' && !cli_flag(c->context, "dry-run");
    return xml ? print_xml(c, reply, (base_str){ body, len })
               : cli_print_json(c->context, (base_str){ body, len });
}

/* Part of it took effect: the reply is a result, and what failed is an error. */
static int print_part(const calling *c, qd_reply *reply, const qd_err *err) {
    int printed = print_reply(c, reply);
    int told = call_fail(c, reply, err);
    return printed == CLI_OK ? told : printed;
}

/* ---- the command ---- */

static int call_all_pages(const calling *c, const char *params) {
    qd_err err = QD_ERR_INIT;
    base_buf rows;
    base_buf_init(&rows, REPLY_BYTES);
    cli_signals_catch();
    qd_status status = call_pages(c, params, &rows, &err);
    int code = status == QD_OK ? cli_print_json(c->context, base_buf_str(&rows))
                               : call_fail(c, NULL, &err);
    base_buf_clear(&rows);
    return code;
}

static int call_once(const calling *c, const char *params, const qd_call_options *options) {
    qd_err err = QD_ERR_INIT;
    qd_reply *reply = NULL;
    qd_status status = qd_call_with(c->shop, c->name, params, options, &reply, &err);
    bool part = status == QD_OK ? call_part_failed(c, reply, &err)
                                : reply && status == QD_E_PLATFORM && err.retry == QD_RETRY_CHECK;
    int code;
    if (part) {
        code = print_part(c, reply, &err);
    } else {
        code = status == QD_OK ? print_reply(c, reply) : call_fail(c, reply, &err);
    }
    qd_reply_free(reply);
    return code;
}

static int run_call(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    calling c = { .context = context };
    sending s = { .options = { 0 } };
    base_buf params;
    int code;
    base_buf_init(&params, LIMIT_REQUEST_BYTES);
    qd_status status = read_options(context, &s, &err);
    if (status == QD_OK && strchr(context->operands[0], '=')) {
        status =
            base_fail(&err, QD_E_INVALID, "METHOD is missing before the parameters%s",
                      s.options.raw_path ? ": --raw takes the path, and its name is signed" : "");
    }
    if (status == QD_OK) {
        status = open_shop(&c, &err);
    }
    if (status == QD_OK) {
        status = call_params(&c, &params, &err);
    }
    if (status != QD_OK) {
        code = cli_fail(context, &err);
    } else {
        warn_offline(&c);
        bool pages = cli_flag(context, "all-pages") && c.method;
        code = pages ? call_all_pages(&c, base_buf_text(&params))
                     : call_once(&c, base_buf_text(&params), &s.options);
    }
    clear_options(&s);
    close_shop(&c);
    base_buf_clear(&params);
    return code;
}

const cli_command cli_call = {
    "call",
    "METHOD [name=value | name:=json | name=@file | name=@@text ...]",
    1,
    512,
    "call any method of a shop's platform",
    "qd call order.searchList --shop dy-4463798 page=0 size=10 order_by=create_time",
    call_options,
    CLI_ENGINE(run_call)
};
