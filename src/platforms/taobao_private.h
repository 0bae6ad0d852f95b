/* What the files of TOP (taobao*.c, dingtalk.c, batch*.c) share inside room platforms. */
#ifndef PLATFORMS_TAOBAO_PRIVATE_H
#define PLATFORMS_TAOBAO_PRIVATE_H

#include "platforms/qimen.h"

/* ---- taobao.c: requests ---- */

/* "target_app_key", "partner_id", "format", "simplify"; Qimen: "customerId" too. Not where the
 * method has a parameter of its own of that name. */
bool taobao_is_public(const cat_method *method, base_str name);
/* One of those as the call gives it; empty when it does not. */
base_str taobao_public(const core_request *request, const char *name);
/* A parameter's value as TOP takes it: objects as JSON, lists of scalars with commas. */
QD_NODISCARD qd_status taobao_wire_text(base_arena *arena, yyjson_val *value, base_str *out,
                                        qd_err *err);
/* The method's own parameters (not the public ones) in urlencoded form, behind what is there. */
QD_NODISCARD qd_status taobao_form_params(const core_request *request, base_buf *form, qd_err *err);
/* The host with a path of its own instead of the gateway's. */
char *taobao_url(const core_request *request, const char *path);

/* ---- taobao_answer.c: what an answer says ---- */

QD_NODISCARD qd_status taobao_parse(const core_request *request, base_str body,
                                    yyjson_doc **out_doc, qd_err *err);
QD_NODISCARD qd_status taobao_decode(const core_request *request, yyjson_val *root,
                                     base_arena *arena, core_decoded *out, qd_err *err);

/* ---- taobao_token.c: sessions ---- */

#define TAOBAO_OAUTH_NAME "oauth.token"
bool taobao_is_oauth(const core_request *request);
QD_NODISCARD qd_status taobao_token_refresh(const char *shop_id, base_str refresh_token,
                                            core_token_call *out, qd_err *err);
QD_NODISCARD qd_status taobao_token_exchange(base_str code, core_token_call *out, qd_err *err);
QD_NODISCARD qd_status taobao_check_asker(const core_asker *asker, qd_err *err);
base_str taobao_explain(base_str code, const qd_token *token, int64_t now, base_arena *arena);
QD_NODISCARD qd_status taobao_token_read(yyjson_val *data, int64_t now, qd_token *token,
                                         qd_err *err);
QD_NODISCARD qd_status taobao_oauth_build(const core_request *request, core_built *built,
                                          qd_err *err);
QD_NODISCARD qd_status taobao_oauth_decode(yyjson_val *root, base_arena *arena, core_decoded *out,
                                           qd_err *err);

/* ---- dingtalk.c ---- */

/* DingTalk's AppKeys begin with "ding"; TOP's are digits. */
bool dingtalk_is_app(const char *app_key);
/* "dingtalk.*": called with a session and nothing else. */
bool dingtalk_is_method(const char *name);
/* The call that gets the app's access token. */
bool dingtalk_is_token(const core_request *request);
QD_NODISCARD qd_status dingtalk_token_build(const core_request *request, core_built *built,
                                            qd_err *err);
QD_NODISCARD qd_status dingtalk_token_decode(yyjson_val *root, base_arena *arena, core_decoded *out,
                                             qd_err *err);
QD_NODISCARD qd_status dingtalk_app_token(core_token_call *out, qd_err *err);
/* Failures that DingTalk tells inside a success. */
void dingtalk_decode(yyjson_val *data, base_arena *arena, core_decoded *out);

/* ---- batch_wire.c: many calls in one request ---- */

#define TAOBAO_BATCH_PATH "/router/batch"
bool taobao_is_batch(const core_request *request);
QD_NODISCARD qd_status batch_build(const core_request *request, core_built *built, qd_err *err);
/* {"responses":[..]} of the segments; a single refusal of all stays what it is. */
QD_NODISCARD qd_status batch_parse(const core_request *request, base_str body, yyjson_doc **out_doc,
                                   qd_err *err);
QD_NODISCARD qd_status batch_decode(const core_request *request, yyjson_val *root,
                                    base_arena *arena, core_decoded *out, qd_err *err);

/* ---- taobao_tree.c: three forms of an answer as one tree ---- */

/* Gives the document the shape and the types of plain JSON, as far as the catalogue knows the
 * method's answer: xml, else simplified JSON. Takes *doc and puts the new one in its place. */
QD_NODISCARD qd_status taobao_tree(const cat_method *method, bool xml, yyjson_doc **doc,
                                   qd_err *err);

#endif
