//! When the bundle needs a person again, and who will be told.

use pki::Timestamp;
use yew::prelude::*;

use crate::{
    change::{bundle::Comparison, facts::Facts},
    words,
};

/// So long before the end it is time for a successor, in days.
const SOON: i64 = 30;

/// `at`: the day that everything is judged for.
pub(super) fn expiry(comparison: &Comparison, facts: Option<&Facts>, at: Timestamp) -> Html {
    let Some((title, end)) = comparison.first_to_end() else {
        return Html::default();
    };
    let days = at.days_until(end);
    let date = words::date(end);
    let first = match days {
        ..0 => format!("“{title}” ended on {date}."),
        _ if comparison.new.len() == 1 => {
            format!("“{title}” expires on {date}, {}.", words::distance(days))
        }
        _ => format!(
            "The first to expire is “{title}”, on {date}, {}.",
            words::distance(days)
        ),
    };
    html! {
        <section aria-labelledby="expiry">
            <h2 class="minor" id="expiry">{ "When an authority expires" }</h2>
            <p>
                { first }
                { " From then on the clusters refuse every client below it." }
                if (0..SOON).contains(&days) {
                    <strong>{ " Bring its successor in before that." }</strong>
                }
                { " " }{ warning(facts) }
            </p>
        </section>
    }
}

/// Whether Atlas warns beforehand.
fn warning(facts: Option<&Facts>) -> String {
    match facts.map(|facts| (facts, &facts.alert_configs)) {
        Some((facts, Ok(configs))) => facts.warning(configs),
        _ => "We couldn't read whether Atlas warns beforehand.".to_owned(),
    }
}
