/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The fault table: what is required of the driver under each script of
 * test/fault. doc/faults.rst is this table for people.
 */

#include <errno.h>

#include <rte_epoll.h>

#include "fault_row.h"

/* Breaches that are a fault's own: memory that fails is to the device memory
 * it was not granted. */
static const char *const dma_rx[] = {
	"Rx ring or buffer outside granted memory: ", NULL
};
static const char *const dma_tx[] = {
	"Tx ring or buffer outside granted memory: ", NULL
};
static const char *const dma_aq[] = {
	"control queue ring or buffer outside granted memory: ", NULL
};

/* ---- calls ---- */

/* A command that changes something, and its reverse. */
static int
promisc(void)
{
	int rc = rte_eth_promiscuous_enable(F.id[1]);

	return rc != 0 ? rc : rte_eth_promiscuous_disable(F.id[1]);
}

/* A command that reads. ethdev answers with what was known before when that
 * fails: the port is up all the while, and nothing else may be believed. */
static int
link_get(void)
{
	struct rte_eth_link link;
	int rc = rte_eth_link_get(F.id[1], &link);

	return rc != 0 ? rc : link.link_status == RTE_ETH_LINK_UP &&
	       link.link_speed == RTE_ETH_SPEED_NUM_100G ? 0 : -EPROTO;
}

/* As often as it takes to give the AdminQ up; the call that falls into the
 * recovery is done again after it. */
static int
promisc_thrice(void)
{
	(void)promisc();
	(void)promisc();
	return promisc();
}

static int
mac_add_remove(void)
{
	struct rte_ether_addr mac = { { 2, 0x44, 0, 0, 0, 4 } };
	int rc = rte_eth_dev_mac_addr_add(F.id[1], &mac, 0);

	return rc != 0 ? rc : rte_eth_dev_mac_addr_remove(F.id[1], &mac);
}

/* Sleep until a frame comes. */
static int
rx_sleep(void)
{
	struct rte_epoll_event ev;
	uint8_t buf[100];
	int rc;

	rc = rte_eth_dev_rx_intr_ctl_q(F.id[1], 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD,
				       NULL);
	if (rc != 0)
		return rc;
	rc = rte_eth_dev_rx_intr_enable(F.id[1], 0);
	t_frame(buf, sizeof(buf), 0, 1, 1);
	if (rc == 0)
		rc = t_send_bytes(0, buf, sizeof(buf));
	if (rc == 0 && rte_epoll_wait(RTE_EPOLL_PER_THREAD, &ev, 1, 2000) != 1)
		rc = -ETIME;
	rte_eth_dev_rx_intr_disable(F.id[1], 0);
	rte_eth_dev_rx_intr_ctl_q(F.id[1], 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_DEL, NULL);
	if (rc == 0 && t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS) != sizeof(buf))
		rc = -EPROTO;
	return rc;
}

/* ---- rows ---- */

#define TOLD_RECOVERY	[R_RECOVERING] = R_ALL, [R_SUCCESS] = R_ALL
#define LINKS_BLINK	[R_DOWN] = R_ALL, [R_UP] = R_ALL
#define BOTH_ENDS	(R_LPORT(0) | R_LPORT(1))
#define OTHERS		(R_LPORT(2) | R_LPORT(3))
#define PORT1		R_LPORT(1)
/* The script takes the link of port 1, and `cmd` gives it back. */
#define LINK1_BLINKS(cmd) \
	.mend = cmd, .lossless = OTHERS, .told = { [R_DOWN] = PORT1, [R_UP] = PORT1 }

/* A device that is not scheduled for hang_ms hangs, too. */
#define R_HANGS(n)	R_DRIVER(NULL, "recoveries", n, n + 2)

/* With LSC, ethdev does not ask the driver for the link. */
static const struct t_up no_lsc = { .rxd = 256 };
static const struct t_up sleeping = { .lsc = true, .rxq_intr = true };
static const struct t_up scattered = {
	.lsc = true, .rx_offloads = RTE_ETH_RX_OFFLOAD_SCATTER,
};

