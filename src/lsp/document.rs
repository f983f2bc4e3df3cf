//! Files as they are open in the editor.

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::text::{Lines, PositionEncoding};

/// An open file.
#[derive(Debug)]
pub(super) struct OpenDocument {
    /// What the editor calls it.
    pub(super) uri: Uri,
    /// The editor's number for the text.
    pub(super) version: i32,
    /// The text.
    pub(super) text: String,
}

impl OpenDocument {
    /// Takes changes in their order.
    pub(super) fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: PositionEncoding,
    ) {
        use TextDocumentContentChangeEvent as Change;
        for change in changes {
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => self.text = whole.text,
                Change::TextDocumentContentChangePartial(part) => {
                    let span = Lines::new(&self.text, encoding).span(&part.range);
                    self.text.replace_range(span, &part.text);
                }
            }
        }
        self.version = version;
    }
}
