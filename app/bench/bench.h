/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _BENCH_H_
#define _BENCH_H_

/**
 * @file
 * The bench of burst functions: two drivers in one process, no device. The
 * harness plays the device: outside the timed region it writes descriptors
 * back as the hardware would. All functions: the main lcore only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

/** Largest number of packets of one timed round: half a mempool cache. */
#define BENCH_ROUND_MAX		256
/** Bytes of each frame, without FCS. */
#define BENCH_FRAME		60
/** Bytes of a buffer that a frame may have. */
#define BENCH_ROOM		128

/** What a row asks of a driver's queues. */
enum {
	BENCH_VEC = 1,		/**< the queue's layout is that of a vector path */
	BENCH_RSS = 2,		/**< RSS hash, checksums and VLAN are asked for */
	BENCH_SCATTER = 4,
	BENCH_FAST_FREE = 8,
	BENCH_SMALL_ENTRY = 16,	/**< Tx ring of 8-byte software entries */
};

/** A driver under test. The functions that make queues end the program when
 * there is no memory. */
struct bench_driver {
	const char *name;
	/** Burst function by name; NULL: this driver or CPU has none. */
	eth_rx_burst_t (*rx)(const char *name);
	eth_tx_burst_t (*tx)(const char *name);
	/** A queue with every descriptor posted. */
	void *(*rxq_new)(struct rte_mempool *mp, uint16_t nb_desc, unsigned int flags);
	/** Write back the next n descriptors: good frames with all fields set. */
	void (*rxq_complete)(void *q, uint16_t n, bool meta);
	void (*rxq_free)(void *q);
	void *(*txq_new)(uint16_t nb_desc, unsigned int flags);
	void (*txq_free)(void *q);
	/** The Tx ring, for bench_tx_complete(). */
	volatile void *(*txq_ring)(void *q);
};

extern const struct bench_driver bench_ours, bench_stock;

/** Mark every Tx descriptor done that asks for it (RS), as the device does. */
void bench_tx_complete(volatile void *ring, uint16_t nb_desc);

/** Zeroed memory, aligned to a page; never NULL: the program ends. */
void *bench_mem(size_t size);

/** Mbufs in each lcore's cache of a pool. */
#define BENCH_POOL_CACHE	512
/** A pool of n small mbufs that lie one behind the other, also without huge
 * pages. Never NULL: the program ends. */
struct rte_mempool *bench_pool(const char *name, unsigned int n);

/** Of n samples (> 0), which are sorted: that below which the part `below` (0 to 1) lies. */
double bench_quantile(double *v, unsigned int n, double below);
/** TSC cycles of reading the clock twice. */
double bench_clock_cost(void);

/** A place that looks like a doorbell register. */
extern uint32_t bench_doorbell;

/** One row of the report. */
struct bench_row {
	const char *name;	/**< family; burst and ring are added when not the usual */
	const char *rx[2];	/**< burst functions: ours, stock; NULL: no Rx */
	const char *tx[2];
	unsigned int flags;	/**< for both drivers */
	uint64_t ol_flags;	/**< Tx: of each packet */
	bool empty;		/**< poll rings without frames */
	uint16_t burst, ring;	/**< 0: 32, 1024 */
};

/** What was measured, medians. Negative: not measured. */
struct bench_result {
	double cycles[2];	/**< TSC cycles per packet (per poll): ours, stock */
	double inst[2];		/**< instructions per packet (per poll) */
};

/** Measure a row in `rounds` rounds of each driver, alternating.
 * @return false: a driver has no such function, or moved no packet */
bool bench_measure(const struct bench_row *row, unsigned int rounds, bool count_inst,
		   struct bench_result *res);

/** Instructions that fn(arg) executes in user mode, by stepping through a
 * child process. @return negative: not possible here */
double bench_count(void (*fn)(void *arg), void *arg);
/** fn() says: the counted part begins, ends. */
void bench_count_on(void);
void bench_count_off(void);

#endif /* _BENCH_H_ */
