# find_package(lichtfeld_plugins): the target lichtfeld_plugins::lichtfeld_plugins.
#
# The library is linked with Python @PYTHON@; the application links the same.

get_filename_component(_lichtfeld_plugins_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET lichtfeld_plugins::lichtfeld_plugins)
  add_library(lichtfeld_plugins::lichtfeld_plugins SHARED IMPORTED)
  set_target_properties(lichtfeld_plugins::lichtfeld_plugins PROPERTIES
    IMPORTED_LOCATION "${_lichtfeld_plugins_prefix}/@LIBRARY@"
    INTERFACE_INCLUDE_DIRECTORIES "${_lichtfeld_plugins_prefix}/include")
  if(WIN32)
    set_target_properties(lichtfeld_plugins::lichtfeld_plugins PROPERTIES
      IMPORTED_IMPLIB "${_lichtfeld_plugins_prefix}/lib/lichtfeld_plugins_c.lib")
  elseif(NOT APPLE)
    set_target_properties(lichtfeld_plugins::lichtfeld_plugins PROPERTIES
      IMPORTED_SONAME "liblichtfeld_plugins_c.so.@ABI@")
  endif()
endif()
set(lichtfeld_plugins_PYTHON_VERSION "@PYTHON@")
unset(_lichtfeld_plugins_prefix)
