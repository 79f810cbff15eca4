//! Open elements and the namespaces in force: end tags must match, prefixes must be declared.

use quick_xml::events::BytesStart;

use super::{Incomplete, malformed};
use crate::gmc::incomplete::Class;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A namespace declaration: the depth it stands at, the prefix (empty for the default), the name.
type Declared = (usize, String, String);

#[derive(Clone, Default)]
pub(super) struct Names {
    /// All open names in one text, so that a doctor costs no allocation.
    text: String,
    begins: Vec<usize>,
    declared: Vec<Declared>,
}

impl Names {
    pub(super) fn depth(&self) -> usize {
        self.begins.len()
    }

    /// Opens an element; says whether it is nil.
    pub(super) fn push(&mut self, start: &BytesStart<'_>, most: usize) -> Result<bool, Incomplete> {
        self.begins.push(self.text.len());
        self.text.push_str(start.name().as_ref());
        if start.attributes_raw().trim_ascii().is_empty() {
            return Ok(false);
        }
        self.attributes(start, most)
    }

    fn attributes(&mut self, start: &BytesStart<'_>, most: usize) -> Result<bool, Incomplete> {
        let mut attributes = start.attributes();
        // Duplicates are looked for below, over a bounded number only.
        attributes.with_checks(false);
        let mut nil = None;
        for (count, attribute) in attributes.enumerate() {
            if count >= most {
                return Err(Incomplete::new(
                    Class::TooLarge,
                    "an element holds more attributes than the cap",
                ));
            }
            let attribute = attribute.map_err(|_| malformed("an attribute cannot be read"))?;
            let name = attribute.key.as_ref();
            let value: &str = attribute.value.as_ref();
            if name == "xmlns" {
                self.declared.push((self.depth(), String::new(), value.to_owned()));
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.declared.push((self.depth(), prefix.to_owned(), value.to_owned()));
            } else if let Some((prefix, "nil")) = name.split_once(':') {
                nil = Some((prefix.to_owned(), matches!(value.trim(), "true" | "1")));
            }
        }
        Ok(nil.is_some_and(|(prefix, is_nil)| is_nil && self.namespace(&prefix) == XSI))
    }

    /// Closes the innermost element, which must be `name`.
    pub(super) fn pop(&mut self, name: &str) -> Result<(), Incomplete> {
        let begin = self.begins.pop().ok_or_else(|| malformed("an element ends that never began"))?;
        if &self.text[begin..] != name {
            return Err(malformed("an element ends under another name than it began"));
        }
        self.text.truncate(begin);
        let depth = self.depth();
        while self.declared.last().is_some_and(|(at, ..)| *at > depth) {
            self.declared.pop();
        }
        Ok(())
    }

    /// Whether the innermost element has this local name and namespace.
    pub(super) fn is(&self, local: &str, namespace: &str) -> bool {
        let full = self.begins.last().map_or("", |begin| &self.text[*begin..]);
        match full.split_once(':') {
            Some((prefix, rest)) => rest == local && self.namespace(prefix) == namespace,
            None => full == local && self.namespace("") == namespace,
        }
    }

    /// The local name of the innermost element, if it is of this namespace.
    pub(super) fn local_in(&self, namespace: &str) -> Option<&str> {
        let full = self.begins.last().map_or("", |begin| &self.text[*begin..]);
        let (prefix, local) = full.split_once(':').unwrap_or(("", full));
        (self.namespace(prefix) == namespace).then_some(local)
    }

    fn namespace(&self, prefix: &str) -> &str {
        self.declared.iter().rev().find(|(_, declared, _)| declared == prefix).map_or("", |(.., name)| name)
    }

    /// The namespace of the outermost element, which names the version of SOAP.
    pub(super) fn namespace_of_root(&self) -> &str {
        let end = self.begins.get(1).copied().unwrap_or(self.text.len());
        let prefix = self.text[..end].split_once(':').map_or("", |(prefix, _)| prefix);
        self.declared
            .iter()
            .find(|(depth, declared, _)| *depth == 1 && declared == prefix)
            .map_or("", |(.., name)| name)
    }
}
