/*
 * A run over any number of sensitive texts: chunks of 50, the answers in the caller's order, one
 * record an order before anything is handed out. What a chunk says on the wire is
 * sensitive_chunk.c's.
 */
#include <stdlib.h>
#include <string.h>

#include "platforms/sensitive_private.h"

/* ---- checks that need no platform ---- */

static qd_status check_run(const qd_sensitive_options *options, qd_sensitive_action action,
                           size_t count, qd_err *err) {
    if ((unsigned)action > QD_SENSITIVE_INDEX) {
        return base_fail(err, QD_E_INVALID, "sensitive texts: no such action");
    }
    if (count == 0) {
        return base_fail(err, QD_E_INVALID, "sensitive texts: there are none");
    }
    bool named = options->actor && *options->actor;
    if (action == QD_SENSITIVE_DECRYPT && (!named || !options->record)) {
        return base_fail(err, QD_E_INVALID,
                         "decryption is recorded: the options need an actor and a record callback");
    }
    return QD_OK;
}

/* NULL when the text can be asked for. */
static const char *wrong_with(qd_sensitive_action action, const qd_sensitive_item *item) {
    size_t len = item->text ? strlen(item->text) : 0;
    if (len == 0) {
        return "the text is empty";
    }
    if (len > QD_SENSITIVE_TEXT_BYTES) {
        return "the text is longer than 4096 bytes";
    }
    if (!base_utf8_valid((base_str){ item->text, len })) {
        return "the text is not UTF-8";
    }
    bool has_order = item->order_id && *item->order_id;
    if (action != QD_SENSITIVE_INDEX && !has_order) {
        return "the order id is missing";
    }
    if (has_order &&
        (strlen(item->order_id) > 64 || !base_utf8_valid(base_str_of(item->order_id)))) {
        return "the order id is not one";
    }
    bool typed = item->kind >= QD_SENSITIVE_ADDRESS && item->kind <= QD_SENSITIVE_PHONE;
    if (action >= QD_SENSITIVE_ENCRYPT && !typed) {
        return "the kind must be address, name or phone";
    }
    return NULL;
}

/* ---- records ---- */

typedef struct order_ref {
    const char *order_id;
    size_t at;
} order_ref;

static int by_order(const void *a, const void *b) {
    const order_ref *left = a, *right = b;
    int order = strcmp(left->order_id, right->order_id);
    return order != 0 ? order : (left->at > right->at) - (left->at < right->at);
}

static qd_status tell(const sensitive_run *run, const order_ref *refs, size_t count, int64_t now,
                      qd_err *err) {
    qd_sensitive_record record = { .action = run->action,
                                   .actor = run->options->actor ? run->options->actor : "",
                                   .shop = qd_shop_handle(run->shop),
                                   .order_id = refs[0].order_id,
                                   .at = now,
                                   .items = (int64_t)count,
                                   .code = "" };
    for (size_t i = 0; i < count; i++) {
        const sensitive_entry *entry = &run->result->entries[refs[i].at];
        if (entry->open.status != QD_OK && record.failed++ == 0) {
            record.code = *entry->code ? entry->code : qd_status_name(entry->open.status);
        }
    }
    return run->options->record(run->options->record_user, &record, err);
}

static qd_status tell_all(const sensitive_run *run, qd_err *err) {
    size_t count = run->result->count;
    if (!run->options->record) {
        return QD_OK;
    }
    order_ref *refs = calloc(count, sizeof *refs);
    if (!refs) {
        return base_fail(err, QD_E_NOMEM, "out of memory for the record of a decryption");
    }
    for (size_t i = 0; i < count; i++) {
        const char *id = run->items[i].order_id;
        refs[i] = (order_ref){ run->action == QD_SENSITIVE_INDEX || !id ? "" : id, i };
    }
    qsort(refs, count, sizeof *refs, by_order);
    qd_status status = QD_OK;
    int64_t now = base_now(core_app_clock(qd_shop_app(run->shop)));
    for (size_t from = 0, to; from < count && status == QD_OK; from = to) {
        for (to = from + 1; to < count && !strcmp(refs[to].order_id, refs[from].order_id); to++) {
        }
        status = tell(run, refs + from, to - from, now, err);
    }
    free(refs);
    return status;
}

/* ---- the run ---- */

static void fail_picked(const sensitive_run *run, const size_t *picked, size_t count,
                        const qd_err *why) {
    const char *code = why->sub_code[0] ? why->sub_code : why->code;
    for (size_t i = 0; i < count; i++) {
        sensitive_fail(&run->result->entries[picked[i]], why->status, code, why->message);
    }
}

