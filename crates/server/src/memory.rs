//! How much memory a service that waits keeps.

/// Asks the system for small pages from now on. With pages of two mebibytes, what is left over between the things that a
/// service keeps is kept too: a service that had opened its tables and then waited held half as much again. Jobs lose
/// little, since their work is in the caches. To be called before anything large is read.
pub fn keep_small() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "the system keeps large pages");
    }
}
