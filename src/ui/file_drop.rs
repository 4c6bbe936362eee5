//! Takes files: dropped anywhere on the page, chosen, or pasted as files or text.
//!
//! Made after GOV.UK Frontend's file upload: a real button before a hidden input, one live region
//! that says what was taken and one that says when a drag enters or leaves, the drag tracked on
//! the document, one way for picked, dropped and pasted. A drop beside the zone is taken too.

use js_sys::Array;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Element, EventTarget, File, FileList,
    HtmlInputElement, HtmlTextAreaElement,
};
use yew::prelude::*;

use super::{
    event::{of_document, use_event},
    folder,
};
use crate::words;

/// Something a person gave: a file not yet read, or text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    File(File),
    Text { name: String, text: String },
}

impl Given {
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(file) => file.name(),
            Self::Text { name, .. } => name.clone(),
        }
    }

    /// The same as a file of the browser's.
    pub(crate) fn to_file(&self) -> Option<File> {
        match self {
            Self::File(file) => Some(file.clone()),
            Self::Text { name, text } => {
                File::new_with_str_sequence(&Array::of1(&text.into()), name).ok()
            }
        }
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct FileDropProps {
    /// The text of the button.
    pub(crate) button: AttrValue,
    /// What stands beside the button.
    pub(crate) hint: AttrValue,
    /// Whether drops and pastes are taken.
    pub(crate) active: bool,
    /// Whether the zone is small, beside something more important.
    #[prop_or_default]
    pub(crate) small: bool,
    pub(crate) ongiven: Callback<Vec<Given>>,
}

#[component]
pub(crate) fn FileDrop(props: &FileDropProps) -> Html {
    let input = use_node_ref();
    let announced = use_state_eq(AttrValue::default);
    let take = {
        let (announced, ongiven) = (announced.setter(), props.ongiven.clone());
        Callback::from(move |given: Vec<Given>| {
            if given.is_empty() {
                return;
            }
            announced.set(match given.as_slice() {
                [one] => format!("Given: {}", one.name()).into(),
                many => format!("Given: {}", words::count(many.len(), "file", "files")).into(),
            });
            ongiven.emit(given);
        })
    };
    let name = use_names();
    let drag = use_drag(props.active, &take, &name);
    use_paste(props.active, &take, &name);
    let onclick = {
        let input = input.clone();
        move |_| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        }
    };
    let onchange = {
        let (input, take) = (input.clone(), take.clone());
        move |_| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                take.emit(input.files().as_ref().map(from_list).unwrap_or_default());
                // So that choosing the same file again is a change again.
                input.set_value("");
            }
        }
    };
    let class = classes!(
        "drop",
        props.small.then_some("drop-small"),
        (drag.is_over && props.active).then_some("drop-over"),
    );
    html! {
        <div {class}>
            <button type="button" {onclick}
                class={classes!("button", (!props.small).then_some("button-primary"))}>
                { &*props.button }
            </button>
            <span class="drop-hint">{ &*props.hint }</span>
            <input ref={input} type="file" multiple=true hidden=true tabindex="-1"
                aria-hidden="true" {onchange} />
            <span class="unseen" role="status">{ &*announced }</span>
            <span class="unseen" aria-live="assertive">{ drag.said }</span>
        </div>
    }
}

/// What text is called that was dropped or pasted, and so has no name.
#[hook]
fn use_names() -> Callback<(), String> {
    let pasted = use_mut_ref(|| 0_u32);
    Callback::from(move |()| {
        *pasted.borrow_mut() += 1;
        match *pasted.borrow() {
            1 => "pasted text".to_owned(),
            n => format!("pasted text {n}"),
        }
    })
}

/// A drag over the page.
struct Drag {
    is_over: bool,
    /// What is said of it to those who do not see it.
    said: AttrValue,
}

