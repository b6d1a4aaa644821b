//! What our reader accepts, another reader accepts too, and they see the same members.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcpauth_core::json::{Bounds, Object, Value};

fuzz_target!(|bytes: &[u8]| {
    let Ok(object) = Object::<64>::parse(bytes, Bounds::TOKEN) else {
        return;
    };
    let other: serde_json::Value =
        serde_json::from_slice(bytes).expect("serde_json refuses what we accept");
    let other = other.as_object().expect("serde_json sees no object");
    assert_eq!(object.members().count(), other.len());
    for (name, value) in object.members() {
        let seen = &other[&name.to_owned()];
        match value {
            Value::Null => assert!(seen.is_null()),
            Value::Bool(value) => assert_eq!(seen.as_bool(), Some(value)),
            Value::Number(number) => assert!(seen.is_number()),
            Value::String(text) => assert_eq!(seen.as_str(), Some(text.to_owned().as_str())),
            Value::Array(array) => assert_eq!(
                seen.as_array().map(Vec::len),
                Some(array.elements().count())
            ),
            Value::Object(nested) => {
                let nested = nested
                    .object::<256>()
                    .expect("accepted once, accepted again");
                assert_eq!(
                    seen.as_object().map(|object| object.len()),
                    Some(nested.members().count())
                );
            }
        }
    }
});
