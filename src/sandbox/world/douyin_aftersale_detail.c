/*
 * afterSale.Detail's own part: addresses, arbitration, what the money was made of, the seller's
 * remarks, and the records of what was done and said.
 */
#include "sandbox/world/douyin_aftersale.h"

#include <stdio.h>
#include <string.h>

#include "codec/codec.h"

enum { MAX_RECORDS = 96, TURN_PROOF = ROLL_SALE + 30 };
enum { ROLE_BUYER = 1, ROLE_SELLER, ROLE_SERVICE, ROLE_SYSTEM };

/* ---- records ---- */

typedef struct log_row {
    int64_t at;
    int role;
    const char *action;
    const char *text;
    const char *evidence; /* a JSON array, or NULL */
} log_row;

/* Who did what, when a life's event is all that is known. */
static log_row record_of(const world_aftersale_state *s, const life_event *event) {
    log_row r = { event->at, ROLE_SELLER, "", "", NULL };
    switch ((event_kind)event->kind) {
    case EV_REFUND_ASKED:
    case EV_SALE_ASKED:
        r.role = ROLE_BUYER;
        r.action = "发起售后申请";
        r.text = world_aftersale_reason_text(s->reason_code);
        break;
    case EV_CANCELLED:
        r.role = ROLE_BUYER;
        r.action = "取消订单";
        break;
    case EV_SALE_RETURNING:
        r.action = "同意售后申请";
        r.text = "请买家寄回商品";
        break;
    case EV_SALE_SENT_BACK:
        r.role = ROLE_BUYER;
        r.action = "填写退货物流";
        break;
    case EV_SALE_TO_SHIP:
        r.action = "同意售后申请";
        break;
    case EV_SALE_SHIPPED:
        r.action = "商家已发货";
        break;
    case EV_SALE_RECEIVED:
        r.role = ROLE_BUYER;
        r.action = "确认收货";
        break;
    case EV_SALE_REFUSED:
        r.action = "拒绝售后申请";
        break;
    case EV_SALE_RETURN_REFUSED:
        r.action = "拒绝退货";
        break;
    case EV_SALE_CLOSED:
        r.role = ROLE_SYSTEM;
        r.action = "售后关闭";
        break;
    default:
        r.role = ROLE_SYSTEM;
        r.action = "退款成功";
        break;
    }
    return r;
}

/* The words that the seller gave at that moment, if he did. */
static const sale_note *note_at(const sale_edit *edit, int64_t at) {
    const sale_note *note = edit ? edit->records : NULL;
    while (note && note->at != at) {
        note = note->next;
    }
    return note;
}

static bool event_at(const life_plan *life, unsigned which, int64_t at) {
    for (unsigned i = 0; i < life->count; i++) {
        if (life->events[i].sale == which + 1 && life->events[i].at == at) {
            return true;
        }
    }
    return false;
}

static size_t insert(log_row *rows, size_t count, log_row r) {
    if (count == MAX_RECORDS) {
        return count;
    }
    size_t i = count;
    while (i > 0 && rows[i - 1].at > r.at) {
        rows[i] = rows[i - 1];
        i--;
    }
    rows[i] = r;
    return count + 1;
}

static size_t collect(const sale_page *p, log_row rows[MAX_RECORDS]) {
    size_t count = 0;
    for (unsigned i = 0; i < p->life.count; i++) {
        const life_event *event = &p->life.events[i];
        if (event->sale != p->sale.which + 1 || event->at > p->now) {
            continue;
        }
        log_row r = record_of(&p->state, event);
        const sale_note *note = note_at(p->edit, event->at);
        if (note) {
            r.role = ROLE_SELLER;
            r.text = note->text;
            r.evidence = note->evidence;
        }
        count = insert(rows, count, r);
    }
    for (const sale_note *n = p->edit ? p->edit->records : NULL; n; n = n->next) {
        if (!event_at(&p->life, p->sale.which, n->at)) {
            count =
                insert(rows, count,
                       (log_row){ n->at, ROLE_SELLER, n->act ? "同意拒签后退款" : "上传退款凭证",
                                  n->text, n->evidence });
        }
    }
    return count;
}

static const char *role_name(int role) {
    static const char *const names[] = { "", "买家", "商家", "平台客服", "系统" };
    return names[role];
}

