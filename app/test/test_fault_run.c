/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <stdlib.h>

#include <rte_mempool.h>

#include "fault_row.h"

#define MAX_SCRIPT	16384
#define SETTLE_MS	15000	/* the slowest outcome: a recovery that fails */
#define SHOWN_MS	3000	/* the slowest that shows: a hang, and the recovery of it */
#define VAIN_MS		1000	/* with scripts of somebody else's, which do nothing */
#define MARKER_MS	2000
#define FRAME		200
#define MARKER		1000	/* length of what comes behind all frames */
#define BURST		4

static const enum rte_eth_event_type types[] = {
	RTE_ETH_EVENT_ERR_RECOVERING, RTE_ETH_EVENT_RECOVERY_SUCCESS,
	RTE_ETH_EVENT_RECOVERY_FAILED, RTE_ETH_EVENT_INTR_RMV, RTE_ETH_EVENT_INTR_RESET,
	RTE_ETH_EVENT_INTR_LSC,
};
static const char *const names[R_EVENTS] = {
	"ERR_RECOVERING", "RECOVERY_SUCCESS", "RECOVERY_FAILED", "INTR_RMV", "INTR_RESET",
	"INTR_LSC (down)", "INTR_LSC (up)",
};

static struct {
	uint8_t told[R_EVENTS];		/* lports; atomic */
	uint16_t id[R_PORTS];
	uint64_t sent[R_PORTS], got[R_PORTS];
	uint64_t base[5];		/* the row's counters at the start */
	uint8_t marked;			/* lports whose marker has arrived */
	uint32_t seq;
} S;

static int
on_event(uint16_t id, enum rte_eth_event_type type, void *arg, void *ret __rte_unused)
{
	uint8_t lport = (uintptr_t)arg;
	struct rte_eth_link link;
	unsigned int e = 0;

	while (types[e] != type)
		e++;
	if (type == RTE_ETH_EVENT_INTR_LSC) {
		if (rte_eth_link_get_nowait(id, &link) != 0)
			return -1;
		e = link.link_status ? R_UP : R_DOWN;
	}
	__atomic_fetch_or(&S.told[e], R_LPORT(lport), __ATOMIC_SEQ_CST);
	return 0;
}

static int
watch(bool on)
{
	unsigned int k;
	uint8_t i;

	for (i = 0; i < R_PORTS; i++) {
		for (k = 0; k < RTE_DIM(types); k++) {
			void *arg = (void *)(uintptr_t)i;

			if (on)
				T_EQ(rte_eth_dev_callback_register(S.id[i], types[k], on_event,
								   arg), 0);
			else
				t_unregister(S.id[i], types[k], on_event, arg);
		}
	}
	return 0;
}

/* Another folder of scripts can be named: with scripts that do nothing, every
 * row has to fail. */
static const char *
scripts(void)
{
	return getenv("ICE_MP_FAULT_DIR");
}

static bool
is_marker(const struct rte_mbuf *m, uint8_t lport)
{
	uint8_t want[MARKER], got[MARKER];

	if (m->pkt_len != MARKER || t_mbuf_read(m, got, sizeof(got)) != MARKER)
		return false;
	t_frame(want, sizeof(want), t_peer(lport), lport, 0);
	return memcmp(want, got, sizeof(want)) == 0;
}

/* One turn of traffic: a few frames from every port, and what has arrived. */
static int
pump(bool send)
{
	struct rte_mbuf *m[32];
	uint8_t i, k, buf[FRAME];
	uint16_t n;

	for (i = 0; i < R_PORTS; i++) {
		for (k = 0; send && k < BURST; k++) {
			t_frame(buf, sizeof(buf), i, t_peer(i), S.seq++);
			m[k] = t_mbuf(F.pool, buf, sizeof(buf), 0);
			if (m[k] == NULL) {
				rte_pktmbuf_free_bulk(m, k);
				T_FAIL("no mbufs are left");
			}
		}
		n = send ? rte_eth_tx_burst(F.id[i], 0, m, BURST) : 0;
		S.sent[i] += n;
		if (send)
			rte_pktmbuf_free_bulk(m + n, BURST - n);
		n = rte_eth_rx_burst(F.id[i], 0, m, RTE_DIM(m));
		for (k = 0; k < n; k++) {
			if (is_marker(m[k], i))
				S.marked |= R_LPORT(i);
			else
				S.got[i]++;
		}
		rte_pktmbuf_free_bulk(m, n);
	}
	t_pause();
	return 0;
}

static int64_t
reading(const struct r_want *w)
{
	uint64_t val;

	switch (w->where) {
	case R_DEV:
		return t_state(T_DEV, w->section, w->key);
	case R_PF:
		return t_telemetry("/ice_mp/pf," T_DEV, w->section, w->key);
	case R_EV:
		return t_telemetry("/ice_mp/events," T_DEV, w->section, w->key);
	default:
		return t_xstat(w->lport, w->key, &val) ? (int64_t)val : -1;
	}
}

