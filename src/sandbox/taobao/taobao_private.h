/*
 * What the files of the Taobao face share: one TOP call, its parameters, its answer.
 */
#ifndef SANDBOX_TAOBAO_TAOBAO_PRIVATE_H
#define SANDBOX_TAOBAO_TAOBAO_PRIVATE_H

#include "sandbox/generic/generic.h"
#include "sandbox/sandbox_private.h"

typedef struct tbface_call tbface_call;

/* Writes the members of the answer's root object ("\"trade\":{...}") and returns true, or
 * tbface_fail(). */
typedef bool (*tbface_run)(tbface_call *call);

/* A method of the hand-written tables. params: names with a type, '*' = required: "tid*i memo:s";
 * i integer, b boolean, s text, d yyyy-MM-dd HH:mm:ss, n decimal. */
typedef struct tbface_method {
    const char *name;
    const char *params;
    tbface_run run;
    bool no_session;
} tbface_method;

struct tbface_call {
    face_call *face;
    world *world;
    const tbface_method *method;
    const cat_method *known;  /* the catalogue's, when no table has the method; else NULL */
    tbface_method known_made; /* what `method` then points to */
    yyjson_doc *known_params; /* of a known method: its parameters as an object */
    face_params params;
    base_str raw_body; /* Qimen: the XML as received; else empty */
    bool qimen;        /* called the Qimen way: answers are XML <response> */
    bool dingtalk;     /* called with a session only: no app_key, no sign */
    bool in_batch;     /* one of a batch: what all share is judged already */
    bool xml;          /* the answer is XML */
    bool simplify;
    uint32_t shop;
    int64_t now;
    base_buf *out;
    base_buf scratch; /* one document at a time */
    /* the refusal */
    int code;
    char sub_code[160];
    char *sub_msg; /* in the arena */
};

const tbface_method *tbface_trade_methods(size_t *out_count);
const tbface_method *tbface_trade_write_methods(size_t *out_count);
const tbface_method *tbface_item_methods(size_t *out_count);
const tbface_method *tbface_item_write_methods(size_t *out_count);
const tbface_method *tbface_user_methods(size_t *out_count);

/* Always false. sub_code "" = none. */
QD_PRINTF(4, 5)
bool tbface_fail(tbface_call *call, int code, const char *sub_code, const char *fmt, ...);
/* 41 isv.invalid-parameter:param */
bool tbface_invalid(tbface_call *call, const char *param, const char *why);
/* 15 with a sub code by what the world said; true for DONE and REPEATED. */
bool tbface_deed(tbface_call *call, world_deed deed);

/* Judges one call from its method on and writes its whole answer; a batch's call after the checks
 * that all share. */
void tbface_serve(tbface_call *call, base_str name, face_fault fault);

/* ---- batches (batch.c) ---- */

/* The body holds calls, and not too many; false with the refusal set. */
bool tbface_batch_check(tbface_call *call);
void tbface_batch_run(tbface_call *call);

/* ---- sessions (oauth.c), DingTalk's token (dingtalk.c) ---- */

void tbface_oauth_token(face_call *call);
void tbface_gettoken(face_call *call);
/* {"access_token", lives, levels, whose} */
void tbface_token_members(const face_call *call, uint32_t shop, base_buf *json);
/* Has the session still the level that the method needs? Else 42. */
bool tbface_level_check(tbface_call *call);

/* ---- on the wire (wire.c) ---- */

/* Parameters from query and form, parts, or (Qimen) a body of XML; sets call->params, raw_body and
 * simplify. batch: the body is no form. False with the refusal set. */
bool tbface_wire_read(tbface_call *call, bool batch);
/* The answer's JSON becomes XML when that was asked for; Qimen's answers lose their root. */
void tbface_wire_finish(tbface_call *call);
/* The object of a Qimen body by the catalogue: lists of one, lists in wrappers. */
yyjson_doc *tbface_qimen_params(tbface_call *call, const char **out_why);

/* ---- methods of the catalogue that the world does not model (known.c) ---- */

/* False with the refusal set when the catalogue calls the method retired, modelled or not. */
bool tbface_known_lives(tbface_call *call, base_str name);
/* Sets call->known and call->method; false with the refusal set for an unknown one. */
bool tbface_known_find(tbface_call *call, base_str name);
/* The parameters by the catalogue; false with the refusal set. */
bool tbface_known_check(tbface_call *call);

/* NULL when the signature is right; else what was expected, secret and session masked. body: what
 * is signed after the pairs (Qimen's XML), else empty. */
const char *tbface_sign_check(face_call *call, base_str secret, const face_params *params,
                              base_str body);

/* Required ones there, each of its type? Else the refusal is set. */
bool tbface_params_check(tbface_call *call);
bool tbface_has(const tbface_call *call, const char *name); /* absent or empty: false */
int64_t tbface_i64(const tbface_call *call, const char *name, int64_t fallback);
bool tbface_bool(const tbface_call *call, const char *name, bool fallback);
int64_t tbface_time(const tbface_call *call, const char *name, int64_t fallback);
/* ptr NULL when absent or empty. */
base_str tbface_text(const tbface_call *call, const char *name);
/* "12.30" -> 1230; -1 when absent or no amount. */
int64_t tbface_fen(const tbface_call *call, const char *name);
/* The n-th part of a list joined by separator; false past the end. */
bool tbface_part(base_str text, char separator, size_t nth, base_str *out);

/* The parameter `fields` without the names that this method never serves (NULL-terminated). */
bool tbface_fields(tbface_call *call, const char *const *withheld, world_fields *out);
/* Page numbers from 1; false with the refusal set. */
bool tbface_page(tbface_call *call, int64_t size_max, uint64_t *out_offset, uint32_t *out_size);
/* "\"trades\":{\"trade\":[" ... "]}", or the plain array when simplified. */
void tbface_list_open(tbface_call *call, const char *list, const char *item);
void tbface_list_close(tbface_call *call);
/* Appends call->scratch with these fields only. */
bool tbface_document(tbface_call *call, const world_fields *fields);
/* "2016-01-01 12:00:00" in quotes */
void tbface_add_time(base_buf *out, int64_t utc_s);

/* The trade of tid, the item of num_iid; WORLD_NONE with the refusal set. */
uint32_t tbface_trade_of(tbface_call *call);
uint32_t tbface_item_of(tbface_call *call, world_product_state *out);

#endif