/// Takes what is dropped on the page.
#[hook]
fn use_drag(active: bool, take: &Callback<Vec<Given>>, name: &Callback<(), String>) -> Drag {
    // How deep in the page's elements the drag is: above zero while it is over the page.
    let depth = use_mut_ref(|| 0_u32);
    let over = use_state_eq(|| false);
    let said = use_state_eq(AttrValue::default);
    let enter = {
        let (depth, over, said) = (depth.clone(), over.setter(), said.setter());
        move |event: DragEvent| {
            if !active {
                return;
            }
            event.prevent_default();
            *depth.borrow_mut() += 1;
            if *depth.borrow() == 1 {
                over.set(true);
                said.set("Over the page: let go to hand the files over".into());
            }
        }
    };
    let leave = {
        let (depth, over, said) = (depth.clone(), over.setter(), said.setter());
        move |_: DragEvent| {
            let left = depth.borrow().saturating_sub(1);
            *depth.borrow_mut() = left;
            if active && left == 0 {
                over.set(false);
                said.set("Left the page".into());
            }
        }
    };
    let hover = move |event: DragEvent| {
        if active && let Some(transfer) = event.data_transfer() {
            event.prevent_default();
            transfer.set_drop_effect("copy");
        }
    };
    let dropped = {
        let (take, name, over) = (take.clone(), name.clone(), over.setter());
        move |event: DragEvent| {
            *depth.borrow_mut() = 0;
            over.set(false);
            if active && let Some(transfer) = event.data_transfer() {
                event.prevent_default();
                take_dropped(&transfer, &take, &name);
            }
        }
    };
    use_event(of_document, "dragenter", enter);
    use_event(of_document, "dragleave", leave);
    use_event(of_document, "dragover", hover);
    use_event(of_document, "drop", dropped);
    Drag {
        is_over: *over,
        said: (*said).clone(),
    }
}

fn take_dropped(transfer: &DataTransfer, take: &Callback<Vec<Given>>, name: &Callback<(), String>) {
    match folder::dropped(transfer) {
        None => take.emit(from_transfer(transfer, name)),
        Some(entries) => {
            let take = take.clone();
            spawn_local(async move {
                let files = folder::files(entries).await;
                take.emit(files.into_iter().map(Given::File).collect());
            });
        }
    }
}

/// Takes what is pasted outside of a field.
#[hook]
fn use_paste(active: bool, take: &Callback<Vec<Given>>, name: &Callback<(), String>) {
    let (take, name) = (take.clone(), name.clone());
    use_event(of_document, "paste", move |event: ClipboardEvent| {
        if !active || event.target().is_some_and(|target| takes_text(&target)) {
            return;
        }
        if let Some(transfer) = event.clipboard_data() {
            let given = from_transfer(&transfer, &name);
            if !given.is_empty() {
                event.prevent_default();
                take.emit(given);
            }
        }
    });
}

fn from_list(list: &FileList) -> Vec<Given> {
    (0..list.length())
        .filter_map(|index| list.get(index))
        .map(Given::File)
        .collect()
}

/// The files of a drop or paste; when there are none, its text.
fn from_transfer(transfer: &DataTransfer, name: &Callback<(), String>) -> Vec<Given> {
    let files = transfer.files().as_ref().map(from_list).unwrap_or_default();
    if !files.is_empty() {
        return files;
    }
    match transfer.get_data("text/plain") {
        Ok(text) if !text.trim().is_empty() => vec![Given::Text {
            name: name.emit(()),
            text,
        }],
        _ => Vec::new(),
    }
}

/// Whether a paste into `target` belongs to that field.
fn takes_text(target: &EventTarget) -> bool {
    use wasm_bindgen::JsCast;
    target.dyn_ref::<HtmlTextAreaElement>().is_some()
        || target.dyn_ref::<HtmlInputElement>().is_some()
        || target
            .dyn_ref::<Element>()
            .is_some_and(|element| element.has_attribute("contenteditable"))
}
