/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_RXTX_H_
#define _ICE_MP_RXTX_H_

/**
 * @file
 * Queues and burst functions. Queue structures are laid out by access: what
 * a burst reads, what it writes, then what only the slow path touches.
 *
 * A queue is parked whenever it is not started. What the device has done is
 * then looked for in a ring of zeros, and the threshold for doing something
 * is one that is never reached: a burst function finds nothing to do by the
 * branches it has anyway, and changes nothing. This makes a recovery of the
 * device safe against a data thread that fetched the burst function from
 * ethdev's table, was not scheduled for a while and calls it now.
 *
 * Parking takes hold like this, control side on the right:
 *
 *     busy = process id           ring, threshold = parked
 *     (compiler barrier)          barrier on every CPU (membarrier)
 *     read ring, threshold        wait until busy == 0
 *     …
 *     busy = 0 (release)          the queue is the control thread's
 *
 * Either the burst sees the parked ring, or the control thread sees that it
 * is busy. The data thread pays two plain stores to a line it owns. A process
 * that died in a burst is not waited for.
 */

#include "ice_mp.h"

/** Descriptors a packet may need beside its data: one context descriptor. */
#define ICE_MP_TX_MAX_DESCS		(ICE_MP_TX_MAX_SEGS + 1)
/** Segments of a TSO packet: what the device follows of one packet. */
#define ICE_MP_TX_MAX_TSO_SEGS		32

/** What the event thread remembers of a queue (ice_mp_watch.c). Control lock. */
struct ice_mp_watch {
	uint64_t since;			/**< timer cycles; 0: nothing to watch */
	uint16_t at;			/**< position since then */
	uint8_t state;
	uint8_t recoveries;		/**< that did not help */
};

/** An Rx queue. Written by its polling lcore and, stopped, by control. */
struct ice_mp_rxq {
	/* read by every burst */
	const volatile void *ring;	/**< where write-backs are looked for */
	volatile void *hw_ring;		/**< where buffers are posted, see ice_mp_rx_slot() */
	struct rte_mbuf **sw;		/**< mbuf posted in each slot */
	volatile uint32_t *tail;	/**< doorbell */
	struct rte_mempool *mp;
	uint64_t rearm;			/**< mbuf rearm word: data_off, refcnt, port */
	/** From every mbuf of mp to where its data goes (IOVA); 0: they differ. */
	uint64_t buf_delta;
	uint16_t nb_desc;
	uint16_t free_thresh;		/**< UINT16_MAX: parked */
	uint16_t buf_len;		/**< bytes the device may put in one buffer */
	uint8_t crc_len;		/**< FCS bytes left in frames: 0 or 4 */
	uint8_t desc_shift;		/**< descriptors of 16 (4) or 32 bytes (5) */
	/* written by every burst */
	uint32_t busy __rte_cache_aligned;	/**< process whose burst is under way */
	uint16_t next;			/**< slot the next frame completes */
	uint16_t rearm_at;		/**< first slot without a buffer */
	uint16_t nb_hold;		/**< slots without a buffer */
	bool skip;			/**< scattered: drop up to the end of the frame */
	struct rte_mbuf *first, *last;	/**< scattered: frame under construction */
	/* apart, as those of Tx: one vector for both would take longer to make */
	uint64_t packets, errors, bytes, no_mbuf;
	/* slow path */
	struct ice_mp_port *port __rte_cache_aligned;
	const struct rte_memzone *mz;
	uint64_t ring_iova;
	uint64_t offloads;
	uint16_t queue;
	uint16_t conf_free_thresh;
	bool deferred, drop_en;
	struct ice_mp_watch watch;
	uint64_t intr_again;		/**< interrupts that had to be repeated */
	/* time stamps (ice_mp_rx_full()): mbuf flag, 0 none, and field */
	uint64_t stamp_flag;
	int stamp_offset;
	/* headers in buffers of their own (ice_mp_rx_split()) */
	struct rte_mempool *hdr_mp;	/**< NULL: not split off */
	struct rte_mbuf **hdr_sw;	/**< as sw, of headers */
	uint16_t hdr_len;		/**< bytes the device may put there */
	uint8_t hsplit;			/**< RLAN_CTX_HSPLIT0_*: behind what */
};

