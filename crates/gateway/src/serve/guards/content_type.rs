//! A write below `/api/` has a JSON type, Atlas's own included: the types that a form of another
//! site can send without asking are not among them. One without a body needs none.

use axum::{
    body::HttpBody as _,
    extract::Request,
    http::{HeaderMap, Method, header},
};

use super::writes;
use crate::serve::refusal::{Code, Refusal};

const WRONG_TYPE: Refusal = Refusal::new(
    Code::ContentType,
    "A change must be sent as application/json or as one of Atlas's application/vnd.atlas types.",
);

pub(super) fn guard(request: &Request) -> Result<(), Refusal> {
    let bare_delete = request.method() == Method::DELETE && request.body().is_end_stream();
    if writes(request.method()) && !bare_delete && !is_json(request.headers()) {
        return Err(WRONG_TYPE);
    }
    Ok(())
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/vnd.atlas.") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn json_and_the_types_of_atlas_are_json_and_what_a_form_sends_is_not() {
        let cases: &[(&[&str], bool)] = &[
            (&["application/json"], true),
            (&["Application/JSON; charset=utf-8"], true),
            (&["application/vnd.atlas.2023-01-01+json"], true),
            (
                &["application/vnd.atlas.2024-08-05+json;charset=utf-8"],
                true,
            ),
            (&["application/vnd.atlas.2023-01-01+csv"], false),
            (&["text/plain"], false),
            (&["text/plain; application/json"], false),
            (&["application/x-www-form-urlencoded"], false),
            (&["multipart/form-data; boundary=x"], false),
            (&["application/json", "text/plain"], false),
            (&[""], false),
            (&[], false),
        ];
        for (values, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in *values {
                headers.append(header::CONTENT_TYPE, value.parse().unwrap());
            }
            assert_eq!(is_json(&headers), *expected, "{values:?}");
        }
    }
}
