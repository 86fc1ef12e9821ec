/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Events injected through EVENT_DOORBELL: each reaches its port. */

#include <errno.h>
#include <pthread.h>

#include <rte_lcore.h>
#include <rte_service.h>

#include "ice_mp_event.h"
#include "ice_mp_ext.h"
#include "test.h"

static struct {
	unsigned int nb[T_MAX_PORTS];
	uint16_t last_vf[T_MAX_PORTS];
	uint16_t id[T_MAX_PORTS];
} seen;

static int
on_event(uint16_t id, enum rte_eth_event_type type, void *arg, void *ret)
{
	uint8_t lport = (uintptr_t)arg;

	if (id != seen.id[lport])
		return -1;
	if (type == RTE_ETH_EVENT_VF_MBOX && ret != NULL)
		seen.last_vf[lport] = *(uint16_t *)ret;
	__atomic_fetch_add(&seen.nb[lport], 1, __ATOMIC_SEQ_CST);
	return 0;
}

static unsigned int
count(uint8_t lport)
{
	return __atomic_load_n(&seen.nb[lport], __ATOMIC_SEQ_CST);
}

static int
watch(enum rte_eth_event_type type)
{
	uint8_t i;

	memset(&seen, 0, sizeof(seen));
	for (i = 0; i < F.nb; i++) {
		seen.id[i] = F.id[i];
		T_EQ(rte_eth_dev_callback_register(F.id[i], type, on_event,
						   (void *)(uintptr_t)i), 0);
	}
	return 0;
}

static void
unwatch(enum rte_eth_event_type type)
{
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		t_unregister(F.id[i], type, on_event, (void *)(uintptr_t)i);
}

static int
counters(struct ice_mp_event_counters *c)
{
	T_CHECK(t_event_counters != NULL, "no counters in this driver");
	T_EQ(t_event_counters(F.id[0], c), 0);
	return 0;
}

static int
inject(uint8_t port, uint8_t type, uint16_t data)
{
	T_EQ(sim.inject_event(T_DEV, port, type, data), 0);
	return 0;
}

static uint64_t
settled(const struct ice_mp_event_counters *c, enum ice_mp_event_source s)
{
	uint64_t sum = c->src[s].dispatched + c->src[s].coalesced;
	unsigned int i;

	for (i = 0; i < ICE_MP_DROP_COUNT; i++)
		sum += c->src[s].dropped[i];
	return sum;
}

/* Wait until `nb` more doorbells than in `before` are through. */
static int
wait_doorbells(const struct ice_mp_event_counters *before, uint64_t nb,
	       struct ice_mp_event_counters *now)
{
	uint64_t want = before->src[ICE_MP_SRC_DOORBELL].received + nb;

	T_WAIT(counters(now) == 0 && settled(now, ICE_MP_SRC_DOORBELL) >= want, T_WAIT_MS,
	       "%lu of %lu doorbell events are through",
	       (unsigned long)settled(now, ICE_MP_SRC_DOORBELL), (unsigned long)want);
	T_EQ(now->src[ICE_MP_SRC_DOORBELL].received, want);
	T_EQ(settled(now, ICE_MP_SRC_DOORBELL), want);
	return 0;
}

/* One event for each port: that port's callback, no other's. */
static int
each_port(uint8_t doorbell, enum rte_eth_event_type type, enum ice_mp_event_type kind)
{
	struct ice_mp_event_counters before, now;
	uint8_t i, k;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < F.nb; i++) {
		T_TRY(watch(type));
		T_TRY(counters(&before));
		T_TRY(inject(i, doorbell, 100 + i));
		T_TRY(wait_doorbells(&before, 1, &now));
		T_EQ(now.src[ICE_MP_SRC_DOORBELL].dispatched -
		     before.src[ICE_MP_SRC_DOORBELL].dispatched, 1);
		for (k = 0; k < F.nb; k++) {
			T_EQ(count(k), k == i);
			T_EQ(now.port[k][kind] - before.port[k][kind], k == i);
		}
		if (type == RTE_ETH_EVENT_VF_MBOX)
			T_EQ(seen.last_vf[i], 100 + i);
		unwatch(type);
	}
	return 0;
}

