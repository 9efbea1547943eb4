//! From the text of an expression to its tree.
//!
//! The precedence is that of RmlUi: `&&`, `||`, `|` and `?:` are of one level, from left to right.

use std::sync::Arc;

use super::ast::{Node, Operator, Statement};
pub(crate) use super::lexer::Mistake;
use super::lexer::{Kind, Lexeme, lex};
use crate::limits::{MAX_EXPRESSION, MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_NODES};
use crate::value::Value;

/// Reads an expression.
pub(crate) fn expression(text: &str) -> Result<Node, Mistake> {
    let mut parser = Parser::new(text)?;
    let node = parser.expression()?;
    parser.end("an operator or the end")?;
    Ok(node)
}

/// Reads an address: a name, followed by members and indices.
pub(crate) fn address(text: &str) -> Result<Node, Mistake> {
    let node = expression(text)?;
    if is_address(&node) {
        return Ok(node);
    }
    Err(Mistake::new(
        0,
        "this must be the name of a variable, not an expression",
    ))
}

/// Reads the statements of `data-event-...`, separated by semicolons.
pub(crate) fn statements(text: &str) -> Result<Vec<Statement>, Mistake> {
    let mut parser = Parser::new(text)?;
    let mut statements = Vec::new();
    loop {
        while parser.accept(";") {}
        if parser.peek() == &Kind::End {
            break;
        }
        statements.push(parser.statement()?);
        if parser.peek() != &Kind::End && !parser.accept(";") {
            return Err(parser.unexpected("`;` or the end"));
        }
    }
    if statements.is_empty() {
        return Err(Mistake::new(0, "the text is empty"));
    }
    Ok(statements)
}

/// Reads `iterator, index : address` of `data-for`, and returns both names and the address.
pub(crate) fn rows(text: &str) -> Result<(Arc<str>, Arc<str>, Node, usize), Mistake> {
    let (names, list, at) = match text.split_once(':') {
        Some((names, list)) => (Some(names), list, names.len() + 1),
        None => (None, text, 0),
    };
    let mut given = names.unwrap_or("").split(',').map(str::trim);
    let name = |given: Option<&str>, default: &str| match given.filter(|name| !name.is_empty()) {
        None => Ok(Arc::from(default)),
        Some(name) if is_name(name) => Ok(Arc::from(name)),
        Some(name) => Err(Mistake::new(0, format!("`{name}` is not a name"))),
    };
    let iterator = name(given.next(), "it")?;
    let index = name(given.next(), "it_index")?;
    if given.next().is_some() {
        return Err(Mistake::new(
            0,
            "`data-for` has at most two names before `:`",
        ));
    }
    let address =
        address(list).map_err(|mistake| Mistake::new(mistake.at + at, mistake.message))?;
    Ok((iterator, index, address, at))
}

fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    first.is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|next| next.is_alphanumeric() || next == '_')
}

fn is_address(node: &Node) -> bool {
    match node {
        Node::Name { .. } => true,
        Node::Member { of, .. } | Node::Index { of, .. } => is_address(of),
        _ => false,
    }
}

struct Parser {
    lexemes: Vec<Lexeme>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn new(text: &str) -> Result<Self, Mistake> {
        if text.len() > MAX_EXPRESSION {
            let message = format!("the expression is longer than {MAX_EXPRESSION} bytes");
            return Err(Mistake::new(0, message));
        }
        let lexemes = lex(text)?;
        // Each node needs at least one word, so this bounds the tree and its depth.
        if lexemes.len() > MAX_EXPRESSION_NODES {
            let message = format!("the expression has more than {MAX_EXPRESSION_NODES} parts");
            return Err(Mistake::new(0, message));
        }
        Ok(Self {
            lexemes,
            at: 0,
            depth: 0,
        })
    }

    fn lexeme(&self) -> &Lexeme {
        // The last lexeme is the end, and nothing goes beyond it.
        &self.lexemes[self.at.min(self.lexemes.len() - 1)]
    }

    fn peek(&self) -> &Kind {
        &self.lexeme().kind
    }

