#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

const PROJECT_ID: &str = "32b6e34b3d91647abb20e7b8";

#[test]
fn every_reserved_character_of_a_segment_is_encoded() {
    let cases = [
        ("$external", "%24external"),
        ("CN=Jane Doe,O=A+B", "CN%3DJane%20Doe%2CO%3DA%2BB"),
        ("a\\b/c#d\"e", "a%5Cb%2Fc%23d%22e"),
        (
            "%41?;'&:@!()*[]",
            "%2541%3F%3B%27%26%3A%40%21%28%29%2A%5B%5D",
        ),
        ("tab\tline\n", "tab%09line%0A"),
        ("Jürgen", "J%C3%BCrgen"),
        ("-._~aZ9", "-._~aZ9"),
        ("", ""),
    ];
    for (text, encoded) in cases {
        assert_eq!(encode_segment(text), encoded);
        assert_eq!(decode_segment(encoded).as_deref(), Some(text));
    }
}

#[test]
fn a_segment_that_is_not_well_encoded_is_none() {
    for encoded in ["%", "%2", "%zz", "%+1", "%FF", "a%C3"] {
        assert_eq!(decode_segment(encoded), None, "{encoded}");
    }
    assert_eq!(decode_segment("a+b").as_deref(), Some("a+b"));
    assert_eq!(decode_segment("%2541").as_deref(), Some("%41"), "once");
}

#[test]
fn every_call_recognises_its_own_path() {
    for call in TABLE {
        let values: Vec<&str> = call
            .segments()
            .filter(|segment| is_place(segment))
            .map(|place| match place {
                "{username}" => "CN=a/b,O=..",
                "{clusterName}" => "Cluster-0",
                _ => PROJECT_ID,
            })
            .collect();
        let path = call.path(&values);
        let recognised = recognise(call.method.as_str(), &path).expect(call.template);
        assert_eq!(recognised.call, *call);
        assert_eq!(recognised.values, values);
        assert_eq!(recognised.target(), path);
    }
}

#[test]
fn only_what_is_in_the_table_is_recognised() {
    let users = format!("/groups/{PROJECT_ID}/databaseUsers");
    let known = [
        ("GET", String::new(), ""),
        ("GET", "/".to_owned(), ""),
        (
            "GET",
            "/groups?itemsPerPage=500&pageNum=2".to_owned(),
            "/groups?itemsPerPage=500&pageNum=2",
        ),
        (
            "GET",
            format!("{users}/$external/CN=a"),
            &format!("{users}/%24external/CN%3Da"),
        ),
        (
            "GET",
            format!("{users}/%24external/CN%3da%2Fb"),
            &format!("{users}/%24external/CN%3Da%2Fb"),
        ),
        (
            "GET",
            format!("{users}/%24external/CN=a..b"),
            &format!("{users}/%24external/CN%3Da..b"),
        ),
        (
            "GET",
            format!("/groups/{PROJECT_ID}/alerts?status=OPEN"),
            &format!("/groups/{PROJECT_ID}/alerts?status=OPEN"),
        ),
        (
            "GET",
            format!("/groups/{PROJECT_ID}/events?eventType=MONGODB_USER_ADDED&eventType=X"),
            &format!("/groups/{PROJECT_ID}/events?eventType=MONGODB_USER_ADDED&eventType=X"),
        ),
        (
            "GET",
            format!("/groups/{PROJECT_ID}/%63lusters"),
            &format!("/groups/{PROJECT_ID}/clusters"),
        ),
    ];
    for (method, target, canonical) in known {
        assert_eq!(
            recognise(method, &target).expect(&target).target(),
            canonical
        );
    }
    let unknown = [
        ("PUT", users.clone()),
        ("PUT", format!("/groups/{PROJECT_ID}/alertConfigs/..")),
        ("get", users.clone()),
        ("DELETE", users.clone()),
        ("GET", "/groups/".to_owned()),
        ("GET", "groups".to_owned()),
        ("GET", "/groups/zzb6e34b3d91647abb20e7b8".to_owned()),
        ("GET", "/groups/32b6e34b3d91647abb20e7b8a".to_owned()),
        ("GET", format!("/groups/{PROJECT_ID}/apiKeys")),
        (
            "GET",
            format!("/groups/{PROJECT_ID}/clusters/..%2F../status"),
        ),
        ("GET", format!("/groups/{PROJECT_ID}/clusters//status")),
        ("GET", format!("{users}/admin/jane")),
        ("GET", format!("{users}/%24external/")),
        ("GET", format!("{users}/%24external/%2E%2E")),
        (
            "GET",
            format!("{users}/%24external/CN={}", "a".repeat(1_023)),
        ),
        ("GET", format!("{users}/%24external/jane")),
        ("GET", format!("{users}/%24external/=jane")),
        (
            "GET",
            format!("{users}/%24external/-----BEGIN%20PRIVATE%20KEY-----MC4="),
        ),
        ("GET", format!("{users}/%24external/%25%32%65%25%32%65")),
        ("GET", format!("{users}/%24external/..=")),
        ("GET", format!("{users}/%2524external/CN=a")),
        ("GET", format!("{users}/%24external/%FF")),
        ("GET", format!("{users}/%24external/CN=a/b")),
        ("GET", format!("{users}?envelope=true")),
        ("GET", format!("{users}?pageNum=1%26x")),
        ("GET", format!("{users}?pageNum")),
        ("GET", format!("{users}?pageNum=")),
    ];
    for (method, target) in unknown {
        assert_eq!(recognise(method, &target), None, "{method} {target}");
    }
}

proptest! {
    #[test]
    fn any_name_survives_encoding(text in any::<String>()) {
        let encoded = encode_segment(&text);
        prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
        prop_assert_eq!(decode_segment(&encoded), Some(text));
    }

    #[test]
    fn any_user_name_comes_back_from_the_path(name in "CN=(?s:.){0,60}") {
        let path = DATABASE_USER.path(&[PROJECT_ID, &name]);
        let recognised = recognise("GET", &path).unwrap();
        prop_assert_eq!(recognised.values, vec![PROJECT_ID.to_owned(), name]);
    }

    #[test]
    fn no_target_makes_it_panic(method in "GET|POST|PATCH|DELETE", target in any::<String>()) {
        let _ = recognise(&method, &target);
    }
}
