//! Wheels, with everything a real one has ([binary distribution format]).
//!
//! [binary distribution format]: https://packaging.python.org/en/latest/specifications/binary-distribution-format/

use std::fs::File;
use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;
use lichtfeld_system::process::Command;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;

use crate::tools;

/// Builds one wheel.
#[derive(Clone, Debug)]
pub struct WheelBuilder {
    name: String,
    version: String,
    tag: String,
    requires: Vec<String>,
    requires_python: Option<String>,
    scripts: Vec<(String, String)>,
    files: Vec<(String, Vec<u8>)>,
}

impl WheelBuilder {
    /// An empty pure wheel: name and version as on an index.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            tag: "py3-none-any".into(),
            requires: Vec::new(),
            requires_python: None,
            scripts: Vec::new(),
            files: Vec::new(),
        }
    }

    /// A module, by its dotted name.
    #[must_use]
    pub fn module(self, name: &str, source: &str) -> Self {
        self.file(&format!("{}.py", name.replace('.', "/")), source.as_bytes())
    }

    /// Any file in site-packages.
    #[must_use]
    pub fn file(mut self, path: &str, bytes: &[u8]) -> Self {
        self.files.push((path.into(), bytes.into()));
        self
    }

    /// A `.pth` file, whose lines Python adds to `sys.path` or runs.
    #[must_use]
    pub fn pth(self, name: &str, lines: &str) -> Self {
        self.file(&format!("{name}.pth"), lines.as_bytes())
    }

    /// A requirement of the wheel.
    #[must_use]
    pub fn requires(mut self, requirement: &str) -> Self {
        self.requires.push(requirement.into());
        self
    }

    /// The Pythons it says it runs on.
    #[must_use]
    pub fn requires_python(mut self, specifiers: &str) -> Self {
        self.requires_python = Some(specifiers.into());
        self
    }

    /// A console script, with its `module:function`.
    #[must_use]
    pub fn script(mut self, name: &str, target: &str) -> Self {
        self.scripts.push((name.into(), target.into()));
        self
    }

    /// The tag, such as `py3-none-any`.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.tag = tag.into();
        self
    }

    /// A compiled module from C sources, for the Python of the tests. The wheel is then one for
    /// this platform alone.
    ///
    /// # Panics
    /// Where there is no C compiler, or the sources do not compile.
    #[must_use]
    pub fn extension(mut self, module: &str, source: &str) -> Self {
        let python = tools::python();
        let query = "import sysconfig as s; print(s.get_path('include')); \
                     print(s.get_config_var('EXT_SUFFIX')); print(s.get_platform())";
        let lines = tools::run(
            Command::new(&python.executable)
                .scrub_python()
                .args(["-I", "-c", query]),
        );
        let [include, suffix, platform] = &lines[..] else {
            panic!("sysconfig said {lines:?}")
        };
        let scratch = tempfile::tempdir().expect("scratch");
        let dir = Utf8Path::from_path(scratch.path()).expect("UTF-8");
        let (from, to) = (dir.join("module.c"), dir.join(format!("module{suffix}")));
        files::write_atomic(&from, source.as_bytes()).expect("the source");
        let compile = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o", to.as_str(), from.as_str()])
            .arg(format!("-I{include}"));
        let compile = if cfg!(target_os = "macos") {
            compile.args(["-undefined", "dynamic_lookup"])
        } else {
            compile
        };
        drop(tools::run(compile));
        let bytes = std::fs::read(&to).expect("the compiled module");
        let (major, minor, _) = python.version;
        let platform = platform.replace(['-', '.'], "_");
        self.tag = format!("cp{major}{minor}-cp{major}{minor}-{platform}");
        self.file(&format!("{}{suffix}", module.replace('.', "/")), &bytes)
    }

    /// A C source for [`Self::extension`]: a module with one text, `VALUE`.
    #[must_use]
    pub fn c_source(module: &str, value: &str) -> String {
        format!(
            "#include <Python.h>\n\
             static struct PyModuleDef def = {{PyModuleDef_HEAD_INIT, \"{module}\", 0, -1, 0}};\n\
             PyMODINIT_FUNC PyInit_{module}(void) {{\n\
             PyObject *m = PyModule_Create(&def);\n\
             if (m) PyModule_AddStringConstant(m, \"VALUE\", \"{value}\");\n\
             return m;\n}}\n"
        )
    }

    /// The wheel's file name.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}-{}-{}.whl", self.escaped(), self.version, self.tag)
    }

    /// The distribution's normalised name.
    #[must_use]
    pub fn normalized(&self) -> String {
        self.escaped().replace('_', "-").to_lowercase()
    }

    fn escaped(&self) -> String {
        self.name.replace(['-', '.'], "_")
    }

    fn all_files(&self) -> Vec<(String, Vec<u8>)> {
        let info = format!("{}-{}.dist-info", self.escaped(), self.version);
        let mut metadata = format!(
            "Metadata-Version: 2.1\nName: {}\nVersion: {}\n",
            self.name, self.version
        );
        for requirement in &self.requires {
            metadata.push_str(&format!("Requires-Dist: {requirement}\n"));
        }
        if let Some(specifiers) = &self.requires_python {
            metadata.push_str(&format!("Requires-Python: {specifiers}\n"));
        }
        let pure = self.tag.ends_with("-none-any");
        let wheel = format!(
            "Wheel-Version: 1.0\nGenerator: lichtfeld-testkit\nRoot-Is-Purelib: {pure}\nTag: {}\n",
            self.tag
        );
        let mut files = self.files.clone();
        files.push((format!("{info}/METADATA"), metadata.into_bytes()));
        files.push((format!("{info}/WHEEL"), wheel.into_bytes()));
        if !self.scripts.is_empty() {
            let mut text = String::from("[console_scripts]\n");
            for (name, target) in &self.scripts {
                text.push_str(&format!("{name} = {target}\n"));
            }
            files.push((format!("{info}/entry_points.txt"), text.into_bytes()));
        }
        let mut record = String::new();
        for (path, bytes) in &files {
            let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
            record.push_str(&format!("{path},sha256={hash},{}\n", bytes.len()));
        }
        record.push_str(&format!("{info}/RECORD,,\n"));
        files.push((format!("{info}/RECORD"), record.into_bytes()));
        files
    }

    /// Writes the wheel into a directory and gives its path.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn write(&self, directory: &Utf8Path) -> Utf8PathBuf {
        std::fs::create_dir_all(directory).expect("the directory of wheels");
        let path = directory.join(self.file_name());
        let mut archive = zip::ZipWriter::new(File::create(&path).expect("the wheel"));
        for (name, bytes) in self.all_files() {
            let options = SimpleFileOptions::default().unix_permissions(0o644);
            archive
                .start_file(name, options)
                .expect("a file in the wheel");
            archive.write_all(&bytes).expect("a file in the wheel");
        }
        archive.finish().expect("the wheel");
        path
    }
}
