/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Control calls while the device recovers: which wait, which do not, what
 * callbacks of the event thread may do.
 */

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "test.h"

/* A callback that can be held, to look at what goes on meanwhile. */
static struct {
	enum rte_eth_event_type type;
	int (*act)(uint8_t lport);	/* in the callback */
	bool hold;			/* of lport 0: wait for `go` */
	bool in, go, late;
	int rc;				/* what act said */
	unsigned int calls[T_MAX_PORTS];
} cb;

static int
on_event(uint16_t id __rte_unused, enum rte_eth_event_type type __rte_unused, void *arg,
	 void *ret __rte_unused)
{
	uint8_t lport = (uintptr_t)arg;
	uint64_t end = t_now_ms() + 10000;

	if (cb.act != NULL && cb.act(lport) != 0)
		cb.rc = -1;
	if (cb.hold && lport == 0) {
		__atomic_store_n(&cb.in, true, __ATOMIC_SEQ_CST);
		while (!__atomic_load_n(&cb.go, __ATOMIC_SEQ_CST) && t_now_ms() < end)
			t_pause();
		cb.late = t_now_ms() >= end;
	}
	__atomic_fetch_add(&cb.calls[lport], 1, __ATOMIC_SEQ_CST);
	return 0;
}

static int
watch(enum rte_eth_event_type type, int (*act)(uint8_t lport), bool hold)
{
	uint8_t i;

	memset(&cb, 0, sizeof(cb));
	cb.type = type;
	cb.act = act;
	cb.hold = hold;
	for (i = 0; i < F.nb; i++)
		T_EQ(rte_eth_dev_callback_register(F.id[i], type, on_event,
						   (void *)(uintptr_t)i), 0);
	return 0;
}

/* Also of ports that were closed. */
static void
unwatch(void)
{
	t_unregister(RTE_ETH_ALL, cb.type, on_event, (void *)-1);
}

static unsigned int
calls(uint8_t lport)
{
	return __atomic_load_n(&cb.calls[lport], __ATOMIC_SEQ_CST);
}

static int
recovered(int64_t nb)
{
	T_WAIT(t_recoveries() == nb, 20000, "%lld recoveries, expected %lld",
	       (long long)t_recoveries(), (long long)nb);
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, NULL, "failures"), 0);
	return 0;
}

static int
wait_in(void)
{
	T_WAIT(__atomic_load_n(&cb.in, __ATOMIC_SEQ_CST), 10000, "no callback");
	return 0;
}

static int
let_go(void)
{
	__atomic_store_n(&cb.go, true, __ATOMIC_SEQ_CST);
	T_WAIT(calls(0) == 1, 10000, "the callback does not return");
	T_CHECK(!cb.late, "a call waited for the recovery");
	return 0;
}

/* A control call in a thread of its own. */
static struct {
	pthread_t id;
	int (*fn)(void);
	int rc;
	bool done;
} other;

static void *
other_main(void *arg __rte_unused)
{
	other.rc = other.fn();
	__atomic_store_n(&other.done, true, __ATOMIC_SEQ_CST);
	return NULL;
}

static int
other_start(int (*fn)(void))
{
	other.fn = fn;
	other.done = false;
	T_EQ(pthread_create(&other.id, NULL, other_main, NULL), 0);
	return 0;
}

static bool
other_done(void)
{
	return __atomic_load_n(&other.done, __ATOMIC_SEQ_CST);
}

static int
works(uint8_t lport)
{
	struct rte_mbuf *m;
	uint8_t i;

	T_TRY(t_wait_link(lport, true));
	T_TRY(t_wait_link(t_peer(lport), true));
	for (i = 0; i < F.nb; i++)
		while (rte_eth_dev_is_valid_port(F.id[i]) && (i == lport || i == t_peer(lport)) &&
		       t_recv(i, 0, &m, 1, 1) == 1)
			rte_pktmbuf_free(m);
	return t_ping(lport);
}

/* ---- from other threads ---- */

static int
call_promisc(void)
{
	return rte_eth_promiscuous_enable(F.id[2]);
}

/* A call that needs the device waits until it is there and takes effect;
 * those that do not are answered at once, bursts included. */
