/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Resets of all kinds at random moments, under traffic. */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_mempool.h>

#include "ice_mp_ext.h"
#include "restore.h"
#include "soak.h"

#define MAX_RESETS	20000
#define BURST		4
#define MARKER		200	/* bytes, as no other frame has */
#define SETTLE_MS	20000
/* A second reset, which may come when the first is just done with: when nothing
 * is heard for so long it has been, too. The driver looks by itself every 200 ms. */
#define CALM_MS		500
#define LONGEST_US	3000	/* until a reset, from the beginning of its round */

/* Kinds the device does; one port's reset is the application's, when asked to. */
static const char *const kinds[] = { "pfr", "corer", "globr", "empr", "flr", "port" };
#define DEVICE_KINDS	5
#define PORT_RESET	5

static struct {
	struct soak soak;
	/* By lport, of callbacks; atomic. */
	unsigned int recovering[T_MAX_PORTS], success[T_MAX_PORTS], failed, asked;
	uint64_t last_us;		/* of the last callback */
	/* Of this round. */
	unsigned int kind, second;	/* second: DEVICE_KINDS: none */
	uint64_t delay_us, gap_us;
	uint8_t lport;
	uint64_t struck_us;
	bool struck;
	int strike_rc;
	/* So far. */
	unsigned int rounds, nb[RTE_DIM(kinds)], doubles;
	uint64_t us[RTE_DIM(kinds)][MAX_RESETS], all[MAX_RESETS];
	uint64_t sent, got;
	uint32_t seq;
	uint16_t id[T_MAX_PORTS];
} R;

static const enum rte_eth_event_type watched[] = {
	RTE_ETH_EVENT_ERR_RECOVERING, RTE_ETH_EVENT_RECOVERY_SUCCESS,
	RTE_ETH_EVENT_RECOVERY_FAILED, RTE_ETH_EVENT_INTR_RESET,
};

