/*
 * qd push qimen: a call of Qimen as it came, verified, and its parameters as JSON. For whoever
 * writes a receiver; receives nothing itself.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"
#include "qiandian/qimen.h"

enum { BODY_BYTES = 16 * 1024 * 1024 };

static const cli_option qimen_options[] = {
    { "shop", 's', CLI_TEXT, "T", NULL, 0, 0, "whose app's keys verify it; else QD_SECRET" },
    { "body", 'b', CLI_TEXT, "@FILE", NULL, 0, 0, "the XML as it came" },
    { "skew", 0, CLI_INT, "S", "0", 0, 86400,
      "refuse a timestamp that is more seconds off (TOP's rule: 600); 0 = only tell" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

/* The secret of --shop's app and its key, or QD_SECRET and no key. */
static qd_status find_secret(const cli_context *context, char key[CLI_APP_KEY_MAX],
                             base_secret *out, qd_err *err) {
    const char *t_code = cli_text(context, "shop");
    const char *given = getenv("QD_SECRET");
    if (!t_code) {
        return given && given[0]
                   ? base_secret_set(out, base_str_of(given), err)
                   : base_fail(err, QD_E_INVALID, "whose secret? give --shop, or set QD_SECRET");
    }
    return cli_shop_keys(context, t_code, key, out, err);
}

static int print_call(cli_context *context, const qd_qimen *call) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_doc *params = NULL;
    if (doc && codec_json_read(base_str_of(qd_qimen_params(call)), 0, &params, NULL) == QD_OK) {
        yyjson_mut_val *root = yyjson_mut_obj(doc);
        yyjson_mut_doc_set_root(doc, root);
        yyjson_mut_obj_add_strcpy(doc, root, "method", qd_qimen_method(call));
        yyjson_mut_obj_add_strcpy(doc, root, "customer_id", qd_qimen_customer_id(call));
        yyjson_mut_obj_add_int(doc, root, "skew_s", qd_qimen_skew_s(call));
        yyjson_mut_obj_add_val(doc, root, "params",
                               yyjson_val_mut_copy(doc, yyjson_doc_get_root(params)));
    }
    int code = cli_print_record(context, doc);
    yyjson_doc_free(params);
    yyjson_mut_doc_free(doc);
    return code;
}

static int run_qimen(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    char key[CLI_APP_KEY_MAX] = "";
    base_secret secret = { NULL, 0 };
    base_buf file;
    base_str body = BASE_STR("");
    qd_qimen *call = NULL;
    const char *given = cli_text(context, "body");
    base_buf_init(&file, BODY_BYTES);
    qd_status status = given ? cli_read_value(given, &file, &body, &err) : QD_OK;
    if (status == QD_OK) {
        status = find_secret(context, key, &secret, &err);
    }
    if (status == QD_OK) {
        const qd_qimen_request request = { .app_key = key,
                                           .secret = secret.ptr,
                                           .query = context->operands[0],
                                           .body = body.ptr,
                                           .body_len = body.len,
                                           .now = base_now(NULL),
                                           .max_skew_s = cli_int(context, "skew") };
        status = qd_qimen_verify(&request, &call, &err);
    }
    int code = status == QD_OK ? print_call(context, call) : cli_fail(context, &err);
    qd_qimen_free(call);
    base_secret_clear(&secret);
    base_buf_wipe(&file);
    return code;
}

const cli_command cli_push_qimen = { "push qimen",
                                     "QUERY",
                                     1,
                                     1,
                                     "a Qimen call as it came: verified, and its parameters",
                                     "qd push qimen 'app_key=1...&method=taobao.qimen...&sign=...' "
                                     "--body @body.xml --shop tb-2130001",
                                     qimen_options,
                                     CLI_ENGINE(run_qimen) };
