//! Why was I refused? A client's certificate is given, a cluster is chosen, and everything that is known
//! says what keeps the client out.

use atlas::connect::login_command;
use pki::view::View;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::super::drop::DropZone;
use crate::{
    browser,
    change::{
        facts::Facts,
        judged::Judged,
        refused::{self, Asked, Cause, Certificate, Sure},
    },
    review::seen,
    session::state::State,
    ui::{
        alert::{Tone, alert},
        code_box::code,
        icon::{Icon, icon},
        prose::prose,
    },
    visit::Visit,
    words,
};

#[derive(PartialEq, Properties)]
pub(super) struct WhyRefusedProps {
    pub(super) visit: Visit,
}

#[component]
pub(super) fn WhyRefused(props: &WhyRefusedProps) -> Html {
    let client = use_state_eq(|| 0_usize);
    let cluster = use_state_eq(|| None::<String>);
    let database = use_state_eq(String::new);
    let state = &props.visit.state;
    let Some(facts) = state.facts.known() else {
        return Html::default();
    };
    let names = facts.cluster_names();
    let answer = state.judged.as_ref().and_then(|judged| {
        let view = as_it_is(judged);
        let certificate = Certificate::of(view, *client).or_else(|| Certificate::of(view, 0))?;
        let chosen = cluster.as_deref().filter(|chosen| names.contains(chosen));
        let chosen = chosen
            .map(str::to_owned)
            .or_else(|| likely(state, &certificate, &names))?;
        Some(html! { <>
            <div class="asked">
                { clients(view, &client) }
                { of_cluster(&names, &chosen, &cluster) }
                { of_database(&database) }
            </div>
            { answer(&certificate, &chosen, &database, facts, &props.visit) }
        </> })
    });
    html! {
        <section aria-labelledby="why">
            <h2 id="why">{ "Why was I refused?" }</h2>
            <DropZone visit={props.visit.clone()} hint="or drop or paste the client's certificate anywhere on this page. \
                We put together what the certificate, the users, the cluster and the history say. A key never leaves \
                this tab." />
            { answer.unwrap_or_default() }
        </section>
    }
}

/// The verdicts against the bundle as it is; without one, those that there are.
fn as_it_is(judged: &Judged) -> &View {
    judged.before.as_ref().unwrap_or(&judged.after.view)
}

/// The cluster that is meant as long as nobody chose: the one that refused this client last, else the first.
fn likely(state: &State, certificate: &Certificate, names: &[&str]) -> Option<String> {
    let histories = state.histories.known();
    let known = histories
        .zip(certificate.username.as_ref())
        .map(|(histories, name)| histories.known(name));
    let refusal = known.and_then(|known| known.refusal);
    let refused = refusal.map(|seen| seen.cluster);
    refused.or_else(|| names.first().map(|&name| name.to_owned()))
}

fn selected(event: &Event) -> Option<usize> {
    let field = event.target_dyn_into::<HtmlSelectElement>()?;
    usize::try_from(field.selected_index()).ok()
}

fn clients(view: &View, client: &UseStateHandle<usize>) -> Html {
    if view.clients.len() < 2 {
        return Html::default();
    }
    let onchange = {
        let client = client.setter();
        move |event: Event| client.set(selected(&event).unwrap_or_default())
    };
    let options = view.clients.iter().zip(&view.report.clients).enumerate();
    let options = options.map(|(index, (details, report))| {
        let name = report.username.as_ref().unwrap_or(&details.title);
        html! { <option selected={index == **client}>{ name }</option> }
    });
    html! {
        <label class="field">
            <span>{ "Client" }</span>
            <select {onchange}>{ for options }</select>
        </label>
    }
}

fn of_cluster(names: &[&str], current: &str, cluster: &UseStateHandle<Option<String>>) -> Html {
    let onchange = {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let cluster = cluster.setter();
        move |event: Event| {
            cluster.set(selected(&event).and_then(|index| names.get(index).cloned()));
        }
    };
    html! {
        <label class="field">
            <span>{ "Cluster" }</span>
            <select {onchange}>
                { for names.iter().map(|name| html! {
                    <option selected={*name == current}>{ (*name).to_owned() }</option>
                }) }
            </select>
        </label>
    }
}

