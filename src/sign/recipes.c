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

static const sign_hash md5_first[] = { { "md5", CODEC_MD5, false },
                                       { "hmac-sha256", CODEC_HMAC_SHA256, false },
                                       { NULL, CODEC_MD5, false } };
static const sign_hash md5_only[] = { { "md5", CODEC_MD5, false }, { NULL, CODEC_MD5, false } };
static const sign_hash top_hashes[] = { { "md5", CODEC_MD5, true },
                                        { "hmac", CODEC_HMAC_MD5, false },
                                        { "hmac-sha256", CODEC_HMAC_SHA256, false },
                                        { NULL, CODEC_MD5, false } };
static const sign_hash solinkup_hashes[] = { { "md5", CODEC_MD5, false },
                                             { "hmac-sha256", CODEC_HMAC_SHA256, false },
                                             { "sha256", CODEC_SHA256, false },
                                             { NULL, CODEC_MD5, false } };

/* The order is fixed; access_token, sign and sign_method are not signed. */
static const sign_step douyin_steps[] = {
    { STEP_SECRET, NULL, NULL, NULL },      { STEP_PAIR, "app_key", NULL, NULL },
    { STEP_PAIR, "method", NULL, NULL },    { STEP_BODY, "param_json", NULL, NULL },
    { STEP_PAIR, "timestamp", NULL, NULL }, { STEP_PAIR, "v", NULL, "2" },
    { STEP_SECRET, NULL, NULL, NULL },      { STEP_END, NULL, NULL, NULL }
};
static const sign_step spi_steps[] = {
    { STEP_SECRET, NULL, NULL, NULL },       { STEP_PAIR, "app_key", NULL, NULL },
    { STEP_BODY, "param_json", NULL, NULL }, { STEP_PAIR, "timestamp", NULL, NULL },
    { STEP_SECRET, NULL, NULL, NULL },       { STEP_END, NULL, NULL, NULL }
};
static const sign_step push_steps[] = { { STEP_VALUE, "app_key", NULL, NULL },
                                        { STEP_BODY, NULL, NULL, NULL },
                                        { STEP_SECRET, NULL, NULL, NULL },
                                        { STEP_END, NULL, NULL, NULL } };
static const sign_step top_steps[] = { { STEP_SORTED, NULL, NULL, NULL },
                                       { STEP_END, NULL, NULL, NULL } };
static const sign_step top_body_steps[] = { { STEP_SORTED, NULL, NULL, NULL },
                                            { STEP_BODY, NULL, NULL, NULL },
                                            { STEP_END, NULL, NULL, NULL } };

/* Solinkup: absent and empty parameters are left out in every reading. */
static const sign_step text_php_steps[] = {
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_PAIR_MAYBE, "accessToken", NULL, NULL },
    { STEP_PAIR_MAYBE, "appKey", NULL, NULL },
    { STEP_PAIR_MAYBE, "method", NULL, NULL },
    { STEP_PAIR_MAYBE, "timestamp", NULL, NULL },
    { STEP_PAIR_MAYBE, "version", "v", NULL },
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_END, NULL, NULL, NULL },
};
static const sign_step text_list_steps[] = {
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_PAIR_MAYBE, "accessToken", NULL, NULL },
    { STEP_PAIR_MAYBE, "appKey", NULL, NULL },
    { STEP_PAIR_MAYBE, "method", NULL, NULL },
    { STEP_PAIR_MAYBE, "timestamp", NULL, NULL },
    { STEP_PAIR_MAYBE, "version", NULL, NULL },
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_END, NULL, NULL, NULL },
};
static const sign_step text_example_steps[] = {
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_PAIR_MAYBE, "accessToken", NULL, NULL },
    { STEP_PAIR_MAYBE, "appKey", NULL, NULL },
    { STEP_PAIR_MAYBE, "method", NULL, NULL },
    { STEP_PAIR_MAYBE, "signMethod", NULL, NULL },
    { STEP_PAIR_MAYBE, "timestamp", NULL, NULL },
    { STEP_PAIR_MAYBE, "version", "v", NULL },
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_END, NULL, NULL, NULL },
};
static const sign_step java_demo_steps[] = {
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_PAIR_MAYBE, "accessToken", NULL, NULL },
    { STEP_PAIR_MAYBE, "appKey", NULL, NULL },
    { STEP_PAIR_MAYBE, "authCode", NULL, NULL },
    { STEP_PAIR_MAYBE, "method", NULL, NULL },
    { STEP_PAIR_MAYBE, "openId", NULL, NULL },
    { STEP_PAIR_MAYBE, "redirectUrl", NULL, NULL },
    { STEP_PAIR_MAYBE, "signMethod", NULL, NULL },
    { STEP_PAIR_MAYBE, "timestamp", NULL, NULL },
    { STEP_PAIR_MAYBE, "version", NULL, NULL },
    { STEP_SECRET, NULL, NULL, NULL },
    { STEP_END, NULL, NULL, NULL },
};

static const sign_profile douyin_profiles[] = { { "", douyin_steps }, { NULL, NULL } };
static const sign_profile spi_profiles[] = { { "", spi_steps }, { NULL, NULL } };
static const sign_profile push_profiles[] = { { "", push_steps }, { NULL, NULL } };
static const sign_profile top_profiles[] = { { "", top_steps }, { NULL, NULL } };
static const sign_profile top_body_profiles[] = { { "", top_body_steps }, { NULL, NULL } };
/* java_demo first: the sample stands in the vendor's gateway package, so it is the likeliest. */
static const sign_profile solinkup_profiles[] = { { "java_demo", java_demo_steps },
                                                  { "text_example", text_example_steps },
                                                  { "text_php", text_php_steps },
                                                  { "text_list", text_list_steps },
                                                  { NULL, NULL } };

static const sign_recipe recipes[] = {
    { "douyin", "Douyin gateway call: app_key, method, param_json, timestamp, v (guide 148/814)",
      douyin_profiles, md5_first, false, false, NULL, NULL },
    { "douyin-push", "Douyin message push: MD5 of app_key, raw body, secret (guide 215/1977)",
      push_profiles, md5_only, false, false, NULL, NULL },
    { "douyin-spi", "Douyin SPI callback: as a gateway call without method and v (vendor's SDKs)",
      spi_profiles, md5_first, false, false, NULL, NULL },
    { "taobao", "TOP call: every parameter but sign, sorted by name (TOP API document)",
      top_profiles, top_hashes, true, false, NULL, NULL },
    { "taobao-body", "TOP call with a raw body after the pairs: Qimen, batch (Qimen guide)",
      top_body_profiles, top_hashes, true, false, NULL, NULL },
    { "solinkup",
      "Solinkup call: up to nine public parameters (open platform guide, four readings)",
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
