/*
 * One plausible scalar: what a field of this name and type might hold, decided by a seed. Names are
 * matched by their parts, the first row that fits decides; the types are always kept. Knows no
 * platform.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/generic/generic.h"
#include "sandbox/world/words.h"

typedef enum sense {
    SENSE_WORD,
    SENSE_NO_ERROR, /* 0 or "" */
    SENSE_YES,
    SENSE_NO,
    SENSE_TOTAL,
    SENSE_EMPTY,
    SENSE_MOMENT,
    SENSE_MOMENT_MS,
    SENSE_ID,
    SENSE_MONEY,
    SENSE_COUNT,
    SENSE_PHONE,
    SENSE_LINK,
    SENSE_PERSON,
    SENSE_SHOP,
    SENSE_GOODS,
    SENSE_PROVINCE,
    SENSE_CITY,
    SENSE_TOWN,
    SENSE_ADDRESS,
    SENSE_NOTE,
    SENSE_STATE,
    SENSE_FLAG
} sense;

/* '=' whole name, '$' its end, '^' its beginning, '~' anywhere; names in lower case. */
typedef struct rule {
    char how;
    const char *part;
    sense sense;
} rule;

static const rule rules[] = {
    { '=', "flag", SENSE_FLAG },
    { '~', "success", SENSE_YES },
    { '^', "err", SENSE_NO_ERROR },
    { '^', "sub_", SENSE_NO_ERROR },
    { '~', "error", SENSE_NO_ERROR },
    { '~', "err_", SENSE_NO_ERROR },
    { '=', "code", SENSE_NO_ERROR },
    { '=', "msg", SENSE_NO_ERROR },
    { '=', "message", SENSE_NO_ERROR },
    { '~', "has_more", SENSE_NO },
    { '~', "has_next", SENSE_NO },
    { '~', "hasmore", SENSE_NO },
    { '~', "hasnext", SENSE_NO },
    { '=', "is_end", SENSE_YES },
    { '~', "is_last", SENSE_YES },
    { '~', "cursor", SENSE_EMPTY },
    { '~', "next_", SENSE_EMPTY },
    { '=', "total", SENSE_TOTAL },
    { '~', "total_result", SENSE_TOTAL },
    { '~', "total_count", SENSE_TOTAL },
    { '~', "total_num", SENSE_TOTAL },
    { '~', "totalcount", SENSE_TOTAL },
    { '~', "total_item", SENSE_TOTAL },
    { '$', "expired", SENSE_MOMENT_MS },
    { '$', "_ms", SENSE_MOMENT_MS },
    { '~', "expires_in", SENSE_COUNT },
    { '~', "price", SENSE_MONEY },
    { '~', "amount", SENSE_MONEY },
    { '~', "fee", SENSE_MONEY },
    { '~', "payment", SENSE_MONEY },
    { '~', "money", SENSE_MONEY },
    { '~', "cost", SENSE_MONEY },
    { '~', "discount", SENSE_MONEY },
    { '~', "balance", SENSE_MONEY },
    { '$', "times", SENSE_COUNT },
    { '~', "time", SENSE_MOMENT },
    { '~', "date", SENSE_MOMENT },
    { '~', "gmt", SENSE_MOMENT },
    { '$', "created", SENSE_MOMENT },
    { '$', "modified", SENSE_MOMENT },
    { '$', "_at", SENSE_MOMENT },
    { '~', "phone", SENSE_PHONE },
    { '~', "mobile", SENSE_PHONE },
    { '$', "tel", SENSE_PHONE },
    { '~', "url", SENSE_LINK },
    { '~', "pic", SENSE_LINK },
    { '~', "image", SENSE_LINK },
    { '~', "img", SENSE_LINK },
    { '~', "link", SENSE_LINK },
    { '$', "logo", SENSE_LINK },
    { '~', "num_iid", SENSE_ID },
    { '~', "count", SENSE_COUNT },
    { '~', "num", SENSE_COUNT },
    { '~', "quantity", SENSE_COUNT },
    { '~', "stock", SENSE_COUNT },
    { '~', "size", SENSE_COUNT },
    { '~', "page", SENSE_COUNT },
    { '~', "weight", SENSE_COUNT },
    { '$', "id", SENSE_ID },
    { '$', "ids", SENSE_ID },
    { '$', "_no", SENSE_ID },
    { '$', "code", SENSE_ID },
    { '$', "_sn", SENSE_ID },
    { '~', "shop_name", SENSE_SHOP },
    { '~', "shopname", SENSE_SHOP },
    { '~', "nick", SENSE_PERSON },
    { '~', "user_name", SENSE_PERSON },
    { '~', "receiver", SENSE_PERSON },
    { '~', "province", SENSE_PROVINCE },
    { '~', "city", SENSE_CITY },
    { '~', "town", SENSE_TOWN },
    { '~', "district", SENSE_TOWN },
    { '~', "addr", SENSE_ADDRESS },
    { '~', "remark", SENSE_NOTE },
    { '~', "memo", SENSE_NOTE },
    { '~', "desc", SENSE_NOTE },
    { '~', "reason", SENSE_NOTE },
    { '~', "content", SENSE_NOTE },
    { '~', "status", SENSE_STATE },
    { '~', "state", SENSE_STATE },
    { '$', "type", SENSE_STATE },
    { '~', "title", SENSE_GOODS },
    { '~', "name", SENSE_GOODS },
};

