//! Compiles a C or C++ program against the library, the header and the Python of this build.

use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// A compiler, with the options for the warnings that the header must not cause.
struct Compiler {
    program: String,
    options: &'static [&'static str],
}

fn compiler_for(source: &str) -> Compiler {
    let (variable, program, options): (_, _, &[&str]) = if source.ends_with(".c") {
        ("CC", "cc", &["-std=c11", "-D_POSIX_C_SOURCE=200809L"])
    } else {
        ("CXX", "c++", &["-std=c++17"])
    };
    Compiler {
        program: std::env::var(variable).unwrap_or_else(|_| program.to_owned()),
        options,
    }
}

fn works(compiler: &Compiler) -> bool {
    Command::new(&compiler.program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// What Python answers.
fn asked(question: &str) -> Option<String> {
    let program = std::env::var("PYO3_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let answer = Command::new(program).args(["-c", question]).output().ok()?;
    String::from_utf8(answer.stdout).ok()
}

/// What a program needs to find Python: options, and the directory of its library.
fn python() -> Option<(Vec<String>, String)> {
    const ASK: &str = "import sysconfig as s; v = s.get_config_var; \
        print(s.get_path('include')); print(v('LIBDIR')); print(v('LDVERSION')); \
        print(int(bool(v('Py_ENABLE_SHARED'))))";
    let answer = asked(ASK)?;
    let lines: Vec<&str> = answer.lines().collect();
    let [include, directory, version, "1"] = lines[..] else {
        return None;
    };
    let options = vec![
        format!("-I{include}"),
        format!("-L{directory}"),
        format!("-lpython{version}"),
        format!("-Wl,-rpath,{directory}"),
    ];
    Some((options, directory.to_owned()))
}

/// Returns the shared library of this build, below a directory of its own with the names by which it
/// is linked and loaded.
fn library(scratch: &Path) -> PathBuf {
    let mut built = std::env::current_exe().unwrap();
    built.set_file_name("liblichtfeld_plugins_c.so");
    assert!(built.is_file(), "{} was not built", built.display());
    let directory = scratch.join("lib");
    std::fs::create_dir_all(&directory).unwrap();
    for name in ["liblichtfeld_plugins_c.so", "liblichtfeld_plugins_c.so.1"] {
        std::os::unix::fs::symlink(&built, directory.join(name)).unwrap();
    }
    directory
}

/// Installs the library of this build with its headers and its CMake package, as
/// `cargo xtask package --c` does. Returns `None`, and says why, where that is not possible.
pub(crate) fn installed(scratch: &Path) -> Option<Installed> {
    const ASK: &str = "import sys; print(sys.base_prefix); print('%d.%d' % sys.version_info[:2])";
    if python().is_none() {
        println!("skipped: this Python has no shared library");
        return None;
    }
    let answer = asked(ASK)?;
    let [python, version] = answer.lines().collect::<Vec<_>>()[..] else {
        return None;
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    library(scratch);
    std::os::unix::fs::symlink(here.join("include"), scratch.join("include")).unwrap();
    let package = scratch.join("lib/cmake/lichtfeld_plugins");
    std::fs::create_dir_all(&package).unwrap();
    for file in [
        "lichtfeld_plugins-config.cmake",
        "lichtfeld_plugins-config-version.cmake",
    ] {
        let text = std::fs::read_to_string(here.join("package").join(file)).unwrap();
        let text = text
            .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
            .replace("@PYTHON@", version)
            .replace("@ABI@", "1")
            .replace("@LIBRARY@", "lib/liblichtfeld_plugins_c.so.1");
        crate::write(&package.join(file), &text);
    }
    Some(Installed {
        prefix: scratch.to_owned(),
        python: PathBuf::from(python),
    })
}

/// The library as an application finds it.
pub(crate) struct Installed {
    prefix: PathBuf,
    /// Where Python is installed.
    python: PathBuf,
}

impl Installed {
    /// Configures and builds a project of CMake. Returns the directory of what was built.
    pub(crate) fn built(&self, source: &Path, options: &[String]) -> PathBuf {
        let build = self.prefix.join("build");
        Command::new("cmake")
            .arg("-S")
            .arg(source)
            .arg("-B")
            .arg(&build)
            .arg(format!("-DCMAKE_PREFIX_PATH={}", self.prefix.display()))
            .arg(format!("-DPython3_ROOT_DIR={}", self.python.display()))
            .arg(format!("-DPython_ROOT_DIR={}", self.python.display()))
            .arg("-DCMAKE_CXX_FLAGS=-Werror")
            .args(options)
            .assert()
            .success();
        Command::new("cmake")
            .arg("--build")
            .arg(&build)
            .assert()
            .success();
        build
    }
}

/// Compiles a program of this directory. Returns `None`, and says why, where that is not possible.
pub(crate) fn compiled(source: &str, scratch: &Path) -> Option<PathBuf> {
    compiled_with(source, &[], scratch)
}

/// As [`compiled`], with more options.
pub(crate) fn compiled_with(source: &str, options: &[&str], scratch: &Path) -> Option<PathBuf> {
    let compiler = compiler_for(source);
    if !works(&compiler) {
        println!("skipped: {} is not installed", compiler.program);
        return None;
    }
    let Some((python, _)) = python() else {
        println!("skipped: this Python has no shared library");
        return None;
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = library(scratch);
    let program = scratch.join(source.replace('.', "_"));
    Command::new(&compiler.program)
        .args(compiler.options)
        .args(options)
        .args(["-O1", "-Wall", "-Wextra", "-Wredundant-decls", "-Werror"])
        // Python's headers are not ours to correct.
        .args(["-Wno-missing-field-initializers", "-Wno-cast-function-type"])
        .arg("-I")
        .arg(here.join("include"))
        .arg(here.join("tests/programs").join(source))
        .args(["-o", &program.to_string_lossy()])
        .arg(format!("-L{}", library.display()))
        .arg("-llichtfeld_plugins_c")
        .arg(format!("-Wl,-rpath,{}", library.display()))
        .args(python)
        .arg("-lpthread")
        .assert()
        .success();
    Some(program)
}
