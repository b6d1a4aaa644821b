# Sysroots that lack std, or alloc too: a crate that names what is missing does not compile. Part of core/tests/no_std.sh.

host=$(rustc -vV | sed -n 's/^host: //p')
installed=$(rustc --print sysroot)/lib/rustlib/$host/lib
flags=CARGO_TARGET_$(echo "$host" | tr 'a-z-' 'A-Z_')_RUSTFLAGS

# sysroot NAME LIBRARY...: one with these libraries alone, in target/NAME.
sysroot() {
    folder=$root/target/$1/lib/rustlib/$host/lib
    shift
    rm -rf "$folder"
    mkdir -p "$folder"
    for library in "$@"; do
        ln -s "$installed/lib$library"-*.r* "$folder/" # .rlib, and .rmeta where the toolchain splits it off
    done
}
sysroot sysroot-core core compiler_builtins
sysroot sysroot-alloc core compiler_builtins alloc

# against NAME COMMAND...: cargo with that sysroot for the program, and the real one for build scripts and macros.
against() {
    sysroot=$root/target/$1
    shift
    env "$flags=--sysroot=$sysroot -Cpanic=abort -Crelocation-model=static" \
        CARGO_TARGET_DIR="$root/target/no-std" cargo "$@" --quiet --target "$host"
}

# lacks LIBRARY COMMAND...: it fails, and for that reason.
lacks() {
    library=$1
    shift
    ! messages=$("$@" 2>&1) || return 1
    echo "$messages"
    echo "$messages" | grep -q "can't find crate for .$library"
}

# Two programs that need more than they get, or the proof proves nothing.
control() {
    folder=$root/target/no-std/$1
    mkdir -p "$folder/src"
    printf '[package]\nname = "%s"\nedition = "2024"\n[workspace]\n' "$1" >"$folder/Cargo.toml"
    echo "$2" >"$folder/src/lib.rs"
}
control uses-std 'pub fn now() -> std::time::Instant { std::time::Instant::now() }'
control uses-alloc '#![no_std] extern crate alloc; pub fn bytes() -> alloc::vec::Vec<u8> { alloc::vec![1] }'
manifest=$root/target/no-std

verify "core with alloc names no std" against sysroot-alloc check --manifest-path core/Cargo.toml
verify "a program that uses std is told apart" lacks std against sysroot-alloc check --manifest-path "$manifest/uses-std/Cargo.toml"
verify "a program that uses alloc is accepted with it" against sysroot-alloc check --manifest-path "$manifest/uses-alloc/Cargo.toml"
verify "a program that uses alloc is told apart" lacks alloc against sysroot-core check --manifest-path "$manifest/uses-alloc/Cargo.toml"
