/* What the files of room platforms share and nobody else sees. */
#ifndef PLATFORMS_PLATFORMS_PRIVATE_H
#define PLATFORMS_PLATFORMS_PRIVATE_H

#include "platforms/platforms.h"

/* N of "This ban will last for N more seconds" (TOP flow limits); 0 when the text has no such part.
 */
int64_t platforms_ban_seconds(base_str text);
/* base + path with exactly one slash between; path itself when it is an absolute URL. NULL when out
 * of memory. */
char *platforms_url(base_arena *arena, const char *base, const char *path);
/* A scalar member as text in the arena; empty when absent. */
base_str platforms_text(yyjson_val *object, const char *name, base_arena *arena);
/* "a: b", or the one that is not empty. */
base_str platforms_join(base_arena *arena, base_str a, base_str b);
/* A growing text inside the arena's life: copies out and frees buf. */
QD_NODISCARD qd_status platforms_settle(base_arena *arena, base_buf *buf, const char *what,
                                        base_str *out, qd_err *err);
/* Copies a token's text, or says that it does not fit. */
QD_NODISCARD qd_status platforms_token_text(yyjson_val *object, const char *name, bool needed,
                                            char out[QD_TOKEN_TEXT_MAX], qd_err *err);
/* A token call's parameters: {"grant_type":grant,name:value}. */
QD_NODISCARD qd_status platforms_grant(core_token_call *out, const char *grant, const char *name,
                                       base_str value, qd_err *err);
/* End of a life in seconds that the answer tells from now on; 0 = not told. */
int64_t platforms_end_of_life(yyjson_val *object, const char *name, int64_t now);

/* ---- authorise_url.c: members of core_platform, the same for all ---- */

QD_NODISCARD qd_status platforms_authorise_url(const core_authorise_page *page,
                                               const char *platform, base_buf *out, qd_err *err);
void platforms_token_owner(yyjson_val *data, const char *platform, qd_authorised *out);

/* ---- douyin_token.c ---- */

QD_NODISCARD qd_status douyin_check_asker(const core_asker *asker, qd_err *err);
QD_NODISCARD qd_status douyin_token_refresh(const char *shop_id, base_str refresh_token,
                                            core_token_call *out, qd_err *err);
QD_NODISCARD qd_status douyin_token_create(const char *shop_id, const char *environment,
                                           core_token_call *out, qd_err *err);
QD_NODISCARD qd_status douyin_token_exchange(base_str code, core_token_call *out, qd_err *err);
QD_NODISCARD qd_status douyin_token_read(yyjson_val *data, int64_t now, qd_token *token,
                                         qd_err *err);
/* The old endpoints, which are not signed. */
bool douyin_is_oauth2(const core_request *request);
QD_NODISCARD qd_status douyin_oauth2_build(const core_request *request, core_built *built,
                                           qd_err *err);
const char *douyin_recipe(const cat_platform *platform, const cat_method *method, const char *name);

/* ---- parts.c: parameters by their places ---- */

bool platforms_is_get(const core_request *request);
/* Compact JSON in the arena. */
QD_NODISCARD qd_status platforms_json_text(base_arena *arena, yyjson_val *value, base_str *out,
                                           qd_err *err);
/* A scalar as text, an array or object as JSON. */
QD_NODISCARD qd_status platforms_value_text(base_arena *arena, yyjson_val *value, base_str *out,
                                            qd_err *err);
void platforms_query_add(base_buf *query, base_str name, base_str value);

typedef struct platforms_parts {
    base_buf query;       /* "a=1&b=2" */
    yyjson_mut_doc *body; /* an object */
} platforms_parts;
/* Parameters in headers go to built at once, those in the path in platforms_build_url(). Clear
 * parts also after a failure. */
QD_NODISCARD qd_status platforms_lay_out(const core_request *request, core_built *built,
                                         platforms_parts *parts, qd_err *err);
void platforms_parts_clear(platforms_parts *parts);
/* The caller's path, the catalogue's, or "". */
const char *platforms_path(const core_request *request);
QD_NODISCARD qd_status platforms_build_url(const core_request *request,
                                           const platforms_parts *parts, core_built *built,
                                           qd_err *err);
/* The body in the order of the parameters. */
QD_NODISCARD qd_status platforms_body_json(const core_request *request,
                                           const platforms_parts *parts, core_built *built,
                                           qd_err *err);
/* A text member of the body unless the caller gave it; false when out of memory. */
bool platforms_fill(platforms_parts *parts, const char *name, base_str value);
void platforms_header(core_built *built, const char *name, const char *value);
/* Signs built's signed input; out is the pair "sign", in the request's arena. */
QD_NODISCARD qd_status platforms_sign(const core_request *request, core_built *built,
                                      codec_pair *out, qd_err *err);

/* ---- multipart.c: files ---- */

typedef struct platforms_file {
    base_str param, name, type, data;
} platforms_file;
bool platforms_is_file(const cat_method *method, base_str name, yyjson_val *value);
bool platforms_has_file(const core_request *request);
QD_NODISCARD qd_status platforms_read_file(base_arena *arena, base_str name, yyjson_val *value,
                                           platforms_file *out, qd_err *err);

typedef struct platforms_form {
    const codec_pair *pairs;
    size_t pair_count;
    const platforms_file *files;
    size_t file_count;
} platforms_form;
/* Body and Content-Type. */
QD_NODISCARD qd_status platforms_multipart(const core_request *request, const platforms_form *form,
                                           core_built *built, qd_err *err);

#endif
