/*
 * What an order's life means for its after-sales at a moment: kind, status, money, deadline,
 * arbitration, the parcels on both ways; numbers, and their words. Births are aftersale_birth.c's,
 * lists aftersale_list.c's.
 */
#include "sandbox/world/aftersales.h"

#include <stdio.h>
#include <string.h>

#include "sandbox/world/aftersale_private.h"

enum { TURN_ARBITRATE = ROLL_SALE + 20, TURN_PARCEL };

/* ---- numbers: when its order was created, the order, which ---- */

static const int64_t id_epoch = 1300000000;
enum { ID_TIME_SHIFT = 28, ID_ORDER_SHIFT = 4 };

int64_t sale_number(const world *w, world_aftersale sale) {
    int64_t time = (int64_t)w->created[sale.order] - id_epoch;
    uint64_t noise = roll(order_seed(w, sale.order), TURN_PARCEL) & 3;
    return (int64_t)((uint64_t)time << ID_TIME_SHIFT | (uint64_t)sale.order << ID_ORDER_SHIFT |
                     noise << 2 | sale.which);
}

world_aftersale world_aftersale_find(const world *w, uint32_t shop, int64_t id) {
    world_aftersale none = { WORLD_NONE, 0 };
    if (id <= 0) {
        return none;
    }
    world_aftersale sale = { (uint32_t)((uint64_t)id >> ID_ORDER_SHIFT & (WORLD_MAX_ORDERS - 1)),
                             (uint32_t)id & 3 };
    if (sale.order >= w->options.orders || w->shop_of[sale.order] != shop ||
        sale_number(w, sale) != id) {
        return none;
    }
    life_plan life;
    life_of(w, sale.order, &life);
    return sale.which < sales_in(&life) ? sale : none;
}

unsigned sales_in(const life_plan *life) {
    unsigned most = 0;
    for (unsigned i = 0; i < life->count; i++) {
        most = life->events[i].sale > most ? life->events[i].sale : most;
    }
    return most;
}

const sale_edit *sale_edit_at(const world *w, world_aftersale sale, int64_t now) {
    const order_edit *edit = w->edits[sale.order];
    const sale_edit *mine = edit ? edit->sales[sale.which] : NULL;
    return mine && mine->touched <= now ? mine : NULL;
}

/* ---- the fold ---- */

static void fold_one(const life_event *event, world_aftersale_state *s, sale_times *t) {
    s->modified = event->at;
    switch ((event_kind)event->kind) {
    case EV_REFUND_ASKED:
    case EV_SALE_ASKED:
        s->status = WORLD_SALE_ASKED;
        break;
    case EV_CANCELLED:
        s->status = WORLD_SALE_ORDER_CANCELLED;
        s->final_at = event->at;
        break;
    case EV_SALE_RETURNING:
        s->status = WORLD_SALE_RETURNING;
        t->returning = event->at;
        break;
    case EV_SALE_TO_SHIP:
        s->status = WORLD_SALE_TO_SHIP;
        t->to_ship = event->at;
        break;
    case EV_SALE_SENT_BACK:
        s->status = WORLD_SALE_SENT_BACK;
        t->sent_back = event->at;
        break;
    case EV_SALE_SHIPPED:
        s->status = WORLD_SALE_SHIPPED;
        t->shipped = event->at;
        break;
    case EV_SALE_RECEIVED:
        s->status = WORLD_SALE_RECEIVED;
        t->received = s->final_at = event->at;
        break;
    case EV_SALE_REFUSED:
        s->status = WORLD_SALE_REFUSED;
        t->refused = event->at;
        break;
    case EV_SALE_RETURN_REFUSED:
        s->status = WORLD_SALE_RETURN_REFUSED;
        t->return_refused = event->at;
        break;
    case EV_SALE_CLOSED:
        s->status = WORLD_SALE_CLOSED;
        t->closed = s->final_at = event->at;
        break;
    default: /* the money went back */
        s->status = s->kind == WORLD_SALE_SYSTEM_CANCEL ? WORLD_SALE_REVERSED : WORLD_SALE_DONE;
        t->done = s->final_at = event->at;
        break;
    }
}

/* How long a status may last before the platform decides. */
static int64_t patience(world_aftersale_status status) {
    switch (status) {
    case WORLD_SALE_ASKED:
    case WORLD_SALE_TO_SHIP:
        return 2 * SALE_DAY;
    case WORLD_SALE_RETURNING:
    case WORLD_SALE_SENT_BACK:
    case WORLD_SALE_REFUSED:
    case WORLD_SALE_RETURN_REFUSED:
        return 7 * SALE_DAY;
    case WORLD_SALE_SHIPPED:
        return 10 * SALE_DAY;
    default:
        return 0;
    }
}