static void write_records(void *context, base_buf *out) {
    const sale_page *p = context;
    log_row rows[MAX_RECORDS];
    size_t count = collect(p, rows);
    for (size_t i = 0; i < count; i++) {
        char when[BASE_TIME_TEXT];
        base_time_to_cn(rows[i].at, when);
        base_buf_printf(out, "%s{\"operator\":\"%s\",\"time\":\"%s\",\"text\":\"", i ? "," : "",
                        role_name(rows[i].role), when);
        form_escape(out, base_str_of(rows[i].text));
        base_buf_add_text(out, "\",\"images\":[");
        sale_add_elements(out, rows[i].evidence);
        base_buf_printf(out,
                        "],\"desc_kvs\":[{\"key\":\"售后类型\",\"value\":\"%s\",\"highlight\":"
                        "false,\"notice\":\"\"}],\"action\":\"%s\",\"role\":%d,"
                        "\"all_evidence\":[",
                        world_aftersale_kind_text(p->state.kind), rows[i].action, rows[i].role);
        if (rows[i].evidence) {
            base_buf_add_text(out, "{\"type\":1,\"urls\":[");
            sale_add_elements(out, rows[i].evidence);
            base_buf_add_text(out, "],\"desc\":\"\"}");
        }
        base_buf_add_text(out, "]}");
    }
}

void world_render_aftersale_logs(world *w, world_aftersale sale, int64_t now, base_buf *out) {
    sale_page page;
    log_row rows[MAX_RECORDS];
    size_t count = sale_page_open(w, sale, now, &page) ? collect(&page, rows) : 0;
    base_buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        char when[BASE_TIME_TEXT];
        base_time_to_cn(rows[i].at, when);
        base_buf_printf(out, "%s{\"create_time\":\"%s\",\"action\":\"%s\",\"desc\":\"",
                        i ? "," : "", when, rows[i].action);
        form_escape(out, base_str_of(rows[i].text));
        base_buf_printf(out, "\",\"operator\":\"%s\",\"evidence\":[", role_name(rows[i].role));
        sale_add_elements(out, rows[i].evidence);
        base_buf_add_text(out, "]}");
    }
    base_buf_add_char(out, ']');
}

static void write_remarks(void *context, base_buf *out) {
    const sale_page *p = context;
    bool first = true;
    for (const sale_note *n = p->edit ? p->edit->remarks : NULL; n; n = n->next) {
        base_buf_printf(out, "%s{\"order_id\":%llu,\"after_sale_id\":%lld,\"remark\":\"",
                        first ? "" : ",", (unsigned long long)order_number(p->w, p->sale.order),
                        (long long)p->state.id);
        form_escape(out, base_str_of(n->text));
        base_buf_printf(out, "\",\"create_time\":%lld,\"operator\":\"店铺客服\"}",
                        (long long)n->at);
        first = false;
    }
}

/* ---- addresses ---- */

static void write_place(base_buf *out, const char *name, const char *id, const char *text) {
    base_buf_printf(out, "\"%s\":{\"id\":\"%s\",\"name\":\"%s\"},", name, id, text);
}

static void write_region(base_buf *out, const region *r) {
    write_place(out, "province", r->province_id, r->province);
    write_place(out, "city", r->city_id, r->city);
    write_place(out, "town", r->town_id, r->town);
    write_place(out, "street", r->street_id, r->street);
}

/* The buyer's, for a parcel that comes to him: as his order has it, encrypted. */
static void write_address(void *context, base_buf *out) {
    const sale_page *p = context;
    yyjson_val *post = yyjson_obj_get(yyjson_doc_get_root(p->order_doc), "post_addr");
    static const char *const names[] = { "province", "city", "town", "street" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        yyjson_val *place = yyjson_obj_get(post, names[i]);
        const char *id = yyjson_get_str(yyjson_obj_get(place, "id"));
        const char *name = yyjson_get_str(yyjson_obj_get(place, "name"));
        write_place(out, names[i], id ? id : "", name ? name : "");
    }
    const char *detail = yyjson_get_str(yyjson_obj_get(post, "encrypt_detail"));
    base_buf_add_text(out, "\"detail\":\"");
    form_escape(out, base_str_of(detail));
    base_buf_add_text(out, "\",\"landmark\":\"\"");
}

