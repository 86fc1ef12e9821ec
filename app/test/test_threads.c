/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * All threads a driver meets, at the same time: data threads that never stop
 * polling, the event thread, a management thread, and resets of every kind.
 * Made for ThreadSanitizer, but it has to hold without, too.
 */

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_vect.h>

#include "test.h"

#define DATA_THREADS	2	/* each has a pair of ports that a wire joins */
#define PAIR		2
#define FRAME		128
#define SEQS		64	/* different frames */
#define POOL		2047
#define RING		128
#define RECOVERY_MS	30000
#define SECONDS		3	/* ICE_MP_TEST_SECONDS in the environment: others */

struct data_thread {
	pthread_t id;
	uint8_t first;			/* lport of its pair */
	struct rte_mempool *pool;	/* its own: nobody shares mbufs */
	uint8_t frame[PAIR][SEQS][FRAME];	/* by the port that sends it */
	uint64_t received, bad;
};

static bool stop;

static bool
stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_ACQUIRE);
}

/* The runner's CPU is one; these are to run at the same time. */
static void
any_cpu(void)
{
	cpu_set_t all;
	unsigned int i;

	CPU_ZERO(&all);
	for (i = 0; i < CPU_SETSIZE; i++)
		CPU_SET(i, &all);
	sched_setaffinity(0, sizeof(all), &all);
}

static void
data_send(struct data_thread *t, unsigned int side, uint32_t *seq)
{
	struct rte_mbuf *m[8];
	unsigned int n, i;

	for (n = 0; n < RTE_DIM(m); n++) {
		m[n] = t_mbuf(t->pool, t->frame[side][(*seq + n) % SEQS], FRAME, 0);
		if (m[n] == NULL)
			break;
	}
	i = rte_eth_tx_burst(F.id[t->first + side], 0, m, n);
	*seq += i;
	rte_pktmbuf_free_bulk(m + i, n - i);
}

static void
data_receive(struct data_thread *t, unsigned int side)
{
	struct rte_mbuf *m[32];
	unsigned int n, i;

	n = rte_eth_rx_burst(F.id[t->first + side], 0, m, RTE_DIM(m));
	for (i = 0; i < n; i++) {
		const uint8_t *p = rte_pktmbuf_mtod(m[i], const uint8_t *);
		uint32_t seq;

		/* Whole, and of the other side. */
		memcpy(&seq, p + RTE_ETHER_HDR_LEN, sizeof(seq));
		if (m[i]->pkt_len != FRAME || seq >= SEQS ||
		    memcmp(p, t->frame[!side][seq], FRAME) != 0)
			t->bad++;
	}
	/* Read by the main thread, which waits for it to grow. */
	__atomic_fetch_add(&t->received, n, __ATOMIC_RELAXED);
	rte_pktmbuf_free_bulk(m, n);
}

static void *
data_main(void *arg)
{
	struct data_thread *t = arg;
	uint32_t seq[PAIR] = { 0 };
	unsigned int side;

	any_cpu();
	while (!stopped()) {
		for (side = 0; side < PAIR; side++) {
			data_send(t, side, &seq[side]);
			data_receive(t, side);
		}
	}
	return NULL;
}

/* What a management agent asks for and sets, all the time. */
static void *
management_main(void *arg)
{
	static struct rte_eth_xstat x[512];
	uint64_t *turns = arg;

	any_cpu();
	while (!stopped()) {
		uint8_t p = *turns % F.nb;
		struct rte_eth_stats stats;
		struct rte_eth_link link;

		rte_eth_stats_get(F.id[p], &stats);
		rte_eth_xstats_get(F.id[p], x, RTE_DIM(x));
		rte_eth_link_get_nowait(F.id[p], &link);
		t_telemetry("/ice_mp/pf," T_DEV, NULL, "recoveries");
		t_telemetry("/ice_mp/events," T_DEV, NULL, "polls");
		if (*turns % 2)
			rte_eth_allmulticast_enable(F.id[p]);
		else
			rte_eth_allmulticast_disable(F.id[p]);
		if (*turns % 16 == 0)
			rte_eth_stats_reset(F.id[p]);
		(*turns)++;
		t_pause();
	}
	return NULL;
}

