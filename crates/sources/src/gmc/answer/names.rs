//! Open elements and the namespaces in force: end tags must match, prefixes must be declared.

use quick_xml::events::BytesStart;

use super::{Incomplete, malformed};
use crate::gmc::incomplete::Class;
use crate::gmc::operations::{NAMESPACE, SOAP_11, SOAP_12};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A namespace, named once where it is declared: every element asks for it, and the names are long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Gmc,
    Soap11,
    Soap12,
    Xsi,
    Other,
}

impl Space {
    fn of(name: &str) -> Self {
        match name {
            NAMESPACE => Self::Gmc,
            SOAP_11 => Self::Soap11,
            SOAP_12 => Self::Soap12,
            XSI => Self::Xsi,
            _ => Self::Other,
        }
    }
}

/// A namespace declaration: the depth it stands at, the prefix (empty for the default), the namespace.
type Declared = (usize, String, Space);

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
                self.declared.push((self.depth(), String::new(), Space::of(value)));
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                self.declared.push((self.depth(), prefix.to_owned(), Space::of(value)));
            } else if let Some((prefix, "nil")) = name.split_once(':') {
                nil = Some((prefix.to_owned(), matches!(value.trim(), "true" | "1")));
            }
        }
        Ok(nil.is_some_and(|(prefix, is_nil)| is_nil && self.space(&prefix) == Space::Xsi))
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
    pub(super) fn is(&self, local: &str, space: Space) -> bool {
        self.local_in(space) == Some(local)
    }

    /// The local name of the innermost element, if it is of this namespace.
    pub(super) fn local_in(&self, space: Space) -> Option<&str> {
        let full = self.begins.last().map_or("", |begin| &self.text[*begin..]);
        let (prefix, local) = full.split_once(':').unwrap_or(("", full));
        (self.space(prefix) == space).then_some(local)
    }

    fn space(&self, prefix: &str) -> Space {
        // Two empty texts are not compared: their addresses are no memory, and the processor pays dearly for the look.
        let same = |declared: &str| match prefix.is_empty() {
            true => declared.is_empty(),
            false => declared == prefix,
        };
        let declared = self.declared.iter().rev().find(|(_, declared, _)| same(declared));
        declared.map_or(Space::Other, |(.., space)| *space)
    }

    /// The namespace of the outermost element, which names the version of SOAP.
    pub(super) fn space_of_root(&self) -> Space {
        let end = self.begins.get(1).copied().unwrap_or(self.text.len());
        let prefix = self.text[..end].split_once(':').map_or("", |(prefix, _)| prefix);
        let root = self.declared.iter().find(|(depth, declared, _)| *depth == 1 && declared == prefix);
        root.map_or(Space::Other, |(.., space)| *space)
    }
}
