/* Visibility and checking attributes of the public API. */
#ifndef QIANDIAN_EXPORT_H
#define QIANDIAN_EXPORT_H

#if defined(__GNUC__)
#define QD_API __attribute__((visibility("default")))
#define QD_NODISCARD __attribute__((warn_unused_result))
#define QD_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define QD_API
#define QD_NODISCARD
#define QD_PRINTF(fmt, args)
#endif

#endif