static int
who_waits(void)
{
	struct rte_ether_addr mac = { { 2, 0x55, 0, 0, 0, 1 } };
	struct rte_eth_rss_conf rss = { 0 };
	struct rte_eth_stats stats;
	struct rte_eth_link link;
	struct rte_mbuf *m;
	uint8_t buf[100];
	unsigned int i;

	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_mac_addr_add(F.id[3], &mac, 0), 0);
	T_TRY(watch(RTE_ETH_EVENT_ERR_RECOVERING, NULL, true));
	T_TRY(t_fault("reset corer"));
	T_TRY(wait_in());
	T_TRY(other_start(call_promisc));
	T_EQ(rte_eth_stats_get(F.id[0], &stats), 0);
	T_EQ(rte_eth_stats_reset(F.id[1]), 0);
	T_EQ(rte_eth_link_get(F.id[1], &link), 0);
	T_EQ(rte_eth_dev_rss_hash_conf_get(F.id[0], &rss), 0);
	T_EQ(rte_eth_dev_mac_addr_remove(F.id[3], &mac), 0);
	for (i = 0; i < 100; i++) {
		t_frame(buf, sizeof(buf), 0, 1, i);
		m = t_mbuf(F.pool, buf, sizeof(buf), 0);
		T_CHECK(m != NULL, "no mbuf");
		T_EQ(rte_eth_tx_burst(F.id[0], 0, &m, 1), 0);
		rte_pktmbuf_free(m);
		T_EQ(rte_eth_rx_burst(F.id[1], 0, &m, 1), 0);
	}
	T_EQ(rte_eth_dev_stop(F.id[3]), 0);
	T_EQ(rte_eth_rx_queue_setup(F.id[3], 0, 128, SOCKET_ID_ANY, NULL, F.pool), 0);
	T_EQ(rte_eth_dev_close(F.id[3]), 0);
	T_CHECK(!other_done(), "a call for the hardware did not wait");
	T_TRY(let_go());
	T_EQ(pthread_join(other.id, NULL), 0);
	T_EQ(other.rc, 0);
	T_TRY(recovered(1));
	T_EQ(rte_eth_promiscuous_get(F.id[2]), 1);
	unwatch();
	/* Promiscuous since, and the address removed meanwhile is no filter. */
	T_EQ(t_state(T_DEV, "used", "vsis"), 3);
	return works(0);
}

/* ---- from callbacks ---- */

static int
try_everything(uint8_t lport)
{
	struct rte_ether_addr mac = { { 2, 0x55, 0, 0, 0, 2 } };
	struct rte_ether_addr mc = { { 1, 0x55, 0, 0, 0, 2 } };
	struct rte_eth_conf conf = { 0 };
	struct rte_eth_link link;
	struct rte_eth_stats stats;
	uint8_t i, k;

	for (k = 0; k < 2; k++) {
		/* Its own port, or another, and the one beside. */
		uint16_t id = F.id[k == 0 ? lport % 2 : t_peer(lport % 2)];

		T_EQ(rte_eth_promiscuous_enable(id), -EBUSY);
		T_EQ(rte_eth_promiscuous_get(id), 0);
		T_EQ(rte_eth_allmulticast_enable(id), -EBUSY);
		T_EQ(rte_eth_dev_mac_addr_add(id, &mac, 0), -EBUSY);
		T_EQ(rte_eth_dev_default_mac_addr_set(id, &mac), -EBUSY);
		T_EQ(rte_eth_dev_set_mc_addr_list(id, &mc, 1), -EBUSY);
		T_EQ(rte_eth_dev_set_link_down(id), -EBUSY);
		T_EQ(rte_eth_dev_rx_queue_stop(id, 0), -EBUSY);
		T_EQ(rte_eth_dev_tx_queue_stop(id, 0), -EBUSY);
		T_EQ(rte_eth_stats_get(id, &stats), 0);
		T_EQ(rte_eth_link_get(id, &link), 0);
	}
	for (i = 2; i < F.nb; i++)
		T_EQ(rte_eth_dev_configure(F.id[i], 1, 1, &conf), -EBUSY);
	return 0;
}

