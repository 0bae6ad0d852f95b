/*
 * qd call: any method of a shop's platform, parameters from the shell typed by the catalogue.
 * Checks, signs, waits and repeats as the library does; prints the platform's reply.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

static const cli_option call_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "t_code of the shop" },
    { "param-json", 'j', CLI_TEXT, "J", NULL, 0, 0,
      "a JSON object of parameters (or @file); name=value adds to it" },
    { "dry-run", 'n', CLI_FLAG, NULL, NULL, 0, 0,
      "check, build and sign, send nothing: shows the request with secrets masked" },
    { "raw", 0, CLI_TEXT, "PATH", NULL, 0, 0,
      "for a method that the catalogue lacks: its path or URL; nothing is checked" },
    { "no-retry", 0, CLI_FLAG, NULL, NULL, 0, 0, "one attempt" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* Parses JSON text into a value of doc. */
static qd_status json_value(base_str text, yyjson_mut_doc *doc, yyjson_mut_val **out, qd_err *err) {
    yyjson_doc *parsed = NULL;
    qd_status status = codec_json_read(text, LIMIT_REQUEST_BYTES, &parsed, err);
    if (status != QD_OK) {
        return base_fail(err, QD_E_INVALID, "%s", err->message);
    }
    *out = yyjson_val_mut_copy(doc, yyjson_doc_get_root(parsed));
    yyjson_doc_free(parsed);
    return *out ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory");
}

/* One operand: name=value, name:=json, name=@file, name=@@text. */
static qd_status add_param(const cat_method *method, const char *operand, yyjson_mut_doc *doc,
                           yyjson_mut_val *params, qd_err *err) {
    const char *equals = strchr(operand, '=');
    if (!equals || equals == operand || (equals == operand + 1 && operand[0] == ':')) {
        return base_fail(err, QD_E_INVALID, "'%.60s' is neither name=value nor name:=json",
                         operand);
    }
    bool json = equals[-1] == ':';
    base_str name = { operand, (size_t)(equals - operand) - json };
    yyjson_mut_val *value = NULL;
    base_str text;
    base_buf file;
    base_buf_init(&file, LIMIT_REQUEST_BYTES);
    qd_status status;
    if (json) {
        status = json_value(base_str_of(equals + 1), doc, &value, err);
    } else {
        status = cli_read_value(equals + 1, &file, &text, err);
    }
    if (!json && status == QD_OK) {
        const cat_param *param = method ? cat_param_find(method, name) : NULL;
        status = cat_value_from_text(param, text, doc, &value, err);
    }
    base_buf_clear(&file);
    if (status != QD_OK) {
        char shown[64] = "";
        (void)base_copy(shown, sizeof shown, name);
        base_err_prefix(err, "parameter %s", shown);
        return status;
    }
    yyjson_mut_val *key = yyjson_mut_strncpy(doc, name.ptr, name.len);
    if (!key || !yyjson_mut_obj_put(params, key, value)) {
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    return QD_OK;
}

/* All parameters as one JSON object; appends its text. */
static qd_status build_params(const cli_context *context, const cat_method *method, base_buf *out,
                              qd_err *err) {
    const char *given = cli_text(context, "param-json");
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *params = doc ? yyjson_mut_obj(doc) : NULL;
    qd_status status = params ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory");
    if (status == QD_OK && given) {
        base_buf file;
        base_str text;
        base_buf_init(&file, LIMIT_REQUEST_BYTES);
        status = cli_read_value(given, &file, &text, err);
        if (status == QD_OK) {
            status = json_value(text, doc, &params, err);
        }
        base_buf_clear(&file);
        if (status == QD_OK && !yyjson_mut_is_obj(params)) {
            status = base_fail(err, QD_E_INVALID, "the value is not a JSON object");
        }
        if (status != QD_OK) {
            base_err_prefix(err, "--param-json");
        }
    }
    for (size_t i = 1; status == QD_OK && i < context->operand_count; i++) {
        status = add_param(method, context->operands[i], doc, params, err);
    }
    if (status == QD_OK) {
        yyjson_mut_doc_set_root(doc, params);
        status = codec_json_write_mut(doc, false, out, err);
    }
    yyjson_mut_doc_free(doc);
    return status;
}

/* What the program has open for one call. */
typedef struct calling {
    store *store;
    jobs_fleet *fleet;
    qd_shop *shop;
    const cat_method *method;
} calling;

static qd_status open_shop(const cli_context *context, calling *c, qd_err *err) {
    const char *t_code = cli_text(context, "shop");
    const char *method = context->operands[0];
    store_shop row;
    if (!t_code) {
        return base_fail(err, QD_E_INVALID, "--shop is missing; qd shop list shows the t_codes");
    }
    qd_status status = cli_store_open(context, &c->store, err);
    if (status == QD_OK) {
        status = store_shop_get(c->store, t_code, &row, err);
    }
    if (status == QD_OK && row.removed_at) {
        status = base_fail(err, QD_E_NOT_FOUND, "shop %s was removed", t_code);
    }
    if (status == QD_OK) {
        status = jobs_fleet_new(c->store, NULL, &c->fleet, err);
    }
    if (status == QD_OK) {
        status = jobs_fleet_shop(c->fleet, t_code, &c->shop, err);
    }
    if (status == QD_OK) {
        const cat_platform *platform = cat_platform_find(row.platform);
        c->method = platform ? cat_find(platform, base_str_of(method)) : NULL;
    }
    return status;
}

static void close_shop(calling *c) {
    jobs_fleet_free(c->fleet);
    store_close(c->store);
}

static int print_reply(const cli_context *context, const qd_reply *reply) {
    size_t len = 0;
    const char *body = qd_reply_body(reply, &len);
    if (context->verbose) {
        fprintf(stderr, "qd: HTTP %d, %d attempts, %lld us, request id %s\n",
                qd_reply_http_status(reply), qd_reply_attempts(reply),
                (long long)qd_reply_total_us(reply), qd_reply_request_id(reply));
    }
    return cli_print_json(context, (base_str){ body, len });
}

static int run_call(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    calling c = { 0 };
    qd_reply *reply = NULL;
    base_buf params;
    base_buf_init(&params, LIMIT_REQUEST_BYTES);
    const char *raw = cli_text(context, "raw");
    qd_call_options options = { .raw_path = raw };
    options.flags |= cli_flag(context, "dry-run") ? QD_CALL_DRY_RUN : 0u;
    options.flags |= cli_flag(context, "no-retry") ? QD_CALL_NO_RETRY : 0u;
    options.flags |= raw ? QD_CALL_NO_VALIDATE : 0u;
    qd_status status = open_shop(context, &c, &err);
    if (status == QD_OK) {
        status = build_params(context, raw ? NULL : c.method, &params, &err);
    }
    if (status == QD_OK) {
        status = qd_call_with(c.shop, context->operands[0], base_buf_text(&params), &options,
                              &reply, &err);
    }
    int code = status == QD_OK ? print_reply(context, reply) : cli_fail(context, &err);
    qd_reply_free(reply);
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
    run_call
};