static int
reset_each_port(void)
{
	return each_port(EVENT_DOORBELL_RESET, RTE_ETH_EVENT_INTR_RESET, ICE_MP_EVENT_RESET);
}

static int
vf_mbx_each_port(void)
{
	return each_port(EVENT_DOORBELL_VF_MBX, RTE_ETH_EVENT_VF_MBOX, ICE_MP_EVENT_VF_MBX);
}

/* A link event without news is looked into, and nobody is bothered. */
static int
link_each_port(void)
{
	struct ice_mp_event_counters before, now;
	uint8_t i, k;

	T_TRY(t_up_all(&(struct t_up){ .lsc = true }));
	T_TRY(t_lsc_watch());
	for (i = 0; i < F.nb; i++) {
		T_TRY(counters(&before));
		T_TRY(inject(i, EVENT_DOORBELL_LINK, 0));
		T_TRY(wait_doorbells(&before, 1, &now));
		for (k = 0; k < F.nb; k++)
			T_EQ(now.port[k][ICE_MP_EVENT_LINK] - before.port[k][ICE_MP_EVENT_LINK],
			     k == i);
	}
	T_EQ(t_lsc_total(), 0);
	return 0;
}

static int
all_ports(void)
{
	struct ice_mp_event_counters before, now;
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_INTR_RESET));
	T_TRY(counters(&before));
	T_TRY(inject(ICE_MP_LPORT_ALL, EVENT_DOORBELL_RESET, 0));
	T_TRY(wait_doorbells(&before, 1, &now));
	for (i = 0; i < F.nb; i++)
		T_EQ(count(i), 1);
	unwatch(RTE_ETH_EVENT_INTR_RESET);
	return 0;
}

/* An event for a port that is not there is counted and ignored. */
static int
bad_port(void)
{
	static const uint8_t bad[] = { 4, 5, 7, 8, 100, 254 };
	struct ice_mp_event_counters before, now;
	unsigned int i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_INTR_RESET));
	T_TRY(counters(&before));
	for (i = 0; i < RTE_DIM(bad); i++)
		T_TRY(inject(bad[i], EVENT_DOORBELL_RESET, 0));
	T_TRY(wait_doorbells(&before, RTE_DIM(bad), &now));
	T_EQ(now.src[ICE_MP_SRC_DOORBELL].dropped[ICE_MP_DROP_BAD_LPORT] -
	     before.src[ICE_MP_SRC_DOORBELL].dropped[ICE_MP_DROP_BAD_LPORT], RTE_DIM(bad));
	for (i = 0; i < F.nb; i++)
		T_EQ(count(i), 0);
	unwatch(RTE_ETH_EVENT_INTR_RESET);
	return t_ping(0);
}

static int
unknown_type(void)
{
	static const uint8_t type[] = { 4, 77, 255 };
	struct ice_mp_event_counters before, now;
	unsigned int i;

	T_TRY(t_up_all(NULL));
	T_TRY(counters(&before));
	for (i = 0; i < RTE_DIM(type); i++)
		T_TRY(inject(1, type[i], 5));
	T_TRY(wait_doorbells(&before, RTE_DIM(type), &now));
	T_EQ(now.src[ICE_MP_SRC_DOORBELL].dropped[ICE_MP_DROP_UNKNOWN] -
	     before.src[ICE_MP_SRC_DOORBELL].dropped[ICE_MP_DROP_UNKNOWN], RTE_DIM(type));
	return t_ping(0);
}

