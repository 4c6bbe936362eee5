//! The list of changes with what became of each: failed ones first, hundreds in pages.

use std::rc::Rc;

use atlas::{
    apply::{Apply, Outcome, Phase, Progress},
    error::Explanation,
};
use yew::prelude::*;

use super::{
    difference,
    standing::{Counts, Group, shown},
    trouble,
};
use crate::{
    ui::{
        breakable,
        disclosure::Disclosure,
        icon::{Icon, icon},
        pages::use_pages,
        search::use_search,
    },
    words,
};

/// How many are shown at first, and how many more each time.
const PAGE: usize = 20;

#[derive(PartialEq, Properties)]
pub(crate) struct StepsProps {
    pub(crate) apply: Apply,
}

#[component]
pub(crate) fn Steps(props: &StepsProps) -> Html {
    let only = use_state_eq(|| None::<Group>);
    let pages = use_pages(PAGE);
    let search = use_search(&pages);
    let steps = props.apply.steps();
    if steps.is_empty() {
        return Html::default();
    }
    let counts = Counts::of(steps);
    // A group that has become empty meanwhile is not insisted on.
    let chosen = only.filter(|group| counts.count(*group) > 0);
    let matching = shown(steps, chosen, &search.text());
    let lines = matching.iter().take(pages.shown()).map(|&index| {
        html! { <Line key={index} progress={Rc::new(steps[index].clone())} /> }
    });
    let choices = std::iter::once(None)
        .chain(Group::ALL.into_iter().map(Some))
        .filter_map(|group| {
            let count = group.map_or(steps.len(), |group| counts.count(group));
            if count == 0 {
                return None;
            }
            let onclick = {
                let (only, pages) = (only.setter(), pages.clone());
                move |_| {
                    only.set(group);
                    pages.begin_anew();
                }
            };
            let word = group.map_or("All", Group::word);
            Some(html! {
                <button type="button" class="button button-small" {onclick}
                    aria-pressed={(chosen == group).to_string()}>
                    { format!("{word} {}", words::grouped(count as u64)) }
                </button>
            })
        });
    html! {
        <section aria-labelledby="changes">
            <h2 id="changes">
                { words::count(steps.len(), "change", "changes") }
                if matches!(props.apply.phase(), Phase::Changed { .. }) { { ", as agreed upon before" } }
            </h2>
            <div class="filters" role="group" aria-label="Show only">
                <div class="segments">{ for choices }</div>
                if steps.len() > PAGE {
                    <label>
                        <span class="unseen">{ "User name contains" }</span>
                        <input type="search" placeholder="User name" value={search.text()} oninput={search.oninput()} />
                    </label>
                    <p class="quiet fine" role="status">
                        if matching.is_empty() {
                            { "No change matches. Take a word out, or choose All." }
                        } else if matching.len() < steps.len() {
                            { format!("{} of {}", words::grouped(matching.len() as u64), words::count(steps.len(), "change", "changes")) }
                        }
                    </p>
                }
            </div>
            <ul class="carried">{ for lines }</ul>
            { pages.more(matching.len()) }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct LineProps {
    progress: Rc<Progress>,
}

#[component]
fn Line(props: &LineProps) -> Html {
    let Progress { step, outcome } = &*props.progress;
    let (class, sign, word) = match outcome {
        Outcome::NotTried => ("carried-line quiet", None, "Not tried"),
        Outcome::Trying => ("carried-line", None, "Under way"),
        Outcome::Done { found: false } => ("carried-line good", Some(Icon::Check), "Done"),
        Outcome::Done { found: true } => ("carried-line good", Some(Icon::Check), "There already"),
        Outcome::Failed { .. } => ("carried-line bad", Some(Icon::Cross), "Failed"),
    };
    let details = {
        let progress = Rc::clone(&props.progress);
        Callback::from(move |()| difference::details(&progress.step))
    };
    let summary = html! {
        <span class="carried-title">{ difference::verb(step) }{ " " }
            if let Some(username) = step.username() { { breakable::name(username) } }
        </span>
    };
    html! {
        <li {class}>
            <span class="stamp">
                if let Some(sign) = sign { { icon(sign) } }
                { word }
            </span>
            <div class="carried-what">
                <Disclosure {summary} content={details} />
                if let Outcome::Failed { why, unknown } = outcome { { failed(why, *unknown) } }
            </div>
        </li>
    }
}

fn failed(why: &Explanation, unknown: bool) -> Html {
    const UNKNOWN: &str = "may have been carried out";
    html! {
        <div class="carried-why">
            <p>{ &why.what }
                if unknown && !why.what.contains(UNKNOWN) { { " It may have been carried out all the same; the next try reads first." } }
            </p>
            <p class="fix">{ &why.next }</p>
            { trouble::words_of_atlas(why) }
        </div>
    }
}
