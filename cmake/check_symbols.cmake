# Every symbol that the library exports begins with qd_, and the ones that an embedder begins with are there.
# Called with -DNM=... -DLIBRARY=...
execute_process(COMMAND ${NM} -D --defined-only --format=posix ${LIBRARY} OUTPUT_VARIABLE table RESULT_VARIABLE failed)
if(failed)
    message(FATAL_ERROR "cannot read the symbols of ${LIBRARY}")
endif()
string(REPLACE "\n" ";" lines "${table}")
set(strangers)
foreach(line ${lines})
    string(REGEX REPLACE " .*" "" name "${line}")
    # Sanitizers and coverage add names of their own, all of them reserved (__...).
    if(NOT name MATCHES "^(qd_|__)")
        list(APPEND strangers ${name})
    endif()
endforeach()
if(strangers)
    message(FATAL_ERROR "exported without the prefix qd_: ${strangers}")
endif()
foreach(wanted qd_app_new qd_shop_new qd_call qd_submit qd_loop_run qd_reply_body qd_version qd_token_store_memory
        qd_clock_system qd_log_set qd_err_is_retriable qd_call_args qd_submit_args qd_reply_view qd_view_get qd_view_has
        qd_view_text qd_view_int qd_view_bool qd_view_double qd_view_json qd_view_list qd_view_count qd_view_at
        qd_list_next qd_push_verify qd_push_parse qd_push_free qd_push_count qd_push_at qd_push_was_repaired qd_push_decode
        qd_push_reply qd_push_kind_at qd_spi_verify qd_spi_free qd_spi_name qd_spi_params qd_spi_timestamp qd_spi_decode
        qd_spi_reply qd_call_batch qd_batch_clear qd_qimen_verify qd_qimen_free qd_qimen_params qd_qimen_reply
        qd_qimen_answer qd_page_of qd_reply_item_errors qd_item_errors_next qd_reply_failed_items qd_reply_key
        qd_reply_was_done qd_report_run qd_report_free qd_report_json qd_report_rows_json qd_report_row_count
        qd_probe_sign_method)
    if(NOT table MATCHES "(^|\n)${wanted} ")
        message(FATAL_ERROR "not exported: ${wanted}")
    endif()
endforeach()
