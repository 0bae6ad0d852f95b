/*
 * Walks all pages of a listing in the order its rules demand, with the next page under way while
 * the caller handles the current one.
 *
 * Rows leave a window while it is read (a row that changes moves to a later modified time), and
 * what stood behind them moves towards the front. Read from the last page to the first this gives
 * rows twice, never none; so there only one page is ever under way. Read forward it can lose rows:
 * a total that shrank is the sign, and the walk begins again.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/pager_private.h"

enum {
    MOST_PREFETCH = 16,
    MOST_ROUNDS = 4, /* forward walks over a list that keeps shrinking */
    RUN_MS = 60000
};

typedef struct slot {
    bool used;
    bool ended;
    int32_t page;
    core_call *call;
    qd_reply *reply;
    qd_err err;
} slot;

typedef struct walk {
    pager_list list;
    qd_loop *loop;
    qd_shop *shop;
    core_page_fn each;
    void *user;
    qd_err *err;
    int64_t total; /* of the newest answer, -1 = not told */
    int64_t most;  /* greatest total of this round */
    bool shrank;   /* a later total of this round was smaller */
    int64_t rows;  /* delivered in this round */
    size_t room;   /* slots in use at most */
    slot slots[MOST_PREFETCH + 1];
} walk;

/* ---- slots: requests under way ---- */

static void on_page(void *user, qd_reply *reply, const qd_err *err) {
    slot *into = user;
    into->ended = true;
    into->call = NULL;
    into->reply = reply;
    into->err = *err;
}

static slot *slot_of(walk *w, int32_t page) {
    for (size_t i = 0; i < w->room; i++) {
        if (w->slots[i].used && w->slots[i].page == page) {
            return &w->slots[i];
        }
    }
    return NULL;
}

static qd_status request_page(walk *w, int32_t page) {
    if (slot_of(w, page)) {
        return QD_OK;
    }
    slot *into = NULL;
    for (size_t i = 0; i < w->room && !into; i++) {
        into = w->slots[i].used ? NULL : &w->slots[i];
    }
    if (!into) {
        return QD_OK; /* all places are taken: asked for later */
    }
    yyjson_doc *params = NULL;
    qd_status status =
        pager_params(&w->list, w->list.size, pager_value(&w->list, page), &params, w->err);
    if (status != QD_OK) {
        return status;
    }
    memset(into, 0, sizeof *into);
    into->page = page;
    status = submit_call(w->loop, w->shop, w->list.method, yyjson_doc_get_root(params), NULL,
                         on_page, into, &into->call, w->err);
    into->used = status == QD_OK;
    yyjson_doc_free(params);
    return status;
}

/* Waits for the page (asks for it when nobody has) and reads it. The reply is in out->reply. */
static qd_status take_page(walk *w, int32_t page, core_page_result *out) {
    qd_status status = request_page(w, page);
    slot *from = slot_of(w, page);
    if (status != QD_OK || !from) {
        return status != QD_OK ? status : base_fail(w->err, QD_E_NOMEM, "no place for a page");
    }
    while (!from->ended) {
        qd_loop_run(w->loop, RUN_MS);
    }
    qd_reply *reply = from->reply;
    from->used = false;
    from->reply = NULL;
    if (from->err.status != QD_OK) {
        status = from->err.status;
        if (w->err) {
            *w->err = from->err;
        }
        qd_reply_free(reply);
        return status;
    }
    status = pager_read(&w->list, page, reply, out, w->err);
    if (status != QD_OK) {
        qd_reply_free(reply);
        return status;
    }
    if (out->total >= 0) {
        w->shrank = w->shrank || out->total < w->most;
        w->most = out->total > w->most ? out->total : w->most;
        w->total = out->total;
    }
    return QD_OK;
}

static void drop_slots(walk *w) {
    for (size_t i = 0; i <= MOST_PREFETCH; i++) {
        slot *it = &w->slots[i];
        if (it->used && !it->ended) {
            call_cancel(it->call, false);
        }
        if (it->used) {
            qd_reply_free(it->reply);
        }
        it->used = false;
        it->reply = NULL;
    }
}