static unsigned int
get(const unsigned int *at)
{
	return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

static int
on_event(uint16_t id, enum rte_eth_event_type type, void *arg, void *ret __rte_unused)
{
	uint8_t lport = (uintptr_t)arg;
	unsigned int *at = type == RTE_ETH_EVENT_ERR_RECOVERING ? &R.recovering[lport] :
			   type == RTE_ETH_EVENT_RECOVERY_SUCCESS ? &R.success[lport] :
			   type == RTE_ETH_EVENT_INTR_RESET ? &R.asked : &R.failed;

	if (id != R.id[lport])
		return -1;
	__atomic_store_n(&R.last_us, soak_us(), __ATOMIC_SEQ_CST);
	__atomic_fetch_add(at, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static int
watch(bool on)
{
	unsigned int k;
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		for (k = 0; k < RTE_DIM(watched); k++) {
			void *arg = (void *)(uintptr_t)i;

			if (on)
				T_EQ(rte_eth_dev_callback_register(F.id[i], watched[k], on_event,
								   arg), 0);
			else
				t_unregister(F.id[i], watched[k], on_event, arg);
		}
	}
	return 0;
}

/* ---- traffic ---- */

struct lane {
	uint8_t from, to, rxq;
};

static const struct lane plain_lanes[] = {
	{ 0, 1, 1 }, { 1, 0, 1 }, { 2, 3, 1 }, { 3, 2, 1 },
	{ 4, 5, 1 }, { 5, 4, 1 }, { 6, 7, 1 }, { 7, 6, 1 }, { 0 }
};
/* Of the restore table's ports: 2 must not receive, 6 and 7 rest. */
static const struct lane table_lanes[] = {
	{ 0, 1, 1 }, { 1, 0, 1 }, { 2, 3, 1 }, { 4, 5, 3 }, { 5, 4, 2 }, { 0 }
};

/* A few frames on every lane, and what has arrived. */
static int
pump(const struct lane *lane)
{
	struct rte_mbuf *m[32];
	uint8_t buf[120], k;
	uint16_t n, q;

	for (; lane->rxq != 0; lane++) {
		for (k = 0; k < BURST; k++) {
			t_ip_frame(buf, sizeof(buf), lane->from, lane->to, R.seq++ % 1000, false,
				   T_UDP);
			m[k] = t_mbuf(F.pool, buf, sizeof(buf), 0);
			if (m[k] == NULL) {
				rte_pktmbuf_free_bulk(m, k);
				T_FAIL("no mbufs are left");
			}
		}
		n = rte_eth_tx_burst(F.id[lane->from], 0, m, BURST);
		R.sent += n;
		rte_pktmbuf_free_bulk(m + n, BURST - n);
		for (q = 0; q < lane->rxq; q++) {
			n = rte_eth_rx_burst(F.id[lane->to], q, m, RTE_DIM(m));
			R.got += n;
			rte_pktmbuf_free_bulk(m, n);
		}
	}
	return 0;
}

/* A wire keeps the order: when a frame of another length has come through, all
 * before it have. */
static int
flush(const struct lane *lane)
{
	uint64_t end = t_now_ms() + SETTLE_MS;
	struct rte_mbuf *m;
	uint8_t buf[MARKER];
	bool through = false;
	uint16_t q;

	t_ip_frame(buf, sizeof(buf), lane->from, lane->to, 7, false, T_UDP);
	T_TRY(t_send_bytes(lane->from, buf, sizeof(buf)));
	while (!through) {
		for (q = 0; q < lane->rxq; q++) {
			while (rte_eth_rx_burst(F.id[lane->to], q, &m, 1) == 1) {
				through |= m->pkt_len == MARKER;
				R.got++;
				rte_pktmbuf_free(m);
			}
		}
		T_CHECK(t_now_ms() < end, "lport %u to %u: nothing comes through", lane->from,
			lane->to);
		t_pause();
	}
	R.sent++;
	/* What other queues had before it. */
	for (q = 0; q < lane->rxq; q++) {
		while (rte_eth_rx_burst(F.id[lane->to], q, &m, 1) == 1) {
			R.got++;
			rte_pktmbuf_free(m);
		}
	}
	return 0;
}

/* ---- a round ---- */

static int
reset_device(unsigned int kind)
{
	char cmd[32], reply[64];

	snprintf(cmd, sizeof(cmd), "reset %s", kinds[kind]);
	return sim.fault(T_DEV, cmd, reply, sizeof(reply));
}

static void *
strike(void *arg __rte_unused)
{
	usleep(R.delay_us);
	R.struck_us = soak_us();
	if (R.kind == PORT_RESET)
		R.strike_rc = sim.inject_event(T_DEV, R.lport, EVENT_DOORBELL_RESET, 0);
	else
		R.strike_rc = reset_device(R.kind);
	if (R.strike_rc == 0 && R.second < DEVICE_KINDS) {
		usleep(R.gap_us);
		R.strike_rc = reset_device(R.second);
	}
	__atomic_store_n(&R.struck, true, __ATOMIC_SEQ_CST);
	return NULL;
}

static bool
recovered(unsigned int rounds)
{
	uint8_t i;

	if (!__atomic_load_n(&R.struck, __ATOMIC_SEQ_CST))
		return false;
	for (i = 0; i < F.nb; i++)
		if (get(&R.success[i]) != get(&R.recovering[i]) || get(&R.success[i]) <= rounds)
			return false;
	return R.second == DEVICE_KINDS ||
	       soak_us() - __atomic_load_n(&R.last_us, __ATOMIC_SEQ_CST) > CALM_MS * 1000;
}

/* Every port has been told the same number of times. */
static int
told_alike(void)
{
	uint8_t i;

	for (i = 0; i < F.nb; i++) {
		T_EQ(get(&R.recovering[i]), get(&R.recovering[0]));
		T_EQ(get(&R.success[i]), get(&R.recovering[0]));
	}
	return 0;
}

/* Traffic goes on until the reset is over; how long it took, in us. */
static int
one_reset(const struct lane *lane, uint64_t *us)
{
	unsigned int before = get(&R.success[0]), asked = get(&R.asked);
	uint64_t end = t_now_ms() + SETTLE_MS;
	pthread_t thread;
	int rc = 0;

	R.struck = false;
	T_EQ(pthread_create(&thread, NULL, strike, NULL), 0);
	while (rc == 0 && t_now_ms() < end && get(&R.failed) == 0 &&
	       (R.kind == PORT_RESET ? get(&R.asked) == asked : !recovered(before)))
		rc = pump(lane);
	T_EQ(pthread_join(thread, NULL), 0);
	T_EQ(rc, 0);
	T_EQ(R.strike_rc, 0);
	T_EQ(get(&R.failed), 0);
	T_CHECK(t_now_ms() < end, "not over after %u ms: lport 0 recovering %u, success %u",
		SETTLE_MS, get(&R.recovering[0]), get(&R.success[0]));
	if (R.kind == PORT_RESET) {
		T_EQ(get(&R.asked), asked + 1);
		T_EQ(rte_eth_dev_stop(F.id[R.lport]), 0);
		T_EQ(rte_eth_dev_reset(F.id[R.lport]), 0);
		T_TRY(t_up(R.lport, NULL));
		*us = soak_us() - R.struck_us;
		T_EQ(get(&R.success[0]), before);
	} else {
		*us = R.last_us - R.struck_us;
	}
	return told_alike();
}

/* What the device has given to the driver: `"used":{…}` of its state. */
static const char *
used(char *buf, size_t len)
{
	static char json[262144];
	const char *at;

	if (sim.query(T_DEV, json, sizeof(json)) <= 0)
		return "";
	at = strstr(json, "\"used\":{");
	if (at == NULL)
		return "";
	snprintf(buf, len, "%.*s", (int)strcspn(at, "}"), at);
	return buf;
}

static void
print_figures(const char *name, int64_t unaware)
{
	unsigned int k, i, n = 0;

	printf("soak: {\"case\":\"%s\",\"seed\":%llu,\"resets\":%u,\"doubles\":%u,"
	       "\"sent\":%llu,\"received\":%llu,\"unaware\":%lld,\"recovery_us\":{", name,
	       (unsigned long long)R.soak.seed, R.rounds + R.doubles, R.doubles,
	       (unsigned long long)R.sent, (unsigned long long)R.got, (long long)unaware);
	for (k = 0; k < RTE_DIM(kinds); k++) {
		for (i = 0; i < R.nb[k]; i++)
			R.all[n++] = R.us[k][i];
		printf("\"%s\":", kinds[k]);
		soak_print_spread(R.us[k], R.nb[k]);
		printf(",");
	}
	printf("\"all\":");
	soak_print_spread(R.all, n);
	printf("}}\n");
	fflush(stdout);
}

static int
rounds(const struct lane *lane, unsigned int nb_kinds, int (*check)(void))
{
	while (R.rounds + R.doubles < R.soak.count && R.rounds < MAX_RESETS &&
	       soak_time(&R.soak)) {
		uint64_t us = 0;
		uint8_t i;

		/* In the first rounds every kind, in order. */
		R.kind = R.rounds < nb_kinds ? R.rounds : soak_rand(&R.soak, nb_kinds);
		R.second = R.kind != PORT_RESET && soak_rand(&R.soak, 8) == 0 ?
			   soak_rand(&R.soak, DEVICE_KINDS) : DEVICE_KINDS;
		R.delay_us = soak_rand(&R.soak, LONGEST_US);
		R.gap_us = soak_rand(&R.soak, LONGEST_US);
		R.lport = soak_rand(&R.soak, F.nb);
		if (one_reset(lane, &us) != 0)
			T_FAIL("reset %u, %s%s%s", R.rounds, kinds[R.kind],
			       R.second < DEVICE_KINDS ? " and " : "",
			       R.second < DEVICE_KINDS ? kinds[R.second] : "");
		R.rounds++;
		if (R.second < DEVICE_KINDS)
			R.doubles++;
		else
			R.us[R.kind][R.nb[R.kind]++] = us;
		for (i = 0; lane[i].rxq != 0; i++)
			T_TRY(t_wait_link(lane[i].from, true));
		for (i = 0; lane[i].rxq != 0; i++)
			T_TRY(flush(&lane[i]));
		if (check() != 0)
			T_FAIL("after reset %u, %s%s%s", R.rounds, kinds[R.kind],
			       R.second < DEVICE_KINDS ? " and " : "",
			       R.second < DEVICE_KINDS ? kinds[R.second] : "");
	}
	return 0;
}

static char used_before[512];

/* Every port forwards, and the device has given out what it had before. */
static int
all_forward(void)
{
	char now[512];
	uint8_t i;

	for (i = 0; i < F.nb; i += 2)
		T_TRY(t_ping(i));
	T_CHECK(strcmp(used(now, sizeof(now)), used_before) == 0, "%s, before %s", now,
		used_before);
	return 0;
}

static int
every_row(void)
{
	char now[512];

	T_TRY(t_restore_note());
	T_TRY(t_restore_check("after"));
	T_CHECK(strcmp(used(now, sizeof(now)), used_before) == 0, "%s, before %s", now,
		used_before);
	return 0;
}

static int
run(const char *name, uint64_t count, const struct lane *lane, unsigned int nb_kinds,
    int (*check)(void))
{
	unsigned int in_use;
	uint8_t i;
	int rc;

	memset(&R, 0, sizeof(R));
	soak_begin(&R.soak, name, count);
	memcpy(R.id, F.id, sizeof(R.id));
	in_use = rte_mempool_in_use_count(F.pool);
	if (check == every_row) {
		T_TRY(t_restore_set_up());
		T_TRY(t_restore_check("before"));
	} else {
		T_TRY(t_up_all(NULL));
	}
	T_CHECK(used(used_before, sizeof(used_before))[0] != '\0', "the device tells nothing");
	T_TRY(watch(true));
	rc = rounds(lane, nb_kinds, check);
	watch(false);
	T_EQ(rc, 0);
	T_CHECK(R.rounds + R.doubles >= R.soak.count || !soak_time(&R.soak), "%u resets only",
		R.rounds + R.doubles);
	if (check == every_row)
		T_TRY(t_restore_end());
	for (i = 0; i < F.nb; i++)
		T_TRY(t_down(i));
	/* Received frames were freed, sent ones come back with the queues. */
	T_EQ(rte_mempool_in_use_count(F.pool), in_use);
	t_lsc_unwatch();
	print_figures(name, t_state(T_DEV, "violations", "unaware"));
	return 0;
}

/* All ports of a device in use, all kinds. */
static int
mixed(void)
{
	return run("resets", 6, plain_lanes, RTE_DIM(kinds), all_forward);
}

/* Every row of the restore table after every reset of the device. */
static int
configured(void)
{
	return run("resets_configured", 5, table_lanes, DEVICE_KINDS, every_row);
}

static const struct t_case cases[] = {
	{ "mixed", mixed, 8, T_SIM | T_WIRED, NULL },
	{ "configured", configured, 8, T_SIM | T_WIRED, NULL },
};

T_SUITE(soak_reset, cases);
