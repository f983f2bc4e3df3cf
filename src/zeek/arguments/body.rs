//! The steps of a plan as statements. Both transfer syntaxes have the same steps, but for widths and for what NDR64 aligns
//! besides; so one function serves both.

use crate::registry::data_type::{CharacterEncoding, FixedValue};
use crate::stub::{
    Argument, ArgumentIndex, Register, RegisterCondition, Step, StubPlan, TransferSyntax,
};

/// The statements that read a stub, with two tabs. `field` has the record's member of an argument that is asked for.
pub(super) fn write(plan: &StubPlan, field: &dyn Fn(&Argument) -> Option<String>) -> String {
    let mut writer = BodyWriter {
        plan,
        field,
        lines: Vec::new(),
        tabs: 2,
        place: StubOffset::START,
    };
    let steps = paired(
        plan.steps(TransferSyntax::Ndr),
        plan.steps(TransferSyntax::Ndr64),
    );
    for register in 0..plan.registers().len() {
        if outlives(&steps, register) {
            let name = writer.register(register);
            writer.line(&format!("local {name} = 0;"));
        }
    }
    let tells = steps.iter().position(tells_syntax);
    let (first, rest) = steps.split_at(tells.map_or(steps.len(), |tells| tells + 1));
    writer.steps(first, &[rest]);
    if !rest.is_empty() {
        writer.line("");
        writer.line("# Not in this transfer syntax.");
        writer.line("if ( SigzeekStub::at > |bytes| + 1 )");
        writer.line("\tnext;");
        writer.line("");
    }
    writer.steps(rest, &[]);
    writer.move_on();
    writer.lines.join("\n")
}

/// Where a stub in NDR has the offset of its first text, in octets from its beginning, if that is the same in every stub, and NDR64
/// has the text's maximum count there.
pub(super) fn offset_in_ndr(plan: &StubPlan) -> Option<u64> {
    let mut at = 0u64;
    for step in plan.steps(TransferSyntax::Ndr) {
        at += match step {
            Step::Align(alignment) => at.next_multiple_of(u64::from(*alignment)) - at,
            Step::Skip(octets) | Step::Octets(octets, _) => *octets,
            Step::Load(octets, _) | Step::Integer { octets, .. } => u64::from(*octets),
            Step::Fixed(form, _) => u64::from(form.octets()),
            Step::Text(..) => {
                let [narrow, wide] = TransferSyntax::ALL.map(|syntax| u64::from(syntax.word()));
                let offset = at.next_multiple_of(narrow) + narrow;
                return (offset == at.next_multiple_of(wide)).then_some(offset);
            }
            _ => return None,
        };
    }
    None
}

/// Whether a stub begins with a pointer of which nothing is asked but whether it is null.
pub(super) fn begins_with_pointer(plan: &StubPlan) -> bool {
    let steps = paired(
        plan.steps(TransferSyntax::Ndr),
        plan.steps(TransferSyntax::Ndr64),
    );
    let first = steps
        .iter()
        .position(|step| !matches!(step, Pair::Align(_)));
    first.is_some_and(|first| pointed_to(&steps[first..]).is_some())
}

/// What the pointer that is read first points to, and the steps behind it, where nothing is asked of the pointer but whether it
/// is null.
fn pointed_to<'s, 'p>(steps: &'s [Pair<'p>]) -> Option<(&'s [Pair<'p>], &'s [Pair<'p>])> {
    match steps {
        [
            Pair::Load(WORD, pointer),
            Pair::When(asked, RegisterCondition::NotZero, block),
            behind @ ..,
        ] if asked == pointer && !behind.iter().any(|step| uses(step, *pointer)) => {
            Some((block, behind))
        }
        _ => None,
    }
}

/// See [`Step::tells_syntax`].
fn tells_syntax(step: &Pair<'_>) -> bool {
    matches!(step, Pair::Same(step) if step.tells_syntax())
}

/// What is known of where the stub is read, in NDR and in NDR64.
#[derive(Debug, Clone, Copy)]
struct StubOffset {
    /// Octets since a multiple of `base`.
    since: [u64; 2],
    base: [u8; 2],
    /// Octets that the statements have not moved over yet.
    ahead: [u64; 2],
}

impl StubOffset {
    /// A stub is aligned to more than anything in it.
    const START: Self = Self::behind([8, 8]);
    /// Behind something of any length.
    const ANYWHERE: Self = Self::behind([1, 1]);

