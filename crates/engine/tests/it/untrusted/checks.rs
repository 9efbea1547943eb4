//! What holds for every input of a stranger, shared by the tests and the fuzz targets.
//!
//! Strangers are the processes of plugins, which send messages and frames, and registries.

use lichtfeld_engine::{Compatibility, RegistryIndex, Version, host_facts};
use lichtfeld_panel::{Frame, render_text};

/// Messages, which cross on Unix sockets alone.
#[cfg(unix)]
pub(crate) mod messages {
    use lichtfeld_engine::worker::body::{SendFiles, TakeFiles};
    use lichtfeld_engine::worker::message::{Ask, Started, Tell, pack, unpack};
    use lichtfeld_engine::worker::wire::{Message, Topic};
    use std::io::{self, IoSlice, Read, Write};
    use std::os::fd::OwnedFd;

    /// A stream in memory; files do not come with it.
    struct Stream<T>(T);

    impl Read for Stream<&[u8]> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl TakeFiles for Stream<&[u8]> {
        fn take_files(&mut self) -> Vec<OwnedFd> {
            Vec::new()
        }
    }

    impl Write for Stream<Vec<u8>> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl SendFiles for Stream<Vec<u8>> {
        fn send(&mut self, parts: &[IoSlice<'_>], _files: &[OwnedFd]) -> io::Result<usize> {
            self.0.write_vectored(parts)
        }
    }

    /// Reads messages until one is refused. What was read is written as the same bytes.
    pub(crate) fn check_message(bytes: &[u8]) {
        let mut stream = Stream(bytes);
        loop {
            let before = stream.0;
            let message = match Message::read(&mut stream) {
                Ok(message) => message,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    return;
                }
            };
            let mut written = Stream(Vec::new());
            assert!(message.write(&mut written).is_ok());
            assert_eq!(written.0, before[..before.len() - stream.0.len()]);
            if message.topic == Topic::Control {
                check_control(&message.body);
            }
        }
    }

    /// A body that is understood is understood the same way after it was sent again.
    pub(crate) fn check_control(body: &[u8]) {
        match unpack::<Ask>(body) {
            Ok((Ask::Start(start), _)) => {
                let _ = start.check().map_err(String::from);
            }
            Ok((ask, rest)) => {
                let again = pack(&ask, rest);
                assert!(unpack::<serde_json::Value>(&again).is_ok());
            }
            Err(error) => assert!(!String::from(error).is_empty()),
        }
        if let Ok((tell, rest)) = unpack::<Tell>(body) {
            let again = pack(&tell, rest);
            assert!(unpack::<serde_json::Value>(&again).is_ok());
        }
        if let Err(error) = Started::check(body) {
            assert!(error.code().starts_with("LR"));
        }
    }
}

/// An index is refused with a reason, or has plugins that can be searched and compared.
pub(crate) fn check_registry_index(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let index = match RegistryIndex::parse(text, "the index") {
        Ok(index) => index,
        Err(error) => {
            assert!(error.to_string().contains("the index"), "{error}");
            assert!(error.code().starts_with("LR"));
            return;
        }
    };
    let host = host_facts(Version::new([1, 2]), Version::new([1]), &["panels.v1"]);
    let all = index.search("", Compatibility::All, &host);
    assert_eq!(all.len(), index.plugins.len());
    assert!(index.search("a", Compatibility::Compatible, &host).len() <= all.len());
    for plugin in &index.plugins {
        let found = index.search(plugin.name.as_str(), Compatibility::All, &host);
        assert!(found.iter().any(|found| found.id == plugin.id));
        for version in &plugin.versions {
            let unmet = version.compatibility(&host);
            assert!(unmet.iter().all(|unmet| !unmet.to_string().is_empty()));
        }
    }
}

/// How many widgets are walked one by one: each walk is linear, so all of them are not.
const WALKED: usize = 200;

/// A frame is refused, or can be walked, rendered at any width, and sent on.
pub(crate) fn check_frame(bytes: &[u8]) {
    let Ok(frame) = serde_json::from_slice::<Frame>(bytes) else {
        return;
    };
    for (index, widget) in frame.widgets.iter().enumerate().take(WALKED) {
        let content = frame.content(index);
        assert!(content.len() < frame.widgets.len() - index);
        assert!(content.iter().all(|inside| inside.depth > widget.depth));
        assert!(frame.find(widget.id).is_some());
        if let Some(label) = widget.kind.label() {
            assert!(frame.labelled(label).is_some());
        }
    }
    assert!(frame.content(frame.widgets.len()).is_empty());
    for width in [0, 37, usize::MAX] {
        let text = render_text(&frame, width);
        let acts = |c: char| c.is_control() && c != '\n';
        assert!(text.ends_with('\n') && !text.contains(acts), "{text:?}");
    }
    assert!(serde_json::to_vec(&frame).is_ok());
}
