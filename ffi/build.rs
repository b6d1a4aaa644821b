//! Gives the shared library its soname, which changes only when the ABI does.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libmcpauth.so.0");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
