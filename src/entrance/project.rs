//! Which project, and how things stand in it.

use std::rc::Rc;

use atlas::types::{ClusterState, Ldap, Project};
use pki::{Timestamp, name::derived::not_derived};
use yew::prelude::*;

use crate::{
    browser,
    change::facts::{Answer, Facts},
    review::{trouble, ways::Ways},
    session::{desk::Desk, state::State},
    ui::{dialog::Dialog, pages::use_pages, search::use_search},
    visit::Visit,
    words,
};

/// How many projects are shown at first, and how many more each time.
const PAGE: usize = 12;

#[derive(PartialEq, Properties)]
pub(crate) struct ChooseProjectProps {
    pub(crate) visit: Visit,
    pub(crate) ways: &'static Ways,
}

#[component]
pub(crate) fn ChooseProject(props: &ChooseProjectProps) -> Html {
    let ChooseProjectProps { visit: props, ways } = props;
    let pages = use_pages(PAGE);
    let search = use_search(&pages);
    // Another project, before what was decided for this one is forgotten. Shown anew each time, for
    // the browser has moved the mark to it.
    let asked = use_state(|| None::<Project>);
    let Some(connection) = props.state.connection.known() else {
        return Html::default();
    };
    let chosen = props.state.draft.project.as_ref();
    let text = search.wanted();
    let matching: Vec<&Project> = connection
        .projects
        .iter()
        .filter(|project| {
            text.is_empty()
                || project.name.to_lowercase().contains(&text)
                || project.id.as_str() == text
        })
        .collect();
    let onchoose = {
        let (asked, desk) = (asked.setter(), props.desk.clone());
        Callback::from(move |project: Project| {
            let draft = Rc::clone(&desk.state().draft);
            if draft.project.is_none() || draft.goes_with_project().is_empty() {
                asked.set(None);
                desk.choose_project(project);
            } else {
                asked.set(Some(project));
            }
        })
    };
    let total = connection.projects.len();
    html! {
        <>
            if total == 0 {
                <div class="empty"><p>{ "This credential sees no project. Make one in Atlas, or \
                    give the credential a role in one, then connect again." }</p></div>
            }
            if total > PAGE {
                <div class="field">
                    <label for="project-filter">{ "Find a project by name or ID" }</label>
                    <input id="project-filter" type="search" size="40" value={search.text()} oninput={search.oninput()} />
                    <p class="quiet fine" role="status">
                        { format!("{} of {}", words::grouped(matching.len() as u64),
                            words::count(total, "project", "projects")) }
                    </p>
                </div>
            }
            { trouble::changing_atlas(&props.state, "choose another", ways) }
            <fieldset class="choices" id="projects" tabindex="-1" disabled={props.state.is_changing_atlas()}>
                <legend class="unseen">{ "Project" }</legend>
                { for matching.iter().take(pages.shown()).map(|project| {
                    choice(project, chosen.is_some_and(|chosen| chosen.id == project.id), &onchoose)
                }) }
            </fieldset>
            { question(&asked, &props.state, &props.desk) }
            { pages.more(matching.len()) }
            { facts(&props.state, &props.desk, ways) }
        </>
    }
}

/// Whether to forget what was decided for the project that is chosen. It stands in place of going on.
fn question(asked: &UseStateHandle<Option<Project>>, state: &State, desk: &Desk) -> Html {
    let forgotten = state.draft.goes_with_project();
    let (Some(other), Some(chosen)) = (&**asked, &state.draft.project) else {
        return Html::default();
    };
    if other.id == chosen.id || forgotten.is_empty() || state.is_changing_atlas() {
        return Html::default();
    }
    let onanswer = {
        let (asked, desk) = (asked.setter(), desk.clone());
        let (other, chosen) = (other.clone(), chosen.clone());
        move |yes| {
            asked.set(None);
            let mark = mark_id(if yes { &other } else { &chosen });
            if let Some(mark) = browser::element(&mark).or_else(|| browser::element("projects")) {
                browser::focus(&mark);
            }
            if yes {
                desk.choose_project(other.clone());
            }
        }
    };
    html! {
        <Dialog id="another-project" title={format!("Leave {} for {}?", chosen.name, other.name)}
            yes={format!("Forget it and choose {}", other.name)} no={format!("Keep {}", chosen.name)}
            {onanswer}>
            <p>{ format!("This tab then forgets what belongs to {}:", chosen.name) }</p>
            <ul class="bulleted">{ for forgotten.iter().map(|what| html! { <li>{ what }</li> }) }</ul>
            <p>{ "The files stay here, and what was changed in Atlas stays changed." }</p>
        </Dialog>
    }
}

fn mark_id(project: &Project) -> String {
    format!("project-{}", project.id.as_str())
}

