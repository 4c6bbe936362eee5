//! Views that are loaded when they are first shown: what a person does not look at need not arrive before
//! the page can be used.
//!
//! With the feature `split`, `cargo xtask` cuts the program at each [`later!`] and puts what only that
//! view needs into a file of its own. Without it everything is in one file, and the same code runs.

use std::{rc::Rc, sync::OnceLock};

use futures_util::future::LocalBoxFuture;
use yew::prelude::*;

use super::alert::{Tone, alert};
use crate::browser;

/// What a view is made by.
pub(crate) type View<P> = fn(&P) -> Html;

/// A file of the page did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotLoaded;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// A view that may have to be loaded first. Made by [`later!`].
pub(crate) struct Later<P: 'static> {
    /// What stands above it until it is there, where the view brings the page's heading.
    heading: Option<&'static str>,
    view: OnceLock<View<P>>,
    load: fn() -> LocalBoxFuture<'static, Result<View<P>, NotLoaded>>,
}

impl<P: Clone + PartialEq + 'static> Later<P> {
    pub(crate) const fn new(
        heading: Option<&'static str>,
        load: fn() -> LocalBoxFuture<'static, Result<View<P>, NotLoaded>>,
    ) -> Self {
        Self {
            heading,
            view: OnceLock::new(),
            load,
        }
    }

    /// The view, as soon as it is there.
    pub(crate) fn render(&'static self, props: &P) -> Html {
        html! { <Shown<P> of={Of(self)} props={props.clone()} /> }
    }

    /// Loads it in the background, so that it is there when the person comes to it. If that fails,
    /// it is loaded when it is shown. Without a network nothing is tried.
    pub(crate) fn load_ahead(&'static self) {
        if self.view.get().is_none() && browser::is_online() {
            wasm_bindgen_futures::spawn_local(async move {
                let _ = self.load().await;
            });
        }
    }

    async fn load(&self) -> Result<View<P>, NotLoaded> {
        let view = (self.load)().await?;
        Ok(*self.view.get_or_init(|| view))
    }
}

/// A view of which there is one, so that it is the same where it stands in the same place.
struct Of<P: 'static>(&'static Later<P>);

impl<P> Clone for Of<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Of<P> {}

impl<P> PartialEq for Of<P> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

#[derive(PartialEq, Properties)]
struct ShownProps<P: PartialEq + 'static> {
    of: Of<P>,
    props: P,
}

#[component]
fn Shown<P: Clone + PartialEq + 'static>(props: &ShownProps<P>) -> Html {
    let Of(later) = props.of;
    let has_failed = use_state_eq(|| false);
    let update = use_force_update();
    let load = {
        let has_failed = has_failed.setter();
        Rc::new(move || {
            let (has_failed, update) = (has_failed.clone(), update.clone());
            has_failed.set(false);
            wasm_bindgen_futures::spawn_local(async move {
                match later.load().await {
                    Ok(_) => update.force_update(),
                    Err(NotLoaded) => has_failed.set(true),
                }
            });
        })
    };
    {
        let load = Rc::clone(&load);
        use_effect_with((), move |()| {
            if later.view.get().is_none() {
                load();
            }
        });
    }
    if let Some(view) = later.view.get() {
        return view(&props.props);
    }
    let instead = if *has_failed {
        not_loaded(Callback::from(move |_| load()))
    } else {
        html! { <p class="loading" role="status">{ "Loading." }</p> }
    };
    html! {
        <>
            if let Some(heading) = later.heading { <h1>{ heading }</h1> }
            { instead }
        </>
    }
}

fn not_loaded(again: Callback<MouseEvent>) -> Html {
    let told = alert(
        Tone::Bad,
        html! {
            <>
                <p>
                    <strong>{ "This part of the page could not be loaded." }</strong>
                    { " The server that the page comes from did not send it. See whether it still runs and \
                       can be reached. What you entered is still here." }
                </p>
                <p><button type="button" class="button button-small" onclick={again}>{ "Try again" }</button></p>
            </>
        },
    );
    html! { <div role="alert">{ told }</div> }
}

/// `later! { NAME, function in file: Props = view }`: a static of the type [`Later`], whose view is in a file
/// called `file` when the program is cut. Views in one file are loaded together. `under "Heading"` after the
/// file: what stands above a view that brings the heading of the page, until it is there.
macro_rules! later {
    ($visibility:vis $name:ident, $function:ident in $file:ident $(under $heading:literal)?: $props:ty = $view:expr) => {
        $visibility static $name: $crate::ui::later::Later<$props> = {
            #[cfg_attr(feature = "split", wasm_split_helpers::wasm_split($file, fallible))]
            fn $function() -> Result<$crate::ui::later::View<$props>, $crate::ui::later::NotLoaded> {
                Ok($view)
            }
            let heading: &[&'static str] = &[$($heading)?];
            $crate::ui::later::Later::new(heading.first().copied(), || {
                #[cfg(feature = "split")]
                return Box::pin($function());
                #[cfg(not(feature = "split"))]
                Box::pin(std::future::ready($function()))
            })
        };
    };
}

pub(crate) use later;