/* Nobody waits for himself. Ports 2 and 3 are not started. */
static int
callback_hw(void)
{
	T_TRY(t_up(0, NULL));
	T_TRY(t_up(1, NULL));
	T_TRY(watch(RTE_ETH_EVENT_ERR_RECOVERING, try_everything, false));
	T_TRY(t_fault("reset globr"));
	T_TRY(recovered(1));
	T_CHECK(cb.rc == 0, "%s", t_reason());
	unwatch();
	T_EQ(rte_eth_promiscuous_get(F.id[0]), 0);
	return works(0);
}

static int
stop_all(uint8_t lport)
{
	uint8_t i;

	for (i = 0; lport == 1 && i < F.nb; i++)
		T_EQ(rte_eth_dev_stop(F.id[i]), 0);
	return 0;
}

/* Ports stopped in between stay so, and can be started. */
static int
callback_stops(void)
{
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_ERR_RECOVERING, stop_all, false));
	T_TRY(t_fault("reset corer"));
	T_TRY(recovered(1));
	T_CHECK(cb.rc == 0, "%s", t_reason());
	unwatch();
	T_EQ(t_state(T_DEV, "used", "rxqs"), 0);
	T_EQ(t_state(T_DEV, "used", "txqs"), 0);
	for (i = 0; i < F.nb; i++)
		T_EQ(rte_eth_dev_start(F.id[i]), 0);
	T_TRY(works(0));
	return works(2);
}

static int
close_some(uint8_t lport)
{
	/* Itself, and a sibling that is told later. */
	if (lport == 1) {
		T_EQ(rte_eth_dev_stop(F.id[1]), 0);
		T_EQ(rte_eth_dev_close(F.id[1]), 0);
		T_EQ(rte_eth_dev_stop(F.id[0]), 0);
		T_EQ(rte_eth_dev_close(F.id[0]), 0);
	}
	return 0;
}

static int
closes(enum rte_eth_event_type when)
{
	T_TRY(t_up_all(NULL));
	T_TRY(watch(when, close_some, false));
	T_TRY(t_fault("reset empr"));
	T_TRY(recovered(1));
	T_WAIT(calls(1) == 1 && calls(3) == 1, 5000, "callbacks are missing");
	T_CHECK(cb.rc == 0, "%s", t_reason());
	unwatch();
	T_CHECK(!rte_eth_dev_is_valid_port(F.id[0]) && !rte_eth_dev_is_valid_port(F.id[1]),
		"ports are left");
	T_EQ(t_state(T_DEV, "used", "vsis"), 2);
	return works(2);
}

static int
callback_closes(void)
{
	return closes(RTE_ETH_EVENT_ERR_RECOVERING);
}

static int
callback_closes_after(void)
{
	return closes(RTE_ETH_EVENT_RECOVERY_SUCCESS);
}

static int
restart(uint8_t lport)
{
	T_EQ(rte_eth_dev_reset(F.id[lport]), 0);
	T_TRY(t_up(lport, NULL));
	return 0;
}

/* A port may be reset and started by the callback that tells of the success. */
static int
callback_restarts(void)
{
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_RECOVERY_SUCCESS, restart, false));
	T_TRY(t_fault("reset corer"));
	T_TRY(recovered(1));
	for (i = 0; i < F.nb; i++)
		T_WAIT(calls(i) == 1, 5000, "lport %u: no callback", i);
	T_CHECK(cb.rc == 0, "%s", t_reason());
	unwatch();
	T_TRY(works(0));
	return works(2);
}

/* ---- failure ---- */

/* The AdminQ does not answer any more, ever: one RECOVERY_FAILED, one INTR_RMV
 * for each port, and no call hangs. */
