//! The parts of `.venv`: what each has to contain, whether it does, and how it is written.

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::interpreter::{Base, value};
use super::{activate, link, system};
use crate::generation::{Generation, python_in, site_packages_in};
use crate::python::PythonInfo;
use crate::store::EnvironmentDir;
use lichtfeld_system::files;

/// The name of the environment in the plugin's directory.
pub(super) const DIRECTORY: &str = ".venv";
/// The file by which Python finds the packages of others.
const PATHS: &str = "lichtfeld_plugin.pth";
/// The key in `pyvenv.cfg` of an environment that this program has made; its value is the plugin.
const KEY: &str = "lichtfeld-plugin";
/// The links to the application's packages.
const APPLICATION: &str = "application";
/// More than a `.pth` file of a package has.
const LONGEST: u64 = 64 * 1024;
/// What `uv venv` puts into every environment. It changes nothing for one without distutils.
const OF_UV: &str = "_virtualenv.pth";

/// What the environment of one plugin's author has to be.
pub(crate) struct Author<'a> {
    pub(crate) project_dir: &'a Utf8Path,
    /// The directory of the plugin's published environments.
    pub(crate) dir: &'a EnvironmentDir,
    pub(crate) python: &'a PythonInfo,
    pub(crate) generation: Option<&'a Generation>,
    pub(crate) application: Option<&'a Application>,
}

/// The packages of the application that plugins import, and the record by which tools such as
/// pytest find what they bring along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application(Vec<Utf8PathBuf>);

impl Application {
    /// Finds them in the directory that contains the packages `lichtfeld` and `lfs_plugins`. What
    /// else is there, such as the application's own numpy, does not count. Reads the directory;
    /// keep the result.
    #[must_use]
    pub fn in_directory(directory: &Utf8Path) -> Self {
        let is_part = |name: &str| {
            matches!(name, "lichtfeld" | "lfs_plugins")
                || (name.starts_with("lichtfeld_plugins-") && name.ends_with(".dist-info"))
        };
        let entries = directory.read_dir_utf8().into_iter().flatten().flatten();
        let mut found: Vec<Utf8PathBuf> = entries
            .filter(|entry| is_part(entry.file_name()))
            .map(|entry| directory.join(entry.file_name()))
            .collect();
        found.sort();
        Self(found)
    }
}

/// How files are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// Into a directory that nobody else knows.
    Unseen,
    /// Where editors may be reading.
    InPlace,
}

/// Everything that an environment has to contain.
pub(super) struct Parts {
    base: Base,
    series: String,
    version: (u8, u8, u8),
    configuration: String,
    paths: String,
    application: Vec<Utf8PathBuf>,
}

impl Parts {
    /// # Errors
    /// If the host's Python or the plugin's directory does not exist.
    pub(super) fn of(author: &Author<'_>) -> io::Result<Self> {
        let python = author.python;
        let base = Base::of(python)?;
        let application = author
            .application
            .map(|application| application.0.clone())
            .unwrap_or_default();
        let plugin = author.dir.path.file_name().unwrap_or_default();
        let configuration = format!(
            "home = {home}\n\
             implementation = CPython\n\
             version_info = {version}\n\
             include-system-site-packages = false\n\
             relocatable = true\n\
             prompt = {plugin}\n\
             {KEY} = {plugin}\n",
            home = base.home,
            version = python.version_text(),
        );
        Ok(Self {
            base,
            series: python.series(),
            version: python.version,
            configuration,
            paths: paths(author, !application.is_empty())?,
            application,
        })
    }

    /// Whether an environment has all of them.
    pub(super) fn are_in(&self, root: &Utf8Path) -> bool {
        let is = |path: &Utf8Path, text: &str| {
            fs::read(path).is_ok_and(|found| found == text.as_bytes())
        };
        let links = root.join(APPLICATION);
        is(&root.join("pyvenv.cfg"), &self.configuration)
            && is(&self.paths_file(root), &self.paths)
            && fs::metadata(python_in(root)).is_ok()
            && self.application.iter().all(|package| {
                link::target(&links.join(package.file_name().unwrap_or_default()))
                    .is_some_and(|target| target == *package)
            })
    }

    fn paths_file(&self, root: &Utf8Path) -> Utf8PathBuf {
        site_packages_in(root, self.version).join(PATHS)
    }

    /// Writes what is missing or differs. What else is there stays.
    ///
    /// # Errors
    /// What the operating system says. Another call completes it.
    pub(super) fn write(&self, root: &Utf8Path, writing: Writing) -> io::Result<()> {
        let programs = python_in(root);
        let programs = programs.parent().unwrap_or(root);
        let links = root.join(APPLICATION);
        let paths = self.paths_file(root);
        put(&root.join("pyvenv.cfg"), &self.configuration, writing)?;
        for directory in [programs, &links, paths.parent().unwrap_or(root)] {
            fs::create_dir_all(directory)?;
        }
        put(&root.join(".gitignore"), "*\n", writing)?;
        system::put_interpreter(root, &self.base, &self.series)?;
        for (name, text) in activate::SCRIPTS {
            put(&programs.join(name), text, writing)?;
        }
        self.link_application(&links)?;
        // Last: it is what makes the environment current.
        put(&paths, &self.paths, writing)
    }

