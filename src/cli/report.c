/*
 * What a run over shops and streams came to: the documents of the shell contract and the exit code.
 * Prints nothing.
 */
#include <string.h>

#include "cli/cli_private.h"

static yyjson_mut_val *add_shop(yyjson_mut_doc *doc, yyjson_mut_val *shops,
                                const jobs_shop_report *report) {
    yyjson_mut_val *shop = yyjson_mut_arr_add_obj(doc, shops);
    yyjson_mut_obj_add_strcpy(doc, shop, "t_code", report->shop.t_code);
    yyjson_mut_obj_add_strcpy(doc, shop, "platform", report->shop.platform);
    yyjson_mut_obj_add_strcpy(doc, shop, "name", report->shop.name);
    return shop;
}

static void add_status(yyjson_mut_doc *doc, yyjson_mut_val *value,
                       const jobs_stream_report *stream) {
    yyjson_mut_obj_add_str(doc, value, "status", qd_status_name(stream->status));
    yyjson_mut_obj_add_real(doc, value, "seconds", stream->seconds);
    if (stream->status != QD_OK) {
        yyjson_mut_obj_add_val(doc, value, "error", cli_error_value(doc, &stream->err));
    }
}

static void add_sync(yyjson_mut_doc *doc, yyjson_mut_val *streams,
                     const jobs_stream_report *stream) {
    const sync_result *r = &stream->sync;
    yyjson_mut_val *value = yyjson_mut_arr_add_obj(doc, streams);
    yyjson_mut_obj_add_strcpy(doc, value, "stream", stream->stream);
    yyjson_mut_obj_add_int(doc, value, "rows", r->rows);
    yyjson_mut_obj_add_int(doc, value, "inserted", r->inserted);
    yyjson_mut_obj_add_int(doc, value, "updated", r->updated);
    yyjson_mut_obj_add_int(doc, value, "unchanged", r->unchanged);
    yyjson_mut_obj_add_int(doc, value, "details", r->details);
    yyjson_mut_obj_add_int(doc, value, "pages", r->pages);
    yyjson_mut_obj_add_int(doc, value, "windows", r->windows);
    yyjson_mut_obj_add_int(doc, value, "rereads", r->rereads);
    yyjson_mut_obj_add_int(doc, value, "complete_to", r->complete_to);
    add_status(doc, value, stream);
}

static void add_count(yyjson_mut_doc *doc, yyjson_mut_val *value, const char *name, int64_t count) {
    if (count < 0) {
        yyjson_mut_obj_add_null(doc, value, name);
    } else {
        yyjson_mut_obj_add_int(doc, value, name, count);
    }
}

const char *cli_audit_state(const jobs_stream_report *stream) {
    return stream->status == QD_OK && stream->audit.state ? stream->audit.state : "unprovable";
}

static void add_audit(yyjson_mut_doc *doc, yyjson_mut_val *streams,
                      const jobs_stream_report *stream) {
    const sync_audit_result *r = &stream->audit;
    bool good = stream->status == QD_OK;
    yyjson_mut_val *value = yyjson_mut_arr_add_obj(doc, streams);
    yyjson_mut_obj_add_strcpy(doc, value, "stream", stream->stream);
    yyjson_mut_obj_add_str(doc, value, "state", cli_audit_state(stream));
    add_count(doc, value, "platform_count", good ? r->platform_count : -1);
    yyjson_mut_obj_add_int(doc, value, "our_count", r->our_count);
    yyjson_mut_obj_add_int(doc, value, "gap", r->gap);
    yyjson_mut_obj_add_int(doc, value, "extra", r->extra);
    yyjson_mut_obj_add_int(doc, value, "repaired", r->repaired);
    yyjson_mut_obj_add_int(doc, value, "days", r->days);
    yyjson_mut_obj_add_strcpy(doc, value, "detail", r->detail);
    add_status(doc, value, stream);
}

static int64_t shop_gap(const jobs_shop_report *shop) {
    int64_t gap = 0;
    for (size_t i = 0; i < shop->stream_count; i++) {
        gap += shop->streams[i].audit.gap;
    }
    return gap;
}

int64_t cli_audit_gap(const jobs_report *report) {
    int64_t gap = 0;
    for (size_t i = 0; i < report->shop_count; i++) {
        gap += shop_gap(&report->shops[i]);
    }
    return gap;
}

static yyjson_mut_doc *document(const jobs_report *report, bool audit) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    if (!doc) {
        return NULL;
    }
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_val *shops = yyjson_mut_arr(doc);
    yyjson_mut_obj_add_val(doc, root, "shops", shops);
    for (size_t i = 0; i < report->shop_count; i++) {
        const jobs_shop_report *from = &report->shops[i];
        yyjson_mut_val *shop = add_shop(doc, shops, from);
        if (audit) {
            yyjson_mut_obj_add_int(doc, shop, "gap", shop_gap(from));
        }
        yyjson_mut_val *streams = yyjson_mut_arr(doc);
        yyjson_mut_obj_add_val(doc, shop, "streams", streams);
        for (size_t k = 0; k < from->stream_count; k++) {
            (audit ? add_audit : add_sync)(doc, streams, &from->streams[k]);
        }
    }
    if (audit) {
        yyjson_mut_obj_add_int(doc, root, "gap", cli_audit_gap(report));
    }
    yyjson_mut_obj_add_real(doc, root, "seconds", report->seconds);
    return doc;
}

yyjson_mut_doc *cli_sync_document(const jobs_report *report) {
    return document(report, false);
}

yyjson_mut_doc *cli_audit_document(const jobs_report *report) {
    return document(report, true);
}

bool cli_all_failed(const jobs_report *report) {
    size_t streams = 0;
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            if (report->shops[i].streams[k].status == QD_OK) {
                return false;
            }
            streams++;
        }
    }
    return streams > 0;
}

/* The code of one stream inside a run: what would be a mistake of usage there is a failure. */
static int stream_exit(const jobs_stream_report *stream, bool audit) {
    if (stream->status != QD_OK) {
        int code = cli_exit_of(stream->status);
        return code == CLI_USAGE || code == CLI_NOT_FOUND ? CLI_FAILED : code;
    }
    if (audit && stream->audit.gap > 0) {
        return CLI_GAP;
    }
    if (audit && strcmp(cli_audit_state(stream), "unprovable") == 0) {
        return CLI_UNPROVABLE;
    }
    return CLI_OK;
}

static int report_exit(const jobs_report *report, bool audit, const qd_err **out_worst) {
    int worst = CLI_OK;
    *out_worst = NULL;
    for (size_t i = 0; i < report->shop_count; i++) {
        for (size_t k = 0; k < report->shops[i].stream_count; k++) {
            const jobs_stream_report *stream = &report->shops[i].streams[k];
            int code = stream_exit(stream, audit);
            if (code != CLI_OK && code != worst && cli_exit_worse(worst, code) == code) {
                worst = code;
                *out_worst = stream->status == QD_OK ? NULL : &stream->err;
            }
        }
    }
    return worst;
}

int cli_sync_exit(const jobs_report *report, const qd_err **out_worst) {
    return report_exit(report, false, out_worst);
}

int cli_audit_exit(const jobs_report *report, const qd_err **out_worst) {
    return report_exit(report, true, out_worst);
}
