//! Scratch homes, plugin and wheel builders for tests.

pub mod scene;
