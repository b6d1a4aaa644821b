//! Gives the shared library its soname, which changes only when the ABI does.

fn main() {
    let is_linux = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux");
    // cargo-c gives the same name by itself.
    let by_cargo_c = std::env::var_os("CARGO_FEATURE_CAPI").is_some();
    if is_linux && !by_cargo_c {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libmcpauth.so.0");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
