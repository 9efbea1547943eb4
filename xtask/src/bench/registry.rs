//! How long a search in a large registry of plugins takes.

use super::Bench;

pub(super) const BENCH: Bench = Bench {
    name: "registry",
    about: "a search among 10,000 plugins; the floor is Python's download and JSON",
    run: |context| context.python_script("registry", &[]),
};
