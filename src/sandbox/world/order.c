/*
 * What an order is from its birth: id, type, lines, buyer. All of it follows from the seed and the
 * order's index; nothing here changes with time. Ids carry time and index, so that they are found
 * without a table: (created - epoch) << 33 | index << 9 | noise << 4 | line.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/world/world_private.h"

static const int64_t id_epoch = 1300000000;
enum { ID_TIME_SHIFT = 33, ID_INDEX_SHIFT = 9, ID_NOISE_SHIFT = 4, ID_LINE_MASK = 15 };

enum { ROLL_TYPE = 1, ROLL_LINES, ROLL_SUFFIX, ROLL_NOISE, ROLL_BUYER, ROLL_NOTE, ROLL_POST };
enum { ROLL_LINE = 16 }; /* and on: eight for each line */

uint64_t order_number(const world *w, uint32_t order) {
    uint64_t time = (uint64_t)((int64_t)w->created[order] - id_epoch);
    uint64_t noise = roll(order_seed(w, order), ROLL_NOISE) & 31;
    return time << ID_TIME_SHIFT | (uint64_t)order << ID_INDEX_SHIFT | noise << ID_NOISE_SHIFT;
}

bool order_has_suffix(const world *w, uint32_t order) {
    return order_on(w, order, WORLD_DOUYIN) && roll(order_seed(w, order), ROLL_SUFFIX) % 100 < 3;
}

void order_id_text(const world *w, uint32_t order, char out[24]) {
    snprintf(out, 24, "%llu%s", (unsigned long long)order_number(w, order),
             order_has_suffix(w, order) ? "A" : "");
}

uint64_t order_line_number(const world *w, uint32_t order, unsigned index, unsigned lines) {
    return order_number(w, order) + (lines > 1 ? index + 1 : 0);
}

/* The order of a number (of a parent or of a line), or WORLD_NONE; *out_line is the low part. */
static uint32_t order_of_number(const world *w, uint64_t number, unsigned *out_line) {
    uint64_t order = number >> ID_INDEX_SHIFT & (WORLD_MAX_ORDERS - 1);
    unsigned line = (unsigned)(number & ID_LINE_MASK);
    if (order >= w->options.orders ||
        order_number(w, (uint32_t)order) != (number & ~(uint64_t)ID_LINE_MASK)) {
        return WORLD_NONE;
    }
    unsigned lines = order_line_count(w, (uint32_t)order);
    if (line > 0 && (lines == 1 || line > lines)) {
        return WORLD_NONE;
    }
    *out_line = line;
    return (uint32_t)order;
}

uint32_t world_order_find(const world *w, uint32_t shop, base_str id_text) {
    bool suffix = id_text.len > 0 && id_text.ptr[id_text.len - 1] == 'A';
    int64_t number = 0;
    unsigned line = 0;
    id_text.len -= suffix;
    if (!base_str_to_i64(id_text, &number) || number <= 0) {
        return WORLD_NONE;
    }
    uint32_t order = order_of_number(w, (uint64_t)number, &line);
    if (order == WORLD_NONE || w->shop_of[order] != shop ||
        (suffix && !order_has_suffix(w, order))) {
        return WORLD_NONE;
    }
    return order;
}

int world_order_line_find(const world *w, uint32_t order, base_str line_id) {
    int64_t number = 0;
    unsigned line = 0;
    if (order >= w->options.orders || !base_str_to_i64(line_id, &number) || number <= 0 ||
        order_of_number(w, (uint64_t)number, &line) != order) {
        return -1;
    }
    if (line > 0) {
        return (int)line - 1;
    }
    return order_line_count(w, order) == 1 ? 0 : -1;
}

world_trade_type order_type(const world *w, uint32_t order) {
    uint64_t turn = roll(order_seed(w, order), ROLL_TYPE) % 200;
    if (turn < 8) {
        return WORLD_TYPE_COD;
    }
    if (!order_on(w, order, WORLD_TAOBAO)) {
        return WORLD_TYPE_FIXED;
    }
    static const struct {
        unsigned below;
        world_trade_type type;
    } shares[] = { { 14, WORLD_TYPE_AUTO_DELIVERY }, { 20, WORLD_TYPE_STEP },
                   { 26, WORLD_TYPE_ETICKET },       { 29, WORLD_TYPE_GUARANTEE },
                   { 32, WORLD_TYPE_TMALL_I18N },    { 33, WORLD_TYPE_AUCTION },
                   { 34, WORLD_TYPE_NOPAID } };
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        if (turn < shares[i].below) {
            return shares[i].type;
        }
    }
    return WORLD_TYPE_FIXED;
}

static const char *const type_names[WORLD_TYPES] = {
    "fixed", "cod",     "auction", "guarantee_trade", "auto_delivery",
    "step",  "eticket", "nopaid",  "tmall_i18n"
};

const char *world_trade_type_name(world_trade_type type) {
    return type < WORLD_TYPES ? type_names[type] : "";
}

world_trade_type world_trade_type_of(base_str name) {
    unsigned type = 0;
    while (type < WORLD_TYPES && !base_str_is(name, type_names[type])) {
        type++;
    }
    return (world_trade_type)type;
}

