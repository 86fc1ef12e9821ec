/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file Storms of link events, and resets of one port, beside ports at work. */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <rte_mempool.h>

#include "ice_mp_event.h"
#include "ice_mp_ext.h"
#include "soak.h"

static uint64_t
number(const char *name, uint64_t none)
{
	const char *text = getenv(name);

	return text != NULL && *text != '\0' ? strtoull(text, NULL, 10) : none;
}

void
soak_begin(struct soak *s, const char *name, uint64_t count)
{
	s->longrun = getenv("ICE_MP_SOAK_COUNT") != NULL;
	s->count = number("ICE_MP_SOAK_COUNT", count);
	s->end = t_now_ms() + 1000 * number("ICE_MP_SOAK_SECONDS", 3600);
	s->seed = number("ICE_MP_SOAK_SEED", soak_us() % 1000000);
	s->rng = s->seed * 2 + 1;
	printf("soak %s: seed %llu\n", name, (unsigned long long)s->seed);
	fflush(stdout);
}

bool
soak_time(const struct soak *s)
{
	return t_now_ms() < s->end;
}

uint64_t
soak_rand(struct soak *s, uint64_t n)
{
	s->rng = s->rng * 6364136223846793005ull + 1442695040888963407ull;
	return (s->rng >> 33) % n;
}

uint64_t
soak_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void
soak_print_spread(uint64_t *us, unsigned int n)
{
	qsort(us, n, sizeof(*us), by_size);
	printf("{\"n\":%u,\"min\":%llu,\"median\":%llu,\"p99\":%llu,\"max\":%llu}", n,
	       n ? (unsigned long long)us[0] : 0, n ? (unsigned long long)us[n / 2] : 0,
	       n ? (unsigned long long)us[(n * 99 - 1) / 100] : 0,
	       n ? (unsigned long long)us[n - 1] : 0);
}

/* ---- storm ---- */

#define STORMED		4	/* lports 0..3; 4:5 and 6:7 are wired and forward */
#define CIRCLING	64	/* frames sent first by each of these */
#define MAX_ROUNDS	512
/* Injected by one call: taken for each event, the device's lock would keep the
 * device from its work. That is the bench's doing, nobody else's. */
#define VOLLEY		64

static struct {
	struct soak soak;
	pthread_t thread;
	bool on, off;		/* by main: blow; end */
	bool over, failed;	/* count reached; a command refused */
	uint64_t injected, refused, toggles;
	bool up[STORMED];		/* last state given */
} W;

