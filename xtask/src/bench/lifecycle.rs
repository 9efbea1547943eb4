//! How long load, unload and reload take. The floor is Python's import of the same package.

use super::Bench;

pub(super) const BENCH: Bench = Bench {
    name: "lifecycle",
    about: "load, unload, reload, a thousand plugins, ten thousand reloads; the floor is Python's import",
    run: |context| context.python_script("lifecycle", &[]),
};