/* ---- delivering ---- */

/* Hands the page over; the next one's bytes arrive meanwhile. */
static qd_status deliver(walk *w, core_page_result *page) {
    w->rows += (int64_t)page->row_count;
    if (page->row_count == 0) {
        qd_reply_free(page->reply);
        return QD_OK;
    }
    qd_loop_run(w->loop, 0);
    return w->each(w->user, page, w->err);
}

/* Does the list end with this page? pages_by_total: by the newest total, -1 = not known. */
static bool is_last(const walk *w, const core_page_result *page) {
    int32_t done = page->page - w->list.first + 1;
    if (w->total >= 0) {
        if (done < pager_count(&w->list, w->total)) {
            return false;
        }
        /* Fewer rows than counted: the platform may have cut the page size. Read on to an empty
         * page rather than to miss some. */
        return w->rows >= w->total || page->row_count == 0;
    }
    int more = pager_has_next(&w->list, page->reply);
    return more >= 0 ? more == 0 : page->row_count < (size_t)w->list.size;
}

/* ---- forward ---- */

static qd_status prefetch(walk *w, int32_t after) {
    int64_t known = w->total >= 0 ? w->list.first + pager_count(&w->list, w->total) : INT32_MAX;
    qd_status status = QD_OK;
    /* Without a total the page after the next may not exist: one at a time. */
    int32_t most = w->total >= 0 ? (int32_t)w->room - 1 : 1;
    for (int32_t i = 1; status == QD_OK && i <= most && after + i < known; i++) {
        status = request_page(w, after + i);
    }
    return status;
}

static qd_status walk_forward(walk *w) {
    for (int32_t page = w->list.first;; page++) {
        if (page - w->list.first >= LIMIT_PAGES) {
            return pager_fail_cap(&w->list, w->total, w->err);
        }
        core_page_result result;
        qd_status status = take_page(w, page, &result);
        if (status != QD_OK) {
            return status;
        }
        if (pager_over_cap(&w->list, w->total)) {
            qd_reply_free(result.reply);
            return pager_fail_cap(&w->list, w->total, w->err);
        }
        w->rows += (int64_t)result.row_count;
        bool last = is_last(w, &result);
        w->rows -= (int64_t)result.row_count;
        status = last ? QD_OK : prefetch(w, page);
        if (status != QD_OK) {
            qd_reply_free(result.reply);
            return status;
        }
        status = deliver(w, &result);
        if (status != QD_OK || last) {
            return status;
        }
    }
}

static qd_status walk_rounds(walk *w) {
    for (int round = 0; round < MOST_ROUNDS; round++) {
        w->total = -1;
        w->rows = 0;
        w->most = 0;
        w->shrank = false;
        qd_status status = walk_forward(w);
        drop_slots(w);
        /* Shrunk after the first page: rows behind moved to where we had been. */
        if (status != QD_OK || !w->shrank) {
            return status;
        }
        base_log(QD_LOG_INFO, "core", "%s shrank from %lld to %lld rows while it was read",
                 cat_str(w->list.method->name), (long long)w->most, (long long)w->total);
    }
    base_fail(w->err, QD_E_UNAVAILABLE,
              "%s keeps losing rows while it is read: read it again later",
              cat_str(w->list.method->name));
    return QD_E_UNAVAILABLE;
}

/* ---- from the last page to the first ---- */

