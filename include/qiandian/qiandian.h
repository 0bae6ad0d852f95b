/* Everything an embedder needs; see the single headers. */
#ifndef QIANDIAN_QIANDIAN_H
#define QIANDIAN_QIANDIAN_H

#include "qiandian/app.h"
#include "qiandian/args.h"
#include "qiandian/batch.h"
#include "qiandian/bill.h"
#include "qiandian/call.h"
#include "qiandian/error.h"
#include "qiandian/items.h"
#include "qiandian/log.h"
#include "qiandian/page.h"
#include "qiandian/probe.h"
#include "qiandian/push.h"
#include "qiandian/qimen.h"
#include "qiandian/report.h"
#include "qiandian/sensitive.h"
#include "qiandian/view.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0"; static. */
QD_API const char *qd_version(void);

#ifdef __cplusplus
}
#endif
#endif