    fn accept(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Kind::Sign(next) if *next == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), Mistake> {
        if self.accept(sign) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{sign}`")))
    }

    fn end(&self, expected: &str) -> Result<(), Mistake> {
        match self.peek() {
            Kind::End => Ok(()),
            _ => Err(self.unexpected(expected)),
        }
    }

    fn unexpected(&self, expected: &str) -> Mistake {
        let Lexeme { at, kind } = self.lexeme();
        let found = match kind {
            Kind::End => "the expression ends".to_owned(),
            Kind::Sign("=") => "`=` compares nothing; write `==`".to_owned(),
            Kind::Sign(sign) => format!("`{sign}` is here"),
            Kind::Name(name) => format!("`{name}` is here"),
            Kind::Literal(value) => format!("`{value}` is here"),
        };
        Mistake::new(*at, format!("{found}, but {expected} is expected"))
    }

    /// Reads what is within brackets, with a limit of the depth.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Mistake>,
    ) -> Result<T, Mistake> {
        if self.depth == MAX_EXPRESSION_DEPTH {
            let message = format!("the expression is nested more than {MAX_EXPRESSION_DEPTH} deep");
            return Err(Mistake::new(self.lexeme().at, message));
        }
        self.depth += 1;
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn statement(&mut self) -> Result<Statement, Mistake> {
        let Lexeme { at, .. } = *self.lexeme();
        let target = self.unary()?;
        if let Node::Name { name, .. } = &target
            && self.accept("(")
        {
            let arguments = self.arguments()?;
            return Ok(Statement::Call {
                name: Arc::clone(name),
                at,
                arguments,
            });
        }
        // Without arguments the brackets may be left out.
        if let Node::Name { name, .. } = &target
            && matches!(self.lexeme().kind, Kind::End | Kind::Sign(";"))
        {
            return Ok(Statement::Call {
                name: Arc::clone(name),
                at,
                arguments: Vec::new(),
            });
        }
        if !is_address(&target) {
            return Err(Mistake::new(
                at,
                "a statement is `function(...)` or `variable = ...`",
            ));
        }
        if !self.accept("=") {
            return Err(self.unexpected("`(` of a function or `=`"));
        }
        let value = self.expression()?;
        Ok(Statement::Assign { target, value })
    }

    fn expression(&mut self) -> Result<Node, Mistake> {
        self.nested(|parser| {
            let mut left = parser.relational()?;
            loop {
                left = if parser.accept("&&") {
                    binary(Operator::And, left, parser.relational()?)
                } else if parser.accept("||") {
                    binary(Operator::Or, left, parser.relational()?)
                } else if parser.accept("?") {
                    let then = parser.expression()?;
                    parser.expect(":")?;
                    let otherwise = parser.expression()?;
                    Node::Condition {
                        condition: Box::new(left),
                        then: Box::new(then),
                        otherwise: Box::new(otherwise),
                    }
                } else if parser.accept("|") {
                    parser.transform(left)?
                } else {
                    return Ok(left);
                };
            }
        })
    }

    fn transform(&mut self, input: Node) -> Result<Node, Mistake> {
        let Lexeme { at, kind } = self.lexeme().clone();
        let Kind::Name(name) = kind else {
            return Err(self.unexpected("the name of a transform"));
        };
        self.at += 1;
        let arguments = if self.accept("(") {
            self.arguments()?
        } else {
            Vec::new()
        };
        Ok(Node::Transform {
            name,
            at,
            input: Box::new(input),
            arguments,
        })
    }

    /// Reads arguments up to the closing bracket.
    fn arguments(&mut self) -> Result<Vec<Node>, Mistake> {
        let mut arguments = Vec::new();
        if self.accept(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if self.accept(")") {
                return Ok(arguments);
            }
            if !self.accept(",") {
                return Err(self.unexpected("`,` or `)`"));
            }
        }
    }

    fn relational(&mut self) -> Result<Node, Mistake> {
        const OPERATORS: [(&str, Operator); 6] = [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        self.chain(&OPERATORS, |parser| {
            const SUMS: [(&str, Operator); 2] = [("+", Operator::Add), ("-", Operator::Subtract)];
            parser.chain(&SUMS, |parser| {
                const PRODUCTS: [(&str, Operator); 2] =
                    [("*", Operator::Multiply), ("/", Operator::Divide)];
                parser.chain(&PRODUCTS, Self::unary)
            })
        })
    }

    /// Reads operands of one level, from left to right.
    fn chain(
        &mut self,
        operators: &[(&str, Operator)],
        operand: impl Fn(&mut Self) -> Result<Node, Mistake>,
    ) -> Result<Node, Mistake> {
        let mut left = operand(self)?;
        'next: loop {
            for (sign, operator) in operators {
                if self.accept(sign) {
                    left = binary(*operator, left, operand(self)?);
                    continue 'next;
                }
            }
            return Ok(left);
        }
    }

    fn unary(&mut self) -> Result<Node, Mistake> {
        if self.accept("!") {
            return self.nested(|parser| Ok(Node::Not(Box::new(parser.unary()?))));
        }
        if self.accept("-") {
            let operand = self.nested(Self::unary)?;
            return Ok(match operand {
                Node::Literal(Value::Int(value)) => Node::Literal(Value::Int(-value)),
                Node::Literal(Value::Float(value)) => Node::Literal(Value::Float(-value)),
                operand => Node::Negate(Box::new(operand)),
            });
        }
        let mut node = self.primary()?;
        loop {
            let Lexeme { at, .. } = *self.lexeme();
            if self.accept(".") {
                let Kind::Name(name) = self.peek().clone() else {
                    return Err(self.unexpected("the name of a member"));
                };
                self.at += 1;
                node = Node::Member {
                    of: Box::new(node),
                    name,
                    at: at + 1,
                };
            } else if self.accept("[") {
                let index = self.expression()?;
                self.expect("]")?;
                node = Node::Index {
                    of: Box::new(node),
                    index: Box::new(index),
                    at,
                };
            } else {
                return Ok(node);
            }
        }
    }

    fn primary(&mut self) -> Result<Node, Mistake> {
        let Lexeme { at, kind } = self.lexeme().clone();
        match kind {
            Kind::Literal(value) => {
                self.at += 1;
                Ok(Node::Literal(value))
            }
            Kind::Name(name) => {
                self.at += 1;
                Ok(Node::Name { name, at })
            }
            Kind::Sign("(") => {
                self.at += 1;
                let node = self.expression()?;
                self.expect(")")?;
                Ok(node)
            }
            _ => Err(self.unexpected("a value")),
        }
    }
}

fn binary(operator: Operator, left: Node, right: Node) -> Node {
    Node::Binary {
        operator,
        left: Box::new(left),
        right: Box::new(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_say_what_is_wrong_and_where() {
        for (text, at, message) in [
            ("", 0, "the expression ends, but a value is expected"),
            (
                "a = b",
                2,
                "`=` compares nothing; write `==`, but an operator or the end is expected",
            ),
            (
                "a b",
                2,
                "`b` is here, but an operator or the end is expected",
            ),
            ("(a", 2, "the expression ends, but `)` is expected"),
            ("'x", 0, "the text has no ' at its end"),
            ("a % b", 2, "`%` has no meaning in an expression"),
            ("a ? b", 5, "the expression ends, but `:` is expected"),
            (
                "a |",
                3,
                "the expression ends, but the name of a transform is expected",
            ),
            (
                "a.1",
                2,
                "`1` is here, but the name of a member is expected",
            ),
            ("5px", 0, "`5` is followed by a letter"),
        ] {
            assert_eq!(expression(text), Err(Mistake::new(at, message)), "{text}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = "(".repeat(MAX_EXPRESSION_DEPTH + 1);
        assert!(expression(&deep).unwrap_err().message.contains("nested"));
        assert!(
            expression(&"!".repeat(99))
                .unwrap_err()
                .message
                .contains("nested")
        );
        let long = "1+".repeat(MAX_EXPRESSION_NODES) + "1";
        assert!(expression(&long).unwrap_err().message.contains("parts"));
        assert!(expression(&"a".repeat(MAX_EXPRESSION + 1)).is_err());
    }

    #[test]
    fn rows_and_addresses() {
        let (iterator, index, list, _) = rows("item, i : a.items").unwrap();
        assert_eq!((&*iterator, &*index), ("item", "i"));
        assert!(matches!(list, Node::Member { .. }));
        assert_eq!(&*rows("items").unwrap().0, "it");
        assert_eq!(rows("i : a +").unwrap_err().at, 7);
        assert!(rows("1x : a").is_err());
        assert!(rows("a, b, c : d").is_err());
        assert!(address("a + 1").is_err());
        assert!(address("a[b + 1].c").is_ok());
    }

    #[test]
    fn statements_of_events() {
        let read = statements("save('a', ev.value); it.name = 'x' + i;").unwrap();
        assert!(matches!(&read[0], Statement::Call { arguments, .. } if arguments.len() == 2));
        assert!(matches!(&read[1], Statement::Assign { .. }));
        assert_eq!(read.len(), 2);
        let bare = statements("save; apply").unwrap();
        assert!(
            bare.iter().all(
                |one| matches!(one, Statement::Call { arguments, .. } if arguments.is_empty())
            )
        );
        for wrong in [
            "",
            "save apply",
            "a.b",
            "1 = 2",
            "a = ",
            "f() g()",
            "(a) = 1 +",
        ] {
            assert!(statements(wrong).is_err(), "{wrong}");
        }
    }
}