/* An lport of the device that was not selected, and one that was closed. */
static int
port_without_ethdev(void)
{
	struct ice_mp_event_counters before, now;

	T_TRY(t_up_all(NULL));
	T_TRY(t_down(1));
	T_EQ(rte_eth_dev_close(F.id[1]), 0);
	T_TRY(counters(&before));
	T_TRY(inject(1, EVENT_DOORBELL_RESET, 0));
	T_TRY(inject(1, EVENT_DOORBELL_LINK, 0));
	T_TRY(wait_doorbells(&before, 2, &now));
	T_EQ(now.src[ICE_MP_SRC_DOORBELL].dropped[ICE_MP_DROP_NO_PORT] -
	     before.src[ICE_MP_SRC_DOORBELL].dropped[ICE_MP_DROP_NO_PORT], 2);
	return t_ping(2);
}

/* A burst: some are merged, every one is accounted for. */
static int
burst(void)
{
	struct ice_mp_event_counters before, now;
	unsigned int i, taken = 0, calls = 0;
	uint8_t k;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_INTR_RESET));
	T_TRY(counters(&before));
	for (i = 0; i < 2000; i++)
		taken += sim.inject_event(T_DEV, i % F.nb, EVENT_DOORBELL_RESET, i) == 0;
	T_CHECK(taken >= 256, "only %u were taken", taken);
	T_TRY(wait_doorbells(&before, taken, &now));
	for (k = 0; k < F.nb; k++) {
		T_CHECK(count(k) >= 1, "lport %u was never told", k);
		calls += count(k);
		T_EQ(count(k), now.port[k][ICE_MP_EVENT_RESET] - before.port[k][ICE_MP_EVENT_RESET]);
	}
	T_EQ(calls, now.src[ICE_MP_SRC_DOORBELL].dispatched -
	     before.src[ICE_MP_SRC_DOORBELL].dispatched);
	unwatch(RTE_ETH_EVENT_INTR_RESET);
	return 0;
}

/* The FIFO is 256 deep, full is said, and it drains. */
static int
fifo_overflow(void)
{
	struct ice_mp_event_counters before, now;
	unsigned int i, taken = 0;

	T_TRY(t_up_all(NULL));
	for (i = 0; i < 20; i++) {
		unsigned int k;

		taken = 0;
		T_TRY(counters(&before));
		for (k = 0; k < 1000; k++)
			taken += sim.inject_event(T_DEV, 0, EVENT_DOORBELL_LINK, 0) == 0;
		T_TRY(wait_doorbells(&before, taken, &now));
		T_CHECK(taken >= EVENT_DOORBELL_DEPTH, "%u taken", taken);
	}
	T_TRY(inject(1, EVENT_DOORBELL_LINK, 0));
	return t_ping(0);
}

/* VF mailbox events of different VFs are not the same event. */
static int
vf_mbx_distinct(void)
{
	struct ice_mp_event_counters before, now;
	unsigned int i;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_VF_MBOX));
	T_TRY(counters(&before));
	for (i = 0; i < 200; i++)
		T_TRY(inject(2, EVENT_DOORBELL_VF_MBX, i));
	T_TRY(wait_doorbells(&before, 200, &now));
	T_EQ(count(2), 200);
	T_EQ(count(0) + count(1) + count(3), 0);
	unwatch(RTE_ETH_EVENT_VF_MBOX);
	return 0;
}

/* The same through the register, as a guest or a test bench writes it. */
static int
through_register(void)
{
	struct ice_mp_event_counters before, now;

	T_TRY(t_up_all(NULL));
	T_TRY(watch(RTE_ETH_EVENT_INTR_RESET));
	T_TRY(counters(&before));
	T_EQ(sim.reg_write(T_DEV, EVENT_DOORBELL, EVENT_DOORBELL_RESET << EVENT_DOORBELL_TYPE_S | 3),
	     0);
	T_TRY(wait_doorbells(&before, 1, &now));
	T_EQ(count(3), 1);
	T_EQ(count(0) + count(1) + count(2), 0);
	unwatch(RTE_ETH_EVENT_INTR_RESET);
	return 0;
}

