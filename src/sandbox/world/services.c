/*
 * Service requests of Douyin buyers (order.serviceList, order.replyService): a share of the orders
 * has one; some were answered before the world began, others wait for the seller.
 */
#include <string.h>

#include "sandbox/world/world_private.h"

enum { ROLL_SERVICE = 150, ONE_IN = 200, HOUR = 3600, REPLY_BYTES = 3000 };

static const int64_t service_id_base = 50000000;

/* Whether the order has a request, and what was born with it. */
static bool born_service(const world *w, uint32_t order, int64_t *out_created,
                         int64_t *out_answered) {
    uint64_t seed = order_seed(w, order);
    if (roll(seed, ROLL_SERVICE) % ONE_IN != 0 || !order_on(w, order, WORLD_DOUYIN)) {
        return false;
    }
    *out_created = (int64_t)w->created[order] + roll_in(seed, ROLL_SERVICE + 1, HOUR, 200 * HOUR);
    bool answered = roll(seed, ROLL_SERVICE + 2) % 2 == 0;
    *out_answered = answered ? *out_created + roll_in(seed, ROLL_SERVICE + 3, HOUR, 30 * HOUR) : 0;
    return true;
}

static const service_reply *find_reply(const world *w, int64_t id) {
    for (size_t i = 0; i < w->reply_count; i++) {
        if (w->replies[i].id == id) {
            return &w->replies[i];
        }
    }
    return NULL;
}

typedef struct service_state {
    int64_t id, created, answered;
    const char *reply;
} service_state;

static bool service_at(const world *w, uint32_t order, int64_t now, service_state *out) {
    if (!born_service(w, order, &out->created, &out->answered) || out->created > now) {
        return false;
    }
    out->id = service_id_base + order;
    out->reply = "您好,已为您核实处理,请留意查收";
    const service_reply *reply = find_reply(w, out->id);
    if (reply && reply->at <= now) {
        out->answered = reply->at;
        out->reply = reply->reply;
    }
    if (out->answered == 0 || out->answered > now) {
        out->answered = 0;
        out->reply = "";
    }
    return true;
}

static void render_service(const world *w, uint32_t order, const service_state *s, base_buf *out) {
    char created[BASE_TIME_TEXT];
    char answered[BASE_TIME_TEXT] = "";
    char id[24];
    base_time_to_cn(s->created, created);
    if (s->answered) {
        base_time_to_cn(s->answered, answered);
    }
    order_id_text(w, order, id);
    base_buf_printf(out,
                    "{\"id\":%lld,\"order_id\":%llu,\"order_id_str\":\"%s\",\"shop_id\":%lld,"
                    "\"supply_id\":0,\"service_type\":1,\"create_time\":\"%s\",\"update_time\":"
                    "\"%s\",\"reply_time\":\"%s\",\"operate_status\":%d,\"operate_status_desc\":"
                    "\"%s\",\"operator_id\":0,\"reply_op_id\":0,\"detail\":\"",
                    (long long)s->id, (unsigned long long)order_number(w, order), id,
                    (long long)order_shop(w, order)->open.shop_id, created,
                    s->answered ? answered : created, answered, s->answered ? 1 : 0,
                    s->answered ? "已回复" : "待处理");
    form_escape(out, base_str_of(words_pick(&words_complaints, order_seed(w, order))));
    base_buf_add_text(out, "\",\"reply\":\"");
    form_escape(out, base_str_of(s->reply));
    base_buf_add_text(out, "\"}");
}

bool world_render_services(world *w, uint32_t shop, int status, int64_t from, int64_t to,
                           int64_t now, uint64_t offset, uint32_t limit, uint64_t *out_total,
                           base_buf *out) {
    if (shop >= w->options.shops) {
        return false;
    }
    const shop_row *s = &w->shops[shop];
    uint64_t total = 0;
    uint32_t shown = 0;
    base_buf_add_char(out, '[');
    for (uint32_t i = s->order_count; i-- > 0;) {
        service_state state;
        uint32_t order = s->first_order + i;
        if (!service_at(w, order, now, &state) ||
            ((from != 0 || to != 0) && (state.created < from || state.created >= to)) ||
            (status >= 0 && (status == 1) != (state.answered != 0))) {
            continue;
        }
        if (total++ >= offset && shown < limit) {
            if (shown++ > 0) {
                base_buf_add_char(out, ',');
            }
            render_service(w, order, &state, out);
        }
    }
    base_buf_add_char(out, ']');
    *out_total = total;
    return true;
}

world_deed world_service_reply(world *w, uint32_t shop, int64_t service_id, base_str reply,
                               int64_t now) {
    int64_t order = service_id - service_id_base;
    service_state state;
    if (order < 0 || order >= w->options.orders || w->shop_of[order] != shop ||
        !service_at(w, (uint32_t)order, now, &state)) {
        return WORLD_NOT_FOUND;
    }
    if (reply.len == 0 || !text_fine(reply, REPLY_BYTES)) {
        return WORLD_BAD_VALUE;
    }
    if (state.answered) {
        return WORLD_WRONG_STATE;
    }
    const char *kept = keep_text(w, reply);
    if (!kept || !grow((void **)&w->replies, &w->reply_cap, w->reply_count, sizeof *w->replies)) {
        return WORLD_NO_MEMORY;
    }
    w->replies[w->reply_count++] = (service_reply){ service_id, now, kept };
    w->version++;
    return WORLD_DONE;
}
