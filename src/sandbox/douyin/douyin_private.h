/*
 * What the files of the Douyin face share: one gateway call, its business parameters, its answer.
 */
#ifndef SANDBOX_DOUYIN_DOUYIN_PRIVATE_H
#define SANDBOX_DOUYIN_DOUYIN_PRIVATE_H

#include <yyjson.h>

#include "sandbox/generic/generic.h"
#include "sandbox/sandbox_private.h"

/* Times beyond the year 9999 are no times. */
static const int64_t DYFACE_LAST_TIME = 253402300799;
enum { DYFACE_NESTED = 8 }; /* JSON texts inside param_json that one call may hold */

typedef struct dyface_call dyface_call;

/* Writes the JSON of `data` to call->out and returns true; or dyface_fail(). */
typedef bool (*dyface_run)(dyface_call *call);

/* A method of the hand-written tables. params: names with a type, '*' = required:
 * "page*i name:s"; i integer, b boolean, s text, a array (or its JSON text), o object, n number. */
typedef struct dyface_method {
    const char *name;
    const char *params;
    int missing_n; /* of 40002 isv.missing-parameter:n */
    int invalid_n; /* of 40004 isv.parameter-invalid:n */
    dyface_run run;
    bool no_token;
} dyface_method;

struct dyface_call {
    face_call *face;
    world *world;
    const dyface_method *method;
    const cat_method *known;  /* the catalogue's, when no table has the method; else NULL */
    dyface_method known_made; /* what `method` then points to */
    bool by_tool;             /* called with the tool app's key */
    bool by_alliance;         /* called with the alliance app's key, for one of its methods */
    yyjson_val *params;       /* an object */
    yyjson_doc *docs[1 + DYFACE_NESTED];
    size_t doc_count;
    uint32_t shop;
    int64_t now;
    base_buf *out;
    /* the refusal */
    int code;
    char sub_code[64];
    char *sub_msg; /* in the arena */
};

/* NULL past the end; each table belongs to a file. */
const dyface_method *dyface_order_methods(size_t *out_count);
const dyface_method *dyface_order_write_methods(size_t *out_count);
const dyface_method *dyface_ship_methods(size_t *out_count);
const dyface_method *dyface_service_methods(size_t *out_count);
const dyface_method *dyface_old_methods(size_t *out_count);
const dyface_method *dyface_product_methods(size_t *out_count);
const dyface_method *dyface_product_write_methods(size_t *out_count);
const dyface_method *dyface_sku_methods(size_t *out_count);
const dyface_method *dyface_shop_methods(size_t *out_count);
const dyface_method *dyface_token_methods(size_t *out_count);
const dyface_method *dyface_aftersale_methods(size_t *out_count);
const dyface_method *dyface_aftersale_old_methods(size_t *out_count);
const dyface_method *dyface_aftersale_write_methods(size_t *out_count);
const dyface_method *dyface_aftersale_reply_methods(size_t *out_count);
const dyface_method *dyface_intercept_methods(size_t *out_count);
const dyface_method *dyface_secret_methods(size_t *out_count);
const dyface_method *dyface_bill_methods(size_t *out_count);
const dyface_method *dyface_bill_detail_methods(size_t *out_count);

/* Always false, so that a handler can return it. */
QD_PRINTF(4, 5)
bool dyface_fail(dyface_call *call, int code, const char *sub_code, const char *fmt, ...);
/* 40004 isv.parameter-invalid:n with the parameter's name before the text. */
bool dyface_invalid(dyface_call *call, int n, const char *param, const char *why);
/* 50002 isv.business-failed:n, 40004 ... by what the world said; true for DONE and REPEATED. */
bool dyface_deed(dyface_call *call, world_deed deed);

/* ---- methods of the catalogue that the world does not model (known.c) ---- */

/* Sets call->known and call->method; false with the refusal set for unknown and retired ones. */
bool dyface_known_find(dyface_call *call, base_str name);
/* Is it a user token of the alliance app? */
face_grant dyface_alliance_token(dyface_call *call, base_str token);
/* The parameters by the catalogue; false with the refusal set. */
bool dyface_known_check(dyface_call *call);

/* ---- signature (sign.c) ---- */

typedef struct dyface_signed {
    base_str app_key, method, param_json, timestamp, v, sign, sign_method;
} dyface_signed;
/* NULL when it is right; else what was expected, the secret masked, in the arena. */
const char *dyface_sign_check(face_call *call, base_str secret, const dyface_signed *parts);

/* ---- business parameters (params.c) ---- */

/* Required ones there, each of its type? Else the refusal is set. */
bool dyface_params_check(dyface_call *call);
/* Absent = missing, null or "". */
bool dyface_has(dyface_call *call, const char *name);
int64_t dyface_i64(dyface_call *call, const char *name, int64_t fallback);
bool dyface_bool(dyface_call *call, const char *name, bool fallback);
/* Text of a scalar; ptr is NULL when absent. */
base_str dyface_text(dyface_call *call, const char *name);
/* The array (also when sent as JSON text); NULL when absent or no array. */
yyjson_val *dyface_array(dyface_call *call, const char *name);
/* The same for a member of an object that is not the root. */
base_str dyface_text_of(dyface_call *call, yyjson_val *object, const char *name);
int64_t dyface_i64_of(yyjson_val *object, const char *name, int64_t fallback);
yyjson_val *dyface_parse_nested(dyface_call *call, base_str json);

/* The few categories that the world sells from (shop.c). */
typedef struct dyface_category {
    int id, parent, level;
    bool leaf;
    const char *name;
} dyface_category;
const dyface_category *dyface_categories(size_t *out_count);

/* ---- the old token calls (oauth2.c) ---- */

bool dyface_is_oauth2(base_str path);
/* A whole call, with its faults and its envelope; the caller frees call->docs. */
void dyface_oauth2(dyface_call *call, base_str path);

/* ---- shared by the order files ---- */

/* The order of this parameter, or WORLD_NONE with the refusal set. */
uint32_t dyface_order_of(dyface_call *call, const char *param);
/* The product of product_id or out_product_id, or WORLD_NONE with the refusal set. */
uint32_t dyface_product_of(dyface_call *call);

#endif