static void fold_money(const world *w, const life_event *first, const sale_edit *edit,
                       world_aftersale_state *s) {
    bool asks = s->kind <= WORLD_SALE_REFUND_UNSHIPPED || s->kind == WORLD_SALE_SYSTEM_CANCEL ||
                s->kind == WORLD_SALE_PRICE;
    bool turned = s->status == WORLD_SALE_DONE && !asks; /* became a refund on the way */
    sale_share share;
    sale_share_of(w, s->sale.order, s->sale.which, s->kind, first->lines, asks || turned, &share);
    s->num = share.num;
    s->refund_fen = share.fen;
    s->post_fen = share.post_fen;
    s->part = share.part;
    if (edit && edit->own) {
        s->part =
            (edit->fen >= 0 && edit->fen < share.fen) || (edit->num >= 0 && edit->num < share.num);
        s->refund_fen = edit->fen >= 0 ? edit->fen
                        : edit->num >= 0 && edit->num < share.num
                            ? share.fen * edit->num / share.num
                            : share.fen;
        s->num = edit->num >= 0 ? edit->num : share.num;
    }
    bool cod = order_type(w, s->sale.order) == WORLD_TYPE_COD;
    s->refund_type = s->refund_fen == 0 ? 4 : cod ? 1 : 0;
    bool gone = s->status == WORLD_SALE_CLOSED || s->status == WORLD_SALE_REFUSED ||
                s->status == WORLD_SALE_RETURN_REFUSED;
    s->refund_status = s->refund_fen == 0 ? 0 : s->refunded_at ? 3 : gone ? 4 : 1;
}

/* A third of the buyers who are refused call the platform at once; it wants evidence, then
 * decides. */
static void fold_arbitration(uint64_t seed, const sale_edit *edit, const sale_times *t,
                             world_aftersale_state *s) {
    bool refused = t->return_refused != 0 || t->refused != 0;
    if (refused && roll(seed, TURN_ARBITRATE) % 3 == 0) {
        s->arbitrate_status = s->final_at ? 255 : edit && edit->proved ? 1 : 4;
    }
}

bool sale_fold(const world *w, uint32_t order, const life_plan *life, unsigned which, int64_t now,
               world_aftersale_state *s, sale_times *times) {
    const life_event *first = NULL;
    sale_times mine;
    sale_times *t = times ? times : &mine;
    memset(s, 0, sizeof *s);
    memset(t, 0, sizeof *t);
    s->changes_at = INT64_MAX;
    for (unsigned i = 0; i < life->count; i++) {
        const life_event *event = &life->events[i];
        if (event->sale != which + 1) {
            continue;
        }
        if (event->at > now) {
            s->changes_at = event->at;
            break;
        }
        if (!first) {
            first = event;
            s->kind = (world_aftersale_kind)event->form;
            s->applied = event->at;
        }
        fold_one(event, s, t);
    }
    if (!first) {
        return false;
    }
    uint64_t seed = order_seed(w, order);
    s->sale = (world_aftersale){ order, which };
    s->shop = w->shop_of[order];
    s->id = sale_number(w, s->sale);
    unsigned all = (1U << order_line_count(w, order)) - 1;
    s->line_mask = first->lines & SALE_WHOLE ? all : first->lines & all;
    s->refunded_at = t->done;
    s->sent_back = t->sent_back != 0;
    const sale_edit *edit = sale_edit_at(w, s->sale, now);
    fold_money(w, first, edit, s);
    s->reason_code =
        edit && edit->reason_code ? edit->reason_code : sale_reason_of(seed, which, s->kind);
    s->no_reason = sale_reason_free(s->reason_code);
    s->refuse_sign = edit && edit->refuse_sign ? 1 : 0;
    s->got_pkg = s->kind == WORLD_SALE_RETURN || s->kind >= WORLD_SALE_PRICE ||
                 s->kind == WORLD_SALE_EXCHANGE;
    s->deadline = patience(s->status) ? s->modified + patience(s->status) : 0;
    fold_arbitration(seed, edit, t, s);
    if (edit) {
        s->deadline += s->status == WORLD_SALE_SENT_BACK ? edit->extended_s : 0;
        s->modified = edit->touched > s->modified ? edit->touched : s->modified;
    }
    return true;
}

bool world_aftersale_state_at(const world *w, world_aftersale sale, int64_t now,
                              world_aftersale_state *out) {
    if (sale.order >= w->options.orders || sale.which >= WORLD_MAX_SALES ||
        (int64_t)w->created[sale.order] > now) {
        return false;
    }
    life_plan life;
    life_of(w, sale.order, &life);
    return sale_fold(w, sale.order, &life, sale.which, now, out, NULL);
}

unsigned world_order_aftersales(const world *w, uint32_t order, int64_t now,
                                world_aftersale_state out[WORLD_MAX_SALES]) {
    unsigned count = 0;
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return 0;
    }
    life_plan life;
    life_of(w, order, &life);
    unsigned all = sales_in(&life);
    for (unsigned i = 0; i < all && i < WORLD_MAX_SALES; i++) {
        count += sale_fold(w, order, &life, i, now, &out[count], NULL);
    }
    return count;
}