fn of_database(database: &UseStateHandle<String>) -> Html {
    let oninput = {
        let database = database.setter();
        move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                database.set(field.value());
            }
        }
    };
    html! {
        <label class="field">
            <span>{ "Database (optional)" }</span>
            <input type="text" value={(**database).clone()} {oninput} autocomplete="off" spellcheck="false" />
        </label>
    }
}

fn answer(
    certificate: &Certificate,
    cluster: &str,
    database: &str,
    facts: &Facts,
    visit: &Visit,
) -> Html {
    let state = &visit.state;
    let clusters = state.clusters.known();
    let histories = state.histories.known();
    let asked = Asked {
        certificate,
        facts,
        cluster,
        database,
        clusters: clusters.map_or(&[][..], |clusters| clusters.as_slice()),
        histories: histories.map(|histories| &**histories),
        now: browser::now(),
    };
    let causes = refused::causes(&asked);
    let name = certificate.username.as_ref();
    let other_day = state.draft.day.is_some();
    html! { <>
        <div class="answer" role="status">
            <p class="fine quiet">
                { format!("{} on {cluster}", certificate.title) }
                if let Some(name) = name { { ", user name " }{ crate::ui::breakable::name(name) } }
                if other_day { { ". Judged for another day than today, as chosen in Setup" } }
                { "." }
            </p>
            { match causes.split_first() {
                None => nothing(&asked),
                Some((first, others)) => html! { <>
                    { self::first(first) }
                    if !others.is_empty() {
                        <h3>{ if first.sure == Sure::Certain { "After that" } else { "Or" } }</h3>
                        <ol class="causes">{ for others.iter().map(other) }</ol>
                    }
                </> },
            } }
            if refused::is_pending(&asked) { { again(visit) } }
        </div>
        { try_it(certificate, cluster, facts) }
    </> }
}

/// The command that shows where a login stops.
fn try_it(certificate: &Certificate, cluster: &str, facts: &Facts) -> Html {
    let Some(way) = facts.ways(cluster).into_iter().next() else {
        return Html::default();
    };
    let command = login_command(&way.uri, &words::pem_file_name(&certificate.title));
    html! { <>
        <p>{ "To see where its login stops, run this where the client runs, with its own PEM file:" }</p>
        { code(&command, "Command that logs in once", "command") }
    </> }
}

/// Asks the clusters once more.
fn again(visit: &Visit) -> Html {
    let desk = visit.desk.clone();
    html! {
        <p class="actions">
            <button type="button" class="button button-small" disabled={visit.state.clusters.is_loading()}
                onclick={move |_| desk.ask_clusters()}>{ "Check again" }</button>
        </p>
    }
}

/// The answer.
fn first(cause: &Cause) -> Html {
    let tone = match cause.sure {
        Sure::Certain => Tone::Bad,
        Sure::Likely | Sure::Possible => Tone::Attention,
    };
    alert(
        tone,
        html! { <>
            <p><strong>{ prose(&cause.what) }</strong>{ sure(cause) }</p>
            <p>{ prose(&cause.means) }</p>
            <p><strong>{ "What to do: " }</strong>{ prose(&cause.then) }</p>
        </> },
    )
}

fn other(cause: &Cause) -> Html {
    html! {
        <li>
            <p><strong>{ prose(&cause.what) }</strong>{ sure(cause) }{ " " }{ prose(&cause.means) }</p>
            <p class="fine">{ prose(&cause.then) }</p>
        </li>
    }
}

fn sure(cause: &Cause) -> Html {
    let word = match cause.sure {
        Sure::Certain => return Html::default(),
        Sure::Likely => "likely",
        Sure::Possible => "possible",
    };
    html! { <>{ " " }<span class="tag">{ word }</span></> }
}

/// Nothing keeps it out, as far as can be seen.
fn nothing(asked: &Asked<'_>) -> Html {
    let login = refused::last_login(asked);
    html! { <>
        <p class="verdict good">{ icon(Icon::Check) }<span>{ "Nothing that we can see keeps this client out." }</span></p>
        if let Some(login) = login {
            <p>{ format!("It logged in last on {}.", seen::sentence(&login)) }</p>
        }
        <p class="fine quiet">
            { format!("If it's refused all the same: check that it sends this certificate with its own key, that \
                its connection string is that of {}, and that it reaches the cluster. ", asked.cluster) }
            if asked.database.trim().is_empty() {
                { "If it logs in and is then not authorized, name the database above." }
            }
        </p>
    </> }
}
