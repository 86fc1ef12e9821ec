/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_TEST_DP_H_
#define _ICE_MP_TEST_DP_H_

/**
 * @file
 * The data path's differential test: two worlds, each with queues and pools
 * of its own, in lockstep. One runs a scalar burst function, the other a
 * vector one; the case plays the device and the application of both with the
 * same random numbers, and compares all that comes out. The burst functions
 * are the driver's objects, linked into this program.
 */

#include <stdlib.h>

#include <ice_mp_rxtx.h>

#include "test.h"

/** Packets (Rx: descriptors) per path and form. */
#define DP_PACKETS	100000

/** xorshift64*, the same numbers for both worlds. */
static inline uint32_t
dp_rand(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (*state * UINT64_C(0x2545F4914F6CDD1D)) >> 32;
}

/** True once in n. */
static inline bool
dp_once_in(uint64_t *state, uint32_t n)
{
	return dp_rand(state) % n == 0;
}

/** Number of an mbuf in its pool, the same in both worlds; see dp_pool(). */
static inline uint32_t
dp_nr(struct rte_mbuf *m)
{
	return m == NULL ? UINT32_MAX : *(uint32_t *)rte_mbuf_to_priv(m);
}

/** A zeroed ring of the alignment of rings, from malloc: a sanitizer watches
 * its ends. */
static inline void *
dp_ring(size_t size)
{
	void *p = aligned_alloc(128, size);

	return p == NULL ? NULL : memset(p, 0, size);
}

/** A pool of n small numbered mbufs. cache: of the lcore, 0 none. */
struct rte_mempool *dp_pool(const char *name, unsigned int n, unsigned int cache);

/** The mbufs of both pools that are in use, and that none is spoilt.
 * @return 0, -1 (T_FAIL): the pools differ, or do not have `in_use` mbufs in use */
int dp_pools_agree(struct rte_mempool *a, struct rte_mempool *b, unsigned int in_use);

/* Those for AVX-512 as SIMDe computes them (vec_simde.h). */
ICE_MP_VEC_DECLARE(simde);

#define DP_TX_DECLARE(w) \
	int dp_tx_##w(void), dp_tx_##w##_fast_free(void), dp_tx_##w##_offload(void), \
		dp_tx_##w##_offload_fast_free(void)
DP_TX_DECLARE(sse);
DP_TX_DECLARE(avx2);
DP_TX_DECLARE(avx512);
DP_TX_DECLARE(simde);
int dp_tx_in_order(void), dp_tx_last(void), dp_tx_one_ask(void), dp_tx_pools(void);
int dp_tx_spare_room(void);

#endif /* _ICE_MP_TEST_DP_H_ */