unsigned order_line_count(const world *w, uint32_t order) {
    world_trade_type type = order_type(w, order);
    if (type == WORLD_TYPE_ETICKET || type == WORLD_TYPE_AUTO_DELIVERY) {
        return 1;
    }
    uint64_t turn = roll(order_seed(w, order), ROLL_LINES) % 100;
    return turn < 84 ? 1 : turn < 95 ? 2 : turn < 99 ? 3 : 4;
}

static int64_t share(uint64_t turn, unsigned one_in, int64_t sum_fen, int64_t percent) {
    return turn % one_in == 0 ? sum_fen * percent / 100 : 0;
}

unsigned order_lines(const world *w, uint32_t order, line_row out[WORLD_MAX_LINES]) {
    const shop_row *s = order_shop(w, order);
    uint64_t seed = order_seed(w, order);
    unsigned count = order_line_count(w, order);
    bool douyin = s->open.platform == WORLD_DOUYIN;
    for (unsigned i = 0; i < count; i++) {
        line_row *l = &out[i];
        unsigned at = ROLL_LINE + i * 8;
        /* The smaller of two draws: some products sell much better than others. */
        uint64_t a = roll(seed, at) % s->sellable;
        uint64_t b = roll(seed, at + 1) % s->sellable;
        l->item = s->first_item + (uint32_t)(a < b ? a : b);
        const item_row *goods = &w->items[l->item];
        l->slot = (unsigned)(roll(seed, at + 2) % sku_born_count(goods));
        uint64_t num = roll(seed, at + 3) % 100;
        l->num = num < 82 ? 1 : num < 94 ? 2 : num < 99 ? 3 : 12;
        l->price_fen = sku_born_price(goods, l->slot);
        l->sum_fen = l->price_fen * l->num;
        uint64_t promo = roll(seed, at + 4);
        l->promo_shop_fen = share(promo, 3, l->sum_fen, 5);
        l->promo_platform_fen = share(promo >> 8, 4, l->sum_fen, 3);
        l->promo_talent_fen = douyin ? share(promo >> 16, 10, l->sum_fen, 1) : 0;
        l->post_fen = i == 0 ? share(roll(seed, ROLL_POST), 5, 100, 600) : 0;
        l->pay_fen = l->sum_fen + l->post_fen - l->promo_shop_fen - l->promo_platform_fen -
                     l->promo_talent_fen;
    }
    return count;
}

const char *order_buyer_note(const world *w, uint32_t order) {
    uint64_t turn = roll(order_seed(w, order), ROLL_NOTE);
    return turn % 100 < 12 ? words_pick(&words_buyer_notes, turn / 100) : "";
}

void order_buyer_nick(const world *w, uint32_t order, char out[32]) {
    uint64_t turn = roll(order_seed(w, order), ROLL_BUYER);
    /* TOP masks nicks: the first character, stars, the last one. */
    snprintf(out, 32, "%s**%s", words_pick(&words_given, turn),
             words_pick(&words_surnames, turn >> 20));
}

bool world_order_state_at(const world *w, uint32_t order, int64_t now, world_order_state *out) {
    if (order >= w->options.orders || (int64_t)w->created[order] > now) {
        return false;
    }
    life_state s;
    order_fold(w, order, now, &s);
    line_row lines[WORLD_MAX_LINES];
    unsigned count = order_lines(w, order, lines);
    memset(out, 0, sizeof *out);
    out->order = order;
    out->shop = w->shop_of[order];
    order_id_text(w, order, out->id_text);
    out->status = s.status;
    out->refund = s.refund;
    out->type = order_type(w, order);
    out->cod = out->type == WORLD_TYPE_COD;
    out->lines = count;
    out->created = s.created;
    out->modified = s.modified;
    out->paid = s.paid;
    out->shipped = s.shipped ? s.shipped : s.shipped_part;
    out->finished = s.finished;
    out->closed = s.closed;
    out->changes_at = s.changes_at;
    for (unsigned i = 0; i < count; i++) {
        out->pay_fen += lines[i].pay_fen;
    }
    return true;
}

int world_douyin_status(const world_order_state *state) {
    /* fields.json order_status; 105 (paid) is a passing moment before 2. */
    static const int codes[WORLD_STATUSES] = { 1, 2, 101, 3, 5, 4, 4 };
    return codes[state->status];
}

const char *world_taobao_status(const world_order_state *state) {
    static const char *const names[WORLD_STATUSES] = {
        "WAIT_BUYER_PAY",        "WAIT_SELLER_SEND_GOODS",
        "SELLER_CONSIGNED_PART", "WAIT_BUYER_CONFIRM_GOODS",
        "TRADE_FINISHED",        "TRADE_CLOSED_BY_TAOBAO",
        "TRADE_CLOSED"
    };
    if (state->cod && state->status == WORLD_UNPAID) {
        return "WAIT_SELLER_SEND_GOODS"; /* nothing to pay before the parcel arrives */
    }
    return names[state->status];
}