/* The pairs have different burst functions of one width. */
static const struct t_up ups[DATA_THREADS] = {
	{ .rxd = RING, .txd = RING, .lsc = true },
	{ .rxd = RING, .txd = RING, .lsc = true, .rx_offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM,
	  .tx_offloads = RTE_ETH_TX_OFFLOAD_IPV4_CKSUM },
};

/* What is polled is of the path that the case is about. */
static int
path_is(uint8_t lport, const char *path)
{
	struct rte_eth_burst_mode rx, tx;

	T_EQ(rte_eth_rx_burst_mode_get(F.id[lport], 0, &rx), 0);
	T_EQ(rte_eth_tx_burst_mode_get(F.id[lport], 0, &tx), 0);
	T_CHECK(strstr(rx.info, path) != NULL && strstr(tx.info, path) != NULL,
		"lport %u: %s, %s", lport, rx.info, tx.info);
	return 0;
}

static int
data_open(struct data_thread *t, unsigned int n, const char *path)
{
	char name[32];
	uint32_t seq;
	uint8_t side;

	memset(t, 0, sizeof(*t));
	t->first = PAIR * n;
	snprintf(name, sizeof(name), "t_threads%u", n);
	t->pool = rte_pktmbuf_pool_create(name, POOL, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					  SOCKET_ID_ANY);
	T_CHECK(t->pool != NULL, "no pool");
	for (side = 0; side < PAIR; side++) {
		struct t_up how = ups[n];

		how.pool = t->pool;
		for (seq = 0; seq < SEQS; seq++)
			t_frame(t->frame[side][seq], FRAME, t->first + side, t->first + !side, seq);
		T_TRY(t_up(t->first + side, &how));
		T_TRY(path_is(t->first + side, path));
	}
	for (side = 0; side < PAIR; side++)
		T_TRY(t_wait_link(t->first + side, true));
	return 0;
}

