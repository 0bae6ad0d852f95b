/*
 * qd sign: the text that a recipe hashes and the signature, offline, for any value. The one place
 * that shows a string with a secret; --mask hides it. Opens no store.
 *
 * --method, --timestamp and --sign-method become the parameters of these names where the recipe
 * signs them. A TOP recipe signs sign_method as one of a call's public parameters: it is added when
 * the parameters have an app_key, so that bare texts (RFC vectors) can be signed, too. Parameters
 * given as k=v win over the options. Without --sign-method the hash is the one that the parameters
 * name (sign_method, signMethod).
 */
#include <stdlib.h>
#include <string.h>

#include "cli/cli_private.h"

static const cli_option sign_options[] = {
    { "secret", 0, CLI_TEXT, "S", NULL, 0, 0, "app secret; better in QD_SECRET" },
    { "sign-method", 'm', CLI_TEXT, "M", NULL, 0, 0,
      "md5, hmac, hmac-sha256; absent: what the parameters name, else md5" },
    { "timestamp", 't', CLI_TEXT, "T", NULL, 0, 0, "as the platform gets it" },
    { "method", 0, CLI_TEXT, "NAME", NULL, 0, 0, "wire name of the method" },
    { "param-json", 'j', CLI_TEXT, "J", NULL, 0, 0,
      "business parameters, signed byte for byte; @file reads a file" },
    { "canonical", 0, CLI_FLAG, NULL, NULL, 0, 0, "normalise --param-json first" },
    { "raw-lines", 0, CLI_FLAG, NULL, NULL, 0, 0,
      "with --canonical: U+2028 and U+2029 stay as they are" },
    { "body", 'b', CLI_TEXT, "@FILE", NULL, 0, 0, "request body, signed byte for byte" },
    { "profile", 0, CLI_TEXT, "P", NULL, 0, 0, "reading of an ambiguous recipe (solinkup)" },
    { "mask", 0, CLI_FLAG, NULL, NULL, 0, 0, "show *** where the secret stands" },
    { NULL, 0, 0, NULL, NULL, 0, 0, NULL }
};

typedef struct signing {
    const sign_recipe *recipe;
    codec_pair *pairs;
    size_t count;
    base_buf body;
    base_buf *files; /* of k=@file, one a parameter */
    size_t file_count;
} signing;

static bool has_pair(const signing *s, const char *name) {
    for (size_t i = 0; i < s->count; i++) {
        if (base_str_is(s->pairs[i].name, name)) {
            return true;
        }
    }
    return false;
}

static void add_pair(signing *s, const char *name, const char *value) {
    if (value && !has_pair(s, name)) {
        s->pairs[s->count++] = (codec_pair){ base_str_of(name), base_str_of(value) };
    }
}

static qd_status read_pairs(const cli_context *context, signing *s, qd_err *err) {
    for (size_t i = 1; i < context->operand_count; i++) {
        const char *text = context->operands[i];
        const char *equals = strchr(text, '=');
        if (!equals || equals == text) {
            return base_fail(err, QD_E_INVALID, "'%.60s' is not name=value", text);
        }
        codec_pair *pair = &s->pairs[s->count];
        base_buf *file = &s->files[s->file_count++];
        base_buf_init(file, LIMIT_REQUEST_BYTES);
        pair->name = (base_str){ text, (size_t)(equals - text) };
        qd_status status = cli_read_value(equals + 1, file, &pair->value, err);
        if (status != QD_OK) {
            return status;
        }
        s->count++;
    }
    return QD_OK;
}

static qd_status read_body(const cli_context *context, signing *s, qd_err *err) {
    const char *json = cli_text(context, "param-json");
    const char *body = cli_text(context, "body");
    const char *given = json ? json : body;
    base_buf file;
    base_str value = BASE_STR("");
    if (json && body) {
        return base_fail(err, QD_E_INVALID, "give --param-json or --body, not both");
    }
    if (!json && cli_flag(context, "canonical")) {
        return base_fail(err, QD_E_INVALID, "--canonical needs --param-json");
    }
    if (!given) {
        return QD_OK;
    }
    base_buf_init(&file, LIMIT_REQUEST_BYTES);
    qd_status status = cli_read_value(given, &file, &value, err);
    if (status == QD_OK && cli_flag(context, "canonical")) {
        codec_json_style style =
            cli_flag(context, "raw-lines") ? CODEC_JSON_RAW_LINES : CODEC_JSON_PLAIN;
        status = codec_json_canonical_text(value, style, &s->body, err);
    } else if (status == QD_OK) {
        base_buf_add_str(&s->body, value);
        status = base_buf_check(&s->body, "the text to sign", err);
    }
    base_buf_clear(&file);
    return status;
}