/* Growth of a counter. A device that is removed has none any more. */
static int
grown(const struct r_row *row, unsigned int i, uint64_t *by)
{
	int64_t now = reading(&row->want[i]);

	T_CHECK(now >= (int64_t)S.base[i], "%s %s reads %lld after %llu",
		row->want[i].section ? row->want[i].section : "", row->want[i].key,
		(long long)now, (unsigned long long)S.base[i]);
	*by = now - S.base[i];
	return 0;
}

/* What has not been told yet, of the first `n` that can be; NULL: nothing. */
static const char *
untold(const struct r_row *row, unsigned int n, char *text, size_t len)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		uint8_t told = __atomic_load_n(&S.told[i], __ATOMIC_SEQ_CST);

		if ((row->told[i] & ~told) == 0)
			continue;
		snprintf(text, len, "%s: told to lports 0x%x, 0x%x expected", names[i], told,
			 row->told[i]);
		return text;
	}
	return NULL;
}

static const char *
uncounted(const struct r_row *row, char *text, size_t len)
{
	unsigned int i;
	uint64_t by;

	for (i = 0; i < RTE_DIM(row->want) && row->want[i].key != NULL; i++) {
		if (grown(row, i, &by) != 0)
			return "a counter cannot be read";
		if (by >= row->want[i].min)
			continue;
		snprintf(text, len, "%s %s: %llu, at least %llu expected",
			 row->want[i].section ? row->want[i].section : "", row->want[i].key,
			 (unsigned long long)by, (unsigned long long)row->want[i].min);
		return text;
	}
	return NULL;
}

static const char *
unsettled(const struct r_row *row)
{
	if (row->dead)
		return NULL;
	if (t_state(T_DEV, "script", "waiting") != 0)
		return "the script is not over";
	return t_state(T_DEV, "fault", "flapping") != 0 ? "a link still flaps" : NULL;
}

/* What has not happened yet that must; NULL: nothing. */
static const char *
missing(const struct r_row *row, char *text, size_t len)
{
	const char *why = untold(row, R_EVENTS, text, len);

	if (why == NULL)
		why = unsettled(row);
	return why != NULL ? why : uncounted(row, text, len);
}

/* What the fault has not shown yet before it is mended; NULL: nothing. A link
 * that is to come back is seen to be down first, however often it came and went
 * before. */
static const char *
unshown(const struct r_row *row, char *text, size_t len)
{
	const char *why = untold(row, R_UP, text, len);
	struct rte_eth_link link;
	uint8_t i;

	if (why == NULL)
		why = unsettled(row);
	if (why == NULL && row->told[R_DOWN] == 0)
		why = uncounted(row, text, len);
	for (i = 0; why == NULL && i < R_PORTS; i++)
		if ((row->told[R_UP] & R_LPORT(i)) &&
		    (rte_eth_link_get_nowait(S.id[i], &link) != 0 || link.link_status))
			why = "a link that is down reads up";
	return why;
}

/* Traffic until nothing is missing any more. */
static int
until(const struct r_row *row, const char *(*want)(const struct r_row *, char *, size_t),
      uint64_t at_least, uint64_t at_most)
{
	uint64_t t0 = t_now_ms(), look = t0;
	const char *why;
	char text[160];

	if (scripts() != NULL)
		at_most = VAIN_MS;
	for (;;) {
		T_TRY(pump(true));
		if (t_now_ms() < look)
			continue;
		look = t_now_ms() + 3;
		why = want(row, text, sizeof(text));
		if (why == NULL && t_now_ms() - t0 >= at_least)
			return 0;
		T_CHECK(t_now_ms() - t0 < at_most, "%s", why);
	}
}

static int
settle(const struct r_row *row)
{
	if (row->mend != NULL) {
		T_TRY(until(row, unshown, 0, SHOWN_MS));
		/* What a link told that came and went before does not count. */
		__atomic_fetch_and(&S.told[R_UP], ~row->told[R_UP], __ATOMIC_SEQ_CST);
		T_TRY(t_fault("%s", row->mend));
	}
	return until(row, missing, row->ms ? row->ms : 20, SETTLE_MS);
}

/* Nothing was told and counted beyond what the row has. */
static int
no_more(const struct r_row *row)
{
	unsigned int i;
	uint64_t by;

	for (i = 0; i < R_EVENTS; i++) {
		uint8_t told = __atomic_load_n(&S.told[i], __ATOMIC_SEQ_CST);

		T_CHECK((told & ~(row->told[i] | row->may[i])) == 0,
			"%s was told to lports 0x%x, 0x%x expected", names[i], told,
			row->told[i]);
	}
	for (i = 0; i < RTE_DIM(row->want) && row->want[i].key != NULL; i++) {
		T_TRY(grown(row, i, &by));
		T_CHECK(by <= row->want[i].max, "%s %s: %llu, at most %llu expected",
			row->want[i].section ? row->want[i].section : "", row->want[i].key,
			(unsigned long long)by, (unsigned long long)row->want[i].max);
	}
	T_EQ(t_state(T_DEV, "script", "errors"), 0);
	return 0;
}