static int
lost_for_good(void)
{
	struct rte_ether_addr mac = { { 2, 0x55, 0, 0, 0, 3 } };
	struct rte_eth_stats stats;
	struct rte_eth_link link;
	struct rte_mbuf *m;
	int64_t told;
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_INTR_RMV, NULL, false));
	T_TRY(t_fault("aq fail rc=5 count=forever"));
	T_TRY(t_fault("reset corer"));
	for (i = 0; i < F.nb; i++)
		T_WAIT(calls(i) == 1, 20000, "lport %u was not told", i);
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, NULL, "failures"), 1);
	/* Though it still answers. */
	for (i = 0; i < F.nb; i++)
		T_EQ(rte_eth_dev_is_removed(F.id[i]), 1);
	told = t_telemetry("/ice_mp/events," T_DEV, "status", "dispatched");
	T_TRY(t_fault("remove"));
	/* That it is gone is noticed as well; it is no news any more. */
	T_WAIT(t_telemetry("/ice_mp/events," T_DEV, "status", "dispatched") > told, T_WAIT_MS,
	       "the removal is not noticed");
	for (i = 0; i < F.nb; i++) {
		T_EQ(calls(i), 1);
		T_EQ(rte_eth_promiscuous_enable(F.id[i]), -EIO);
		T_EQ(rte_eth_dev_mac_addr_add(F.id[i], &mac, 0), -EIO);
		T_EQ(rte_eth_dev_is_removed(F.id[i]), 1);
		T_EQ(rte_eth_stats_get(F.id[i], &stats), 0);
		T_EQ(rte_eth_link_get(F.id[i], &link), 0);
		T_EQ(link.link_status, RTE_ETH_LINK_DOWN);
		T_EQ(rte_eth_rx_burst(F.id[i], 0, &m, 1), 0);
		T_EQ(rte_eth_dev_stop(F.id[i]), 0);
		T_EQ(rte_eth_dev_start(F.id[i]), -EIO);
	}
	T_EQ(rte_eth_dev_close(F.id[0]), 0);
	for (i = 0; i < F.nb; i++)
		T_EQ(calls(i), 1);
	unwatch();
	return 0;
}

/* The same, but it answers again after a while. */
static int
adminq_dies(void)
{
	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_ERR_RECOVERING, NULL, false));
	/* Three in a row are what the driver puts up with. */
	T_TRY(t_fault("aq silent count=3"));
	T_EQ(rte_eth_promiscuous_enable(F.id[0]), -ETIMEDOUT);
	T_EQ(rte_eth_promiscuous_enable(F.id[0]), -ETIMEDOUT);
	/* The third is given up, and done when the queue is back. */
	T_EQ(rte_eth_promiscuous_enable(F.id[0]), 0);
	T_TRY(recovered(1));
	T_EQ(calls(0), 1);
	unwatch();
	return works(0);
}

/* ---- link ---- */

/* The link status cannot be read when it changes: it is read again. */
static int
link_read_fails(void)
{
	struct t_lsc seen;

	T_TRY(t_up_all(&(struct t_up){ .lsc = true }));
	T_TRY(t_lsc_watch());
	T_TRY(t_fault("aq fail op=0x0607 count=2"));
	T_TRY(t_fault("link 0 down"));
	T_TRY(t_wait_link(0, false));
	T_WAIT(t_state(T_DEV, "fault", "aq_hits") == 2, 3000, "no reading failed");
	T_TRY(t_fault("link 0 up"));
	T_TRY(t_wait_link(0, true));
	T_TRY(t_wait_link(1, true));
	t_lsc_get(&seen);
	T_EQ(seen.same[0], 0);
	return works(0);
}

/* A recovery takes the link away and brings it back, each told once. */
static int
link_told(void)
{
	struct t_lsc seen;
	uint8_t i;

	T_TRY(t_up_all(&(struct t_up){ .lsc = true }));
	T_TRY(t_lsc_watch());
	T_TRY(t_fault("reset globr"));
	T_TRY(recovered(1));
	for (i = 0; i < F.nb; i++) {
		T_TRY(t_wait_link(i, true));
		T_WAIT((t_lsc_get(&seen), seen.up[i] == 1), 5000, "lport %u: not told", i);
		T_EQ(seen.down[i], 1);
	}
	return works(0);
}

/* ---- one port ---- */

static unsigned int flows;	/* that went well so far */

