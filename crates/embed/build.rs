//! Lets tests, examples and binaries find the very libpython that pyo3 was built against.
//!
//! pyo3 links libpython but adds no rpath; without it a test built against one interpreter loads
//! whatever library of the same name the system has.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
}
