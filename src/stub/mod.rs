//! How the stub of a call is read: its parameters as a line of steps, for each transfer syntax.
//!
//! A step moves a cursor over the stub, and fails if the stub does not have what it needs. The steps are the same for both
//! byte orders. What decodes a stub runs them and nothing else.

mod planner;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::registry::data_type::{CharacterEncoding, FixedValue};
use crate::registry::{InterfaceUuid, Operation, Parameter, Registry};

/// How many elements an array may have whose elements hold pointers. An array with more of them is not read.
pub const MAX_ELEMENTS: u64 = 4096;

/// How many octets a stub may have behind its last parameter: what aligns an authentication trailer (MS-RPCE section
/// 2.2.2.11).
pub const MAX_PADDING: usize = 15;

/// How a verification trailer begins, which may follow the parameters of a request (MS-RPCE section 2.2.2.13.1).
pub const VERIFICATION_TRAILER: [u8; 8] = [0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71];

/// How large the attributes of a context handle may be in stubs without counts. They are reserved (C706 section 14.3.11.4), and
/// servers write 0 or a small number; sealed stubs have anything there.
pub const MAX_HANDLE_ATTRIBUTES: u64 = 0xffff;

/// A transfer syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransferSyntax {
    /// NDR 2.0 (C706 chapter 14).
    Ndr,
    /// NDR64 (MS-RPCE section 2.2.5).
    Ndr64,
}

impl TransferSyntax {
    /// Both, the one first that counts where a stub can be read either way.
    pub const ALL: [Self; 2] = [Self::Ndr, Self::Ndr64];

    /// The usual name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ndr => "NDR",
            Self::Ndr64 => "NDR64",
        }
    }

    /// How many octets a count or a referent has, which is its alignment, too.
    pub fn word(self) -> u8 {
        match self {
            Self::Ndr => 4,
            Self::Ndr64 => 8,
        }
    }
}

/// Which message of a call or of an SMB action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The request.
    Request,
    /// The response.
    Response,
}

impl Side {
    fn has(self, parameter: &Parameter) -> bool {
        match self {
            Self::Request => parameter.direction.is_in(),
            Self::Response => parameter.direction.is_out(),
        }
    }
}

/// How the stubs of one side of an operation are read.
#[derive(Debug, PartialEq, Eq)]
pub struct StubPlan {
    /// What can be read, in the order of the stub.
    pub arguments: Vec<Argument>,
    /// Whether every parameter is described, so that nothing but padding may follow them.
    pub is_whole: bool,
    /// Whether every stub has counts that can be checked. Anything of the right length could be read where there are none.
    pub has_counts: bool,
    ndr: Vec<Step>,
    ndr64: Vec<Step>,
    /// How many parameters the steps read.
    pub parameters: usize,
    registers: Vec<String>,
}

/// An argument that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The parameter's name, and those of the members that lead to it, with dots between them.
    pub name: String,
    /// What its values are.
    pub kind: ArgumentKind,
    /// Whether it is in an array, and has a value for each element.
    pub is_list: bool,
}

/// What the values of an argument are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// A number.
    Integer {
        /// Whether it is in two's complement.
        is_signed: bool,
    },
    /// Text.
    Text,
    /// Octets.
    Bytes,
    /// A SID.
    Sid,
    /// A value of another known form.
    Fixed(FixedValue),
}

/// An argument's place in [`StubPlan::arguments`].
pub type ArgumentIndex = usize;

/// A place for a number that later steps ask for. All are 0 at the beginning.
pub type Register = usize;

/// What a decoder does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Moves to the next multiple of that many octets.
    Align(u8),
    /// Moves over octets.
    Skip(u64),
    /// Reads an unsigned integer of that many octets into a register.
    Load(u8, Register),
    /// Reads the counts of a conformant and varying array into a register: how many elements are there.
    Count(Register),
    /// Takes an integer.
    Integer {
        /// How many octets it has.
        octets: u8,
        /// Whether it is in two's complement.
        is_signed: bool,
        /// Whose value it is.
        output: ArgumentIndex,
    },
    /// Takes a value of a fixed form.
    Fixed(FixedValue, ArgumentIndex),
    /// Takes that many octets.
    Octets(u64, ArgumentIndex),
    /// Takes a conformant and varying string with its terminator.
    Text(CharacterEncoding, ArgumentIndex),
    /// Takes a conformant and varying array of characters that has as many octets as the register says.
    CountedText(CharacterEncoding, Register, ArgumentIndex),
    /// Takes an array of octets with its counts.
    Bytes {
        /// Whether the array is varying, too.
        is_varying: bool,
        /// Whose value it is.
        output: ArgumentIndex,
    },
    /// Takes as many octets as the register says.
    CountedBytes(Register, ArgumentIndex),
    /// Takes an `RPC_SID` with its count.
    Sid(ArgumentIndex),
    /// Takes a `FLAGGED_WORD_BLOB` with its count.
    Blob(ArgumentIndex),
    /// Takes the class that is to be activated out of an `MInterfacePointer` with its count, if it has one.
    Activation(ArgumentIndex),
    /// Reads the elements of an array: first moves over all, then does the steps for each.
    Each {
        /// How many there are.
        count: Register,
        /// How far apart two of them begin, in octets.
        stride: u64,
        /// How many octets the last one has.
        size: u64,
        /// The steps in the element.
        inline: Vec<Step>,
        /// The steps behind the array, where what the element points to goes on.
        deferred: Vec<Step>,
    },
    /// Does the steps if a register has a value.
    When(Register, RegisterCondition, Vec<Step>),
    /// There is no reading.
    Fail,
}

