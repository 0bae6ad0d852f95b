# The typed C API: catalogc writes one header a group into gen/include/qiandian/api/<platform>/<group>.h, installed beside
# the public headers. Nothing of it is compiled into the library.
set(QD_API_INCLUDE ${QD_GEN}/include)
file(MAKE_DIRECTORY ${QD_API_INCLUDE}/qiandian/api)
add_custom_command(
    OUTPUT ${QD_GEN}/api.stamp
    COMMAND catalogc api ${PROJECT_SOURCE_DIR}/catalog ${QD_API_INCLUDE}/qiandian/api
    COMMAND ${CMAKE_COMMAND} -E touch ${QD_GEN}/api.stamp
    DEPENDS catalogc ${tables_json} ${catalog_json}
    COMMENT "catalogc: typed headers"
    VERBATIM)
add_custom_target(api_headers ALL DEPENDS ${QD_GEN}/api.stamp)
install(DIRECTORY ${QD_API_INCLUDE}/qiandian DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

target_include_directories(qiandian INTERFACE $<BUILD_INTERFACE:${QD_API_INCLUDE}>)
add_executable(example_typed ${PROJECT_SOURCE_DIR}/examples/typed.c)
add_dependencies(example_typed api_headers)
target_link_libraries(example_typed PRIVATE qiandian)
target_compile_options(example_typed PRIVATE -Wall -Wextra -Wpedantic -Werror)
if(QD_SANITIZE)
    target_link_options(example_typed PRIVATE -fsanitize=${QD_SANITIZE})
endif()
