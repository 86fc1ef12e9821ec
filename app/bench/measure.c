/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_lcore.h>

#include "bench.h"

/*
 * One row: rounds of both drivers alternate in blocks, so that a moving core
 * clock meets both, and the first rounds of a block only warm the caches.
 * What belongs to the harness (the device's write-backs, buffers to send,
 * freeing what was received) is outside the timed region.
 */

/* Rounds of one driver in a row, and how many of them count. A sample is the
 * mean of those: they go round the ring, so that no path can put off its work
 * (freeing sent buffers) to a round that the median then leaves out. */
#define BLOCK		20
#define BLOCK_WARM	4
/* Buffers kept in the cache between rounds. */
#define CACHE_FILL	384
/* Instructions are counted over one lap of a ring, at most so many rounds. */
#define COUNT_ROUNDS	4
/* Polls of a round that finds no frame. */
#define EMPTY_POLLS	256

uint32_t bench_doorbell;

/* A driver's queues during a row. */
struct side {
	const struct bench_driver *drv;
	const struct bench_row *row;
	struct rte_mempool *mp;
	eth_rx_burst_t rx;
	eth_tx_burst_t tx;
	void *rxq, *txq;
	uint16_t n;		/* packets of a round */
	bool stuck;
	double *samples, sum;
	unsigned int nb_samples;
	struct rte_mbuf *pkts[BENCH_ROUND_MAX + 64];
};

void
bench_tx_complete(volatile void *ring, uint16_t nb_desc)
{
	/* Qword 1: descriptor type in bits 3:0, RS in bit 5; done is 15. */
	volatile uint64_t (*desc)[2] = ring;
	uint16_t i;

	for (i = 0; i < nb_desc; i++)
		if ((desc[i][1] & 0x2F) == 0x20)
			desc[i][1] = 0xF;
}

/* Have buffers for a round in the cache: a backfill measures the pool. */
static void
fill_cache(struct side *s)
{
	struct rte_mempool_cache *c = rte_mempool_default_cache(s->mp, rte_lcore_id());
	void *tmp[BENCH_POOL_CACHE];
	unsigned int need;

	if (c->len >= CACHE_FILL)
		return;
	need = BENCH_POOL_CACHE - c->len;
	if (rte_mempool_ops_dequeue_bulk(s->mp, tmp, need) != 0)
		rte_exit(EXIT_FAILURE, "the bench's pool is empty\n");
	rte_mempool_put_bulk(s->mp, tmp, need);
}

static void
make_packets(struct side *s)
{
	uint16_t i;

	if (rte_pktmbuf_alloc_bulk(s->mp, s->pkts, s->n) != 0)
		rte_exit(EXIT_FAILURE, "the bench's pool is empty\n");
	for (i = 0; i < s->n; i++) {
		struct rte_mbuf *m = s->pkts[i];

		m->data_len = BENCH_FRAME;
		m->pkt_len = BENCH_FRAME;
		m->ol_flags = s->row->ol_flags;
		m->l2_len = sizeof(struct rte_ether_hdr);
		m->l3_len = 20;
	}
}

static __rte_noinline void
rx_work(struct side *s)
{
	uint16_t burst = s->row->burst, got, n = 0;

	while (n < s->n) {
		got = s->rx(s->rxq, s->pkts + n, RTE_MIN(burst, s->n - n));
		if (got == 0)
			break;
		n += got;
	}
	s->stuck |= n != s->n;
}

static __rte_noinline void
empty_work(struct side *s)
{
	uint16_t i, n = 0;

	for (i = 0; i < EMPTY_POLLS; i++)
		n += s->rx(s->rxq, s->pkts, s->row->burst);
	s->stuck |= n != 0;
}

static __rte_noinline void
tx_work(struct side *s)
{
	uint16_t burst = s->row->burst, n;

	for (n = 0; n < s->n; n += burst)
		s->stuck |= s->tx(s->txq, s->pkts + n, burst) != burst;
}

static __rte_noinline void
fwd_work(struct side *s)
{
	uint16_t burst = s->row->burst, got, n = 0;

	while (n < s->n) {
		got = s->rx(s->rxq, s->pkts, burst);
		if (got == 0)
			break;
		s->stuck |= s->tx(s->txq, s->pkts, got) != got;
		n += got;
	}
	s->stuck |= n != s->n;
}

