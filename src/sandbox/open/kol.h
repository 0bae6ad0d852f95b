/* The alliance's calls that hold state: what alliance.c asks when it answers. */
#ifndef SANDBOX_OPEN_KOL_H
#define SANDBOX_OPEN_KOL_H

#include "sandbox/open/open.h"

/* Writes the members of the answer's data (each with a comma before it but the first), or sets the
 * refusal. NULL = the world does not model the method. */
typedef bool (*kol_run)(open_call *call, base_buf *out);
kol_run kol_find(base_str name);
kol_run kol_award_find(base_str name); /* kol_award.c's part of them */

/* The codes of open.douyin.com for parameters, see docs/sandbox.md. */
enum { KOL_CODE_PARAM = 10002, KOL_CODE_MISSING = 10005, KOL_CODE_STATE = 2100009 };

/* A member of the parameters; empty or fallback when absent. */
base_str kol_text(open_call *call, const char *name);
int64_t kol_number(open_call *call, const char *name, int64_t fallback);
/* page (from 1) and page_size (1..most) as an offset and a limit; false with the refusal set. */
bool kol_page(open_call *call, int64_t fallback_size, int64_t most, uint64_t *out_offset,
              uint32_t *out_limit);

/* Appends ,"orders":n,"pay_fen":n: what a creator's orders add up to, for the truth. */
void face_kol_truth(sandbox *sb, int64_t now, base_buf *out);

#endif