static int
cmp_pointers(const void *a, const void *b)
{
	const uintptr_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* All mbufs are back, and each is there once. */
static int
pool_whole(struct rte_mempool *mp)
{
	static void *all[POOL];
	unsigned int i;

	T_EQ(rte_mempool_in_use_count(mp), 0);
	T_EQ(rte_mempool_get_bulk(mp, all, POOL), 0);
	qsort(all, POOL, sizeof(all[0]), cmp_pointers);
	for (i = 1; i < POOL; i++)
		T_CHECK(all[i] != all[i - 1], "an mbuf was freed twice");
	rte_mempool_put_bulk(mp, all, POOL);
	return 0;
}

static int
data_close(struct data_thread *t)
{
	uint8_t side;

	for (side = 0; side < PAIR; side++) {
		rte_eth_dev_stop(F.id[t->first + side]);
		/* Its Rx queues know the pool. */
		T_EQ(rte_eth_dev_reset(F.id[t->first + side]), 0);
	}
	T_TRY(pool_whole(t->pool));
	rte_mempool_free(t->pool);
	T_CHECK(t->bad == 0, "lport %u, %u: %lu bad frames of %lu", t->first, t->first + 1,
		(unsigned long)t->bad, (unsigned long)t->received);
	return 0;
}

/* Every port has its link: the device is back, and nothing holds one down. */
static int
all_up(void)
{
	uint64_t end = t_now_ms() + RECOVERY_MS;
	struct rte_eth_link link;
	uint8_t p;

	for (p = 0; p < F.nb; p++)
		T_TRY(t_fault("link %u release", p));
	for (p = 0; p < F.nb; p++)
		while (rte_eth_link_get_nowait(F.id[p], &link) != 0 || !link.link_status) {
			T_CHECK(t_now_ms() < end, "lport %u does not come back", p);
			t_pause();
		}
	return 0;
}

/* Through every pair go frames again. */
static int
all_forward(struct data_thread *data)
{
	unsigned int i;

	for (i = 0; i < DATA_THREADS; i++) {
		uint64_t was = __atomic_load_n(&data[i].received, __ATOMIC_RELAXED);

		T_WAIT(__atomic_load_n(&data[i].received, __ATOMIC_RELAXED) > was, RECOVERY_MS,
		       "lport %u, %u: nothing received any more", data[i].first,
		       data[i].first + 1);
	}
	return 0;
}

/* Two at a time, the second while the first is being recovered from or not yet
 * noticed. @return 0 when every one was recovered from */
static int
resets(unsigned int seconds)
{
	static const char *const kinds[] = {
		"reset corer", "reset globr", "link 0 down", "reset empr", "reset pfr",
		"reset corer access=50", "aq silent", "reset globr", "flap 2 count=3",
	};
	uint64_t end = t_now_ms() + 1000ull * seconds;
	unsigned int made = 0, k;

	do {
		for (k = 0; k < 2; k++, made++) {
			T_TRY(t_fault("%s", kinds[made % RTE_DIM(kinds)]));
			rte_delay_us_sleep(1000 * (made % 7) * (made % 7));
		}
		T_TRY(all_up());
	} while (t_now_ms() < end);
	T_TRY(t_fault("clear"));
	return all_up();
}

/* seconds: at least; two resets are the least. path: "" any. */
static int
run(unsigned int seconds, const char *path)
{
	static struct data_thread data[DATA_THREADS];
	pthread_t management;
	uint64_t turns = 0;
	unsigned int i;
	int rc;

	stop = false;
	for (i = 0; i < DATA_THREADS; i++)
		T_TRY(data_open(&data[i], i, path));
	for (i = 0; i < DATA_THREADS; i++)
		T_EQ(pthread_create(&data[i].id, NULL, data_main, &data[i]), 0);
	T_EQ(pthread_create(&management, NULL, management_main, &turns), 0);
	rc = resets(seconds);
	/* How much came meanwhile says little: a busy machine has no time between them. */
	if (rc == 0)
		rc = all_forward(data);
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (i = 0; i < DATA_THREADS; i++)
		pthread_join(data[i].id, NULL);
	pthread_join(management, NULL);
	T_TRY(rc);
	T_EQ(t_telemetry("/ice_mp/pf," T_DEV, NULL, "failures"), 0);
	T_CHECK(turns > 0, "the management thread did nothing");
	for (i = 0; i < DATA_THREADS; i++)
		T_TRY(data_close(&data[i]));
	return 0;
}

static int
all_at_once(void)
{
	const char *env = getenv("ICE_MP_TEST_SECONDS");

	return run(env != NULL ? atoi(env) : SECONDS, "");
}

/* A reset in the middle of bursts, on a path that is not the CPU's best. */
static int
run_path(uint16_t bits, const char *path)
{
	uint16_t was = rte_vect_get_max_simd_bitwidth();
	int rc;

	T_EQ(rte_vect_set_max_simd_bitwidth(bits), 0);
	rc = run(0, path);
	rte_vect_set_max_simd_bitwidth(was);
	return rc;
}

static int path_scalar(void) { return run_path(RTE_VECT_SIMD_DISABLED, "Scalar"); }
static int path_sse(void) { return run_path(RTE_VECT_SIMD_128, "Vector SSE"); }
static int path_avx2(void) { return run_path(RTE_VECT_SIMD_256, "Vector AVX2"); }
static int path_avx512(void) { return run_path(RTE_VECT_SIMD_512, "Vector AVX512"); }

static const struct t_case cases[] = {
	{ "path_scalar", path_scalar, DATA_THREADS * PAIR, T_SIM | T_WIRED, NULL },
	{ "path_sse", path_sse, DATA_THREADS * PAIR, T_SIM | T_WIRED, NULL },
	{ "path_avx2", path_avx2, DATA_THREADS * PAIR, T_SIM | T_WIRED | T_AVX2, NULL },
	{ "path_avx512", path_avx512, DATA_THREADS * PAIR, T_SIM | T_WIRED | T_AVX512, NULL },
	{ "all_at_once", all_at_once, DATA_THREADS * PAIR, T_SIM | T_WIRED, NULL },
};

T_SUITE(threads, cases);
