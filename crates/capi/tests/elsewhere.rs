//! Says where the programs in C and C++ are not compiled.

#[cfg(not(target_os = "linux"))]
#[test]
fn programs_in_c_and_cpp() {
    println!("skipped: the tests compile programs with the names that libraries have on Linux");
}
