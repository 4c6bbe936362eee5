//! Any file: what is found in it must be consistent, and nothing may panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::input::{self, Content};

fuzz_target!(|octets: &[u8]| {
    let contents = input::read("file", octets);
    assert_eq!(contents.size, octets.len());
    for block in &contents.blocks {
        assert!(block.source.offset <= octets.len());
        if let Content::Certificate { der, .. } = &block.content {
            // What is written anew is found again.
            let again = input::read("again", input::to_pem(der).as_bytes());
            assert!(matches!(
                &again.blocks[..],
                [input::Block { content: Content::Certificate { der: found, .. }, .. }] if found == der
            ));
        }
    }
    for passed_over in &contents.passed_over {
        assert!(*passed_over < contents.blocks.len());
    }
});
