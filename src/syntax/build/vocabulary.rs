//! What facts are called, what they can be, and lists of them.

use super::{Builder, Node, Rule, children, first, unescape};
use crate::syntax::ast::*;
use crate::syntax::comments::doc_above;
use crate::value::Date;

impl Builder<'_> {
    pub(super) fn version(&mut self, node: Node<'_>) -> BlockKind {
        let (on, known) = self.judged_in(&node).unwrap_or((Date::FIRST, None));
        BlockKind::Version { name: self.name_in(&node), on, known, title: self.title_in(&node) }
    }

    pub(super) fn record(&mut self, node: Node<'_>) -> BlockKind {
        let part = |this: &Self, rule| children(&node, rule).next().map(|part| this.name_in(&part));
        BlockKind::Record {
            name: self.name_in(&node),
            keyed_by: part(self, Rule::keyed_by),
            classified_by: part(self, Rule::classified_by),
            fields: self.fields_in(&node),
        }
    }

    pub(super) fn enumeration(&mut self, node: Node<'_>) -> BlockKind {
        let flag = |word| children(&node, Rule::enum_flag).any(|flag| flag.as_str().trim() == word);
        BlockKind::Enum {
            name: self.name_in(&node),
            ordered: flag("ordered"),
            open: flag("open"),
            variants: self.variants_in(&node),
        }
    }

    pub(super) fn variants_in(&mut self, node: &Node<'_>) -> Vec<Variant> {
        children(node, Rule::variant).map(|variant| self.variant(variant)).collect()
    }

    pub(super) fn variant(&mut self, node: Node<'_>) -> Variant {
        let doc = doc_above(self.text, node.as_span().start());
        Variant { name: self.name_in(&node), title: self.title_in(&node), doc }
    }

    pub(super) fn fields_in(&mut self, node: &Node<'_>) -> Vec<Field> {
        children(node, Rule::field).map(|field| self.field(field)).collect()
    }

    pub(super) fn field(&mut self, node: Node<'_>) -> Field {
        let mut field = Field {
            name: self.name_in(&node),
            ty: self.type_in(&node),
            default: None,
            inherits: None,
            lookup: None,
            of_whole: false,
            ask: Title::default(),
            doc: doc_above(self.text, node.as_span().start()),
        };
        for part in children(&node, Rule::field_part).filter_map(first) {
            match part.as_rule() {
                Rule::default_part => field.default = first(part).map(|literal| self.literal_or_word(literal)),
                Rule::inherits_part => field.inherits = Some(self.name_in(&part)),
                Rule::lookup_part => field.lookup = Some(self.lookup(part)),
                Rule::whole_part => field.of_whole = true,
                Rule::ask_part => field.ask.text = self.texts_in(&part),
                _ => self.translate(&mut field.ask, part),
            }
        }
        field
    }

    pub(super) fn lookup(&mut self, node: Node<'_>) -> Lookup {
        let path = children(&node, Rule::string).next();
        Lookup {
            span: path.as_ref().map_or(self.block, |path| self.span(path)),
            path: path.map(|path| unescape(&path)).unwrap_or_default(),
            by: self.name_in(&node),
            known: children(&node, Rule::known_part).next().map(|known| self.name_in(&known)),
        }
    }

    /// A default is a literal; a bare word is a variant or a country.
    pub(super) fn literal_or_word(&mut self, node: Node<'_>) -> Expr {
        self.primary(node)
    }

    pub(super) fn type_in(&mut self, node: &Node<'_>) -> TypeName {
        let written = children(node, Rule::r#type).next().and_then(first);
        let Some(written) = written else { return TypeName::Named(self.name_in(node)) };
        match written.as_rule() {
            Rule::set_type => TypeName::Set(self.name_in(&written)),
            Rule::list_type => TypeName::List(self.name_in(&written)),
            Rule::register_type => TypeName::Register(self.name_in(&written)),
            Rule::quantity_type => TypeName::Quantity(self.named(&written, Rule::unit)),
            _ => TypeName::Named(self.name_of(&written)),
        }
    }

    pub(super) fn list(&mut self, node: Node<'_>) -> BlockKind {
        let of = children(&node, Rule::of_type).next().map(|of| self.name_in(&of));
        let entries = match children(&node, Rule::list_file).next() {
            Some(file) => self.list_file(file),
            None => Entries::Inline(self.inline_entries(&node)),
        };
        BlockKind::List(List { name: self.name_in(&node), of, entries, title: self.title_in(&node) })
    }

    pub(super) fn inline_entries(&mut self, node: &Node<'_>) -> Vec<Expr> {
        let inline = children(node, Rule::list_inline).next();
        let set = inline.and_then(|inline| children(&inline, Rule::set).next());
        set.map_or_else(Vec::new, |set| self.entries(&set))
    }

    pub(super) fn list_file(&mut self, node: Node<'_>) -> Entries {
        let path = children(&node, Rule::string).next();
        let (mut column, mut tests, mut days) = (None, Vec::new(), None);
        let span = path.as_ref().map_or(self.block, |path| self.span(path));
        for part in children(&node, Rule::list_part).filter_map(first) {
            match part.as_rule() {
                Rule::column_part => column = Some(self.name_in(&part)),
                Rule::days_part => {
                    let mut names = children(&part, Rule::name).map(|name| self.name_of(&name));
                    days = names.next().map(|from| (from, names.next()));
                }
                _ => tests.extend(children(&part, Rule::column_test).map(|test| (self.name_in(&test), self.string_in(&test)))),
            }
        }
        Entries::File { path: path.map(|path| unescape(&path)).unwrap_or_default(), span, column, tests, days }
    }
}
