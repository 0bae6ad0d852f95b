/*
 * Authorisation codes of every platform (once, ten minutes, for the platform's app that the owner
 * has authorised), and Douyin's two apps: the self-use app, which needs no code, and a tool app,
 * which gets its tokens for a code only. Knows no page and no envelope.
 */
#include <string.h>

#include "sandbox/sandbox_private.h"

/* ---- codes ---- */

static const char *shape_of(face_platform platform) {
    switch (platform) {
    case FACE_ON_DOUYIN:
    case FACE_ON_TAOBAO:
        return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    case FACE_ON_SOLINKUP:
        return "AuthCode@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; /* as in the guide's sample */
    default:
        return "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    }
}

const char *face_code_issue(face_call *call, face_platform platform, uint32_t shop) {
    face_codes *codes = &call->sb->codes;
    unsigned at = codes->next;
    codes->next = (codes->next + 1) % FACE_CODES;
    codes->serial++;
    uint64_t secret =
        base_mix(base_mix(call->sb->seed ^ 0x636f6465ULL, codes->serial), (uint64_t)platform);
    char *text = face_hex_shape(secret, call->sb->seed, call->arena, shape_of(platform));
    (void)base_copy(codes->rows[at].text, sizeof codes->rows[at].text, base_str_of(text));
    codes->rows[at].platform = platform;
    codes->rows[at].shop = shop;
    codes->rows[at].until = call->now + FACE_CODE_LIFE_S;
    return codes->rows[at].text;
}

face_grant face_code_take(face_call *call, face_platform platform, base_str code,
                          uint32_t *out_shop) {
    face_codes *codes = &call->sb->codes;
    for (int i = 0; i < FACE_CODES; i++) {
        if (code.len == 0 || codes->rows[i].platform != platform ||
            !base_str_is(code, codes->rows[i].text)) {
            continue;
        }
        codes->rows[i].text[0] = '\0';
        *out_shop = codes->rows[i].shop;
        return codes->rows[i].until > call->now ? FACE_GRANT_OK : FACE_GRANT_EXPIRED;
    }
    return FACE_GRANT_UNKNOWN;
}

const char *face_code_make(face_call *call, uint32_t shop) {
    return face_code_issue(call, (face_platform)world_shop_at(call->sb->world, shop)->platform,
                           shop);
}

face_grant face_code_use(face_call *call, world_platform platform, base_str code,
                         uint32_t *out_shop) {
    return face_code_take(call, (face_platform)platform, code, out_shop);
}

/* ---- Douyin's two apps ---- */

void face_tool_init(sandbox *sb, unsigned shops) {
    world_app *app = &sb->tool.app;
    const world_app *own = world_app_of(sb->world, WORLD_DOUYIN);
    uint64_t a = base_mix(sb->seed, 0x746f6f6cULL);
    char *secret = face_hex_shape(a, sb->seed, sb->arena, "xxxxxxxx-xxxx-4xxx-9xxx-xxxxxxxxxxxx");
    (void)base_copy(app->secret, sizeof app->secret, base_str_of(secret));
    (void)base_copy(app->key, sizeof app->key, base_str_of(own->key));
    /* 19 digits, the first as the other app's; never the other app's number. */
    for (size_t i = 1; app->key[i] != '\0'; i++) {
        app->key[i] = (char)('0' + (base_mix(a, i) % 10));
    }
    app->key[1] = own->key[1] == '1' ? '2' : '1';
    sb->tool.shops = shops;
    base_arena_reset(sb->arena);
}

bool face_shop_is_tool(const sandbox *sb, uint32_t shop) {
    unsigned after = 0; /* Douyin's shops from this one to the last */
    if (sb->tool.shops == 0 || world_shop_at(sb->world, shop)->platform != WORLD_DOUYIN) {
        return false;
    }
    for (uint32_t i = shop; i < world_shop_count(sb->world); i++) {
        after += world_shop_at(sb->world, i)->platform == WORLD_DOUYIN ? 1 : 0;
    }
    return after <= sb->tool.shops;
}

const world_app *face_app_of_shop(const sandbox *sb, uint32_t shop) {
    return face_shop_is_tool(sb, shop)
               ? &sb->tool.app
               : world_app_of(sb->world, world_shop_at(sb->world, shop)->platform);
}

void face_service_id(const world_app *app, char out[8]) {
    size_t len = strlen(app->key);
    (void)base_copy(out, 8, base_str_of(app->key + (len > 5 ? len - 5 : 0)));
    out[0] = out[0] == '0' ? '1' : out[0];
}