static int
reset_port_0(void)
{
	uint64_t end = t_now_ms() + 20000;
	unsigned int i;

	for (i = 0; t_now_ms() < end &&
	     (i < 100 || __atomic_load_n(&flows, __ATOMIC_SEQ_CST) < 4); i++) {
		if (rte_eth_dev_stop(F.id[0]) != 0 || rte_eth_dev_reset(F.id[0]) != 0)
			return -1;
		if (i % 10 == 0 && t_up(0, NULL) != 0)
			return -1;
	}
	return 0;
}

/* dev_reset of one port, a hundred times: its siblings forward on. */
static int
port_reset_siblings(void)
{
	static const struct t_flow flow = { .nb = 200, .min = 60, .max = 300, .step = 7 };
	int rc = 0;

	T_TRY(t_up_all(NULL));
	flows = 0;
	T_TRY(other_start(reset_port_0));
	do {
		if (rc == 0)
			rc = t_flow_run(2, 3, &flow);
		if (rc == 0)
			rc = t_flow_run(3, 2, &flow);
		__atomic_fetch_add(&flows, 1, __ATOMIC_SEQ_CST);
	} while (!other_done());
	T_EQ(pthread_join(other.id, NULL), 0);
	T_EQ(rc, 0);
	T_EQ(other.rc, 0);
	T_EQ(t_recoveries(), 0);
	T_CHECK(flows >= 4, "only %u flows meanwhile", flows);
	return 0;
}

/* ---- another device afterwards ---- */

/* Ports that are gone say so, once; the others work, and what came back waits
 * for the next probe. */
static int
fewer(const char *what)
{
	struct rte_eth_link link;
	struct rte_mbuf *m;
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_INTR_RMV, NULL, false));
	T_TRY(t_fault("change %s", what));
	T_TRY(t_fault("reset empr"));
	T_TRY(recovered(1));
	for (i = 2; i < 4; i++)
		T_WAIT(calls(i) == 1, 5000, "lport %u: not told", i);
	T_TRY(works(0));
	T_TRY(t_fault("change ports=4 queues=256"));
	T_TRY(t_fault("reset empr"));
	T_TRY(recovered(2));
	for (i = 0; i < 4; i++) {
		T_EQ(calls(i), i >= 2);
		T_EQ(rte_eth_dev_is_removed(F.id[i]), i >= 2);
	}
	for (i = 2; i < 4; i++) {
		T_EQ(rte_eth_promiscuous_enable(F.id[i]), -EIO);
		T_EQ(rte_eth_link_get(F.id[i], &link), 0);
		T_EQ(link.link_status, RTE_ETH_LINK_DOWN);
		T_EQ(rte_eth_rx_burst(F.id[i], 0, &m, 1), 0);
		T_EQ(rte_eth_dev_stop(F.id[i]), 0);
	}
	T_EQ(rte_eth_dev_close(F.id[3]), 0);
	unwatch();
	return works(0);
}

static int
fewer_ports(void)
{
	return fewer("ports=2");
}

static int
fewer_queues(void)
{
	return fewer("queues=130");
}

static const struct t_case cases[] = {
	{ "who_waits", who_waits, 4, T_SIM | T_WIRED, NULL },
	{ "callback_hw", callback_hw, 4, T_SIM | T_WIRED, NULL },
	{ "callback_stops", callback_stops, 4, T_SIM | T_WIRED, NULL },
	{ "callback_closes", callback_closes, 4, T_SIM | T_WIRED, NULL },
	{ "callback_closes_after", callback_closes_after, 4, T_SIM | T_WIRED, NULL },
	{ "callback_restarts", callback_restarts, 4, T_SIM | T_WIRED, NULL },
	{ "lost_for_good", lost_for_good, 2, T_SIM | T_WIRED, NULL },
	{ "adminq_dies", adminq_dies, 2, T_SIM | T_WIRED, NULL },
	{ "link_read_fails", link_read_fails, 2, T_SIM | T_WIRED, NULL },
	{ "link_told", link_told, 4, T_SIM | T_WIRED, NULL },
	{ "fewer_ports", fewer_ports, 4, T_SIM | T_WIRED, NULL },
	{ "fewer_queues", fewer_queues, 4, T_SIM | T_WIRED, NULL },
	{ "port_reset_siblings", port_reset_siblings, 4, T_SIM | T_WIRED, NULL },
};

T_SUITE(recovery, cases);
