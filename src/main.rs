//! The `countersign` program: arguments in, exit code out.

use std::process::ExitCode;

/// What the gateway keeps is made in one thread and let go in another; the system's allocator makes the two wait for each other.
#[cfg(feature = "gateway")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    countersign::run(std::env::args_os())
}
