/*
 * Typed arguments: what the generated headers (qiandian/api/<platform>/<group>.h) are made of. A
 * program uses the value types and the macros QD_INT() ... QD_ITEMS(); the descriptors below are
 * for the generated code.
 *
 * How a parameter looks in an argument struct, see docs/typed-api.md:
 *   required number, boolean   int64_t, bool               always sent
 *   other number, boolean      qd_opt_int, qd_opt_bool     absent unless made by QD_INT(),
 * QD_BOOL() text, time, decimal        const char *                NULL = absent; "12.30" for a
 * decimal list of texts, integers    qd_texts, qd_ints           items NULL = absent object const
 * struct *              NULL = absent list of objects            { items, count }            items
 * NULL = absent file                       qd_file                     data NULL = absent of
 * unknown shape           const char *x_json          JSON text; NULL = absent
 */
#ifndef QIANDIAN_ARGS_H
#define QIANDIAN_ARGS_H

#include <stddef.h>

#include "qiandian/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- values; everything that they point to is borrowed for the call ---- */

typedef struct qd_opt_int {
    int64_t value;
    bool given;
} qd_opt_int;

typedef struct qd_opt_bool {
    bool value;
    bool given;
} qd_opt_bool;

typedef struct qd_texts {
    const char *const *items;
    size_t count;
} qd_texts;

typedef struct qd_ints {
    const int64_t *items;
    size_t count;
} qd_ints;

typedef struct qd_file {
    const char *name;         /* "main.jpg"; NULL = "file" */
    const char *content_type; /* NULL = application/octet-stream */
    const void *data;
    size_t len;
} qd_file;

static inline qd_opt_int qd_opt_int_of(int64_t value) {
    qd_opt_int made;
    made.value = value;
    made.given = true;
    return made;
}

static inline qd_opt_bool qd_opt_bool_of(bool value) {
    qd_opt_bool made;
    made.value = value;
    made.given = true;
    return made;
}

#define QD_INT(value) qd_opt_int_of(value)
#define QD_BOOL(value) qd_opt_bool_of(value)

/* C only (C++ has no compound literals): .ids = QD_TEXTS("1", "2"), .rows = QD_ITEMS(type, { .a =
 * 1 }, { .a = 2 }). The lists live as long as the block that they stand in. */
#ifndef __cplusplus
#define QD_TEXTS(...)                                                                              \
    {                                                                                              \
        (const char *const[]){ __VA_ARGS__ },                                                      \
            sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *)                    \
    }
#define QD_INTS(...)                                                                               \
    { (const int64_t[]){ __VA_ARGS__ }, sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t) }
#define QD_ITEMS(type, ...)                                                                        \
    { (const type[]){ __VA_ARGS__ }, sizeof((const type[]){ __VA_ARGS__ }) / sizeof(type) }
#endif

/* ---- descriptors: written by the generator, read by the library; frozen ---- */

enum {
    QD_ARG_TEXT = 1, /* const char * */
    QD_ARG_DECIMAL,  /* const char *, a JSON number */
    QD_ARG_INT,      /* int64_t */
    QD_ARG_OPT_INT,
    QD_ARG_BOOL, /* bool */
    QD_ARG_OPT_BOOL,
    QD_ARG_JSON, /* const char *, any JSON value */
    QD_ARG_TEXTS,
    QD_ARG_INTS,
    QD_ARG_FILE,
    QD_ARG_OBJECT,  /* pointer to a struct that `fields` describe */
    QD_ARG_OBJECTS, /* { pointer, size_t count } of such structs */
    QD_ARG_EXTRA    /* const char *, a JSON object whose members are added */
};

typedef struct qd_arg {
    const char *name; /* the wire name, exact */
    const struct qd_arg *fields;
    uint32_t offset; /* in the struct */
    uint16_t kind;
    uint16_t field_count;
    uint32_t item_size; /* of OBJECTS: bytes of one struct */
} qd_arg;

/* One method. */
typedef struct qd_api {
    const char *method; /* the wire name, exact */
    const qd_arg *args;
    size_t arg_count;
} qd_api;

#define QD_ARG_ROW(kind, type, member, wire)                                                       \
    { wire, NULL, (uint32_t)offsetof(type, member), kind, 0, 0 }
#define QD_ARG_TREE(kind, type, member, wire, fields, item)                                        \
    {                                                                                              \
        wire, fields, (uint32_t)offsetof(type, member), kind,                                      \
            (uint16_t)(sizeof(fields) / sizeof(fields[0])), (uint32_t)sizeof(item)                 \
    }

/* Writes the arguments as JSON and calls, as qd_call_with() does: with validation unless the
 * options say otherwise. args NULL = none. A member of extra_json takes the place of an argument of
 * the same name; null there leaves the argument out.
 * @retval QD_E_INVALID  naming the parameter: missing, no number, no JSON, no UTF-8
 * and what qd_call() returns */
QD_API QD_NODISCARD qd_status qd_call_args(qd_shop *shop, const qd_api *api, const void *args,
                                           const qd_call_options *options, qd_reply **out_reply,
                                           qd_err *err);
/* The same for qd_submit(): qd_submit_args(loop, shop, qd_taobao_trade_get_api(), &args, ...). */
QD_API QD_NODISCARD qd_status qd_submit_args(qd_loop *loop, qd_shop *shop, const qd_api *api,
                                             const void *args, const qd_call_options *options,
                                             qd_call_done_fn done, void *user, qd_err *err);

#ifdef __cplusplus
}
#endif
#endif
