//! Which of the encodings that the page is kept in a client takes (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Plain,
}

/// The smallest one that the client takes; how much it would like each does not matter.
pub(super) fn best(headers: &HeaderMap) -> Encoding {
    let takes = |name: &str| {
        headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|item| {
                let mut parts = item.split(';').map(str::trim);
                parts
                    .next()
                    .is_some_and(|coding| coding.eq_ignore_ascii_case(name))
                    && !parts.any(is_zero_weight)
            })
    };
    if takes("br") {
        Encoding::Brotli
    } else if takes("gzip") {
        Encoding::Gzip
    } else {
        Encoding::Plain
    }
}

/// Weight zero means "not at all".
fn is_zero_weight(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else {
        return false;
    };
    name.trim().eq_ignore_ascii_case("q") && weight.trim().bytes().all(|byte| b"0.".contains(&byte))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_smallest_encoding_that_the_client_takes_is_chosen() {
        let cases = [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("GZIP;q=0.5, BR;q=0.1", Encoding::Brotli),
            ("br;q=0, gzip;q=1.0", Encoding::Gzip),
            ("br; q=0.000, gzip ; q=0", Encoding::Plain),
            ("identity", Encoding::Plain),
            ("brotli", Encoding::Plain),
            ("*", Encoding::Plain),
            ("", Encoding::Plain),
        ];
        for (value, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
            assert_eq!(best(&headers), expected, "{value}");
        }
        assert_eq!(best(&HeaderMap::new()), Encoding::Plain);
    }
}