impl Step {
    /// Whether it cannot be read in NDR where a stub is in NDR64: the upper half of a count is 0, which is neither a text
    /// with its terminator nor a SID.
    pub fn tells_syntax(&self) -> bool {
        matches!(self, Self::Text(..) | Self::Sid(_))
    }

    /// Whether it checks a count that every stub has.
    fn has_count(&self) -> bool {
        matches!(
            self,
            Self::Text(..)
                | Self::CountedText(..)
                | Self::Bytes { .. }
                | Self::CountedBytes(..)
                | Self::Sid(_)
                | Self::Blob(_)
                | Self::Activation(_)
        )
    }
}

/// What a register has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterCondition {
    /// Anything but 0: a pointer that is not null.
    NotZero,
    /// That number.
    Is(u64),
    /// None of those numbers.
    IsNoneOf(Vec<u64>),
}

impl RegisterCondition {
    /// Whether a register with that number has it.
    pub fn holds(&self, number: u64) -> bool {
        match self {
            Self::NotZero => number != 0,
            Self::Is(case) => number == *case,
            Self::IsNoneOf(cases) => !cases.contains(&number),
        }
    }
}

impl StubPlan {
    /// How the stubs of `side` of an operation are read. `None` if its parameters are not known.
    pub fn of(operation: &Operation, side: Side) -> Option<&'static Self> {
        type Plans = BTreeMap<(InterfaceUuid, u16, Side), StubPlan>;
        static PLANS: OnceLock<Plans> = OnceLock::new();
        let plans = PLANS.get_or_init(|| {
            let mut plans = Plans::new();
            for operation in Registry::get().operations() {
                let Some(parameters) = operation.parameters() else {
                    continue;
                };
                for side in [Side::Request, Side::Response] {
                    let key = (operation.uuid, operation.opnum, side);
                    plans.insert(key, Self::new(parameters, side));
                }
            }
            plans
        });
        plans.get(&(operation.uuid, operation.opnum, side))
    }

    /// How the stubs are read as far as these arguments are concerned: up to the last of them, and on up to where a reading in
    /// the wrong transfer syntax shows. `None` if one of them cannot be read.
    pub fn cut(operation: &Operation, side: Side, asked: &BTreeSet<String>) -> Option<Self> {
        let parameters = operation.parameters()?.iter();
        let parameters: Vec<_> = parameters.filter(|it| side.has(it)).collect();
        let has_all = |plan: &Self| {
            let names: BTreeSet<_> = plan.arguments.iter().map(|it| it.name.as_str()).collect();
            asked.iter().all(|name| names.contains(name.as_str()))
        };
        (1..=parameters.len()).find_map(|count| {
            let is_last = count == parameters.len();
            let mut plan = planner::plan(&parameters[..count]);
            plan.is_whole &= is_last;
            let is_enough = is_last || plan.ndr.iter().any(Step::tells_syntax);
            (is_enough && has_all(&plan)).then_some(plan)
        })
    }

    fn new(parameters: &[Parameter], side: Side) -> Self {
        let parameters: Vec<_> = parameters.iter().filter(|it| side.has(it)).collect();
        planner::plan(&parameters)
    }

    /// Whether no stub can be read in either transfer syntax with as much left unread.
    pub fn tells_syntax(&self) -> bool {
        self.is_whole || self.ndr.iter().any(Step::tells_syntax)
    }

    /// The steps in a transfer syntax.
    pub fn steps(&self, syntax: TransferSyntax) -> &[Step] {
        match syntax {
            TransferSyntax::Ndr => &self.ndr,
            TransferSyntax::Ndr64 => &self.ndr64,
        }
    }

    /// The registers: what each is for, in words with dots between them.
    pub fn registers(&self) -> &[String] {
        &self.registers
    }
}
