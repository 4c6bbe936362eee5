//! Any file: what is found in it must be consistent, and nothing may panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::input::{self, Content, MAX_CERTIFICATES, MAX_REPORTED_BLOCKS};

fuzz_target!(|octets: &[u8]| {
    let contents = input::read("file", octets);
    assert_eq!(contents.size, octets.len());
    assert!(
        !contents.blocks.is_empty(),
        "a file that holds nothing says so"
    );
    assert!(contents.blocks.len() <= 2 * (MAX_CERTIFICATES + MAX_REPORTED_BLOCKS) + 1);
    for block in &contents.blocks {
        assert!(block.source.offset <= octets.len());
        match &block.content {
            Content::Certificate { der, .. } => {
                // What is written anew is found again.
                let again = input::read("again", input::to_pem(der).as_bytes());
                assert!(matches!(
                    &again.blocks[..],
                    [input::Block { content: Content::Certificate { der: found, .. }, .. }] if found == der
                ));
            }
            Content::Unusable(unusable) => drop(unusable.explain("file")),
            Content::Malformed(malformed) => drop(malformed.explain()),
            Content::PrivateKey(_) => {}
        }
    }
    for obstacle in &contents.bundle_obstacles {
        drop(obstacle.explain("file"));
    }
    for passed_over in &contents.passed_over {
        assert!(*passed_over < contents.blocks.len());
    }
});