    /// At a multiple of these.
    const fn behind(base: [u8; 2]) -> Self {
        Self {
            since: [0, 0],
            base,
            ahead: [0, 0],
        }
    }

    fn moved(mut self, octets: [u64; 2]) -> Self {
        for (syntax, octets) in octets.into_iter().enumerate() {
            self.since[syntax] += octets;
            self.ahead[syntax] += octets;
        }
        self
    }

    /// The place at the next multiple of these, if it is known how far that is.
    fn aligned(self, alignment: [u8; 2]) -> Option<Self> {
        if alignment[0] > self.base[0] || alignment[1] > self.base[1] {
            return None;
        }
        let gap = |syntax: usize| {
            let since = self.since[syntax];
            since.next_multiple_of(u64::from(alignment[syntax])) - since
        };
        Some(self.moved([gap(0), gap(1)]))
    }
}

/// What is done in both transfer syntaxes: octets, alignments and steps in NDR and in NDR64.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pair<'a> {
    Align([u8; 2]),
    Skip([u64; 2]),
    Load([u8; 2], Register),
    Integer([u8; 2], bool, ArgumentIndex),
    /// What is read alike.
    Same(&'a Step),
    Each {
        count: Register,
        stride: [u64; 2],
        size: [u64; 2],
        inline: Vec<Pair<'a>>,
        deferred: Vec<Pair<'a>>,
    },
    When(Register, &'a RegisterCondition, Vec<Pair<'a>>),
}

/// The steps of both transfer syntaxes, side by side.
fn paired<'a>(ndr: &'a [Step], ndr64: &'a [Step]) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    let mut ndr = ndr.iter().peekable();
    for wide in ndr64 {
        if let Step::Align(wide) = wide {
            // NDR64 aligns unions and the ends of structures, too.
            let narrow = match ndr.peek() {
                Some(Step::Align(narrow)) => *narrow,
                _ => 1,
            };
            ndr.next_if(|step| matches!(step, Step::Align(_)));
            pairs.push(Pair::Align([narrow, *wide]));
        } else if let Some(narrow) = ndr.next() {
            pairs.push(pair(narrow, wide));
        }
    }
    pairs
}

fn pair<'a>(ndr: &'a Step, ndr64: &'a Step) -> Pair<'a> {
    match (ndr, ndr64) {
        (Step::Skip(narrow), Step::Skip(wide)) => Pair::Skip([*narrow, *wide]),
        (Step::Load(narrow, register), Step::Load(wide, _)) => {
            Pair::Load([*narrow, *wide], *register)
        }
        (
            Step::Integer {
                octets: narrow,
                is_signed,
                output,
            },
            Step::Integer { octets: wide, .. },
        ) => Pair::Integer([*narrow, *wide], *is_signed, *output),
        (
            Step::Each {
                count,
                stride: narrow_stride,
                size: narrow_size,
                inline: narrow_inline,
                deferred: narrow_deferred,
            },
            Step::Each {
                stride,
                size,
                inline,
                deferred,
                ..
            },
        ) => Pair::Each {
            count: *count,
            stride: [*narrow_stride, *stride],
            size: [*narrow_size, *size],
            inline: paired(narrow_inline, inline),
            deferred: paired(narrow_deferred, deferred),
        },
        (Step::When(register, condition, narrow), Step::When(_, _, wide)) => {
            Pair::When(*register, condition, paired(narrow, wide))
        }
        (step, _) => Pair::Same(step),
    }
}

