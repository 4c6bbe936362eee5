//! Lists that come in pages: `itemsPerPage` from 1 to 500 (100 unless told), `pageNum` from 1.

use serde_json::{Value, json};

use crate::{calls::Call, refusal::Refusal};

const DEFAULT_ITEMS: usize = 100;
const MOST_ITEMS: usize = 500;

/// The page of `all` that a call asks for, with the links to its neighbours.
pub(crate) fn page(call: &Call<'_>, all: Vec<Value>) -> Result<Value, Refusal> {
    let items = number(call, "itemsPerPage", DEFAULT_ITEMS)?;
    if items > MOST_ITEMS {
        return Err(Refusal::InvalidQuery {
            name: "itemsPerPage",
        });
    }
    let page = number(call, "pageNum", 1)?;
    let count = match call.query("includeCount") {
        None | Some("true") => true,
        Some("false") => false,
        Some(_) => {
            return Err(Refusal::InvalidQuery {
                name: "includeCount",
            });
        }
    };
    let total = all.len();
    let start = (page - 1).saturating_mul(items);
    let results: Vec<Value> = all.into_iter().skip(start).take(items).collect();

    let link = |rel: &str, page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &call.query {
            if !matches!(&name[..], "includeCount" | "itemsPerPage" | "pageNum") {
                query.append_pair(name, value);
            }
        }
        query
            .append_pair("includeCount", if count { "true" } else { "false" })
            .append_pair("itemsPerPage", &items.to_string())
            .append_pair("pageNum", &page.to_string());
        let href = format!("{}{}?{}", call.origin, call.raw_path, query.finish());
        json!({"href": href, "rel": rel})
    };
    let mut links = vec![link("self", page)];
    if page > 1 {
        links.push(link("previous", page - 1));
    }
    if start.saturating_add(items) < total {
        links.push(link("next", page + 1));
    }
    let mut body = json!({"links": links, "results": results});
    if count {
        body["totalCount"] = total.into();
    }
    Ok(body)
}

/// A number from 1.
fn number(call: &Call<'_>, name: &'static str, default: usize) -> Result<usize, Refusal> {
    match call.query(name) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .ok_or(Refusal::InvalidQuery { name }),
    }
}
