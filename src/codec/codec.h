/*
 * The door of room codec (floor 1): bytes <-> values, thin over yyjson, libxml2, OpenSSL and zstd.
 * Knows no platform and no HTTP.
 */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include <yyjson.h>

#include "base/base.h"

/* ---- JSON ---- */

/* Parses strictly (RFC 8259, UTF-8 checked). Bounds: max_bytes (0 = LIMIT_REPLY_BYTES) and
 * LIMIT_JSON_DEPTH. Integers beyond int64/uint64 are kept as raw numbers, never rounded. The text
 * is copied; free the document with yyjson_doc_free(). While it lives it takes at most 16 bytes a
 * byte of text.
 * @retval QD_E_PROTOCOL with line, column and at most 20 bytes of what was found there
 * @retval QD_E_NOMEM */
QD_NODISCARD qd_status codec_json_read(base_str text, size_t max_bytes, yyjson_doc **out_doc,
                                       qd_err *err);

/* Bits: ASCII may be joined with one of the HTML styles. */
typedef enum codec_json_style {
    CODEC_JSON_PLAIN = 0,     /* raw UTF-8; only what JSON demands is escaped */
    CODEC_JSON_HTML_GO = 1,   /* < > & as \u003c \u003e \u0026 (Go encoding/json) */
    CODEC_JSON_HTML_GSON = 2, /* as Go plus = and ' (Gson) */
    CODEC_JSON_ASCII = 4,     /* non-ASCII as \uXXXX, surrogate pairs (Python json.dumps) */
    CODEC_JSON_RAW_LINES = 32 /* U+2028/2029 raw (PHP's JSON_UNESCAPED_LINE_TERMINATORS) */
} codec_json_style;

/* Canonical text: keys sorted by UTF-8 bytes at every depth, no spaces, `/` raw, U+2028/2029
 * escaped as Go does unless RAW_LINES asks otherwise, integral floats without ".0" (1.0 -> 1),
 * integers exact, other floats as Go prints them (1e-7, 1e+21). Of equal keys the last one counts.
 * Appends to out.
 * @retval QD_E_NOMEM the buffer's bound
 * @retval QD_E_INVALID no value, or deeper than LIMIT_JSON_DEPTH */
QD_NODISCARD qd_status codec_json_canonical(const yyjson_val *value, codec_json_style style,
                                            base_buf *out, qd_err *err);
/* Same for text: parse, then write canonically. */
QD_NODISCARD qd_status codec_json_canonical_text(base_str text, codec_json_style style,
                                                 base_buf *out, qd_err *err);
/* Compact, in the order the document has. Appends. */
QD_NODISCARD qd_status codec_json_write(const yyjson_val *value, base_buf *out, qd_err *err);
QD_NODISCARD qd_status codec_json_write_mut(const yyjson_mut_doc *doc, bool pretty, base_buf *out,
                                            qd_err *err);
/* Appends the text as a JSON string with quotes (invalid UTF-8 becomes U+FFFD). */
void codec_json_quote(base_buf *out, base_str text);

/* Child by dotted path ("post_addr.city.name"); NULL when a step is missing, null, or no object. ""
 * is the value. */
yyjson_val *codec_json_at(yyjson_val *value, const char *dotted_path);
/* A scalar as text: strings as they are (borrowed from the document), numbers and booleans
 * formatted into the arena; false for null, arrays, objects, and
 * when the arena is full. Numbers look as in codec_json_canonical(). */
bool codec_json_text(yyjson_val *value, base_arena *arena, base_str *out);
/* An integer given as number, integral float, or decimal string; false otherwise. */
bool codec_json_i64(yyjson_val *value, int64_t *out);
/* true/false, "true"/"false", 0/1, "0"/"1". */
bool codec_json_bool(yyjson_val *value, bool *out);

/* ---- XML: as the JSON tree that stands for it ---- */

/* {"root": {...}}: an element with children is an object, one without is its text (always a
 * string), elements of the same name are an array. An only child is an array of one, too, where its
 * parent says list="true" or is its plural (items/item, orderLines/orderLine,
 * criteriaList/criteria). Other attributes are dropped, name spaces' prefixes as well. No document
 * type, no entities but XML's own five, nothing from the network, at most LIMIT_JSON_DEPTH deep;
 * max_bytes 0 = LIMIT_REPLY_BYTES.
 * @retval QD_E_PROTOCOL with line and column  @retval QD_E_NOMEM */
QD_NODISCARD qd_status codec_xml_read(base_str text, size_t max_bytes, yyjson_doc **out_doc,
                                      qd_err *err);
/* The same way back: <root> from an object or a scalar, members in the document's order, arrays as
 * repeated elements, null as nothing. With declaration, without blanks. Appends.
 * @retval QD_E_INVALID a name or a character that XML does not have, a list in a list */
