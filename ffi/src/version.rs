//! The version, at compile time and at run time.

use crate::mcpauth_view;

/// The version of this header: its first number, which changes with every break of the interface.
pub const MCPAUTH_VERSION_MAJOR: u32 = 0;
/// The second number; before 1.0 it may break the interface too.
pub const MCPAUTH_VERSION_MINOR: u32 = 3;
/// The third number.
pub const MCPAUTH_VERSION_PATCH: u32 = 0;
/// The version of the library that runs, such as `0.3.0`; `MCPAUTH_VERSION` is that of the header. It lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn mcpauth_version() -> mcpauth_view {
    mcpauth_view::of(env!("CARGO_PKG_VERSION").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_macros_are_the_version_of_the_package() {
        let numbers = [
            MCPAUTH_VERSION_MAJOR,
            MCPAUTH_VERSION_MINOR,
            MCPAUTH_VERSION_PATCH,
        ];
        let numbers = numbers.map(|number| number.to_string()).join(".");
        assert_eq!(numbers, env!("CARGO_PKG_VERSION"));
        let header = include_str!("../include/mcpauth.h");
        assert!(header.contains(&format!("#define MCPAUTH_VERSION \"{numbers}\"\n")));
    }
}
