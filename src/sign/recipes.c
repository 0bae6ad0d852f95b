/*
 * The recipes as data. What they mean is in sign.c; no platform's network or parameters are here.
 *
 * Sources: Douyin guide 148/814 and the vendor's SDKs (gateway and SPI), Douyin guide 215/1977
 * (push), the TOP API document (sorted pairs; md5, hmac, hmac-sha256) and the Qimen guide (body
 * after the pairs), the Solinkup open platform guide, whose prose, snippets and samples disagree:
 * each reading is a profile of its own.
 */
#include <string.h>

#include "sign/sign_private.h"

/* BASE_STR() as a constant expression. */
#define LIT(text)                                                                                  \
    { "" text, sizeof(text) - 1 }
#define STEP(kind, name, label, fallback)                                                          \
    { kind, LIT(name), LIT(label), LIT(fallback) }
#define SECRET STEP(STEP_SECRET, "", "", "")
#define SORTED STEP(STEP_SORTED, "", "", "")
#define END STEP(STEP_END, "", "", "")
#define BODY(label) STEP(STEP_BODY, "", label, "")
#define VALUE(name) STEP(STEP_VALUE, name, "", "")
#define PAIR(name) STEP(STEP_PAIR, name, name, "")
#define PAIR_OR(name, fallback) STEP(STEP_PAIR, name, name, fallback)
#define MAYBE(name, label) STEP(STEP_PAIR_MAYBE, name, label, "")

static const sign_hash md5_first[] = { { LIT("md5"), CODEC_MD5, false },
                                       { LIT("hmac-sha256"), CODEC_HMAC_SHA256, false },
                                       { LIT(""), CODEC_MD5, false } };
/* md5-implicit: MD5 as old clients do it, which send no sign_method (guide 148/814, vendor Java
 * SDK).
 */
static const sign_hash douyin_hashes[] = { { LIT("md5"), CODEC_MD5, false },
                                           { LIT("hmac-sha256"), CODEC_HMAC_SHA256, false },
                                           { LIT("md5-implicit"), CODEC_MD5, false },
                                           { LIT(""), CODEC_MD5, false } };
static const sign_hash md5_only[] = { { LIT("md5"), CODEC_MD5, false },
                                      { LIT(""), CODEC_MD5, false } };
static const sign_hash top_hashes[] = { { LIT("md5"), CODEC_MD5, true },
                                        { LIT("hmac"), CODEC_HMAC_MD5, false },
                                        { LIT("hmac-sha256"), CODEC_HMAC_SHA256, false },
                                        { LIT(""), CODEC_MD5, false } };
static const sign_hash solinkup_hashes[] = { { LIT("md5"), CODEC_MD5, false },
                                             { LIT("hmac-sha256"), CODEC_HMAC_SHA256, false },
                                             { LIT("sha256"), CODEC_SHA256, false },
                                             { LIT(""), CODEC_MD5, false } };

/* The Java sample's switch knows "MD5", "sha256" and "base64"; anything else falls to MD5, so that
 * hmac-sha256 is signed as a text and not meant. */
static const sign_hash java_hashes[] = { { LIT("md5"), CODEC_MD5, false },
                                         { LIT("sha256"), CODEC_SHA256, false },
                                         { LIT("hmac-sha256"), CODEC_MD5, false },
                                         { LIT(""), CODEC_MD5, false } };

/* The order is fixed; access_token, sign and sign_method are not signed. */
static const sign_step douyin_steps[] = { SECRET,
                                          PAIR("app_key"),
                                          PAIR("method"),
                                          BODY("param_json"),
                                          PAIR("timestamp"),
                                          PAIR_OR("v", "2"),
                                          SECRET,
                                          END };
static const sign_step spi_steps[] = {
    SECRET, PAIR("app_key"), BODY("param_json"), PAIR("timestamp"), SECRET, END
};
static const sign_step push_steps[] = { VALUE("app_key"), BODY(""), SECRET, END };
static const sign_step top_steps[] = { SORTED, END };
static const sign_step top_body_steps[] = { SORTED, BODY(""), END };

/* Solinkup: absent and empty parameters are left out in every reading. */
static const sign_step text_php_steps[] = { SECRET,
                                            MAYBE("accessToken", "accessToken"),
                                            MAYBE("appKey", "appKey"),
                                            MAYBE("method", "method"),
                                            MAYBE("timestamp", "timestamp"),
                                            MAYBE("version", "v"),
                                            SECRET,
                                            END };