static const struct r_row rows[] = {
	/* links */
	{ .name = "link_flap", LINK1_BLINKS("link 1 up"),
	  .want = { R_EVENT("lport1", "link", 2, 210), R_EVENT("lport0", "link", 0, 210) } },
	{ .name = "link_fault", LINK1_BLINKS("fault 1 off") },
	{ .name = "link_down", LINK1_BLINKS("link 1 release") },

	/* interrupts: what they tell of is found by looking */
	{ .name = "intr_lost", LINK1_BLINKS("link 1 up"),
	  .want = { R_HITS("intr", 1) } },
	{ .name = "intr_lost_for_good", LINK1_BLINKS("link 1 up"),
	  .want = { R_DEVICE("fault", "intr_hits", 2, R_FOREVER) } },
	{ .name = "intr_doubled", LINK1_BLINKS("link 1 up"),
	  .want = { R_DEVICE("fault", "intr_hits", 1, 10) } },
	{ .name = "intr_late", LINK1_BLINKS("link 1 up"),
	  .want = { R_HITS("intr", 1) } },
	{ .name = "intr_spurious", .lossless = R_ALL,
	  .want = { { R_EV, NULL, "wakeups", 0, 1, R_FOREVER } } },

	{ .name = "rx_intr_lost", .up = &sleeping, .lossless = OTHERS, .call = rx_sleep,
	  .want = { R_HITS("intr", 1) } },

	/* commands of the AdminQ */
	{ .name = "aq_timeout", .lossless = R_ALL, .call = promisc, .rc = -ETIMEDOUT,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "timeouts", 1, 1),
		    R_DRIVER("adminq", "restarts", 1, 1) } },
	{ .name = "aq_fails", .lossless = R_ALL, .call = promisc, .rc = -EBUSY,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "errors", 1, 1) } },
	{ .name = "aq_fails_unknown", .lossless = R_ALL, .call = promisc, .rc = -EIO,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "errors", 1, 1) } },
	{ .name = "aq_nth_fails", .lossless = R_ALL, .call = promisc, .rc = -EIO,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "errors", 1, 1) } },
	{ .name = "aq_short", .up = &no_lsc, .lossless = R_ALL, .call = link_get,
	  .want = { R_HITS("aq", 1) } },
	{ .name = "aq_oversize", .up = &no_lsc, .lossless = R_ALL, .call = link_get,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "bad_replies", 1, 1) } },
	{ .name = "aq_garbled", .up = &no_lsc, .lossless = R_ALL, .call = link_get,
	  .want = { R_HITS("aq", 1) } },
	{ .name = "aq_stray", .up = &no_lsc, .lossless = R_ALL, .call = link_get,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "bad_replies", 1, 1) } },
	{ .name = "aq_undone", .up = &no_lsc, .lossless = R_ALL, .call = link_get,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "bad_replies", 1, 1) } },
	{ .name = "aq_rule_short", .lossless = R_ALL, .call = mac_add_remove, .rc = -EIO,
	  /* Nobody knows the number of the rule that was added. */
	  .want = { R_HITS("aq", 1), R_DEVICE("used", "rules", 1, 1) } },
	{ .name = "aq_late", .lossless = R_ALL, .call = promisc, .rc = 0,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "timeouts", 0, 0) } },
	{ .name = "aq_too_late", .lossless = R_ALL, .call = promisc, .rc = -ETIMEDOUT,
	  .want = { R_HITS("aq", 1), R_DRIVER("adminq", "timeouts", 1, 1),
		    R_DRIVER("adminq", "restarts", 1, 1) }, .ms = 1300 },
	{ .name = "dma_aq", .lossless = R_ALL, .call = promisc, .rc = -ETIMEDOUT,
	  .want = { R_HITS("dma", 1), R_DRIVER("adminq", "timeouts", 1, 1) },
	  .breaches = dma_aq },
	{ .name = "aq_dead_a_while", .call = promisc_thrice, .rc = 0,
	  .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_HITS("aq", 3) } },

	/* messages of the AdminQ */
	/* Whose message is missing the driver cannot know: it looks at port 2, too.
	 * At port 1 it would look in the end for what PORT_STATUS says. */
	{ .name = "arq_overflow", LINK1_BLINKS("link 1 up"),
	  .want = { R_DEVICE("aq", "arq_dropped", 1, R_FOREVER),
		    R_DRIVER("adminq", "overflows", 1, R_FOREVER),
		    R_EVENT("lport2", "link", 1, R_FOREVER) } },
	{ .name = "arq_lost", LINK1_BLINKS("link 1 up"),
	  .want = { R_HITS("arq", 1) } },
	{ .name = "arq_garbled", LINK1_BLINKS("link 1 up"),
	  .want = { R_HITS("arq", 1), R_DRIVER("adminq", "bad_events", 1, 1),
		    R_EVENT("arq", "dropped_malformed", 1, 1) } },
	{ .name = "arq_unknown", LINK1_BLINKS("link 1 up"),
	  .want = { R_HITS("arq", 1), R_EVENT("arq", "dropped_unknown", 1, 1) } },
	{ .name = "link_change_untold", LINK1_BLINKS("link 1 up"),
	  .want = { R_HITS("arq", 1), R_EVENT("status", "received", 1, R_FOREVER) } },
	{ .name = "doorbell_overflow", LINK1_BLINKS("link 1 up"),
	  .want = { R_DEVICE("events", "dropped", 1, R_FOREVER),
		    R_EVENT("doorbell", "received", 200, 256) } },
	{ .name = "event_reset", .lossless = R_ALL, .told = { [R_RESET] = R_LPORT(2) } },
	{ .name = "event_reset_all", .lossless = R_ALL, .told = { [R_RESET] = R_ALL } },

	/* resets of the device */
	{ .name = "reset_pfr", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DEVICE("fault", "resets", 1, 1), R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "reset_corer", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DEVICE("fault", "resets", 1, 1), R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "reset_globr", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DEVICE("fault", "resets", 1, 1), R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "reset_empr", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DEVICE("fault", "resets", 1, 1), R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "cause_ecc", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "cause_pci", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "cause_hmc", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DRIVER(NULL, "recoveries", 1, 1) } },
	/* The call it falls into is done again when the device is back. */
	{ .name = "reset_at_access", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .call = mac_add_remove, .rc = 0,
	  .want = { R_DEVICE("fault", "resets", 1, 1), R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "reset_after_command", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .call = promisc, .rc = 0,
	  .want = { R_DEVICE("fault", "resets", 1, 1), R_DRIVER(NULL, "recoveries", 1, 1) } },
	{ .name = "reset_in_reset", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DEVICE("fault", "resets", 3, 3), R_DRIVER(NULL, "recoveries", 1, 3) } },
	{ .name = "reset_in_recovery", .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_DEVICE("fault", "resets", 2, 2), R_DRIVER(NULL, "recoveries", 1, 2) } },

	/* Rx queues */
	{ .name = "rxq_stuck", .mend = "rxq 1:0 ok", .lossless = R_ALL & ~PORT1,
	  .want = { R_STAT(1, "rx_missed_errors", 1, R_FOREVER) } },
	{ .name = "rx_completion_doubled", .lossless = R_ALL & ~PORT1,
	  .want = { R_HITS("rxq", 5) } },
	{ .name = "rx_garbled", .lossless = R_ALL & ~PORT1, .want = { R_HITS("rxq", 5) } },
	{ .name = "rx_error", .lossless = R_ALL & ~PORT1,
	  .want = { R_HITS("rxq", 5), R_STAT(1, "rx_q0_errors", 5, 5) } },
	{ .name = "rx_no_end", .lossless = R_ALL & ~PORT1,
	  .want = { R_HITS("rxq", 5), R_STAT(1, "rx_q0_errors", 5, 5) } },
	{ .name = "rx_no_end_scattered", .up = &scattered, .lossless = R_ALL & ~PORT1,
	  .want = { R_HITS("rxq", 12), R_STAT(1, "rx_q0_errors", 1, 12) } },
	{ .name = "rx_length_zero", .lossless = R_ALL & ~PORT1,
	  .want = { R_HITS("rxq", 5), R_STAT(1, "rx_q0_errors", 5, 5) } },
	{ .name = "rx_length_beyond", .lossless = R_ALL & ~PORT1,
	  .want = { R_HITS("rxq", 5), R_STAT(1, "rx_q0_errors", 5, 5) } },
	/* The port at the other end waits for a second before it drops frames,
	 * and is not to be taken for hanging. */
	{ .name = "rx_completion_lost", .args = "hang_ms=1200", .told = { TOLD_RECOVERY },
	  .may = { LINKS_BLINK },
	  .want = { R_HITS("rxq", 1), R_HANGS(1) } },
	{ .name = "dma_rxwb", .args = "hang_ms=200", .told = { TOLD_RECOVERY },
	  .may = { LINKS_BLINK }, .breaches = dma_rx,
	  .want = { R_HITS("dma", 1), R_HANGS(1) } },
	{ .name = "dma_rxring", .want = { R_HITS("dma", 2) }, .breaches = dma_rx },
	{ .name = "dma_rxdata", .want = { R_HITS("dma", 5) }, .breaches = dma_rx },

	/* Tx queues */
	{ .name = "tx_completion_lost", .lossless = R_ALL, .ms = 100,
	  .want = { R_HITS("txq", 2), R_STAT(1, "tx_q0_lost_completions", 2, 2) } },
	{ .name = "tx_completion_doubled", .lossless = R_ALL, .want = { R_HITS("txq", 5) } },
	{ .name = "tx_completion_garbled", .lossless = R_ALL, .ms = 100,
	  .want = { R_HITS("txq", 2), R_STAT(1, "tx_q0_lost_completions", 2, 2) } },
	{ .name = "tx_completion_never", .args = "hang_ms=200", .told = { TOLD_RECOVERY },
	  .may = { LINKS_BLINK },
	  .want = { R_HITS("txq", 20), R_HANGS(1) } },
	{ .name = "txq_stuck", .mend = "txq 1:0 ok", .args = "hang_ms=200",
	  .told = { TOLD_RECOVERY }, .may = { LINKS_BLINK },
	  .want = { R_HANGS(1) } },
	/* One queue must not keep the other ports from working. */
	{ .name = "txq_stuck_for_good", .args = "hang_ms=200",
	  .told = { TOLD_RECOVERY, [R_RESET] = PORT1 }, .may = { LINKS_BLINK },
	  .except = BOTH_ENDS, .want = { R_HANGS(3) } },
	{ .name = "dma_txring", .lossless = R_ALL, .want = { R_HITS("dma", 1) },
	  .breaches = dma_tx },
	{ .name = "dma_txdata", .want = { R_HITS("dma", 5) }, .breaches = dma_tx },
	{ .name = "dma_txwb", .lossless = R_ALL, .want = { R_HITS("dma", 1) },
	  .breaches = dma_tx, .ms = 100 },

	/* the end */
	{ .name = "aq_dead", .dead = true,
	  .told = { [R_RECOVERING] = R_ALL, [R_FAILED] = R_ALL, [R_REMOVED] = R_ALL },
	  .may = { [R_DOWN] = R_ALL } },
	{ .name = "removal_at_access", .dead = true, .told = { [R_REMOVED] = R_ALL },
	  .may = { [R_DOWN] = R_ALL }, .call = promisc, .rc = -EIO },
	{ .name = "removal", .dead = true, .told = { [R_REMOVED] = R_ALL },
	  .may = { [R_DOWN] = R_ALL } },
};

/* One case a row, by its name. */
static struct t_case cases[RTE_DIM(rows)];

static int
run_row(void)
{
	unsigned int i;

	for (i = 0; strcmp(rows[i].name, t_current->name) != 0; i++)
		;
	return r_run(&rows[i]);
}

RTE_INIT(fault_table)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(rows); i++)
		cases[i] = (struct t_case){ rows[i].name, run_row, 0, T_BARE | T_BREACH, NULL };
}

T_SUITE(fault_table, cases);
