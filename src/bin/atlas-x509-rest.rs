//! The places that talk to Atlas. boot.js loads it when somebody first goes to one of them.

fn main() {
    page::run_rest();
}
