//! Gives the shared library its name for the loader, and lets it find the libpython that pyo3 was
//! built against.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
    // The number is that of the ABI (`lfp_abi_version`): a program that was linked with another one
    // does not start.
    let name = match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => "-soname,liblichtfeld_plugins_c.so.1",
        Ok("macos") => "-install_name,@rpath/liblichtfeld_plugins_c.1.dylib",
        _ => return,
    };
    println!("cargo:rustc-cdylib-link-arg=-Wl,{name}");
}
