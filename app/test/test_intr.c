/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file MSI-X routing: an Rx interrupt wakes its port and queue, no other. */

#include <errno.h>
#include <sys/epoll.h>

#include <rte_epoll.h>
#include <rte_interrupts.h>

#include "test.h"

#define COOKIE(lport, q)	((void *)(uintptr_t)(0x1000u + ((lport) << 8) + (q)))

static int
watch(uint8_t lport, uint16_t q)
{
	T_EQ(rte_eth_dev_rx_intr_ctl_q(F.id[lport], q, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD,
				       COOKIE(lport, q)), 0);
	return 0;
}

static int
unwatch(uint8_t lport, uint16_t q)
{
	T_EQ(rte_eth_dev_rx_intr_ctl_q(F.id[lport], q, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_DEL,
				       COOKIE(lport, q)), 0);
	return 0;
}

/* Wait for one interrupt and clear it. @return its cookie, NULL: none came */
static void *
wake(int ms)
{
	struct rte_epoll_event ev[1];

	memset(ev, 0, sizeof(ev));
	if (rte_epoll_wait(RTE_EPOLL_PER_THREAD, ev, 1, ms) != 1)
		return NULL;
	return ev[0].epdata.data;
}

static void
drain(void)
{
	while (wake(0) != NULL)
		;
}

static int
send_one(uint8_t from)
{
	uint8_t buf[100];

	t_frame(buf, sizeof(buf), from, t_peer(from), 1);
	return t_send_bytes(from, buf, sizeof(buf));
}

static int
each_port(void)
{
	uint8_t i, buf[128];

	T_TRY(t_up_all(&(struct t_up){ .rxq_intr = true }));
	for (i = 0; i < F.nb; i++)
		T_TRY(watch(i, 0));
	for (i = 0; i < F.nb; i++)
		T_EQ(rte_eth_dev_rx_intr_enable(F.id[i], 0), 0);
	drain();
	for (i = 0; i < F.nb; i++) {
		void *who;

		T_EQ(rte_eth_dev_rx_intr_enable(F.id[t_peer(i)], 0), 0);
		T_TRY(send_one(i));
		who = wake(T_WAIT_MS);
		T_CHECK(who == COOKIE(t_peer(i), 0), "a frame for lport %u wakes %p", t_peer(i),
			who);
		T_EQ(t_recv_bytes(t_peer(i), buf, sizeof(buf), T_WAIT_MS), 100);
		/* Nobody else. */
		who = wake(5);
		T_CHECK(who == NULL || who == COOKIE(t_peer(i), 0), "%p was woken too", who);
		drain();
	}
	for (i = 0; i < F.nb; i++)
		T_TRY(unwatch(i, 0));
	return 0;
}

/* Disabled means silent, and what came meanwhile is told after enabling. */
static int
disabled(void)
{
	uint8_t buf[128];
	unsigned int i;

	T_TRY(t_up_all(&(struct t_up){ .rxq_intr = true }));
	T_TRY(watch(1, 0));
	T_EQ(rte_eth_dev_rx_intr_disable(F.id[1], 0), 0);
	drain();
	for (i = 0; i < 5; i++) {
		T_TRY(send_one(0));
		T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), 100);
	}
	T_CHECK(wake(10) == NULL, "woken while disabled");
	T_EQ(rte_eth_dev_rx_intr_enable(F.id[1], 0), 0);
	drain();
	T_EQ(rte_eth_dev_rx_intr_enable(F.id[1], 0), 0);
	T_TRY(send_one(0));
	T_CHECK(wake(T_WAIT_MS) == COOKIE(1, 0), "not woken after enabling");
	T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), 100);
	return unwatch(1, 0);
}

/* Again and again: enable, sleep, wake, receive. None is lost. */
static int
repeated(void)
{
	uint8_t buf[128];
	unsigned int i;

	T_TRY(t_up_all(&(struct t_up){ .rxq_intr = true }));
	T_TRY(watch(1, 0));
	for (i = 0; i < 500; i++) {
		T_EQ(rte_eth_dev_rx_intr_enable(F.id[1], 0), 0);
		T_TRY(send_one(0));
		T_CHECK(wake(T_WAIT_MS) == COOKIE(1, 0), "round %u: asleep for good", i);
		T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), 100);
	}
	return unwatch(1, 0);
}