fn choice(project: &Project, chosen: bool, onchoose: &Callback<Project>) -> Html {
    let onchange = {
        let project = project.clone();
        onchoose.reform(move |_: Event| project.clone())
    };
    let clusters = usize::try_from(project.cluster_count).unwrap_or(usize::MAX);
    html! {
        <label class="choice" key={project.id.as_str().to_owned()}>
            <input id={mark_id(project)} type="radio" name="project" checked={chosen} {onchange} />
            <span class="choice-name">{ &project.name }</span>
            <span class="quiet fine">{ words::count(clusters, "cluster", "clusters") }</span>
        </label>
    }
}

fn facts(state: &State, desk: &Desk, ways: &'static Ways) -> Html {
    if state.draft.project.is_none() {
        return Html::default();
    }
    match trouble::facts(state, desk) {
        Ok(facts) => {
            let title = format!("How things stand in {}", facts.project.name);
            html! { <HowItStands {title} facts={Rc::clone(facts)} desk={desk.clone()} {ways} /> }
        }
        Err(instead) => instead,
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct HowItStandsProps {
    /// The heading.
    pub(crate) title: AttrValue,
    pub(crate) facts: Rc<Facts>,
    pub(crate) desk: Desk,
    pub(crate) ways: &'static Ways,
}

/// How things stand in a project, a line a thing. Shown anew when Atlas has something else, and not whenever
/// something happens: hundreds of names are looked at.
#[component]
pub(crate) fn HowItStands(props: &HowItStandsProps) -> Html {
    let HowItStandsProps {
        title,
        facts,
        desk,
        ways,
    } = props;
    let again = {
        let desk = desk.clone();
        move |_| desk.refresh()
    };
    html! {
        <section aria-labelledby="how-it-stands">
            <div class="head-row">
                <h2 id="how-it-stands">{ title }</h2>
                <button type="button" class="link" onclick={again}>{ "Read again" }</button>
            </div>
            { trouble::role_too_low(facts, "Reading and changing the bundle needs Project Owner of this \
                project or Organization Owner. You can check certificates and see their user names, but not \
                plan or apply anything.", desk) }
            <dl class="rows box project-facts">
                { row("Self-managed X.509", bundle(facts)) }
                { row("Database users", users(facts, ways)) }
                { row("LDAP", answer(facts, &facts.security, |security| ldap(&security.ldap))) }
                { row("Clusters", clusters(facts)) }
                { row("Who can reach them", reach(facts)) }
                { row("Alert before an authority expires", alerting(facts)) }
            </dl>
        </section>
    }
}

fn row(name: &str, value: Html) -> Html {
    html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }
}

/// What an answer says, or that there is none. That the role is too low stands above all rows.
fn answer<T>(facts: &Facts, answer: &Answer<T>, say: impl FnOnce(&T) -> Html) -> Html {
    match answer {
        Ok(known) => say(known),
        Err(why) if facts.role_too_low().is_some_and(|low| low.what == why.what) => {
            html! { <span class="quiet">{ "Not known" }</span> }
        }
        Err(why) => {
            html! { <span class="quiet">{ format!("could not be read: {}", why.what) }</span> }
        }
    }
}

fn bundle(facts: &Facts) -> Html {
    answer(facts, &facts.security, |_| {
        let authorities = facts
            .present
            .as_ref()
            .map(|present| present.authorities.as_slice())
            .unwrap_or_default();
        if authorities.is_empty() {
            return html! { { "Off: there is no bundle yet." } };
        }
        html! {
            <>
                { format!("On, with {}:", words::count(authorities.len(), "authority", "authorities")) }
                <ul class="plain">{ for authorities.iter().map(|authority| html! {
                    <li>{ &authority.title }{ expiry(facts.ends.get(&authority.sha256).copied()) }</li>
                }) }</ul>
            </>
        }
    })
}

/// `, 20 days left`, for an authority that ends soon or has ended.
fn expiry(end: Option<Timestamp>) -> Html {
    /// A year: what is further away is nobody's worry today.
    const SOON: i64 = 366;
    let days = end.map(|end| browser::now().days_until(end));
    match days {
        Some(days) if days < SOON => html! {
            <span class={if days < 30 { "left left-attention" } else { "quiet" }}>
                { format!(", {}", words::remaining(days)) }
            </span>
        },
        _ => Html::default(),
    }
}

fn users(facts: &Facts, ways: &Ways) -> Html {
    answer(facts, &facts.users, |users| {
        let mut self_managed = 0;
        let mut doubtful = 0;
        for user in users.iter().filter(|user| user.is_self_managed()) {
            self_managed += 1;
            doubtful += usize::from(not_derived(&user.username).is_some());
        }
        let managed = users.iter().filter(|user| user.is_managed()).count();
        html! {
            <>
                { kinds_of_users(self_managed, managed, users.len() - self_managed - managed) }
                if doubtful > 0 {
                    <p class="attention-text">
                        { format!("{} that no certificate, or hardly one, can have. You see which {}.",
                            words::count(doubtful, "of them has a name", "of them have names"), ways.users.within) }
                    </p>
                }
            </>
        }
    })
}

/// `3 in all: 2 with self-managed X.509, 1 with something else`; what there is none of is left out.
fn kinds_of_users(self_managed: usize, managed: usize, others: usize) -> String {
    let kinds = [
        (self_managed, "with self-managed X.509"),
        (managed, "with certificates that Atlas made"),
        (others, "with something else"),
    ];
    let kinds: Vec<(usize, &str)> = kinds.into_iter().filter(|(count, _)| *count > 0).collect();
    match kinds.as_slice() {
        [] => "None".to_owned(),
        [(count, kind)] => format!("{}, {kind}", words::grouped(*count as u64)),
        kinds => {
            let all = kinds.iter().map(|(count, _)| *count as u64).sum();
            let each: Vec<String> = kinds
                .iter()
                .map(|(count, kind)| format!("{} {kind}", words::grouped(*count as u64)))
                .collect();
            format!("{} in all: {}", words::grouped(all), each.join(", "))
        }
    }
}

fn ldap(ldap: &Ldap) -> Html {
    if ldap.authorization_enabled {
        html! {
            <>
                <strong>{ "Authorisation is on" }</strong>
                { format!(", with {}. Users of self-managed X.509 get their roles from the directory, \
                    and users with certificates that Atlas made cannot connect. {}", ldap.hostname,
                    atlas::words::LDAP_DEPRECATED) }
            </>
        }
    } else if ldap.authentication_enabled {
        html! { { "Authentication is on, authorisation off: X.509 users are not concerned." } }
    } else {
        html! { { "Off" } }
    }
}

fn clusters(facts: &Facts) -> Html {
    let dedicated = answer(facts, &facts.clusters, |clusters| {
        html! { { for clusters.iter().map(|cluster| html! {
            <li><code class="name">{ &cluster.name }</code>
                { format!(" {}, MongoDB {}", doing(cluster.state_name.as_ref(), cluster.paused), cluster.mongodb_version) }</li>
        }) } }
    });
    let flex = answer(facts, &facts.flex_clusters, |clusters| {
        html! { { for clusters.iter().map(|cluster| html! {
            <li><code class="name">{ &cluster.name }</code>
                { format!(" {}, flex, MongoDB {}", doing(cluster.state_name.as_ref(), false), cluster.mongodb_version) }</li>
        }) } }
    });
    if facts.cluster_names().is_empty() && facts.clusters.is_ok() && facts.flex_clusters.is_ok() {
        return html! { { "None. Users can be set up before there is one." } };
    }
    html! { <ul class="plain">{ dedicated }{ flex }</ul> }
}

fn doing(state: Option<&ClusterState>, paused: bool) -> &str {
    match state {
        _ if paused => "paused",
        Some(ClusterState::Idle) => "running",
        Some(ClusterState::Updating) => "being changed",
        Some(ClusterState::Creating) => "being made",
        Some(ClusterState::Deleting) => "being removed",
        Some(ClusterState::Repairing) => "being repaired",
        Some(other) => other.as_str(),
        None => "in an unknown state",
    }
}

/// Who gets as far as the clusters over the network.
fn reach(facts: &Facts) -> Html {
    let unread = [
        facts.access_list.as_ref().err(),
        facts.clusters.as_ref().err(),
        facts.flex_clusters.as_ref().err(),
    ];
    if let Some(why) = unread.into_iter().flatten().next() {
        return answer::<()>(facts, &Err(why.clone()), |()| Html::default());
    }
    let Some(reach) = facts.reach() else {
        return Html::default();
    };
    html! {
        <>
            if reach.is_closed() { <strong>{ "Nobody. " }</strong> }
            { reach.sentence() }
        </>
    }
}

fn alerting(facts: &Facts) -> Html {
    let open = facts
        .alerts
        .iter()
        .flatten()
        .any(atlas::types::Alert::is_ca_expiration);
    answer(facts, &facts.alert_configs, |configs| {
        html! {
            <>
                { facts.warning(configs) }
                if open { <strong>{ " It has gone off: an authority is about to expire." }</strong> }
            </>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_kinds_of_users_that_there_are_are_told() {
        for (counts, expected) in [
            ([0, 0, 0], "None"),
            ([2, 0, 0], "2, with self-managed X.509"),
            (
                [0, 1, 2],
                "3 in all: 1 with certificates that Atlas made, 2 with something else",
            ),
            (
                [1200, 1, 0],
                "1,201 in all: 1,200 with self-managed X.509, 1 with certificates that Atlas made",
            ),
        ] {
            let [self_managed, managed, others] = counts;
            assert_eq!(kinds_of_users(self_managed, managed, others), expected);
        }
    }
}
