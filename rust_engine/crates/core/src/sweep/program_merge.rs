//! Programs of a group's members merged: equal nodes are one node, which runs once for all (spec 15.1).
use std::collections::HashMap;

use crate::core::contract::Op;
use crate::signal_engine::program::{Node, Program};

const UNPLACED: u32 = u32::MAX;

/// What makes two nodes the same: all that their values and state come from.
#[derive(Hash, PartialEq, Eq)]
struct Identity {
    op: Op,
    clock: u32,
    n: u32,
    params: Vec<u64>,
    /// Numbers of distinct nodes.
    inputs: Vec<u32>,
}

/// A node that occurs at least once.
struct Distinct<'a> {
    program: &'a Program,
    node: &'a Node,
    inputs: Vec<u32>,
    /// The last member that has it, and how many have.
    last_member: usize,
    members: usize,
}

/// A member's program over the shared one.
#[derive(Debug)]
pub struct Parted {
    /// Nodes that no other member has; its inputs and outputs count the shared nodes below them.
    pub own: Program,
    /// Where the member's nodes are, by their number in its whole program.
    pub places: Vec<u32>,
}

#[derive(Debug)]
pub struct Merged {
    pub shared: Program,
    pub parted: Vec<Parted>,
}

impl Merged {
    /// Merges programs over so many symbols.
    pub fn of(programs: &[&Program], symbols: usize) -> Self {
        let (distinct, numbers) = find_distinct(programs);
        let is_shared = |node: &Distinct<'_>| {
            // What external signals say is read as they come, for all.
            node.members > 1
                || programs.len() == 1
                || matches!(node.node.op, Op::ExternalScore | Op::ExternalConfidence)
        };
        let mut shared = Program::default();
        let mut places = vec![UNPLACED; distinct.len()];
        for (number, node) in distinct.iter().enumerate().filter(|(_, node)| is_shared(node)) {
            places[number] = shared.nodes.len() as u32;
            add(&mut shared, node, &places);
        }
        shared.lay_out(symbols);
        let below = shared.nodes.len();
        let parted = programs
            .iter()
            .zip(&numbers)
            .map(|(program, numbers)| {
                let mut own = Program { below, ..Program::default() };
                for &number in numbers {
                    let node = &distinct[number as usize];
                    // A node that the member has twice is added once.
                    if places[number as usize] == UNPLACED {
                        places[number as usize] = (below + own.nodes.len()) as u32;
                        add(&mut own, node, &places);
                    }
                }
                own.lay_out(symbols);
                let place = |node: usize| places[numbers[node] as usize];
                own.score = place(program.score) as usize;
                own.score_clock = program.score_clock;
                own.confidence = program.confidence.map(|node| place(node) as usize);
                own.fair_value = program.fair_value.map(|node| place(node) as usize);
                Parted { own, places: (0..numbers.len()).map(place).collect() }
            })
            .collect();
        Self { shared, parted }
    }
}

/// The distinct nodes in order of their first occurrence, and the number of every node of every program.
fn find_distinct<'a>(programs: &[&'a Program]) -> (Vec<Distinct<'a>>, Vec<Vec<u32>>) {
    let mut distinct: Vec<Distinct<'a>> = Vec::new();
    let mut known: HashMap<Identity, u32> = HashMap::new();
    let mut numbers = Vec::with_capacity(programs.len());
    for (member, program) in programs.iter().enumerate() {
        let mut own: Vec<u32> = Vec::with_capacity(program.nodes.len());
        for node in &program.nodes {
            let inputs: Vec<u32> = program.inputs(node).iter().map(|&input| own[input as usize]).collect();
            let identity = Identity {
                op: node.op,
                clock: node.clock,
                n: node.n,
                params: program.params(node).iter().map(|param| param.to_bits()).collect(),
                inputs: inputs.clone(),
            };
            let number = *known.entry(identity).or_insert(distinct.len() as u32);
            match distinct.get_mut(number as usize) {
                None => distinct.push(Distinct { program, node, inputs, last_member: member, members: 1 }),
                Some(node) if node.last_member != member => {
                    node.last_member = member;
                    node.members += 1;
                }
                Some(_) => {}
            }
            own.push(number);
        }
        numbers.push(own);
    }
    (distinct, numbers)
}

/// Adds a node whose inputs have their places.
fn add(program: &mut Program, node: &Distinct<'_>, places: &[u32]) {
    let (inputs, params) = (program.inputs.len(), program.params.len());
    program.inputs.extend(node.inputs.iter().map(|&input| places[input as usize]));
    program.params.extend_from_slice(node.program.params(node.node));
    program.nodes.push(Node {
        inputs: inputs..program.inputs.len(),
        params: params..program.params.len(),
        ..node.node.clone()
    });
}