static bool
flag(const bool *at)
{
	return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

static void
set(bool *at, bool to)
{
	__atomic_store_n(at, to, __ATOMIC_SEQ_CST);
}

static void
cable(uint8_t lport, bool up)
{
	char cmd[32], reply[64];

	snprintf(cmd, sizeof(cmd), "link %u %s", lport, up ? "up" : "down");
	if (sim.fault(T_DEV, cmd, reply, sizeof(reply)) != 0)
		set(&W.failed, true);
	W.up[lport] = up;
	W.toggles++;
}

static int64_t
doorbell_received(void)
{
	struct ice_mp_event_counters c;

	return t_event_counters(F.id[0], &c) == 0 ?
	       (int64_t)c.src[ICE_MP_SRC_DOORBELL].received : -1;
}

/* As fast as the driver takes them. */
static void *
blow(void *arg __rte_unused)
{
	int64_t base = doorbell_received(), sent = 0;
	char cmd[48], reply[64];
	uint64_t n = 0;

	while (!flag(&W.off)) {
		uint8_t lport = n % STORMED;

		if (!flag(&W.on)) {
			usleep(200);
			continue;
		}
		/* The FIFO has room for what the driver has taken. */
		if (sent - (doorbell_received() - base) > EVENT_DOORBELL_DEPTH - VOLLEY) {
			W.refused++;
			usleep(2000);
			continue;
		}
		if (n++ % 4 == 0) {
			cable(lport, !W.up[lport]);
			__atomic_fetch_add(&W.injected, 1, __ATOMIC_SEQ_CST);
		}
		snprintf(cmd, sizeof(cmd), "event %u link count=%u", lport, VOLLEY);
		if (sim.fault(T_DEV, cmd, reply, sizeof(reply)) != 0)
			set(&W.failed, true);
		sent += VOLLEY;
		if (__atomic_add_fetch(&W.injected, VOLLEY, __ATOMIC_SEQ_CST) >= W.soak.count)
			set(&W.over, true);
	}
	return NULL;
}

/* received = dispatched + coalesced + dropped, at any time. */
static int
adds_up(void)
{
	struct ice_mp_event_counters c;
	unsigned int i, k;

	T_EQ(t_event_counters(F.id[0], &c), 0);
	for (i = 0; i < ICE_MP_SRC_COUNT; i++) {
		uint64_t settled = c.src[i].dispatched + c.src[i].coalesced;

		for (k = 0; k < ICE_MP_DROP_COUNT; k++)
			settled += c.src[i].dropped[k];
		T_EQ(settled, c.src[i].received);
	}
	return 0;
}

/* What arrives at a port from `first` on leaves by it. @return frames forwarded,
 * <0: failed */
static int64_t
forward(uint8_t first)
{
	struct rte_mbuf *m[32];
	int64_t nb = 0;
	uint16_t n;
	uint8_t i;

	for (i = first; i < F.nb; i++) {
		n = rte_eth_rx_burst(F.id[i], 0, m, RTE_DIM(m));
		if (n == 0)
			continue;
		if (t_send(i, 0, m, n) != 0)
			return -1;
		nb += n;
	}
	return nb;
}

int
soak_forward(uint8_t first, unsigned int ms, double *rate)
{
	uint64_t t0 = soak_us(), now, look = t0;
	int64_t nb = 0, n;

	do {
		n = forward(first);
		if (n < 0)
			return -1;
		nb += n;
		now = soak_us();
		if (now >= look) {
			T_TRY(adds_up());
			look = now + 1000;
		}
	} while (now - t0 < ms * 1000ull);
	*rate = nb * 1e6 / (now - t0);
	return 0;
}

int
soak_circulate(uint8_t first)
{
	struct rte_mbuf *m;
	uint8_t i, buf[60];
	unsigned int k;

	for (i = first; i < F.nb; i++) {
		T_EQ(rte_eth_promiscuous_enable(F.id[i]), 0);
		for (k = 0; k < CIRCLING; k++) {
			t_frame(buf, sizeof(buf), i, t_peer(i), k);
			m = t_mbuf(F.pool, buf, sizeof(buf), 0);
			T_CHECK(m != NULL, "no mbuf");
			T_TRY(t_send(i, 0, &m, 1));
		}
	}
	return 0;
}

int
soak_take_out(uint8_t first)
{
	struct rte_mbuf *m[CIRCLING];
	unsigned int got = 0, n, all = CIRCLING * (F.nb - first);
	uint64_t end = t_now_ms() + T_WAIT_MS;
	uint8_t i;

	while (got < all && t_now_ms() < end) {
		for (i = first; i < F.nb; i++) {
			n = rte_eth_rx_burst(F.id[i], 0, m, RTE_DIM(m));
			rte_pktmbuf_free_bulk(m, n);
			got += n;
		}
	}
	T_EQ(got, all);
	return 0;
}

/* Events of all sources so far. */
static uint64_t
received(void)
{
	struct ice_mp_event_counters c;
	uint64_t nb = 0;
	unsigned int i;

	if (t_event_counters(F.id[0], &c) != 0)
		return 0;
	for (i = 0; i < ICE_MP_SRC_COUNT; i++)
		nb += c.src[i].received;
	return nb;
}

static int
in_the_end(void)
{
	struct t_lsc seen;
	uint8_t i;

	for (i = 0; i < F.nb; i++)
		T_TRY(t_wait_link(i, i >= STORMED || W.up[i]));
	/* The links may be as they are to be before the last of a storm is in. */
	T_WAIT(received() >= W.injected, T_WAIT_MS, "%llu events of %llu were received",
	       (unsigned long long)received(), (unsigned long long)W.injected);
	T_TRY(adds_up());
	t_lsc_get(&seen);
	for (i = 0; i < F.nb; i++) {
		/* Begun up: as often down as up, or once more; never twice the same. */
		T_EQ(seen.down[i] - seen.up[i], i < STORMED && !W.up[i]);
		T_EQ(seen.same[i], 0);
		if (i >= STORMED)
			T_EQ(seen.down[i], 0);
	}
	return 0;
}

static int
storm_rounds(uint64_t *permille, unsigned int *rounds, double rate[2])
{
	/* Short and many: other programs come and go on the machine. */
	unsigned int ms = W.soak.longrun ? 100 : 40, r;
	unsigned int least = W.soak.longrun ? 75 : 5;
	double calm, storm, before;

	T_TRY(soak_circulate(STORMED));
	T_TRY(soak_forward(STORMED, ms, &before));
	for (r = 0; r < MAX_ROUNDS && soak_time(&W.soak) && (!flag(&W.over) || r < least); r++) {
		double after;

		set(&W.on, true);
		T_TRY(soak_forward(STORMED, ms, &storm));
		set(&W.on, false);
		T_TRY(soak_forward(STORMED, ms, &after));
		calm = (before + after) / 2;
		before = after;
		permille[r] = calm > 0 ? storm * 1000 / calm : 0;
		rate[0] += calm;
		rate[1] += storm;
	}
	*rounds = r;
	return soak_take_out(STORMED);
}

static int
storm(void)
{
	static uint64_t permille[MAX_ROUNDS];
	struct ice_mp_event_counters c;
	double rate[2] = { 0 };
	unsigned int rounds = 0, i;
	uint64_t sum[3] = { 0 }, dropped = 0;
	int rc;

	T_CHECK(t_event_counters != NULL, "no counters in this driver");
	memset(&W, 0, sizeof(W));
	soak_begin(&W.soak, "storm", 4000);
	for (i = 0; i < STORMED; i++)
		W.up[i] = true;
	T_TRY(t_up_all(&(struct t_up){ .lsc = true }));
	T_TRY(t_lsc_watch());
	T_EQ(pthread_create(&W.thread, NULL, blow, NULL), 0);
	rc = storm_rounds(permille, &rounds, rate);
	set(&W.off, true);
	T_EQ(pthread_join(W.thread, NULL), 0);
	T_EQ(rc, 0);
	T_CHECK(!W.failed, "a command of the storm was refused");
	T_TRY(in_the_end());
	T_EQ(t_event_counters(F.id[0], &c), 0);
	for (i = 0; i < ICE_MP_SRC_COUNT; i++) {
		sum[0] += c.src[i].received;
		sum[1] += c.src[i].dispatched;
		sum[2] += c.src[i].coalesced;
	}
	dropped = sum[0] - sum[1] - sum[2];
	printf("soak: {\"case\":\"storm\",\"seed\":%llu,\"events\":%llu,\"link_changes\":%llu,"
	       "\"waits\":%llu,\"received\":%llu,\"dispatched\":%llu,\"coalesced\":%llu,"
	       "\"dropped\":%llu,\"rounds\":%u,\"calm_pps\":%.0f,\"storm_pps\":%.0f,"
	       "\"ratio_permille\":", (unsigned long long)W.soak.seed,
	       (unsigned long long)W.injected, (unsigned long long)W.toggles,
	       (unsigned long long)W.refused, (unsigned long long)sum[0],
	       (unsigned long long)sum[1], (unsigned long long)sum[2],
	       (unsigned long long)dropped, rounds, rounds ? rate[0] / rounds : 0,
	       rounds ? rate[1] / rounds : 0);
	soak_print_spread(permille, rounds);
	printf("}\n");
	T_EQ(dropped, 0);
	T_CHECK(W.injected >= W.soak.count || !soak_time(&W.soak), "%llu events only",
		(unsigned long long)W.injected);
	/* In the suite the machine is busy with other things. */
	T_CHECK(!W.soak.longrun || permille[rounds / 2] >= 950,
		"quiet ports forward %llu of 1000 frames",
		(unsigned long long)permille[rounds / 2]);
	return 0;
}

/* ---- resets of one port ---- */

static struct {
	struct soak soak;
	uint64_t us[10000];
	unsigned int done;
	bool over;
	int rc;
} R;

/* As t_ping(), which is for one thread at a time. */
static int
own_frames(uint32_t seq)
{
	uint8_t buf[300], got[512];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		t_frame(buf, sizeof(buf), 0, 0, seq + i);
		T_TRY(t_send_bytes(0, buf, sizeof(buf)));
		T_EQ(t_recv_bytes(0, got, sizeof(got), T_WAIT_MS), sizeof(buf));
		T_CHECK(memcmp(buf, got, sizeof(buf)) == 0, "another frame");
	}
	return 0;
}

