//! Source distributions that build without the network.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;
use lichtfeld_system::process::Command;

use crate::tools;
use crate::wheel::WheelBuilder;

/// Builds a source distribution with a build backend of its own.
#[derive(Clone, Debug)]
pub struct SdistBuilder {
    name: String,
    version: String,
    failure: Option<String>,
    module: String,
}

impl SdistBuilder {
    /// One that builds into a wheel with one module of the same name.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        let (name, version, failure) = (name.into(), version.into(), None);
        Self {
            name,
            version,
            failure,
            module: String::new(),
        }
    }

    /// The source of its module.
    #[must_use]
    pub fn module(mut self, source: &str) -> Self {
        self.module = source.into();
        self
    }

    /// Its build fails with this message.
    #[must_use]
    pub fn failing(mut self, message: &str) -> Self {
        self.failure = Some(message.into());
        self
    }

    /// Writes the archive into a directory and gives its path.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn write(&self, directory: &Utf8Path) -> Utf8PathBuf {
        let scratch = tempfile::tempdir().expect("scratch");
        let scratch = Utf8Path::from_path(scratch.path()).expect("UTF-8");
        let stem = format!("{}-{}", self.name.replace('-', "_"), self.version);
        let root = scratch.join(&stem);
        let wheel = WheelBuilder::new(&self.name, &self.version)
            .module(&self.name.replace('-', "_"), &self.module);
        // The wheel is in the archive already: the backend only has to hand it over.
        wheel.write(&root);
        let build = match &self.failure {
            Some(message) => format!("    raise RuntimeError({message:?})\n"),
            None => format!(
                "    import shutil\n    shutil.copy({0:?}, wheel_directory)\n    return {0:?}\n",
                wheel.file_name()
            ),
        };
        let write = |name: &str, text: String| {
            files::write_atomic(root.join(name), text.as_bytes()).expect("a file of the sdist");
        };
        write(
            "backend.py",
            format!("def build_wheel(wheel_directory, *_, **__):\n{build}"),
        );
        write(
            "pyproject.toml",
            format!(
                "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n\
                 [project]\nname = '{}'\nversion = '{}'\n",
                self.name, self.version
            ),
        );
        write(
            "PKG-INFO",
            format!(
                "Metadata-Version: 2.2\nName: {}\nVersion: {}\n",
                self.name, self.version
            ),
        );
        std::fs::create_dir_all(directory).expect("the directory of wheels");
        let path = directory.join(format!("{stem}.tar.gz"));
        let script = "import sys, tarfile; t = tarfile.open(sys.argv[1], 'w:gz'); \
                      t.add(sys.argv[2], sys.argv[3]); t.close()";
        let python = tools::python().executable;
        drop(tools::run(Command::new(&python).scrub_python().args([
            "-I",
            "-c",
            script,
            path.as_str(),
            root.as_str(),
            &stem,
        ])));
        path
    }
}
