//! The public operation of RSA: every kernel of this processor and the crate `rsa` give the same number.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcpauth_accel::Provider;
use rsa::{BoxedUint, RsaPublicKey, hazmat::rsa_encrypt};

fuzz_target!(|input: (u8, u32, &[u8])| {
    let (size, exponent, bytes) = input;
    let (modulus, signature) = bytes.split_at(bytes.len() / 2);
    let length = 256 + usize::from(size) * 3;
    let mut modulus = filled(modulus, length);
    modulus[0] |= 1 << (size % 8);
    modulus[length - 1] |= 1;
    let bits = length * 8 - modulus[0].leading_zeros() as usize;
    if bits < 2_048 {
        return;
    }
    let exponent = u64::from(exponent) + 65_537 | 1;
    let signature = filled(signature, length);
    let portable = power(Provider::portable(), &modulus, exponent, &signature);
    let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, length as u32 * 8);
    let key = RsaPublicKey::new_with_size_limits(
        number(&modulus).expect("it fits"),
        exponent.into(),
        2_048..=8_192,
    );
    let number_of_signature = number(&signature).expect("it fits");
    let expected = (signature < modulus).then(|| {
        rsa_encrypt(&key.expect("it is within the limits"), &number_of_signature)
            .expect("below the modulus")
    });
    assert_eq!(
        portable
            .as_deref()
            .map(|power| number(power).expect("it fits")),
        expected
    );
    for kernel in [Provider::ifma(), Provider::adx()].into_iter().flatten() {
        assert_eq!(power(kernel, &modulus, exponent, &signature), portable);
    }
});

fn power(kernel: Provider, modulus: &[u8], exponent: u64, signature: &[u8]) -> Option<Vec<u8>> {
    let mut encoded = vec![0; modulus.len()];
    let operation = kernel.operation(modulus, exponent);
    operation
        .apply(signature, &mut encoded)
        .ok()
        .map(|()| encoded)
}

/// Repeats bytes to a length: runs of ones and zeros are as likely as in the input.
fn filled(bytes: &[u8], length: usize) -> Vec<u8> {
    bytes
        .iter()
        .copied()
        .chain([0])
        .cycle()
        .take(length)
        .collect()
}
