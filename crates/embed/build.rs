//! Lets tests and examples find the very libpython that pyo3 was built against, and tells the build
//! scripts of applications where it is.
//!
//! pyo3 links libpython but adds no rpath; without it a program built against one interpreter loads
//! whatever library of the same name the system has. A crate cannot add an rpath to the programs of
//! others, and pyo3's own build crate answers only to direct dependents of pyo3.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
    // For the build script of a dependent it is `DEP_LICHTFELD_EMBED_PYTHON_LIBRARY`.
    if let Some(directory) = pyo3_build_config::get().lib_dir() {
        println!("cargo:python_library={directory}");
    }
}