static void write_return_address(void *context, base_buf *out) {
    const sale_page *p = context;
    static const region nowhere = { "", "", "", "", "", "", "", "", "" };
    const world_shop *shop = &order_shop(p->w, p->sale.order)->open;
    bool told = p->times.returning != 0;
    uint64_t turn = base_mix(p->w->seed, (uint64_t)shop->shop_id);
    write_region(out, told ? words_region(turn) : &nowhere);
    base_buf_add_text(out, "\"landmark\":\"\",\"detail\":\"");
    if (told && p->edit && p->edit->address) {
        form_escape(out, base_str_of(p->edit->address));
    } else if (told) {
        base_buf_printf(out, "%s%u号退货仓", words_pick(&words_roads, turn >> 8),
                        (unsigned)(turn >> 16) % 300 + 1);
    }
    base_buf_add_char(out, '"');
}

static void fill_addresses(sale_page *p) {
    base_buf text;
    qd_err err;
    base_buf_init(&text, LIMIT_DOCUMENT_BYTES);
    bool comes = p->state.kind == WORLD_SALE_EXCHANGE || p->state.kind == WORLD_SALE_RESEND;
    if (!comes || !world_render_order(p->w, p->sale.order, p->now, &text) ||
        codec_json_read(base_buf_str(&text), LIMIT_DOCUMENT_BYTES, &p->order_doc, &err) != QD_OK) {
        p->order_doc = NULL;
    }
    base_buf_clear(&text);
    yyjson_val *order = yyjson_doc_get_root(p->order_doc);
    const char *name = yyjson_get_str(yyjson_obj_get(order, "encrypt_post_receiver"));
    const char *tel = yyjson_get_str(yyjson_obj_get(order, "encrypt_post_tel"));
    SALE_SET(receiver, value_text(base_str_of(name ? name : "")));
    SALE_SET(tel, value_text(base_str_of(tel ? tel : "")));
    SALE_SET(address, value_call(write_address, p));
    SALE_SET(return_address, value_call(write_return_address, p));
    int64_t own = 60000000 + (int64_t)p->w->shop_of[p->sale.order];
    int64_t told = p->edit && p->edit->address_id ? p->edit->address_id : own;
    SALE_SET(address_id, value_int(p->times.returning ? told : 0));
    (void)snprintf(p->open_address, sizeof p->open_address, "#%016llx",
                   (unsigned long long)roll(p->seed, TURN_PROOF + 1));
    SALE_SET(open_address, value_word(comes ? p->open_address : ""));
}

/* ---- arbitration, evidence, money ---- */

static void write_arbitrate_images(void *context, base_buf *out) {
    const sale_page *p = context;
    sale_add_elements(out, p->edit ? p->edit->proof_images : NULL);
}

static void fill_arbitration(sale_page *p) {
    const world_aftersale_state *s = &p->state;
    int64_t began = p->times.return_refused ? p->times.return_refused : p->times.refused;
    bool there = s->arbitrate_status != 0;
    if (there) {
        base_time_to_cn(began + 3 * SALE_DAY, p->arb_deadline);
    }
    SALE_SET(arb_id, there ? value_int(s->id + 1) : value_word(""));
    SALE_SET(arb_needed, value_bool(s->arbitrate_status == 4));
    SALE_SET(arb_deadline, value_word(p->arb_deadline));
    SALE_SET(arb_opinion, value_word(there ? "商家拒绝售后申请" : ""));
    SALE_SET(arb_end, value_int(s->arbitrate_status == 255 ? 2 : 0));
    SALE_SET(arb_created, value_int(there ? began : 0));
    SALE_SET(arb_updated, value_int(there ? s->modified : 0));
    SALE_SET(arb_images, value_call(write_arbitrate_images, p));
    SALE_SET(arb_describe,
             value_text(base_str_of(p->edit && p->edit->proved ? p->edit->proof_text : "")));
}

static void write_evidence(void *context, base_buf *out) {
    const sale_page *p = context;
    bool broken = p->state.reason_code >= 5 && p->state.reason_code != 6 &&
                  p->state.reason_code != 13 && p->state.reason_code != 15;
    unsigned count = broken ? (unsigned)(roll(p->seed, TURN_PROOF) % 3) + 1 : 0;
    for (unsigned i = 0; i < count; i++) {
        base_buf_printf(out, "%s\"https://p%u-aio.example.com/obj/evidence/%016llx\"", i ? "," : "",
                        i + 1, (unsigned long long)roll(p->seed, TURN_PROOF + 2 + i));
    }
}

