//! Gives the shared library its name for the loader, lets it find the libpython that pyo3 was built
//! against, and gives its symbols a version.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
    // The number is that of the ABI (`lfp_abi_version`): a program that was linked with another one
    // does not start.
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    let name = match system.as_str() {
        "linux" => "-soname,liblichtfeld_plugins_c.so.1",
        "macos" => "-install_name,@rpath/liblichtfeld_plugins_c.1.dylib",
        _ => return,
    };
    argument(&format!("-Wl,{name}"));
    if system == "linux" && has_gnu_linker() {
        version_symbols();
    }
}

fn argument(text: &str) {
    println!("cargo:rustc-cdylib-link-arg={text}");
}

/// Gives each exported symbol the name of the library as its version, so that two of different ABIs in
/// one process, as a plugin of the application may bring, do not use each other's functions.
///
/// The compiler passes a version script without a name for the exported symbols. No linker takes a
/// second script with a name besides; GNU's can derive the version from the name of the library, and
/// LLVM's, which the compiler prefers, cannot.
fn version_symbols() {
    argument("-fuse-ld=bfd");
    argument("-Wl,--default-symver");
}

/// Returns whether the linker is installed. It comes with GCC.
fn has_gnu_linker() -> bool {
    println!("cargo:rerun-if-env-changed=PATH");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_native = std::env::var("HOST") == std::env::var("TARGET");
    is_native && std::env::split_paths(&path).any(|directory| directory.join("ld.bfd").is_file())
}
