//! Decodes and validates a Program (spec 3.9).
use super::config::decoded;
use super::{message_form, pb};
use crate::core::contract::{self, ErrorCode, Op, Operator, Window, clock};
use crate::core::error::{EngineError, Result};
use crate::signal_engine::program::{Node, Program};

const CLOCK_BITS: u32 = clock::QUOTE | clock::TRADE | clock::BOOK | clock::BAR | clock::EXTERNAL;
const STATE_WORDS_MAX: u64 = 1 << 31;

/// Decodes a serialised Program and compiles it.
pub fn decode(bytes: &[u8], symbols: usize, source_count: u32) -> Result<Program> {
    compile(&decoded(bytes, &message_form::PROGRAM)?, symbols, source_count)
}

/// Lays the nodes out flat, after every test of spec 3.9.
pub fn compile(message: &pb::Program, symbols: usize, source_count: u32) -> Result<Program> {
    if message.nodes.is_empty() || message.nodes.len() as i64 > contract::NODES_MAX {
        return Err(EngineError::program(format!(
            "{} nodes, must be 1 to {}",
            message.nodes.len(),
            contract::NODES_MAX
        )));
    }
    let mut program = Program::default();
    let mut words_per_symbol: u64 = 0;
    for (index, node) in message.nodes.iter().enumerate() {
        let checked = Checked::of(node, index, source_count)
            .map_err(|reason| EngineError::program(format!("node {index} {:?}: {reason}", node.name)))?;
        words_per_symbol += (checked.u_words + checked.f_words) as u64;
        let (inputs, params) = (program.inputs.len(), program.params.len());
        program.inputs.extend_from_slice(&node.inputs);
        program.params.extend_from_slice(&node.params);
        program.nodes.push(Node {
            op: checked.op,
            clock: node.clock,
            n: node.n,
            inputs: inputs..program.inputs.len(),
            params: params..program.params.len(),
            u_words: checked.u_words,
            f_words: checked.f_words,
            // Until the whole is laid out.
            is_stateless: false,
            u_start: 0,
            f_start: 0,
            value_start: 0,
        });
    }
    program.lay_out(symbols);
    program.score = output(&program, "score", message.score)?;
    program.score_clock = program.nodes[program.score].clock;
    if program.score_clock == 0 {
        return Err(EngineError::program(format!("score: node {} has no clock", program.score)));
    }
    program.confidence = message.confidence.map(|node| output(&program, "confidence", node)).transpose()?;
    program.fair_value = message.fair_value.map(|node| output(&program, "fair_value", node)).transpose()?;
    if words_per_symbol * symbols as u64 > STATE_WORDS_MAX {
        return Err(EngineError::new(
            ErrorCode::Capacity,
            format!("the program's state exceeds {STATE_WORDS_MAX} words"),
        ));
    }
    for words in [program.u_total, program.f_total, program.nodes.len() * symbols] {
        // A failed allocation would end the process: ask first.
        if Vec::<u64>::new().try_reserve_exact(words).is_err() {
            return Err(EngineError::new(
                ErrorCode::Capacity,
                format!("there is no memory for {words} words of state"),
            ));
        }
    }
    Ok(program)
}

fn output(program: &Program, name: &str, node: u32) -> Result<usize> {
    if (node as usize) < program.nodes.len() {
        Ok(node as usize)
    } else {
        Err(EngineError::program(format!("{name}: there is no node {node}")))
    }
}

struct Checked {
    op: Op,
    u_words: usize,
    f_words: usize,
}

impl Checked {
    fn of(node: &pb::Node, index: usize, source_count: u32) -> std::result::Result<Self, String> {
        let row = contract::operator(node.op).ok_or_else(|| format!("unknown operator {}", node.op))?;
        inputs(node, index, row)?;
        clocks(node, row)?;
        let named_params = if row.inputs < 0 { 1 + node.inputs.len() } else { usize::from(row.params) };
        if node.params.len() != named_params {
            return Err(format!("{} params, must be {named_params}", node.params.len()));
        }
        if row.op != Op::Const && node.params.iter().any(|param| !param.is_finite()) {
            return Err("a param is not finite".into());
        }
        window(node, row, source_count)?;
        values(node, row)?;
        let (n, k) = (u64::from(node.n), node.inputs.len() as u64);
        Ok(Self {
            op: row.op,
            u_words: row.u_words.count(n, k) as usize,
            f_words: row.f_words.count(n, k) as usize,
        })
    }
}

fn inputs(node: &pb::Node, index: usize, row: &Operator) -> std::result::Result<(), String> {
    let count = node.inputs.len();
    let right = if row.inputs < 0 {
        (1..=contract::MODEL_INPUTS_MAX as usize).contains(&count)
    } else {
        count == row.inputs as usize
    };
    if !right {
        return Err(format!("{count} inputs are not right for {}", row.name));
    }
    match node.inputs.iter().find(|&&input| input as usize >= index) {
        Some(input) => Err(format!("input {input} does not come before it")),
        None => Ok(()),
    }
}

fn clocks(node: &pb::Node, row: &Operator) -> std::result::Result<(), String> {
    let allowed = match row.op {
        Op::Const => 0,
        Op::ExternalScore | Op::ExternalConfidence => CLOCK_BITS,
        _ if row.clock != 0 => row.clock,
        _ => CLOCK_BITS,
    };
    if node.clock & !allowed != 0 || (node.clock == 0 && row.op != Op::Const) {
        return Err(format!("clock {} is not right for {}", node.clock, row.name));
    }
    Ok(())
}

fn window(node: &pb::Node, row: &Operator, source_count: u32) -> std::result::Result<(), String> {
    let longest = contract::WINDOW_MAX as u32;
    let (low, high) = match row.window {
        Window::None => (0, 0),
        Window::Level => (0, contract::LEVELS_MAX as u32 - 1),
        Window::Source => (0, source_count - 1),
        Window::Lag | Window::Rolling | Window::Scan | Window::Smoothing => (1, longest),
    };
    if (low..=high).contains(&node.n) {
        Ok(())
    } else {
        Err(format!("n is {}, must be in [{low}, {high}]", node.n))
    }
}

fn values(node: &pb::Node, row: &Operator) -> std::result::Result<(), String> {
    match row.op {
        Op::Clip if node.params[0] > node.params[1] => Err("lo is above hi".into()),
        Op::Ema if !(node.params[0] > 0.0 && node.params[0] <= 1.0) => Err("alpha is outside (0, 1]".into()),
        Op::Std | Op::Var | Op::Zscore | Op::Cov => {
            let ddof = node.params[0];
            if (ddof == 0.0 || ddof == 1.0) && f64::from(node.n) > ddof {
                Ok(())
            } else {
                Err(format!("ddof is {ddof}, must be 0 or 1 and below n"))
            }
        }
        _ => Ok(()),
    }
}
