/* Solinkup's calls that the world answers: what solinkup.c asks when it answers. */
#ifndef SANDBOX_OPEN_SOLINKUP_CALLS_H
#define SANDBOX_OPEN_SOLINKUP_CALLS_H

#include "sandbox/open/open.h"

/* The four envelopes of the guide's samples; the sample of deleteFlow has code "200". */
typedef enum solinkup_shape {
    SOLINKUP_OWN,
    SOLINKUP_OWN_200,
    SOLINKUP_DOUDIAN,
    SOLINKUP_OCEAN
} solinkup_shape;

typedef struct solinkup_answer {
    solinkup_shape shape;
    base_buf data; /* JSON; inited by the caller */
    int code;      /* of a refusal that another platform passes through; 0 = none */
    const char *sub_code;
    const char *why;
} solinkup_answer;

/* False when the world does not answer this method. A refusal of Solinkup itself is set in call
 * (open_fail), with out->code -1. */
bool solinkup_modelled(open_call *call, solinkup_answer *out);

#endif
