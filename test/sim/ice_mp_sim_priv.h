/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_SIM_PRIV_H_
#define _ICE_MP_SIM_PRIV_H_

/**
 * @file
 * A simulated device: the core, a thread that is its hardware, and the bus
 * operations the driver reaches it with.
 *
 *   ice_mp_sim.c       vdev driver: probe, remove, bus operations
 *   ice_mp_sim_args.c  devargs
 *   ice_mp_sim_dev.c   create, destroy, thread, the core's operations
 *   ice_mp_sim_api.c   the bench's calls (ice_mp_sim.h)
 *   ice_mp_sim_vf.c    VFs: their memory, their vectors, the bench's calls
 *
 * Locks: `lock` serialises the core. The list lock (ice_mp_sim_get/put) keeps
 * a device from going away under a bench call and is taken first.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include <rte_log.h>

#include "ice_core.h"
#include "ice_mp_bus.h"
#include "ice_mp_ext.h"
#include "ice_mp_sim.h"

extern int ice_mp_sim_logtype;
#define SIM_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_ ## level, ice_mp_sim_logtype, "ICE_MP_SIM: " fmt "\n", ##__VA_ARGS__)

/** Doorbell word that holds no store of the driver: beyond any valid tail. */
#define SIM_DB_NONE	UINT32_MAX
#define SIM_MAX_QUEUES	2048
#define SIM_NAME_LEN	64

struct sim_args {
	struct ice_core_cfg cfg;
	uint8_t wire[ICE_CORE_MAX_PORTS];	/**< peer, 0xFF: none */
	char script[256];			/**< file of a fault script */
	char *driver_args;			/**< devargs that are the driver's; owned */
};

struct sim_frame {
	STAILQ_ENTRY(sim_frame) next;
	size_t len;
	uint8_t data[];
};

/** What an unwired port sends, see ice_mp_sim_capture(). */
struct sim_capture {
	STAILQ_HEAD(, sim_frame) frames;
	unsigned int nb, depth;
	bool refused;			/**< tx_ready is owed */
};

struct sim_dev {
	struct ice_mp_bus bus;		/**< first: the driver's handle */
	TAILQ_ENTRY(sim_dev) next;
	char name[SIM_NAME_LEN];
	struct ice_core *core;
	uint8_t nb_ports;
	pthread_mutex_t lock;
	/** Slow-path callers waiting for `lock`; the thread lets them pass. */
	atomic_uint waiters;

	/* thread */
	pthread_t thread;
	bool thread_up;
	atomic_bool stop;
	atomic_bool asleep;		/**< needs wake_fd to notice work */
	atomic_bool work;		/**< the core asked for ice_core_run() */
	atomic_bool gone;		/**< surprise removal */
	int wake_fd;
	uint64_t deadline_ns;		/**< of ice_core_timer(); under lock */

	/* vectors; under lock */
	int *vec_fd;
	uint16_t nb_vec;

	struct sim_capture capture[ICE_CORE_MAX_PORTS];

	/* VFs; under lock */
	struct sim_vf *vfs;
	uint16_t nb_vfs;		/**< it can have */
	uint16_t nb_vfs_on;		/**< that exist */

	/** Doorbells: the driver stores, the thread takes (swaps for NONE). */
	uint16_t nb_queues;
	atomic_uint nb_doorbells;	/**< of each kind, the highest handed out + 1 */
	volatile uint32_t db_tx[SIM_MAX_QUEUES] __attribute__((aligned(64)));
	volatile uint32_t db_rx[SIM_MAX_QUEUES] __attribute__((aligned(64)));
};

/** Parse devargs. @return 0 or -EINVAL (logged); `driver_args` is the
 * caller's to free either way. */
int sim_args_parse(const char *name, const char *str, struct sim_args *args);

/** Create a device and start its thread. @return 0 or -errno */
int sim_dev_create(const char *name, const struct sim_args *args, struct sim_dev **out);
/** Stop the thread, free everything. Nobody may hold the device. */
void sim_dev_destroy(struct sim_dev *sim);

/** Keep what the bench may ask about a device that is going. */
void sim_api_obituary(struct sim_dev *sim);

/** Room for nb VFs, none of them enabled. @return 0 or -ENOMEM */
int sim_vf_init(struct sim_dev *sim, uint16_t nb);
void sim_vf_fini(struct sim_dev *sim);
/** Memory as VF function fn sees it; NULL: not all of it was granted. */
void *sim_vf_dma(struct sim_dev *sim, uint16_t fn, uint64_t addr, size_t len);
/** A vector of VF function fn was raised. */
void sim_vf_raised(struct sim_dev *sim, uint16_t fn, uint16_t vec);

/** Enter the core from outside the thread. Pending doorbells are rung first:
 * they are older than what the caller is about to do. */
void sim_enter(struct sim_dev *sim);
/** Leave, and wake the thread when there is something for it to do. */
void sim_leave(struct sim_dev *sim);

/** Look up by vdev name and hold the list. NULL: not held. */
struct sim_dev *ice_mp_sim_get(const char *name);
void ice_mp_sim_put(void);
/** Look up and enter; every call of the bench begins and ends with this pair.
 * NULL: no such device, nothing to leave. */
struct sim_dev *sim_api_enter(const char *name);
void sim_api_leave(struct sim_dev *sim);

#endif /* _ICE_MP_SIM_PRIV_H_ */
