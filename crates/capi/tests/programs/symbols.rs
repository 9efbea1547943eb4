//! The symbols of the library have its name as their version.

use assert_cmd::Command;

#[test]
fn each_function_has_the_version_of_the_abi() {
    let found = |name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|directory| directory.join(name).is_file())
    };
    if !found("nm") || !found("ld.bfd") {
        println!("skipped: binutils are not installed, whose linker gives versions");
        return;
    }
    let mut library = std::env::current_exe().unwrap();
    library.set_file_name("liblichtfeld_plugins_c.so");
    let output = Command::new("nm")
        .args(["-D", "--defined-only", "--with-symbol-versions"])
        .arg(&library)
        .output()
        .unwrap();
    let names = String::from_utf8(output.stdout).unwrap();
    let functions: Vec<&str> = names
        .lines()
        .filter_map(|line| line.split_once(" T lfp_"))
        .map(|(_, name)| name)
        .collect();
    assert!(functions.len() > 30, "{names}");
    for name in functions {
        assert!(name.ends_with("@@liblichtfeld_plugins_c.so.1"), "{name}");
    }
}