QD_NODISCARD qd_status codec_xml_write(yyjson_val *value, const char *root, base_buf *out,
                                       qd_err *err);

/* ---- urlencoded forms ---- */

typedef struct codec_pair {
    base_str name;
    base_str value;
} codec_pair;

/* Appends percent-encoded text; only unreserved bytes stay. Space becomes %20, or + when
 * plus_for_space. */
void codec_url_encode(base_buf *out, base_str text, bool plus_for_space);
/* Appends name=value with & before it unless out is empty (space as +). */
void codec_form_add(base_buf *out, base_str name, base_str value);
/* Splits and decodes (percent and +) into pairs whose texts live in the arena. A broken escape
 * stays as it is.
 * @retval QD_E_INVALID more than LIMIT_FORM_PAIRS  @retval QD_E_NOMEM */
QD_NODISCARD qd_status codec_form_parse(base_str text, base_arena *arena, codec_pair **out_pairs,
                                        size_t *out_count, qd_err *err);

/* ---- digests ---- */

typedef enum codec_digest {
    CODEC_MD5,
    CODEC_HMAC_MD5,
    CODEC_SHA256,
    CODEC_HMAC_SHA256
} codec_digest;
enum { CODEC_DIGEST_MAX = 32 };
size_t codec_digest_size(codec_digest digest);

/* A keyed hash whose key schedule is computed once. Not thread-safe: one per thread, or dup. */
typedef struct codec_hash codec_hash;
/* key is ignored for MD5 and SHA256. NULL when out of memory, or when the library's policy has no
 * such algorithm. The new one has begun already. */
codec_hash *codec_hash_new(codec_digest digest, base_str key);
void codec_hash_free(codec_hash *hash);
/* begin, add..., end; then begin again. */
void codec_hash_begin(codec_hash *hash);
void codec_hash_add(codec_hash *hash, base_str data);
size_t codec_hash_end(codec_hash *hash,
                      unsigned char out[CODEC_DIGEST_MAX]); /* bytes written; 0 on failure */
/* One shot. */
size_t codec_digest_once(codec_digest digest, base_str key, base_str data,
                         unsigned char out[CODEC_DIGEST_MAX]);

/* Writes 2*len digits and NUL. */
void codec_hex(const unsigned char *data, size_t len, bool upper, char *out);
void codec_base64_encode(base_buf *out, base_str data);
/* Strict: padded, no blanks. @retval QD_E_INVALID, out unchanged */
QD_NODISCARD qd_status codec_base64_decode(base_str text, base_buf *out, qd_err *err);

/* ---- AES-256-GCM ---- */

enum { CODEC_AES_KEY = 32, CODEC_AES_OVERHEAD = 12 + 16 };
/* Not thread-safe: one per thread. */
typedef struct codec_aes codec_aes;
/* clock gives the nonces; NULL = qd_clock_system(). NULL when out of memory. */
codec_aes *codec_aes_new(const unsigned char key[CODEC_AES_KEY], const qd_clock *clock);
void codec_aes_free(codec_aes *aes);
/* Appends nonce(12, random) + cipher text + tag(16). aad binds it to its place ("token/<handle>").
 */
QD_NODISCARD qd_status codec_aes_seal(codec_aes *aes, base_str aad, base_str plain, base_buf *out,
                                      qd_err *err);
/* @retval QD_E_CORRUPT wrong key, wrong place or damaged; out unchanged */
QD_NODISCARD qd_status codec_aes_open(codec_aes *aes, base_str aad, base_str sealed, base_buf *out,
                                      qd_err *err);

/* ---- zstd with dictionary ---- */

/* Compresses at level 1; frames carry their size and a checksum. A dictionary may be NULL/empty and
 * is copied. Not thread-safe: one per thread. */
typedef struct codec_zip codec_zip;
codec_zip *codec_zip_new(base_str dictionary);
void codec_zip_free(codec_zip *zip);
QD_NODISCARD qd_status codec_zip_pack(codec_zip *zip, base_str plain, base_buf *out, qd_err *err);
/* @retval QD_E_CORRUPT damaged, wrong dictionary, no size inside, or longer than max_bytes; out
 * unchanged */
QD_NODISCARD qd_status codec_zip_unpack(codec_zip *zip, base_str packed, size_t max_bytes,
                                        base_buf *out, qd_err *err);
/* Trains a dictionary of at most max_bytes from samples (of which it reads 100 times max_bytes at
 * most); too few samples give an empty one (QD_OK). */
QD_NODISCARD qd_status codec_zip_train(const base_str *samples, size_t count, size_t max_bytes,
                                       base_buf *out, qd_err *err);

#endif