static qd_status find_recipe(const char *name, const sign_recipe **out, qd_err *err) {
    *out = sign_recipe_find(name);
    if (*out) {
        return QD_OK;
    }
    base_buf known;
    base_buf_init(&known, 1024);
    const sign_recipe *recipe;
    for (size_t i = 0; (recipe = sign_recipe_at(i)) != NULL; i++) {
        base_buf_printf(&known, "%s%s", i ? ", " : "", sign_recipe_name(recipe));
    }
    base_fail(err, QD_E_INVALID, "there is no recipe '%.30s'; there are %s", name,
              base_buf_text(&known));
    base_buf_clear(&known);
    return QD_E_INVALID;
}

static qd_status collect(const cli_context *context, signing *s, qd_err *err) {
    s->pairs = calloc(context->operand_count + 4, sizeof *s->pairs);
    s->files = calloc(context->operand_count + 1, sizeof *s->files);
    if (!s->pairs || !s->files) {
        return base_fail(err, QD_E_NOMEM, "out of memory");
    }
    qd_status status = find_recipe(context->operands[0], &s->recipe, err);
    if (status == QD_OK) {
        status = read_pairs(context, s, err);
    }
    if (status == QD_OK) {
        status = read_body(context, s, err);
    }
    if (status != QD_OK) {
        return status;
    }
    add_pair(s, "method", cli_text(context, "method"));
    add_pair(s, "timestamp", cli_text(context, "timestamp"));
    bool top = strncmp(sign_recipe_name(s->recipe), "taobao", 6) == 0;
    if (top && has_pair(s, "app_key")) {
        add_pair(s, "sign_method", cli_text(context, "sign-method"));
    }
    return QD_OK;
}

/* The hash: the option, else what the signed parameters themselves name, else md5. */
static base_str hash_of(const cli_context *context, const signing *s) {
    const char *how = cli_text(context, "sign-method");
    for (size_t i = 0; !how && i < s->count; i++) {
        const codec_pair *pair = &s->pairs[i];
        bool names =
            base_str_is(pair->name, "sign_method") || base_str_is(pair->name, "signMethod");
        if (names && pair->value.len > 0) {
            return pair->value;
        }
    }
    return base_str_of(how ? how : "md5");
}

static qd_status make(const cli_context *context, const signing *s, base_buf *text,
                      char sign[SIGN_TEXT_MAX], qd_err *err) {
    const char *secret = cli_text(context, "secret");
    secret = secret ? secret : getenv("QD_SECRET");
    if (!secret) {
        return base_fail(err, QD_E_INVALID, "no secret: give --secret, or set QD_SECRET");
    }
    const char *profile = cli_text(context, "profile");
    sign_input input = { .pairs = s->pairs,
                         .pair_count = s->count,
                         .body = base_buf_str(&s->body),
                         .sign_method = hash_of(context, s),
                         .profile = base_str_of(profile ? profile : "") };
    sign_context *signer = NULL;
    qd_status status = sign_context_new(s->recipe, base_str_of(secret), &signer, err);
    if (status == QD_OK) {
        status = sign_make(signer, &input, sign, err);
    }
    if (status == QD_OK) {
        status = sign_explain(signer, &input, cli_flag(context, "mask"), text, err);
    }
    sign_context_free(signer);
    return status;
}

static int print(cli_context *context, const base_buf *text, const char *sign) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (doc) {
        yyjson_mut_val *root = yyjson_mut_obj(doc);
        yyjson_mut_doc_set_root(doc, root);
        yyjson_mut_obj_add_strn(doc, root, "string_to_sign", base_buf_text(text), text->len);
        yyjson_mut_obj_add_str(doc, root, "sign", sign);
    }
    int status = cli_print_record(context, doc);
    yyjson_mut_doc_free(doc);
    return status;
}

static int run_sign(cli_context *context) {
    qd_err err = QD_ERR_INIT;
    signing s = { 0 };
    char sign[SIGN_TEXT_MAX];
    base_buf text;
    base_buf_init(&s.body, LIMIT_REQUEST_BYTES);
    base_buf_init(&text, 2 * (size_t)LIMIT_REQUEST_BYTES);
    int code;
    if (collect(context, &s, &err) == QD_OK && make(context, &s, &text, sign, &err) == QD_OK) {
        code = print(context, &text, sign);
    } else {
        code = cli_fail(context, &err);
    }
    for (size_t i = 0; i < s.file_count; i++) {
        base_buf_wipe(&s.files[i]);
    }
    free(s.files);
    free(s.pairs);
    base_buf_wipe(&s.body);
    base_buf_wipe(&text);
    return code;
}

const cli_command cli_sign = {
    "sign",
    "RECIPE [name=value ...]",
    1,
    512,
    "what is hashed and the signature, offline (douyin, douyin-push, douyin-spi, taobao, "
    "taobao-body, solinkup)",
    "qd sign douyin --secret S --method order.searchList --timestamp 1700000000 "
    "--sign-method hmac-sha256 \\\n      --param-json '{\"page\":0}' app_key=7000000000000000001",
    sign_options,
    run_sign
};
