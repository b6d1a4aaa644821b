use super::*;

fn object(text: &str) -> Result<Object<'_, 64>, JsonError> {
    Object::parse(text.as_bytes(), Bounds::TOKEN)
}

#[test]
fn members_are_found_by_what_their_name_means() {
    let object =
        object(r#" {"\u0069ss":"a\/b","aud":["x",{"y":[]}],"n":{"a":[1,{}]} , "t":true} "#)
            .unwrap();
    assert!(object.find("iss").unwrap().as_text().unwrap() == *"a/b");
    let Some(Value::Array(audience)) = object.find("aud") else {
        panic!("no array")
    };
    assert_eq!(audience.elements().count(), 2);
    assert!(audience.elements().all(|element| element.is_ok()));
    assert_eq!(object.find("none"), None);
}

#[test]
fn what_two_parsers_could_read_differently_is_refused() {
    for text in [
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":{"a":1,"a":2}}"#,
        r#"{"a-long-name":1,"a-long-n\u0061me":2}"#,
        r#"{"x":{"a-long-name-of-24-bytes!":1,"a-long-name\u002dof-24-bytes!":2}}"#,
        "{\"x\":{\"\\u00e9-\\ud83d\\ude00\":1,\"\u{e9}-\u{1f600}\":2}}",
        r#"{"x":[{"a":{"b":1,"b":1}}]}"#,
        r#"{"a":1}x"#,
        r#"{"a":1,}"#,
        r#"{,"a":1}"#,
        r#"{"a":01}"#,
        r#"{"a":+1}"#,
        r#"{"a":1.}"#,
        r#"{"a":.5}"#,
        r#"{"a":1e}"#,
        r#"{"a":1e12345}"#,
        r#"{"a":1e309}"#,
        r#"{"a":0.9e309}"#,
        r#"{"a":1e+-1}"#,
        r#"{"a":1e-+1}"#,
        r#"{"a":NaN}"#,
        r#"{"a":garbage}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":"\udc00"}"#,
        r#"{"a":"\ud800\u0041"}"#,
        r#"{"a":"\x41"}"#,
        "{\"a\":\"\u{1}\"}",
        r#"{"a":[1,]}"#,
        r#"{"a":[}"#,
        r#"{"a":{]}"#,
        r#"{"a"}"#,
        r#"{a:1}"#,
        "\u{feff}{}",
        "[]",
        "{",
        "",
    ] {
        assert!(object(text).is_err(), "{text}");
    }
    assert!(Object::<4>::parse(b"{\"a\":\"\xff\"}", Bounds::TOKEN).is_err());
}

#[test]
fn nesting_is_bounded_without_recursion() {
    let nested = |depth: usize| {
        let mut text = std::string::String::from("{\"a\":");
        text.push_str(&"[".repeat(depth - 1));
        text.push_str(&"]".repeat(depth - 1));
        text.push('}');
        text
    };
    assert!(object(&nested(limits::JSON_DEPTH)).is_ok());
    assert!(object(&nested(limits::JSON_DEPTH + 1)).is_err());
    assert!(object(&nested(100_000)).is_err());
}

#[test]
fn members_and_values_are_bounded() {
    let flat = |members: usize| {
        let list: std::vec::Vec<_> = (0..members).map(|n| std::format!("\"m{n}\":0")).collect();
        std::format!("{{{}}}", list.join(","))
    };
    assert!(object(&flat(64)).is_ok());
    assert!(object(&flat(65)).is_err());
    let inner = |members| std::format!("{{\"x\":{}}}", flat(members));
    assert!(object(&inner(limits::OBJECT_MEMBERS)).is_ok());
    assert!(object(&inner(limits::OBJECT_MEMBERS + 1)).is_err());
    let objects = |members: usize| std::format!("{{\"x\":{},\"y\":{}}}", flat(255), flat(members));
    assert!(object(&objects(limits::PAYLOAD_NAMES - 257)).is_ok());
    assert!(object(&objects(limits::PAYLOAD_NAMES - 256)).is_err());
    let most = flat(limits::OBJECT_MEMBERS - 1);
    let open = |inner: &str| {
        let full = std::format!("{},\"x\":{inner}}}", &most[..most.len() - 1]);
        std::format!("{},\"x\":{full}}}", &most[..most.len() - 1])
    };
    let document = |text: &str| Object::<256>::parse(text.as_bytes(), Bounds::DOCUMENT).is_ok();
    assert_eq!(limits::OPEN_NAMES, 2 * limits::OBJECT_MEMBERS);
    assert!(document(&open("{}")));
    assert!(!document(&open("{\"a\":0}")));
    let zeros = |count: usize| std::format!("{{\"x\":[{}]}}", std::vec!["0"; count].join(","));
    assert!(object(&zeros(limits::PAYLOAD_VALUES - 2)).is_ok());
    assert!(object(&zeros(limits::PAYLOAD_VALUES - 1)).is_err());
}

/// Long strings are scanned and names hashed in pieces of several bytes: no byte is left out between two.
#[test]
fn names_differ_wherever_one_byte_does() {
    for length in 1..40 {
        for at in 0..length {
            let name = "n".repeat(length);
            let other = std::format!("{}m{}", &name[..at], &name[at + 1..]);
            let escaped = std::format!("{}\\u006e{}", &name[..at], &name[at + 1..]);
            let both = |two| std::format!(r#"{{"{name}":{{"{name}":1,"{two}":2}}}}"#);
            assert!(object(&both(&other)).is_ok(), "{other}");
            assert!(object(&both(&escaped)).is_err(), "{escaped}");
            let control = std::format!("{}\u{1}{}", &name[..at], &name[at..]);
            assert!(object(&both(&control)).is_err(), "{control:?}");
        }
    }
    assert!(object(r#"{"":1,"\u0000":2,"\u0000\u0000":3}"#).is_ok());
}

#[test]
fn surrogate_pairs_are_one_character() {
    let object = object(r#"{"a":"\ud83d\ude00"}"#).unwrap();
    assert!(object.find("a").unwrap().as_text().unwrap() == *"\u{1f600}");
    assert_eq!(object.find("a").unwrap().as_text().unwrap().utf8_len(), 4);
}

#[test]
fn numbers_round_up_and_never_overflow() {
    let ceiling = |raw: &str| {
        Number {
            raw: raw.as_bytes(),
        }
        .ceiling()
    };
    for (raw, expected) in [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("-0.0", Some(0)),
        ("-1", None),
        ("1800000000", Some(1_800_000_000)),
        ("1800000000.0", Some(1_800_000_000)),
        ("1800000000.5", Some(1_800_000_001)),
        ("1.8e9", Some(1_800_000_000)),
        ("18e8", Some(1_800_000_000)),
        ("1800000000000e-3", Some(1_800_000_000)),
        ("1800000000001e-3", Some(1_800_000_001)),
        ("1e-9999", Some(1)),
        ("0e9999", Some(0)),
        ("1e300", Some(u64::MAX)),
        ("0.0000018e15", Some(1_800_000_000)),
        ("99999999999999999999999", Some(u64::MAX)),
    ] {
        assert_eq!(ceiling(raw), expected, "{raw}");
    }
}

/// As an escape one name may arrive in other pieces than the other, and eight bytes that are hashed at once may end
/// anywhere in either.
#[test]
fn names_are_hashed_by_what_they_mean() {
    let name = "aé€\u{1f600}\n\"\\/b0123456789";
    let characters: std::vec::Vec<char> = name.chars().collect();
    for length in 0..=characters.len() {
        for escaped in 0..1 << length.min(9) {
            let written: std::string::String = characters[..length]
                .iter()
                .enumerate()
                .map(|(at, character)| match character {
                    plain if escaped >> at & 1 == 0 && !"\n\"\\".contains(*plain) => {
                        std::format!("{plain}")
                    }
                    '\n' => "\\n".into(),
                    '"' | '\\' | '/' => std::format!("\\{character}"),
                    other => {
                        let mut units = [0; 2];
                        let units = other.encode_utf16(&mut units).iter();
                        units.map(|unit| std::format!("\\u{unit:04X}")).collect()
                    }
                })
                .collect();
            let text = std::format!("{{\"{written}\":1}}");
            let meant: std::string::String = characters[..length].iter().collect();
            let found = object(&text).unwrap();
            assert!(found.find(&meant).is_some(), "{text}");
            assert!(found.find(&std::format!("{meant}\0")).is_none(), "{text}");
        }
    }
}

/// A long string is passed over by blocks, after which each kind of byte that ends or breaks it is still seen.
#[test]
fn a_long_string_ends_where_it_ends() {
    for length in 0..140 {
        let text = "x".repeat(length);
        for (inside, is_good) in [
            ("", true),
            ("\\n", true),
            ("\u{e9}", true),
            ("\\", false),
            ("\"", false),
            ("\n", false),
            ("\0", false),
            ("\u{1f}", false),
        ] {
            for at in [0, length / 2, length] {
                let string = std::format!("{}{inside}{}", &text[..at], &text[at..]);
                let whole = std::format!(r#"{{"a":"{string}","b":1}}"#);
                let peer = serde_json::from_str::<serde_json::Value>(&whole);
                assert_eq!(object(&whole).is_ok(), is_good && peer.is_ok(), "{whole}");
            }
        }
        assert!(object(&std::format!(r#"{{"a":"{text}"#)).is_err());
    }
}

/// An exponent of two digits makes nothing too large, and one of three does where a zero more would.
#[test]
fn numbers_are_too_large_where_binary64_ends() {
    for (number, is_good) in [
        (std::format!("{}e99", "9".repeat(61)), true),
        (std::format!("{}e99", "9".repeat(62)), false),
        ("1e308".into(), true),
        ("1.7976931348623157e308".into(), false),
        ("10e308".into(), false),
        (std::format!("{}e245", "1".repeat(60)), true),
        (std::format!("{}e249", "2".repeat(60)), false),
    ] {
        let text = std::format!(r#"{{"a":{number}}}"#);
        assert_eq!(object(&text).is_ok(), is_good, "{number}");
    }
}

/// Objects in one another may use the same names, and one after the other the same places for them.
#[test]
fn each_object_has_names_of_its_own() {
    let mut text = std::string::String::from("0");
    for _ in 3..limits::JSON_DEPTH {
        text = std::format!(r#"{{"a":{text},"b":{{"a":0,"b":1}},"c":[{{"a":0}}]}}"#);
    }
    let bounds = Bounds::DOCUMENT;
    assert!(Object::<4>::parse(text.as_bytes(), bounds).is_ok());
    let twice = text.replacen(r#""c":[{"a":0}]"#, r#""a":[{"a":0}]"#, 1);
    assert!(Object::<4>::parse(twice.as_bytes(), bounds).is_err());
}

/// Every count of digits, each of them in every place, and whatever else may stand in a number.
#[test]
fn whole_numbers_are_read_by_eight_digits() {
    for length in 1..=SHORT {
        for at in 0..length {
            for byte in 0..=u8::MAX {
                let mut raw = *b"1972058364719205836";
                raw[at] = byte;
                let raw = &raw[..length];
                let is_whole = raw.iter().all(u8::is_ascii_digit);
                let expected = is_whole.then(|| text_of(raw).parse::<u64>().unwrap());
                assert_eq!(whole(raw), expected, "{raw:?}");
            }
        }
        let nines = "9".repeat(length);
        assert_eq!(whole(nines.as_bytes()), nines.parse().ok());
    }
    assert_eq!(whole(&[b'1'; SHORT + 1]), None);
}

/// Names in a table and names without one, in one another and one after the other, around the count where one begins.
#[test]
fn a_name_is_found_twice_with_and_without_a_table() {
    let list = |count: usize, inside: &str| {
        let members = (0..count).map(|number| std::format!("\"n{number}\":{inside}"));
        members.collect::<std::vec::Vec<_>>().join(",")
    };
    for outer in 14..20 {
        for inner in 14..20 {
            let nested = std::format!("{{{}}}", list(inner, "0"));
            let text = |more: &str| {
                std::format!(
                    r#"{{{},"x":[{nested},{nested}],"y":{nested}{more}}}"#,
                    list(outer, "0")
                )
            };
            assert!(object(&text("")).is_ok());
            assert!(object(&text(r#","z":0"#)).is_ok());
            for twice in 0..outer {
                let twice = std::format!(",\"n{twice}\":0");
                assert!(object(&text(&twice)).is_err(), "{twice}");
            }
            for twice in 0..inner {
                let wrong = std::format!(r#"{{{},"n{twice}":1}}"#, list(inner, "0"));
                let whole = std::format!(r#"{{{},"x":{nested},"y":{wrong}}}"#, list(outer, "0"));
                assert!(object(&whole).is_err(), "{wrong}");
            }
        }
    }
}

/// Members whose names' hashes end in the same bits, and those behind the first 255.
#[test]
fn every_member_is_found() {
    for count in [1, 16, 64, 255, limits::OBJECT_MEMBERS] {
        let members = (0..count).map(|number| std::format!("\"m{number}\":{number}"));
        let text = std::format!("{{{}}}", members.collect::<std::vec::Vec<_>>().join(","));
        let object = Object::<{ limits::OBJECT_MEMBERS }>::parse(text.as_bytes(), Bounds::TOKEN);
        let object = object.unwrap();
        for number in 0..count {
            let Some(Value::Number(found)) = object.find(&std::format!("m{number}")) else {
                panic!("m{number} is not found")
            };
            assert_eq!(found.ceiling(), Some(number as u64));
        }
        for absent in 0..1000 {
            assert_eq!(object.find(&std::format!("a{absent}")), None);
        }
    }
}
