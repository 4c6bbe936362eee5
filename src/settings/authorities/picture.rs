//! The timeline as a picture. The table below it says the same, for whoever does not see it and where there is no room.
//!
//! Places across are in percent and those down are in pixels, so that its text keeps the size of all other text.

use yew::prelude::*;

use crate::{
    change::timeline::{Bar, Picture, Timeline, Tone},
    words,
};

/// A certificate's name and its bar, in pixels.
const ROW: usize = 40;

/// For the years, above.
const HEAD: usize = 24;

/// Below the name.
const BAR: usize = 22;

const THICK: usize = 10;
const THIN: usize = 6;

pub(super) fn picture(timeline: &Timeline) -> Html {
    let picture = timeline.picture();
    let height = HEAD + ROW * picture.bars.len() + 4;
    let label = format!(
        "Timeline of {} and {}, from {} on. The table below says the same.",
        words::count(timeline.authorities.len(), "authority", "authorities"),
        words::count(
            timeline.clients.len(),
            "client given here",
            "clients given here"
        ),
        words::date(timeline.today)
    );
    html! {
        <div class="timeline-room">
            <svg class="timeline" role="img" aria-label={label} width="100%" height={height.to_string()}>
                { for picture.years.iter().map(|(x, year)| html! {
                    <g class="timeline-year">
                        { upright(*x, height) }
                        <text x={percent(*x)} y="14" dx="4">{ year.to_string() }</text>
                    </g>
                }) }
                <g class="timeline-today">
                    { upright(picture.today, height) }
                    <text x={percent(picture.today)} y="14" dx="-4" text-anchor="end">{ "today" }</text>
                </g>
                { next(&picture, height) }
                { for picture.bars.iter().enumerate().map(|(index, one)| bar(one, HEAD + index * ROW)) }
            </svg>
            if picture.left_out > 0 {
                <p class="fine quiet">{ format!("{} not drawn.",
                    words::count(picture.left_out, "client that ends later is", "clients that end later are")) }</p>
            }
        </div>
    }
}

fn next(picture: &Picture, height: usize) -> Html {
    let Some(x) = picture.next else {
        return Html::default();
    };
    html! { <g class="timeline-next">{ upright(x, height) }</g> }
}

fn upright(x: u32, height: usize) -> Html {
    let x = percent(x);
    html! { <line x1={x.clone()} x2={x} y1="0" y2={height.to_string()} /> }
}

fn bar(bar: &Bar, top: usize) -> Html {
    let thick = if bar.is_authority { THICK } else { THIN };
    let class = match bar.tone {
        Tone::Far => "timeline-far",
        Tone::Soon => "timeline-soon",
        Tone::Ended => "timeline-ended",
    };
    let kind = if bar.is_authority {
        "timeline-authority"
    } else {
        "timeline-client"
    };
    let width = bar.to.saturating_sub(bar.from);
    let left = bar.days_left.map(words::remaining);
    html! {
        <g class={classes!(kind, class)}>
            <text x="0" y={(top + 15).to_string()}>
                { &bar.title }
                if let Some(left) = left { <tspan class="timeline-left" dx="8">{ left }</tspan> }
            </text>
            <rect x={percent(bar.from)} y={(top + BAR).to_string()} width={percent(width)} height={thick.to_string()} rx="2" />
            if bar.goes_on {
                <text class="timeline-on" x="100%" y={(top + 15).to_string()} text-anchor="end">{ "→" }</text>
            }
        </g>
    }
}

/// `12.34%` of hundredths of a percent.
fn percent(hundredths: u32) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}