static bool fits(const rule *row, const char *name, size_t len) {
    size_t part = strlen(row->part);
    switch (row->how) {
    case '=':
        return strcmp(name, row->part) == 0;
    case '^':
        return strncmp(name, row->part, part) == 0;
    case '$':
        return len >= part && strcmp(name + len - part, row->part) == 0;
    default:
        return strstr(name, row->part) != NULL;
    }
}

static sense sense_of(const char *name) {
    char low[96];
    size_t len = 0;
    for (; name[len] != '\0' && len < sizeof low - 1; len++) {
        low[len] = (char)tolower((unsigned char)name[len]);
    }
    low[len] = '\0';
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (fits(&rules[i], low, len)) {
            return rules[i].sense;
        }
    }
    return SENSE_WORD;
}

/* ---- numbers ---- */

static int64_t moment(const generic_answer *answer, uint64_t seed) {
    return answer->base_s - (int64_t)(seed % (30 * 86400));
}

static int64_t number_of(const generic_answer *answer, sense kind, uint64_t seed) {
    switch (kind) {
    case SENSE_NO_ERROR:
    case SENSE_NO:
    case SENSE_EMPTY:
        return 0;
    case SENSE_YES:
    case SENSE_STATE:
        return 1;
    case SENSE_TOTAL:
        return answer->total;
    case SENSE_MOMENT:
        return moment(answer, seed);
    case SENSE_MOMENT_MS:
        return moment(answer, seed) * 1000;
    case SENSE_ID: /* below 2^53, so that no client rounds it */
        return (int64_t)(100000000000000ULL + seed % 900000000000000ULL);
    case SENSE_MONEY:
        return (int64_t)(100 + seed % 99900);
    default:
        return (int64_t)(1 + seed % 99);
    }
}

/* ---- texts ---- */

static void write_moment(const generic_answer *answer, uint64_t seed, base_buf *out) {
    char text[BASE_TIME_TEXT];
    base_time_to_cn(moment(answer, seed), text);
    base_buf_printf(out, "\"%s\"", text);
}

/* The world's words hold quotes and markup on purpose. */
QD_PRINTF(2, 3)
static void quote_words(base_buf *out, const char *fmt, ...) {
    char text[512];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    codec_json_quote(out, base_str_of(text));
}

/* A thing's name: "adjective noun". */
static void write_goods(uint64_t seed, base_buf *out) {
    const category *kind = words_category((unsigned)(seed % words_category_count()));
    const char *noun = kind->nouns[seed / 7 % GROUP_VALUES];
    quote_words(out, "%s%s", words_pick(&words_adjectives, seed / 64), noun);
}

