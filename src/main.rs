//! The page: what a person sees and does.

use yew::{Html, component, html};

#[component]
fn Page() -> Html {
    html! {
        <main>
            <h1>{ "X.509 for MongoDB Atlas" }</h1>
        </main>
    }
}

fn main() {
    let Some(root) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("page"))
    else {
        return;
    };
    yew::Renderer::<Page>::with_root(root).render();
}
