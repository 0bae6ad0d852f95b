/* Qimen (奇门) inside TOP: its XML calls and answers; for taobao.c. */
#ifndef PLATFORMS_QIMEN_H
#define PLATFORMS_QIMEN_H

#include "platforms/platforms_private.h"

QD_NODISCARD qd_status qimen_build(const core_request *request, core_built *built, qd_err *err);
/* Is `holder.response` Qimen's answer {flag, code, message}? Then out is filled; data is what a
 * success gives. */
bool qimen_decode(yyjson_val *holder, yyjson_val *data, base_arena *arena, core_decoded *out);

#endif