static void write_price(base_buf *out, const char *name, int64_t fen) {
    base_buf_printf(out,
                    "\"actual_amount\":{\"price_text\":\"%s\",\"amount\":%lld},"
                    "\"origin_amount\":{\"price_text\":\"商品原价\",\"amount\":%lld},"
                    "\"deduction_price_detail\":[{\"price_text\":\"优惠\",\"amount\":0}]",
                    name, (long long)fen, (long long)fen);
}

/* What the line cost, without postage. */
static int64_t line_money(const sale_page *p) {
    int64_t fen = 0;
    for (unsigned i = 0; i < p->line_count; i++) {
        if (p->state.line_mask >> i & 1) {
            fen += p->lines[i].pay_fen - p->lines[i].post_fen;
        }
    }
    return fen;
}

static void write_price_from(void *context, base_buf *out) {
    write_price(out, "下单价", line_money(context));
}

static void write_price_to(void *context, base_buf *out) {
    const sale_page *p = context;
    write_price(out, "核准价", line_money(p) - p->state.refund_fen);
}

static void fill_money(sale_page *p) {
    const world_aftersale_state *s = &p->state;
    bool done = s->refunded_at != 0;
    form_value hidden = { .kind = VALUE_NONE };
    int64_t platform = done ? sale_discount(p, 0) : 0;
    int64_t talent = done ? sale_discount(p, 1) : 0;
    SALE_SET(returned, value_int(platform + talent));
    SALE_SET(platform_fen, value_int(platform));
    SALE_SET(kol_fen, value_int(talent));
    SALE_SET(shop_fen, value_int(done ? sale_discount(p, 2) : 0));
    SALE_SET(real_fen, value_int(done ? s->refund_fen : 0));
    SALE_SET(refunded, value_int(s->refunded_at));
    bool price = s->kind == WORLD_SALE_PRICE;
    SALE_SET(price_detail, price ? value_int(1) : hidden);
    SALE_SET(price_from, value_call(write_price_from, p));
    SALE_SET(price_to, value_call(write_price_to, p));
    bool cards = p->order.shipped && p->w->items[p->lines[0].item].category == CATEGORY_CARDS;
    SALE_SET(voucher, value_int(cards ? s->num : 0));
}

static void fill_buyer(sale_page *p) {
    const world_aftersale_state *s = &p->state;
    uint64_t turn = roll(p->seed, TURN_PROOF + 6);
    bool says = turn % 3 == 0 && s->kind != WORLD_SALE_PRICE;
    bool own = p->edit && p->edit->own;
    bool returns = s->kind == WORLD_SALE_RETURN || s->kind == WORLD_SALE_EXCHANGE ||
                   s->kind == WORLD_SALE_REPAIR;
    SALE_SET(reason, value_int(s->reason_code));
    SALE_SET(reason_remark,
             value_text(base_str_of(says ? words_pick(&words_complaints, turn >> 8) : "")));
    SALE_SET(evidence, value_call(write_evidence, p));
    SALE_SET(back_num, value_int(returns ? s->num : 0));
    SALE_SET(method, value_int(s->sent_back ? 1 : 0));
    SALE_SET(role, value_int(own ? ROLE_SELLER
                             : s->kind == WORLD_SALE_SYSTEM_CANCEL || s->kind == WORLD_SALE_PRICE
                                 ? ROLE_SYSTEM
                                 : ROLE_BUYER));
    bool cod = order_type(p->w, p->sale.order) == WORLD_TYPE_COD;
    static const int pay_types[] = { 1, 2, 2, 1, 4, 5, 8, 9 };
    uint64_t order = order_seed(p->w, p->sale.order);
    SALE_SET(pay_type, value_int(cod ? 0 : pay_types[roll(order, ROLL_DOC) % 8]));
}

bool world_render_aftersale_detail(world *w, world_aftersale sale, int64_t now, bool with_records,
                                   base_buf *out) {
    sale_page page;
    sale_page *p = &page;
    if (!sale_page_open(w, sale, now, p)) {
        return false;
    }
    p->detail = true;
    fill_addresses(p);
    fill_arbitration(p);
    fill_money(p);
    fill_buyer(p);
    SALE_SET(remarks, value_call(write_remarks, p));
    SALE_SET(records, with_records ? value_call(write_records, p) : value_word(""));
    form_write(w->forms[FORM_SALE_DETAIL], p->values, out);
    yyjson_doc_free(p->order_doc);
    return true;
}
