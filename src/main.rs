//! The shell and the Check place: all that a browser loads first.

fn main() {
    page::run();
}
