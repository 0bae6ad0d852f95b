/* Who receives a Douyin order, and the cipher text that says so. Part of world.h. */
#ifndef SANDBOX_WORLD_SECRETS_H
#define SANDBOX_WORLD_SECRETS_H

#include "sandbox/world/world.h"

/* The platform's numbers: data_type, sensitive_type. */
typedef enum world_secret {
    WORLD_SECRET_ADDRESS = 1,
    WORLD_SECRET_NAME,
    WORLD_SECRET_PHONE,
    WORLD_SECRET_ID_CARD
} world_secret;

enum { WORLD_PLAIN_BYTES = 512, WORLD_CIPHER_BYTES = 4096 };

typedef struct world_receiver {
    char name[32], phone[16], detail[64];
    char mask_name[32], mask_phone[16], mask_detail[64]; /* as the order's document has them */
    bool is_virtual;                                     /* the platform tells the number below */
    char number[16], extension[8];
    int64_t expires;
} world_receiver;
/* False for orders of other platforms. */
bool world_receiver_of(const world *world, uint32_t order, world_receiver *out);

/* Cipher text for a shop and an order (auth_id; any other id is taken as it is). False when plain
 * is empty, longer than WORLD_PLAIN_BYTES, or no UTF-8. */
bool world_seal(const world *world, uint32_t shop, base_str auth_id, world_secret kind,
                base_str plain, bool with_index, base_buf *out);
/* The plain text behind it; false when it is another shop's, another order's, or was changed. */
bool world_unseal(const world *world, uint32_t shop, base_str auth_id, base_str text,
                  world_secret *out_kind, base_buf *out);
/* The index by which cipher text of this plain text is found. False as world_seal(). */
bool world_search_index(const world *world, world_secret kind, base_str plain, base_buf *out);
/* "13*******45", "王**" */
void world_mask(world_secret kind, base_str plain, base_buf *out);

#endif