static qd_status walk_backward(walk *w) {
    int32_t first = w->list.first;
    core_page_result result;
    qd_status status = take_page(w, first, &result);
    if (status != QD_OK) {
        return status;
    }
    if (pager_over_cap(&w->list, w->total)) {
        qd_reply_free(result.reply);
        return pager_fail_cap(&w->list, w->total, w->err);
    }
    if (w->total < 0) {
        qd_reply_free(result.reply);
        return base_fail(w->err, QD_E_PROTOCOL, "%s tells no total: its last page is not known",
                         cat_str(w->list.method->name));
    }
    int64_t pages = pager_count(&w->list, w->total);
    if (pages <= 1) {
        return deliver(w, &result);
    }
    /* The first page is read once more at the end: what moves to it meanwhile must be seen. */
    qd_reply_free(result.reply);
    for (int32_t page = first + (int32_t)pages - 1; page >= first; page--) {
        status = take_page(w, page, &result);
        if (status != QD_OK) {
            return status;
        }
        status = page > first ? request_page(w, page - 1) : QD_OK;
        if (status != QD_OK) {
            qd_reply_free(result.reply);
            return status;
        }
        status = deliver(w, &result);
        if (status != QD_OK) {
            return status;
        }
    }
    return QD_OK;
}

/* ---- by cursor: each answer names the next ---- */

static qd_status walk_cursor(walk *w) {
    for (int32_t page = 0; page < LIMIT_PAGES; page++) {
        core_page_result result;
        qd_status status = take_page(w, page, &result);
        if (status != QD_OK) {
            return status;
        }
        bool more = pager_has_next(&w->list, result.reply) != 0 && result.row_count > 0 &&
                    pager_next_cursor(&w->list, result.reply);
        status = more ? request_page(w, page + 1) : QD_OK;
        if (status != QD_OK) {
            qd_reply_free(result.reply);
            return status;
        }
        status = deliver(w, &result);
        if (status != QD_OK || !more) {
            return status;
        }
    }
    return pager_fail_cap(&w->list, -1, w->err);
}

qd_status core_pager_walk(qd_loop *loop, qd_shop *shop, const core_pager_options *options,
                          core_page_fn each, void *user, int64_t *out_total, qd_err *err) {
    walk *w = calloc(1, sizeof *w);
    if (!w) {
        return base_fail(err, QD_E_NOMEM, "out of memory for a walk");
    }
    qd_err own;
    w->loop = loop;
    w->shop = shop;
    w->each = each;
    w->user = user;
    w->err = err ? err : &own;
    w->total = -1;
    qd_status status = pager_list_init(&w->list, shop, options, w->err);
    if (status == QD_OK) {
        bool backward = options->window && options->window->last_first;
        int prefetch_count = options->prefetch > 0 ? options->prefetch : 1;
        prefetch_count = prefetch_count < MOST_PREFETCH ? prefetch_count : MOST_PREFETCH;
        w->room = backward ? 2 : (size_t)prefetch_count + 1;
        if (w->list.page->style == CAT_PAGE_CURSOR) {
            status = walk_cursor(w);
        } else {
            status = backward ? walk_backward(w) : walk_rounds(w);
        }
    }
    drop_slots(w);
    pager_list_clear(&w->list);
    if (out_total) {
        *out_total = w->total;
    }
    free(w);
    return status;
}

/* ---- counting ---- */

qd_status core_pager_count(qd_loop *loop, qd_shop *shop, const core_pager_options *options,
                           int64_t *out_total, qd_err *err) {
    pager_list list;
    slot answer = { .used = true };
    yyjson_doc *params = NULL;
    core_page_result page;
    *out_total = -1;
    qd_status status = pager_list_init(&list, shop, options, err);
    if (status == QD_OK) {
        list.size = pager_smallest(&list);
        status = pager_params(&list, list.size, pager_value(&list, list.first), &params, err);
    }
    if (status == QD_OK) {
        status = submit_call(loop, shop, list.method, yyjson_doc_get_root(params), NULL, on_page,
                             &answer, &answer.call, err);
    }
    while (status == QD_OK && !answer.ended) {
        qd_loop_run(loop, RUN_MS);
    }
    if (status == QD_OK && answer.err.status != QD_OK) {
        status = answer.err.status;
        if (err) {
            *err = answer.err;
        }
    }
    if (status == QD_OK) {
        status = pager_read(&list, list.first, answer.reply, &page, err);
    }
    if (status == QD_OK) {
        *out_total = page.total;
    }
    qd_reply_free(answer.reply);
    yyjson_doc_free(params);
    pager_list_clear(&list);
    return status;
}
