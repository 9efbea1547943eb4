//! Lets the program and its tests find the library of Python that they are linked with.

fn main() {
    let directory = std::env::var("DEP_LICHTFELD_EMBED_PYTHON_LIBRARY");
    if let (Ok(directory), true) = (directory, cfg!(unix)) {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{directory}");
    }
}