static int
reset_port(void)
{
	for (R.done = 0; R.done < R.soak.count && R.done < RTE_DIM(R.us) &&
	     soak_time(&R.soak); R.done++) {
		uint64_t t0 = soak_us();

		T_EQ(rte_eth_dev_stop(F.id[0]), 0);
		T_EQ(rte_eth_dev_reset(F.id[0]), 0);
		T_TRY(t_up(0, NULL));
		T_TRY(t_wait_link(0, true));
		R.us[R.done] = soak_us() - t0;
		T_TRY(own_frames(8 * R.done));
	}
	return 0;
}

static void *
reset_main(void *arg __rte_unused)
{
	R.rc = reset_port();
	set(&R.over, true);
	return NULL;
}

/* Port 0 is reset again and again; 1 (to itself), 2 and 3 lose nothing. */
static int
port_resets(void)
{
	static const struct t_flow flow = { .nb = 96, .min = 60, .max = 300, .step = 7 };
	uint64_t frames[4] = { 0 };
	pthread_t thread;
	int rc = 0;

	memset(&R, 0, sizeof(R));
	soak_begin(&R.soak, "port_resets", 20);
	T_TRY(t_up_all(NULL));
	T_EQ(pthread_create(&thread, NULL, reset_main, NULL), 0);
	do {
		static const uint8_t way[][2] = { { 1, 1 }, { 2, 3 }, { 3, 2 } };
		unsigned int i;

		for (i = 0; rc == 0 && i < RTE_DIM(way); i++) {
			rc = t_flow_run(way[i][0], way[i][1], &flow);
			frames[way[i][1]] += flow.nb;
		}
	} while (rc == 0 && !flag(&R.over));
	T_EQ(pthread_join(thread, NULL), 0);
	T_EQ(rc, 0);
	T_EQ(R.rc, 0);
	T_CHECK(R.done == R.soak.count || !soak_time(&R.soak), "%u resets only", R.done);
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, NULL, "recoveries"), 0);
	printf("soak: {\"case\":\"port_resets\",\"resets\":%u,\"forwarded\":[%llu,%llu,%llu],"
	       "\"lost\":0,\"reset_us\":", R.done, (unsigned long long)frames[1],
	       (unsigned long long)frames[2], (unsigned long long)frames[3]);
	soak_print_spread(R.us, R.done);
	printf("}\n");
	return 0;
}

static const struct t_case cases[] = {
	{ "storm", storm, 8, T_SIM, "wire=4:5+6:7" },
	{ "port_resets", port_resets, 4, T_SIM, "wire=0:0+1:1+2:3" },
};

T_SUITE(soak, cases);
