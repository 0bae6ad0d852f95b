/* What the push_*.c files share: descriptors of structs, and the one decoder that reads them. */
#ifndef PLATFORMS_PUSH_PRIVATE_H
#define PLATFORMS_PUSH_PRIVATE_H

#include "codec/codec.h"
#include "qiandian/push.h"
#include "sign/sign.h"

typedef enum push_type {
    PUSH_INT,    /* int64_t */
    PUSH_TIME,   /* int64_t, UTC seconds */
    PUSH_TEXT,   /* const char *; the JSON of an object or list */
    PUSH_INTS,   /* qd_ints */
    PUSH_TEXTS,  /* qd_texts */
    PUSH_FLAT,   /* a struct whose members lie flat in the same object */
    PUSH_OBJECT, /* a struct of a nested object */
    PUSH_OBJECTS /* { const struct *items; size_t count; } */
} push_type;

typedef struct push_row {
    const char *name;  /* on the wire */
    const char *other; /* a second name that sources have; may be NULL */
    const struct push_row *rows;
    uint16_t row_count; /* of FLAT, OBJECT and OBJECTS */
    uint16_t size;      /* bytes of the member; of OBJECTS: of one item */
    uint16_t offset;
    uint8_t type;
} push_row;

typedef struct push_shape {
    const push_row *rows; /* NULL: plain text, qd_douyin_push_test */
    size_t row_count;
} push_shape;

typedef struct push_tag {
    qd_push_kind kind;
    push_shape shape;
} push_tag;

/* ---- push_douyin.c ---- */

const push_tag *push_tag_at(size_t index); /* NULL past the end */
const push_tag *push_tag_find(base_str tag);
const push_shape *push_spi_shape(const char *type); /* NULL = none */
const char *push_spi_name(base_str path);           /* NULL = none */

/* ---- push_decode.c ---- */

/* Zeroes out and fills it from the object; members that reach beyond size are left out, so that an
 * older program's shorter struct is safe. False: the arena is full. */
bool push_fill(const push_shape *shape, yyjson_val *object, base_arena *arena, void *out,
               size_t size);
/* Seconds, milliseconds, RFC 3339, "yyyy-MM-dd HH:mm:ss"; false leaves *out alone. */
bool push_time(base_str text, int64_t *out);

/* ---- push_repair.c ---- */

/* Writes the body with the quotes escaped in values like "data":"{"p_id":1}". False when there is
 * none, or the end of one is not certain. */
bool push_repair(base_str body, base_buf *out);

/* ---- push_verify.c ---- */

/* QD_E_AUTH that is not worth a new authorisation of the shop. */
qd_status push_refuse(qd_err *err, const char *why);
/* Is text the signature of this input? Hex of either case, in constant time. */
bool push_sign_fits(sign_context *context, const sign_input *input, base_str text);
/* Names of the recipe's keys: QD_E_INVALID without one of them, QD_E_UNSUPPORTED elsewhere. */
QD_NODISCARD qd_status push_context(const char *platform, const char *recipe, const char *app_key,
                                    const char *app_secret, sign_context **out, qd_err *err);

#endif
