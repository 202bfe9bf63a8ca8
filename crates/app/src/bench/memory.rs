//! Peak memory of this process, as Linux counts it.

use std::fs;

/// Forgets the peak so far, so that the next reading is about what follows.
pub(super) fn reset_peak() {
    // Where the system does not offer it, readings include what came before.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Largest resident size since the last reset in MiB; `None` where the system does not tell.
pub(super) fn peak_mib() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
