/*
 * Parameters of a call from the shell: name=value typed by the catalogue, name:=json, name=@file,
 * name=@@text, --param-json. Mistakes are told with method, parameter, rule and value.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "cli/call_private.h"

enum { NAME_BYTES = 128, VALUE_SHOWN = 40 };

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

/* ---- files ---- */

static const char *content_type_of(const char *path) {
    static const struct {
        const char *end, *type;
    } types[] = { { ".jpg", "image/jpeg" },      { ".jpeg", "image/jpeg" },
                  { ".png", "image/png" },       { ".gif", "image/gif" },
                  { ".webp", "image/webp" },     { ".bmp", "image/bmp" },
                  { ".mp4", "video/mp4" },       { ".pdf", "application/pdf" },
                  { ".zip", "application/zip" }, { ".csv", "text/csv" },
                  { ".txt", "text/plain" },      { ".xml", "application/xml" } };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++) {
        if (strcasecmp(dot, types[i].end) == 0) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

/* {"$file":{"name","content_type","base64"}} */
static qd_status file_value(const char *given, base_str content, yyjson_mut_doc *doc,
                            yyjson_mut_val **out, qd_err *err) {
    if (given[0] != '@' || given[1] == '@') {
        return base_fail(err, QD_E_INVALID, "takes a file: =@path");
    }
    const char *slash = strrchr(given, '/');
    base_buf coded;
    base_buf_init(&coded, LIMIT_REQUEST_BYTES);
    codec_base64_encode(&coded, content);
    qd_status status = base_buf_check(&coded, "the file", err);
    if (status == QD_OK) {
        yyjson_mut_val *whole = yyjson_mut_obj(doc);
        yyjson_mut_val *file = yyjson_mut_obj_add_obj(doc, whole, "$file");
        yyjson_mut_obj_add_strcpy(doc, file, "name", slash ? slash + 1 : given + 1);
        yyjson_mut_obj_add_str(doc, file, "content_type", content_type_of(given));
        bool good =
            yyjson_mut_obj_add_strncpy(doc, file, "base64", base_buf_text(&coded), coded.len);
        *out = whole;
        status = good ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory");
    }
    base_buf_clear(&coded);
    return status;
}

/* ---- operands ---- */

static bool is_plain_scalar(const cat_param *param) {
    return param && (param->type == CAT_INT || param->type == CAT_NUMBER ||
                     param->type == CAT_BOOL || param->type == CAT_DATETIME);
}

/* The value of name=value. Numbers, booleans and times that do not fit are shown: who typed them
 * may see them again; texts may be personal. */
static qd_status text_value(const cat_param *param, const char *given, yyjson_mut_doc *doc,
                            yyjson_mut_val **out, qd_err *err) {
    base_buf file;
    base_str text;
    base_buf_init(&file, LIMIT_REQUEST_BYTES);
    qd_status status = cli_read_value(given, &file, &text, err);
    if (status == QD_OK && param && param->type == CAT_FILE) {
        status = file_value(given, text, doc, out, err);
    } else if (status == QD_OK) {
        qd_err inner = QD_ERR_INIT;
        status = cat_value_from_text(param, text, doc, out, &inner);
        if (status != QD_OK) {
            char shown[VALUE_SHOWN] = "";
            const char *rule = strstr(inner.message, ": ");
            bool show = is_plain_scalar(param) && given[0] != '@';
            (void)base_copy(shown, sizeof shown, text);
            base_fail(err, status, "%s%s%s%s", rule ? rule + 2 : inner.message,
                      show ? ", not \"" : "", show ? shown : "", show ? "\"" : "");
        }
    }
    base_buf_clear(&file);
    return status;
}

/* One operand: name=value, name:=json, name=@file, name=@@text. */
static qd_status add_param(const calling *c, const char *operand, yyjson_mut_doc *doc,
                           yyjson_mut_val *params, qd_err *err) {
    const char *equals = strchr(operand, '=');
    if (!equals || equals == operand || (equals == operand + 1 && operand[0] == ':')) {
        return base_fail(err, QD_E_INVALID, "%s: '%.60s' is neither name=value nor name:=json",
                         c->name, operand);
    }
    bool json = equals[-1] == ':';
    base_str name = { operand, (size_t)(equals - operand) - json };
    yyjson_mut_val *value = NULL;
    const cat_param *param = c->method ? cat_param_find(c->method, name) : NULL;
    qd_status status = json ? json_value(base_str_of(equals + 1), doc, &value, err)
                            : text_value(param, equals + 1, doc, &value, err);
    if (status != QD_OK) {
        char shown[NAME_BYTES] = "";
        (void)base_copy(shown, sizeof shown, name);
        base_err_prefix(err, "%s: %s", c->name, shown);
        return status;
    }
    yyjson_mut_val *key = yyjson_mut_strncpy(doc, name.ptr, name.len);
    if (!key || !yyjson_mut_obj_put(params, key, value)) {
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    return QD_OK;
}

static qd_status read_param_json(const char *given, yyjson_mut_doc *doc, yyjson_mut_val **params,
                                 qd_err *err) {
    base_buf file;
    base_str text;
    base_buf_init(&file, LIMIT_REQUEST_BYTES);
    qd_status status = cli_read_value(given, &file, &text, err);
    if (status == QD_OK) {
        status = json_value(text, doc, params, err);
    }
    base_buf_clear(&file);
    if (status == QD_OK && !yyjson_mut_is_obj(*params)) {
        status = base_fail(err, QD_E_INVALID, "the value is not a JSON object");
    }
    if (status != QD_OK) {
        base_err_prefix(err, "--param-json");
    }
    return status;
}

qd_status call_params(const calling *c, base_buf *out, qd_err *err) {
    const char *given = cli_text(c->context, "param-json");
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *params = doc ? yyjson_mut_obj(doc) : NULL;
    qd_status status = params ? QD_OK : base_fail(err, QD_E_NOMEM, "out of memory");
    if (status == QD_OK && given) {
        status = read_param_json(given, doc, &params, err);
    }
    for (size_t i = 1; status == QD_OK && i < c->context->operand_count; i++) {
        status = add_param(c, c->context->operands[i], doc, params, err);
    }
    if (status == QD_OK) {
        yyjson_mut_doc_set_root(doc, params);
        status = codec_json_write_mut(doc, false, out, err);
    }
    yyjson_mut_doc_free(doc);
    return status;
}