static_assert(offsetof(struct ice_mp_rxq, busy) == RTE_CACHE_LINE_MIN_SIZE,
	      "one line that bursts read, one that they write");

/** A Tx queue. Written by its polling lcore and, stopped, by control. */
struct ice_mp_txq {
	/* read by every burst */
	volatile struct ice_mp_tx_desc *ring;	/**< where completions are looked for */
	volatile struct ice_mp_tx_desc *hw_ring;	/**< where packets are posted */
	struct rte_mbuf **sw;		/**< mbuf segment of each descriptor */
	uint16_t *rs;			/**< FIFO of descriptors that carry RS */
	volatile uint32_t *tail;
	uint16_t nb_desc;
	uint16_t rs_thresh, free_thresh;
	uint16_t max_pkt;		/**< largest frame, bytes */
	uint16_t reserve;		/**< descriptors not to be used; UINT16_MAX: parked */
	/** Free descriptors with which a run of rs_thresh needs no look at what
	 * is done: the larger threshold; UINT16_MAX: parked. */
	uint16_t plenty;
	/** Bytes beyond an Ethernet header that a frame may have; twice, for vectors. */
	uint32_t max_more[2];
	/* written by every burst; what a small one changes does not lie side by
	 * side, or compilers update it by vector instructions, which wait for
	 * one another from burst to burst */
	uint32_t busy __rte_cache_aligned;	/**< process whose burst is under way */
	uint16_t next;			/**< descriptor to fill */
	uint16_t clean;			/**< oldest descriptor in flight */
	uint16_t nb_free;
	uint16_t rs_head, rs_count;
	uint16_t since_rs;		/**< descriptors since the last RS */
	uint16_t stalled;		/**< vain looks for room since the last success */
	/** Since start: segments or context descriptors among the packets, or, with
	 * fast-free, buffers of several pools. */
	bool mixed;
	uint64_t packets, errors, bytes;
	uint64_t lost;			/**< completions that never came */
	struct rte_mempool *mp;		/**< with fast-free: where all buffers go */
	/* slow path */
	struct ice_mp_port *port __rte_cache_aligned;
	const struct rte_memzone *mz;
	uint64_t ring_iova;
	uint64_t offloads;
	uint32_t teid;
	uint16_t queue;
	bool deferred;
	struct ice_mp_watch watch;
};

static_assert(offsetof(struct ice_mp_txq, busy) == RTE_CACHE_LINE_MIN_SIZE &&
	      offsetof(struct ice_mp_txq, port) == 2 * RTE_CACHE_LINE_MIN_SIZE, "as of Rx");

/** Set the largest frame of a stopped queue, bytes. */
static inline void
ice_mp_txq_set_max_pkt(struct ice_mp_txq *q, uint16_t max_pkt)
{
	q->max_pkt = max_pkt;
	q->max_more[0] = q->max_more[1] = max_pkt - RTE_ETHER_HDR_LEN;
}

/** Descriptor of slot `at` in a ring of the queue; a const one for a const. */
#define ice_mp_rx_slot(q, ring, at) \
	((__typeof__(ring))((uintptr_t)(ring) + ((size_t)(at) << (q)->desc_shift)))

/** Slots behind the end of an Rx queue's sw that may be prefetched. */
#define ICE_MP_RX_AHEAD		8

