/*
 * Looking at a reply without a JSON library of one's own: borrowed views of the answer's inner
 * part. The generated headers add a named accessor for every known field
 * (qd_taobao_trade_tid(view)).
 *
 * Tolerant by design: a number is read where a text stands and the other way round; what is absent,
 * null or of another shape is NULL, 0 or false, and an absent view may be asked for more. Ask
 * qd_view_has() where 0 and absent differ.
 *
 * Views, lists and texts live as long as their reply. A reply keeps the texts that it had to make
 * (of numbers, and JSON), so one thread at a time may look at it.
 */
#ifndef QIANDIAN_VIEW_H
#define QIANDIAN_VIEW_H

#include "qiandian/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A value of the answer; small, by value. Its members are private; zero is absent. */
typedef struct qd_view {
    const void *node;
    qd_reply *reply;
} qd_view;

/* An iterator: for (qd_list it = ...; qd_list_next(&it, &view);). Its members are private. */
typedef struct qd_list {
    const void *next;
    size_t left;
    qd_reply *reply;
} qd_list;

/* The envelope's inner part, as qd_reply_data_json(); reply may be NULL. */
QD_API qd_view qd_reply_view(qd_reply *reply);

/* name: a member's exact wire name; NULL means the view's own value, in all of these. */
QD_API bool qd_view_has(qd_view view, const char *name); /* there, and not null */
QD_API qd_view qd_view_get(qd_view view, const char *name);
/* Scalars as text: "12", "true". NULL for objects and lists. */
QD_API const char *qd_view_text(qd_view view, const char *name);
/* 0 when it is no integer, or beyond int64 (its text is exact). */
QD_API int64_t qd_view_int(qd_view view, const char *name);
/* true, "true", 1, "1". */
QD_API bool qd_view_bool(qd_view view, const char *name);
/* For ratios and coordinates; money is exact as text only. */
QD_API double qd_view_double(qd_view view, const char *name);
/* Compact JSON of anything. NULL when absent or out of memory. */
QD_API const char *qd_view_json(qd_view view, const char *name);

/* A list's items. An object whose only member is a list counts as that list: TOP writes
 * {"trades": {"trade": [...]}}. */
QD_API qd_list qd_view_list(qd_view view, const char *name);
QD_API bool qd_list_next(qd_list *list, qd_view *out_view); /* false at the end */
QD_API size_t qd_view_count(qd_view view, const char *name);
QD_API qd_view qd_view_at(qd_view view, const char *name, size_t index); /* absent beyond the end */

/* ---- named accessors: one line a field; programs may add their own ---- */

#define QD_VIEW_TEXT(accessor, wire)                                                               \
    static inline const char *accessor(qd_view view) {                                             \
        return qd_view_text(view, wire);                                                           \
    }
#define QD_VIEW_INT(accessor, wire)                                                                \
    static inline int64_t accessor(qd_view view) {                                                 \
        return qd_view_int(view, wire);                                                            \
    }
#define QD_VIEW_BOOL(accessor, wire)                                                               \
    static inline bool accessor(qd_view view) {                                                    \
        return qd_view_bool(view, wire);                                                           \
    }
#define QD_VIEW_OBJECT(accessor, wire)                                                             \
    static inline qd_view accessor(qd_view view) {                                                 \
        return qd_view_get(view, wire);                                                            \
    }
#define QD_VIEW_LIST(accessor, wire)                                                               \
    static inline qd_list accessor(qd_view view) {                                                 \
        return qd_view_list(view, wire);                                                           \
    }

#ifdef __cplusplus
}
#endif
#endif
