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
	volatile union ice_mp_rx_desc *ring;	/**< where write-backs are looked for */
	volatile union ice_mp_rx_desc *hw_ring;	/**< where buffers are posted */
	struct rte_mbuf **sw;		/**< mbuf posted in each slot */
	volatile uint32_t *tail;	/**< doorbell */
	struct rte_mempool *mp;
	uint64_t rearm;			/**< mbuf rearm word: data_off, refcnt, port */
	uint16_t nb_desc;
	uint16_t free_thresh;		/**< UINT16_MAX: parked */
	uint16_t buf_len;		/**< bytes the device may put in one buffer */
	uint16_t crc_len;		/**< FCS bytes left in frames: 0 or 4 */
	/* written by every burst */
	uint32_t busy __rte_cache_aligned;	/**< process whose burst is under way */
	uint16_t next;			/**< slot the next frame completes */
	uint16_t rearm_at;		/**< first slot without a buffer */
	uint16_t nb_hold;		/**< slots without a buffer */
	bool skip;			/**< scattered: drop up to the end of the frame */
	struct rte_mbuf *first, *last;	/**< scattered: frame under construction */
	uint64_t packets, bytes, errors, no_mbuf;
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
};

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
	/* written by every burst */
	uint32_t busy __rte_cache_aligned;	/**< process whose burst is under way */
	uint16_t next;			/**< descriptor to fill */
	uint16_t clean;			/**< oldest descriptor in flight */
	uint16_t nb_free;
	uint16_t since_rs;		/**< descriptors since the last RS */
	uint16_t rs_head, rs_count;
	uint16_t stalled;		/**< vain looks for room since the last success */
	uint64_t packets, bytes, errors;
	uint64_t lost;			/**< completions that never came */
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

/* Burst functions (data threads). */
uint16_t ice_mp_rx_single(void *rxq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_rx_scattered(void *rxq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_simple(void *txq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_fast_free(void *txq, struct rte_mbuf **pkts, uint16_t nb);
uint16_t ice_mp_tx_full(void *txq, struct rte_mbuf **pkts, uint16_t nb);
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

/** Choose the burst functions from offloads and queue state. */
void ice_mp_set_burst(struct rte_eth_dev *dev);
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