static void write_place(sense kind, uint64_t seed, base_buf *out) {
    const region *where = words_region(seed);
    switch (kind) {
    case SENSE_PROVINCE:
        quote_words(out, "%s", where->province);
        break;
    case SENSE_CITY:
        quote_words(out, "%s", where->city);
        break;
    case SENSE_TOWN:
        quote_words(out, "%s", where->town);
        break;
    default:
        quote_words(out, "%s%s%s%s%u号", where->province, where->city, where->town,
                    words_pick(&words_roads, seed / 16), (unsigned)(1 + seed / 512 % 300));
        break;
    }
}

static void write_text(const generic_answer *answer, sense kind, uint64_t seed, base_buf *out) {
    switch (kind) {
    case SENSE_NO_ERROR:
    case SENSE_EMPTY:
        base_buf_add_text(out, "\"\"");
        break;
    case SENSE_YES:
        base_buf_add_text(out, "\"true\"");
        break;
    case SENSE_NO:
        base_buf_add_text(out, "\"false\"");
        break;
    case SENSE_FLAG:
        base_buf_add_text(out, "\"success\"");
        break;
    case SENSE_MOMENT:
        write_moment(answer, seed, out);
        break;
    case SENSE_ID:
        base_buf_printf(out, "\"%lld\"", (long long)(4700000000000000000 + (int64_t)(seed >> 5)));
        break;
    case SENSE_MONEY:
        base_buf_printf(out, "\"%u.%02u\"", (unsigned)(1 + seed % 998),
                        (unsigned)(seed / 1024 % 100));
        break;
    case SENSE_PHONE:
        base_buf_printf(out, "\"13%u****%04u\"", (unsigned)(seed % 10),
                        (unsigned)(seed / 16 % 10000));
        break;
    case SENSE_LINK:
        base_buf_printf(out, "\"https://img.example.com/%08x.jpg\"", (unsigned)(seed >> 32));
        break;
    case SENSE_PERSON:
        quote_words(out, "%s%s", words_pick(&words_surnames, seed),
                    words_pick(&words_given, seed / 64));
        break;
    case SENSE_SHOP:
        quote_words(out, "%s%s", words_pick(&words_shops, seed),
                    words_pick(&words_shop_tails, seed / 64));
        break;
    case SENSE_PROVINCE:
    case SENSE_CITY:
    case SENSE_TOWN:
    case SENSE_ADDRESS:
        write_place(kind, seed, out);
        break;
    case SENSE_NOTE:
        quote_words(out, "%s", words_pick(&words_seller_notes, seed));
        break;
    case SENSE_STATE:
        base_buf_add_text(out, "\"NORMAL\"");
        break;
    case SENSE_TOTAL:
    case SENSE_COUNT:
    case SENSE_MOMENT_MS:
        base_buf_printf(out, "\"%lld\"", (long long)number_of(answer, kind, seed));
        break;
    default:
        write_goods(seed, out);
        break;
    }
}

void generic_write_scalar(const generic_answer *answer, const char *name, uint8_t type,
                          uint64_t seed, base_buf *out) {
    sense kind = sense_of(name);
    switch ((cat_type)type) {
    case CAT_INT:
        base_buf_add_i64(out, number_of(answer, kind, seed));
        break;
    case CAT_NUMBER:
        if (kind == SENSE_MONEY || kind == SENSE_WORD) {
            base_buf_printf(out, "%u.%02u", (unsigned)(1 + seed % 998),
                            (unsigned)(1 + seed / 1024 % 99));
        } else {
            base_buf_add_i64(out, number_of(answer, kind, seed));
        }
        break;
    case CAT_BOOL: {
        bool yes =
            kind == SENSE_YES || (kind != SENSE_NO && kind != SENSE_NO_ERROR && seed % 2 == 0);
        base_buf_add_text(out, yes ? "true" : "false");
        break;
    }
    case CAT_DATETIME:
        write_moment(answer, seed, out);
        break;
    case CAT_ANY:
        if (kind == SENSE_TOTAL || kind == SENSE_COUNT || kind == SENSE_NO_ERROR) {
            base_buf_add_i64(out, number_of(answer, kind, seed));
        } else {
            write_text(answer, kind, seed, out);
        }
        break;
    default:
        write_text(answer, kind, seed, out);
        break;
    }
}
