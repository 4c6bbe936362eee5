//! Step 7: carries the plan out and shows how far it has come.
//!
//! How it stands is worked out in [`standing`]; running, stopping and keeping is the desk's.

use std::rc::Rc;

use atlas::apply::{Apply as Carried, Phase};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::step::StepProps;
use crate::{
    address::Link,
    browser,
    review::{
        changed, checklist, clusters, progress,
        standing::{Move, Sign, Standing},
        trouble, undo,
    },
    route::{Route, Step},
    session::state::State,
    ui::{
        icon::{Icon, icon},
        progress::Progress,
    },
};

#[component]
pub(super) fn Apply(props: &StepProps) -> Html {
    let Some(apply) = props.state.draft.apply.as_ref() else {
        return Html::default();
    };
    html! { <Carrying apply={apply.clone()} step={props.clone()} /> }
}

/// Whether everything that was agreed upon is in Atlas, and nothing else was decided since.
pub(super) fn is_done(state: &State) -> bool {
    match state.draft.apply.as_ref().map(Carried::phase) {
        Some(Phase::Waiting { .. }) => true,
        Some(Phase::Finished) => state.outlook.is_in_atlas(),
        _ => false,
    }
}

#[derive(PartialEq, Properties)]
struct CarryingProps {
    apply: Carried,
    step: StepProps,
}

#[component]
fn Carrying(props: &CarryingProps) -> Html {
    let (apply, desk) = (&props.apply, &props.step.desk);
    let applying = props.step.state.applying;
    let to_begin = props.step.here && desk.is_to_begin(apply);
    {
        let desk = desk.clone();
        use_effect_with(to_begin, move |to_begin| {
            if *to_begin {
                desk.carry_out();
            }
        });
    }
    let stopping = use_state_eq(|| false);
    let heading = use_node_ref();
    {
        // The button that was pressed is gone when a run begins or ends, and the focus with it.
        let (stopping, heading) = (stopping.setter(), heading.clone());
        use_effect_with(applying, move |_| {
            stopping.set(false);
            if browser::focus_is_lost()
                && let Some(heading) = heading.cast::<HtmlElement>()
            {
                browser::focus(&heading);
            }
        });
    }
    let standing = Standing::of(apply, applying);
    let onstop = {
        let (desk, stopping) = (desk.clone(), stopping.setter());
        Callback::from(move |()| {
            stopping.set(true);
            desk.stop_carrying_out();
        })
    };
    html! {
        <>
            <section class="standing" aria-labelledby="standing">
                <h2 id="standing" ref={heading} tabindex="-1" class={sign_class(standing.sign)}>
                    { sign(standing.sign) }<span>{ &standing.title }</span>
                </h2>
                <p class="unseen" role="status">{ &standing.title }</p>
                if !standing.text.is_empty() { <p>{ &standing.text }</p> }
                if let Some(why) = &standing.why { { trouble::failure(why, None) } }
                if standing.can_stop {
                    <Progress label={if *stopping { "Stopping after the call that is under way.".to_owned() } else { standing.now.clone() }}
                        done={standing.done} total={standing.total} {onstop} />
                }
                { next(props, standing.go_on) }
            </section>
            if !apply.clusters().is_empty() {
                <section aria-labelledby="clusters">
                    <h2 id="clusters">{ "Clusters" }</h2>
                    { clusters::list(apply.clusters()) }
                    { clusters::what_they_tell() }
                </section>
            }
            if *apply.phase() == Phase::Finished && !checklist::is_switched_off(&props.step.state) {
                { checklist::checklist(&props.step.state) }
            }
            <progress::Steps apply={apply.clone()} />
            <undo::Undo apply={apply.clone()} state={Rc::clone(&props.step.state)} desk={desk.clone()} />
        </>
    }
}

/// What can be done next.
fn next(props: &CarryingProps, go_on: Option<Move>) -> Html {
    let (apply, desk) = (&props.apply, &props.step.desk);
    let run = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| desk.carry_out())
    };
    match go_on {
        Some(Move::Run(label)) => html! {
            <p class="actions">
                <button type="button" class="button button-primary" onclick={run}>{ label }</button>
            </p>
        },
        Some(Move::Finish(label)) => html! {
            <p class="actions"><Link to={Route::Setup(Step::Finish)} class="button button-primary">{ label }</Link></p>
        },
        Some(Move::Agree) => match apply.phase() {
            Phase::Changed { plan } => html! {
                <changed::Changed plan={Rc::new(plan.clone())} state={Rc::clone(&props.step.state)}
                    desk={desk.clone()} />
            },
            _ => Html::default(),
        },
        None => Html::default(),
    }
}

fn sign(sign: Sign) -> Html {
    match sign {
        Sign::Good => icon(Icon::Check),
        Sign::Bad => icon(Icon::Cross),
        Sign::Attention => icon(Icon::Attention),
        Sign::Plain => Html::default(),
    }
}

fn sign_class(sign: Sign) -> &'static str {
    match sign {
        Sign::Good => "standing-head good",
        Sign::Bad => "standing-head bad",
        Sign::Attention => "standing-head attention",
        Sign::Plain => "standing-head",
    }
}
