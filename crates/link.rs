// Part of the build scripts of crates whose programs and tests have the query engine in them. Its tables of functions hold
// a million addresses, which the loader of a position-independent program fills in at every start.
fn link() {
    println!("cargo::rerun-if-changed=../link.rs");
    let is = |variable: &str, value: &str| std::env::var(variable).is_ok_and(|set| set == value);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    if is("PROFILE", "debug") {
        // Tests start thousands of programs: these stay at one address, with nothing to fill in.
        println!("cargo::rustc-link-arg=-no-pie");
    } else {
        // What is installed moves in memory, as it should, and is told where in a few bits for each address instead of
        // three words: tens of megabytes that a start need not read.
        println!("cargo::rustc-link-arg=-Wl,-z,pack-relative-relocs");
    }
}
