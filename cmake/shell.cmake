# The shell: qd-engine has every command; qd, the front that people type, has those that need neither network nor
# server and hands the rest over, so that it does not load libcurl (docs/decisions/0006-front-and-engine.md). Also
# manual pages and completions, which the front itself writes.
include(GNUInstallDirs)
file(GLOB cli_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/*.c)

add_executable(qd_engine ${cli_sources})
target_link_libraries(qd_engine PRIVATE qd_base qd_codec qd_net qd_httpd qd_sign qd_catalog qd_store qd_core
    qd_platforms qd_sync qd_jobs qd_sandbox qd_flags)
set_target_properties(qd_engine PROPERTIES OUTPUT_NAME qd-engine
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libexec/qiandian)

# An archive, so that only what the front's commands call is linked. Functions that only the engine runs are unused here.
set(front_sources ${cli_sources})
list(REMOVE_ITEM front_sources ${PROJECT_SOURCE_DIR}/src/cli/main.c)
add_library(qd_front STATIC ${front_sources})
target_link_libraries(qd_front PUBLIC qd_base qd_codec qd_sign qd_catalog qd_store PRIVATE qd_flags)
target_include_directories(qd_front PRIVATE ${CMAKE_BINARY_DIR}/gen)
target_compile_definitions(qd_front PUBLIC QD_FRONT)
target_compile_options(qd_front PRIVATE -Wno-unused -ffunction-sections -fdata-sections)
add_executable(qd ${PROJECT_SOURCE_DIR}/src/cli/main.c)
target_link_libraries(qd PRIVATE qd_front qd_flags)
target_link_options(qd PRIVATE -Wl,--as-needed -Wl,--gc-sections)
add_dependencies(qd qd_engine)

# share/man/man1/qd*.1 and the completions, from the tables of commands and options.
set(share ${CMAKE_BINARY_DIR}/share)
add_custom_command(
    OUTPUT ${share}/stamp
    COMMAND ${CMAKE_COMMAND} -DQD=$<TARGET_FILE:qd> -DOUT=${share} -P ${PROJECT_SOURCE_DIR}/cmake/write_share.cmake
    COMMAND ${CMAKE_COMMAND} -E touch ${share}/stamp
    DEPENDS qd ${PROJECT_SOURCE_DIR}/cmake/write_share.cmake
    COMMENT "qd: manual pages, completions"
    VERBATIM)
add_custom_target(qd_share ALL DEPENDS ${share}/stamp)

install(TARGETS qd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS qd_engine RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/qiandian)
install(DIRECTORY ${share}/man DESTINATION ${CMAKE_INSTALL_DATADIR})
install(FILES ${share}/completion/qd.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME qd)
install(FILES ${share}/completion/qd.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _qd)
install(FILES ${share}/completion/qd.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

if(QD_TESTS)
    add_test(NAME front_is_light COMMAND ${CMAKE_COMMAND} -DREADELF=${CMAKE_READELF} -DPROGRAM=$<TARGET_FILE:qd>
        -P ${PROJECT_SOURCE_DIR}/cmake/check_front.cmake)
    set_tests_properties(front_is_light PROPERTIES LABELS unit)
endif()
