//! The nodes: processes that serve from this database. Each says every few seconds that it is alive, until when it counts as such
//! without saying so again, and whether it still takes requests.

use domain::EpochMs;

use crate::Store;
use crate::error::{CommitError, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::statements;
use crate::value::values;

/// The time by the database's clock where it has one of its own, else the time that it is given.
macro_rules! now_ms {
    ($given:literal) => {
        concat!(
            "{",
            $given,
            "|(CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) + 0 * CAST(",
            $given,
            " AS bigint))}"
        )
    };
}

statements! {
    JOIN_NODE = concat!("INSERT INTO node (node, version, address, admin_address, started_at_ms, alive_until_ms, is_draining)
        VALUES (?1, ?2, ?3, ?4, ", now_ms!("?5"), ", ", now_ms!("?5"), " + ?6, 0)
        ON CONFLICT (node) DO NOTHING RETURNING started_at_ms");
    BEAT_NODE = concat!("UPDATE node SET alive_until_ms = ", now_ms!("?2"), " + ?3, is_draining = ?4
        WHERE node = ?1 RETURNING alive_until_ms - ?3");
    LEAVE_NODE = "DELETE FROM node WHERE node = ?1";
    /// Their numbers are in ids and leases: they are not given to others for a while.
    FORGET_DEAD_NODES = "DELETE FROM node WHERE alive_until_ms < ?1";
    SELECT_NODES = "SELECT node, version, address, admin_address, started_at_ms, alive_until_ms, is_draining FROM node
        ORDER BY started_at_ms, node";
    COUNT_ALIVE_NODES = "SELECT count(*) FROM node WHERE alive_until_ms > ?1 AND is_draining = 0";
}

/// A process that serves from this database, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Of this start of the process; no other that is alive has it.
    pub number: u32,
    /// Of the program.
    pub version: String,
    /// Where its API listens.
    pub address: String,
    /// Where its admin listener is.
    pub admin_address: String,
    pub started_at: EpochMs,
    /// Without another heartbeat it counts as dead then.
    pub alive_until: EpochMs,
    /// It is about to stop, and takes no new work.
    pub is_draining: bool,
}

/// What a heartbeat says and asks.
#[derive(Debug, Clone, Copy)]
pub struct NodeBeat {
    pub number: u32,
    /// The time by the node's own clock; a database that has one of its own goes by that.
    pub now: EpochMs,
    /// How long it counts as alive without another.
    pub lasts_ms: u64,
    pub is_draining: bool,
}

fn read(columns: &mut Columns<'_>) -> Read<Node> {
    Ok(Node {
        number: columns.next()?,
        version: columns.next()?,
        address: columns.next()?,
        admin_address: columns.next()?,
        started_at: columns.next()?,
        alive_until: columns.next()?,
        is_draining: columns.next::<u32>()? != 0,
    })
}

impl Store {
    /// Adds a node that is alive for `lasts_ms`; the database's time. `None` when another has its number.
    pub async fn join_node(&self, node: &Node, lasts_ms: u64) -> Result<Option<EpochMs>, CommitError> {
        let values = values![
            node.number,
            node.version,
            node.address,
            node.admin_address,
            node.started_at,
            lasts_ms.cast_signed(),
        ];
        let joined = self.changed(Place::Shared, &JOIN_NODE, values, only).await?;
        Ok(joined.first().copied())
    }

    /// Says that a node is alive; the database's time. `None` when it has been forgotten: it was dead for long.
    pub async fn beat_node(&self, beat: NodeBeat) -> Result<Option<EpochMs>, CommitError> {
        let values = values![beat.number, beat.now, beat.lasts_ms.cast_signed(), beat.is_draining];
        let beaten = self.changed(Place::Shared, &BEAT_NODE, values, only).await?;
        Ok(beaten.first().copied())
    }

    /// Takes a node out that has stopped.
    pub async fn leave_node(&self, number: u32) -> Result<(), CommitError> {
        self.write_one(Place::Shared, &LEAVE_NODE, values![number])
            .await
            .map(drop)
    }

    /// Forgets the nodes that have been dead since before `before`.
    pub async fn forget_dead_nodes(&self, before: EpochMs) -> Result<(), CommitError> {
        self.write_one(Place::Shared, &FORGET_DEAD_NODES, values![before])
            .await
            .map(drop)
    }

    /// Every node that has not stopped by itself, oldest first.
    pub async fn nodes(&self) -> Result<Vec<Node>, ReadError> {
        self.rows(Place::Shared, &SELECT_NODES, values![], read).await
    }

    /// How many nodes are alive at `now` and take work.
    pub async fn nodes_alive(&self, now: EpochMs) -> Result<u32, ReadError> {
        let found = self
            .first(Place::Shared, &COUNT_ALIVE_NODES, values![now], only)
            .await?;
        Ok(found.unwrap_or(0))
    }
}