static bool
excepted(const struct r_row *row, uint8_t lport)
{
	return (row->except & (R_LPORT(lport) | R_LPORT(t_peer(lport)))) != 0;
}

/* Nothing is under way any more: from every port something comes through that was
 * sent behind all else, however long the device was not scheduled. */
static int
drain(const struct r_row *row)
{
	uint64_t end = t_now_ms() + MARKER_MS;
	uint8_t buf[MARKER], i, wanted = 0;

	for (i = 0; i < R_PORTS; i++) {
		if (excepted(row, i))
			continue;
		t_frame(buf, sizeof(buf), i, t_peer(i), 0);
		T_TRY(t_send_bytes(i, buf, sizeof(buf)));
		wanted |= R_LPORT(t_peer(i));
	}
	while (S.marked != wanted) {
		T_TRY(pump(false));
		T_CHECK(t_now_ms() < end, "markers arrive at lports 0x%x, 0x%x expected",
			S.marked, wanted);
	}
	return 0;
}

static int
works(const struct r_row *row)
{
	uint8_t i;

	for (i = 0; i < R_PORTS; i++)
		if (!excepted(row, i))
			T_TRY(t_wait_link(i, true));
	T_TRY(drain(row));
	for (i = 0; i < R_PORTS; i++)
		if (row->lossless & R_LPORT(i))
			T_CHECK(S.got[i] == S.sent[t_peer(i)],
				"lport %u received %llu of %llu frames", i,
				(unsigned long long)S.got[i],
				(unsigned long long)S.sent[t_peer(i)]);
	for (i = 0; i < R_PORTS; i += 2)
		if (!excepted(row, i))
			T_TRY(t_ping(i));
	if (row->call != NULL) {
		int rc = row->call();

		T_CHECK(rc == 0, "the call after the fault: %d", rc);
	}
	return 0;
}

static int
start_script(const struct r_row *row)
{
	static char text[MAX_SCRIPT];
	const char *dir = scripts();
	char path[512], reason[256];
	size_t n;
	FILE *f;
	int rc;

	snprintf(path, sizeof(path), "%s/%s.fault", dir != NULL ? dir : T_FAULT_DIR, row->name);
	f = fopen(path, "r");
	T_CHECK(f != NULL, "%s: %s", path, strerror(errno));
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	rc = sim.fault_script(T_DEV, text, reason, sizeof(reason));
	T_CHECK(rc == 0, "%s: %s", path, reason);
	return 0;
}

static int
under_fault(const struct r_row *row)
{
	unsigned int i;
	int rc;

	for (i = 0; i < RTE_DIM(row->want) && row->want[i].key != NULL; i++) {
		int64_t val = reading(&row->want[i]);

		T_CHECK(val >= 0, "no counter %s %s",
			row->want[i].section ? row->want[i].section : "", row->want[i].key);
		S.base[i] = val;
	}
	T_TRY(start_script(row));
	if (row->call != NULL) {
		rc = row->call();
		T_CHECK(rc == row->rc, "the call returns %d, expected %d", rc, row->rc);
	}
	T_TRY(settle(row));
	if (!row->dead)
		T_TRY(works(row));
	T_TRY(no_more(row));
	return 0;
}

static int
rows_life(const struct r_row *row)
{
	static const struct t_up plain = { .lsc = true };
	unsigned int before = rte_mempool_in_use_count(F.pool);
	uint8_t i;
	int rc;

	T_TRY(t_up_all(row->up != NULL ? row->up : &plain));
	for (i = 0; i < R_PORTS; i += 2)
		T_TRY(t_ping(i));
	memset(&S, 0, sizeof(S));
	memcpy(S.id, F.id, sizeof(S.id));
	T_TRY(watch(true));
	rc = under_fault(row);
	watch(false);
	if (rc != 0)
		return -1;
	for (i = 0; i < R_PORTS; i++)
		if (rte_eth_dev_is_valid_port(S.id[i]))
			(void)rte_eth_dev_stop(S.id[i]);
	T_CHECK(rte_mempool_in_use_count(F.pool) == before, "%d mbufs are not back",
		(int)(rte_mempool_in_use_count(F.pool) - before));
	return 0;
}

int
r_run(const struct r_row *row)
{
	static const char *const none[] = { NULL };
	char args[256];

	t_devargs(args, sizeof(args), R_PORTS, true, row->args);
	T_EQ(t_probe(T_DEV, args), 0);
	T_EQ(t_discover(T_DEV), R_PORTS);
	if (rows_life(row) != 0)
		return -1;
	T_EQ(t_remove(T_DEV), 0);
	T_EQ(t_count_ethdevs(T_DEV), 0);
	return t_breaches_are(row->breaches != NULL ? row->breaches : none);
}