static qd_status ask_chunk(const sensitive_run *run, const size_t *picked, size_t count,
                           int64_t end_ms, qd_err *err) {
    const qd_clock *clock = core_app_clock(qd_shop_app(run->shop));
    int64_t left = 0;
    if (end_ms > 0) {
        left = end_ms - clock->mono_ms(clock->self);
        if (left <= 0) {
            return base_fail(err, QD_E_TIMEOUT, "the deadline passed before these were asked for");
        }
    }
    return sensitive_ask(run, picked, count, left, err);
}

/* Every chunk; the first failure of a whole one is what it returns. */
static qd_status ask_all(const sensitive_run *run, qd_err *err) {
    const qd_clock *clock = core_app_clock(qd_shop_app(run->shop));
    int64_t deadline = run->options->deadline_ms;
    int64_t end_ms = deadline > 0 ? clock->mono_ms(clock->self) + deadline : 0;
    size_t picked[QD_SENSITIVE_CHUNK], used = 0;
    qd_status first = QD_OK;
    for (size_t i = 0; i < run->result->count; i++) {
        const char *wrong = wrong_with(run->action, &run->items[i]);
        if (wrong) {
            sensitive_fail(&run->result->entries[i], QD_E_INVALID, "", wrong);
        } else {
            picked[used++] = i;
        }
        bool last = i + 1 == run->result->count;
        if (used < QD_SENSITIVE_CHUNK && !(last && used > 0)) {
            continue;
        }
        qd_err why = QD_ERR_INIT;
        if (first != QD_OK && run->options->stop_on_error) {
            base_fail(&why, QD_E_CANCELLED, "not asked for: an earlier chunk failed");
            fail_picked(run, picked, used, &why);
        } else if (ask_chunk(run, picked, used, end_ms, &why) != QD_OK) {
            fail_picked(run, picked, used, &why);
            if (first == QD_OK) {
                first = why.status;
                *err = why;
            }
        }
        used = 0;
    }
    return first;
}

static qd_sensitive *make_result(size_t count) {
    qd_sensitive *result = calloc(1, sizeof *result);
    if (result) {
        result->count = count;
        result->entries = calloc(count, sizeof *result->entries);
        if (!result->entries) {
            free(result);
            return NULL;
        }
    }
    for (size_t i = 0; result && i < count; i++) {
        sensitive_entry *entry = &result->entries[i];
        entry->open.status = QD_E_CANCELLED;
        entry->open.code = entry->code;
        entry->open.message = entry->message;
    }
    return result;
}

qd_status qd_sensitive_run(qd_shop *shop, qd_sensitive_action action,
                           const qd_sensitive_item *items, size_t count,
                           const qd_sensitive_options *options, qd_sensitive **out_result,
                           qd_err *err) {
    static const qd_sensitive_options none = { .actor = NULL };
    qd_err own = QD_ERR_INIT;
    qd_err *reason = err ? err : &own;
    sensitive_run run = {
        .shop = shop, .action = action, .options = options ? options : &none, .items = items
    };
    *out_result = NULL;
    qd_status status = check_run(run.options, action, count, reason);
    if (status != QD_OK) {
        return status;
    }
    run.method = sensitive_method(qd_shop_app(shop), action);
    if (!run.method) {
        return base_fail(reason, QD_E_UNSUPPORTED, "%s has no way to %s texts of orders",
                         cat_str(core_app_catalog(qd_shop_app(shop))->name),
                         qd_sensitive_action_name(action));
    }
    run.result = make_result(count);
    if (!run.result) {
        return base_fail(reason, QD_E_NOMEM, "out of memory for %zu texts", count);
    }
    status = ask_all(&run, reason);
    for (size_t i = 0; i < count; i++) {
        run.result->failed += run.result->entries[i].open.status != QD_OK;
    }
    qd_err untold = QD_ERR_INIT;
    qd_status told = tell_all(&run, &untold);
    if (told != QD_OK) {
        qd_sensitive_free(run.result);
        if (untold.status == QD_OK) {
            base_fail(&untold, told, "the decryption could not be recorded");
        }
        *reason = untold;
        return told;
    }
    *out_result = run.result;
    return status;
}

size_t qd_sensitive_count(const qd_sensitive *result) {
    return result->count;
}

size_t qd_sensitive_failed(const qd_sensitive *result) {
    return result->failed;
}

const qd_sensitive_text *qd_sensitive_at(const qd_sensitive *result, size_t index) {
    return index < result->count ? &result->entries[index].open : NULL;
}

void qd_sensitive_free(qd_sensitive *result) {
    if (!result) {
        return;
    }
    for (size_t i = 0; i < result->count; i++) {
        sensitive_entry *entry = &result->entries[i];
        base_secret_clear(&entry->text);
        base_secret_clear(&entry->number);
        base_secret_clear(&entry->extension);
    }
    free(result->entries);
    free(result);
}