/* A callback may close the very port it is called for. */
static int
close_on_event(uint16_t id, enum rte_eth_event_type type __rte_unused, void *arg __rte_unused,
	       void *ret __rte_unused)
{
	rte_eth_dev_stop(id);
	rte_eth_dev_close(id);
	return 0;
}

static int
close_in_callback(void)
{
	T_TRY(t_up_all(NULL));
	T_EQ(rte_eth_dev_callback_register(F.id[1], RTE_ETH_EVENT_INTR_RESET, close_on_event,
					   NULL), 0);
	T_TRY(inject(1, EVENT_DOORBELL_RESET, 0));
	T_WAIT(!rte_eth_dev_is_valid_port(F.id[1]), T_WAIT_MS, "not closed");
	T_TRY(inject(1, EVENT_DOORBELL_RESET, 0));
	T_TRY(t_ping(2));
	/* ethdev keeps callbacks of closed ports until all are asked for. */
	t_unregister(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RESET, close_on_event, NULL);
	return 0;
}

/* The link's last state gets through a burst of everything. */
static int
last_state_wins(void)
{
	unsigned int i;

	T_TRY(t_up_all(&(struct t_up){ .lsc = true }));
	for (i = 0; i < 50; i++) {
		T_TRY(t_fault("link 1 %s", i % 2 ? "up" : "down"));
		sim.inject_event(T_DEV, 1, EVENT_DOORBELL_LINK, 0);
		sim.inject_event(T_DEV, 0, EVENT_DOORBELL_LINK, 0);
		sim.inject_event(T_DEV, ICE_MP_LPORT_ALL, EVENT_DOORBELL_LINK, 0);
	}
	T_TRY(t_fault("link 1 down"));
	T_TRY(t_wait_link(1, false));
	T_TRY(t_fault("link 1 up"));
	return t_wait_link(1, true);
}

static int
telemetry(void)
{
	struct ice_mp_event_counters before, now;
	int64_t told;

	T_TRY(t_up_all(NULL));
	T_TRY(counters(&before));
	T_TRY(inject(0, EVENT_DOORBELL_RESET, 0));
	T_TRY(inject(9, EVENT_DOORBELL_RESET, 0));
	T_TRY(wait_doorbells(&before, 2, &now));
	told = t_telemetry("/ice_mp/events," T_DEV, "doorbell", "received");
	T_EQ(told, now.src[ICE_MP_SRC_DOORBELL].received);
	told = t_telemetry("/ice_mp/events," T_DEV, "doorbell", "dispatched");
	T_EQ(told, now.src[ICE_MP_SRC_DOORBELL].dispatched);
	return 0;
}

/* xstats: of the port, and of its device. */
static int
in_xstats(void)
{
	struct ice_mp_event_counters c0, c1;
	uint64_t before[4], now;
	uint8_t i;

	T_TRY(t_up_all(NULL));
	T_TRY(counters(&c0));
	for (i = 0; i < F.nb; i++)
		T_CHECK(t_xstat(i, "events_reset", &before[i]), "no counter");
	T_TRY(inject(2, EVENT_DOORBELL_RESET, 0));
	T_TRY(inject(9, EVENT_DOORBELL_RESET, 0));
	T_TRY(wait_doorbells(&c0, 2, &c1));
	for (i = 0; i < F.nb; i++) {
		T_CHECK(t_xstat(i, "events_reset", &now), "no counter");
		T_EQ(now - before[i], i == 2);
		T_CHECK(t_xstat(i, "device_events_doorbell_received", &now), "no counter");
		T_EQ(now, c1.src[ICE_MP_SRC_DOORBELL].received);
		T_CHECK(t_xstat(i, "device_events_doorbell_dropped_bad_lport", &now), "no counter");
		T_EQ(now, c0.src[ICE_MP_SRC_DOORBELL].dropped[ICE_MP_DROP_BAD_LPORT] + 1);
	}
	/* One port's begin anew, the others' go on. */
	T_EQ(rte_eth_xstats_reset(F.id[1]), 0);
	T_CHECK(t_xstat(1, "device_events_doorbell_received", &now), "no counter");
	T_EQ(now, 0);
	T_CHECK(t_xstat(2, "events_reset", &now), "no counter");
	T_EQ(now, before[2] + 1);
	return 0;
}

