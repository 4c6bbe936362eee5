//! When the bundle needs a person again, and who will be told.

use yew::prelude::*;

use crate::{
    browser,
    setup::{bundle::Comparison, facts::Facts},
    words,
};

/// How long before an authority ends Atlas begins to warn, in days.
const ALERT_DAYS: i64 = 30;

pub(super) fn expiry(comparison: &Comparison, facts: Option<&Facts>) -> Html {
    let Some((title, end)) = comparison.first_to_end() else {
        return Html::default();
    };
    let days = browser::now().days_until(end);
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
                if (0..ALERT_DAYS).contains(&days) {
                    <strong>{ " Bring its successor in before that." }</strong>
                }
                { " " }{ warning(facts) }
            </p>
        </section>
    }
}

/// Whether Atlas warns beforehand.
fn warning(facts: Option<&Facts>) -> String {
    let Some(Ok(configs)) = facts.map(|facts| &facts.alert_configs) else {
        return "Whether Atlas warns beforehand could not be read.".to_owned();
    };
    let Some(config) = configs.iter().find(|config| config.is_ca_expiration()) else {
        return format!(
            "This project has no alert for that. Atlas makes one by itself when a bundle is saved: \
             {ALERT_DAYS} days ahead, by mail to the owners of the project."
        );
    };
    match &config.threshold {
        Some(threshold) => format!(
            "Atlas warns {} {} ahead, as the project's alert says.",
            threshold.threshold,
            threshold.units.to_lowercase()
        ),
        None => "Atlas warns ahead, as the project's alert says.".to_owned(),
    }
}
