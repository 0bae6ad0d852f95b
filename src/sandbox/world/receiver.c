/*
 * Who receives a Douyin order: the true name, phone and address behind the cipher text and the
 * masks of its document, and the virtual number that some phones are reached by. Follows from the
 * seed.
 */
#include <stdio.h>
#include <string.h>

#include "sandbox/world/world_private.h"

enum { VIRTUAL_LIFE_S = 30 * 86400 };

void receiver_of(const world *w, uint32_t order, world_receiver *out) {
    uint64_t seed = order_seed(w, order);
    uint64_t turn = roll(seed, ROLL_DOC + 3);
    uint64_t more = roll(seed, ROLL_DOC + 16);
    const char *family = words_pick(&words_surnames, turn >> 8);
    const char *road = words_pick(&words_roads, turn >> 24);
    unsigned second = (unsigned)(turn >> 16) % 7 + 3;
    unsigned last = (unsigned)(turn >> 20) % 10;
    memset(out, 0, sizeof *out);
    snprintf(out->name, sizeof out->name, "%s%s", family, words_pick(&words_given, more));
    snprintf(out->phone, sizeof out->phone, "1%u%08u%u", second,
             (unsigned)((more >> 8) % 100000000), last);
    snprintf(out->detail, sizeof out->detail, "%s%u号%u栋%u室", road,
             (unsigned)(more >> 36) % 300 + 1, (unsigned)(more >> 44) % 30 + 1,
             (unsigned)(more >> 50) % 20 * 100 + 101 + (unsigned)(more >> 56) % 4);
    snprintf(out->mask_name, sizeof out->mask_name, "%s**", family);
    snprintf(out->mask_phone, sizeof out->mask_phone, "1%u********%u", second, last);
    snprintf(out->mask_detail, sizeof out->mask_detail, "%s******", road);
    out->is_virtual = roll(seed, ROLL_DOC + 17) % 4 == 0;
    if (out->is_virtual) {
        uint64_t number = roll(seed, ROLL_DOC + 18);
        snprintf(out->number, sizeof out->number, "184%08u", (unsigned)(number % 100000000));
        snprintf(out->extension, sizeof out->extension, "%04u", (unsigned)(number >> 32) % 10000);
        out->expires = (int64_t)w->created[order] + VIRTUAL_LIFE_S;
    }
}

bool world_receiver_of(const world *w, uint32_t order, world_receiver *out) {
    if (order >= w->options.orders || !order_on(w, order, WORLD_DOUYIN)) {
        return false;
    }
    receiver_of(w, order, out);
    return true;
}
