# Builds the firmware and runs it in QEMU. Part of core/tests/no_std.sh.

image=$root/target/bare/thumbv7m-none-eabi/release/firmware
report=$root/target/firmware.txt

# The machine has the memory of memory.x and no more.
run_firmware() {
    timeout 60 qemu-system-arm -cpu cortex-m3 -machine netduino2 -nographic \
        -semihosting-config enable=on,target=native -kernel "$image" >"$report"
    ended=$?
    cat "$report"
    [ "$ended" = 0 ] && [ "$(cut -d: -f1 "$report" | head -n 3 | tr '\n' ' ')" = "admitted expired bad_signature " ]
}

rm -f "$image"
verify "the firmware builds" bare thumbv7m-none-eabi core firmware
verify "the firmware decides" run_firmware
echo "firmware: flash and RAM $(sizes "$image"), $(tail -n 1 "$report")"
