//! Having the former bundle back: as a file, or in Atlas again.

use std::rc::Rc;

use atlas::{
    apply::{Apply, Replaced},
    plan::{Authority, Plan, Wanted},
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{difference::Difference, former, gate::Gate};
use crate::{
    change::{decision::Decision, judged::Judged, outlook},
    session::{
        asking,
        desk::Desk,
        state::{Action, State},
    },
    ui::disclosure::Disclosure,
};

#[derive(PartialEq, Properties)]
pub(crate) struct UndoProps {
    pub(crate) apply: Apply,
    pub(crate) state: Rc<State>,
    pub(crate) desk: Desk,
}

/// Nothing, as long as no bundle was replaced.
#[component]
pub(crate) fn Undo(props: &UndoProps) -> Html {
    let Some(replaced) = props.apply.replaced() else {
        return Html::default();
    };
    let save = match replaced {
        Replaced::Off => None,
        Replaced::Bundle(pem) => {
            let (pem, desk) = (pem.clone(), props.desk.clone());
            let project = props.state.draft.project.as_ref();
            let name = project
                .map(|project| project.name.clone())
                .unwrap_or_default();
            Some(move |_| {
                if former::save(&pem, &name) {
                    desk.decide(Decision::FormerSaved);
                }
            })
        }
    };
    let content = {
        let (apply, state, desk) = (
            props.apply.clone(),
            Rc::clone(&props.state),
            props.desk.clone(),
        );
        Callback::from(move |()| {
            html! { <Confirm apply={apply.clone()} state={Rc::clone(&state)} desk={desk.clone()} /> }
        })
    };
    html! {
        <section aria-labelledby="undo">
            <h2 id="undo">{ "The bundle that was there before" }</h2>
            if let Some(onclick) = save {
                <p>
                    { if props.state.draft.former_saved {
                        "You have saved it as a file. "
                    } else {
                        "Only this tab has it, and only until you apply something else, choose another project or \
                         start over. Atlas doesn't keep it. "
                    } }
                    <button type="button" class="link" {onclick}>{ "Save the former bundle" }</button>
                </p>
            } else {
                <p>{ "There was none: self-managed X.509 was off." }</p>
            }
            if let Some(why) = props.state.cannot_write() {
                <p class="quiet">{ why }</p>
            } else if props.state.is_changing_atlas() {
                <p class="quiet">{ "It can be put back once the changes above are made, or stopped." }</p>
            } else {
                <Disclosure class="undo" summary={html! { { "Undo the change of the bundle" } }} {content} />
            }
        </section>
    }
}

/// The plan that leads back, and the gate before it.
#[component]
fn Confirm(props: &UndoProps) -> Html {
    // What was read before the run tells nothing if the run ended without an answer.
    let loading = props.state.facts.is_loading();
    let asked = use_state_eq(|| loading);
    {
        let desk = props.desk.clone();
        use_effect_with((), move |()| {
            if !loading {
                desk.refresh();
            }
        });
        let asked = asked.setter();
        use_effect_with(loading, move |loading| {
            if *loading {
                asked.set(true);
            }
        });
    }
    let former = use_former(&props.apply, &props.desk);
    let back = use_memo(
        (
            props.apply.clone(),
            props.state.facts.known().cloned(),
            props.state.judged.clone(),
            (*former).clone(),
        ),
        |(apply, facts, judged, former)| {
            let facts = facts.as_ref()?;
            let present = facts.present.as_ref()?;
            let wanted = wanted(apply, former.clone()?, judged.as_deref())?;
            let plan = Plan::new(present, &wanted);
            // The certificates were judged for another bundle, so no verdict says who gets in.
            let locked_out = outlook::locked_out(&plan, present, None);
            Some((wanted, Rc::new(plan), Rc::clone(facts), Rc::new(locked_out)))
        },
    );
    if loading || !*asked || former.is_none() {
        return html! { <p role="status">{ "Reading what Atlas has now." }</p> };
    }
    let Some((wanted, plan, facts, locked_out)) = &*back else {
        let desk = props.desk.clone();
        return html! {
            <p class="actions">
                <span class="quiet">{ "What Atlas has now is not known." }</span>
                <button type="button" class="link" onclick={move |_| desk.refresh()}>{ "Read the project again" }</button>
            </p>
        };
    };
    if plan.is_nothing() {
        return html! { <p>{ "Nothing to undo: Atlas has the former bundle." }</p> };
    }
    let onagree = {
        let (desk, project) = (props.desk.clone(), props.apply.project().clone());
        let (wanted, plan) = (wanted.clone(), Rc::clone(plan));
        Callback::from(move |()| {
            if let Ok(apply) = Apply::new(project.clone(), wanted.clone(), (*plan).clone()) {
                desk.apply_instead(apply);
            }
        })
    };
    let button = match props.apply.replaced() {
        Some(Replaced::Off) => "Switch self-managed X.509 off in",
        _ => "Put the former bundle back in",
    };
    html! {
        <>
            <p>{ "Users stay as they are. This is a plan of its own, and takes the place of the one above." }</p>
            <Difference plan={Rc::clone(plan)} />
            <Gate id="undo" plan={Rc::clone(plan)} facts={Rc::clone(facts)} locked_out={Rc::clone(locked_out)}
                project={facts.project.name.clone()} {button} {onagree}
                otherwise="If you don't want that, leave the bundle as it is." />
        </>
    }
}

/// The authorities of the former bundle, once they have been read.
#[hook]
fn use_former(apply: &Apply, desk: &Desk) -> UseStateHandle<Option<Vec<Authority>>> {
    let former = use_state_eq(|| None);
    let (setter, desk) = (former.setter(), desk.clone());
    let pem = match apply.replaced() {
        Some(Replaced::Bundle(pem)) => Some(pem.clone()),
        _ => None,
    };
    use_effect_with(pem, move |pem| {
        let pem = pem.clone();
        spawn_local(async move {
            let read = match &pem {
                Some(pem) => asking::authorities(&desk.engine, pem).await,
                None => Ok(Vec::new()),
            };
            match read {
                Ok(authorities) => setter.set(Some(authorities)),
                Err(why) => desk.tell(Action::Facts(Box::new(Err(why.explain())))),
            }
        });
    });
    former
}

/// What to want in order to have the former bundle back, with what is known to rest on the
/// authorities that would go.
fn wanted(apply: &Apply, former: Vec<Authority>, judged: Option<&Judged>) -> Option<Wanted> {
    let wanted = apply.undo(former)?;
    Some(Wanted {
        dependents: judged.map(Judged::resting_on).unwrap_or_default(),
        ..wanted
    })
}