/// Whether a register is loaded in a block and asked for behind it.
fn outlives(steps: &[Pair<'_>], register: Register) -> bool {
    let mut is_loaded = false;
    for step in steps {
        let blocks: &[&[Pair<'_>]] = match step {
            Pair::When(_, _, block) => &[block],
            Pair::Each {
                inline, deferred, ..
            } => &[inline, deferred],
            _ => &[],
        };
        if is_loaded && uses(step, register) || blocks.iter().any(|block| outlives(block, register))
        {
            return true;
        }
        // The inline and the deferred steps of an array share a block.
        if let Pair::When(_, _, block) = step {
            is_loaded |= loads(block, register);
        }
    }
    false
}

fn loads(steps: &[Pair<'_>], register: Register) -> bool {
    steps.iter().any(|step| match step {
        Pair::Load(_, loaded) | Pair::Same(Step::Count(loaded)) => *loaded == register,
        Pair::When(_, _, block) => loads(block, register),
        Pair::Each {
            inline, deferred, ..
        } => loads(inline, register) || loads(deferred, register),
        _ => false,
    })
}

fn uses(step: &Pair<'_>, register: Register) -> bool {
    let any = |steps: &[Pair<'_>]| steps.iter().any(|step| uses(step, register));
    match step {
        Pair::When(asked, _, block) => *asked == register || any(block),
        Pair::Each {
            count,
            inline,
            deferred,
            ..
        } => *count == register || any(inline) || any(deferred),
        Pair::Same(Step::CountedText(_, length, _)) => *length == register,
        Pair::Same(Step::CountedBytes(count, _)) => *count == register,
        _ => false,
    }
}

struct BodyWriter<'a> {
    plan: &'a StubPlan,
    field: &'a dyn Fn(&Argument) -> Option<String>,
    lines: Vec<String>,
    tabs: usize,
    place: StubOffset,
}

impl BodyWriter<'_> {
    /// Steps, and those that follow them in the same block or around it.
    fn steps(&mut self, steps: &[Pair<'_>], behind: &[&[Pair<'_>]]) {
        let mut rest = steps;
        while let Some((step, after)) = rest.split_first() {
            if let Some((block, behind)) = pointed_to(rest) {
                rest = behind;
                self.move_on();
                self.place = StubOffset::behind(WORD);
                self.block("if ( SigzeekStub::points() )", block);
                continue;
            }
            rest = after;
            // What is read next is aligned to its size as it is read.
            if let Pair::Align(alignment) = step
                && after.first().and_then(own_alignment) == Some(*alignment)
            {
                continue;
            }
            match (step, after) {
                (Pair::Align(alignment), _) => self.align(*alignment),
                (Pair::Load(octets, register), after) => {
                    let is_used = after.iter().any(|step| uses(step, *register))
                        || behind
                            .iter()
                            .any(|steps| steps.iter().any(|step| uses(step, *register)));
                    self.load(*octets, *register, is_used);
                }
                _ => self.step(step),
            }
        }
    }

    fn step(&mut self, step: &Pair<'_>) {
        match step {
            Pair::Skip(octets) => self.skip(*octets),
            Pair::Integer(octets, is_signed, output) => {
                if self.field(*output).is_none() {
                    self.align(*octets);
                    return self.skip(octets.map(u64::from));
                }
                let function = if *is_signed { "signed" } else { "number" };
                self.give(
                    *output,
                    &number(function, *octets),
                    StubOffset::behind(*octets),
                );
            }
            Pair::Same(step) => self.same(step),
            Pair::When(register, condition, block) => {
                let mut conditions = vec![condition_on(&self.register(*register), condition)];
                let mut block = block.as_slice();
                while let [Pair::When(register, condition, inner)] = block {
                    conditions.push(condition_on(&self.register(*register), condition));
                    block = inner;
                }
                self.move_on();
                self.block(&format!("if ( {} )", conditions.join(" && ")), block);
            }
            Pair::Each {
                count,
                stride,
                size,
                inline,
                deferred,
            } => self.each(*count, [*stride, *size], inline, deferred),
            Pair::Align(_) | Pair::Load(..) => {}
        }
    }

    fn align(&mut self, alignment: [u8; 2]) {
        if let Some(place) = self.place.aligned(alignment) {
            self.place = place;
            return;
        }
        self.move_on();
        let [narrow, wide] = alignment;
        if narrow == 1 {
            self.line("if ( word == 8 )");
            self.line(&format!("\tSigzeekStub::align({wide});"));
        } else {
            let alignment = by_syntax(alignment.map(u64::from));
            self.line(&format!("SigzeekStub::align({alignment});"));
        }
        self.place = StubOffset::behind(alignment);
    }

    /// Moves over octets of known number.
    fn skip(&mut self, octets: [u64; 2]) {
        self.place = self.place.moved(octets);
    }

    /// Writes what the statements have not moved over yet.
    fn move_on(&mut self) {
        let ahead = std::mem::take(&mut self.place.ahead);
        if ahead != [0, 0] {
            self.line(&format!("SigzeekStub::at += {};", by_syntax(ahead)));
        }
    }

    /// Reads with a statement that moves on by itself.
    fn read(&mut self, statement: &str, behind: StubOffset) {
        self.move_on();
        self.line(statement);
        self.place = behind;
    }

    fn load(&mut self, octets: [u8; 2], register: Register, is_used: bool) {
        let name = self.register(register);
        if !is_used && !self.is_declared(&name) {
            self.align(octets);
            return self.skip(octets.map(u64::from));
        }
        let lead = self.lead(&name);
        let read = number("number", octets);
        self.read(
            &format!("{lead}{name} = {read};"),
            StubOffset::behind(octets),
        );
    }

    /// Reads the counts of an array into a register.
    fn count(&mut self, register: Register) {
        let name = self.register(register);
        let lead = self.lead(&name);
        let read = "SigzeekStub::varying_count()";
        self.read(&format!("{lead}{name} = {read};"), StubOffset::behind(WORD));
    }

    /// What stands before the first assignment to a register.
    fn lead(&self, name: &str) -> &'static str {
        match self.is_declared(name) {
            true => "",
            false => "local ",
        }
    }

    fn is_declared(&self, name: &str) -> bool {
        let declared = format!("local {name} = ");
        self.lines
            .iter()
            .any(|line| line.trim_start().starts_with(&declared))
    }

    fn same(&mut self, step: &Step) {
        let (output, read, skip, behind) = match step {
            Step::Fixed(form, output) => {
                let octets = u64::from(form.octets());
                let is_checked = *form == FixedValue::Handle && !self.plan.has_counts;
                if self.field(*output).is_none() && !is_checked {
                    self.align([4, 4]);
                    return self.skip([octets; 2]);
                }
                let read = match form {
                    FixedValue::Guid => "guid()",
                    FixedValue::FileTime => "file_time()",
                    FixedValue::Ipv4 => "address()",
                    FixedValue::Handle if is_checked => "reserved_handle()",
                    FixedValue::Handle => "handle()",
                };
                (output, read.to_owned(), read.to_owned(), [4, 4])
            }
            Step::Octets(octets, output) => {
                if self.field(*output).is_none() {
                    return self.skip([*octets; 2]);
                }
                let read = format!("take({octets})");
                (output, read.clone(), read, [1, 1])
            }
            Step::Text(encoding, output) => {
                let read = format!("{}text()", ansi(*encoding));
                let behind = [encoding.octets(); 2];
                (output, read.clone(), format!("skip_{read}"), behind)
            }
            Step::CountedText(encoding, length, output) => {
                let length = self.register(*length);
                let read = format!("counted_{}text({length})", ansi(*encoding));
                let behind = [encoding.octets(); 2];
                (output, read.clone(), format!("skip_{read}"), behind)
            }
            Step::Bytes { is_varying, output } => {
                let read = match is_varying {
                    true => "varying_bytes()",
                    false => "bytes()",
                };
                (output, read.to_owned(), read.to_owned(), [1, 1])
            }
            Step::CountedBytes(count, output) => {
                let read = format!("take({})", self.register(*count));
                (output, read.clone(), read, [1, 1])
            }
            Step::Sid(output) => {
                let read = "sid()".to_owned();
                (output, read.clone(), read, [4, 4])
            }
            Step::Blob(output) => return self.give_any(*output, "bstr()"),
            Step::Activation(output) => return self.give_any(*output, "activated_class()"),
            Step::Count(register) => return self.count(*register),
            Step::Fail => return self.read("SigzeekStub::fail();", StubOffset::ANYWHERE),
            // These have a pair of their own.
            Step::Align(_)
            | Step::Skip(_)
            | Step::Load(..)
            | Step::Integer { .. }
            | Step::Each { .. }
            | Step::When(..) => return,
        };
        let behind = StubOffset::behind(behind);
        match self.field(*output) {
            Some(_) => self.give(*output, &format!("SigzeekStub::{read}"), behind),
            None => self.read(&format!("SigzeekStub::{skip};"), behind),
        }
    }

    /// Gives what is read to the argument, which is asked for.
    fn give(&mut self, output: ArgumentIndex, read: &str, behind: StubOffset) {
        if let Some((field, is_list)) = self.field(output) {
            let gives = if is_list { "+=" } else { "=" };
            self.read(&format!("values${field} {gives} {read};"), behind);
        }
    }

    /// Gives what is read, if it is there.
    fn give_any(&mut self, output: ArgumentIndex, read: &str) {
        let Some((field, is_list)) = self.field(output) else {
            return self.read(&format!("SigzeekStub::{read};"), StubOffset::ANYWHERE);
        };
        let gives = if is_list { "+=" } else { "=" };
        self.move_on();
        self.line("");
        self.line(&format!("for ( _, found in SigzeekStub::{read} )"));
        self.line(&format!("\tvalues${field} {gives} found;"));
        self.line("");
        self.place = StubOffset::ANYWHERE;
    }

    fn each(
        &mut self,
        count: Register,
        [stride, size]: [[u64; 2]; 2],
        inline: &[Pair<'_>],
        deferred: &[Pair<'_>],
    ) {
        self.move_on();
        let count = self.register(count);
        let array = format!("{count}_elements");
        self.line(&format!(
            "local {array} = SigzeekStub::elements({count}, {}, {});",
            by_syntax(stride),
            by_syntax(size)
        ));
        self.line("");
        self.line(&format!("while ( {array}$number < {array}$count_ )"));
        self.tabs += 1;
        self.line("{");
        self.line(&format!("SigzeekStub::to_next_element({array});"));
        self.place = StubOffset::ANYWHERE;
        self.steps(inline, &[deferred]);
        self.move_on();
        self.line(&format!("SigzeekStub::behind_elements({array});"));
        self.place = StubOffset::ANYWHERE;
        self.steps(deferred, &[]);
        self.move_on();
        self.line("}");
        self.tabs -= 1;
        self.line("");
        self.place = StubOffset::ANYWHERE;
    }

    fn block(&mut self, head: &str, block: &[Pair<'_>]) {
        self.line("");
        self.line(head);
        self.tabs += 1;
        self.line("{");
        self.steps(block, &[]);
        self.move_on();
        self.line("}");
        self.tabs -= 1;
        self.line("");
        self.place = StubOffset::ANYWHERE;
    }

    fn line(&mut self, text: &str) {
        if text.is_empty() {
            self.lines.push(String::new());
        } else {
            self.lines.push(format!("{}{text}", "\t".repeat(self.tabs)));
        }
    }

    /// The member of an argument that is asked for, and whether it is a list.
    fn field(&self, output: ArgumentIndex) -> Option<(String, bool)> {
        let argument = self.plan.arguments.get(output)?;
        Some(((self.field)(argument)?, argument.is_list))
    }

    fn register(&self, register: Register) -> String {
        let name = self.plan.registers().get(register);
        name.map(|name| name.replace('.', "_")).unwrap_or_default()
    }
}

/// Octets of a word.
const WORD: [u8; 2] = [4, 8];

/// The alignment that reading something begins with.
fn own_alignment(step: &Pair<'_>) -> Option<[u8; 2]> {
    match step {
        Pair::Load(octets, _) | Pair::Integer(octets, ..) => Some(*octets),
        Pair::Same(Step::Fixed(FixedValue::FileTime | FixedValue::Ipv4, _)) => Some([4, 4]),
        _ => None,
    }
}

/// A call that reads an integer.
fn number(function: &str, octets: [u8; 2]) -> String {
    match octets {
        [1, 1] => format!(
            "SigzeekStub::{}()",
            function
                .replace("number", "octet")
                .replace("signed", "signed_octet")
        ),
        octets => format!(
            "SigzeekStub::{function}({})",
            by_syntax(octets.map(u64::from))
        ),
    }
}

fn by_syntax([narrow, wide]: [u64; 2]) -> String {
    match (narrow, wide) {
        (4, 8) => "word".to_owned(),
        (narrow, wide) if narrow == wide => narrow.to_string(),
        (narrow, wide) => format!("word == 4 ? {narrow} : {wide}"),
    }
}

fn ansi(encoding: CharacterEncoding) -> &'static str {
    match encoding {
        CharacterEncoding::Utf16 => "",
        CharacterEncoding::Ansi => "ansi_",
    }
}

fn condition_on(name: &str, condition: &RegisterCondition) -> String {
    match condition {
        RegisterCondition::NotZero => format!("{name} != 0"),
        RegisterCondition::Is(case) => format!("{name} == {case}"),
        RegisterCondition::IsNoneOf(cases) if cases.is_empty() => "T".to_owned(),
        RegisterCondition::IsNoneOf(cases) => {
            let tests: Vec<String> = cases
                .iter()
                .map(|case| format!("{name} != {case}"))
                .collect();
            tests.join(" && ")
        }
    }
}