static bool reading;

/* Looks all the time whether every source's counters add up.
 * arg: readings made; UINT64_MAX: one that did not */
static void *
auditor(void *arg)
{
	struct ice_mp_event_counters c;
	uint64_t *made = arg;
	unsigned int s;

	while (__atomic_load_n(&reading, __ATOMIC_ACQUIRE)) {
		if (t_event_counters(F.id[0], &c) != 0)
			continue;
		for (s = 0; s < ICE_MP_SRC_COUNT; s++) {
			if (c.src[s].received == settled(&c, s))
				continue;
			*made = UINT64_MAX;
			return NULL;
		}
		(*made)++;
	}
	return NULL;
}

static int
counters_always_add_up(void)
{
	uint64_t end = t_now_ms() + 500, made = 0;
	unsigned int i = 0;
	pthread_t id;

	T_TRY(t_up_all(&(struct t_up){ .lsc = true }));
	__atomic_store_n(&reading, true, __ATOMIC_RELEASE);
	T_EQ(pthread_create(&id, NULL, auditor, &made), 0);
	for (; t_now_ms() < end; i++) {
		sim.inject_event(T_DEV, i % (F.nb + 1), i % 3 ? EVENT_DOORBELL_LINK :
				 EVENT_DOORBELL_VF_MBX, i);
		if (i % 64 == 0)
			T_TRY(t_fault("link %u %s", i / 64 % F.nb, i % 128 ? "up" : "down"));
	}
	__atomic_store_n(&reading, false, __ATOMIC_RELEASE);
	pthread_join(id, NULL);
	T_CHECK(made != UINT64_MAX, "a reading does not add up");
	T_CHECK(made > 0, "no reading was made");
	return 0;
}

/* Another face; `now` is what it must be. */
static int
face(const char *mode, const char *now)
{
	char cmd[96], want[48];
	const char *answer;

	snprintf(cmd, sizeof(cmd), "/ice_mp/event_mode,%s,%s", T_DEV, mode);
	snprintf(want, sizeof(want), "{\"mode\":\"%s\"}", now);
	answer = t_telemetry_text(cmd);
	T_CHECK(strstr(answer, want) != NULL, "%s: %s, expected %s", cmd, answer, want);
	snprintf(want, sizeof(want), "\"mode\":\"%s\"", now);
	answer = t_telemetry_text("/ice_mp/events," T_DEV);
	T_CHECK(strstr(answer, want) != NULL, "%s after a switch to %s", answer, mode);
	return 0;
}