    fn link_application(&self, links: &Utf8Path) -> io::Result<()> {
        for entry in links.read_dir_utf8()? {
            let path = entry?.into_path();
            let is_wanted = |package: &Utf8PathBuf| package.file_name() == path.file_name();
            if !self.application.iter().any(is_wanted)
                && fs::symlink_metadata(&path).is_ok_and(|metadata| link::is_link(&metadata))
            {
                link::remove_link(&path)?;
            }
        }
        for package in &self.application {
            let name = package.file_name().unwrap_or_default();
            link::point(&links.join(name), package)?;
        }
        Ok(())
    }
}

fn put(path: &Utf8Path, text: &str, writing: Writing) -> io::Result<()> {
    let written = match writing {
        Writing::Unseen => files::write_scratch(path, text.as_bytes()),
        Writing::InPlace => {
            if fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
                return Ok(());
            }
            files::write_atomic(path, text.as_bytes())
        }
    };
    written.map_err(|error| error.into_parts().2)
}

/// Whether this program has made an environment.
pub(super) fn is_own(root: &Utf8Path) -> bool {
    fs::read_to_string(root.join("pyvenv.cfg")).is_ok_and(|text| value(&text, KEY).is_some())
}

/// Whether an environment names the packages of a generation.
pub(super) fn names(root: &Utf8Path, generation: &Generation) -> bool {
    let file = site_packages_in(root, generation.record.python.version).join(PATHS);
    let text = fs::read_to_string(&file).unwrap_or_default();
    let directory = file.parent().unwrap_or(root);
    generation.site_packages.iter().any(|packages| {
        text.lines()
            .any(|line| link::same(&directory.join(line), packages))
    })
}

/// The text of the `.pth` file: a directory on each line.
fn paths(author: &Author<'_>, has_application: bool) -> io::Result<String> {
    let real_dir = author.project_dir.canonicalize_utf8()?;
    let own = site_packages_in(&real_dir.join(DIRECTORY), author.python.version);
    let mut text =
        String::from("# The published packages of the plugin, then the application's.\n");
    let mut add = |path: &Utf8Path| {
        text.push_str(path.as_str());
        text.push('\n');
    };
    let mut runs_code = Vec::new();
    for packages in author
        .generation
        .iter()
        .flat_map(|generation| &generation.site_packages)
    {
        let real = packages.canonicalize_utf8()?;
        add(&path_from(&own, &real, &real_dir, author.dir));
        let nested = Nested::of(author.generation, packages);
        for path in nested.paths {
            add(&path_from(&own, &path, &real_dir, author.dir));
        }
        if nested.runs_code {
            runs_code.push(real);
        }
    }
    if has_application {
        let depth = own.components().count() - real_dir.components().count() - 1;
        let mut path: Utf8PathBuf = std::iter::repeat_n("..", depth).collect();
        path.push(APPLICATION);
        add(&path);
    }
    for packages in runs_code {
        // A string of JSON is one of Python.
        let quoted = serde_json::to_string(packages.as_str()).map_err(io::Error::other)?;
        add(Utf8Path::new(&format!(
            "import site; site.addsitedir({quoted})"
        )));
    }
    Ok(text)
}

/// What the `.pth` files of published packages say. Python does not read them itself in a directory
/// that a `.pth` file names.
#[derive(Default)]
struct Nested {
    paths: Vec<Utf8PathBuf>,
    runs_code: bool,
}

impl Nested {
    fn of(generation: Option<&Generation>, packages: &Utf8Path) -> Self {
        let mut nested = Self::default();
        let entries = generation
            .iter()
            .flat_map(|generation| &generation.record.entries);
        // By the record: a look into the directory would cost more than all else here.
        for name in entries.filter(|name| name.ends_with(".pth") && *name != OF_UV) {
            let file = packages.join(name);
            let is_small = fs::metadata(&file).is_ok_and(|found| found.len() <= LONGEST);
            let text = is_small.then(|| fs::read_to_string(&file).ok()).flatten();
            for line in text.iter().flat_map(|text| text.lines()) {
                let line = line.trim_end();
                if line.starts_with("import ") || line.starts_with("import\t") {
                    nested.runs_code = true;
                } else if !line.is_empty() && !line.starts_with('#') {
                    nested.paths.push(packages.join(line));
                }
            }
        }
        nested
    }
}

/// The text of a line. Relative where plugins and environments lie in one home, so that the home
/// can be moved; absolute where a plugin is developed elsewhere.
fn path_from(
    own: &Utf8Path,
    path: &Utf8Path,
    project_dir: &Utf8Path,
    dir: &EnvironmentDir,
) -> Utf8PathBuf {
    let home = dir.path.parent().and_then(Utf8Path::parent);
    let home = home.and_then(|home| home.canonicalize_utf8().ok());
    let inside = |home: &Utf8PathBuf| {
        home.parent().is_some() && project_dir.starts_with(home) && path.starts_with(home)
    };
    home.filter(inside)
        .and_then(|_| pathdiff::diff_utf8_paths(path, own))
        .unwrap_or_else(|| path.to_owned())
}
