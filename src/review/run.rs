//! Carries a plan out and shows how far it has come, with the way back. One view for whichever place begins it.
//!
//! How it stands is worked out in [`standing`]; running, stopping and keeping is the desk's.

use std::rc::Rc;

use atlas::apply::{Apply, Phase};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{
    changed, checklist, clusters, progress,
    standing::{Move, Sign, Standing},
    trouble, undo,
    ways::Ways,
};
use crate::{
    address::Link,
    browser,
    ui::{
        icon::{Icon, icon},
        progress::Progress,
    },
    visit::Visit,
};

#[derive(PartialEq, Properties)]
pub(crate) struct RunProps {
    pub(crate) apply: Apply,
    pub(crate) visit: Visit,
    pub(crate) ways: &'static Ways,
}

#[component]
pub(crate) fn Run(props: &RunProps) -> Html {
    let (apply, desk) = (&props.apply, &props.visit.desk);
    let applying = props.visit.state.applying;
    let to_begin = props.visit.here && desk.is_to_begin(apply);
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
            if *apply.phase() == Phase::Finished && !checklist::is_switched_off(&props.visit.state) {
                { checklist::checklist(&props.visit.state, props.ways) }
            }
            <progress::Steps apply={apply.clone()} />
            <undo::Undo apply={apply.clone()} state={Rc::clone(&props.visit.state)} desk={desk.clone()} />
        </>
    }
}

/// What can be done next.
fn next(props: &RunProps, go_on: Option<Move>) -> Html {
    let (apply, desk) = (&props.apply, &props.visit.desk);
    let run = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| desk.carry_out())
    };
    let cannot = props.visit.state.cannot_write();
    match (go_on, cannot) {
        (Some(Move::Run(_) | Move::Agree), Some(why)) => html! { <p class="quiet">{ why }</p> },
        (Some(Move::Run(label)), None) => html! {
            <p class="actions">
                <button type="button" class="button button-primary" onclick={run}>{ label }</button>
            </p>
        },
        (Some(Move::Finish(label)), _) => match props.ways.finish {
            Some(to) => html! {
                <p class="actions"><Link {to} class="button button-primary">{ label }</Link></p>
            },
            None => Html::default(),
        },
        (Some(Move::Agree), None) => match apply.phase() {
            Phase::Changed { plan } => html! {
                <changed::Changed plan={Rc::new(plan.clone())} state={Rc::clone(&props.visit.state)}
                    desk={desk.clone()} ways={props.ways} />
            },
            _ => Html::default(),
        },
        (None, _) => Html::default(),
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