/* One round. @return TSC cycles of the timed part */
static uint64_t
do_round(struct side *s)
{
	const struct bench_row *row = s->row;
	void (*work)(struct side *) = row->empty ? empty_work :
		s->rx == NULL ? tx_work : s->tx == NULL ? rx_work : fwd_work;
	uint64_t t0, t1;

	fill_cache(s);
	if (s->rx == NULL)
		make_packets(s);
	else if (!row->empty)
		s->drv->rxq_complete(s->rxq, s->n, row->flags & BENCH_RSS);
	if (s->tx != NULL)
		bench_tx_complete(s->drv->txq_ring(s->txq), row->ring);
	bench_count_on();
	t0 = rte_rdtsc_precise();
	work(s);
	t1 = rte_rdtsc_precise();
	bench_count_off();
	if (s->tx == NULL && !row->empty)
		rte_mempool_put_bulk(s->mp, (void **)s->pkts, s->n);
	return t1 - t0;
}

static unsigned int
rounds_to_count(const struct side *s)
{
	return s->row->empty ? 1 : RTE_MIN(COUNT_ROUNDS, s->row->ring / s->n);
}

static void
count_rounds(void *arg)
{
	unsigned int i, n = rounds_to_count(arg);

	for (i = 0; i < n; i++)
		do_round(arg);
}

static bool
open_side(struct side *s, const struct bench_driver *drv, const struct bench_row *row,
	  unsigned int who, unsigned int rounds)
{
	static unsigned int serial;
	char name[RTE_MEMPOOL_NAMESIZE];

	s->drv = drv;
	s->row = row;
	if (row->rx[who] != NULL) {
		s->rx = drv->rx(row->rx[who]);
		if (s->rx == NULL)
			return false;
	}
	if (row->tx[who] != NULL) {
		s->tx = drv->tx(row->tx[who]);
		if (s->tx == NULL)
			return false;
	}
	/* Half a ring, so that no path runs out of descriptors. */
	s->n = RTE_MIN(BENCH_ROUND_MAX, row->ring / 2);
	s->samples = bench_mem(rounds * sizeof(*s->samples));
	snprintf(name, sizeof(name), "bench%u", serial++);
	s->mp = bench_pool(name, 2 * row->ring + 4 * BENCH_POOL_CACHE);
	if (s->rx != NULL)
		s->rxq = drv->rxq_new(s->mp, row->ring, row->flags);
	if (s->tx != NULL)
		s->txq = drv->txq_new(row->ring, row->flags);
	return true;
}

static void
close_side(struct side *s)
{
	if (s->rxq != NULL)
		s->drv->rxq_free(s->rxq);
	if (s->txq != NULL)
		s->drv->txq_free(s->txq);
	/* With what the rings still held. */
	rte_mempool_free(s->mp);
	free(s->samples);
}

bool
bench_measure(const struct bench_row *row, unsigned int rounds, bool count_inst,
	      struct bench_result *res)
{
	const struct bench_driver *drv[2] = { &bench_ours, &bench_stock };
	static struct side sides[2];
	unsigned int i, who, work[2];
	double cost = bench_clock_cost();
	bool ok = true;

	memset(sides, 0, sizeof(sides));
	for (who = 0; who < 2; who++)
		ok = ok && open_side(&sides[who], drv[who], row, who, rounds);
	for (i = 0; ok && i < rounds; i++) {
		struct side *s = &sides[i / BLOCK % 2];
		uint64_t t = do_round(s);

		if (i % BLOCK < BLOCK_WARM)
			continue;
		s->sum += t - cost;
		if (i % BLOCK < BLOCK - 1)
			continue;
		s->samples[s->nb_samples++] = s->sum / (BLOCK - BLOCK_WARM);
		s->sum = 0;
	}
	for (who = 0; ok && who < 2; who++) {
		struct side *s = &sides[who];

		work[who] = row->empty ? EMPTY_POLLS : s->n;
		ok = s->nb_samples > 0 && !s->stuck;
		if (ok)
			res->cycles[who] = bench_quantile(s->samples, s->nb_samples, 0.5) /
					    work[who];
	}
	for (who = 0; ok && who < 2; who++) {
		/* A lap of a long ring takes too long. */
		res->inst[who] = count_inst && row->ring <= 1024 ?
				 bench_count(count_rounds, &sides[who]) : -1;
		if (res->inst[who] >= 0)
			res->inst[who] /= rounds_to_count(&sides[who]) * work[who];
	}
	for (who = 0; who < 2; who++)
		if (sides[who].mp != NULL)
			close_side(&sides[who]);
	return ok;
}
