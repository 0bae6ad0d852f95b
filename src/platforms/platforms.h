/*
 * The door of room platforms (floor 4): one file a platform, for what data cannot say. qd_app_new()
 * lives here.
 */
#ifndef PLATFORMS_PLATFORMS_H
#define PLATFORMS_PLATFORMS_H

#include "core/core.h"

/* NULL when there is none of that name. */
const core_platform *platforms_find(const char *name);
/* NULL past the end. */
const core_platform *platforms_at(size_t index);

extern const core_platform platforms_douyin;
extern const core_platform platforms_taobao;
extern const core_platform platforms_alliance;
extern const core_platform platforms_qianchuan;
extern const core_platform platforms_solinkup;

#endif