bool sale_of_line(const world *w, uint32_t order, const life_plan *life, unsigned line, int64_t now,
                  world_aftersale_state *out) {
    bool found = false;
    for (unsigned i = sales_in(life); i-- > 0 && !found;) {
        found = sale_fold(w, order, life, i, now, out, NULL) && out->line_mask >> line & 1;
    }
    return found;
}

/* ---- parcels ---- */

bool world_aftersale_return_parcel(const world *w, world_aftersale sale, int64_t now,
                                   world_aftersale_parcel *out) {
    life_plan life;
    world_aftersale_state state;
    sale_times times;
    if (sale.order >= w->options.orders) {
        return false;
    }
    life_of(w, sale.order, &life);
    if (!sale_fold(w, sale.order, &life, sale.which, now, &state, &times) || !times.sent_back) {
        return false;
    }
    const sale_edit *edit = sale_edit_at(w, sale, now);
    if (edit && edit->back.company) {
        *out = edit->back;
        return true;
    }
    size_t count = 0;
    const world_company *companies = world_companies(&count);
    uint64_t turn = roll(order_seed(w, sale.order), TURN_PARCEL + 1 + sale.which);
    out->company = &companies[turn % count];
    out->at = times.sent_back;
    (void)snprintf(out->tracking, sizeof out->tracking, "%.2sR%012llu", out->company->taobao_code,
                   (unsigned long long)(turn >> 8) % 1000000000000ULL);
    return true;
}

int parcel_state(const life_state *state, const pack_row *pack, int64_t now, int64_t *out_since) {
    enum { BACK_S = 3 * SALE_DAY };
    if (pack->intercepted && pack->intercepted <= now) {
        bool back = now >= pack->intercepted + BACK_S;
        *out_since = pack->intercepted + (back ? BACK_S : 0);
        return back ? 4 : 3;
    }
    *out_since = state->finished ? state->finished : pack->shipped_at;
    return state->finished ? 2 : 0;
}

/* ---- words ---- */

const char *world_aftersale_kind_text(world_aftersale_kind kind) {
    static const char *const texts[WORLD_SALE_KINDS] = { "退货退款", "已发货仅退款", "未发货仅退款",
                                                         "换货",     "系统取消",     "用户取消",
                                                         "价保",     "补寄",         "维修" };
    return kind < WORLD_SALE_KINDS ? texts[kind] : "";
}

const char *world_aftersale_status_text(world_aftersale_status status) {
    switch (status) {
    case WORLD_SALE_ASKED:
        return "待商家处理";
    case WORLD_SALE_RETURNING:
        return "待买家退货";
    case WORLD_SALE_TO_SHIP:
        return "待商家发货";
    case WORLD_SALE_SENT_BACK:
        return "待商家收货";
    case WORLD_SALE_DONE:
        return "售后成功";
    case WORLD_SALE_SHIPPED:
        return "待买家收货";
    case WORLD_SALE_RECEIVED:
        return "买家已收货";
    case WORLD_SALE_REFUSED:
        return "拒绝售后申请";
    case WORLD_SALE_CLOSED:
        return "售后关闭";
    case WORLD_SALE_RETURN_REFUSED:
        return "退货后拒绝";
    case WORLD_SALE_ORDER_CANCELLED:
        return "订单取消成功";
    case WORLD_SALE_REVERSED:
        return "逆向交易已完成";
    }
    return "";
}

const char *world_aftersale_reason_text(int code) {
    /* The codes of the refund messages (docs 31/115). */
    static const char *const texts[] = { "",
                                         "多拍/错拍/不想要",
                                         "未按约定时间发货",
                                         "快递一直未送达",
                                         "快递无跟踪记录",
                                         "收到商品少件/错件/空包裹",
                                         "不喜欢/效果不好",
                                         "做工粗糙/有瑕疵/破损或污渍",
                                         "功能故障",
                                         "效果与商品描述不符",
                                         "商品材质/品牌/外观等描述不符",
                                         "生产日期/保质期/规格等描述不符",
                                         "假冒品牌",
                                         "协商一致退款",
                                         "缺货",
                                         "其他",
                                         "大小/尺寸/重量与商品描述不符",
                                         "生产日期/保质期与商品描述不符",
                                         "品种/规格/成分等描述不符",
                                         "商品腐烂/变质",
                                         "少件/漏发",
                                         "包装/商品破损",
                                         "商家发错货",
                                         "与商家协商一致退款",
                                         "退运费",
                                         "品种/产品/规格/成分等描述不符",
                                         "商品腐烂/变质/死亡",
                                         "商品变质/过期",
                                         "规格等描述不符",
                                         "收到商品少件/错件/空包裹",
                                         "盗版",
                                         "做工粗糙/有瑕疵/有污渍",
                                         "产品破损/损坏",
                                         "商品材质/外观等描述不符",
                                         "使用后过敏" };
    return code > 0 && (size_t)code < sizeof texts / sizeof texts[0] ? texts[code] : "";
}
