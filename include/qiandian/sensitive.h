/*
 * Sensitive data of Douyin orders: receivers' names, phones and addresses travel as cipher text and
 * are decrypted, masked, encrypted or looked up by the platform, 50 at a time. These functions take
 * any number of texts of any orders, ask chunk by chunk, and give an answer for each text in the
 * caller's order.
 *
 * Plain text lives in the result only: it is in no log and no error, it is written nowhere, and
 * qd_sensitive_free() overwrites it. Every decryption is told to a callback of the caller before
 * the texts are handed out; when that fails, no text is.
 *
 * Shops of Solinkup decrypt through the same functions (batchDecrypts); it has none of the others.
 */
#ifndef QIANDIAN_SENSITIVE_H
#define QIANDIAN_SENSITIVE_H

#include <stddef.h>

#include "qiandian/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a text is; the numbers are the platform's (data_type, sensitive_type). */
typedef enum qd_sensitive_kind {
    QD_SENSITIVE_UNKNOWN = 0, /* not told; of cipher text: name, address or identity card */
    QD_SENSITIVE_ADDRESS = 1,
    QD_SENSITIVE_NAME = 2,
    QD_SENSITIVE_PHONE = 3,
    QD_SENSITIVE_ID_CARD = 4,
    QD_SENSITIVE_OWN_PHONE = 5 /* a phone without a virtual number */
} qd_sensitive_kind;
/* "address", "name", "phone", "id_card", "own_phone", "unknown". */
QD_API const char *qd_sensitive_kind_name(qd_sensitive_kind kind);

/* ---- cipher text, without asking anybody ---- */

/* The parts of a cipher text; borrowed, not NUL-terminated. The forms are those that vendors' tests
 * show: $index$data$1$$ for phones, #index#data#1## for names, addresses and identity cards, with
 * an optional *meta behind the data. */
typedef struct qd_cipher {
    qd_sensitive_kind kind; /* PHONE, or UNKNOWN */
    int version;
    const char *index; /* what searches compare: see qd_cipher_has_index(); may be empty */
    size_t index_len;
    const char *data;
    size_t data_len;
    const char *meta; /* NULL when there is none */
    size_t meta_len;
} qd_cipher;
/* False when text (may be NULL) is no cipher text; out_cipher may be NULL. */
QD_API bool qd_cipher_parse(const char *text, qd_cipher *out_cipher);
/* Does the cipher text's index hold this one, as QD_SENSITIVE_INDEX gives it? A phone's is compared
 * whole; of names and addresses a part is enough (four characters of index stand for each character
 * of text; that reading is inferred, not documented). */
QD_API bool qd_cipher_has_index(const char *cipher_text, const char *search_index);

/* ---- what is asked ---- */

typedef enum qd_sensitive_action {
    QD_SENSITIVE_DECRYPT = 0, /* cipher text -> plain text */
    QD_SENSITIVE_MASK = 1,    /* cipher text -> masked text, such as 13********5 */
    QD_SENSITIVE_ENCRYPT = 2, /* plain text -> cipher text */
    QD_SENSITIVE_INDEX = 3    /* plain text -> the index by which cipher text is found */
} qd_sensitive_action;
/* "decrypt", "mask", "encrypt", "index". */
QD_API const char *qd_sensitive_action_name(qd_sensitive_action action);

enum {
    QD_SENSITIVE_CHUNK = 50,       /* the platform's limit of one call */
    QD_SENSITIVE_TEXT_BYTES = 4096 /* longer texts are refused here; a cipher text has some 400 */
};

/* Texts are borrowed for the call. */
typedef struct qd_sensitive_item {
    const char *order_id; /* auth_id; not needed for INDEX */
    const char *text;
    qd_sensitive_kind kind; /* of ENCRYPT and INDEX: ADDRESS, NAME or PHONE */
    bool no_index;          /* of ENCRYPT: the cipher text need not be searchable */
} qd_sensitive_item;

/* One order's share of a run: who asked for how many texts of it, and what came of it. Never a
 * text. */
typedef struct qd_sensitive_record {
    qd_sensitive_action action;
    const char *actor;
    const char *shop;     /* handle */
    const char *order_id; /* "" for INDEX */
    int64_t at;           /* UTC seconds, by our clock */
    int64_t items;
    int64_t failed;
    const char *code; /* the platform's code of the first that failed; "" */
} qd_sensitive_record;
/* Called once an order (in the order of their ids) before any text is handed out. Anything but
 * QD_OK ends the run: its texts are wiped. */
typedef qd_status (*qd_sensitive_record_fn)(void *user, const qd_sensitive_record *record,
                                            qd_err *err);

/* Borrowed for the call; zero-initialise. */
typedef struct qd_sensitive_options {
    const char *actor;             /* who asks: a person's or a program's name; needed to decrypt */
    qd_sensitive_record_fn record; /* needed to decrypt; others are told when it is there */
    void *record_user;
    bool stop_on_error;     /* a chunk that fails as a whole ends the run; else the rest goes on */
    int64_t deadline_ms;    /* of the whole run; 0 = the app's for each chunk */
    const char *scene;      /* of ENCRYPT: "OrderCode" or "AftersaleCode"; NULL = not sent */
    const char *account_id; /* of DECRYPT: who works at the seller's, for the platform; NULL */
    const char *account_type; /* "main_account" or "sub_account"; NULL */
} qd_sensitive_options;

/* ---- the answers ---- */

/* One text's answer; borrowed from the result. */
typedef struct qd_sensitive_text {
    qd_status status;       /* QD_OK: text is there */
    const char *text;       /* NULL when it failed */
    qd_sensitive_kind kind; /* as the platform tells, else as asked, else by the cipher's form */
    bool is_virtual;        /* a phone that reaches the buyer through the platform for some days */
    const char *number;     /* the virtual number without its extension; NULL for others */
    const char *extension;  /* to dial after it; NULL for others */
    int64_t expires_at;     /* of a virtual number, UTC seconds; 0 = not told */
    const char *code;       /* the platform's: "200001" = the order is closed; "" */
    const char *message;    /* why it failed; "" */
} qd_sensitive_text;

typedef struct qd_sensitive qd_sensitive;

/* Asks for all items. QD_OK: every chunk was answered; single texts may have failed, see
 * qd_sensitive_failed(). After another status *out_result is NULL, or holds all answers when only
 * some chunks failed as a whole: err tells of the first.
 * @retval QD_E_INVALID no actor or record for DECRYPT, no items, an unknown action
 * @retval QD_E_UNSUPPORTED the platform has no such function
 * @retval what qd_call() says of a chunk  @retval what the record callback said */
QD_API QD_NODISCARD qd_status qd_sensitive_run(qd_shop *shop, qd_sensitive_action action,
                                               const qd_sensitive_item *items, size_t count,
                                               const qd_sensitive_options *options,
                                               qd_sensitive **out_result, qd_err *err);
QD_API size_t qd_sensitive_count(const qd_sensitive *result);
QD_API size_t qd_sensitive_failed(const qd_sensitive *result);
/* In the order of the items; NULL behind the last. */
QD_API const qd_sensitive_text *qd_sensitive_at(const qd_sensitive *result, size_t index);
/* Overwrites every text first. NULL is accepted. */
QD_API void qd_sensitive_free(qd_sensitive *result);

#ifdef __cplusplus
}
#endif
#endif