static int
each_queue(void)
{
	static const struct t_up how = { .rxq = 4, .rxq_intr = true };
	uint8_t buf[100];
	unsigned int seen = 0;
	uint32_t flow;
	uint16_t q;

	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, &how));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	for (q = 0; q < 4; q++)
		T_TRY(watch(1, q));
	for (flow = 0; flow < 64; flow++) {
		struct rte_mbuf *m;
		void *who;
		int found = -1;

		for (q = 0; q < 4; q++)
			T_EQ(rte_eth_dev_rx_intr_enable(F.id[1], q), 0);
		t_ip_frame(buf, sizeof(buf), 0, 1, flow * 17, false, T_UDP);
		T_TRY(t_send_bytes(0, buf, sizeof(buf)));
		who = wake(T_WAIT_MS);
		T_CHECK(who != NULL, "flow %u wakes nobody", flow);
		for (q = 0; q < 4; q++) {
			if (rte_eth_rx_burst(F.id[1], q, &m, 1) == 1) {
				rte_pktmbuf_free(m);
				found = q;
			}
		}
		T_CHECK(found >= 0 && who == COOKIE(1, found), "frame in queue %d, %p woken",
			found, who);
		seen |= 1u << found;
		drain();
	}
	T_EQ(seen, 0xF);
	for (q = 0; q < 4; q++)
		T_TRY(unwatch(1, q));
	return 0;
}

/* Not configured: says so instead of waiting for ever. */
static int
not_configured(void)
{
	T_TRY(t_up(0, NULL));
	T_CHECK(rte_eth_dev_rx_intr_ctl_q(F.id[0], 0, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD,
					  NULL) < 0, "taken");
	return 0;
}

/* Vectors run short: the ports work without Rx interrupts, and say so. */
static int
no_vectors(void)
{
	struct rte_eth_conf conf = { .intr_conf.rxq = 1 };
	int rc;

	T_TRY(t_up_all(NULL));
	T_TRY(t_ping(0));
	T_TRY(t_down(0));
	rc = rte_eth_dev_configure(F.id[0], 1, 1, &conf);
	if (rc == 0) {
		T_EQ(rte_eth_rx_queue_setup(F.id[0], 0, 256, SOCKET_ID_ANY, NULL, F.pool), 0);
		T_EQ(rte_eth_tx_queue_setup(F.id[0], 0, 256, SOCKET_ID_ANY, NULL), 0);
		rc = rte_eth_dev_start(F.id[0]);
	}
	T_CHECK(rc < 0, "Rx interrupts promised without a vector");
	return 0;
}

static int
across_restart(void)
{
	uint8_t buf[128];
	unsigned int i;

	for (i = 0; i < 5; i++) {
		T_TRY(t_up_all(&(struct t_up){ .rxq_intr = true }));
		T_TRY(watch(1, 0));
		T_EQ(rte_eth_dev_rx_intr_enable(F.id[1], 0), 0);
		T_TRY(send_one(0));
		T_CHECK(wake(T_WAIT_MS) == COOKIE(1, 0), "start %u", i);
		T_EQ(t_recv_bytes(1, buf, sizeof(buf), T_WAIT_MS), 100);
		T_TRY(unwatch(1, 0));
		T_TRY(t_down(0));
		T_TRY(t_down(1));
	}
	return 0;
}

static const struct t_case cases[] = {
	{ "each_port", each_port, 8, T_WIRED, NULL },
	{ "disabled", disabled, 2, T_WIRED, NULL },
	{ "repeated", repeated, 2, T_WIRED, NULL },
	{ "each_queue", each_queue, 2, T_WIRED, NULL },
	{ "not_configured", not_configured, 1, 0, NULL },
	{ "no_vectors", no_vectors, 2, T_SIM | T_WIRED, "vectors=2" },
	{ "across_restart", across_restart, 2, T_WIRED, NULL },
};

T_SUITE(intr, cases);
