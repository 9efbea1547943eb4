//! Tests with real processes and files, as one program.

mod processes;