/* What happens before, during and after a switch is told to its port. */
static int
faces(const char *const (*modes)[2], unsigned int nb)
{
	struct ice_mp_event_counters before, now;
	/* Each mode on several ports; fewer times where that takes long. */
	const unsigned int switches = nb * 6 / t_sweep_step(6, 6);
	unsigned int i, up = 0;
	struct t_lsc n;
	uint8_t port;

	T_TRY(t_up_all(&(struct t_up){ .lsc = true }));
	for (port = 0; port < F.nb; port++)
		T_TRY(t_wait_link(port, true));
	T_TRY(t_lsc_watch());
	T_TRY(watch(RTE_ETH_EVENT_INTR_RESET));
	T_TRY(counters(&before));
	for (i = 0; i < switches; i++) {
		port = i % F.nb;
		T_TRY(inject(port, EVENT_DOORBELL_RESET, 0));
		T_TRY(t_fault("link %u down", port));
		T_TRY(face(modes[i % nb][0], modes[i % nb][1]));
		T_TRY(t_wait_link(port, false));
		T_TRY(t_fault("link %u up", port));
		T_TRY(t_wait_link(port, true));
		T_TRY(wait_doorbells(&before, i + 1, &now));
	}
	for (port = 0; port < F.nb; port++)
		up += count(port);
	T_EQ(up, switches);
	T_WAIT(t_lsc_total() >= 2 * switches, T_WAIT_MS, "%u of %u link changes told",
	       t_lsc_total(), 2 * switches);
	t_lsc_get(&n);
	for (port = 0; port < F.nb; port++)
		T_EQ(n.down[port], n.up[port]);
	unwatch(RTE_ETH_EVENT_INTR_RESET);
	/* What there is no such face of changes nothing. */
	T_CHECK(strstr(t_telemetry_text("/ice_mp/event_mode," T_DEV ",never"), "null") != NULL,
		"a face that does not exist: %s",
		t_telemetry_text("/ice_mp/event_mode," T_DEV ",never"));
	return face(modes[0][0], modes[0][1]);
}

static int
switch_faces(void)
{
	/* Without a service lcore. */
	static const char *const modes[][2] = {
		{ "poll", "poll" }, { "interrupt", "interrupt" }, { "auto", "interrupt" },
		{ "service", "interrupt" },
	};

	return faces(modes, RTE_DIM(modes));
}

/* A service lcore comes while the device runs, and goes. */
static int
switch_service(void)
{
	static const char *const modes[][2] = {
		{ "service", "service" }, { "interrupt", "interrupt" }, { "auto", "service" },
		{ "poll", "poll" },
	};
	unsigned int lcore = rte_get_next_lcore(-1, 1, 0);
	int rc;

	if (lcore == RTE_MAX_LCORE)
		T_FAIL("a second lcore is needed");
	T_EQ(rte_service_lcore_add(lcore), 0);
	rc = faces(modes, RTE_DIM(modes));
	T_TRY(face("poll", "poll"));
	T_EQ(rte_service_lcore_stop(lcore), 0);
	T_EQ(rte_service_lcore_del(lcore), 0);
	T_TRY(rc);
	T_TRY(face("auto", "interrupt"));
	return t_ping(0);
}

static const struct t_case cases[] = {
	{ "reset_each_port", reset_each_port, 8, T_SIM, NULL },
	{ "reset_each_port_polled", reset_each_port, 4, T_SIM, "event_mode=poll" },
	{ "vf_mbx_each_port", vf_mbx_each_port, 8, T_SIM, NULL },
	{ "link_each_port", link_each_port, 8, T_SIM, NULL },
	{ "all_ports", all_ports, 8, T_SIM, NULL },
	{ "bad_port", bad_port, 4, T_SIM | T_WIRED, NULL },
	{ "unknown_type", unknown_type, 4, T_SIM | T_WIRED, NULL },
	{ "port_without_ethdev", port_without_ethdev, 4, T_SIM | T_WIRED, NULL },
	{ "burst", burst, 8, T_SIM, NULL },
	{ "fifo_overflow", fifo_overflow, 2, T_SIM | T_WIRED, NULL },
	{ "vf_mbx_distinct", vf_mbx_distinct, 4, T_SIM, NULL },
	{ "through_register", through_register, 4, T_SIM, NULL },
	{ "close_in_callback", close_in_callback, 4, T_SIM | T_WIRED, NULL },
	{ "last_state_wins", last_state_wins, 2, T_SIM, NULL },
	{ "telemetry", telemetry, 2, T_SIM, NULL },
	{ "in_xstats", in_xstats, 4, T_SIM, NULL },
	{ "counters_always_add_up", counters_always_add_up, 4, T_SIM, NULL },
	{ "switch_faces", switch_faces, 4, T_SIM | T_WIRED, NULL },
	{ "switch_service", switch_service, 4, T_SIM | T_WIRED, NULL },
};

T_SUITE(event, cases);