static const sign_step text_list_steps[] = { SECRET,
                                             MAYBE("accessToken", "accessToken"),
                                             MAYBE("appKey", "appKey"),
                                             MAYBE("method", "method"),
                                             MAYBE("timestamp", "timestamp"),
                                             MAYBE("version", "version"),
                                             SECRET,
                                             END };
static const sign_step text_example_steps[] = { SECRET,
                                                MAYBE("accessToken", "accessToken"),
                                                MAYBE("appKey", "appKey"),
                                                MAYBE("method", "method"),
                                                MAYBE("signMethod", "signMethod"),
                                                MAYBE("timestamp", "timestamp"),
                                                MAYBE("version", "v"),
                                                SECRET,
                                                END };
static const sign_step java_demo_steps[] = { SECRET,
                                             MAYBE("accessToken", "accessToken"),
                                             MAYBE("appKey", "appKey"),
                                             MAYBE("authCode", "authCode"),
                                             MAYBE("method", "method"),
                                             MAYBE("openId", "openId"),
                                             MAYBE("redirectUrl", "redirectUrl"),
                                             MAYBE("signMethod", "signMethod"),
                                             MAYBE("timestamp", "timestamp"),
                                             MAYBE("version", "version"),
                                             SECRET,
                                             END };

/* Forms of a client, in which the same text is signed: how the timestamp is written, and whether
 * the old error codes are declined ("new"). */
static const sign_profile douyin_profiles[] = { { "", douyin_steps, NULL },
                                                { "seconds", douyin_steps, NULL },
                                                { "ms", douyin_steps, NULL },
                                                { "text", douyin_steps, NULL },
                                                { "new", douyin_steps, NULL },
                                                { "seconds+new", douyin_steps, NULL },
                                                { "ms+new", douyin_steps, NULL },
                                                { "text+new", douyin_steps, NULL },
                                                { NULL, NULL, NULL } };
static const sign_profile spi_profiles[] = { { "", spi_steps, NULL }, { NULL, NULL, NULL } };
static const sign_profile push_profiles[] = { { "", push_steps, NULL }, { NULL, NULL, NULL } };
static const sign_profile top_profiles[] = { { "", top_steps, NULL }, { NULL, NULL, NULL } };
static const sign_profile top_body_profiles[] = { { "", top_body_steps, NULL },
                                                  { NULL, NULL, NULL } };
/* java_demo first: the sample stands in the vendor's gateway package, so it is the likeliest. */
static const sign_profile solinkup_profiles[] = {
    { "java_demo", java_demo_steps, NULL },       { "java_dispatch", java_demo_steps, java_hashes },
    { "text_example", text_example_steps, NULL }, { "text_php", text_php_steps, NULL },
    { "text_list", text_list_steps, NULL },       { NULL, NULL, NULL }
};

static const sign_recipe recipes[] = {
    { "douyin", "Douyin gateway call: app_key, method, param_json, timestamp, v (guide 148/814)",
      douyin_profiles, douyin_hashes, false, false, NULL, NULL },
    { "douyin-push", "Douyin message push: MD5 of app_key, raw body, secret (guide 215/1977)",
      push_profiles, md5_only, false, false, NULL, NULL },
    { "douyin-spi", "Douyin SPI callback: as a gateway call without method and v (vendor's SDKs)",
      spi_profiles, md5_first, false, false, NULL, NULL },
    { "taobao", "TOP call: every parameter but sign, sorted by name (TOP API document)",
      top_profiles, top_hashes, true, false, NULL, NULL },
    { "taobao-body", "TOP call with a raw body after the pairs: Qimen, batch (Qimen guide)",
      top_body_profiles, top_hashes, true, false, NULL, NULL },
    { "solinkup",
      "Solinkup call: up to nine public parameters (open platform guide, five readings)",
      solinkup_profiles, solinkup_hashes, false, true, "base64",
      "it is the text itself and would disclose the secret" },
};

const sign_recipe *sign_recipe_at(size_t index) {
    return index < sizeof recipes / sizeof recipes[0] ? &recipes[index] : NULL;
}

const sign_recipe *sign_recipe_find(const char *name) {
    for (size_t i = 0; name && i < sizeof recipes / sizeof recipes[0]; i++) {
        if (strcmp(recipes[i].name, name) == 0) {
            return &recipes[i];
        }
    }
    return NULL;
}

const char *sign_recipe_name(const sign_recipe *recipe) {
    return recipe->name;
}

const char *sign_recipe_title(const sign_recipe *recipe) {
    return recipe->title;
}