/* Burst functions (data threads). */
uint16_t ice_mp_rx_single(void *rxq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_rx_scattered(void *rxq, struct rte_mbuf **pkts, uint16_t nb);
/** As the one before; of descriptors of 32 bytes, all that they tell. */
uint16_t ice_mp_rx_full(void *rxq, struct rte_mbuf **pkts, uint16_t nb);
/** Headers and the rest in different segments, from different pools. */
uint16_t ice_mp_rx_split(void *rxq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_simple(void *txq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_fast_free(void *txq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_full(void *txq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_full_fast_free(void *txq, struct rte_mbuf **pkts, uint16_t nb);
/* As the two before, and tunnels and second tags. */
uint16_t ice_mp_tx_tunnel(void *txq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_tunnel_fast_free(void *txq, struct rte_mbuf **pkts, uint16_t nb);

/* The vector paths, by width: Rx with and without offload results (frames of
 * one buffer, FCS stripped), Tx as the scalar ones. */
#define ICE_MP_VEC_DECLARE(w) \
	uint16_t ice_mp_rx_##w(void *rxq, struct rte_mbuf **pkts, uint16_t nb); \
	uint16_t ice_mp_rx_##w##_offload(void *rxq, struct rte_mbuf **pkts, uint16_t nb); \
	uint16_t ice_mp_tx_##w(void *txq, struct rte_mbuf **pkts, uint16_t nb); \
	uint16_t ice_mp_tx_##w##_fast_free(void *txq, struct rte_mbuf **pkts, uint16_t nb); \
	uint16_t ice_mp_tx_##w##_offload(void *txq, struct rte_mbuf **pkts, uint16_t nb); \
	uint16_t ice_mp_tx_##w##_offload_fast_free(void *txq, struct rte_mbuf **pkts, \
						   uint16_t nb)
ICE_MP_VEC_DECLARE(sse);
ICE_MP_VEC_DECLARE(avx2);
ICE_MP_VEC_DECLARE(avx512);
/** Process id, from the first attach on. Hidden: read without a detour. */
extern uint32_t ice_mp_pid __attribute__((visibility("hidden")));

/** A data thread begins and ends to use a queue, see above. */
static __rte_always_inline void
ice_mp_burst_begin(uint32_t *busy)
{
	__atomic_store_n(busy, ice_mp_pid, __ATOMIC_RELAXED);
	rte_compiler_barrier();
}

static __rte_always_inline void
ice_mp_burst_end(uint32_t *busy)
{
	__atomic_store_n(busy, 0, __ATOMIC_RELEASE);
}

/** Post buffers in up to `want` empty slots. @return how many */
uint16_t ice_mp_rx_refill(struct ice_mp_rxq *q, uint16_t want);
/** Free what the device has finished with. @return descriptors freed */
uint16_t ice_mp_tx_clean(struct ice_mp_txq *q, bool fast_free);
/** Hidden: each process has its own, at a distance the compiler knows. */
extern const uint32_t ice_mp_ptype_tbl[ICE_MP_PTYPE_COUNT]
	__attribute__((visibility("hidden")));

/* ethdev operations (control threads) */
int ice_mp_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			  unsigned int socket, const struct rte_eth_rxconf *conf,
			  struct rte_mempool *mp);
int ice_mp_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			  unsigned int socket, const struct rte_eth_txconf *conf);
void ice_mp_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
void ice_mp_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_rx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_rx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_tx_queue_start(struct rte_eth_dev *dev, uint16_t queue);
int ice_mp_tx_queue_stop(struct rte_eth_dev *dev, uint16_t queue);
void ice_mp_rxq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_rxq_info *info);
void ice_mp_txq_info_get(struct rte_eth_dev *dev, uint16_t queue, struct rte_eth_txq_info *info);
int ice_mp_rx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
			     struct rte_eth_burst_mode *mode);
int ice_mp_tx_burst_mode_get(struct rte_eth_dev *dev, uint16_t queue,
			     struct rte_eth_burst_mode *mode);
uint32_t ice_mp_rx_queue_count(void *rxq);
int ice_mp_rx_descriptor_status(void *rxq, uint16_t offset);
/** Take the queue's segments, if it has two: the headers' pool and where to split.
 * @return the pool of the rest, NULL (rte_errno): it cannot be done */
struct rte_mempool *ice_mp_rxq_split_setup(struct ice_mp_rxq *q, const struct rte_eth_rxconf *conf);
const uint32_t *ice_mp_split_ptypes_get(struct rte_eth_dev *dev);
/** What to wait for until the queue has a frame. Data threads. */
int ice_mp_get_monitor_addr(void *rxq, struct rte_power_monitor_cond *pmc);
int ice_mp_tx_descriptor_status(void *txq, uint16_t offset);
int ice_mp_tx_done_cleanup(void *txq, uint32_t free_cnt);
const uint32_t *ice_mp_supported_ptypes_get(struct rte_eth_dev *dev);

/** Queue part of dev_infos_get: limits, default configs, offload capas. */
void ice_mp_queue_infos(struct rte_eth_dev_info *info);

/** Start every queue that is not deferred; on error none is left started.
 * @return 0 or -errno */
int ice_mp_queues_start(struct rte_eth_dev *dev);
/** Stop every queue and free what its rings hold. */
void ice_mp_queues_stop(struct rte_eth_dev *dev);
/** Forget hardware state after a reset: rings are emptied, nothing is asked
 * of the device. The queues are parked and no data thread is in them. */
void ice_mp_queues_lost(struct rte_eth_dev *dev);
/** Park every queue; takes hold with a barrier on every CPU. */
void ice_mp_queues_park(struct rte_eth_dev *dev);
/** After that barrier: is no data thread in a burst of the port any more? */
bool ice_mp_queues_idle(const struct rte_eth_dev *dev);
/** Bytes of zeros in which parked queues look for what is done. */
#define ICE_MP_PARKED_RING	(ICE_MP_RING_MAX * sizeof(union ice_mp_rx_desc))

/** Rx offloads that only descriptors of 32 bytes, and ice_mp_rx_full(), have. */
#define ICE_MP_RX_LONG_OFFLOADS \
	(RTE_ETH_RX_OFFLOAD_TIMESTAMP | RTE_ETH_RX_OFFLOAD_QINQ_STRIP | \
	 RTE_ETH_RX_OFFLOAD_OUTER_UDP_CKSUM)
/** Tx offloads for ice_mp_tx_tunnel(). */
#define ICE_MP_TX_TUNNEL_OFFLOADS \
	(RTE_ETH_TX_OFFLOAD_QINQ_INSERT | RTE_ETH_TX_OFFLOAD_OUTER_IPV4_CKSUM | \
	 RTE_ETH_TX_OFFLOAD_OUTER_UDP_CKSUM | RTE_ETH_TX_OFFLOAD_VXLAN_TNL_TSO | \
	 RTE_ETH_TX_OFFLOAD_GRE_TNL_TSO | RTE_ETH_TX_OFFLOAD_IPIP_TNL_TSO | \
	 RTE_ETH_TX_OFFLOAD_GENEVE_TNL_TSO)

/** Have the descriptors of every queue that is set up room for two tags? */
bool ice_mp_rxqs_show_two_tags(const struct rte_eth_dev *dev);
/** Choose the burst functions from offloads and queue state. */
void ice_mp_set_burst(struct rte_eth_dev *dev);
/** Have data threads call these from now on, whatever the ethdev itself has
 * for after the next start. No-op while the port is not started. */
void ice_mp_publish_burst(struct rte_eth_dev *dev, eth_rx_burst_t rx, eth_tx_burst_t tx);
/** The Rx offloads of a started port change: data threads call a burst
 * function that reports them from now on. Control lock. */
void ice_mp_change_rx_burst(struct rte_eth_dev *dev, uint64_t offloads);
/** Burst functions that do nothing and return 0. */
void ice_mp_set_burst_dummy(struct rte_eth_dev *dev);

uint16_t ice_mp_tx_prepare(void *txq, struct rte_mbuf **pkts, uint16_t nb);

/** Software counters of a queue since the last reset (queue xstats). */
struct ice_mp_queue_stats {
	uint64_t packets, bytes, errors;
	uint64_t no_mbuf;	/**< Rx: mbuf allocation failed */
	uint64_t lost;		/**< Tx: completions, Rx: interrupts that never came */
};
void ice_mp_rxq_stats(const struct rte_eth_dev *dev, uint16_t queue,
		      struct ice_mp_queue_stats *out);
void ice_mp_txq_stats(const struct rte_eth_dev *dev, uint16_t queue,
		      struct ice_mp_queue_stats *out);
void ice_mp_queue_stats_reset(struct rte_eth_dev *dev);

#endif /* _ICE_MP_RXTX_H_ */
