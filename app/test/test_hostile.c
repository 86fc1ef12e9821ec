/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * A device that writes what no sound device would: its write-backs are put
 * into the rings from here. Mostly what the fuzzer (test/fuzz) found.
 */

#include <rte_memzone.h>

#include "ice_mp_desc.h"
#include "test.h"

#define RING	64
#define BURST	160

/* Bytes of a descriptor in the ring that is written to. */
static size_t slot_size;

/* Start all ports. ring: the descriptors of Rx queue 0 of port 0
 * before: mbufs in use then */
static int
rx_ring_up(uint64_t offloads, volatile union ice_mp_rx_desc **ring, unsigned int *before)
{
	struct t_up how = { .rxd = RING, .rx_offloads = offloads };
	const struct rte_memzone *mz;
	char name[RTE_MEMZONE_NAMESIZE];

	T_TRY(t_up_all(&how));
	T_TRY(t_wait_link(0, true));
	/* As ethdev names rings. */
	snprintf(name, sizeof(name), "eth_p%u_q%u_rx_ring", F.id[0], 0);
	mz = rte_memzone_lookup(name);
	T_CHECK(mz != NULL, "no ring");
	*ring = mz->addr;
	/* By the offloads, 16 bytes or 32. */
	slot_size = mz->len / RING;
	*before = rte_mempool_in_use_count(F.pool);
	return 0;
}

static void
write_back(volatile union ice_mp_rx_desc *ring, unsigned int slot, uint16_t len, bool eof)
{
	union ice_mp_rx_desc d;

	memset(&d, 0, sizeof(d));
	d.wb.pkt_len = len;
	d.wb.status_error0 = ICE_MP_RX_S0_DD | (eof ? ICE_MP_RX_S0_EOF : 0);
	ring = (volatile void *)((uintptr_t)ring + slot * slot_size);
	ring->qw[0] = d.qw[0];
	ring->qw[1] = d.qw[1];
}

/* Queue 0 afresh: what was written is no device's any more.
 * with: mbufs in use that its ring was full with */
static int
again(unsigned int with)
{
	T_EQ(rte_eth_dev_rx_queue_stop(F.id[0], 0), 0);
	T_EQ(rte_mempool_in_use_count(F.pool), with - RING);
	T_EQ(rte_eth_dev_rx_queue_start(F.id[0], 0), 0);
	return t_ping(0);
}

/* Every slot is marked done, also the one at the tail, which is the
 * driver's. No buffer is handed out twice. */
static int
all_done(uint64_t offloads)
{
	unsigned int before, n, i, k;
	struct rte_mbuf *m[BURST];
	volatile union ice_mp_rx_desc *ring;

	T_TRY(rx_ring_up(offloads, &ring, &before));
	for (i = 0; i < RING; i++)
		write_back(ring, i, 100, true);
	n = rte_eth_rx_burst(F.id[0], 0, m, BURST);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			T_CHECK(m[i] != m[k], "an mbuf was received twice, %u and %u of %u", k, i,
				n);
	T_CHECK(n < RING, "%u frames from %u slots", n, RING);
	rte_pktmbuf_free_bulk(m, n);
	return again(before);
}

static int
rx_all_done(void)
{
	return all_done(0);
}

static int
rx_all_done_scattered(void)
{
	return all_done(RTE_ETH_RX_OFFLOAD_SCATTER);
}

/* A frame that never ends, once round the ring: the burst does. */
static int
rx_endless(void)
{
	volatile union ice_mp_rx_desc *ring;
	struct rte_mbuf *m[BURST];
	unsigned int before, i;

	T_TRY(rx_ring_up(RTE_ETH_RX_OFFLOAD_SCATTER, &ring, &before));
	for (i = 0; i < RING; i++)
		write_back(ring, i, 100, false);
	T_EQ(rte_eth_rx_burst(F.id[0], 0, m, BURST), 0);
	return again(before);
}

/* The FCS is longer than the last two pieces together. */
static int
rx_fcs_in_pieces(void)
{
	volatile union ice_mp_rx_desc *ring;
	struct rte_mbuf *m[4], *s;
	unsigned int before, sum = 0;

	T_TRY(rx_ring_up(RTE_ETH_RX_OFFLOAD_SCATTER | RTE_ETH_RX_OFFLOAD_KEEP_CRC, &ring,
			 &before));
	write_back(ring, 0, 100, false);
	write_back(ring, 1, 1, false);
	write_back(ring, 2, 1, true);
	/* The next one is as it should be: its FCS goes. */
	write_back(ring, 3, 100, false);
	write_back(ring, 4, 3, true);
	T_EQ(rte_eth_rx_burst(F.id[0], 0, m, RTE_DIM(m)), 1);
	for (s = m[0]; s != NULL; s = s->next) {
		T_CHECK(s->data_len <= 100, "a piece of %u bytes", s->data_len);
		sum += s->data_len;
	}
	T_EQ(m[0]->pkt_len, 99);
	T_EQ(sum, 99);
	rte_pktmbuf_free(m[0]);
	return again(before);
}

static const struct t_case cases[] = {
	{ "rx_all_done", rx_all_done, 2, T_SIM | T_WIRED, NULL },
	{ "rx_all_done_scattered", rx_all_done_scattered, 2, T_SIM | T_WIRED, NULL },
	{ "rx_endless", rx_endless, 2, T_SIM | T_WIRED, NULL },
	{ "rx_fcs_in_pieces", rx_fcs_in_pieces, 2, T_SIM | T_WIRED, NULL },
};

T_SUITE(hostile, cases);
