//! Random histories of issue, charge, reserve, revoke, cancel, destroy, clock, faults, restarts and crashes, against a model
//! and the PG's ledger. A history that fails is shrunk; its seed repeats it. On `hosted` the PG is another gateway, which may crash
//! too, with the simulated PG behind it; the line to it loses requests and answers, and a person ends what only a person can.

mod command;
mod model;
mod person;
mod reserves;
mod verdict;
mod world;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use testkit::PgUnderTest;
use world::World;

/// Histories of each test, every day; as many more in each of `JADONG_CRASH_ROUNDS`.
const HISTORIES: u32 = 32;
/// The same in front of another gateway, where each takes as long as two.
const HISTORIES_ON_HOSTED: u32 = 20;

/// Runs histories from a seed. What fails is printed with the shortest history that fails too.
fn agree(pg: PgUnderTest, seed: u8) {
    let rounds = std::env::var("JADONG_CRASH_ROUNDS").map_or(0, |text| text.parse().expect("a number"));
    let seed = std::env::var("JADONG_MACHINE_SEED").map_or(seed, |text| text.parse().expect("0 to 255"));
    let histories = match pg {
        PgUnderTest::Hosted => HISTORIES_ON_HOSTED,
        _ => HISTORIES,
    };
    let config = Config {
        cases: histories * (rounds + 1),
        failure_persistence: None,
        max_shrink_iters: 80,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let totals = std::cell::RefCell::new(verdict::Totals::default());
    let ran = runner.run(&command::histories(pg), |history| {
        let judged = runtime.block_on(async {
            let mut world = World::open(pg).await;
            for command in history {
                world.does(command).await;
            }
            world.judged().await
        });
        let judged = judged.map_err(TestCaseError::fail)?;
        totals.borrow_mut().add(&judged);
        Ok(())
    });
    println!("machine, {pg:?}, JADONG_MACHINE_SEED={seed}: {:?}", totals.borrow());
    if let Err(failed) = ran {
        panic!("JADONG_MACHINE_SEED={seed}: {failed}");
    }
}

#[test]
fn the_gateway_agrees_with_the_model_and_the_ledger_on_nicepay() {
    agree(PgUnderTest::Nicepay, 11);
}

#[test]
fn the_gateway_agrees_with_the_model_and_the_ledger_on_nicepay_from_another_seed() {
    agree(PgUnderTest::Nicepay, 12);
}

#[test]
fn the_gateway_agrees_with_the_model_and_the_ledger_on_hosted() {
    agree(PgUnderTest::Hosted, 13);
}
