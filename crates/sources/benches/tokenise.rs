//! What reading one body's answer costs at each stage, against the floor of only finding its tags.
//!
//! One answer of 54,000 doctors in memory; the stages take turns, so that a busy machine slows all of them alike.
//! Read the ratios, not the seconds.
#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use domain::ids::BodyCode;
use domain::listing::Listing;
use jiff::Timestamp;
use jiff::civil::date;
use quick_xml::Reader;
use quick_xml::events::Event;
use simulator::answer::{Ids, Shape, pieces};
use simulator::{BODIES, World};
use sources::gmc::operations::Soap;
use sources::gmc::{Caps, Expected, Incomplete, Item, read_doctors};
use tokio::runtime::Runtime;

/// Doctors of the one body.
const DOCTORS: u64 = 54_000;
/// Rounds after the first, which only warms up.
const ROUNDS: usize = 5;

type Stage = (&'static str, fn(&Runtime, &[u8]) -> u64);

/// In order of what is done; each gives a count, so that nothing is left out as unused.
const STAGES: [Stage; 5] = [
    ("bytes only: their sum", bytes_only),
    ("tags only, from memory", events_in_memory),
    ("tags only, as a stream (the floor)", events_as_a_stream),
    ("read_doctors, all checks", all_checks),
    ("read_doctors, Listing, JSON", all_checks_and_listings),
];
/// The stage that the others are held against.
const FLOOR: usize = 2;

fn main() {
    let xml = answer();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut times = [const { Vec::new() }; STAGES.len()];
    for round in 0..=ROUNDS {
        for (stage, times) in STAGES.iter().zip(&mut times) {
            let took = time(|| stage.1(&runtime, &xml));
            if round > 0 {
                times.push(took);
            }
        }
    }
    print(xml.len(), &mut times).unwrap();
}

fn answer() -> Vec<u8> {
    let world = World::new(7, DOCTORS * 12 + 5, date(2026, 11, 1));
    let doctors = world.list(BODIES[0], 3).unwrap();
    let shape = Shape { code: "0".to_owned(), ..Shape::default() };
    let ids = Ids { client: "ours".to_owned(), gmc: "theirs".to_owned() };
    pieces(Soap::V11, shape, ids, doctors).collect::<String>().into_bytes()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures the machine")]
fn time(run: impl FnOnce() -> u64) -> Duration {
    let began = Instant::now();
    assert!(black_box(run()) > 0, "the stage did nothing");
    began.elapsed()
}

fn bytes_only(_: &Runtime, xml: &[u8]) -> u64 {
    black_box(xml).iter().map(|byte| u64::from(*byte)).sum()
}

fn events_in_memory(_: &Runtime, xml: &[u8]) -> u64 {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).unwrap());
    reader.config_mut().check_end_names = false;
    let mut count = 0;
    while !matches!(black_box(reader.read_event().unwrap()), Event::Eof) {
        count += 1;
    }
    count
}

fn events_as_a_stream(runtime: &Runtime, xml: &[u8]) -> u64 {
    runtime.block_on(async {
        let input = tokio::io::BufReader::with_capacity(64 * 1024, xml);
        let mut reader = Reader::from_reader(input);
        reader.config_mut().check_end_names = false;
        let (mut buffer, mut count) = (Vec::new(), 0);
        while !matches!(black_box(reader.read_event_into_async(&mut buffer).await.unwrap()), Event::Eof) {
            buffer.clear();
            count += 1;
        }
        count
    })
}

fn all_checks(runtime: &Runtime, xml: &[u8]) -> u64 {
    read(runtime, xml, |item| {
        black_box(item);
    })
}

fn all_checks_and_listings(runtime: &Runtime, xml: &[u8]) -> u64 {
    read(runtime, xml, |item| {
        let (Item::Doctor(doctor) | Item::Oversized(doctor)) = item;
        let listing = Listing::read(*doctor).unwrap();
        black_box(serde_json::to_string(&listing).unwrap());
    })
}

fn read(runtime: &Runtime, xml: &[u8], mut each: impl FnMut(Item)) -> u64 {
    let expected = Expected {
        body: BodyCode::new(BODIES[0]),
        client_request_id: "ours".to_owned(),
        requested_at: Timestamp::UNIX_EPOCH,
    };
    let sink = |item| {
        each(item);
        Ok::<(), Incomplete>(())
    };
    runtime.block_on(read_doctors(xml, expected, Caps::default(), sink)).unwrap().records()
}

fn print(bytes: usize, times: &mut [Vec<Duration>]) -> std::io::Result<()> {
    let megabytes = bytes as f64 / 1e6;
    for times in times.iter_mut() {
        times.sort_unstable();
    }
    let median = |at: usize| times[at][ROUNDS / 2].as_secs_f64();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{DOCTORS} doctors, {megabytes:.1} MB, medians of {ROUNDS}\n")?;
    writeln!(out, "| stage | ms | fastest to slowest | MB/s | floor = 1 |")?;
    writeln!(out, "|---|--:|--:|--:|--:|")?;
    for (at, (name, _)) in STAGES.iter().enumerate() {
        let ms = |time: &Duration| time.as_secs_f64() * 1e3;
        let (fastest, slowest) = (ms(&times[at][0]), ms(&times[at][ROUNDS - 1]));
        let (middle, ratio) = (median(at), median(at) / median(FLOOR));
        let speed = megabytes / middle;
        writeln!(
            out,
            "| {name} | {:.1} | {fastest:.1}–{slowest:.1} | {speed:.0} | {ratio:.2} |",
            middle * 1e3
        )?;
    }
    Ok(())
}
