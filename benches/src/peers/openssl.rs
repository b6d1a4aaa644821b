//! OpenSSL, the system's: EVP with the key parsed once.

use std::hint::black_box;

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::md::Md;
use openssl::pkey::{PKey, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::sha::{sha256, sha384};
use openssl::sign::{RsaPssSaltlen, Verifier};

use crate::cases::{Algorithm, Token};
use crate::race::Candidate;

struct Signed {
    key: PKey<Public>,
    context: Option<PkeyCtx<Public>>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// `EVP_PKEY_verify` with a context that is used again and a digest of one call, its fastest way; for Ed25519 and
/// as a second candidate `EVP_DigestVerify` with a context for each signature, as one uses it.
pub(crate) fn candidates(algorithm: &Algorithm) -> Vec<Candidate<'_>> {
    let name = algorithm.name.as_str();
    let mut signed: Vec<Signed> = algorithm
        .tokens
        .iter()
        .map(|one| Signed::new(name, one))
        .collect();
    let again: Vec<Signed> = algorithm
        .tokens
        .iter()
        .map(|one| Signed::new(name, one))
        .collect();
    let mut all = Vec::new();
    let is_eddsa = name == "EdDSA";
    if !is_eddsa {
        all.push(Candidate::new("OpenSSL", move |call| {
            let number = call % signed.len();
            assert!(black_box(signed[number].verify(name)));
        }));
    }
    let label = if is_eddsa {
        "OpenSSL"
    } else {
        "OpenSSL DigestVerify"
    };
    all.push(Candidate::new(label, move |call| {
        assert!(black_box(again[call % again.len()].verify_digest(name)));
    }));
    all
}

impl Signed {
    fn new(name: &str, token: &Token) -> Self {
        let key = PKey::public_key_from_der(&token.spki()).expect("it reads this key");
        let signature = token.signature();
        let signature = match name {
            "ES256" | "ES384" => {
                let (r, s) = signature.split_at(signature.len() / 2);
                let number = |bytes| BigNum::from_slice(bytes).expect("it is a number");
                let signature = EcdsaSig::from_private_components(number(r), number(s));
                signature
                    .and_then(|one| one.to_der())
                    .expect("it is a signature")
            }
            _ => signature,
        };
        let context = (name != "EdDSA").then(|| context(name, &key).expect("it takes this key"));
        Self {
            key,
            context,
            message: token.signing_input().to_vec(),
            signature,
        }
    }

    fn verify(&mut self, name: &str) -> bool {
        let context = self.context.as_mut().expect("there is one but for Ed25519");
        let verified = match name {
            "ES384" => context.verify(&sha384(&self.message), &self.signature),
            _ => context.verify(&sha256(&self.message), &self.signature),
        };
        verified.expect("it can verify")
    }

    fn verify_digest(&self, name: &str) -> bool {
        let verifier = match name {
            "EdDSA" => Verifier::new_without_digest(&self.key),
            "ES384" => Verifier::new(MessageDigest::sha384(), &self.key),
            _ => Verifier::new(MessageDigest::sha256(), &self.key),
        };
        let mut verifier = verifier.expect("it takes this key");
        if name == "PS256" {
            let padded = verifier.set_rsa_padding(Padding::PKCS1_PSS);
            let salted =
                padded.and_then(|()| verifier.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH));
            salted.expect("it knows PSS");
        }
        verifier
            .verify_oneshot(&self.signature, &self.message)
            .expect("it can verify")
    }
}

fn context(name: &str, key: &PKey<Public>) -> Result<PkeyCtx<Public>, openssl::error::ErrorStack> {
    let mut context = PkeyCtx::new(key)?;
    context.verify_init()?;
    match name {
        "RS256" => context.set_rsa_padding(Padding::PKCS1)?,
        "PS256" => {
            context.set_rsa_padding(Padding::PKCS1_PSS)?;
            context.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
            context.set_rsa_mgf1_md(Md::sha256())?;
        }
        _ => {}
    }
    context.set_signature_md(if name == "ES384" {
        Md::sha384()
    } else {
        Md::sha256()
    })?;
    Ok(context)
}
