//! Synthetic scenes for reconstruction.
